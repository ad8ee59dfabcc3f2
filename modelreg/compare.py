"""Decides how versions differ: numbers with change, percent and verdict, then properties, artifacts and labels.

The first version is the base. Whether a change is better or worse is said only where the direction of the metric is
known: as it was given, or as it is remembered on the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from modelreg._sync.registry import ModelRegistry
from modelreg.errors import InvalidInput
from modelreg.types import Artifact, ModelArtifact, ModelVersion, RegisteredModel
from modelreg.html_repr import HtmlRepr
from modelreg.types.records import DIRECTION_PREFIX
from modelreg.views.data import plain
from modelreg.views.show import metrics_of

Section = Literal["metrics", "properties", "artifact", "labels"]
Verdict = Literal["better", "worse", "same", ""]

SECTIONS: tuple[Section, ...] = ("metrics", "properties", "artifact", "labels")
_WEIGHTS = ("uri", "model_format", "model_format_version", "storage_key", "storage_path", "source_kind", "source_id")


@attrs.frozen(kw_only=True)
class Change:
    """What became of a number from the base to another version.

    Attributes:
        difference: Other less base; None when one of them is missing.
        percent: Of the base's size; None when the base is 0.
    """

    difference: float | None = None
    percent: float | None = None
    verdict: Verdict = ""


@attrs.frozen(kw_only=True)
class Row:
    """One thing that is compared.

    Attributes:
        values: One for each version, None where it is missing.
        changes: One for each version but the base; empty where there is nothing to subtract.
    """

    section: Section
    key: str
    values: tuple[Any, ...]
    changes: tuple[Change, ...] = ()
    higher_is_better: bool | None = None

    @property
    def equal(self) -> bool:
        """Whether all versions agree."""
        first = (type(self.values[0]), self.values[0])
        return all((type(value), value) == first for value in self.values)


@attrs.frozen(kw_only=True)
class Comparison(HtmlRepr):
    """Versions side by side.

    Attributes:
        references: The versions as they are written, the base first.
        rows: Everything, equal rows too.
    """

    references: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def different(self) -> tuple[Row, ...]:
        """The rows in which the versions differ."""
        return tuple(row for row in self.rows if not row.equal)

    def row(self, key: str, section: Section = "metrics") -> Row | None:
        """Return one row."""
        return next((row for row in self.rows if row.key == key and row.section == section), None)

    def worse(self, metrics: Sequence[str]) -> tuple[str, ...]:
        """Say in which of these metrics a version is worse than the base, or has none where the base has one.

        Raises:
            InvalidInput: A metric that no version has, or whose direction nobody declared.
        """
        found: list[str] = []
        for name in metrics:
            row = self.row(name)
            if row is None:
                raise InvalidInput(f"no version has a metric {name!r}")
            if row.higher_is_better is None:
                raise InvalidInput(
                    f"nobody said which way {name!r} is better",
                    hint=f"Say --higher {name} or --lower {name}; `register` remembers it on the model.",
                )
            found.extend(_worse(row, self.references))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON has it."""
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


@attrs.frozen(kw_only=True)
class Point:
    """A metric's value in one version."""

    version: str
    state: str | None
    value: float
    created: Any = None


@attrs.frozen(kw_only=True)
class History(HtmlRepr):
    """One metric over the versions of a model, the oldest first."""

    model: str
    metric: str
    higher_is_better: bool | None
    points: tuple[Point, ...]
    without: int = 0

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


def compare(
    registry: ModelRegistry,
    versions: Sequence[tuple[RegisteredModel, ModelVersion]],
    *,
    higher_is_better: Mapping[str, bool] | None = None,
) -> Comparison:
    """Compare versions, the first being the base.

    Args:
        versions: Each with its model; of several models, too.
        higher_is_better: Directions, which come before those that the models remember.
    """
    if len(versions) < 2:
        raise InvalidInput("a comparison needs two versions at least")
    artifacts = [list(registry.artifacts.list(version=version, order_by="ID")) for _, version in versions]
    directions: dict[str, bool] = {}
    for model, _ in reversed(versions):
        directions |= model.higher_is_better
    directions |= higher_is_better or {}
    numbers = [metrics_of(version, found) for (_, version), found in zip(versions, artifacts, strict=True)]
    records = [version for _, version in versions]
    rows = [
        *_number_rows(numbers, directions),
        *_property_rows(records, {key for found in numbers for key in found}),
        *_artifact_rows([_weights(found) for found in artifacts]),
        *_label_rows(records),
    ]
    return Comparison(references=tuple(f"{model.name}@{version.name}" for model, version in versions), rows=tuple(rows))


def history(
    registry: ModelRegistry, model: RegisteredModel, metric: str, *, higher_is_better: bool | None = None
) -> History:
    """Follow a metric over all versions of a model."""
    points, without = [], 0
    for version in registry.versions.list(model=model, order_by="ID"):
        value = version.properties.get(metric)
        if isinstance(value, bool) or not isinstance(value, int | float):
            without += 1
            continue
        points.append(Point(version=version.name, state=version.state, value=value, created=version.create_time))
    known = model.higher_is_better.get(metric) if higher_is_better is None else higher_is_better
    return History(model=model.name, metric=metric, higher_is_better=known, points=tuple(points), without=without)


def changed(base: object, other: object, higher: bool | None) -> Change:
    """Return what became of a number."""
    if not _is_number(base) or not _is_number(other):
        return Change()
    assert isinstance(base, int | float)
    assert isinstance(other, int | float)
    difference = other - base
    percent = None if base == 0 else difference / abs(base) * 100
    if difference == 0:
        return Change(difference=difference, percent=percent, verdict="same")
    verdict: Verdict = "" if higher is None else "better" if (difference > 0) == higher else "worse"
    return Change(difference=difference, percent=percent, verdict=verdict)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _worse(row: Row, references: Sequence[str]) -> list[str]:
    found = []
    for reference, value, change in zip(references[1:], row.values[1:], row.changes, strict=True):
        if change.verdict == "worse":
            found.append(f"{row.key} of {reference} is {value}, worse than {row.values[0]} of {references[0]}")
        elif value is None and row.values[0] is not None:
            found.append(f"{reference} has no {row.key}, and {references[0]} has")
    return found


def _number_rows(numbers: Sequence[Mapping[str, float]], directions: Mapping[str, bool]) -> list[Row]:
    rows = []
    for key in sorted({key for found in numbers for key in found}):
        values = tuple(found.get(key) for found in numbers)
        higher = directions.get(key)
        changes = tuple(changed(values[0], value, higher) for value in values[1:])
        rows.append(Row(section="metrics", key=key, values=values, changes=changes, higher_is_better=higher))
    return rows


def _property_rows(versions: Sequence[ModelVersion], numbers: set[str]) -> list[Row]:
    labels = {label for version in versions for label in version.labels}
    keys = {key for version in versions for key in version.properties} - labels - numbers
    return [
        Row(section="properties", key=key, values=tuple(version.properties.get(key) for version in versions))
        for key in sorted(keys)
        if not key.startswith(DIRECTION_PREFIX)
    ] + [
        Row(section="properties", key=name, values=tuple(getattr(version, name) for version in versions))
        for name in ("state", "author", "description")
        if any(getattr(version, name) is not None for version in versions)
    ]


def _weights(artifacts: Sequence[Artifact]) -> ModelArtifact | None:
    return next((each for each in reversed(artifacts) if isinstance(each, ModelArtifact)), None)


def _artifact_rows(weights: Sequence[ModelArtifact | None]) -> list[Row]:
    rows = [
        Row(section="artifact", key=name, values=tuple(getattr(each, name, None) for each in weights))
        for name in _WEIGHTS
    ]
    return [row for row in rows if any(value is not None for value in row.values)]


def _label_rows(versions: Sequence[ModelVersion]) -> list[Row]:
    labels = sorted({label for version in versions for label in version.labels})
    return [
        Row(section="labels", key=label, values=tuple(label in version.labels for version in versions))
        for label in labels
    ]
