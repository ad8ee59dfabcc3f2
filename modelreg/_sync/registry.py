# Written by scripts/unasync.py from modelreg/_async/registry.py; edit that file and run `make fmt`.
"""Decides what a registry object is: one connection, opened on first use, and the groups of resources over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from modelreg._sync.registering import Registering
from modelreg.config import Described, Timeouts, TokenSource, resolve

if TYPE_CHECKING:
    import httpx

    from modelreg._sync.artifacts import Artifacts
    from modelreg._sync.experiments import Experiments, Runs
    from modelreg._sync.models import Models
    from modelreg._sync.serving import InferenceServices, ServeModels, ServingEnvironments
    from modelreg._sync.versions import Versions


class ModelRegistry(Registering):
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
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        from modelreg._sync.call import Call
        from modelreg._sync.connection import Connection

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
        self._call = Call(Connection(settings, client=client, transport=transport))

    def __enter__(self) -> Self:
        """Enter; nothing is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close the connection; what was opened by the caller stays open."""
        self._call.connection.close()

    def __repr__(self) -> str:
        """Name the registry, without secrets."""
        return f"{type(self).__name__}({self.describe()['address'].value!r})"

    def describe(self) -> Mapping[str, Described]:
        """Return every setting with its value and its source: address, version, token, timeouts; without secrets."""
        return self._call.connection.describe()

    @cached_property
    def models(self) -> Models:
        """Registered models."""
        from modelreg._sync.models import Models

        return Models(self._call)

    @cached_property
    def versions(self) -> Versions:
        """Model versions."""
        from modelreg._sync.versions import Versions

        return Versions(self._call)

    @cached_property
    def artifacts(self) -> Artifacts:
        """Artifacts of every kind."""
        from modelreg._sync.artifacts import Artifacts

        return Artifacts(self._call)

    @cached_property
    def serving_environments(self) -> ServingEnvironments:
        """Serving environments."""
        from modelreg._sync.serving import ServingEnvironments

        return ServingEnvironments(self._call)

    @cached_property
    def inference_services(self) -> InferenceServices:
        """Inference services."""
        from modelreg._sync.serving import InferenceServices

        return InferenceServices(self._call)

    @cached_property
    def serve_models(self) -> ServeModels:
        """Acts of serving."""
        from modelreg._sync.serving import ServeModels

        return ServeModels(self._call)

    @cached_property
    def experiments(self) -> Experiments:
        """Experiments."""
        from modelreg._sync.experiments import Experiments

        return Experiments(self._call)

    @cached_property
    def runs(self) -> Runs:
        """Experiment runs."""
        from modelreg._sync.experiments import Runs

        return Runs(self._call)
