"""Two registered versions, read back and side by side.

Runs in a process of its own, which knows the registry's address and the model's name and nothing else.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from examples.demo.training import evaluate, load, sha256
from modelreg import ModelArtifact, ModelRegistry, ModelVersion, RegisteredModel

FACTS = ("algorithm", "hyperparameters", "dataset", "dataset_sha256", "rows_held_out", "code_revision")


def compare(registry: ModelRegistry, name: str) -> list[str]:
    """Read every version of the model by the model's name; return the lines of the comparison."""
    model = registry.models.find(name)
    if model is None:
        raise SystemExit(f"there is no model {name!r} in {registry!r}")
    versions = list(registry.versions.list(model=model))
    rows = [["", *(version.name for version in versions)]]
    rows += [[fact, *(_short(version.properties.get(fact, "-")) for version in versions)] for fact in FACTS]
    rows += [["weights", *(_checked(registry, version) for version in versions)], []]
    rows += [_metric(model, versions, metric) for metric in model.higher_is_better]
    return [*_aligned(rows), "", "* the better value"]


def _metric(model: RegisteredModel, versions: list[ModelVersion], metric: str) -> list[str]:
    values = [float(version.properties[metric]) for version in versions]
    up = model.higher_is_better[metric]
    best = max(values) if up else min(values)
    shown = [f"{value:.4f}{' *' if value == best and len(set(values)) > 1 else ''}" for value in values]
    return [f"{metric} ({'higher' if up else 'lower'} is better)", *shown]


def _checked(registry: ModelRegistry, version: ModelVersion) -> str:
    """Hold the weights that the record points at against what the record says of them."""
    for artifact in registry.artifacts.list(version=version):
        if isinstance(artifact, ModelArtifact):
            weights = Path(url2pathname(urlparse(artifact.uri or "").path))
            if sha256(weights) != artifact.properties["sha256"]:
                return "not what was registered"
            scores = evaluate(load(weights))
            agree = all(abs(scores[metric] - version.properties[metric]) < 1e-5 for metric in scores)
            return "verified, same scores" if agree else "verified, other scores"
    return "none"


def _short(value: object) -> str:
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    text = text.strip("{}").replace('"', "")
    return text if len(text) <= 36 else f"{text[:12]}..."


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows if row) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
