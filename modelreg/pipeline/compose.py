"""Decides how a registration is put together from what was said where: the command line before a file before CI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from modelreg.errors import InvalidInput
from modelreg.pipeline.best import best
from modelreg.pipeline.declared import Declared
from modelreg.pipeline.detect import DetectedRun
from modelreg.pipeline.evaluation import EvalResults
from modelreg.pipeline.metrics_file import MetricsFile
from modelreg.pipeline.provenance import BUDGET, properties_of
from modelreg.types import Artifact, DocArtifact, RegistrationRequest, Source

#: The document artifact that an evaluation's results file becomes.
EVAL_DOCUMENT = "evaluation-results"

_MAPS = ("properties", "metrics", "higher_is_better", "model_properties", "artifact_properties")


@attrs.frozen
class Composed:
    """A registration that is put together.

    Attributes:
        request: What to register; `registry.bulk([request])` takes it, and its fields are `register`'s arguments.
        notes: What was left out or said otherwise, a sentence each, for the log or stderr.
    """

    request: RegistrationRequest
    notes: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """The arguments of `register`, `name` and `version` among them; what was not said is not among them."""
        said = {field.name: getattr(self.request, field.name) for field in attrs.fields(RegistrationRequest)}
        return {name: value for name, value in said.items() if value is not None}


def compose_registration(
    said: Mapping[str, Any],
    *,
    declared: Declared | None = None,
    detected: DetectedRun | None = None,
    metrics: MetricsFile | None = None,
    eval_results: EvalResults | None = None,
    eval_uri: str | None = None,
    params: Mapping[str, object] | None = None,
) -> Composed:
    """Put a registration together.

    What is said wins over what a file declares, and that over what CI offers; maps (properties, metrics, lineage and so
    on) are joined key by key, labels and artifacts one after the other.

    Args:
        said: Arguments of `register` that were said directly; None means not said.
        declared: What `read_registration` answered. Its `metrics_file` and `eval_results` are the caller's to read.
        detected: What `detect_run` answered; it gives lineage, author and `ci_*` properties.
        metrics: What `read_metrics` answered; under the files' own keys.
        eval_results: What `read_eval_results` answered; summed up as `eval_*`, and attached as a document.
        eval_uri: Where the results file can be found by others; without it the document has no URI.
        params: Settings of the training, kept as `training_*`.

    Raises:
        InvalidInput: Nobody says the name or the version.
    """
    base = Declared() if declared is None else declared
    layers: list[Mapping[str, Any]] = [said, base.arguments]
    if metrics is not None:
        layers.append({"metrics": metrics.metrics, "properties": metrics.other})
    notes = list(metrics.notes if metrics else ())
    trained = properties_of("training_", {**base.params, **(params or {})})
    layers.append({"properties": trained.properties})
    notes.extend(trained.notes)
    if eval_results is not None:
        summary, remarks = evaluation_arguments(eval_results, uri=eval_uri)
        layers.append(summary)
        notes.extend(remarks)
    if detected is not None:
        # Lineage stands on the model artifact, and without weights there is none.
        weights = any(layer.get("uri") or layer.get("files") for layer in layers)
        source = detected.source if weights else None
        layers.append({"source": source, "author": detected.actor, "properties": detected.properties})
    arguments = _joined(layers)
    for name in ("name", "version"):
        if not arguments.get(name):
            raise InvalidInput(f"the registration has no {name}", hint="Say it, or declare it in the file.")
    return Composed(RegistrationRequest(**arguments), tuple(notes))


def evaluation_arguments(
    results: EvalResults, *, uri: str | None = None, taken: Mapping[str, object] | None = None, budget: int = BUDGET
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Answer what a results file adds to a registration (properties, directions, a document), and what there is to say.

    Args:
        uri: Where others find the file.
        taken: `eval_*` properties that are said already and win.
        budget: How many `eval_*` properties there may be.
    """
    flat = results.properties(budget=budget, taken=taken)
    properties = dict(flat.properties)
    chosen = best(results.comparable())
    if chosen is not None:
        properties.update(eval_best_metric=chosen.key, eval_best_score=float(chosen.value))
    directions = {
        f"eval_{score.name}": score.higher_is_better
        for score in results.scores
        if score.higher_is_better is not None and f"eval_{score.name}" in properties
    }
    arguments = {
        "properties": properties,
        "higher_is_better": directions,
        "artifacts": [evaluation_document(results, uri=uri)],
    }
    return arguments, (*results.notes, *flat.notes)


def evaluation_document(results: EvalResults, *, uri: str | None) -> Artifact:
    """The results file as an artifact: where it lies, what it says, and the digest by which to know it again."""
    properties: dict[str, Any] = {"sha256": results.sha256} if results.sha256 else {}
    return DocArtifact(name=EVAL_DOCUMENT, uri=uri, description=results.describe(), properties=properties)


def _lineage(source: Source | Mapping[str, str | None]) -> dict[str, str]:
    """What a source says, part by part."""
    said = attrs.asdict(source) if isinstance(source, Source) else source
    return {key.rstrip("_"): value for key, value in said.items() if value is not None}


def _joined(layers: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Join arguments; earlier layers win."""
    arguments: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            if value is None:
                continue
            if name in _MAPS:
                arguments[name] = {**value, **arguments.get(name, {})}
            elif name == "source":
                # Who says the kind means another system: the rest of this one would not belong to it.
                said = arguments.get(name, {})
                arguments[name] = said if "kind" in said else {**_lineage(value), **said}
            elif name in ("labels", "artifacts"):
                arguments[name] = [*arguments.get(name, ()), *(v for v in value if v not in arguments.get(name, ()))]
            else:
                arguments.setdefault(name, value)
    shared = arguments.get("metrics", {}).keys() & arguments.get("properties", {}).keys()
    if shared:
        # A metric is a property too: what was said first stands, as a metric.
        arguments["properties"] = {key: value for key, value in arguments["properties"].items() if key not in shared}
    return arguments
