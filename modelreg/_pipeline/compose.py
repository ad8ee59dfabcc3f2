"""A registration from several sources: the command line before a file before CI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from modelreg._pipeline.best_metric import Score, best
from modelreg._pipeline.detect import DetectedRun
from modelreg._pipeline.evaluation import EvalResults
from modelreg._pipeline.metrics_file import MetricsFile
from modelreg._pipeline.provenance import properties_of
from modelreg._pipeline.registration_file import RegistrationFile
from modelreg._types import Artifact, DocArtifact, RegistrationRequest, Source
from modelreg.errors import InvalidInput

#: The document artifact that an evaluation's results file becomes.
EVAL_DOCUMENT = "evaluation-results"

_MAPS = ("properties", "metrics", "higher_is_better", "model_properties", "artifact_properties")


@attrs.frozen
class Composed:
    """A registration that is put together.

    Attributes:
        request: What to register; `registry.bulk([request])` takes it, and its fields are `register`'s arguments.
        warnings: What was left out or changed, a sentence each, for the log or stderr.
    """

    request: RegistrationRequest
    warnings: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `register`, `name` and `version` among them, without those that were not given."""
        given = {field.name: getattr(self.request, field.name) for field in attrs.fields(RegistrationRequest)}
        return {name: value for name, value in given.items() if value is not None}


def compose_registration(
    given: Mapping[str, Any],
    *,
    declared: RegistrationFile | None = None,
    detected: DetectedRun | None = None,
    metrics: MetricsFile | None = None,
    eval_results: EvalResults | None = None,
    eval_uri: str | None = None,
    params: Mapping[str, object] | None = None,
) -> Composed:
    """Return a registration that is put together from several sources.

    What is given wins over what a file holds, and that over what CI offers; maps (properties, metrics, lineage and so
    on) are joined key by key, labels and artifacts one after the other.

    Args:
        given: Arguments of `register`; None means not given.
        declared: What `read_registration` returned; its `metrics_file` and `eval_results` are the caller's to read.
        detected: What `detect_run` returned; it gives lineage, author and `ci_*` properties.
        metrics: What `read_metrics` returned; kept under the files' own keys.
        eval_results: What `read_eval_results` returned; summed up as `eval_*`, and attached as a document.
        eval_uri: Where the results file can be found by others; without it the document has no URI.
        params: Settings of the training, kept as `training_*`.

    Raises:
        InvalidInput: There is no name or no version.
    """
    base = RegistrationFile() if declared is None else declared
    layers: list[Mapping[str, Any]] = [given, base.arguments]
    if metrics is not None:
        layers.append({"metrics": metrics.metrics, "properties": metrics.other})
    warnings = list(metrics.warnings if metrics else ())
    trained = properties_of("training_", {**base.params, **(params or {})})
    layers.append({"properties": trained.properties})
    warnings.extend(trained.warnings)
    if eval_results is not None:
        summary, more = evaluation_arguments(eval_results, uri=eval_uri)
        layers.append(summary)
        warnings.extend(more)
    if detected is not None:
        # Lineage stands on the model artifact, and without weights there is none.
        weights = any(layer.get("uri") or layer.get("files") for layer in layers)
        source = detected.source if weights else None
        layers.append({"source": source, "author": detected.actor, "properties": detected.properties})
    arguments = _joined(layers)
    for name in ("name", "version"):
        if not arguments.get(name):
            raise InvalidInput(f"the registration has no {name}", hint="Give it, or write it into the file.")
    return Composed(RegistrationRequest(**arguments), tuple(warnings))


def evaluation_arguments(results: EvalResults, *, uri: str | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what a results file adds to a registration (properties, directions, a document), and warnings."""
    flat = results.properties()
    scores = results.comparable()
    properties = {**flat.properties, **best_properties(scores)}
    arguments = {
        "properties": properties,
        "higher_is_better": eval_directions(scores, properties),
        "artifacts": [evaluation_document(results, uri=uri)],
    }
    return arguments, (*results.warnings, *flat.warnings)


def best_properties(scores: Iterable[Score]) -> dict[str, Any]:
    """Return the properties that hold the score that stands for an evaluation; none where no score can."""
    chosen = best(scores)
    return {} if chosen is None else {"eval_best_metric": chosen.key, "eval_best_score": float(chosen.value)}


def eval_directions(scores: Iterable[Score], properties: Mapping[str, object]) -> dict[str, bool]:
    """Return which way the scores that are kept as properties are better, as far as that is known."""
    known = {f"eval_{score.key}": score.higher_is_better for score in scores}
    return {name: higher for name, higher in known.items() if higher is not None and name in properties}


def evaluation_document(results: EvalResults, *, uri: str | None) -> Artifact:
    """Return the results file as an artifact: its URI, what it holds, and its digest."""
    properties: dict[str, Any] = {"sha256": results.sha256} if results.sha256 else {}
    return DocArtifact(name=EVAL_DOCUMENT, uri=uri, description=results.describe(), properties=properties)


def _lineage(source: Source | Mapping[str, str | None]) -> dict[str, str]:
    """Return the parts of a source that are set."""
    given = attrs.asdict(source) if isinstance(source, Source) else source
    return {key.rstrip("_"): value for key, value in given.items() if value is not None}


def _joined(layers: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return arguments joined; earlier layers win."""
    arguments: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            if value is None:
                continue
            if name in _MAPS:
                arguments[name] = {**value, **arguments.get(name, {})}
            elif name == "source":
                # A kind that is given means another system: the rest of this one would not belong to it.
                given = arguments.get(name, {})
                arguments[name] = given if "kind" in given else {**_lineage(value), **given}
            elif name in ("labels", "artifacts"):
                arguments[name] = [*arguments.get(name, ()), *(v for v in value if v not in arguments.get(name, ()))]
            else:
                arguments.setdefault(name, value)
    shared = arguments.get("metrics", {}).keys() & arguments.get("properties", {}).keys()
    if shared:
        # A metric is a property too: what was given first stands, as a metric.
        arguments["properties"] = {key: value for key, value in arguments["properties"].items() if key not in shared}
    return arguments
