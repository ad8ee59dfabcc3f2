"""Imports: the lines of an export become records, each found by its name under its parents and changed if it differs.

Nothing is looked for under a parent that this import created. A repeated import leaves everything as it is, so that
one that was cut off is finished by running it again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs

from modelreg._async.engine import AsyncEngine
from modelreg._async.exporting import export_records
from modelreg._async.lookup import find_exact
from modelreg._async.pager import AsyncPager, Query
from modelreg._async.run_logging import logged_point
from modelreg._concurrency import AsyncItems, async_each
from modelreg._core.change import Change, Desired, decide
from modelreg._core.desired import desired_record
from modelreg._core.references import Reference
from modelreg._core.resources import METRIC_HISTORY, RUN_ARTIFACTS, RUNS, Resource
from modelreg._transfer import KINDS, ImportedRecord, ImportReport, Line, LineReader, ReportBuilder
from modelreg._types import Artifact, Metric, Record
from modelreg._types.choices import Happened
from modelreg._types.credentials import credential_in_uri
from modelreg.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    ModelRegistryError,
    NotFound,
    Rejected,
    UnsupportedByServer,
)

Progress = Callable[[ImportedRecord], None]

# How many parents are remembered: those of the lines that stand together.
PARENTS = 64
# How many children of one parent are read in one go; of a parent with more, each is looked up.
CHILDREN = 2000


@attrs.define(eq=False)
class _Parent:
    """A record that others are named under.

    Attributes:
        id: Its id; None where a dry run would create it.
        fresh: Whether this import created it, so that nothing else is below it.
        children: Records below it, by kind of line, kind of artifact and name; of one that a dry run would create None.
        complete: Whether `children` has every record below it, by kind of line.
        points: The points of a run's metrics; None until they are read.
    """

    id: str | None
    fresh: bool = False
    children: dict[tuple[str, str, str], Any] = attrs.field(factory=dict)
    complete: dict[str, bool] = attrs.field(factory=dict)
    points: set[tuple[object, ...]] | None = None


async def import_records(
    engine: AsyncEngine, lines: AsyncItems[Any], *, dry_run: bool, keep_going: bool, progress: Progress | None
) -> ImportReport:
    """Write the lines of an export into a registry.

    Raises:
        InvalidInput: A line that cannot be read, or whose parent is not there; what stands before is imported.
    """
    if isinstance(lines, str | bytes | dict):
        raise InvalidInput("lines is one text or mapping; give an iterable of them, such as an open file")
    importer = _Importer(engine, dry_run=dry_run)
    reader = LineReader()

    def report(done: ImportedRecord) -> None:
        if done.error is not None and not keep_going:
            raise done.error
        importer.report.add(done)
        if progress is not None:
            progress(done)

    async with _batch(engine, dry_run=dry_run):
        async for line in async_each(lines):
            done = await _imported(importer, reader, line)
            if done is not None:
                report(done)
    cut_off = reader.cut_off()
    if cut_off is not None:
        report(ImportedRecord(line=reader.number + 1, error=cut_off))
    return importer.report.report(dry_run=dry_run)


@asynccontextmanager
async def _batch(engine: AsyncEngine, *, dry_run: bool) -> AsyncIterator[None]:
    """Group the requests of a block into few transactions, where the registry is embedded."""
    begin = None if dry_run else getattr(engine.connection.transport, "batch", None)
    if begin is None:
        yield
        return
    async with begin():
        yield


async def _imported(importer: _Importer, reader: LineReader, given: object) -> ImportedRecord | None:
    """Return what became of a line; None for the first and the last one.

    Raises:
        ModelRegistryError: Every further line would fail as well.
    """
    line: Line | None = None
    try:
        line = reader.read(given)
        return None if line is None else _result(line, happened=await importer.write(line))
    except (InvalidInput, Conflict, NotFound, Forbidden, Rejected, UnsupportedByServer) as error:
        error.message = f"line {reader.number}: {error.message}"
        if line is None:
            if reader.number == 1 and not isinstance(given, Mapping):
                # This is no export at all.
                raise
            return ImportedRecord(line=reader.number, error=error)
        return _result(line, error=error)


def _result(line: Line, *, happened: Happened | None = None, error: ModelRegistryError | None = None) -> ImportedRecord:
    return ImportedRecord(line=line.number, kind=line.kind, name=line.name, happened=happened, error=error)


class _Importer:
    """Writes one line after the other, and remembers the parents of those that stand together."""

    def __init__(self, engine: AsyncEngine, *, dry_run: bool) -> None:
        self.report = ReportBuilder()
        self._engine = engine
        self._dry_run = dry_run
        self._parents: OrderedDict[tuple[str, ...], _Parent] = OrderedDict()

    async def write(self, line: Line) -> Happened:
        """Write one record; return what became of it.

        Raises:
            InvalidInput: What it is under or points at is not there, or it differs where nothing can be changed.
        """
        parent = await self._above(line)
        self._warn_of_credentials(line)
        if line.kind == METRIC_HISTORY.kind:
            assert parent is not None
            return await self._log(line, parent)
        desired = await self._desired(line, parent)
        if parent is not None and parent.children.get(_key(line), parent) is None:
            return "unchanged"
        since = self._engine.recent.count
        existing, change = await self._change(line, desired, parent)
        if self._dry_run or change.body is None:
            assert change.happens != "conflict"
            record, happened = existing, change.happens
        else:
            record, happened = await self._engine.upsert_from(existing, desired, since=since)
        self._remember_written(line, parent, record, fresh=happened == "created")
        return happened

    async def _desired(self, line: Line, parent: _Parent | None) -> Desired:
        """Return the record that a line wants, with the ids of what it is under and points at."""
        resource = line.resource
        given = {**line.fields, "properties": line.properties, "allow_credentials_in_uri": True}
        desired = desired_record(resource, line.name, given, record=line.record)
        fixed, fields = dict(desired.fixed), dict(desired.fields)
        if parent is not None and parent.id is not None and resource.parent_field is not None:
            fixed[resource.parent_field] = parent.id
        for wire, target in resource.references.items():
            names = [line.parents[each.kind] for each in target.path]
            if names[-1] is None:
                continue
            pointed = await self._find(target, tuple(map(str, names)))
            target_id = pointed.id or f"{{{target.kind}_id}}"
            (fixed if wire in resource.fixed_references else fields)[wire] = target_id
        return attrs.evolve(desired, parent_id=parent.id if parent else None, fixed=fixed, fields=fields)

    def _warn_of_credentials(self, line: Line) -> None:
        uri = line.fields.get("uri")
        found = credential_in_uri(uri) if isinstance(uri, str) else None
        if found is not None:
            self.report.warn(
                f"line {line.number}: the uri of {line.kind} {line.name!r} holds {found}, which everybody who reads "
                "the registry sees"
            )

    async def _above(self, line: Line) -> _Parent | None:
        above = line.resource.parent
        return None if above is None else await self._find(above, line.path[:-1])

    async def _find(self, resource: Resource, path: tuple[str, ...]) -> _Parent:
        """Return a record that others are named under, by its names.

        Raises:
            InvalidInput: It is not there.
        """
        key = (resource.kind, *path)
        known = self._parents.get(key)
        if known is not None:
            self._parents.move_to_end(key)
            return known
        above = None if resource.parent is None else await self._find(resource.parent, path[:-1])
        record = None
        if above is None or above.id is not None:
            record = (await find_exact(self._engine, resource, path[-1], above.id if above else None)).record
        if record is None:
            raise InvalidInput(
                f"{resource.kind} {path[-1]!r} is not in the registry, and on no line before that could be imported"
            )
        return self._remember(key, _Parent(record.id))

    def _remember(self, key: tuple[str, ...], parent: _Parent) -> _Parent:
        self._parents[key] = parent
        self._parents.move_to_end(key)
        if len(self._parents) > PARENTS:
            self._parents.popitem(last=False)
        return parent

    def _remember_written(self, line: Line, parent: _Parent | None, record: Any, *, fresh: bool) -> None:
        """Remember a record that was written, or in a dry run would be."""
        if parent is not None and len(parent.children) < CHILDREN:
            parent.children[_key(line)] = record
        if any(each.parent is line.resource for each in KINDS.values()):
            key = (line.resource.kind, *line.path)
            if key not in self._parents:
                self._remember(key, _Parent(None if record is None else record.id, fresh=fresh))

    async def _change(self, line: Line, desired: Desired, parent: _Parent | None) -> tuple[Any, Change]:
        """Return the record of a line as the registry has it, or None, and what makes it the desired one."""
        existing, listed = await self._existing(line, desired, parent)
        change = decide(existing, desired)
        get = line.resource.api.get
        if listed and change.body is not None and get is not None:
            # A change is decided on what is there now, which may be newer than the list.
            existing = await self._engine.get(line.resource, existing.id)
            change = decide(existing, desired)
        return existing, change

    async def _existing(self, line: Line, desired: Desired, parent: _Parent | None) -> tuple[Any, bool]:
        """Return the record of a line as the registry has it, or None, and whether it was read in a list."""
        if parent is None:
            return (await self._engine.find(desired)).record, False
        if not parent.fresh and line.kind not in parent.complete:
            parent.complete[line.kind] = await self._list(line, parent)
        known = parent.children.get(_key(line))
        if known is not None or parent.fresh or parent.complete[line.kind]:
            return known, known is not None
        return (await self._engine.find(desired)).record, False

    async def _list(self, line: Line, parent: _Parent) -> bool:
        """Read what is below a parent, as far as that is bounded; return whether it was all."""
        above = line.resource.parent
        assert above is not None
        query = Query(limit=CHILDREN + 1)
        pager = AsyncPager[Record](self._engine, line.resource, Reference(above, id=parent.id), query)
        records = [record async for record in pager]
        for record in records:
            kind = record.kind if isinstance(record, Artifact) else ""
            parent.children.setdefault((line.kind, kind, record.name), record)
        return len(records) <= CHILDREN

    async def _log(self, line: Line, run: _Parent) -> Happened:
        """Add a value to a metric's history, unless it is there."""
        given = {**line.fields, "properties": line.properties}
        point = attrs.evolve(desired_record(RUN_ARTIFACTS, line.name, given, record=Metric), parent_id=run.id)
        if run.points is None:
            run.points = set()
            if run.id is not None and not run.fresh:
                pager = AsyncPager[Metric](self._engine, METRIC_HISTORY, Reference(RUNS, id=run.id), Query())
                run.points = {(each.name, each.step, each.value, each.timestamp) async for each in pager}
        key = (line.name, line.fields.get("step"), line.fields.get("value"), line.fields.get("timestamp"))
        if key in run.points:
            return "unchanged"
        if not self._dry_run:
            await logged_point(self._engine, point, look_first=False)
        run.points.add(key)
        return "created"


def _key(line: Line) -> tuple[str, str, str]:
    kind = line.record.kind if issubclass(line.record, Artifact) else ""
    return line.kind, kind, line.name


async def copy_records(
    source: AsyncEngine,
    target: AsyncEngine,
    models: Iterable[str],
    *,
    dry_run: bool,
    keep_going: bool,
    progress: Progress | None,
) -> ImportReport:
    """Write what one registry holds into another one."""
    warnings: list[str] = []
    lines = export_records(source, models, warnings.append)
    report = await import_records(target, lines, dry_run=dry_run, keep_going=keep_going, progress=progress)
    return attrs.evolve(report, warnings=(*warnings, *report.warnings))
