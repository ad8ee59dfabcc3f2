# Written by scripts/unasync.py from modelreg/_async/registry.py; edit that file and run `make fmt`.
"""The registry objects: one connection, opened on first use, and the verbs and groups over it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Self, Unpack

import httpx

# Types that are seldom needed are annotated as attributes of a package that loads each when it is looked at.
import modelreg
import modelreg_rest
from modelreg._config import ApiVersion, Described, Timeouts, TokenSource
from modelreg._filters import Filter
from modelreg._sync.file_verbs import FileVerbs
from modelreg._sync.registry_verbs import RegistryVerbs
from modelreg._types import BulkResult, ModelVersion, Plan, RegisterOptions, Registration, RegistrationRequest
from modelreg._types.records import public
from modelreg._types.signatures import check_keywords, expand_keywords, suggest_keywords
from modelreg.errors import InvalidInput


@suggest_keywords
@public
class ModelRegistry(RegistryVerbs, FileVerbs):
    """A Kubeflow Model Registry: a server's, or an embedded one in a file or on PostgreSQL.

    The connection is made by the first request, never before, and closed with the object. One object may serve many
    threads or tasks; changes of one record through it queue.

    Args:
        url: `https://registry.example.com` (any port and path), `sqlite:///registry.db`, `postgresql://...`, or the
            path of a file. Without one, `MODEL_REGISTRY_URL`; without that, a registry in a file of the user's own.
        token: A bearer token, or a callable that returns one.
        token_path: A file that holds a token; it is read again when it changes.
        ca: A file of certificates to trust instead of the usual ones.
        client_cert: A file with a certificate to show.
        client_key: The certificate's key, unless it is in that file too.
        timeout: Seconds for a whole call, or `Timeouts`.
        retries: How often a request is repeated after a failure that may pass.
        allow_plaintext_token: Send the token over plain http too, as behind a mesh.
        api_version: "v1" or "v1alpha3"; found on first use unless given.
        settle: Whether to look again, after a change of properties on a server without preconditions, for what
            another client overwrote at the same moment. On the embedded registry nothing is lost either way.
        max_response_bytes: The size of the largest response that is read, after decompression; 64 MiB by default.
        client: An httpx client of the caller's own, used as it is and never closed here; its `base_url` is the
            address unless one is given.
        transport: What carries the requests instead of the network.

    Raises:
        InvalidInput: A setting that is invalid, with its name and where it came from.
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
        api_version: ApiVersion | None = None,
        settle: bool = True,
        max_response_bytes: int | None = None,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        from modelreg._config import resolve
        from modelreg._sync.connection import Connection
        from modelreg._sync.engine import Engine

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
        self._engine = Engine(Connection(settings, client=client, transport=transport), settle=settle)

    def __enter__(self) -> Self:
        """Enter; nothing is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close the connection; what was opened by the caller stays open. No error is raised."""
        self._engine.connection.close()

    def __repr__(self) -> str:
        """Name the registry, without secrets."""
        return f"{type(self).__name__}({self.describe()['address'].value!r})"

    def describe(self) -> Mapping[str, Described]:
        """Return what was chosen and where it came from, each a `Described(value, source)`; no secret is in it.

        Nothing is sent, and no error is raised.
        """
        return self._engine.connection.describe()

    @expand_keywords
    def register(self, name: str, version: str, **options: Unpack[RegisterOptions]) -> Registration:
        """Register a model version and its artifact. Safe to repeat: a second call completes or updates the first.

        With `files`, they are uploaded first; when that fails, nothing is registered, and a second call sends what is
        missing. Everything is read first, and nothing is written when there is a conflict. Model, version and other
        artifacts are written first, the model artifact last, which is the one that KServe loads.

        Args:
            name: The model's name.
            version: The version's name, such as "1.4.0".
            **options: What to register.

        Raises:
            InvalidInput: Something that a registry would refuse or lose; nothing was sent.
            Conflict: The version has a model artifact with another `uri` or other files, or it is archived; nothing was
                sent or written.
            IntegrityError: A file changed while it was sent.
        """
        from modelreg._sync.register import register

        request = _request("register", name, version, options)
        if request.files is None:
            return register(self._engine, request)
        from modelreg._sync.register_files import register_with_files

        return register_with_files(self._engine, request)

    @expand_keywords
    def plan(self, name: str, version: str, **options: Unpack[RegisterOptions]) -> Plan:
        """Return what `register` would write, with the bodies of the requests; nothing is written.

        Args:
            name: The model's name.
            version: The version's name.
            **options: What to register.

        Raises:
            InvalidInput: As `register` raises it.
            Conflict: As `register` raises it.
        """
        from modelreg._sync.register_files import plan_with_files

        return plan_with_files(self._engine, _request("plan", name, version, options))

    def bulk(
        self,
        requests: Iterable[RegistrationRequest],
        *,
        concurrency: int = 8,
        progress: Callable[[BulkResult], None] | None = None,
    ) -> Sequence[BulkResult]:
        """Register many versions at once; one that fails, however it fails, does not stop the rest.

        Args:
            requests: What `register` takes, as values.
            concurrency: How many run at once.
            progress: Called after each, one at a time, in the order in which they end.

        Returns:
            A result for each request, in their order.

        Raises:
            InvalidInput: `concurrency` is no whole number of at least 1.
        """
        from modelreg._sync.bulk import register_all

        return register_all(self._engine, requests, concurrency=concurrency, progress=progress)

    def plan_bulk(
        self,
        requests: Iterable[RegistrationRequest],
        *,
        concurrency: int = 8,
        progress: Callable[[BulkResult], None] | None = None,
    ) -> Sequence[BulkResult]:
        """Return what `bulk` would write for each request, taken by itself; nothing is written.

        Args:
            requests: What `register` takes, as values.
            concurrency: How many run at once.
            progress: Called after each, one at a time, in the order in which they end.

        Returns:
            A result with a plan for each request, in their order.

        Raises:
            InvalidInput: `concurrency` is no whole number of at least 1.
        """
        from modelreg._sync.bulk import register_all

        return register_all(self._engine, requests, concurrency=concurrency, progress=progress, dry_run=True)

    def promote(
        self,
        version: ModelVersion | str,
        alias: str,
        *,
        if_better: str | None = None,
        where: Filter | None = None,
        higher_is_better: bool | None = None,
        to: ModelRegistry | None = None,
        files_to: str | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> modelreg.Promotion:
        """Point an alias at a version if a gate lets it, and say why if not.

        A version that has the alias already stays, before any gate. Refused are an archived version, one that does
        not satisfy `where`, and one that is not better than the version that has the alias: a tie, a metric missing
        on either side, or a direction that nobody knows. Where no version has the alias, the metric has to be there.

        Args:
            version: The version's record, id or reference.
            alias: The alias.
            if_better: The metric by which the version has to be better than the one that has the alias.
            where: A filter that the version has to satisfy.
            higher_is_better: Whether more of the metric is better; what the model remembers unless given.
            to: Another registry: the version is copied there first, with its model's and its own properties and its
                artifacts, is judged against the version that has the alias there, and the alias moves there last.
            files_to: With `to`, the root to copy the model's files to, such as "s3://production"; they stay where they
                are unless given.
            by: Who promotes it, for the alias's history.
            reason: Why, for the alias's history.

        Returns:
            Whether it was promoted, whether this call moved the alias, and why not.

        Raises:
            NotFound: The version is not there.
            InvalidInput: It cannot be an alias of this model.
            Conflict: The other registry has a version of this name with another model artifact.
        """
        from modelreg._core.references import subject
        from modelreg._core.resources import VERSIONS
        from modelreg._sync.aliases import Gate, promote
        from modelreg._sync.copying import copy_version

        gate = Gate(if_better=if_better, where=where, higher_is_better=higher_is_better)
        reference = subject(VERSIONS, version)
        if to is None:
            if files_to is not None:
                raise InvalidInput("files_to needs to, the registry that the version is copied to")
            return promote(self._engine, reference, alias, gate, by=by, reason=reason)
        copied = copy_version(self._engine, reference, to._engine, files_to=files_to)
        return promote(to._engine, copied, alias, gate, by=by, reason=reason)

    def plan_promote(
        self,
        version: ModelVersion | str,
        alias: str,
        *,
        if_better: str | None = None,
        where: Filter | None = None,
        higher_is_better: bool | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> Plan:
        """Return what `promote` would write here; nothing is written.

        Args:
            version: The version's record, id or reference.
            alias: The alias.
            if_better: The metric by which the version has to be better than the one that has the alias.
            where: A filter that the version has to satisfy.
            higher_is_better: Whether more of the metric is better; what the model remembers unless given.
            by: Who would promote it.
            reason: Why.

        Returns:
            The plan; where the version would be refused it writes nothing, and its warnings say why.

        Raises:
            NotFound: The version is not there.
            InvalidInput: It cannot be an alias of this model.
        """
        from modelreg._core.references import subject
        from modelreg._core.resources import VERSIONS
        from modelreg._sync.aliases import Gate, plan_promote

        gate = Gate(if_better=if_better, where=where, higher_is_better=higher_is_better)
        return plan_promote(self._engine, subject(VERSIONS, version), alias, gate, by=by, reason=reason)

    @cached_property
    def rest(self) -> modelreg_rest.Client:
        """The generated client on this connection, for any endpoint's `sync_detailed`.

        Tokens, retries, the deadline and the API version are the connection's; failures are raised as
        `modelreg.errors`.
        """
        from modelreg._sync.rest import client

        return client(self._engine.connection)

    @cached_property
    def models(self) -> modelreg.Models:
        """Registered models."""
        from modelreg._sync.model_group import Models

        return Models(self._engine)

    @cached_property
    def versions(self) -> modelreg.Versions:
        """Model versions."""
        from modelreg._sync.version_group import Versions

        return Versions(self._engine)

    @cached_property
    def artifacts(self) -> modelreg.Artifacts:
        """Artifacts of every kind."""
        from modelreg._sync.artifact_group import Artifacts

        return Artifacts(self._engine)

    @cached_property
    def serving_environments(self) -> modelreg.ServingEnvironments:
        """Serving environments."""
        from modelreg._sync.environment_group import ServingEnvironments

        return ServingEnvironments(self._engine)

    @cached_property
    def inference_services(self) -> modelreg.InferenceServices:
        """Inference services."""
        from modelreg._sync.service_group import InferenceServices

        return InferenceServices(self._engine)

    @cached_property
    def serve_models(self) -> modelreg.ServeModels:
        """Which versions inference services serve or served."""
        from modelreg._sync.serve_model_group import ServeModels

        return ServeModels(self._engine)

    @cached_property
    def experiments(self) -> modelreg.Experiments:
        """Experiments."""
        from modelreg._sync.experiment_group import Experiments

        return Experiments(self._engine)

    @cached_property
    def runs(self) -> modelreg.Runs:
        """Experiment runs."""
        from modelreg._sync.run_group import Runs

        return Runs(self._engine)


# The constructor without its hint for unknown keywords, which would name the class and not the verb.
_initialise = inspect.unwrap(RegistrationRequest.__init__)


def _request(verb: str, name: str, version: str, options: RegisterOptions) -> RegistrationRequest:
    """Return the request that a verb's arguments make.

    Raises:
        UnknownArgument: One of them is not known to the verb, which the error names.
    """
    request = RegistrationRequest.__new__(RegistrationRequest)
    try:
        _initialise(request, name, version, **options)
        return request
    except TypeError:
        check_keywords(verb, options, RegisterOptions)
        raise
