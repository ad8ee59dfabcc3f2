"""The versions of a model as its page lists them: a part of them, sorted, with metrics as columns and a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import frozen
from markupsafe import Markup

from modelreg._core.aliases import aliases_of
from modelreg._core.best import number_of
from modelreg._core.serving import served_by
from modelreg._filters import F, Filter
from modelreg._filters.parser import parse_filter
from modelreg._types import InferenceService, ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, STATE_LIVE
from modelreg._views.columns import ordered
from modelreg._views.services import newest_id
from modelreg._web.chart import LineChart, Value, line_chart
from modelreg._web.version_rows import VersionRow, options_html, rows_html
from modelreg._web.view import View
from modelreg.errors import InvalidInput

ROWS = 50
#: Versions that are read to sort by what no registry sorts by, and for the chart of many.
NEWEST = 1000
_METRICS = 6
_NUMBERS = frozenset({int, float})
_NOT_METRICS = frozenset({"size_bytes", "file_count"})
_SORTS_OF_REGISTRY = frozenset({"", "id"})


@frozen(kw_only=True)
class VersionRows:
    """What the page shows of a model's versions.

    Attributes:
        rows: The versions that are listed, as rows of the table; empty where there is none.
        options: Their names, as options of a form's field.
        metrics: The metrics that have a column.
        directions: Of metrics, whether more is better, where that is known.
        served: Whether any of the rows is served.
        sort: What they are sorted by; "id" unless the address says otherwise.
        descending: Whether the largest comes first.
        before: The id that the next part of the list begins behind; empty at its end.
        later_page: The number of the next part of a list that is sorted here; 0 at its end.
        from_newest: Whether only the newest thousand were sorted.
        chart: A metric over the versions; None with too few.
        chart_metric: The metric of the chart.
        chart_newest: Whether the chart goes over the newest thousand of more versions.
        chart_can_grow: Whether there are more versions than the chart shows.
        error: What is wrong with the filter.
    """

    rows: Markup
    options: Markup
    metrics: Sequence[str]
    directions: Mapping[str, bool]
    served: bool
    sort: str
    descending: bool
    before: str
    later_page: int
    from_newest: bool
    chart: LineChart | None
    chart_metric: str
    chart_newest: bool
    chart_can_grow: bool
    error: str


@frozen
class _Part:
    rows: Sequence[ModelVersion]
    newest: Sequence[ModelVersion]
    before: str = ""
    later_page: int = 0
    from_newest: bool = False
    complete: bool = True


@frozen
class Selection:
    """What was read of a model's versions, before it is shown.

    Attributes:
        part: The versions that are listed.
        points: The versions of the chart, newest first.
        cut: Whether there are more versions than the newest thousand that the chart or the order is made of.
        services: The inference services of the model.
        error: What is wrong with the filter.
    """

    part: _Part
    points: Sequence[ModelVersion]
    cut: bool
    services: Sequence[InferenceService]
    error: str


def read_versions(view: View, model_id: str) -> Selection:
    """Read the versions of a model as the address of the page says.

    Args:
        view: The request.
        model_id: The model's id.
    """
    request = view.request
    where, error = _filter(request.value("where").strip(), archived=request.value("archived") == "1")
    sort, descending = _order(view)

    def read_part() -> _Part:
        if sort in _SORTS_OF_REGISTRY:
            return _by_id(view, model_id, where, descending)
        return _by_key(view, model_id, where, sort)

    def read_services() -> Sequence[InferenceService]:
        return view.lists.get("services", lambda: list(view.registry.inference_services.list()))

    part, every_service = view.together(read_part, read_services)
    points, cut = part.newest, part.from_newest
    if request.value("chart") == "newest" and not part.complete:
        newest = _newest(view, model_id, where)
        points, cut = newest[:NEWEST], len(newest) > NEWEST
    return Selection(part, points, cut, [each for each in every_service if each.model_id == model_id], error)


def shown_versions(view: View, model: RegisteredModel, selection: Selection) -> VersionRows:
    """Return what the page shows of the versions that were read.

    Args:
        view: The request.
        model: The model.
        selection: What was read.
    """
    part = selection.part
    sort, descending = _order(view)
    metrics = _metrics(model, part.rows)
    metric = view.request.value("metric") or (metrics[0] if metrics else "")
    serving = _serving(view, model, part.rows, selection.services)
    served = any(serving.values())
    rows = _rows(model, part.rows, metrics, serving)
    return VersionRows(
        rows=rows_html(rows, view.url("/versions/"), served=served),
        options=options_html(rows),
        metrics=metrics,
        directions=model.higher_is_better,
        served=served,
        sort=sort,
        descending=descending,
        before=part.before,
        later_page=part.later_page,
        from_newest=part.from_newest,
        chart=_chart(view, model, metric, selection.points),
        chart_metric=metric,
        chart_newest=selection.cut,
        chart_can_grow=not part.complete and selection.points is part.newest,
        error=selection.error,
    )


def _order(view: View) -> tuple[str, bool]:
    request = view.request
    return request.value("sort", "id"), request.value("desc") == "1" if "sort" in request.query else True


def _rows(
    model: RegisteredModel, versions: Sequence[ModelVersion], metrics: Sequence[str], serving: Mapping[str, str]
) -> list[VersionRow]:
    best = _best(versions, metrics, model.higher_is_better)
    aliases: dict[str, list[str]] = {}
    for alias, name in aliases_of(model).items():
        aliases.setdefault(name, []).append(alias)
    return [
        VersionRow(
            version.id,
            version.name,
            version.state == STATE_ARCHIVED,
            aliases.get(version.name, ()),
            version.description or "",
            version.labels,
            [(found := version.properties.get(name), _is(found, best.get(name))) for name in metrics],
            serving.get(version.id, ""),
            version.author,
            version.create_time,
        )
        for version in versions
    ]


def _is(value: object, best: float | None) -> bool:
    return best is not None and value == best and not isinstance(value, bool)


def _filter(text: str, *, archived: bool) -> tuple[Filter | None, str]:
    where = None if archived else F("state") == STATE_LIVE
    if not text:
        return where, ""
    try:
        given = parse_filter(text)
    except InvalidInput as error:
        return where, str(error)
    return given if where is None else where & given, ""


def _by_id(view: View, model_id: str, where: Filter | None, descending: bool) -> _Part:
    before = view.request.value("before")
    before = before if before.isascii() and before.isdigit() else ""
    if before:
        beyond = F("id") < int(before) if descending else F("id") > int(before)
        where = beyond if where is None else where & beyond
    read = list(
        view.registry.versions.list(
            model_id=model_id, where=where, order_by="ID", descending=descending, limit=ROWS + 1, page_size=ROWS + 1
        )
    )
    rows = read[:ROWS]
    more = len(read) > ROWS
    shown = rows if descending else rows[::-1]
    return _Part(rows, shown, rows[-1].id if more else "", complete=not more and not before)


def _by_key(view: View, model_id: str, where: Filter | None, sort: str) -> _Part:
    request = view.request
    newest = _newest(view, model_id, where)
    found = ordered(newest[:NEWEST], sort, descending=request.value("desc") == "1", derived={})
    number = request.value("page")
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    later = at + 1 if len(found) > at * ROWS else 0
    rows = found[(at - 1) * ROWS : at * ROWS]
    return _Part(rows, newest[:NEWEST], later_page=later, from_newest=len(newest) > NEWEST)


def _newest(view: View, model_id: str, where: Filter | None) -> Sequence[ModelVersion]:
    """Read the newest versions: one more than are used, to know whether there are more."""
    most = NEWEST + 1

    def read() -> Sequence[ModelVersion]:
        versions = view.registry.versions.list(
            model_id=model_id, where=where, order_by="ID", descending=True, limit=most, page_size=-(-most // 2)
        )
        return list(versions)

    return view.lists.get(("newest versions", model_id, where), read)


def _metrics(model: RegisteredModel, rows: Sequence[ModelVersion]) -> list[str]:
    """Choose the metrics with columns: those whose direction is known first, then the numbers that most rows have."""
    counts = Counter([key for row in rows for key, value in row.properties.items() if type(value) in _NUMBERS])
    declared = [name for name in sorted(model.higher_is_better) if counts[name]]
    others = [name for name, _ in counts.most_common() if name not in declared and name not in _NOT_METRICS]
    return [*declared, *sorted(others[: max(0, _METRICS // 2 - len(declared))])][:_METRICS]


def _best(rows: Sequence[ModelVersion], metrics: Sequence[str], directions: Mapping[str, bool]) -> dict[str, float]:
    found = {}
    for name in metrics:
        values = [value for row in rows if (value := number_of(row, name)) is not None]
        if name in directions and len(values) > 1:
            found[name] = (max if directions[name] else min)(values)
    return found


def _serving(
    view: View, model: RegisteredModel, rows: Sequence[ModelVersion], services: Sequence[InferenceService]
) -> dict[str, str]:
    """Return where each version is served, by its id."""
    if not services:
        return {}
    newest = newest_id(view.registry, model.id, services)
    return {
        row.id: ", ".join(
            f"{view.names.environment(each.environment_id)}: {each.desired_state or 'UNKNOWN'}"
            for each in served_by(row, services, newest)
        )
        for row in rows
    }


def _chart(view: View, model: RegisteredModel, metric: str, newest: Sequence[ModelVersion]) -> LineChart | None:
    root = view.url("/versions/")
    values = [
        Value(version.name, value, f"{root}{version.id}")
        for version in reversed(newest)
        if (value := number_of(version, metric)) is not None
    ]
    return line_chart(metric, values, higher=model.higher_is_better.get(metric))
