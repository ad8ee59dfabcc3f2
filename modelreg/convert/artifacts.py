"""Decides which fields each kind of artifact has, and how lineage is said."""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from modelreg.convert.properties import to_plain, to_wire
from modelreg.errors import InvalidInput
from modelreg.types import ARTIFACT_KINDS, Artifact, Metric, ModelArtifact, Parameter, Source

_LINEAGE = ("kind", "class", "group", "id", "name")
# What a caller may say of each kind beside description, external_id and state; a metric and a parameter have no place.
_FIELDS = {
    kind: {field.name for field in attrs.fields(record) if field.metadata.get("read") not in ("wire", "properties")}
    - ({"uri"} if record in (Metric, Parameter) else set())
    for kind, record in ARTIFACT_KINDS.items()
}


def kind_of(said: str) -> str:
    """Check the name of a kind."""
    if said not in ARTIFACT_KINDS:
        raise InvalidInput(f"kind is {said!r}; it is one of {', '.join(ARTIFACT_KINDS)}")
    return said


def artifact_class(kind: str) -> type[Artifact]:
    """Answer the record class of a kind."""
    return ARTIFACT_KINDS[kind_of(kind)]


def artifact_fields(record: type[Artifact], said: Mapping[str, object]) -> dict[str, object]:
    """Pick what was said of an artifact, lineage spelled as the record's fields.

    Raises:
        InvalidInput: A field that this kind does not have, or a value that it cannot take.
    """
    given = {name: value for name, value in said.items() if value is not None}
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
    """Spell lineage as the fields of a model artifact.

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
    """Spell a parameter's value as text: a text as it is, everything else as JSON does."""
    if value is None:
        return "null"
    plain = to_plain(to_wire({name: value}, what="params")[name])
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def parameter_type(value: object) -> str:
    """Say which of the contract's types of parameter a value is."""
    if isinstance(value, bool):
        return "boolean"
    if value is None or isinstance(value, (dict, list, tuple)):
        return "object"
    return "string" if isinstance(value, str) else "number"


def said_of(artifact: Artifact) -> dict[str, object]:
    """List what a record built by a caller says, by field name; what it leaves out is not said."""
    kind = kind_of(artifact.kind)
    fields = {name: getattr(artifact, name) for name in _FIELDS[kind] - {"id", "name", "create_time"}}
    return {name: value for name, value in fields.items() if value is not None and name != "last_update_time"}
