"""The records: one frozen class for each resource, with its fields.

A field's metadata says what it is called on the wire where that is not its own name in camel case, how it is read, and
whether servers filter by it; everything that converts, filters or shows goes by that. A text that the registry does
not have is None.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, get_args

import attrs

from modelreg._html_repr import HtmlRepr
from modelreg._types.choices import ArtifactState, DesiredState, ExecutionState, RunStatus, State
from modelreg._types.credentials import shown as _shown
from modelreg._types.read_only import read_only

STATE_LIVE = "LIVE"
STATE_ARCHIVED = "ARCHIVED"

# On a registered model, one string property a metric, "higher" or "lower", remembers which way is better.
DIRECTION_PREFIX = "metric_direction_"


C = TypeVar("C", bound=type)


def public(cls: C) -> C:
    """Give a class the package as its module, which is where users import it from."""
    cls.__module__ = "modelreg"
    return cls


def _text(wire: str = "", *, fixed: bool = False) -> Any:
    """Make a text field.

    Args:
        wire: Its name on the wire; its own in camel case unless given.
        fixed: Whether only a POST can set it.
    """
    return attrs.field(default=None, metadata={"wire": wire, "read": "text", "fixed": fixed})


def _state(choices: Any) -> Any:
    """Make an enum field, which a PATCH resets when it leaves it out; kept as text, so that unknown values read too."""
    return attrs.field(default=None, metadata={"read": "text", "choices": get_args(choices)})


def _time(wire: str = "", *, fixed: bool = False) -> Any:
    return attrs.field(default=None, metadata={"wire": wire, "read": "time", "fixed": fixed})


def _texts() -> Any:
    return attrs.field(default=(), converter=tuple, metadata={"read": "texts"})


def _number(*, whole: bool = False) -> Any:
    return attrs.field(default=None, metadata={"read": "int" if whole else "float"})


_FILTERED = frozenset({"id", "name", "external_id", "create_time", "last_update_time"})


# Records are without slots: with them a frozen class sets each field by object.__setattr__, a fifth of a list's time.


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class Record(HtmlRepr):
    """What every resource has.

    Attributes:
        id: Chosen by the registry; empty on a record that was never sent.
        name: Unique under its parent; of an artifact outside any version it is not.
        external_id: The caller's own id, unique among the resources of one kind.
        properties: The custom properties as a read-only dict of plain values: `float` where the wire has a double,
            `int` where it has an int or an integral double past 32 bits, dicts and lists where it has a struct. Inside
            these a whole number reads back as `int`, also `0.0`: servers store it without its fraction.
        create_time: UTC, to the millisecond, chosen by the registry.
        last_update_time: UTC, to the millisecond, chosen by the registry.
    """

    # The fields that servers are known to find by filterQuery; a new one is not until it has been seen to work.
    filter_fields: ClassVar[frozenset[str]] = _FILTERED
    # Whether the name is unique in the whole registry; servers store other names behind their parent's id.
    top_level: ClassVar[bool] = False

    id: str = attrs.field(default="", metadata={"read": "text", "fixed": True})
    name: str = attrs.field(default="", metadata={"read": "text", "fixed": True})
    description: str | None = _text()
    external_id: str | None = _text()
    properties: Mapping[str, Any] = attrs.field(
        factory=dict, converter=read_only, hash=False, metadata={"read": "properties"}
    )
    create_time: datetime | None = _time("createTimeSinceEpoch", fixed=True)
    last_update_time: datetime | None = _time("lastUpdateTimeSinceEpoch", fixed=True)
    _wire: Mapping[str, Any] = attrs.field(factory=dict, repr=False, eq=False, alias="wire", metadata={"read": "wire"})
    # The tag of this state of the record, where the registry gave one: a change can be made to depend on it.
    _etag: str | None = attrs.field(default=None, repr=False, eq=False, alias="etag", metadata={"read": "wire"})

    if not TYPE_CHECKING:  # a type checker knows the fields

        def __getattr__(self, name: str) -> Any:
            """Convert the fields of a record that was read from a registry, when the first of them is needed."""
            values = self.__dict__
            convert = values.get("_convert")
            if convert is not None:
                values.update(convert(type(self), values["_wire"]), _convert=None)
            if name in values:
                return values[name]
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON object as it came from the registry; empty for a record that did not come from one."""
        return dict(self._wire)

    @property
    def labels(self) -> tuple[str, ...]:
        """The keys of the properties whose value is the empty string, which is how the registry keeps labels."""
        return tuple(key for key, value in self.properties.items() if value == "" and isinstance(value, str))

    def __repr__(self) -> str:
        """Show what is set, in one line; credentials inside of a URI are hidden."""
        shown = (
            f"{field.name}={_shown(value)}"
            for field in attrs.fields(type(self))
            if not field.name.startswith("_") and (value := getattr(self, field.name)) not in (None, "", (), {})
        )
        return f"{type(self).__name__}({', '.join(shown)})"


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class RegisteredModel(Record):
    """A named model, the parent of its versions.

    Attributes:
        state: "LIVE" or "ARCHIVED".
        maturity: Free text such as "Generally Available"; with readme, language (codes), tasks, provider, logo (a
            URI), license, license_link and library_name what a catalogue says of a model.
    """

    top_level: ClassVar[bool] = True
    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"owner", "state", "description"}

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
    state: str | None = _state(State)

    @property
    def higher_is_better(self) -> dict[str, bool]:
        """The metrics whose direction was declared on this model: True where more is better."""
        cut = len(DIRECTION_PREFIX)
        return {
            key[cut:]: value == "higher"
            for key, value in self.properties.items()
            if key.startswith(DIRECTION_PREFIX) and value in ("higher", "lower")
        }


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class ModelVersion(Record):
    """A version of a registered model; metrics and parameters are its properties.

    Attributes:
        model_id: The registered model's id.
        state: "LIVE" or "ARCHIVED".
    """

    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"author", "state", "model_id"}

    model_id: str | None = _text("registeredModelId", fixed=True)
    author: str | None = _text()
    state: str | None = _state(State)


@public
@attrs.frozen(kw_only=True)
class Source:
    """Where a model came from, as a model artifact records it: `kfp`, `pipelinerun`, namespace, run id, run name."""

    kind: str | None = None
    class_: str | None = None
    group: str | None = None
    id: str | None = None
    name: str | None = None


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class Artifact(Record):
    """What every kind of artifact has, and the record of a kind that this modelreg does not know.

    Attributes:
        state: One of UNKNOWN, PENDING, LIVE, MARKED_FOR_DELETION, DELETED, ABANDONED, REFERENCE, or None.
        experiment_id: The experiment of the run that logged it.
        run_id: The experiment run that logged it.
    """

    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"uri"}
    kind: ClassVar[str] = ""
    uri: str | None = _text()
    state: str | None = _state(ArtifactState)
    experiment_id: str | None = _text(fixed=True)
    run_id: str | None = _text("experimentRunId", fixed=True)


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class ModelArtifact(Artifact):
    """The weights: their URI, in which format, and which run made them."""

    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"uri", "model_format"}
    kind: ClassVar[Literal["model"]] = "model"
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


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class DocArtifact(Artifact):
    """A document: a model card, a report, an evaluation's results."""

    kind: ClassVar[Literal["doc"]] = "doc"


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class DataSet(Artifact):
    """A data set: its URI, its digest (`sha256:...`), its schema and profile as text."""

    kind: ClassVar[Literal["dataset"]] = "dataset"
    digest: str | None = _text()
    source_type: str | None = _text()
    source: str | None = _text()
    schema: str | None = _text()
    profile: str | None = _text()


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class Metric(Artifact):
    """A number that was measured.

    Attributes:
        timestamp: When it was measured, to the millisecond.
        step: The training step it belongs to.
    """

    kind: ClassVar[Literal["metric"]] = "metric"
    value: float | None = _number()
    timestamp: datetime | None = _time()
    step: int | None = _number(whole=True)


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class Parameter(Artifact):
    """A setting of a run, its value as text.

    Attributes:
        parameter_type: "string", "number", "boolean" or "object": how the text is meant.
    """

    kind: ClassVar[Literal["parameter"]] = "parameter"
    value: str | None = _text()
    parameter_type: str | None = _text()


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class ServingEnvironment(Record):
    """Where models are served, such as a namespace; the parent of its inference services."""

    top_level: ClassVar[bool] = True


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
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
    desired_state: str | None = _state(DesiredState)


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class ServeModel(Record):
    """A record that an inference service serves, or served, a version.

    Attributes:
        version_id: The version's id.
        last_known_state: One of UNKNOWN, NEW, RUNNING, COMPLETE, FAILED, CACHED, CANCELED.
    """

    version_id: str | None = _text("modelVersionId", fixed=True)
    last_known_state: str | None = _state(ExecutionState)


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class Experiment(Record):
    """A named set of runs."""

    top_level: ClassVar[bool] = True
    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"owner", "state"}

    owner: str | None = _text()
    state: str | None = _state(State)


@public
@attrs.frozen(kw_only=True, slots=False, repr=False)
class ExperimentRun(Record):
    """One run of an experiment.

    Attributes:
        status: One of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.
        state: "LIVE" or "ARCHIVED".
    """

    filter_fields: ClassVar[frozenset[str]] = _FILTERED | {"owner", "state", "status"}

    experiment_id: str | None = _text(fixed=True)
    owner: str | None = _text()
    status: str | None = _state(RunStatus)
    state: str | None = _state(State)
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
