"""The fields of each kind of artifact, and how lineage and parameters are given."""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from modelreg.core.values import to_plain, to_wire
from modelreg.errors import InvalidInput
from modelreg.types import ARTIFACT_KINDS, ARTIFACT_TYPES, Artifact, Metric, ModelArtifact, Parameter, Source

_BY_REGISTRY = frozenset({"id", "name", "create_time", "last_update_time", "experiment_id", "run_id"})
_LINEAGE = ("kind", "class", "group", "id", "name")
# What a caller may give of each kind; a metric and a parameter have no URI.
_FIELDS = {
    kind: {field.name for field in attrs.fields(record) if field.metadata.get("read") not in ("wire", "properties")}
    - ({"uri"} if record in (Metric, Parameter) else set())
    for kind, record in ARTIFACT_KINDS.items()
}


def artifact_class(kind: object) -> type[Artifact]:
    """Return the record class of a kind.

    Raises:
        InvalidInput: There is no such kind.
    """
    if not isinstance(kind, str) or kind not in ARTIFACT_KINDS:
        raise InvalidInput(f"kind is {kind!r}; it is one of {', '.join(ARTIFACT_KINDS)}")
    return ARTIFACT_KINDS[kind]


def artifact_type(kind: object) -> str:
    """Return what a kind is called on the wire.

    Raises:
        InvalidInput: There is no such kind.
    """
    return ARTIFACT_TYPES[artifact_class(kind).kind]


def artifact_fields(record: type[Artifact], given: Mapping[str, object]) -> dict[str, object]:
    """Return what was given of an artifact by the record's fields, without what is None.

    Args:
        record: The class of its kind.
        given: Values by keyword.

    Raises:
        InvalidInput: A field that this kind does not have, or a value that it cannot take.
    """
    given = {name: value for name, value in given.items() if value is not None}
    if record is ModelArtifact and "source" in given:
        given |= source_fields(given.pop("source"))
    known = _FIELDS.get(record.kind, set())
    for name in given:
        if name not in known:
            raise InvalidInput(f"{name} is no field of a {record.kind or 'foreign'} artifact; leave it out")
    if record is Metric and isinstance(given.get("value"), str):
        raise InvalidInput(f"value of a metric is {given['value']!r}; give a number")
    if record is Parameter and "value" in given and not isinstance(given["value"], str):
        given["value"] = parameter_text(given["value"])
    return given


def source_fields(source: object) -> dict[str, object]:
    """Return lineage as the fields of a model artifact.

    Args:
        source: A `Source`, or a mapping with some of the keys kind, class, group, id, name.
    """
    if isinstance(source, Source):
        values: Mapping[str, object] = attrs.asdict(source)
    elif isinstance(source, Mapping):
        values = source
    else:
        raise InvalidInput(f"source is {source!r}; give a Source or a dict with {', '.join(_LINEAGE)}")
    fields: dict[str, object] = {}
    for key, value in values.items():
        name = str(key).removesuffix("_")
        if name not in _LINEAGE:
            raise InvalidInput(f"source has the key {key!r}; it takes {', '.join(_LINEAGE)}")
        fields[f"source_{name}"] = value
    return fields


def parameter_text(value: object, name: str = "value") -> str:
    """Return a parameter's value as text: a text as it is, everything else as JSON does."""
    if value is None:
        return "null"
    plain = to_plain(to_wire({name: value}, what="params")[name])
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def parameter_type(value: object) -> str:
    """Return which of the contract's types of parameter a value is."""
    if isinstance(value, bool):
        return "boolean"
    if value is None or isinstance(value, (dict, list, tuple)):
        return "object"
    return "string" if isinstance(value, str) else "number"


def given_of(artifact: Artifact) -> dict[str, object]:
    """Return what a record that a caller built gives, by field; what it leaves out is not given.

    Raises:
        InvalidInput: It is of no known kind.
    """
    kind = artifact_class(artifact.kind).kind
    fields = {name: getattr(artifact, name) for name in _FIELDS[kind] - _BY_REGISTRY}
    return {name: value for name, value in fields.items() if value is not None}
