"""Decides what KServe would load for a `model-registry://` URI, and warns where that is not what one would think.

KServe's initializer cuts the URI at `/`, takes the newest version, archived or not, when none is said, and that
version's newest artifact of any kind; it fails when that is not a model artifact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import attrs

from modelreg._sync.registry import ModelRegistry
from modelreg.errors import InvalidInput, NotFound
from modelreg.types import Artifact, ModelArtifact, ModelVersion, RegisteredModel
from modelreg.types.records import STATE_ARCHIVED
from modelreg.views.data import as_data

SCHEME = "model-registry://"
LABELS = "modelregistry.kubeflow.org"


@attrs.frozen(kw_only=True)
class ModelUri:
    """What a `model-registry://` URI says.

    Attributes:
        host: Host and port of another registry than the one at hand.
        version: None means the newest.
    """

    model: str
    version: str | None = None
    host: str | None = None
    namespace: str | None = None

    def __str__(self) -> str:
        """Write it as KServe takes it."""
        parts = [part for part in (self.host, self.model, self.version) if part]
        query = f"?namespace={self.namespace}" if self.namespace else ""
        return f"{SCHEME}{'/'.join(parts)}{query}"


@attrs.frozen(kw_only=True)
class Resolved:
    """What would be loaded.

    Attributes:
        artifact: The version's newest artifact, whatever it is; None when it has none.
        warnings: A sentence each, where it would not load, or not what one would think.
        loads: Whether KServe would load it.
    """

    uri: ModelUri
    model: RegisteredModel
    version: ModelVersion
    artifact: Artifact | None
    warnings: tuple[str, ...] = ()
    loads: bool = True

    @property
    def place(self) -> str | None:
        """Where the weights lie."""
        return None if self.artifact is None else self.artifact.uri

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "uri": str(self.uri),
            "reference": f"{self.model.name}@{self.version.name}",
            "loads": self.loads,
            "place": self.place,
            "warnings": list(self.warnings),
            "model": as_data(self.model),
            "version": as_data(self.version),
            "artifact": None if self.artifact is None else as_data(self.artifact),
        }


def read_uri(text: str) -> ModelUri:
    """Read a URI as KServe does, or a version as `fraud@1.4.0`, or a model's name.

    Raises:
        InvalidInput: It is neither.
    """
    if not text.startswith(SCHEME):
        if "://" in text:
            raise InvalidInput(f"{text!r} does not begin with {SCHEME}", hint=f"Write {SCHEME}fraud/1.4.0.")
        model, at, version = text.rpartition("@")
        return ModelUri(model=model, version=version) if at and model and version else ModelUri(model=text)
    path, _, query = text.removeprefix(SCHEME).partition("?")
    parts = path.strip("/").split("/")
    host = parts.pop(0) if len(parts) > 1 and re.fullmatch(r".+:\d+", parts[0]) else None
    if len(parts) > 2 or not all(parts):
        raise InvalidInput(
            f"{text!r} has {len(parts)} parts",
            hint=f"Write {SCHEME}[HOST:PORT/]MODEL[/VERSION]; names with a slash cannot be said in it.",
        )
    namespace = parse_qs(query).get("namespace", [None])[0]
    return ModelUri(model=parts[0], version=parts[1] if len(parts) == 2 else None, host=host, namespace=namespace)


def resolve(registry: ModelRegistry, uri: ModelUri) -> Resolved:
    """Find what KServe would load.

    Raises:
        NotFound: The model or the version is not there, or the model has no version.
    """
    model = registry.models.find(uri.model)
    if model is None:
        raise NotFound(f"there is no registered model {uri.model!r}", resource=uri.model)
    version = _version(registry, model, uri)
    newest = registry.artifacts.list(version=version, order_by="ID", descending=True).first()
    warnings = list(_warnings(registry, uri, model, version, newest))
    return Resolved(
        uri=uri,
        model=model,
        version=version,
        artifact=newest,
        warnings=tuple(warnings),
        loads=isinstance(newest, ModelArtifact) and bool(newest.uri) and _sayable(uri) and uri.host is None,
    )


def _version(registry: ModelRegistry, model: RegisteredModel, uri: ModelUri) -> ModelVersion:
    if uri.version is not None:
        version = registry.versions.find(uri.version, model=model)
    else:
        version = registry.versions.list(model=model, order_by="ID", descending=True).first()
    if version is None:
        what = "no version" if uri.version is None else f"no version {uri.version!r}"
        raise NotFound(f"model {model.name!r} has {what}", resource=model.id)
    return version


def _sayable(uri: ModelUri) -> bool:
    return not any(char in f"{uri.model}{uri.version or ''}" for char in "/?")


def _warnings(
    registry: ModelRegistry, uri: ModelUri, model: RegisteredModel, version: ModelVersion, newest: Artifact | None
) -> Iterator[str]:
    if not _sayable(uri):
        yield "a name with / or ? cannot be said in a model-registry:// URI; name the weights' own URI instead"
    if uri.host is not None:
        yield f"the URI names the registry at {uri.host}; what is shown is of the registry at hand"
    if model.state == STATE_ARCHIVED:
        yield f"model {model.name!r} is archived; KServe loads it all the same"
    if version.state == STATE_ARCHIVED:
        live = registry.versions.latest(model)
        other = f"; the newest LIVE one is {live.name!r}" if live is not None else ""
        yield f"version {version.name!r} is archived; KServe loads it all the same{other}"
    elif uri.version is None:
        yield f"no version is said: KServe takes the newest, {version.name!r} now, and another after the next one"
    yield from _artifact_warnings(registry, version, newest)


def _artifact_warnings(registry: ModelRegistry, version: ModelVersion, newest: Artifact | None) -> Iterator[str]:
    if newest is None:
        yield f"version {version.name!r} has no artifact: KServe fails"
        return
    weights = list(registry.artifacts.list(version=version, kind="model", order_by="ID", descending=True))
    if not isinstance(newest, ModelArtifact):
        has = f"; its model artifact {weights[0].name!r} is older" if weights else ""
        yield f"the newest artifact is the {newest.kind or 'unknown'} {newest.name!r}, no model: KServe fails{has}"
    elif len(weights) > 1:
        yield f"the version has {len(weights)} model artifacts; the newest, {newest.name!r}, is loaded"
    if isinstance(newest, ModelArtifact) and not newest.uri:
        yield f"model artifact {newest.name!r} has no uri: KServe fails"


def manifest(resolved: Resolved, *, name: str | None = None, namespace: str | None = None) -> str:
    """Write an InferenceService that `kubectl apply` takes; it names the weights' own place.

    Args:
        name: Of the service; the model's name as Kubernetes takes it, unless given.
        namespace: Left to kubectl unless given, or said by the URI.

    Raises:
        InvalidInput: There are no weights to load.
    """
    artifact = resolved.artifact
    if not isinstance(artifact, ModelArtifact) or not artifact.uri:
        raise InvalidInput(f"{resolved.version.name!r} has no weights that could be loaded", hint="Register them.")
    named = name or dns_label(resolved.model.name)
    lines = [
        "apiVersion: serving.kserve.io/v1beta1",
        "kind: InferenceService",
        "metadata:",
        f"  name: {_yaml(named)}",
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
    """Write a text as YAML: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=True)


def dns_label(name: str) -> str:
    """Make of a name what Kubernetes takes for one."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    if not label or not label[0].isalpha():
        label = f"model-{label}".strip("-")[:63]
    return label
