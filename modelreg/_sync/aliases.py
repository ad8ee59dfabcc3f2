# Written by scripts/unasync.py from modelreg/_async/aliases.py; edit that file and run `make fmt`.
"""Aliases of a model's versions, and promotions: each move one change of the model's record, safe against others."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from modelreg._concurrency import sleep
from modelreg._core import aliases
from modelreg._core.aliases import Promotion, aliases_of
from modelreg._core.change import Desired, decide
from modelreg._core.names import checked_name
from modelreg._core.planning import planned_write
from modelreg._core.references import Reference, not_found
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._filters import Filter
from modelreg._sync.engine import RACES, Engine, changed_all_the_time
from modelreg._sync.lookup import find_exact
from modelreg._types import ModelVersion, Plan, RegisteredModel
from modelreg.errors import InvalidInput, NotFound

# Seconds of the longest pause before a move is looked at again on a server without preconditions.
LOOK_SECONDS = 0.2


class AliasMovedError(Exception):
    """The alias was moved by another client after it was looked at."""


@attrs.frozen(kw_only=True)
class Gate:
    """What a version has to satisfy to be promoted.

    Attributes:
        if_better: The metric by which it has to be better than the version that holds the alias.
        where: A filter that it has to satisfy.
        higher_is_better: Whether more of the metric is better; what the model remembers unless given.
    """

    if_better: str | None = None
    where: Filter | None = None
    higher_is_better: bool | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be a gate."""
        if self.where is not None and not isinstance(self.where, Filter):
            raise InvalidInput(f'where is {self.where!r}; give a filter such as F("auc") > 0.9')
        if self.if_better is not None and (not isinstance(self.if_better, str) or not self.if_better):
            raise InvalidInput(f"if_better is {self.if_better!r}; give the name of a metric")


def set_alias(
    engine: Engine, model: RegisteredModel, alias: str, version: str, *, by: str | None, reason: str | None
) -> RegisteredModel:
    """Point an alias at a version, and return the model.

    Raises:
        InvalidInput: It cannot be an alias of this model.
        NotFound: The version is not there.
    """
    _checked_new(engine, model, alias)
    if (find_exact(engine, VERSIONS, checked_name(version, "version"), model.id)).record is None:
        raise not_found(Reference(VERSIONS, name=version, parent=Reference(MODELS, name=model.name)))

    def choose(there: RegisteredModel) -> str | None:
        aliases.check_case(there, alias)
        return version

    moved, _ = _move(engine, model.id, alias, choose, by=by, reason=reason)
    return moved


def delete_alias(
    engine: Engine, model: RegisteredModel, alias: str, *, by: str | None = None, reason: str | None = None
) -> RegisteredModel:
    """Delete an alias, and return the model; one that is not there is no error."""
    moved, _ = _move(engine, model.id, alias, lambda _there: None, by=by, reason=reason)
    return moved


def _checked_new(engine: Engine, model: RegisteredModel, alias: str) -> None:
    """Refuse what cannot be an alias of this model."""
    aliases.checked_alias(alias)
    aliases.check_case(model, alias)
    if alias not in aliases_of(model) and (find_exact(engine, VERSIONS, alias, model.id)).record is not None:
        raise InvalidInput(f"alias is {alias!r}, which is the name of a version of model {model.name!r}")


def _move(
    engine: Engine,
    model_id: str,
    alias: str,
    choose: Callable[[RegisteredModel], str | None],
    *,
    by: str | None,
    reason: str | None,
) -> tuple[RegisteredModel, bool]:
    """Move an alias until the move is in its history; return the model, and whether anything was moved.

    Args:
        engine: What reads and writes.
        model_id: The model's id.
        alias: The alias.
        choose: Returns the name of the version that it is to point at, given the model as it is; None deletes it.
        by: Who moves it.
        reason: Why.
    """
    for _ in range(RACES):
        entries: list[dict[str, Any]] = []

        def desired(there: RegisteredModel, entries: list[dict[str, Any]] = entries) -> Desired:
            entries.clear()
            version = choose(there)
            unmoved = Desired(resource=MODELS, record=RegisteredModel, name=there.name)
            if aliases_of(there).get(alias) == version:
                return unmoved
            edit, entry = aliases.moved(there, alias, version, at=datetime.now(UTC), by=by, reason=reason)
            entries.append(entry)
            return attrs.evolve(unmoved, edit=edit)

        model, _ = engine.update(MODELS, model_id, desired)
        if not entries:
            return model, False
        if engine.preconditions:
            return model, True
        # Without preconditions another move may have replaced this one, history and all: then it is decided again.
        sleep(LOOK_SECONDS * random.random())
        model = engine.get(MODELS, model_id)
        if aliases.recorded(model, alias, entries[0]):
            return model, True
    raise changed_all_the_time("model", model_id)


def promote(
    engine: Engine, version: Reference, alias: str, gate: Gate, *, by: str | None, reason: str | None
) -> Promotion:
    """Point an alias at a version if the gate lets it.

    Raises:
        NotFound: The version is not there.
        InvalidInput: It cannot be an alias of this model.
    """
    for _ in range(RACES):
        model, candidate, result = _judged(engine, version, alias, gate)
        if result.refused or result.promoted:
            return result

        def choose(
            there: RegisteredModel, previous: str | None = result.previous, name: str = candidate.name
        ) -> str | None:
            if aliases_of(there).get(alias) != previous:
                raise AliasMovedError
            aliases.check_case(there, alias)
            return name

        try:
            _move(engine, model.id, alias, choose, by=by, reason=reason)
        except AliasMovedError:
            # Another promotion was first: what it promoted is what this one is judged against now.
            continue
        return attrs.evolve(result, promoted=True, changed=True)
    raise changed_all_the_time("model", str(version.parent or version))


def plan_promote(
    engine: Engine, version: Reference, alias: str, gate: Gate, *, by: str | None, reason: str | None
) -> Plan:
    """Return what a promotion would write."""
    model, candidate, result = _judged(engine, version, alias, gate)
    desired = Desired(resource=MODELS, record=RegisteredModel, name=model.name)
    if not result.refused and not result.promoted:
        edit, _ = aliases.moved(model, alias, candidate.name, at=datetime.now(UTC), by=by, reason=reason)
        desired = attrs.evolve(desired, edit=edit)
    write = planned_write(decide(model, desired))
    return Plan(writes=(write,), outcome=write.happens, warnings=result.refused)


def _judged(
    engine: Engine, version: Reference, alias: str, gate: Gate
) -> tuple[RegisteredModel, ModelVersion, Promotion]:
    """Return the model and the version as they are now, and what the gate says."""
    candidate: ModelVersion = engine.get_reference(version)
    model: RegisteredModel = engine.get(MODELS, candidate.model_id or "")
    previous = aliases_of(model).get(alias)
    result = Promotion(
        model=model.name, alias=alias, version=candidate.name, promoted=False, changed=False, previous=previous
    )
    if previous == candidate.name:
        return model, candidate, attrs.evolve(result, promoted=True)
    _checked_new(engine, model, alias)
    holder = None if previous is None else (find_exact(engine, VERSIONS, previous, model.id)).record
    refused = aliases.refusals(candidate, holder, model, **attrs.asdict(gate, recurse=False))
    return model, candidate, attrs.evolve(result, refused=refused)


def refuse_archiving(engine: Engine, version: ModelVersion, *, force: bool) -> None:
    """Refuse to archive a version that an alias points at, or delete the alias first.

    Raises:
        Conflict: An alias points at it.
    """
    if not version.model_id:
        return
    try:
        model: RegisteredModel = engine.get(MODELS, version.model_id)
    except NotFound:
        return
    found = aliases.aliases_of_version(model, version.name)
    if found and not force:
        raise aliases.in_use(model, version, found)
    for alias in found:
        delete_alias(engine, model, alias, reason=f"{version.name} is archived")
