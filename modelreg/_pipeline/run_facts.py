"""What a training run knows, and the registration request that it makes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from modelreg._pipeline.artifact_uris import Location, RunArtifact
from modelreg._pipeline.best_metric import Score, direction_of, is_error, metric_in
from modelreg._pipeline.compose import best_properties, eval_directions, evaluation_document
from modelreg._pipeline.evaluation import EvalResults, metric_name
from modelreg._pipeline.fingerprint import ARTIFACT_PATH, FINGERPRINT
from modelreg._pipeline.provenance import BUDGET, FRAMEWORK_KEYS, finite, properties_of
from modelreg._types import Artifact, ModelArtifact, RegistrationRequest, Signer
from modelreg.errors import InvalidInput

#: The name that gives way to the base model's.
DEFAULT_NAME = "fine-tuned-model"
#: For how many evaluation metrics the model remembers which way is better.
DIRECTIONS = 50

Values: TypeAlias = Mapping[str, object] | RunArtifact


@attrs.frozen(kw_only=True)
class RunFacts:
    """What a run knows, as `register_run` takes it."""

    name: str = DEFAULT_NAME
    version: str
    model: RunArtifact | None = None
    uri: str | None = None
    path: str | os.PathLike[str] | None = None
    base_model: str | None = None
    hyperparameters: Values | None = None
    training_metrics: Values | None = None
    eval_metrics: Values | None = None
    eval_results: str | os.PathLike[str] | RunArtifact | None = None
    higher_is_better: Mapping[str, bool] | None = None
    pipeline_name: str | None = None
    run_id: str | None = None
    run_name: str | None = None
    namespace: str | None = None
    author: str | None = None
    description: str | None = None
    model_format: str | None = None
    model_format_version: str | None = None
    properties: Mapping[str, object] | None = None
    labels: Sequence[str] | None = None
    to: str | None = None
    sign: Signer | None = None
    on_conflict: Literal["fail", "update"] = "fail"
    alias: str | None = None

    @property
    def base(self) -> str | None:
        """The base model: as it is given, else as the training step recorded it."""
        if self.base_model:
            return self.base_model
        recorded = None if self.model is None else (self.model.metadata or {}).get("model_name")
        return recorded if isinstance(recorded, str) and recorded else None

    @property
    def registered_name(self) -> str:
        """The name to register under: the default one gives way to the base model's."""
        return self.base or self.name if self.name == DEFAULT_NAME else self.name


@attrs.frozen(kw_only=True)
class Findings:
    """What was looked up for a run.

    Attributes:
        weights: The location of the weights.
        fingerprint: Of the weights' content.
        results: What the evaluation's results file holds.
        results_location: The location of that file.
        namespace: The namespace that the run ran in.
    """

    weights: Location = attrs.field(factory=Location)
    fingerprint: str | None = None
    results: EvalResults | None = None
    results_location: Location = attrs.field(factory=Location)
    namespace: str | None = None


def request_of(facts: RunFacts, found: Findings) -> tuple[RegistrationRequest, tuple[str, ...]]:
    """Return what to register, and warnings."""
    training, warnings = _training(facts)
    evaluation, directions, more = _evaluation(facts, found.results)
    provenance = {"pipeline_name": facts.pipeline_name, "base_model": facts.base}
    given = dict(facts.properties or {})
    properties = {
        **{key: value for key, value in {**training, **evaluation, **provenance}.items() if value not in (None, "")},
        **given,
    }
    request = RegistrationRequest(
        facts.registered_name,
        facts.version,
        description=facts.description or None,
        author=facts.author or None,
        properties=properties,
        labels=facts.labels,
        higher_is_better=directions,
        on_conflict=facts.on_conflict,
        alias=facts.alias or None,
        **(_uploaded(facts, found) if facts.to else _left(facts, found)),
    )
    return request, (*warnings, *more)


def _left(facts: RunFacts, found: Findings) -> dict[str, Any]:
    """Return the arguments of weights that stay where they are."""
    return {"artifacts": [*_documents(found), model_artifact(facts, found)]}


def _uploaded(facts: RunFacts, found: Findings) -> dict[str, Any]:
    """Return the arguments of weights that are uploaded.

    Raises:
        InvalidInput: Nothing says where they are on this machine.
    """
    path = found.weights.path or (facts.model.path if facts.model is not None else None)
    if not path:
        raise InvalidInput("to is given, and nothing says where the weights are in this container; give path or model")
    artifact = model_artifact(facts, found)
    properties = {key: value for key, value in artifact.properties.items() if key != ARTIFACT_PATH}
    return {
        "artifacts": _documents(found),
        "files": path,
        "to": facts.to,
        "sign": facts.sign,
        "model_format": artifact.model_format,
        "model_format_version": artifact.model_format_version,
        "source": artifact.source,
        "artifact_properties": properties or None,
    }


def model_artifact(facts: RunFacts, found: Findings) -> ModelArtifact:
    """The model artifact, which there always is: it holds the lineage, and stays the version's newest artifact."""
    properties: dict[str, Any] = {}
    if found.weights.uri is None and found.weights.path:
        properties[ARTIFACT_PATH] = found.weights.path
    if found.fingerprint:
        properties[FINGERPRINT] = found.fingerprint
    return ModelArtifact(
        name=facts.registered_name,
        uri=found.weights.uri,
        model_format=facts.model_format or None,
        model_format_version=facts.model_format_version or None,
        source_kind="kfp",
        source_class="pipelinerun",
        source_group=found.namespace or None,
        source_id=facts.run_id or None,
        source_name=facts.run_name or facts.pipeline_name or None,
        properties=properties,
    )


def _documents(found: Findings) -> list[Artifact]:
    if found.results is None:
        return []
    return [evaluation_document(found.results, uri=found.results_location.uri)]


def _training(facts: RunFacts) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Settings first, so that it is measurements that a budget leaves out."""
    settings = properties_of("training_", _values(facts.hyperparameters))
    budget = BUDGET - len(settings.properties)
    measured = properties_of(
        "training_", _values(facts.training_metrics), budget=max(budget, 0), taken=settings.properties
    )
    return _merged(settings.properties, measured.properties, "training_"), (*settings.warnings, *measured.warnings)


def _evaluation(
    facts: RunFacts, results: EvalResults | None
) -> tuple[dict[str, Any], dict[str, bool], tuple[str, ...]]:
    """Return what was measured and given, joined with the results file's summary, and the best of both."""
    given = _values(facts.eval_metrics)
    named: dict[str, object] = {}
    for key, value in given.items():
        if key not in FRAMEWORK_KEYS:
            named.setdefault(metric_name(str(key)), value)
    explicit = properties_of("eval_", named)
    summary: dict[str, Any] = {}
    warnings = [*explicit.warnings]
    scores = {score.key: score for score in (results.comparable() if results else ())}
    if results is not None:
        room = max(BUDGET - len(explicit.properties), 0)
        flat = results.properties(budget=room, taken=explicit.properties)
        summary = flat.properties
        warnings += [*results.warnings, *flat.warnings]
    properties = _merged(explicit.properties, summary, "eval_")
    scores.update({score.key: score for score in _explicit_scores(facts, explicit.properties, scores)})
    properties.update(best_properties(scores.values()))
    directions = eval_directions(scores.values(), properties)
    return properties, dict(list(directions.items())[:DIRECTIONS]), tuple(warnings)


def _explicit_scores(facts: RunFacts, properties: Mapping[str, Any], known: Mapping[str, Score]) -> list[Score]:
    """Return the metrics that were given, with the direction that was given, the results file's, or their name's."""
    declared = {metric_name(key): up for key, up in (facts.higher_is_better or {}).items()}
    scores = []
    for full, value in properties.items():
        key = full.removeprefix("eval_")
        if not finite(value) or is_error(key) or key == "left_out":
            continue
        same = known.get(key)
        metric = same.metric if same else metric_in(key)
        direction = declared.get(key, same.higher_is_better if same else direction_of(metric))
        scores.append(Score(key, metric, value, direction, same.group if same else False))
    return scores


def _merged(first: dict[str, Any], second: dict[str, Any], prefix: str) -> dict[str, Any]:
    key = f"{prefix}left_out"
    merged = {**second, **first}
    if key in first and key in second:
        merged[key] = first[key] + second[key]
    return merged


def _values(given: Values | None) -> Mapping[str, object]:
    """What a metrics artifact holds, or a plain mapping."""
    held = given if isinstance(given, Mapping) else getattr(given, "metadata", None)
    return held if isinstance(held, Mapping) else {}
