"""Lists of records as a table that needs no further request, for a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelreg._core.best import number_of
from modelreg._core.resources import METRIC_HISTORY, RESOURCES
from modelreg._types import ModelVersion, Record
from modelreg._views.columns import columns, derived_keys, value
from modelreg._views.page import Column, Grid

# How many metrics of versions have columns of their own.
METRICS = 5


def record_grid(records: Sequence[Record], *, more: bool) -> Grid:
    """Return the table of the first records of a list; versions have columns for their metrics."""
    resource = next(each for each in (METRIC_HISTORY, *RESOURCES.values()) if isinstance(records[0], each.record))
    needs_reading = set(derived_keys(resource)) - {"labels", "kind"}
    keys = dict.fromkeys(("id", "name", *(key for key in resource.columns if key not in needs_reading)))
    made = columns(resource, keys)
    metrics = [Column(f"prop:{name}", name, number=True) for name in metric_names(records)]
    made[2:2] = metrics
    rows = [[value(record, column.key, {}) for column in made] for record in records]
    return Grid(made, rows, note=f"the first {len(records)}; there are more" if more else "")


def metric_names(records: Sequence[Record]) -> list[str]:
    """Return the metrics that most of some versions have; none for records of another kind."""
    counts = Counter(
        key
        for record in records
        if isinstance(record, ModelVersion)
        for key in record.properties
        if number_of(record, key) is not None
    )
    return sorted(sorted(counts), key=lambda name: -counts[name])[:METRICS]
