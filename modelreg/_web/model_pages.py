"""The list of models, and the page of one model."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from modelreg._core.aliases import aliases_of, moves_of
from modelreg._core.resources import MODELS
from modelreg._filters import F, Filter
from modelreg._filters.parser import parse_filter
from modelreg._types import ModelVersion, RegisteredModel
from modelreg._types.records import STATE_LIVE
from modelreg._views.columns import ordered
from modelreg._views.derived import derived
from modelreg._views.page import Facts
from modelreg._views.record_page import facts, late_facts
from modelreg._web.messages import Response
from modelreg._web.version_list import read_versions, shown_versions
from modelreg._web.view import View
from modelreg.errors import InvalidInput

ROWS = 50
#: Models that are read to be searched and sorted.
READ = 1000
MODEL_SORTS = ("updated", "created", "name", "owner")
_NEWEST_FIRST = frozenset({"updated", "created"})


@frozen
class ModelRow:
    """One model of the list."""

    model: RegisteredModel
    latest: object
    metric: object
    serving: object
    aliases: dict[str, str]


@frozen
class Listed:
    """What was read of a list: its records, whether there are more, and what is wrong with the filter."""

    records: Sequence[RegisteredModel]
    more: bool = False
    error: str = ""


def models(view: View) -> Response:
    """Return the list of models: searched, filtered and sorted as the address says."""
    request = view.request
    text = request.value("q").strip()
    listed = _read(view, text)
    key = request.value("sort", "updated")
    key = key if key in MODEL_SORTS else "updated"
    descending = (request.value("desc") == "1") if "sort" in request.query else True
    found = ordered(_searched(listed.records, text), key, descending=descending, derived={})
    at = _page_number(request.value("page"))
    shown = found[(at - 1) * ROWS : at * ROWS]
    return view.page(
        "models.html",
        "Models",
        rows=_rows(view, shown),
        total=len(found),
        more=listed.more,
        read=READ,
        error=listed.error,
        text=text,
        sort=key,
        descending=descending,
        newest_first=_NEWEST_FIRST,
        page_at=at,
        pages=-(-len(found) // ROWS),
        archived=request.value("archived") == "1",
        where=request.value("where"),
    )


def _read(view: View, text: str) -> Listed:
    chosen: list[Filter] = [] if view.request.value("archived") == "1" else [F("state") == STATE_LIVE]
    given = view.request.value("where").strip()
    error = ""
    if given:
        try:
            chosen.append(parse_filter(given))
        except InvalidInput as problem:
            error = str(problem)
    where = _all(chosen)
    read = view.registry.models.list(where=where, order_by="ID", descending=True, limit=READ + 1)
    records = list(read)
    more = len(records) > READ
    records = records[:READ]
    if more and text:
        # Beyond the newest, models are found by their name.
        named = _all([*chosen, F("name").ilike(f"%{text}%")])
        known = {record.id for record in records}
        further = view.registry.models.list(where=named, limit=READ)
        records += [record for record in further if record.id not in known]
    return Listed(records, more, error)


def _all(parts: Sequence[Filter]) -> Filter | None:
    joined: Filter | None = None
    for part in parts:
        joined = part if joined is None else joined & part
    return joined


def _searched(records: Sequence[RegisteredModel], text: str) -> list[RegisteredModel]:
    words = text.casefold().split()
    if not words:
        return list(records)
    return [record for record in records if all(word in _searchable(record) for word in words)]


def _searchable(record: RegisteredModel) -> str:
    return "\n".join((record.name, record.description or "", record.owner or "", *record.labels)).casefold()


def _rows(view: View, shown: Sequence[RegisteredModel]) -> list[ModelRow]:
    computed = derived(MODELS, view.registry, view.names, shown)
    return [
        ModelRow(each, computed["latest"](each), computed["metric"](each), computed["serving"](each), aliases_of(each))
        for each in shown
    ]


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def model(view: View, id: str) -> Response:
    """Return the page of a model.

    Args:
        view: The request.
        id: The model's id.
    """
    record, selection = view.together(lambda: view.registry.models.get(id), lambda: read_versions(view, id))
    view.names.learn(record)
    aliases = aliases_of(record)
    return view.page(
        "model.html",
        record.name,
        model=record,
        about=Facts([*facts_of_model(record), *late_facts(record)]),
        properties=properties_of(record),
        aliases=aliases,
        moves={alias: moves_of(record, alias) for alias in aliases},
        versions=shown_versions(view, record, selection),
    )


def facts_of_model(record: RegisteredModel) -> list[tuple[str, object]]:
    """Return the facts of a model without those that stand elsewhere on its page."""
    return [(name, value) for name, value in facts(record) if name not in ("readme", "state", "labels")]


def properties_of(record: RegisteredModel | ModelVersion, without: frozenset[str] = frozenset()) -> Facts:
    """Return the properties of a record without what the page shows elsewhere: labels, aliases, directions.

    Args:
        record: The record.
        without: Further keys to leave out.
    """
    hidden = ("alias.", "alias-history.", "metric_direction_") if isinstance(record, RegisteredModel) else ()
    return Facts(
        [
            (key, value)
            for key, value in sorted(record.properties.items())
            if key not in without and key not in record.labels and not (hidden and key.startswith(hidden))
        ]
    )
