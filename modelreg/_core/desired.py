"""From the keywords of a verb to the desired record, checked; the only place that reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from modelreg._core.change import Desired, PropertyEdit, property_edit
from modelreg._core.fields import check_uri, to_body
from modelreg._core.names import checked_name
from modelreg._core.resources import Resource
from modelreg._core.values import to_plain, to_wire
from modelreg._types import ARTIFACT_KINDS, ARTIFACT_TYPES, Artifact, Metric, ModelArtifact, Parameter, Record, Source
from modelreg.errors import InvalidInput

_BY_REGISTRY = frozenset({"id", "name", "create_time", "last_update_time", "experiment_id", "run_id"})
_LINEAGE = ("kind", "class", "group", "id", "name")
# What a caller may give of each kind; a metric and a parameter have no URI.
_FIELDS = {
    kind: {field.name for field in attrs.fields(record) if field.metadata.get("read") not in ("wire", "properties")}
    - ({"uri"} if record in (Metric, Parameter) else set())
    for kind, record in ARTIFACT_KINDS.items()
}


def desired_record(
    resource: Resource,
    name: str | None,
    given: Mapping[str, object],
    *,
    record: type[Record] | None = None,
    edit: PropertyEdit | None = None,
    what: str = "name",
) -> Desired:
    """Return the record that a caller wants.

    Args:
        resource: What it is.
        name: Its name; None where it is given by its id.
        given: Keywords of `upsert` or `update`; what is None is not given.
        record: The class of the record, where it is not the resource's: of an artifact that of its kind.
        edit: The change of its properties, instead of the keywords.
        what: The name of the argument that holds the name, for the error.

    Raises:
        InvalidInput: A value that cannot be kept, naming the argument.
    """
    record = record or resource.record
    fields, fixed = dict(given), {}
    properties = fields.pop("properties", None)
    replace, remove = fields.pop("replace_properties", False), fields.pop("remove_properties", ())
    allowed = fields.pop("allow_credentials_in_uri", False)
    if issubclass(record, Artifact):
        if not allowed:
            check_uri(fields.get("uri"))
        fields = artifact_fields(record, fields)
        if record.kind:
            fixed["artifactType"] = ARTIFACT_TYPES[record.kind]
    if edit is None:
        edit = property_edit(properties, replace=bool(replace), remove=remove)
    return Desired(
        resource=resource,
        record=record,
        name="" if name is None else checked_name(name, what),
        fields=to_body(record, fields),
        fixed=fixed,
        edit=edit,
    )


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
    known = _FIELDS.get(record.kind, set())
    fields: dict[str, object] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name == "source" and record is ModelArtifact:
            fields |= source_fields(value)
            continue
        if name not in known:
            raise InvalidInput(f"{name} is no field of a {record.kind or 'foreign'} artifact; leave it out")
        fields[name] = value
    if record is Metric and isinstance(fields.get("value"), str):
        raise InvalidInput(f"value of a metric is {fields['value']!r}; give a number")
    if record is Parameter and "value" in fields and not isinstance(fields["value"], str):
        fields["value"] = parameter_text(fields["value"])
    return fields


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
