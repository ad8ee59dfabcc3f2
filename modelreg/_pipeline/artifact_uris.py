"""URIs of a run's weights and other artifacts; container-local paths give none."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable
from urllib.parse import unquote, urlsplit

import attrs

PVC_NAME_VARIABLE = "MODEL_REGISTRY_PVC_NAME"

# Kubeflow Pipelines mounts a run's workspace here and calls its claim {workflow}-kfp-workspace; a step's pod is called
# {workflow}-system-container-impl-{number}.
WORKSPACE_MOUNT = "/kfp-workspace"
_STEP_POD = re.compile(r"^(?P<workflow>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)-system-container-impl-\d+$")

_SCHEME = re.compile(r"(?i)^(?P<scheme>[a-z][a-z0-9+.-]+)://")


@runtime_checkable
class RunArtifact(Protocol):
    """What kfp hands to a step for each input artifact; anything with these attributes will do."""

    @property
    def uri(self) -> str:
        """Its URI, as the pipeline has it."""

    @property
    def path(self) -> str:
        """Its path in this container."""

    @property
    def metadata(self) -> dict[str, Any]:
        """What the step that made it recorded."""


@attrs.frozen
class Location:
    """The URI of a file or folder, and its path in this container.

    Attributes:
        uri: Where others find it; None when that is not known.
        path: In this container, as it was given.
        warnings: A sentence each.
    """

    uri: str | None = None
    path: str | None = None
    warnings: tuple[str, ...] = ()


@attrs.frozen
class Volume:
    """A mounted volume.

    Attributes:
        mount: Where it is mounted in this container; empty when it is not.
        claim: The name of its persistent volume claim; None when it is not known.
    """

    mount: str = ""
    claim: str | None = None

    def uri(self, path: str) -> str | None:
        """Return `pvc://{claim}/{path below the mount}`, or None where the path is not on it or the claim not known."""
        if not self.claim or not self.holds(path):
            return None
        below = posixpath.relpath(posixpath.normpath(path), posixpath.normpath(self.mount))
        return f"pvc://{self.claim}" if below == "." else f"pvc://{self.claim}/{below}"

    def holds(self, path: str) -> bool:
        """Return whether a path is on it."""
        if not posixpath.isabs(self.mount) or not posixpath.isabs(path):
            return False
        mount, whole = posixpath.normpath(self.mount), posixpath.normpath(path)
        return whole == mount or whole.startswith(mount.rstrip("/") + "/")


def volume(mount: str, claim: str | None = None, *, environ: Mapping[str, str] | None = None) -> Volume:
    """Return the mounted volume; its claim is `claim`, `MODEL_REGISTRY_PVC_NAME`, or what KFP calls its workspace."""
    env = os.environ if environ is None else environ
    return Volume(mount, claim or env.get(PVC_NAME_VARIABLE, "").strip() or _workspace_claim(mount, env))


def _workspace_claim(mount: str, environ: Mapping[str, str]) -> str | None:
    if not Volume(WORKSPACE_MOUNT).holds(mount):
        return None
    pod = environ.get("KFP_POD_NAME") or environ.get("HOSTNAME", "")
    # A host's name is cut at 63 characters, where a pod's may go on: one that long is not believed.
    step = None if not environ.get("KFP_POD_NAME") and len(pod) >= 63 else _STEP_POD.match(pod)
    # The claim is the mount's root: a folder below it would need its own path added.
    at_root = posixpath.normpath(mount) == WORKSPACE_MOUNT
    return f"{step['workflow']}-kfp-workspace" if step and at_root else None


def is_remote(uri: object) -> bool:
    """Return whether a URI means the same to others."""
    scheme = _SCHEME.match(uri) if isinstance(uri, str) else None
    return scheme is not None and scheme["scheme"].lower() != "file"


def weights_location(
    artifact: RunArtifact | None, on: Volume, *, uri: str | None = None, path: str | os.PathLike[str] | None = None
) -> Location:
    """Return the location of the weights.

    In this order: `uri`; `path`, or else the training step's `metadata["artifact_path"]`;
    the artifact's `uri` when it is remote; its path.

    Args:
        artifact: The model artifact of the training step.
        on: The volume that paths may be on.
        uri: The URI, where it is known.
        path: The path in this container.
    """
    if uri:
        return Location(uri)
    recorded = None if artifact is None else (artifact.metadata or {}).get("artifact_path")
    given = os.fspath(path) if path else recorded if isinstance(recorded, str) else None
    warnings = (
        (f"artifact_path is {recorded!r}, which is no path",) if recorded and not isinstance(recorded, str) else ()
    )
    found = artifact_location(artifact, on, given)
    return attrs.evolve(found, warnings=(*warnings, *found.warnings))


def artifact_location(artifact: RunArtifact | None, on: Volume, given: str | None = None) -> Location:
    """Return the location of an artifact, of which a path or URI may be given."""
    remote = artifact.uri if artifact is not None and is_remote(artifact.uri) else None
    if given:
        return _given_location(given, on, remote)
    if remote:
        return Location(remote)
    path = "" if artifact is None else artifact.path or _local(artifact.uri) or ""
    return _given_location(path, on, None) if path else Location()


def _given_location(given: str, on: Volume, remote: str | None) -> Location:
    if is_remote(given):
        return Location(given)
    path = _local(given) or given
    uri = on.uri(path)
    if uri:
        return Location(uri, path)
    why = (
        f"the claim of the volume at {on.mount} is not known: set {PVC_NAME_VARIABLE}"
        if on.holds(path)
        else "it is a path inside this container"
    )
    if remote:
        return Location(remote, path, (f"{path!r} is not recorded ({why}); the artifact's own URI {remote!r} is",))
    return Location(None, path, (f"{path!r} is recorded as no URI: {why}",))


def _local(uri: object) -> str | None:
    """Return the path of a `file:` URI or a bare path."""
    if not isinstance(uri, str) or not uri:
        return None
    return unquote(urlsplit(uri).path) if uri.lower().startswith("file:") else uri
