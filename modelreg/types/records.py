"""Decides the records: one frozen class for each resource, its fields named as the field names them.

A field says in its metadata what it is called on the wire where that is not its own name in camel case, and how it is
read; everything that converts goes by that. A text that the registry does not have is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import attrs

from .display import Shown

STATE_LIVE = "LIVE"
STATE_ARCHIVED = "ARCHIVED"

_LIFE = (STATE_LIVE, STATE_ARCHIVED)
_ARTIFACT_STATES = ("UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE")
_EXECUTION_STATES = ("UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED")

# On a registered model, one string property a metric, "higher" or "lower", remembers which way is better.
DIRECTION_PREFIX = "metric_direction_"


def _text(wire: str = "", *, fixed: bool = False) -> Any:
    """A text field; fixed: only a POST can say it."""
    return attrs.field(default=None, metadata={"wire": wire, "read": "text", "fixed": fixed})


def _state(*choices: str, wire: str = "") -> Any:
    """An enum field, which a PATCH resets when it leaves it out; kept as text, so that unknown values read too."""
    return attrs.field(default=None, metadata={"wire": wire, "read": "text", "choices": choices})


def _time(wire: str = "", *, fixed: bool = False) -> Any:
    return attrs.field(default=None, metadata={"wire": wire, "read": "time", "fixed": fixed})


def _texts() -> Any:
    return attrs.field(default=(), converter=tuple, metadata={"read": "texts"})


def _number(*, whole: bool = False) -> Any:
    return attrs.field(default=None, metadata={"read": "int" if whole else "float"})


# Records are without slots: with them a frozen class sets each field by object.__setattr__, a fifth of a list's time.


@attrs.frozen(kw_only=True, slots=False)
class Record(Shown):
    """What every resource has.

    Attributes:
        id: Chosen by the registry; empty on a record that was never sent.
        name: Unique under its parent; of an artifact outside any version it is not.
        external_id: The caller's own id, unique among the resources of one kind.
        properties: The custom properties as plain values; `float` where the wire has a double, `int` where it has an
            int or an integral double past 32 bits, dicts and lists where it has a struct.
        create_time: UTC, to the millisecond, chosen by the registry.
        last_update_time: UTC, to the millisecond, chosen by the registry.
    """

    id: str = attrs.field(default="", metadata={"read": "text", "fixed": True})
    name: str = attrs.field(default="", metadata={"read": "text", "fixed": True})
    description: str | None = _text()
    external_id: str | None = _text()
    properties: dict[str, Any] = attrs.field(factory=dict, converter=dict, hash=False, metadata={"read": "properties"})
    create_time: datetime | None = _time("createTimeSinceEpoch", fixed=True)
    last_update_time: datetime | None = _time("lastUpdateTimeSinceEpoch", fixed=True)
    _wire: Mapping[str, Any] = attrs.field(factory=dict, repr=False, eq=False, alias="wire", metadata={"read": "wire"})

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON object as it came from the registry; empty for a record that did not come from one."""
        return dict(self._wire)

    @property
    def labels(self) -> tuple[str, ...]:
        """The keys of the properties whose value is the empty string, which is how the registry keeps labels."""
        return tuple(key for key, value in self.properties.items() if value == "" and isinstance(value, str))


@attrs.frozen(kw_only=True, slots=False)
class RegisteredModel(Record):
    """A named model, the parent of its versions.

    Attributes:
        state: "LIVE" or "ARCHIVED".
        maturity: Free text such as "Generally Available"; with readme, language (codes), tasks, provider, logo (a
            URI), license, license_link and library_name what a catalogue says of a model.
    """

    readme: str | None = _text()
    maturity: str | None = _text()
    language: tuple[str, ...] = _texts()
    tasks: tuple[str, ...] = _texts()
    provider: str | None = _text()
    logo: str | None = _text()
    license: str | None = _text()
    license_link: str | None = _text()
    library_name: str | None = _text()
    owner: str | None = _text()
    state: str | None = _state(*_LIFE)

    @property
    def higher_is_better(self) -> dict[str, bool]:
        """The metrics whose direction was declared on this model: True where more is better."""
        cut = len(DIRECTION_PREFIX)
        return {
            key[cut:]: value == "higher"
            for key, value in self.properties.items()
            if key.startswith(DIRECTION_PREFIX) and value in ("higher", "lower")
        }


@attrs.frozen(kw_only=True, slots=False)
class ModelVersion(Record):
    """A version of a registered model; metrics and parameters are its properties.

    Attributes:
        model_id: The registered model's id.
        state: "LIVE" or "ARCHIVED".
    """

    model_id: str | None = _text("registeredModelId", fixed=True)
    author: str | None = _text()
    state: str | None = _state(*_LIFE)


@attrs.frozen(kw_only=True)
class Source:
    """Where a model came from, as a model artifact records it: `kfp`, `pipelinerun`, namespace, run id, run name."""

    kind: str | None = None
    class_: str | None = None
    group: str | None = None
    id: str | None = None
    name: str | None = None


@attrs.frozen(kw_only=True, slots=False)
class Artifact(Record):
    """What every kind of artifact has, and the record of a kind that this modelreg does not know.

    Attributes:
        state: One of UNKNOWN, PENDING, LIVE, MARKED_FOR_DELETION, DELETED, ABANDONED, REFERENCE, or None.
        experiment_id: The experiment of the run that logged it.
        run_id: The experiment run that logged it.
    """

    kind: ClassVar[str] = ""
    uri: str | None = _text()
    state: str | None = _state(*_ARTIFACT_STATES)
    experiment_id: str | None = _text(fixed=True)
    run_id: str | None = _text("experimentRunId", fixed=True)


@attrs.frozen(kw_only=True, slots=False)
class ModelArtifact(Artifact):
    """The weights: where they lie, in which format, and which run made them."""

    kind: ClassVar[str] = "model"
    model_format: str | None = _text("modelFormatName")
    model_format_version: str | None = _text()
    storage_key: str | None = _text()
    storage_path: str | None = _text()
    service_account_name: str | None = _text()
    source_kind: str | None = _text("modelSourceKind")
    source_class: str | None = _text("modelSourceClass")
    source_group: str | None = _text("modelSourceGroup")
    source_id: str | None = _text("modelSourceId")
    source_name: str | None = _text("modelSourceName")

    @property
    def source(self) -> Source:
        """The five lineage fields as one."""
        return Source(
            kind=self.source_kind,
            class_=self.source_class,
            group=self.source_group,
            id=self.source_id,
            name=self.source_name,
        )


@attrs.frozen(kw_only=True, slots=False)
class DocArtifact(Artifact):
    """A document: a model card, a report, an evaluation's results."""

    kind: ClassVar[str] = "doc"


@attrs.frozen(kw_only=True, slots=False)
class DataSet(Artifact):
    """A data set: where it lies, its digest (`sha256:...`), its schema and profile as text."""

    kind: ClassVar[str] = "dataset"
    digest: str | None = _text()
    source_type: str | None = _text()
    source: str | None = _text()
    schema: str | None = _text()
    profile: str | None = _text()


@attrs.frozen(kw_only=True, slots=False)
class Metric(Artifact):
    """A number that was measured.

    Attributes:
        timestamp: When it was measured, to the millisecond.
        step: The training step it belongs to.
    """

    kind: ClassVar[str] = "metric"
    value: float | None = _number()
    timestamp: datetime | None = _time()
    step: int | None = _number(whole=True)


@attrs.frozen(kw_only=True, slots=False)
class Parameter(Artifact):
    """A setting of a run, its value as text.

    Attributes:
        parameter_type: "string", "number", "boolean" or "object": how the text is meant.
    """

    kind: ClassVar[str] = "parameter"
    value: str | None = _text()
    parameter_type: str | None = _text()


@attrs.frozen(kw_only=True, slots=False)
class ServingEnvironment(Record):
    """Where models are served, such as a namespace; the parent of its inference services."""


@attrs.frozen(kw_only=True, slots=False)
class InferenceService(Record):
    """A service that serves a version of a model.

    Attributes:
        model_id: The registered model's id.
        version_id: The version's id; None means the newest version.
        environment_id: The serving environment's id.
        desired_state: "DEPLOYED" or "UNDEPLOYED".
    """

    model_id: str | None = _text("registeredModelId", fixed=True)
    version_id: str | None = _text("modelVersionId")
    environment_id: str | None = _text("servingEnvironmentId", fixed=True)
    runtime: str | None = _text()
    desired_state: str | None = _state("DEPLOYED", "UNDEPLOYED")


@attrs.frozen(kw_only=True, slots=False)
class ServeModel(Record):
    """One act of serving a version by an inference service.

    Attributes:
        version_id: The version's id.
        last_known_state: One of UNKNOWN, NEW, RUNNING, COMPLETE, FAILED, CACHED, CANCELED.
    """

    version_id: str | None = _text("modelVersionId", fixed=True)
    last_known_state: str | None = _state(*_EXECUTION_STATES)


@attrs.frozen(kw_only=True, slots=False)
class Experiment(Record):
    """A named set of runs."""

    owner: str | None = _text()
    state: str | None = _state(*_LIFE)


@attrs.frozen(kw_only=True, slots=False)
class ExperimentRun(Record):
    """One run of an experiment.

    Attributes:
        status: One of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.
        state: "LIVE" or "ARCHIVED".
    """

    experiment_id: str | None = _text(fixed=True)
    owner: str | None = _text()
    status: str | None = _state("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
    state: str | None = _state(*_LIFE)
    start_time: datetime | None = _time("startTimeSinceEpoch", fixed=True)
    end_time: datetime | None = _time("endTimeSinceEpoch")


# What the kinds of artifact are called on the wire.
ARTIFACT_TYPES: Mapping[str, str] = {
    "model": "model-artifact",
    "doc": "doc-artifact",
    "dataset": "dataset-artifact",
    "metric": "metric",
    "parameter": "parameter",
}

ARTIFACT_KINDS: Mapping[str, type[Artifact]] = {
    record.kind: record for record in (ModelArtifact, DocArtifact, DataSet, Metric, Parameter)
}

RECORDS: tuple[type[Record], ...] = (
    RegisteredModel,
    ModelVersion,
    *ARTIFACT_KINDS.values(),
    ServingEnvironment,
    InferenceService,
    ServeModel,
    Experiment,
    ExperimentRun,
)
