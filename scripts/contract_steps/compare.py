"""Decides what changed between two contracts and which changes break a client that was built on the older one.

A change breaks when what was sent is no longer taken, or when what was read is no longer there. A new enum value or
kind of artifact does not: this project's client keeps what it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from scripts.contract_steps.document import Document, version_of
from scripts.contract_steps.structure import Place, facts, uses

Uses = Mapping[str, frozenset[str]]
BOTH = frozenset({"request", "response"})


@frozen
class Change:
    """One difference between two contracts.

    Attributes:
        word: added, removed or changed.
        place: Where.
        old: What stood there; empty when added.
        new: What stands there; empty when removed.
        breaking: Whether a client of the older contract can fail by it.
    """

    word: str
    place: Place
    old: str
    new: str
    breaking: bool

    def __str__(self) -> str:
        what = {"added": self.new, "removed": self.old}.get(self.word, f"{self.old} -> {self.new}")
        shown = "" if what in ("yes", "listed") else f": {what}"
        return f"{self.word:<8} {self.place}{shown}{'  [breaking]' if self.breaking else ''}"


def compare(old: Document, new: Document) -> list[Change]:
    """Return what changed, in the order of the places; parts of what is new or gone as a whole are not repeated."""
    before, after = facts(old), facts(new)
    ways = {**uses(new), **uses(old)}
    changes = []
    for place in sorted({*before, *after}):
        was, now = before.get(place), after.get(place)
        if was == now or _told_by_owner(place, before, after):
            continue
        word = "added" if was is None else "removed" if now is None else "changed"
        changes.append(Change(word, place, was or "", now or "", _breaks(word, place, ways)))
    return changes


def report(changes: Sequence[Change], old: Document, new: Document) -> str:
    """Return the comparison for a person: one line of summary, then one line for each change."""
    title = f"{version_of(new)}: "
    if version_of(old) != version_of(new):
        title = f"{version_of(old)} -> {version_of(new)}: "
    if not changes:
        return title + "no change of structure against the committed contract\n"
    counts = ", ".join(
        f"{sum(change.word == word for change in changes)} {word}" for word in ("added", "removed", "changed")
    )
    breaking = sum(change.breaking for change in changes)
    verdict = f"BREAKING ({breaking})" if breaking else "not breaking"
    return f"{title}{counts}: {verdict}\n" + "".join(f"  {change}\n" for change in changes)


def _told_by_owner(place: Place, before: Mapping[Place, str], after: Mapping[Place, str]) -> bool:
    """Whether the whole operation, schema, parameter or field is new or gone, so that its parts go without saying."""
    holders = [
        Place("operation", place.owner),
        Place("schema", place.owner),
        Place("schema", place.owner.split(".")[0]),
    ]
    if place.aspect and place.aspect != "required":
        holders.append(Place(place.kind, place.owner, place.name))
    if place.kind == "value" and "." in place.owner:
        holders.append(Place("field", *place.owner.split(".", 1)))
    return any(holder != place and (holder in before) != (holder in after) for holder in holders)


def _breaks(word: str, place: Place, ways: Uses) -> bool:
    way = ways.get(place.owner.split(".")[0], BOTH)
    if place.kind == "status":
        # Which failures are documented changes no success; another success is one that a client does not read.
        return place.name.startswith("2")
    if place.kind == "value":
        return word == "removed" and "request" in way
    if place.aspect == "required":
        return "request" in way if word == "added" else "response" in way and place.kind == "field"
    if place.aspect in ("name", "tags"):
        return False  # what a path parameter or a group is called stays in the client
    if place.aspect:
        return word != "removed" and "request" in way  # a constraint narrows what may be sent
    return word != "added"
