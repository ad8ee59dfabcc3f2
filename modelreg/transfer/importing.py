"""Decides how lines become records of another registry: each by its name under its parents, changed if it differs.

Nothing is looked for under a parent that this import has just made. What was done is done again without effect, so that
an import that was cut off is finished by running it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from modelreg._sync.call import Call
from modelreg._sync.logging import logged_metric
from modelreg._sync.lookup import find_exact
from modelreg._sync.registry import ModelRegistry
from modelreg._sync.write import Wanted, established
from modelreg.core.change import property_edit
from modelreg.core.fields import to_body
from modelreg.core.resources import (
    ARTIFACTS,
    ENVIRONMENTS,
    EXPERIMENTS,
    MODELS,
    RUN_ARTIFACTS,
    RUNS,
    SERVES,
    SERVICES,
    VERSIONS,
    Resource,
)
from modelreg.errors import InvalidInput
from modelreg.transfer.lines import Line
from modelreg.types import ARTIFACT_TYPES, Artifact, Metric
from modelreg.types.registration import Happened

_RESOURCES: Mapping[str, Resource] = {
    "model": MODELS,
    "version": VERSIONS,
    "artifact": ARTIFACTS,
    "environment": ENVIRONMENTS,
    "service": SERVICES,
    "serve": SERVES,
    "experiment": EXPERIMENTS,
    "run": RUNS,
    "run_artifact": RUN_ARTIFACTS,
}
# What each kind is named under, parents first.
_ABOVE: Mapping[str, tuple[str, ...]] = {
    "model": (),
    "version": ("model",),
    "artifact": ("model", "version"),
    "environment": (),
    "service": ("environment",),
    "serve": ("environment", "service"),
    "experiment": (),
    "run": ("experiment",),
    "run_artifact": ("experiment", "run"),
}
# How many parents are remembered: those of the lines that stand together.
_REMEMBERED = 64


@attrs.define
class Tally:
    """What became of the records of an import.

    Attributes:
        by_kind: How many were created, updated or unchanged, by kind.
    """

    by_kind: dict[str, Counter[Happened]] = attrs.field(factory=dict)

    def add(self, kind: str, happened: Happened) -> None:
        """Count one."""
        self.by_kind.setdefault(kind, Counter())[happened] += 1

    @property
    def total(self) -> Counter[str]:
        """All of them together."""
        together: Counter[str] = Counter()
        for counted in self.by_kind.values():
            together.update(counted)
        return together


@attrs.frozen
class _Met:
    """A record that was just written or found."""

    id: str
    fresh: bool


def imported(registry: ModelRegistry, lines: Iterable[Line]) -> Iterator[tuple[Line, Happened]]:
    """Write the lines into a registry; answer each with what became of it.

    Raises:
        InvalidInput: A line whose parent is not there, or that differs where nothing can be changed.
    """
    writer = _Writer(registry._call)
    for line in lines:
        try:
            yield line, writer.write(line)
        except InvalidInput as error:
            if line.number:
                error.message = f"line {line.number}: {error.message}"
            raise


class _Writer:
    def __init__(self, call: Call) -> None:
        self._call = call
        self._met: dict[tuple[str, ...], _Met] = {}
        self._history: tuple[str, set[tuple[Any, ...]]] = ("", set())

    def write(self, line: Line) -> Happened:
        if line.kind == "metric":
            return self._log(line)
        wanted, fresh = self._wanted(line)
        known = None
        if not fresh:
            kind = wanted.fixed.get("artifactType")
            known = find_exact(self._call, wanted.resource, line.name, wanted.parent_id, kind=kind).record
        record, happened = established(self._call, wanted, known)
        names = [str(line.parents[parent]) for parent in _ABOVE[line.kind]]
        self._remember((line.kind, *names, line.name), _Met(record.id, happened == "created"))
        return happened

    def _remember(self, key: tuple[str, ...], met: _Met) -> None:
        self._met.pop(key, None)
        self._met[key] = met
        if len(self._met) > _REMEMBERED:
            del self._met[next(iter(self._met))]

    def _wanted(self, line: Line) -> tuple[Wanted, bool]:
        """Say what is wanted, and whether nothing of its name can be there."""
        resource = _RESOURCES[line.kind]
        parent = self._parent(line)
        fields = to_body(line.record, dict(line.fields))
        fixed: dict[str, Any] = {} if parent is None or resource.parent is None else {resource.parent: parent.id}
        body, change = resource.body, resource.change
        if issubclass(line.record, Artifact):
            fixed["artifactType"] = ARTIFACT_TYPES[line.record.kind]
            body, change = line.record.__name__, f"{line.record.__name__}Update"
        if line.kind in ("service", "serve"):
            fields |= self._served(line)
        wanted = Wanted(
            resource=resource,
            name=line.name,
            parent_id=None if parent is None else parent.id,
            fields=fields,
            fixed=fixed,
            edit=property_edit(line.properties),
            body=body,
            change=change,
        )
        return wanted, parent is not None and parent.fresh

    def _parent(self, line: Line) -> _Met | None:
        met = None
        path: list[str] = []
        for kind in _ABOVE[line.kind]:
            path.append(str(line.parents[kind]))
            met = self._find(kind, path, met)
        return met

    def _served(self, line: Line) -> dict[str, Any]:
        """Find the model and version that a service points at."""
        model = self._find("model", [str(line.parents["model"])], None)
        found = {"registeredModelId": model.id} if line.kind == "service" else {}
        if line.parents["version"] is not None:
            path = [str(line.parents["model"]), line.parents["version"]]
            found["modelVersionId"] = self._find("version", path, model).id
        return found

    def _find(self, kind: str, path: list[str], above: _Met | None) -> _Met:
        key = (kind, *path)
        met = self._met.get(key)
        if met is None:
            record = find_exact(self._call, _RESOURCES[kind], path[-1], above.id if above else None).record
            if record is None:
                raise InvalidInput(f"{kind} {path[-1]!r} is not in the registry, and was on no line before")
            met = _Met(record.id, fresh=False)
            self._remember(key, met)
        return met

    def _log(self, line: Line) -> Happened:
        """Add a value to a metric's history, unless it is there."""
        run = self._find("run", [str(line.parents["experiment"]), str(line.parents["run"])], self._experiment(line))
        metric = Metric(name=line.name, **line.fields)
        seen = self._values(run)
        if _value(metric) in seen:
            return "unchanged"
        logged_metric(self._call, run.id, metric)
        seen.add(_value(metric))
        return "created"

    def _experiment(self, line: Line) -> _Met:
        return self._find("experiment", [str(line.parents["experiment"])], None)

    def _values(self, run: _Met) -> set[tuple[Any, ...]]:
        """Return the values that a run has logged; those of one run are kept at a time."""
        if self._history[0] != run.id:
            values = set() if run.fresh else {_value(each) for each in self._logged(run)}
            self._history = (run.id, values)
        return self._history[1]

    def _logged(self, run: _Met) -> Iterable[Metric]:
        from modelreg._sync.pager import Pager, Query
        from modelreg.core.resources import METRIC_HISTORY, Parent

        return Pager[Metric](self._call, METRIC_HISTORY, Parent(RUNS, id=run.id), Query())


def _value(metric: Metric) -> tuple[Any, ...]:
    return metric.name, metric.step, metric.value, metric.timestamp
