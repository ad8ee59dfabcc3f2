"""Decides what a registry object is: one connection, opened on first use, and the groups of resources over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from modelreg._async.registering import AsyncRegistering
from modelreg.config import Described, Timeouts, TokenSource, resolve

if TYPE_CHECKING:
    import httpx

    from modelreg._async.artifacts import AsyncArtifacts
    from modelreg._async.experiments import AsyncExperiments, AsyncRuns
    from modelreg._async.models import AsyncModels
    from modelreg._async.serving import AsyncInferenceServices, AsyncServeModels, AsyncServingEnvironments
    from modelreg._async.versions import AsyncVersions


class AsyncModelRegistry(AsyncRegistering):
    """A Kubeflow Model Registry: a server's, or an embedded one in a file or on PostgreSQL.

    The connection is made by the first request, never before, and closed with the object. One object may serve many
    threads or tasks.

    Args:
        url: `https://registry.example.com` (any port and path), `sqlite:///registry.db`, `postgresql://...`, or the
            path of a file. Without one, `MODEL_REGISTRY_URL`; without that, a registry in a file of the user's own.
        token: A bearer token, or a callable that answers one.
        token_path: A file that holds a token; it is read again when it changes.
        ca: A file of certificates to trust instead of the usual ones.
        client_cert: A file with a certificate to show; `client_key` its key, unless it is in there too.
        timeout: Seconds for a whole call, or `Timeouts`.
        retries: How often a request is repeated after a failure that may pass.
        allow_plaintext_token: Send the token over plain http too, as behind a mesh.
        api_version: "v1" or "v1alpha3"; found on first use unless given.
        max_response_bytes: The size of the largest response that is read, after decompression; 64 MiB by default.
        client: An httpx client of the caller's own, used as it is and never closed here; its `base_url` is the
            address unless one is given.
        transport: What carries the requests instead of the network.

    Raises:
        InvalidInput: A setting that cannot be, with its name, and where it came from.
    """

    def __init__(
        self,
        url: str | os.PathLike[str] | None = None,
        *,
        token: TokenSource | None = None,
        token_path: str | os.PathLike[str] | None = None,
        ca: str | os.PathLike[str] | None = None,
        client_cert: str | os.PathLike[str] | None = None,
        client_key: str | os.PathLike[str] | None = None,
        timeout: float | Timeouts | None = None,
        retries: int | None = None,
        allow_plaintext_token: bool | None = None,
        api_version: str | None = None,
        max_response_bytes: int | None = None,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        from modelreg._async.call import AsyncCall
        from modelreg._async.connection import AsyncConnection

        if url is None and client is not None:
            url = str(client.base_url) or None
        settings = resolve(
            url,
            token=token,
            token_path=token_path,
            ca=ca,
            client_cert=client_cert,
            client_key=client_key,
            timeout=timeout,
            retries=retries,
            allow_plaintext_token=allow_plaintext_token,
            api_version=api_version,
            max_response_bytes=max_response_bytes,
        )
        self._call = AsyncCall(AsyncConnection(settings, client=client, transport=transport))

    async def __aenter__(self) -> Self:
        """Enter; nothing is opened yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection; what was opened by the caller stays open."""
        await self._call.connection.aclose()

    def __repr__(self) -> str:
        """Name the registry, without secrets."""
        return f"{type(self).__name__}({self.describe()['address'].value!r})"

    def describe(self) -> Mapping[str, Described]:
        """Return every setting with its value and its source: address, version, token, timeouts; without secrets."""
        return self._call.connection.describe()

    @cached_property
    def models(self) -> AsyncModels:
        """Registered models."""
        from modelreg._async.models import AsyncModels

        return AsyncModels(self._call)

    @cached_property
    def versions(self) -> AsyncVersions:
        """Model versions."""
        from modelreg._async.versions import AsyncVersions

        return AsyncVersions(self._call)

    @cached_property
    def artifacts(self) -> AsyncArtifacts:
        """Artifacts of every kind."""
        from modelreg._async.artifacts import AsyncArtifacts

        return AsyncArtifacts(self._call)

    @cached_property
    def serving_environments(self) -> AsyncServingEnvironments:
        """Serving environments."""
        from modelreg._async.serving import AsyncServingEnvironments

        return AsyncServingEnvironments(self._call)

    @cached_property
    def inference_services(self) -> AsyncInferenceServices:
        """Inference services."""
        from modelreg._async.serving import AsyncInferenceServices

        return AsyncInferenceServices(self._call)

    @cached_property
    def serve_models(self) -> AsyncServeModels:
        """Acts of serving."""
        from modelreg._async.serving import AsyncServeModels

        return AsyncServeModels(self._call)

    @cached_property
    def experiments(self) -> AsyncExperiments:
        """Experiments."""
        from modelreg._async.experiments import AsyncExperiments

        return AsyncExperiments(self._call)

    @cached_property
    def runs(self) -> AsyncRuns:
        """Experiment runs."""
        from modelreg._async.experiments import AsyncRuns

        return AsyncRuns(self._call)
