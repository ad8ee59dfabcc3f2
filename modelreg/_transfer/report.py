"""What an import did, record by record and in all."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

import attrs

from modelreg._html_repr import HtmlRepr
from modelreg._types.choices import Happened
from modelreg._types.records import public
from modelreg.errors import ModelRegistryError

HAPPENED: tuple[Happened, ...] = get_args(Happened)


@public
@attrs.frozen(kw_only=True)
class ImportedRecord:
    """What became of one record of an import.

    Attributes:
        line: The number of its line, from 1.
        kind: Its kind, such as "version"; empty where the line cannot be read.
        name: Its name; empty where the line cannot be read.
        happened: "created", "updated" or "unchanged"; None where it failed.
        error: Why it failed; None where it did not.
    """

    line: int
    kind: str = ""
    name: str = ""
    happened: Happened | None = None
    error: ModelRegistryError | None = None


@public
@attrs.frozen(kw_only=True)
class ImportReport(HtmlRepr):
    """What an import did, or with `dry_run` would do.

    Attributes:
        by_kind: How many records were created, updated and unchanged, by kind of record.
        errors: Why records failed, by the number of their line; with `keep_going` alone.
        warnings: What was imported otherwise than one may expect, a sentence each.
        dry_run: Whether nothing was written.
    """

    by_kind: Mapping[str, Mapping[Happened, int]] = attrs.field(factory=dict)
    errors: Mapping[int, ModelRegistryError] = attrs.field(factory=dict)
    warnings: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def total(self) -> dict[Happened, int]:
        """How many records of all kinds were created, updated and unchanged."""
        return {each: sum(counts[each] for counts in self.by_kind.values()) for each in HAPPENED}

    @property
    def created(self) -> int:
        """How many records were created."""
        return self.total["created"]

    @property
    def updated(self) -> int:
        """How many records were updated."""
        return self.total["updated"]

    @property
    def unchanged(self) -> int:
        """How many records were there already and equal."""
        return self.total["unchanged"]

    @property
    def records(self) -> int:
        """How many records were imported, unchanged ones too."""
        return sum(self.total.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return {
            "total": self.total,
            "by_kind": {kind: dict(counts) for kind, counts in self.by_kind.items()},
            "errors": [
                {"line": line, "message": str(error), "reason": error.reason} for line, error in self.errors.items()
            ],
            "warnings": list(self.warnings),
            "dry_run": self.dry_run,
        }


class ReportBuilder:
    """Counts what becomes of the records of an import."""

    def __init__(self) -> None:
        self._by_kind: dict[str, Counter[Happened]] = {}
        self._errors: dict[int, ModelRegistryError] = {}
        self._warnings: dict[str, None] = {}

    def add(self, imported: ImportedRecord) -> None:
        """Count one record."""
        if imported.error is not None:
            self._errors[imported.line] = imported.error
        if imported.happened is not None:
            self._by_kind.setdefault(imported.kind, Counter())[imported.happened] += 1

    def warn(self, warning: str) -> None:
        """Add a warning, once."""
        self._warnings[warning] = None

    def report(self, *, dry_run: bool) -> ImportReport:
        """Return the report."""
        return ImportReport(
            by_kind={kind: {each: counts[each] for each in HAPPENED} for kind, counts in self._by_kind.items()},
            errors=dict(self._errors),
            warnings=tuple(self._warnings),
            dry_run=dry_run,
        )
