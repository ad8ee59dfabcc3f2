"""What KServe would load for a `model-registry://` URI, with warnings where that may surprise.

KServe's initializer cuts the URI at `/`, takes the newest version, archived or not, when none is named, and that
version's newest artifact of any kind; it fails when that is not a model artifact.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs

import attrs

from modelreg._core.names import split_reference
from modelreg._core.record_data import as_data
from modelreg._html_repr import HtmlRepr
from modelreg._storage.kserve import kserve_warning
from modelreg._types import Artifact, ModelArtifact, ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, public
from modelreg.errors import InvalidInput

SCHEME = "model-registry://"
LABELS = "modelregistry.kubeflow.org"


@public
@attrs.frozen(kw_only=True)
class KServeUri:
    """The parts of a `model-registry://` URI.

    Attributes:
        model: The model's name.
        version: The version's name; None means the newest.
        host: Host and port of another registry than the one at hand.
        namespace: The Kubernetes namespace of that registry.
        alias: Whether `version` may be an alias, as in `fraud@champion`; KServe itself knows none.
    """

    model: str
    version: str | None = None
    host: str | None = None
    namespace: str | None = None
    alias: bool = attrs.field(default=False, eq=False, repr=False)

    def __str__(self) -> str:
        """Return the URI as KServe takes it."""
        parts = [part for part in (self.host, self.model, self.version) if part]
        query = f"?namespace={self.namespace}" if self.namespace else ""
        return f"{SCHEME}{'/'.join(parts)}{query}"


@public
@attrs.frozen(kw_only=True)
class Resolved(HtmlRepr):
    """What KServe would load.

    Attributes:
        uri: What was resolved, an alias replaced by the version's name.
        model: The model.
        version: The version.
        artifact: The version's newest artifact, whatever its kind; None when it has none.
        warnings: A sentence each, where it would not load, or load something unexpected.
        loads: Whether KServe would find a URI to load; `warnings` say which it has no store for.
    """

    uri: KServeUri
    model: RegisteredModel
    version: ModelVersion
    artifact: Artifact | None
    warnings: tuple[str, ...] = ()
    loads: bool = True

    @property
    def artifact_uri(self) -> str | None:
        """The URI of the files that would be loaded."""
        return None if self.artifact is None else self.artifact.uri

    @property
    def reference(self) -> str:
        """The version's reference, such as `fraud@1.4.0`."""
        return f"{self.model.name}@{self.version.name}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "uri": str(self.uri),
            "reference": self.reference,
            "loads": self.loads,
            "artifact_uri": self.artifact_uri,
            "warnings": list(self.warnings),
            "model": as_data(self.model),
            "version": as_data(self.version),
            "artifact": None if self.artifact is None else as_data(self.artifact),
        }


def read_kserve_uri(text: str) -> KServeUri:
    """Return the parts of a URI as KServe cuts it, of a version's reference, or of a model's name.

    Args:
        text: Such as "model-registry://fraud/1.4.0", "fraud@1.4.0", "fraud@champion" or "fraud".

    Raises:
        InvalidInput: It is none of these.
    """
    if not isinstance(text, str) or not text:
        raise InvalidInput(f"uri is {text!r}; give {SCHEME}fraud/1.4.0, fraud@1.4.0 or fraud")
    if not text.startswith(SCHEME):
        if "://" in text:
            raise InvalidInput(f"uri is {text!r}, which does not begin with {SCHEME}; write {SCHEME}fraud/1.4.0")
        parts = split_reference(text)
        return KServeUri(model=text) if parts is None else KServeUri(model=parts[0], version=parts[1], alias=True)
    path, _, query = text.removeprefix(SCHEME).partition("?")
    pieces = path.strip("/").split("/")
    host = pieces.pop(0) if len(pieces) > 1 and re.fullmatch(r".+:\d+", pieces[0]) else None
    if len(pieces) > 2 or not all(pieces):
        raise InvalidInput(
            f"uri is {text!r}, which has {len(pieces)} parts",
            hint=f"Write {SCHEME}[HOST:PORT/]MODEL[/VERSION]; it cannot hold a name with a slash.",
        )
    namespace = parse_qs(query).get("namespace", [None])[0]
    return KServeUri(model=pieces[0], version=pieces[1] if len(pieces) == 2 else None, host=host, namespace=namespace)


def resolved_of(
    uri: KServeUri,
    model: RegisteredModel,
    version: ModelVersion,
    artifacts: Sequence[Artifact],
    newest_live: ModelVersion | None,
) -> Resolved:
    """Return what KServe would load, with warnings.

    Args:
        uri: What was resolved.
        model: The model.
        version: The version that the URI means.
        artifacts: The version's artifacts, oldest first.
        newest_live: The newest LIVE version of the model; None where there is none, or where it is not needed.
    """
    newest = artifacts[-1] if artifacts else None
    named = attrs.evolve(uri, version=None if uri.version is None else version.name, alias=False)
    return Resolved(
        uri=named,
        model=model,
        version=version,
        artifact=newest,
        warnings=(
            *_uri_warnings(uri, model, version, newest_live),
            *_artifact_warnings(f"{model.name}@{version.name}", artifacts),
        ),
        loads=isinstance(newest, ModelArtifact) and bool(newest.uri) and _fits_uri(named) and uri.host is None,
    )


def serving_problem(reference: str, artifacts: Sequence[Artifact]) -> str | None:
    """Return why KServe cannot load a version, and the command that mends it; None where it can.

    Args:
        reference: The version's reference, such as `fraud@1.4.0`.
        artifacts: Its artifacts, oldest first.
    """
    if not artifacts:
        return f"{reference} has no artifact: KServe fails"
    newest = artifacts[-1]
    if isinstance(newest, ModelArtifact):
        return None if newest.uri else f"model artifact {newest.name!r} of {reference} has no uri: KServe fails"
    older = next((each for each in reversed(artifacts) if isinstance(each, ModelArtifact)), None)
    problem = (
        f"the newest artifact of {reference} is the {newest.kind or 'unknown'} {newest.name!r}, no model artifact: "
    )
    if older is None:
        return f"{problem}KServe fails"
    return f"{problem}KServe fails; `{renew_command(reference)}` makes one equal to {older.name!r} the newest"


def renew_command(reference: str) -> str:
    """Return the command that makes a version's model artifact the newest artifact again."""
    return f"modelreg artifacts renew {reference}"


def _fits_uri(uri: KServeUri) -> bool:
    return not any(char in f"{uri.model}{uri.version or ''}" for char in "/?")


def _uri_warnings(
    uri: KServeUri, model: RegisteredModel, version: ModelVersion, newest_live: ModelVersion | None
) -> Iterator[str]:
    if not _fits_uri(uri):
        yield f"a {SCHEME} URI cannot hold a name with / or ?; use the URI of the files instead"
    if uri.host is not None:
        yield f"the URI names the registry at {uri.host}; this is what the registry at hand has"
    if uri.version is not None and uri.version != version.name:
        yield f"{uri.version!r} is an alias, which KServe does not know; the URI names the version"
    if model.state == STATE_ARCHIVED:
        yield f"model {model.name!r} is archived; KServe loads it all the same"
    if version.state == STATE_ARCHIVED:
        other = f"; the newest LIVE one is {newest_live.name!r}" if newest_live is not None else ""
        yield f"version {version.name!r} is archived; KServe loads it all the same{other}"
    elif uri.version is None:
        yield f"no version is given: KServe takes the newest, now {version.name!r}, and later another"


def _artifact_warnings(reference: str, artifacts: Sequence[Artifact]) -> Iterator[str]:
    problem = serving_problem(reference, artifacts)
    if problem is not None:
        yield problem
    models = [each for each in artifacts if isinstance(each, ModelArtifact)]
    if len(models) > 1 and isinstance(artifacts[-1], ModelArtifact):
        yield f"the version has {len(models)} model artifacts; the newest, {models[-1].name!r}, is loaded"
    if artifacts and isinstance(artifacts[-1], ModelArtifact) and artifacts[-1].uri:
        warning = kserve_warning(artifacts[-1].uri)
        if warning is not None:
            yield warning


def manifest(resolved: Resolved, *, name: str | None = None, namespace: str | None = None) -> str:
    """Return an InferenceService that `kubectl apply` takes; it names the files' own URI.

    Args:
        resolved: What to load.
        name: Of the service; made from the model's name unless given.
        namespace: Of the service; that of the URI unless given, and left to kubectl without either.

    Raises:
        InvalidInput: There is no model artifact to load.
    """
    artifact = resolved.artifact
    if not isinstance(artifact, ModelArtifact) or not artifact.uri:
        raise InvalidInput(f"{resolved.reference} has no model artifact that can be loaded", hint="Register one.")
    lines = [
        "apiVersion: serving.kserve.io/v1beta1",
        "kind: InferenceService",
        "metadata:",
        f"  name: {_yaml(name or dns_label(resolved.model.name))}",
    ]
    if namespace or resolved.uri.namespace:
        lines.append(f"  namespace: {_yaml(namespace or resolved.uri.namespace)}")
    lines += [
        "  labels:",
        f"    {LABELS}/registered-model-id: {_yaml(resolved.model.id)}",
        f"    {LABELS}/model-version-id: {_yaml(resolved.version.id)}",
        "spec:",
        "  predictor:",
    ]
    if artifact.service_account_name:
        lines.append(f"    serviceAccountName: {_yaml(artifact.service_account_name)}")
    lines += ["    model:", "      modelFormat:", f"        name: {_yaml(artifact.model_format or 'unknown')}"]
    if artifact.model_format_version:
        lines.append(f"        version: {_yaml(artifact.model_format_version)}")
    lines += _storage(artifact)
    return "\n".join(lines) + "\n"


def _storage(artifact: ModelArtifact) -> list[str]:
    if not artifact.storage_key:
        return [f"      storageUri: {_yaml(artifact.uri)}"]
    # Credentials by name go with a path in their storage; the two forms exclude each other.
    path = artifact.storage_path or re.sub(r"^[a-z0-9+.-]+://[^/]*/?", "", artifact.uri or "")
    return ["      storage:", f"        key: {_yaml(artifact.storage_key)}", f"        path: {_yaml(path)}"]


def _yaml(text: str | None) -> str:
    """Return a text as YAML: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=True)


def dns_label(name: str) -> str:
    """Return a name that Kubernetes takes, made from any name."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    if not label or not label[0].isalpha():
        label = f"model-{label}".strip("-")[:63]
    return label
