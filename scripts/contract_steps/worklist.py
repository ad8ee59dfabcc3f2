"""What a new contract leaves to do for a person: descriptions, repairs without use, rows of the resource table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from textwrap import dedent, indent

from attrs import frozen

from scripts.contract_steps import overlay
from scripts.contract_steps.changes import Change
from scripts.contract_steps.document import VERSIONS, Document, operations, resolve, version_of
from scripts.contract_steps.normalise import dump
from scripts.contract_steps.project import Project

TODO = "TODO: describe"
HEAD = "\n  # Descriptions wanted, written by `make bump`: replace each TODO.\n"
# Where the facade says which operations serve a resource, and which fields a record has.
TABLES = ("modelreg/_core/resources.py", "modelreg/convert/resources.py")
RECORDS = "modelreg/_types/records.py"


@frozen(order=True)
class Wanted:
    """A place of the contract without a description of ours.

    Attributes:
        target: Its JSONPath.
        key: The key that is wanted: summary or description.
        name: What is to be described.
    """

    target: str
    key: str
    name: str


def wanted(document: Document) -> list[Wanted]:
    """Return what of a contract has no description."""
    components = document["components"]
    found = []
    for _, _, operation, item in operations(document):
        identity = operation["operationId"]
        at = f"$.paths.*[?@.operationId == '{identity}']"
        if not operation.get("summary"):
            found.append(Wanted(at, "summary", f"the operation {identity}"))
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            if "$ref" not in parameter and not parameter.get("description"):
                match = f"[?@.name == '{parameter['name']}' && @.in == '{parameter['in']}']"
                found.append(Wanted(f"$.paths..parameters{match}", "description", f"the parameter {parameter['name']}"))
        body = operation.get("requestBody")
        if body and not resolve(document, body).get("description"):
            found.append(Wanted(f"{at}.requestBody", "description", f"the body of {identity}"))
    for kind in ("parameters", "responses", "schemas", "securitySchemes"):
        for name, node in components.get(kind, {}).items():
            if "$ref" not in node and not node.get("description"):
                found.append(Wanted(f"$.components.{kind}['{name}']", "description", f"{kind} {name}"))
    return sorted({*found, *_fields(components.get("schemas", {}))})


def _fields(schemas: Document) -> Iterable[Wanted]:
    for name, schema in schemas.items():
        for part in [schema, *schema.get("allOf", [])]:
            for field, node in part.get("properties", {}).items():
                if not {"$ref", "allOf", "description"} & node.keys():
                    target = f"$.components.schemas['{name}']..properties['{field}']"
                    yield Wanted(target, "description", f"the field {name}.{field}")


def scaffold(documents: Sequence[Document]) -> str:
    """Return actions of an overlay: a TODO for each description that is wanted."""
    places: dict[Wanted, list[str]] = {}
    for document in documents:
        for each in wanted(document):
            places.setdefault(each, []).append(version_of(document))
    lines = []
    for place, versions in sorted(places.items()):
        lines.append(f"  - target: {json.dumps(place.target)}\n")
        if not set(VERSIONS) <= set(versions):
            lines.append(f"    x-versions: [{', '.join(versions)}]\n")
        lines.append(f"    update: {{{place.key}: {json.dumps(f'{TODO} {place.name}.')}}}\n")
    return HEAD + "".join(lines) if lines else ""


def unwritten(project: Project) -> list[str]:
    """Return a line for each TODO of the overlay, with its place."""
    return [
        f"{project.overlay_file.relative_to(project.root)}:{action.line}: {value}"
        for action in project.actions()
        for value in (action.update.values() if isinstance(action.update, dict) else ())
        if str(value).startswith("TODO")
    ]


def lost(actions: Iterable[overlay.Action], project: Project, version: str, why: str) -> list[str]:
    """Return a line for each action that has lost its use, with its place and what to do about it."""
    name = project.overlay_file.relative_to(project.root)
    return [f"{name}:{each.line}: {each}: {why} {version}; drop it or narrow x-versions" for each in actions]


def rows(project: Project, changes: Iterable[Change]) -> list[str]:
    """Return a line for each operation and field that the facade's tables have not heard of."""
    table = next((each for each in TABLES if (project.root / each).exists()), TABLES[0])
    lines: dict[str, None] = {}
    for change in changes:
        if change.kind == "operation" and not change.aspect:
            what = "is new: give it a row" if change.new else "is gone: drop its row"
            lines[f"{table}: {change.owner} ({change.new or change.old}) {what}"] = None
        elif change.kind == "operation" and change.aspect == "name":
            lines[f"{table}: {change.old} is called {change.new} now"] = None
        elif change.kind == "field" and not change.aspect and not change.owner.endswith(("Create", "Update", "List")):
            what = "is new: give the record the field" if change.new else "is gone: drop the record's field"
            lines[f"{RECORDS}: {change.owner}.{change.name} {what}"] = None
    return list(lines)


def describe(project: Project, versions: Sequence[str]) -> None:
    """Append a TODO to the overlay for each description that the contracts of some versions lack, and apply it."""
    documents = {version: project.contract(version) for version in versions}
    addition = scaffold(list(documents.values()))
    if not addition:
        return
    known = project.actions()
    path = project.overlay_file
    before = path.read_text(encoding="utf-8")
    first = before.splitlines()[known[0].line - 1] if known else "  -"
    margin = " " * (len(first) - len(first.lstrip()))
    path.write_text(before.rstrip("\n") + "\n" + indent(dedent(addition), margin), encoding="utf-8")
    new = project.actions()[len(known) :]
    project.write(
        {
            project.contract_file(version): dump(overlay.apply(new, document).document)
            for version, document in documents.items()
        }
    )
