"""Operations on artifacts: five kinds in one table, under a version, a run, or nothing.

Under a parent a POST with an id updates an artifact and joins it to that parent, metrics and parameters of a name are
updated in place, and create times strictly rise. A metric of a run is also written into its history.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve
from sqlalchemy import ColumnElement, Connection, false

from modelreg.local._registry import operations, rows
from modelreg.local._registry.bodies import READ_ONLY, Content, read_create, read_integer, read_object, read_update
from modelreg.local._registry.errors import bad_request, not_found
from modelreg.local._registry.json_responses import Response, as_json, as_record, say
from modelreg.local._registry.operations import Request, check_name_behind, new_name, require
from modelreg.local._registry.preconditions import entity_tag, require_match
from modelreg.local._registry.resource_table import ARTIFACT, EXPERIMENT_RUN, METRIC_HISTORY, Resource, Variant
from modelreg.local._registry.rows import Row
from modelreg.local._registry.schema import TABLES

MODEL_ARTIFACT = "model-artifact"
#: Published servers store the name of an artifact without a parent behind a UUID.
_NO_PARENT = "0" * 36
#: And a point of a metric's history behind its run, with the milliseconds of its time after it.
_HISTORY_SUFFIX = len("__0000000000000")
_TABLE = TABLES[ARTIFACT.table]


def create(request: Request, *, typed: bool = False) -> Response:
    """Make an artifact outside any version or run; ``typed`` is the route of model artifacts alone."""
    body = read_object(request.body)
    kind, variant = _kind(body, default=MODEL_ARTIFACT if typed else None)
    content = _new_content(kind, variant, body, ignored=())
    check_name_behind(content.values["name"], _NO_PARENT)
    if typed:
        content.values.setdefault("state", "UNKNOWN")
    with request.write(ARTIFACT) as connection:
        row = rows.insert(connection, ARTIFACT, content, request.database.now())
    return as_record(201, ARTIFACT, row, request.version)


def upsert(request: Request, parent: Resource) -> Response:
    """Make or update an artifact of a version or a run."""
    parent_id = request.path_id()
    body = read_object(request.body)
    kind, variant = _kind(body)
    ignored = READ_ONLY | {each.wire for each in ARTIFACT.fields if each.only_alpha and request.version != "v1"}
    with request.write(ARTIFACT) as connection:
        # The lock makes writers under one parent wait for each other, so that create times rise.
        owner = require(connection, parent, parent_id, lock=True)
        if body.get("id") not in (None, ""):
            status, row = 200, _join(connection, request, owner, kind, variant, body, ignored)
        else:
            content = _new_content(kind, variant, body, ignored=ignored)
            status, row = _write(connection, request, owner, variant, content)
        said = say(ARTIFACT, row, request.version)
        if kind == "metric" and parent is EXPERIMENT_RUN:
            _remember(connection, request, row)
            said["customProperties"] |= _lineage(row)
    return evolve(as_json(status, said), etag=entity_tag(row))


def get(request: Request, *, typed: bool = False) -> Response:
    """Return the artifact with the id in the path."""
    with request.read() as connection:
        row = require(connection, ARTIFACT, request.path_id())
    _require_kind(row, typed)
    return as_record(200, ARTIFACT, row, request.version)


def find(request: Request, *, typed: bool = False) -> Response:
    """Return the one artifact with a name under a version or run, or with an external id."""
    return operations.find(request, ARTIFACT, **({"artifact_type": MODEL_ARTIFACT} if typed else {}))


def list_all(request: Request, *, typed: bool = False, parent: Resource | None = None) -> Response:
    """Return a page of artifacts, of one kind where the query says so, of one parent where the path names it."""
    kind = MODEL_ARTIFACT if typed else request.query.get("artifactType", "")
    if kind and kind not in ARTIFACT.variants:
        raise bad_request(f"artifactType is one of {', '.join(ARTIFACT.variants)}")
    conditions: list[ColumnElement[bool]] = [_TABLE.c.artifact_type == kind] if kind else []
    if parent is not None:
        conditions.append(_of_parent(request, parent))
    return operations.list_all(request, ARTIFACT, under_path=parent is not None, conditions=conditions)


def _of_parent(request: Request, parent: Resource) -> ColumnElement[bool]:
    """Return the condition that an artifact is listed under the parent in the path."""
    parent_id = request.path_id()
    with request.read() as connection:
        found = rows.kind_of(connection, parent_id)
    if found is None or found[0] != parent.table:
        return false()  # also when the id is of the other kind of parent, which has its own path
    # Artifacts are rarely joined to a second parent; where none are, an index gives the list in its order.
    return rows.belongs_to(parent_id) if found[1] else _TABLE.c.parent_id == parent_id


def update(request: Request, *, typed: bool = False) -> Response:
    """Change what a PATCH says of an artifact; it has to name the kind that the artifact is of."""
    body = read_object(request.body)
    kind, variant = _kind(body, default=MODEL_ARTIFACT if typed else None)
    content = read_update(variant.fields, _without_kind(body))
    with request.write(ARTIFACT) as connection:
        row = require(connection, ARTIFACT, request.path_id(), lock=True)
        _require_kind(row, typed)
        require_match(request.if_match, row)
        _require_same_kind(row, kind)
        row = rows.update(connection, ARTIFACT, row, content, request.database.now())
    return as_record(200, ARTIFACT, row, request.version)


def metric_history(request: Request, *, under_path: bool = False) -> Response:
    """Return the values that metrics of a run, or of all runs, have had."""
    table = TABLES[METRIC_HISTORY.table]
    conditions: list[ColumnElement[bool]] = []
    if name := request.query.get("name", ""):
        conditions.append(table.c.name == name)
    if steps := request.query.get("stepIds", ""):
        conditions.append(table.c.step.in_([read_integer(each, "stepIds") for each in steps.split(",")]))
    if under_path:
        with request.read() as connection:
            require(connection, EXPERIMENT_RUN, request.path_id())
    return operations.list_all(request, METRIC_HISTORY, under_path=under_path, conditions=conditions)


def _kind(body: dict[str, Any], *, default: str | None = None) -> tuple[str, Variant]:
    kind = body.get("artifactType", default)
    if default is not None and kind != default:
        raise bad_request(f"artifactType is {default} here")
    if not isinstance(kind, str) or kind not in ARTIFACT.variants:
        raise bad_request(f"artifactType is one of {', '.join(ARTIFACT.variants)}")
    return kind, ARTIFACT.variants[kind]


def _without_kind(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "artifactType"}


def _new_content(kind: str, variant: Variant, body: dict[str, Any], *, ignored: Any) -> Content:
    content = read_create(variant.fields, _without_kind(body), ignored=ignored)
    if kind == "metric" and content.values.get("metric_value") is None:
        raise bad_request("a metric needs a value")
    content.values["artifact_type"] = kind
    content.values["name"] = content.values.get("name") or new_name()
    return content


def _require_kind(row: Row, typed: bool) -> None:
    if typed and row["artifact_type"] != MODEL_ARTIFACT:
        raise not_found(f"no model artifact has the id {row['id']}")


def _require_same_kind(row: Row, kind: str) -> None:
    if row["artifact_type"] != kind:
        raise bad_request(f"artifact {row['id']} is of another kind: {row['artifact_type']}")


def _join(
    connection: Connection,
    request: Request,
    owner: Row,
    kind: str,
    variant: Variant,
    body: dict[str, Any],
    ignored: Any,
) -> Row:
    """Change the artifact with the body's id, and join it to the owner where it is another's."""
    row = rows.get(connection, ARTIFACT, read_integer(body["id"], "id"), lock=True)
    if row is None:
        raise bad_request(f"no artifact has the id {body['id']}")
    _require_same_kind(row, kind)
    if body.get("name") not in (None, row["name"]):
        raise bad_request("the name of an artifact cannot be changed")
    content = read_update(variant.fields, _without_kind(body), ignored={*ignored, "name"})
    if row["parent_id"] != owner["id"]:
        rows.join(connection, row["id"], owner["id"])
    content.values.update(_run_ids(owner))
    return rows.update(connection, ARTIFACT, row, content, request.database.now())


def _run_ids(owner: Row) -> dict[str, int]:
    """Return the ids that an artifact of a run carries, and nothing for one of a version."""
    return {"experiment_id": owner["parent_id"], "experiment_run_id": owner["id"]} if "start_time" in owner else {}


def _write(connection: Connection, request: Request, owner: Row, variant: Variant, content: Content) -> tuple[int, Row]:
    now = request.database.now()
    is_metric_of_run = variant is ARTIFACT.variants["metric"] and "start_time" in owner
    check_name_behind(content.values["name"], owner["id"], more=_HISTORY_SUFFIX if is_metric_of_run else 0)
    content.values.update(_run_ids(owner))
    if variant.by_name:
        same = {"parent_id": owner["id"], "artifact_type": content.values["artifact_type"]}
        row = rows.find(connection, ARTIFACT, lock=True, name=content.values["name"], **same)
        if row is not None:
            given = {column: value for column, value in content.values.items() if value is not None}
            return 200, rows.update(connection, ARTIFACT, row, Content(given, content.properties), now)
    content.values["parent_id"] = owner["id"]
    newest = rows.newest_creation(connection, ARTIFACT, owner["id"])
    # On the wire times are milliseconds: the next one is the earliest that shows as later.
    return variant.created, rows.insert(connection, ARTIFACT, content, max(now, (newest // 1000 + 1) * 1000))


def _remember(connection: Connection, request: Request, row: Row) -> None:
    columns = TABLES[METRIC_HISTORY.table].c.keys()
    kept = {key: row[key] for key in columns if key not in ("id", "created", "updated", "properties", "external_id")}
    kept["parent_id"] = row["experiment_run_id"]
    point = {column: row[column] for column in ("name", "step", "timestamp", "metric_value")}
    if row["timestamp"] is not None and rows.is_recorded(
        connection, METRIC_HISTORY, parent_id=kept["parent_id"], **point
    ):
        return  # the same point, sent again
    rows.insert(connection, METRIC_HISTORY, Content(kept, None), request.database.now())


def _lineage(row: Row) -> dict[str, Any]:
    """Return what the response to a metric of a run says of its run besides."""
    ids = {"experiment_id": row["experiment_id"], "experiment_run_id": row["experiment_run_id"]}
    return {key: {"metadataType": "MetadataIntValue", "int_value": str(value)} for key, value in ids.items()}
