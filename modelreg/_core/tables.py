"""Rows of values for pandas, made from records and results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from modelreg._core.record_data import field_names
from modelreg._types import Artifact, Record
from modelreg.errors import MissingExtra


def record_row(record: Record) -> dict[str, Any]:
    """Return a record's fields and properties as one row; times stay times.

    Args:
        record: The record; a property that is named like a field stands as `properties.NAME`.
    """
    row: dict[str, Any] = {"id": record.id, "name": record.name}
    if isinstance(record, Artifact):
        row["kind"] = record.kind
    row |= {name: getattr(record, name) for name in field_names(type(record)) if name != "properties"}
    labels = record.labels
    row["labels"] = labels
    fields = frozenset(row)
    for key, value in record.properties.items():
        if key not in labels:
            row[f"properties.{key}" if key in fields else key] = value
    return row


def data_frame(rows: Iterable[Mapping[str, Any]]) -> Any:
    """Return a pandas DataFrame of rows.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("to_pandas() needs pandas", hint="pip install pandas") from error
    return pd.DataFrame.from_records(list(rows))
