"""Pages of what a verb returned: a registration, a plan, an import, what KServe would load."""

from __future__ import annotations

from collections.abc import Sequence

from modelreg._resolve import Resolved
from modelreg._transfer import ImportReport
from modelreg._types import Plan, Registration
from modelreg._types.choices import Happened
from modelreg._views.page import Block, Column, Facts, Grid, Page

_HAPPENED = Column("happened", "OUTCOME")


def result_page(result: Registration | Plan | ImportReport | Resolved) -> Page:
    """Return the page of a result."""
    match result:
        case Registration():
            return _registration(result)
        case Plan():
            return _plan(result)
        case ImportReport():
            return _import(result)
        case Resolved():
            return _resolved(result)


def _warnings(warnings: Sequence[str]) -> list[Block]:
    return [Facts([("warning", warning) for warning in warnings])] if warnings else []


def _registration(done: Registration) -> Page:
    happened: list[Happened | None] = [done.outcome.model, done.outcome.version, *done.outcome.artifacts]
    happened += [None] * (2 + len(done.artifacts) - len(happened))
    records = [
        ("model", done.model),
        ("version", done.version),
        *((f"{each.kind} artifact", each) for each in done.artifacts),
    ]
    rows = [
        (kind, record.name, record.id, outcome, getattr(record, "uri", None))
        for (kind, record), outcome in zip(records, happened, strict=False)
    ]
    columns = (Column("kind", "KIND"), Column("name", "NAME"), Column("id", "ID"), _HAPPENED, Column("uri", "URI"))
    return Page(f"{done.reference}: {done.outcome}", [Grid(columns, rows), *_warnings(done.warnings)], {})


def _plan(plan: Plan) -> Page:
    rows = [
        (
            write.resource.replace("_", " "),
            write.name,
            write.happens,
            f"{write.method} {write.path}" if write.method else None,
            None if write.body is None else dict(write.body),
        )
        for write in plan.writes
    ]
    columns = (
        Column("kind", "KIND"),
        Column("name", "NAME"),
        _HAPPENED,
        Column("request", "REQUEST"),
        Column("body", "BODY"),
    )
    return Page(f"Plan: {plan.outcome}", [Grid(columns, rows), *_warnings(plan.warnings)], {})


def _import(report: ImportReport) -> Page:
    outcomes = tuple(report.total)
    rows = [(kind.replace("_", " "), *(counts[each] for each in outcomes)) for kind, counts in report.by_kind.items()]
    columns = (Column("kind", "KIND"), *(Column(each, each.upper(), number=True) for each in outcomes))
    failed: list[Block] = [
        Facts([(f"line {line}", str(error)) for line, error in report.errors.items()], title="Failed")
    ]
    heading = f"{report.records} records{' (dry run)' if report.dry_run else ''}"
    blocks = [Grid(columns, rows), *(failed if report.errors else []), *_warnings(report.warnings)]
    return Page(heading, blocks, report.to_dict())


def _resolved(resolved: Resolved) -> Page:
    facts: list[tuple[str, object]] = [
        ("version", resolved.reference),
        ("loads", resolved.artifact_uri if resolved.loads else "nothing"),
    ]
    return Page(str(resolved.uri), [Facts(facts), *_warnings(resolved.warnings)], resolved.to_dict())
