"""Import of an MLflow registry into this one."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from modelreg import ModelRegistry
from modelreg._mlflow.reading import read_records
from modelreg._transfer import ImportedRecord, ImportReport


def import_mlflow(
    registry: ModelRegistry,
    uri: str,
    *,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Callable[[ImportedRecord], None] | None = None,
) -> ImportReport:
    """Copy what an MLflow registry holds into a registry. Safe to repeat: a second call changes what differs.

    Models, versions, tags, aliases, descriptions, stages and source URIs are copied, and the parameters and metrics of
    the runs become properties of their versions. What was removed in MLflow since the last time stays.

    Args:
        registry: Where to.
        uri: MLflow's tracking URI, such as `sqlite:///mlflow.db` or `http://localhost:5000`.
        dry_run: Whether to write nothing, and count what would happen.
        keep_going: Whether a record that fails is put into the report, instead of ending the import.
        progress: Called after each record.

    Returns:
        What happened; its warnings name what could not be carried.

    Raises:
        InvalidInput: The URI is that of a file which is not there.
        Rejected: MLflow could not be read.
    """
    left_out: dict[str, None] = {}
    report = registry.import_records(
        read_records(uri, left_out=left_out.setdefault),
        dry_run=dry_run,
        keep_going=keep_going,
        progress=progress,
    )
    return attrs.evolve(report, warnings=(*report.warnings, *left_out))
