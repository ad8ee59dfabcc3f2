"""From the keywords of a verb to the desired record, checked; the only place that reads them."""

from __future__ import annotations

from collections.abc import Mapping

from modelreg.core.artifact_fields import artifact_fields
from modelreg.core.change import Desired, property_edit
from modelreg.core.fields import check_uri, to_body
from modelreg.core.names import checked_name
from modelreg.core.resources import Resource
from modelreg.types import ARTIFACT_TYPES, Artifact, Record

_NO_FIELDS = frozenset({"properties", "replace_properties", "remove_properties", "allow_credentials_in_uri"})


def desired_record(
    resource: Resource, name: str | None, given: Mapping[str, object], *, record: type[Record] | None = None
) -> Desired:
    """Return the record that a caller wants.

    Args:
        resource: What it is.
        name: Its name; None where it is given by its id.
        given: Keywords of `upsert` or `update`; what is None is not given.
        record: The class of the record, where it is not the resource's: of an artifact that of its kind.

    Raises:
        InvalidInput: A value that cannot be kept, naming the argument.
    """
    record = record or resource.record
    fields = {key: value for key, value in given.items() if key not in _NO_FIELDS}
    fixed = {}
    if issubclass(record, Artifact):
        if not given.get("allow_credentials_in_uri"):
            check_uri(given.get("uri"))
        fields = artifact_fields(record, fields)
        if record.kind:
            fixed["artifactType"] = ARTIFACT_TYPES[record.kind]
    return Desired(
        resource=resource,
        record=record,
        name="" if name is None else checked_name(name),
        fields=to_body(record, fields),
        fixed=fixed,
        edit=property_edit(
            given.get("properties"),
            replace=bool(given.get("replace_properties")),
            remove=given.get("remove_properties", ()),
        ),
    )
