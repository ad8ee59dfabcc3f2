"""A change between two contracts, and whom it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

NOBODY: frozenset[str] = frozenset()
SENDER = frozenset({"sender"})
READER = frozenset({"reader"})
BOTH = SENDER | READER
# The generated package: a module, a class or a folder of it is called otherwise.
PACKAGE = frozenset({"package"})

NO_CHANGE, UNREADABLE, CHANGED, BREAKING = 0, 1, 3, 4
VERDICTS = {NO_CHANGE: "no change", UNREADABLE: "cannot be read", CHANGED: "changed", BREAKING: "breaking"}


@frozen(order=True)
class Change:
    """One difference between two contracts.

    Attributes:
        kind: What changed: operation, parameter, body, response, header, field, value, ...
        name: Its name within the owner; empty for the owner itself.
        aspect: What of it changed, such as pattern or required; empty when it is new or gone.
        old: What stood there; empty when it is new.
        new: What stands there; empty when it is gone.
        owner: The schema or operation that it belongs to.
        breaks: Whom it breaks: sender, reader, package.
    """

    kind: str
    name: str
    aspect: str
    old: str
    new: str
    owner: str
    breaks: frozenset[str]

    @property
    def word(self) -> str:
        """Whether it is added, removed or changed."""
        if self.aspect:
            return "changed"
        return "added" if not self.old else "removed" if not self.new else "changed"


class Changes:
    """The changes found so far, each once, whoever it breaks."""

    def __init__(self) -> None:
        self._found: dict[Change, frozenset[str]] = {}

    def add(
        self, kind: str, owner: str, name: str, aspect: str, pair: Sequence[object], breaks: frozenset[str]
    ) -> None:
        """Remember a change from the first of a pair to the second; one known already breaks these too."""
        old, new = pair
        change = Change(kind, name, aspect, shown(old), shown(new), owner, NOBODY)
        self._found[change] = self._found.get(change, NOBODY) | breaks

    def all(self) -> list[Change]:
        """Return the changes in order, those that break first."""
        changes = [evolve(change, breaks=breaks) for change, breaks in self._found.items()]
        return sorted(changes, key=lambda each: (not each.breaks, sorted(each.breaks), evolve(each, breaks=NOBODY)))


def exit_code(changes: Iterable[Change]) -> int:
    """Return the verdict on changes as an exit code."""
    found = list(changes)
    return BREAKING if any(change.breaks for change in found) else CHANGED if found else NO_CHANGE


def shown(value: object) -> str:
    """Return a value as a report shows it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
