"""Exports: what a registry holds, page by page, as the lines of `modelreg._transfer`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from modelreg._async.engine import AsyncEngine
from modelreg._async.pager import AsyncPager, Query
from modelreg._core.fields import fields_of
from modelreg._core.references import Reference
from modelreg._core.resources import MODELS, RESOURCES, Resource
from modelreg._transfer import KINDS, end_line, header_line
from modelreg._transfer.lines import line_of, unknown_values
from modelreg._types import ARTIFACT_KINDS, Artifact, Metric, Record, RegisteredModel
from modelreg.errors import InvalidInput, UnsupportedByServer

_log = logging.getLogger("modelreg")
# How many names of what records point at are remembered.
_REMEMBERED = 1000


async def export_records(
    engine: AsyncEngine, models: Iterable[str], warn: Callable[[str], None] | None
) -> AsyncIterator[dict[str, Any]]:
    """Iterate over the lines of an export.

    Raises:
        NotFound: A model that is not there; nothing was returned.
    """
    if isinstance(models, str):
        raise InvalidInput(f"models is {models!r}; give a list of names")
    chosen = [await engine.get_reference(Reference(MODELS, name=name)) for name in dict.fromkeys(models)]
    exporter = _Exporter(engine, warn or _log.warning)
    count = 0
    yield header_line()
    async for line in exporter.lines(chosen):
        count += 1
        yield line
    yield end_line(count)


class _Exporter:
    """Walks through the resources, from what is at the top to what is below it."""

    def __init__(self, engine: AsyncEngine, warn: Callable[[str], None]) -> None:
        self._engine = engine
        self._warn = warn
        self._names: dict[tuple[str, str], dict[str, str]] = {}

    async def lines(self, models: list[RegisteredModel]) -> AsyncIterator[dict[str, Any]]:
        """Iterate over the records of some models, or of everything."""
        for model in models:
            async for line in self._line(MODELS.kind, model, {}):
                yield line
        for resource in () if models else RESOURCES.values():
            if resource.parent is None:
                async for line in self._all(resource):
                    yield line

    async def _all(self, resource: Resource) -> AsyncIterator[dict[str, Any]]:
        """Iterate over one kind of record at the top, and what is below it."""
        try:
            async for record in AsyncPager[Record](self._engine, resource, None, Query()):
                async for line in self._line(resource.kind, record, {}):
                    yield line
        except UnsupportedByServer:
            self._warn(f"the server has no {resource.label}s: none are exported")

    async def _line(self, kind: str, record: Record, above: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Iterate over one record and what is below it."""
        resource = KINDS[kind]
        if not self._can_export(kind, record, above):
            return
        pointed = await self._pointed_at(resource, record)
        line = line_of(kind, record, {**above, **pointed})
        for key in unknown_values(line):
            self._warn(f"property {key!r} of {resource.label} {record.name!r} is of an unknown kind: left out")
            del line["properties"][key]
        if "properties" in line and not line["properties"]:
            del line["properties"]
        yield line
        for below, child in KINDS.items():
            if child.parent is resource:
                parent = Reference(resource, id=record.id, name=record.name)
                names = {**above, resource.kind: record.name}
                async for found in AsyncPager[Record](self._engine, child, parent, Query()):
                    async for each in self._line(below, found, names):
                        yield each

    def _can_export(self, kind: str, record: Record, above: Mapping[str, str]) -> bool:
        if kind == "run_artifact" and isinstance(record, Metric):
            # A metric's newest value is in its history too.
            return False
        if isinstance(record, Artifact) and record.kind not in ARTIFACT_KINDS:
            where = "@".join(above.values())
            self._warn(f"artifact {record.name!r} of {where} is of a kind that this release does not know: left out")
            return False
        return True

    async def _pointed_at(self, resource: Resource, record: Record) -> dict[str, str | None]:
        """Return the names of what a record points at, by kind."""
        names: dict[str, str | None] = {}
        fields = {field.wire: field.name for field in fields_of(type(record))}
        for wire, target in resource.references.items():
            target_id = getattr(record, fields[wire])
            if target_id is not None:
                names |= await self._path(target, target_id)
            else:
                names[target.kind] = None
        return names

    async def _path(self, resource: Resource, id: str) -> dict[str, str]:
        """Return the names of a record and of what it is named under, by kind."""
        known = self._names.get((resource.kind, id))
        if known is None:
            record = await self._engine.get(resource, id)
            known = {}
            if resource.parent is not None:
                fields = {field.wire: field.name for field in fields_of(resource.record)}
                known |= await self._path(resource.parent, getattr(record, fields[resource.parent_field or ""]))
            known[resource.kind] = record.name
            self._names[resource.kind, id] = known
            if len(self._names) > _REMEMBERED:
                del self._names[next(iter(self._names))]
        return known
