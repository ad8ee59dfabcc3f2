"""Aliases of a model's versions, as they are kept: what may be one, how one moves, and whether a version may have it.

An alias is the property `alias.<name>` of the model's record, whose value is a version's name; the property
`alias-history.<name>` is a JSON text of its last moves, newest first. Whoever may write the model may move its aliases.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from modelreg._core.best import number_of
from modelreg._core.change import PropertyEdit
from modelreg._core.values import to_wire
from modelreg._filters import Filter
from modelreg._types import ModelVersion, RegisteredModel
from modelreg._types.records import STATE_ARCHIVED, public
from modelreg.errors import Conflict, InvalidInput

ALIAS = "alias."
HISTORY = "alias-history."
MOVES = 50
_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,100}")
_RESERVED = re.compile(r"[0-9]+|[vV][0-9]+|latest", re.IGNORECASE)


@public
@attrs.frozen(kw_only=True)
class AliasMove:
    """One move of an alias.

    Attributes:
        version: Name of the version that it was moved to; None where the alias was deleted.
        since: When it was moved, in UTC.
        by: Who moved it, as given.
        reason: Why, as given.
    """

    version: str | None
    since: datetime | None
    by: str | None = None
    reason: str | None = None


@public
@attrs.frozen(kw_only=True)
class Promotion:
    """What became of a promotion.

    Attributes:
        model: The model's name.
        alias: The alias.
        version: Name of the version that was to be promoted.
        promoted: Whether the alias points at the version now.
        changed: Whether this call moved it.
        previous: Name of the version that the alias pointed at before; None where there was none.
        refused: Why the version was not promoted, a sentence each; empty where it was.
    """

    model: str
    alias: str
    version: str
    promoted: bool
    changed: bool
    previous: str | None
    refused: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The version's reference, such as `fraud@1.5.0`."""
        return f"{self.model}@{self.version}"


def aliases_of(model: RegisteredModel) -> dict[str, str]:
    """Return the aliases of a model: the name of the version that each points at."""
    return {
        key.removeprefix(ALIAS): value
        for key, value in sorted(model.properties.items())
        if key.startswith(ALIAS) and isinstance(value, str) and value
    }


def aliases_of_version(model: RegisteredModel, version: str) -> tuple[str, ...]:
    """Return the aliases that point at a version."""
    return tuple(alias for alias, name in aliases_of(model).items() if name == version)


def moves_of(model: RegisteredModel, alias: str) -> tuple[AliasMove, ...]:
    """Return the moves of an alias, newest first; what cannot be read is left out."""
    return tuple(
        AliasMove(
            version=_text(entry.get("version")),
            since=_moment(entry.get("since")),
            by=_text(entry.get("by")),
            reason=_text(entry.get("reason")),
        )
        for entry in _entries(model, alias)
    )


def _entries(model: RegisteredModel, alias: str) -> list[dict[str, Any]]:
    text = model.properties.get(f"{HISTORY}{alias}")
    try:
        entries = json.loads(text) if isinstance(text, str) else []
    except ValueError:
        return []
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _moment(value: object) -> datetime | None:
    try:
        from dateutil.parser import isoparse

        return isoparse(value).astimezone(UTC) if isinstance(value, str) else None
    except ValueError:
        return None


def checked_alias(alias: object) -> str:
    """Return an alias, or refuse what cannot be one.

    Raises:
        InvalidInput: It is no alias.
    """
    if not isinstance(alias, str) or _ALIAS.fullmatch(alias) is None:
        raise InvalidInput(f"alias is {alias!r:.120}; it has 1 to 100 of the characters A-Z a-z 0-9 . _ -")
    if _RESERVED.fullmatch(alias):
        raise InvalidInput(f"alias is {alias!r}; digits alone, v and digits, and latest mean versions elsewhere")
    return alias


def check_case(model: RegisteredModel, alias: str) -> None:
    """Refuse an alias that differs from another one of the model in case alone.

    Raises:
        InvalidInput: It does.
    """
    for other in aliases_of(model):
        if other != alias and other.casefold() == alias.casefold():
            raise InvalidInput(f"alias is {alias!r}, and the model has {other!r}, which differs in case alone")


def check_version_name(model: RegisteredModel | None, version: str, what: str = "version") -> None:
    """Refuse a new version whose name is an alias of its model.

    Raises:
        InvalidInput: It is.
    """
    if model is not None and version in aliases_of(model):
        raise InvalidInput(
            f"{what} is {version!r}, which is an alias of model {model.name!r}; give the version another name, or "
            "delete the alias first"
        )


def moved(
    model: RegisteredModel, alias: str, version: str | None, *, at: datetime, by: str | None, reason: str | None
) -> tuple[PropertyEdit, dict[str, Any]]:
    """Return the change of a model's properties that moves an alias, and the entry of its history.

    Args:
        model: The model as it is there.
        alias: The alias.
        version: Name of the version that it points at from now on; None deletes it.
        at: The time.
        by: Who moves it.
        reason: Why.
    """
    since = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry = {"version": version, "since": since, "by": by, "reason": reason}
    history = json.dumps([entry, *_entries(model, alias)][:MOVES], ensure_ascii=False, separators=(",", ":"))
    merge: Mapping[str, Any] = to_wire({f"{HISTORY}{alias}": history})
    if version is None:
        return PropertyEdit(merge=merge, remove=frozenset({f"{ALIAS}{alias}"})), entry
    return PropertyEdit(merge={**to_wire({f"{ALIAS}{alias}": version}), **merge}), entry


def recorded(model: RegisteredModel, alias: str, entry: Mapping[str, Any]) -> bool:
    """Return whether a move is in the history of an alias."""
    return dict(entry) in _entries(model, alias)


def in_use(model: RegisteredModel, version: ModelVersion, aliases: Sequence[str]) -> Conflict:
    """Return the error for archiving a version that aliases point at."""
    return Conflict(
        f"model version {version.name!r} of model {model.name!r} is what {', '.join(aliases)} points at; nothing was "
        "written",
        resource=version.id,
        reason="alias_in_use",
        details={"model": model.name, "version": version.name, "aliases": tuple(aliases)},
        hint="Move the alias to another version first, or pass force=True to delete it.",
    )


def refusals(
    candidate: ModelVersion,
    holder: ModelVersion | None,
    model: RegisteredModel,
    *,
    if_better: str | None,
    where: Filter | None,
    higher_is_better: bool | None,
) -> tuple[str, ...]:
    """Return why a version may not be promoted, a sentence each; empty where it may.

    Args:
        candidate: The version.
        holder: The version that the alias points at; None where there is none.
        model: Their model, which remembers the directions of its metrics.
        if_better: The metric by which the candidate has to be better than the holder.
        where: What the candidate has to satisfy.
        higher_is_better: Whether more of that metric is better; what the model remembers unless given.
    """
    found = []
    if candidate.state == STATE_ARCHIVED:
        found.append(f"{candidate.name} is archived")
    if where is not None and not where.matches(candidate):
        found.append(f"{candidate.name} does not satisfy {where!r}")
    if if_better is not None:
        found += _not_better(candidate, holder, model, if_better, higher_is_better)
    return tuple(found)


def _not_better(
    candidate: ModelVersion, holder: ModelVersion | None, model: RegisteredModel, metric: str, given: bool | None
) -> list[str]:
    value = number_of(candidate, metric)
    if value is None:
        return [f"{candidate.name} has no number {metric}"]
    if holder is None:
        return []
    there = number_of(holder, metric)
    if there is None:
        return [f"{holder.name} has no number {metric} to compare with"]
    higher = model.higher_is_better.get(metric) if given is None else given
    if higher is None:
        return [f"it is not known whether a higher {metric} is better"]
    better = value > there if higher else value < there
    return [] if better else [f"{metric} {value:g} is not better than {there:g}"]
