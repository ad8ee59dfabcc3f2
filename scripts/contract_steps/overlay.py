"""The overlay: repairs and words that overlay.yaml puts on a published file.

The form is OpenAPI Overlay 1.0 (actions with a JSONPath `target` and `update` or `remove`) with three keys of ours:
`x-versions` names the API versions of an action (all, when left out); `x-repair` names an action that changes more than
words, whose description is then left at the place as a mark; `x-for: client` keeps an action out of the contract: it
only prepares the document for the generator.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonpath
import yaml
from attrs import field, frozen

from scripts.contract_steps.document import VERSIONS, Document, references, resolve, version_of
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.loading import load
from scripts.contract_steps.normalise import MARK, in_order

WORDS = frozenset({"description", "summary", "title"})
KEYS = frozenset({"target", "description", "update", "remove", "x-versions", "x-repair", "x-for"})


@frozen(kw_only=True)
class Action:
    """One action of the overlay.

    Attributes:
        target: A JSONPath; it has to select something.
        update: What is merged into each place selected; None when the places are removed.
        versions: The API versions it is for.
        repair: The name of the repair, or None when it only gives words.
        why: What the mark says.
        client_only: Whether it prepares the generator's input and stays out of the contract.
        line: Where it stands in the file, from 1.
    """

    target: str
    update: Any
    versions: tuple[str, ...]
    repair: str | None
    why: str
    client_only: bool
    line: int = field(default=0, eq=False)

    def __str__(self) -> str:
        """Name it as a report should."""
        return f"repair {self.repair} at {self.target}" if self.repair else self.target


@frozen
class Applied:
    """A document with the overlay on it.

    Attributes:
        document: The changed copy.
        gone: The actions whose target, or what they refer to, is no longer in the document.
        idle: The actions that found their target as they would make it.
    """

    document: Document
    gone: tuple[Action, ...] = ()
    idle: tuple[Action, ...] = ()


def read(path: Path) -> tuple[Action, ...]:
    """Read the overlay, refusing keys that no action has and changes that no repair names."""
    try:
        text = path.read_text(encoding="utf-8")
        overlay = load(text)
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(f"the overlay {path.name} cannot be read: {error}") from error
    if not isinstance(overlay, dict) or not str(overlay.get("overlay")).startswith("1."):
        raise ContractError(f"{path.name} is not an OpenAPI Overlay 1 document")
    actions = overlay.get("actions") or []
    return tuple(_action(raw, line) for raw, line in zip(actions, _lines(text), strict=True))


def apply(
    actions: Iterable[Action], document: Document, *, client: bool = False, before: Document | None = None
) -> Applied:
    """Put the overlay on a copy of a document.

    Args:
        actions: The overlay's actions, in order.
        document: A normalised document.
        client: Apply the actions for the generator instead of those for the contract.
        before: The document that this one replaces. An action that still has its target there, and no longer here, is
            gone: the published file has dropped what it is about.

    Raises:
        ContractError: An action has no target here, nor in `before`.
    """
    changed = copy.deepcopy(document)
    chosen = [each for each in actions if each.client_only == client and version_of(document) in each.versions]
    gone: list[Action] = []
    idle: list[Action] = []
    for action in chosen:
        matches = list(jsonpath.finditer(action.target, changed)) if _refers_within(action, changed) else []
        if not matches:
            gone.append(action)
        elif sum(_change(action, match) for match in matches) == 0:
            idle.append(action)
    if gone:
        known = set() if before is None else {id(each) for each in apply(chosen, before, client=client).gone}
        lost = gone if before is None else [each for each in gone if id(each) in known]
        if lost and before is not None:
            _refuse(lost[0], document)
    return Applied(in_order(changed), tuple(gone), tuple(idle))


def require_all(applied: Applied) -> Document:
    """Return the document of an overlay all of whose actions found their target.

    Raises:
        ContractError: An action has no target.
    """
    if applied.gone:
        _refuse(applied.gone[0], applied.document)
    return applied.document


def marks(node: Any) -> set[str]:
    """Return the names of the repairs that have left a mark below a node."""
    found: set[str] = set()
    if isinstance(node, dict):
        found.update(node.get(MARK, {}))
        for key, value in node.items():
            if key != MARK:
                found |= marks(value)
    elif isinstance(node, list):
        for value in node:
            found |= marks(value)
    return found


def _refuse(action: Action, document: Document) -> None:
    if not _refers_within(action, document):
        reference = next(iter(references(action.update)))
        raise ContractError(f"the overlay's {action} refers to {reference}, which {version_of(document)} has not")
    raise ContractError(f"the overlay's target matches nothing in {version_of(document)}: {action.target}")


def _lines(text: str) -> list[int]:
    """Return the line that each action begins in."""
    root: Any = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    nodes = {key.value: value for key, value in root.value}
    return [node.start_mark.line + 1 for node in nodes["actions"].value] if nodes.get("actions") else []


def _action(raw: Any, line: int) -> Action:
    if not isinstance(raw, dict) or "target" not in raw or ("update" in raw) == bool(raw.get("remove")):
        raise ContractError(f"an overlay action needs a target and one of update and remove: {raw!r:.120}")
    if unknown := set(raw) - KEYS:
        raise ContractError(f"an overlay action for {raw['target']} has an unknown key: {', '.join(sorted(unknown))}")
    target = raw["target"]
    try:
        jsonpath.compile(target)
    except jsonpath.JSONPathError as error:
        raise ContractError(f"the overlay's target is not a JSONPath: {target}: {error}") from error
    versions = tuple(raw.get("x-versions", VERSIONS))
    if not versions or set(versions) - set(VERSIONS):
        raise ContractError(f"the overlay's action for {target} is for unknown versions: {', '.join(versions)}")
    update, repair = raw.get("update"), raw.get("x-repair")
    if repair is None and "x-for" not in raw and not (isinstance(update, dict) and set(update) <= WORDS):
        raise ContractError(f"the overlay's action for {target} changes more than words and has no x-repair name")
    if repair is not None and not raw.get("description"):
        raise ContractError(f"the overlay's repair {repair} does not say why")
    return Action(
        target=target,
        update=update,
        versions=versions,
        repair=repair,
        why=str(raw.get("description", "")).strip(),
        client_only=raw.get("x-for") == "client",
        line=line,
    )


def _refers_within(action: Action, document: Document) -> bool:
    """Whether the document has what an update refers to; the first action on `$.components` may bring it itself."""
    own = (action.update or {}).get("schemas", {}) if isinstance(action.update, dict) else {}
    for reference in references(action.update):
        if reference.rpartition("/")[2] in own:
            continue
        try:
            resolve(document, {"$ref": reference})
        except (KeyError, TypeError):
            return False
    return True


def _change(action: Action, match: jsonpath.JSONPathMatch) -> bool:
    """Apply an action at one place; return whether it changed something."""
    place: Any = match.obj
    if action.update is None:
        place = _remove(match)
    elif isinstance(place, list):
        if action.update in place:
            return False
        place.append(copy.deepcopy(action.update))
    elif isinstance(place, dict):
        untouched = copy.deepcopy(place)
        _merge(place, action.update)
        if place == untouched:
            return False
    else:
        raise ContractError(f"the overlay's target {action.target} selects a plain value, which cannot be updated")
    if action.repair and not action.client_only and isinstance(place, dict) and "$ref" not in place:
        place.setdefault(MARK, {})[action.repair] = action.why
    return True


def _remove(match: jsonpath.JSONPathMatch) -> Any:
    if match.parent is None:
        raise ContractError("the overlay cannot remove the whole document")
    siblings: Any = match.parent.obj
    del siblings[match.parts[-1]]
    return siblings


def _merge(place: dict[str, Any], update: dict[str, Any]) -> None:
    """Merge as Overlay says; a reference replaces its place, since OpenAPI 3.0 gives it no siblings."""
    if "$ref" in update:
        place.clear()
    for key, value in update.items():
        here = place.get(key)
        if isinstance(here, dict) and isinstance(value, dict):
            _merge(here, value)
        elif isinstance(here, list) and isinstance(value, list):
            here += [copy.deepcopy(item) for item in value if item not in here]
        else:
            place[key] = copy.deepcopy(value)
