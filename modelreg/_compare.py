"""Comparisons of versions and histories of metrics, as values.

The first version of a comparison is the base. Whether a change is better or worse is only told where the direction of
the metric is known: as it was given, or as it is remembered on the model.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeGuard

import attrs

from modelreg._core.best import number_of
from modelreg._core.record_data import plain
from modelreg._core.tables import data_frame
from modelreg._html_repr import HtmlRepr
from modelreg._types import Artifact, Metric, ModelArtifact, ModelVersion, RegisteredModel
from modelreg._types.records import DIRECTION_PREFIX, public
from modelreg.errors import InvalidInput

Section = Literal["metrics", "properties", "artifact", "labels"]
Verdict = Literal["better", "worse", "same", ""]

SECTIONS: tuple[Section, ...] = ("metrics", "properties", "artifact", "labels")
_WEIGHTS = ("uri", "model_format", "model_format_version", "storage_key", "storage_path", "source_kind", "source_id")


@public
@attrs.frozen(kw_only=True)
class ValueChange:
    """How a number differs from the one before or from the base.

    Attributes:
        difference: This one less the other; None when one of them is missing.
        percent: Of the other's size; None when that is 0.
        verdict: "better", "worse", "same", or "" where the direction is not known.
    """

    difference: float | None = None
    percent: float | None = None
    verdict: Verdict = ""


@public
@attrs.frozen(kw_only=True)
class ComparisonRow:
    """One thing that is compared.

    Attributes:
        section: "metrics", "properties", "artifact" or "labels".
        key: What is compared; a key inside a struct is written with dots: "params.max_depth".
        values: One for each version, None where it is missing.
        changes: One for each version but the base; empty where there is nothing to subtract.
        higher_is_better: Of a metric, whether more is better; None where that is not known.
    """

    section: Section
    key: str
    values: tuple[Any, ...]
    changes: tuple[ValueChange, ...] = ()
    higher_is_better: bool | None = None

    @property
    def equal(self) -> bool:
        """Whether all versions agree."""
        return all(same_value(self.values[0], value) for value in self.values)


@public
@attrs.frozen(kw_only=True)
class Comparison(HtmlRepr):
    """Versions side by side.

    Attributes:
        references: The versions, such as "fraud@1.4.0", the base first.
        rows: Everything that is compared, section by section; in each the rows that differ come first.
    """

    references: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]

    @property
    def different(self) -> tuple[ComparisonRow, ...]:
        """The rows in which the versions differ."""
        return tuple(row for row in self.rows if not row.equal)

    def row(self, key: str, section: Section = "metrics") -> ComparisonRow | None:
        """Return one row, or None.

        Args:
            key: What is compared.
            section: "metrics", "properties", "artifact" or "labels".
        """
        return next((row for row in self.rows if row.key == key and row.section == section), None)

    def worse(self, metrics: Sequence[str]) -> tuple[str, ...]:
        """Return a sentence for each of these metrics in which a version is worse than the base, or lacks it.

        Args:
            metrics: Names of metrics.

        Raises:
            InvalidInput: A metric that no version has, or whose direction is not known.
        """
        found: list[str] = []
        for name in metrics:
            row = self.row(name)
            if row is None:
                raise InvalidInput(f"no version has a metric {name!r}")
            if row.higher_is_better is None:
                raise InvalidInput(
                    f"it is not known whether a higher {name!r} is better",
                    hint="Pass higher_is_better={...}; register(higher_is_better={...}) remembers it on the model.",
                )
            found.extend(_worse(row, self.references))
        return tuple(found)

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame, with a column for each version.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return data_frame(
            {"section": row.section, "key": row.key, **dict(zip(self.references, row.values, strict=True))}
            for row in self.rows
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON has it, every value in full."""
        return {
            "base": self.references[0],
            "versions": list(self.references),
            "equal": len(self.rows) - len(self.different),
            "rows": [
                {
                    "section": row.section,
                    "key": row.key,
                    "equal": row.equal,
                    "higher_is_better": row.higher_is_better,
                    "values": [plain(value) for value in row.values],
                    "changes": [attrs.asdict(change) for change in row.changes],
                }
                for row in self.rows
            ],
        }


@public
@attrs.frozen(kw_only=True)
class HistoryPoint:
    """A metric's value in one version.

    Attributes:
        version: The version's name.
        state: "LIVE" or "ARCHIVED".
        value: The metric's value.
        created: When the version was created.
    """

    version: str
    state: str | None
    value: float
    created: datetime | None = None


@public
@attrs.frozen(kw_only=True)
class History(HtmlRepr):
    """One metric over the versions of a model, the oldest first.

    Attributes:
        model: The model's name.
        metric: The metric's name.
        higher_is_better: Whether more is better; None where that is not known.
        points: The versions that have the metric.
        without: How many versions do not have it.
    """

    model: str
    metric: str
    higher_is_better: bool | None
    points: tuple[HistoryPoint, ...]
    without: int = 0

    def to_pandas(self) -> Any:
        """Return the points as a pandas DataFrame.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return data_frame(attrs.asdict(point) for point in self.points)

    def to_dict(self) -> dict[str, Any]:
        """Return the history as JSON has it."""
        return {
            "model": self.model,
            "metric": self.metric,
            "higher_is_better": self.higher_is_better,
            "versions_without": self.without,
            "points": [
                {"version": each.version, "state": each.state, "value": each.value, "created": plain(each.created)}
                for each in self.points
            ],
        }


@attrs.frozen(kw_only=True)
class ComparedVersion:
    """A version with what is compared of it: its model, and its artifacts, oldest first."""

    model: RegisteredModel
    version: ModelVersion
    artifacts: Sequence[Artifact]

    @property
    def reference(self) -> str:
        """The version's reference, such as `fraud@1.4.0`."""
        return f"{self.model.name}@{self.version.name}"


def comparison_of(versions: Sequence[ComparedVersion], higher_is_better: Mapping[str, bool] | None) -> Comparison:
    """Return the comparison of two versions or more, the first being the base.

    Args:
        versions: The versions; of several models, too.
        higher_is_better: Directions, which come before those that the models remember.
    """
    directions: dict[str, bool] = {}
    for each in reversed(versions):
        directions |= each.model.higher_is_better
    directions |= higher_is_better or {}
    numbers = [metrics_of(each.version, each.artifacts) for each in versions]
    records = [each.version for each in versions]
    rows = [
        *_number_rows(numbers, directions),
        *_property_rows(records),
        *_artifact_rows([newest_model_artifact(each.artifacts) for each in versions]),
        *_label_rows(records),
    ]
    ordered = [row for section in SECTIONS for row in _differences_first(rows, section)]
    return Comparison(references=tuple(each.reference for each in versions), rows=tuple(ordered))


def history_of(
    model: RegisteredModel, versions: Iterable[ModelVersion], metric: str, higher_is_better: bool | None = None
) -> History:
    """Return a metric over the versions of a model.

    Args:
        model: The model.
        versions: Its versions, oldest first.
        metric: The metric's name.
        higher_is_better: Whether more is better; what the model remembers unless given.
    """
    points, without = [], 0
    for version in versions:
        value = number_of(version, metric)
        if value is None:
            without += 1
            continue
        points.append(HistoryPoint(version=version.name, state=version.state, value=value, created=version.create_time))
    known = model.higher_is_better.get(metric) if higher_is_better is None else higher_is_better
    return History(model=model.name, metric=metric, higher_is_better=known, points=tuple(points), without=without)


def metrics_of(version: ModelVersion, artifacts: Sequence[Artifact] = ()) -> dict[str, float]:
    """Return a version's numbers: its properties, and the values of its metric artifacts."""
    found = {artifact.name: artifact.value for artifact in artifacts if isinstance(artifact, Metric)}
    numbers = {name: value for name, value in found.items() if value is not None}
    for key in version.properties:
        value = number_of(version, key)
        if value is not None:
            numbers[key] = value
    return dict(sorted(numbers.items()))


def newest_model_artifact(artifacts: Sequence[Artifact]) -> ModelArtifact | None:
    """Return the newest model artifact; None when there is none.

    Args:
        artifacts: Artifacts of one version, oldest first.
    """
    return next((each for each in reversed(artifacts) if isinstance(each, ModelArtifact)), None)


def same_value(value: object, other: object) -> bool:
    """Return whether two values are equal and of one type."""
    return type(value) is type(other) and (value == other or repr(value) == repr(other))


def value_change(base: object, other: object, higher_is_better: bool | None) -> ValueChange:
    """Return how a number differs from another.

    Args:
        base: The number to compare with.
        other: The number.
        higher_is_better: Whether more is better; None where that is not known.
    """
    if not _is_number(base) or not _is_number(other):
        return ValueChange()
    difference = other - base
    percent = None if base == 0 else difference / abs(base) * 100
    if difference == 0:
        return ValueChange(difference=difference, percent=percent, verdict="same")
    verdict: Verdict = "" if higher_is_better is None else "worse"
    if higher_is_better is not None and (difference > 0) == higher_is_better:
        verdict = "better"
    return ValueChange(difference=difference, percent=percent, verdict=verdict)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _differences_first(rows: Sequence[ComparisonRow], section: Section) -> list[ComparisonRow]:
    return sorted((row for row in rows if row.section == section), key=lambda row: row.equal)


def _worse(row: ComparisonRow, references: Sequence[str]) -> list[str]:
    found = []
    for reference, value, change in zip(references[1:], row.values[1:], row.changes, strict=True):
        if change.verdict == "worse":
            found.append(f"{row.key} of {reference} is {value}, worse than {row.values[0]} of {references[0]}")
        elif value is None and row.values[0] is not None:
            found.append(f"{reference} has no {row.key}, and {references[0]} has")
    return found


def _number_rows(numbers: Sequence[Mapping[str, float]], directions: Mapping[str, bool]) -> list[ComparisonRow]:
    rows = []
    for key in sorted({key for found in numbers for key in found}):
        values = tuple(found.get(key) for found in numbers)
        higher = directions.get(key)
        changes = tuple(value_change(values[0], value, higher) for value in values[1:])
        rows.append(ComparisonRow(section="metrics", key=key, values=values, changes=changes, higher_is_better=higher))
    return rows


def _property_rows(versions: Sequence[ModelVersion]) -> list[ComparisonRow]:
    found = [
        {
            path: value
            for key, kept in version.properties.items()
            if key not in version.labels and not key.startswith(DIRECTION_PREFIX) and number_of(version, key) is None
            for path, value in _leaves((key,), kept)
        }
        for version in versions
    ]
    rows = [
        ComparisonRow(section="properties", key=".".join(path), values=tuple(each.get(path) for each in found))
        for path in sorted({path for each in found for path in each})
    ]
    return rows + [
        ComparisonRow(section="properties", key=name, values=tuple(getattr(version, name) for version in versions))
        for name in ("state", "author", "description")
        if any(getattr(version, name) is not None for version in versions)
    ]


def _leaves(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield what a value holds by path: a struct what is in it, everything else itself."""
    if not isinstance(value, Mapping) or not value:
        yield path, value
        return
    for key, inner in value.items():
        yield from _leaves((*path, str(key)), inner)


def _artifact_rows(weights: Sequence[ModelArtifact | None]) -> list[ComparisonRow]:
    rows = [
        ComparisonRow(section="artifact", key=name, values=tuple(getattr(each, name, None) for each in weights))
        for name in _WEIGHTS
    ]
    return [row for row in rows if any(value is not None for value in row.values)]


def _label_rows(versions: Sequence[ModelVersion]) -> list[ComparisonRow]:
    labels = sorted({label for version in versions for label in version.labels})
    return [
        ComparisonRow(section="labels", key=label, values=tuple(label in version.labels for version in versions))
        for label in labels
    ]
