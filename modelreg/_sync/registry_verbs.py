# Written by scripts/unasync.py from modelreg/_async/registry_verbs.py; edit that file and run `make fmt`.
"""The verbs of a registry that read or carry many records: compare, export, import, copy, resolve, diagnose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

# Types that are seldom needed are annotated as attributes of the package, which loads each when a caller of
# `typing.get_type_hints` looks at it.
import modelreg
from modelreg._concurrency import Items
from modelreg._types import ModelVersion, RegisteredModel

if TYPE_CHECKING:
    from modelreg._sync.engine import Engine


class RegistryVerbs:
    """The verbs of a registry over many records."""

    if TYPE_CHECKING:
        _engine: Engine

    def compare(
        self,
        *references: ModelVersion | str | tuple[str, str],
        higher_is_better: Mapping[str, bool] | None = None,
    ) -> modelreg.Comparison:
        """Return how versions differ: metrics, properties (inside structs too), model artifacts and labels.

        Args:
            *references: Two versions or more, of one model or several: records, references such as "fraud@1.4.0", or
                pairs (model, version). The first is the base.
            higher_is_better: For each metric whether more is better; it comes before what the models remember.

        Raises:
            InvalidInput: There are fewer than two, or one refers to no version.
            NotFound: One of them is not there.
        """
        from modelreg._sync.comparing import compare

        return compare(self._engine, references, higher_is_better)

    def history(
        self, model: RegisteredModel | str, metric: str, *, higher_is_better: bool | None = None
    ) -> modelreg.History:
        """Return a metric over all versions of a model, the oldest first.

        Args:
            model: The model's record or name.
            metric: The metric's name.
            higher_is_better: Whether more is better; what the model remembers unless given.

        Raises:
            NotFound: There is no such model.
        """
        from modelreg._sync.comparing import history

        return history(self._engine, model, metric, higher_is_better)

    def export_records(
        self, models: Iterable[str] = (), *, warn: Callable[[str], None] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Iterate over the records of an export: parents before what is under them, read page by page.

        The first item names the format, the last holds how many records there were; `import_records` takes them all.

        Args:
            models: The names of the models to export with what is under them; without any, everything is exported,
                services and experiments too.
            warn: Called with a sentence for each thing that cannot be exported; logged unless given.

        Raises:
            NotFound: A model that is not there, while iterating and before the first item.
        """
        from modelreg._sync.exporting import export_records

        for line in export_records(self._engine, models, warn):
            yield line

    def import_records(
        self,
        lines: Items[Mapping[str, Any]] | Items[str] | Items[bytes],
        *,
        dry_run: bool = False,
        keep_going: bool = False,
        progress: Callable[[modelreg.ImportedRecord], None] | None = None,
    ) -> modelreg.ImportReport:
        """Import what `export_records` returned, or the lines of an exported file. Safe to repeat.

        A record that is there and equal stays as it is; one that differs is updated. Into an embedded registry records
        are written in groups, so that a crash may undo those of the last 200 ms; repeating the import completes it.

        Args:
            lines: Mappings, or lines of text such as an open file.
            dry_run: Write nothing, and return what would happen.
            keep_going: Put a line that fails into the report, instead of raising its error.
            progress: Called after each record.

        Raises:
            InvalidInput: A line that cannot be read or whose parent is not there; what stands before is imported.
        """
        from modelreg._sync.importing import import_records

        return import_records(self._engine, lines, dry_run=dry_run, keep_going=keep_going, progress=progress)

    def copy_to(
        self,
        other: modelreg.ModelRegistry,
        models: Iterable[str] = (),
        *,
        dry_run: bool = False,
        keep_going: bool = False,
        progress: Callable[[modelreg.ImportedRecord], None] | None = None,
    ) -> modelreg.ImportReport:
        """Copy models, or everything, into another registry. Safe to repeat.

        Args:
            other: The registry to copy into.
            models: The names of the models to copy; without any, everything is copied.
            dry_run: Write nothing, and return what would happen.
            keep_going: Put a record that fails into the report, instead of raising its error.
            progress: Called after each record.

        Raises:
            NotFound: A model that is not there; nothing was copied.
        """
        from modelreg._sync.importing import copy_records

        return copy_records(
            self._engine, other._engine, models, dry_run=dry_run, keep_going=keep_going, progress=progress
        )

    def resolve(self, uri: str | modelreg.KServeUri) -> modelreg.Resolved:
        """Return what KServe would load for a URI, with warnings where that may surprise.

        Args:
            uri: Such as "model-registry://fraud/1.4.0", a version's reference ("fraud@1.4.0", "fraud@champion"), or a
                model's name, which means its newest version.

        Raises:
            InvalidInput: It is none of these.
            NotFound: The model or the version is not there, or the model has no version.
        """
        from modelreg._sync.resolving import resolve

        return resolve(self._engine, uri)

    def diagnose(self, *, write: bool = False) -> Sequence[modelreg.Check]:
        """Return what was checked to find out why a registry cannot be used: address, network, token, reading.

        What is wrong is in the checks, and no error is raised.

        Args:
            write: Whether to write a model named "modelreg-doctor" and archive it, too; nothing can be deleted.
        """
        return [check for check in self.iter_checks(write=write)]

    def iter_checks(self, *, write: bool = False) -> Iterator[modelreg.Check]:
        """Iterate over the checks of `diagnose`, each as soon as it is done.

        What is wrong is in the checks, and no error is raised.

        Args:
            write: Whether to write a model named "modelreg-doctor" and archive it, too; nothing can be deleted.
        """
        from modelreg._sync.diagnosing import iter_checks

        for check in iter_checks(self._engine, write=write):
            yield check
