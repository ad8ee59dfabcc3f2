"""Two to eight versions side by side."""

from __future__ import annotations

from collections.abc import Sequence

from modelreg._compare import Comparison
from modelreg._types import ModelVersion
from modelreg._views.comparison_page import comparison_page, short_names
from modelreg._web.chart import BarGroup, bar_group
from modelreg._web.messages import PageError, Response
from modelreg._web.view import View

MOST = 8
_CHARTS = 12


def compare(view: View) -> Response:
    """Return the comparison of the versions that the address names, by id or reference; the first is the base."""
    given = [text.strip() for text in view.request.query.get("v", ()) if text.strip()]
    given = list(dict.fromkeys(given))
    if len(given) > MOST:
        raise PageError(400, f"{len(given)} versions are chosen, and {MOST} are compared at most.")
    if len(given) < 2:
        return view.page("compare_start.html", "Compare", given=given)
    versions = [view.registry.versions.get(text) for text in given]
    comparison = view.registry.compare(*versions)
    every = view.request.value("all") == "1"
    shown = comparison_page(comparison, every=every, rest="")
    return view.page(
        "compare.html",
        "Compare",
        references=list(zip(comparison.references, versions, strict=True)),
        blocks=shown.blocks[1:],
        equal=len(comparison.rows) - len(comparison.different),
        different=len(comparison.different),
        every=every,
        charts=_charts(comparison),
        without=_without(view, versions),
    )


def _charts(comparison: Comparison) -> list[BarGroup]:
    names = short_names(comparison.references)
    groups = [
        bar_group(row.key, names, row.values, ["", *(change.verdict for change in row.changes)], row.higher_is_better)
        for row in comparison.rows
        if row.section == "metrics" and not row.equal
    ]
    return [group for group in groups if group is not None][:_CHARTS]


def _without(view: View, versions: Sequence[ModelVersion]) -> list[str]:
    """Return, for each version, the address of the comparison without it."""
    return [view.here(v=[each.id for each in versions if each is not left]) for left in versions]
