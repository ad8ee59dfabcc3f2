"""What a registry holds: every resource, its fields, parents, states and defaults, in one table.

Tables, body checks, filters, responses and routes are all driven from here. Imports nothing else of the package.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from attrs import field, frozen


class FieldType(Enum):
    """How a field is checked, stored and written on the wire."""

    TEXT = "text"
    ENUM = "enum"
    TEXTS = "a list of text, stored as JSON"
    INT = "a 32-bit integer, a number on the wire"
    DOUBLE = "a finite number"
    LONG = "a 64-bit integer, a decimal string on the wire"
    REF = "the id of another resource, a decimal string on the wire"


@frozen(eq=False)
class Field:
    """One field of a resource, under its name on the wire."""

    wire: str
    type: FieldType = FieldType.TEXT
    column: str = field(kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True)
    default: str | None = field(default=None, kw_only=True)
    required: bool = field(default=False, kw_only=True)
    editable: bool = field(default=True, kw_only=True)
    settable: bool = field(default=True, kw_only=True)
    refers_to: str | None = field(default=None, kw_only=True)
    longest: int | None = field(default=None, kw_only=True)
    only_alpha: bool = field(default=False, kw_only=True)


@frozen(eq=False)
class Variant:
    """One kind of artifact: the fields it may carry and what a POST of it under a parent does."""

    fields: tuple[Field, ...]
    created: int = 200
    by_name: bool = False


@frozen(eq=False)
class Resource:
    """One resource of the contract; ``table`` is also its name in references."""

    table: str
    label: str
    fields: tuple[Field, ...]
    parent: str | None = None
    named: bool = True
    variants: dict[str, Variant] = field(factory=dict)

    @property
    def parent_field(self) -> Field | None:
        """Return the field that carries the parent on the wire, where there is one."""
        return next((each for each in self.fields if each.column == "parent_id"), None)

    @cached_property
    def filterable(self) -> dict[str, tuple[Field, ...]]:
        """Return the fields that a filter may name; two columns share a wire name where kinds differ."""
        found: dict[str, tuple[Field, ...]] = {}
        for each in self.fields:
            if each.type is not FieldType.TEXTS and each.wire != "artifactType":
                found[each.wire] = (*found.get(each.wire, ()), each)
        return found


def _text(wire: str, column: str) -> Field:
    return Field(wire, column=column)


def _state(*choices: str, wire: str = "state", column: str = "state", default: bool = True) -> Field:
    return Field(wire, FieldType.ENUM, column=column, choices=choices, default=choices[0] if default else None)


def _ref(wire: str, column: str, refers_to: str, *, required: bool = True, editable: bool = False) -> Field:
    return Field(wire, FieldType.REF, column=column, refers_to=refers_to, required=required, editable=editable)


LONGEST_NAME = 255
_EXTERNAL = Field("externalId", column="external_id", longest=LONGEST_NAME)
_COMMON = (_text("description", "description"), _EXTERNAL)
_FREE_NAME = Field("name", column="name", editable=False, longest=LONGEST_NAME)
_NAME = Field("name", column="name", editable=False, required=True, longest=LONGEST_NAME)
_LIVE = _state("LIVE", "ARCHIVED")

REGISTERED_MODEL = Resource(
    "registered_model",
    "registered model",
    (
        _NAME,
        *_COMMON,
        _LIVE,
        _text("owner", "owner"),
        _text("readme", "readme"),
        _text("maturity", "maturity"),
        Field("language", FieldType.TEXTS, column="language"),
        Field("tasks", FieldType.TEXTS, column="tasks"),
        _text("provider", "provider"),
        _text("logo", "logo"),
        _text("license", "license"),
        _text("licenseLink", "license_link"),
        _text("libraryName", "library_name"),
    ),
)
MODEL_VERSION = Resource(
    "model_version",
    "model version",
    (_NAME, *_COMMON, _LIVE, _text("author", "author"), _ref("registeredModelId", "parent_id", "registered_model")),
    parent="registered_model",
)
SERVING_ENVIRONMENT = Resource("serving_environment", "serving environment", (_NAME, *_COMMON))
INFERENCE_SERVICE = Resource(
    "inference_service",
    "inference service",
    (
        _FREE_NAME,
        *_COMMON,
        _ref("servingEnvironmentId", "parent_id", "serving_environment"),
        _ref("registeredModelId", "registered_model_id", "registered_model"),
        _ref("modelVersionId", "model_version_id", "model_version", required=False, editable=True),
        _text("runtime", "runtime"),
        _state("DEPLOYED", "UNDEPLOYED", wire="desiredState", column="desired_state"),
    ),
    parent="serving_environment",
)
SERVE_MODEL = Resource(
    "serve_model",
    "serve model",
    (
        _FREE_NAME,
        *_COMMON,
        _ref("modelVersionId", "model_version_id", "model_version"),
        _state(
            *("UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED"),
            wire="lastKnownState",
            column="last_known_state",
        ),
    ),
    parent="inference_service",
)
EXPERIMENT = Resource("experiment", "experiment", (_NAME, *_COMMON, _LIVE, _text("owner", "owner")))
EXPERIMENT_RUN = Resource(
    "experiment_run",
    "experiment run",
    (
        _FREE_NAME,
        *_COMMON,
        _LIVE,
        _text("owner", "owner"),
        _ref("experimentId", "parent_id", "experiment"),
        _state("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", wire="status", column="status"),
        Field("startTimeSinceEpoch", FieldType.LONG, column="start_time", editable=False),
        Field("endTimeSinceEpoch", FieldType.LONG, column="end_time"),
    ),
    parent="experiment",
)

_URI = _text("uri", "uri")
_ARTIFACT_STATE = _state(
    *("UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"), default=False
)
_ARTIFACT = (_FREE_NAME, *_COMMON, _ARTIFACT_STATE)
_METRIC = (
    Field("value", FieldType.DOUBLE, column="metric_value"),
    Field("timestamp", FieldType.LONG, column="timestamp"),
    Field("step", FieldType.INT, column="step"),
)
_LINEAGE = (
    Field("experimentId", FieldType.LONG, column="experiment_id", settable=False, only_alpha=True),
    Field("experimentRunId", FieldType.LONG, column="experiment_run_id", settable=False, only_alpha=True),
)
_MODEL_ARTIFACT = (
    _URI,
    _text("modelFormatName", "model_format_name"),
    _text("modelFormatVersion", "model_format_version"),
    _text("storageKey", "storage_key"),
    _text("storagePath", "storage_path"),
    _text("serviceAccountName", "service_account_name"),
    _text("modelSourceKind", "model_source_kind"),
    _text("modelSourceClass", "model_source_class"),
    _text("modelSourceGroup", "model_source_group"),
    _text("modelSourceId", "model_source_id"),
    _text("modelSourceName", "model_source_name"),
)
_DATASET = (
    _text("digest", "digest"),
    _text("sourceType", "source_type"),
    _text("source", "source"),
    _text("schema", "dataset_schema"),
    _text("profile", "profile"),
)
_PARAMETER = (
    Field("value", column="parameter_value"),
    Field(
        "parameterType",
        FieldType.ENUM,
        column="parameter_type",
        choices=("string", "number", "boolean", "object"),
    ),
)
ARTIFACT = Resource(
    "artifact",
    "artifact",
    (
        Field("artifactType", column="artifact_type", settable=False),
        *(*_ARTIFACT, *_LINEAGE, *_MODEL_ARTIFACT, *_DATASET, *_METRIC, *_PARAMETER),
    ),
    parent="resource",
    variants={
        "model-artifact": Variant((*_ARTIFACT, *_MODEL_ARTIFACT), created=201),
        "doc-artifact": Variant((*_ARTIFACT, _URI), created=201),
        "dataset-artifact": Variant((*_ARTIFACT, _URI, *_DATASET)),
        "metric": Variant((*_ARTIFACT, *_METRIC), by_name=True),
        "parameter": Variant((*_ARTIFACT, *_PARAMETER), by_name=True),
    },
)
METRIC_HISTORY = Resource(
    "metric_history",
    "metric",
    (Field("artifactType", column="artifact_type", settable=False), *_ARTIFACT, *_LINEAGE, *_METRIC),
    parent="experiment_run",
    named=False,
)

RESOURCES = {
    each.table: each
    for each in (
        REGISTERED_MODEL,
        MODEL_VERSION,
        ARTIFACT,
        SERVING_ENVIRONMENT,
        INFERENCE_SERVICE,
        SERVE_MODEL,
        EXPERIMENT,
        EXPERIMENT_RUN,
        METRIC_HISTORY,
    )
}
