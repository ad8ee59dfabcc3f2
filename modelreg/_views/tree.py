"""The tree of a model: its versions, their artifacts, where they are served, the runs they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from modelreg._core.record_data import as_data
from modelreg._core.serving import served_by
from modelreg._sync.registry import ModelRegistry
from modelreg._types import Artifact, InferenceService, ModelArtifact, ModelVersion, RegisteredModel
from modelreg._types.credentials import hide_credentials
from modelreg._views.names import Names
from modelreg._views.visible_text import visible


@attrs.frozen
class Node:
    """One line of a tree, and what hangs below it."""

    label: str
    below: Sequence[Node] = ()


def tree(registry: ModelRegistry, model: RegisteredModel, *, limit: int = 0) -> tuple[Node, Mapping[str, Any]]:
    """Return a model's tree, the newest version first, and the same as data; with a `limit` of 0 all versions."""
    names = Names(registry)
    services = [service for service in registry.inference_services.list() if service.model_id == model.id]
    versions = list(registry.versions.list(model=model, order_by="ID", descending=True, limit=limit or None))
    nodes, data = [], []
    for version in versions:
        artifacts = list(registry.artifacts.list(version=version, order_by="ID"))
        served = served_by(version, services, versions[0].id)
        nodes.append(_version(version, artifacts, served, names))
        data.append(
            {
                **as_data(version),
                "artifacts": [as_data(each) for each in artifacts],
                "services": [as_data(each) for each in served],
            }
        )
    state = "" if model.state == "LIVE" else f"  [{model.state}]"
    return Node(f"{visible(model.name)}{state}", nodes), {**as_data(model), "versions": data}


def lines(node: Node) -> Iterator[str]:
    """Return the lines of a tree."""
    yield node.label
    yield from _branches(node, "")


def _branches(node: Node, before: str) -> Iterator[str]:
    for at, child in enumerate(node.below, 1):
        last = at == len(node.below)
        yield f"{before}{'└─' if last else '├─'} {child.label}"
        yield from _branches(child, before + ("   " if last else "│  "))


def _version(
    version: ModelVersion, artifacts: Sequence[Artifact], services: Sequence[InferenceService], names: Names
) -> Node:
    below = [_artifact(each) for each in artifacts]
    below += [Node(_service(names, service)) for service in services]
    state = "" if version.state == "LIVE" else f"  [{version.state}]"
    return Node(f"{visible(version.name)}{state}", below)


def _artifact(artifact: Artifact) -> Node:
    uri = f"  {visible(hide_credentials(artifact.uri))}" if artifact.uri else ""
    if not isinstance(artifact, ModelArtifact):
        return Node(f"{artifact.kind or 'artifact'} {visible(artifact.name)}{uri}")
    named = " ".join(part for part in (artifact.model_format, artifact.model_format_version) if part)
    source = artifact.source
    parts = [part for part in (source.kind, source.class_, source.group, source.name, source.id) if part]
    origin = [Node(f"from {visible(' / '.join(parts))}")] if parts else []
    return Node(f"model {visible(artifact.name)}{f' ({visible(named)})' if named else ''}{uri}", origin)


def _service(names: Names, service: InferenceService) -> str:
    environment = visible(names.environment(service.environment_id) or "?")
    newest = ", always the newest version" if service.version_id is None else ""
    return f"served by {environment} / {visible(service.name)}: {service.desired_state or 'UNKNOWN'}{newest}"
