"""What is put into the client beside what the generator writes: `modelreg_rest.versions` and the README."""

from __future__ import annotations

from pathlib import Path
from pprint import pformat
from typing import Any

import jinja2
from openapi_python_client.strings import snake_case

from scripts.contract_steps.document import operations
from scripts.contract_steps.union import Partial, Union, Versions

NAME = "versions.py"
README = "README.md"

Route = tuple[tuple[str | None, ...], str]


def readme(union: Union, templates: Path) -> str:
    """Return the package's README.

    Args:
        union: The contracts as one.
        templates: The folder of our templates.
    """
    count = sum(1 for _ in operations(union.document))
    schemas = len(union.document["components"]["schemas"])
    return _template(README, templates).render(operations=count, schemas=schemas, versions=union.versions)


def text(union: Union, templates: Path) -> str:
    """Return the module's text, not formatted yet.

    Args:
        union: The contracts as one.
        templates: The folder of our templates.
    """
    names = {op["operationId"]: snake(op["operationId"]) for _, _, op, _ in operations(union.document)}
    served = {names[op["operationId"]]: union.operations[m, p] for p, m, op, _ in operations(union.document)}
    values = {_python_owner(owner, names): found for owner, found in union.values.items()}
    tables: dict[str, Any] = {
        "versions": union.versions,
        "fields": _sorted(union.fields),
        "values": _sorted(values),
        "parameters": _sorted({names[owner]: found for owner, found in union.parameters.items()}),
        "schemas": dict(sorted(union.schemas.items())),
        "operations": {name: found for name, found in sorted(served.items()) if found != union.versions},
        "routes": _routes(union),
    }
    return _template(NAME, templates).render({name: pformat(table, width=112) for name, table in tables.items()})


def _template(name: str, templates: Path) -> jinja2.Template:
    given = (templates / f"{name}.jinja").read_text(encoding="utf-8")
    template: jinja2.Template = jinja2.Template(given, keep_trailing_newline=True)
    return template


def snake(name: str) -> str:
    """Return an operation's id as the name of its module."""
    return snake_case(name)


def _routes(union: Union) -> dict[tuple[str, int, str], tuple[Route, ...]]:
    found: dict[tuple[str, int, str], list[Route]] = {}
    for path, method, operation, _ in operations(union.document):
        segments = path.split("/")[1:]
        pattern = tuple(None if segment.startswith("{") else segment for segment in segments)
        found.setdefault((method, len(segments), segments[0]), []).append((pattern, snake(operation["operationId"])))
    # A segment that is written out goes before a parameter in its place.
    return {
        key: tuple(sorted(found[key], key=lambda route: [part is None for part in route[0]])) for key in sorted(found)
    }


def _python_owner(owner: str, names: dict[str, str]) -> str:
    first, dot, rest = owner.partition(".")
    return f"{names.get(first, first)}{dot}{rest}"


def _sorted(table: Partial) -> dict[str, dict[str, Versions]]:
    return {owner: dict(sorted(table[owner].items())) for owner in sorted(table)}
