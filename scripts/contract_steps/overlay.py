"""Decides how overlay.yaml changes a document: every action has to find its target, every repair leaves its mark.

The form is OpenAPI Overlay 1.0 (actions with a JSONPath `target` and `update` or `remove`) with three keys of ours:
`x-versions` names the API versions an action speaks of (all, when left out); `x-repair` names an action that changes
more than words, whose description is then left at the place as a mark; `x-for: client` keeps an action out of the
contract: it only prepares the document for the generator.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jsonpath
import yaml
from attrs import frozen

from scripts.contract_steps.document import VERSIONS, Document, load, version_of
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import MARK, in_order

WORDS = frozenset({"description", "summary", "title"})
KEYS = frozenset({"target", "description", "update", "remove", "x-versions", "x-repair", "x-for"})


@frozen(kw_only=True)
class Action:
    """One action of the overlay.

    Attributes:
        target: A JSONPath; it has to select something.
        update: What is merged into each place selected; None when the places are removed.
        versions: The API versions it speaks of.
        repair: The name of the repair, or None when it only gives words.
        why: What the mark says.
        client_only: Whether it prepares the generator's input and stays out of the contract.
    """

    target: str
    update: Any
    versions: tuple[str, ...]
    repair: str | None
    why: str
    client_only: bool


def read(path: Path) -> tuple[Action, ...]:
    """Read the overlay, refusing keys that no action has and changes that no repair names."""
    try:
        overlay = load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(f"the overlay {path.name} cannot be read: {error}") from error
    if not isinstance(overlay, dict) or not str(overlay.get("overlay")).startswith("1."):
        raise ContractError(f"{path.name} is not an OpenAPI Overlay 1 document")
    return tuple(_action(raw) for raw in overlay.get("actions") or [])


def apply(
    actions: Iterable[Action], document: Document, *, client: bool = False, before: Document | None = None
) -> tuple[Document, list[str]]:
    """Return a changed copy of a document, and the targets that are gone from it.

    Args:
        actions: The overlay's actions, in order.
        document: A normalised document.
        client: Apply the actions for the generator instead of those for the contract.
        before: The contract that the document is to replace. A target that still matches there, and no longer here, is
            reported as gone: the published file has dropped what it spoke of.

    Raises:
        ContractError: A target matches nothing, here or in `before`.
    """
    changed = copy.deepcopy(document)
    gone: list[str] = []
    for action in actions:
        if action.client_only != client or version_of(document) not in action.versions:
            continue
        matches = list(jsonpath.finditer(action.target, changed))
        for match in matches:
            _change(action, match)
        if matches:
            continue
        if before is None or not _was_there(action, before):
            raise ContractError(f"the overlay's target matches nothing in {version_of(document)}: {action.target}")
        gone.append(action.target)
    return in_order(changed), gone


def _action(raw: Any) -> Action:
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
        raise ContractError(f"the overlay's action for {target} speaks of unknown versions: {', '.join(versions)}")
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
    )


def _was_there(action: Action, before: Document) -> bool:
    """Whether the contract so far holds the target, or the mark of the repair that has removed or mended it."""
    if action.repair is not None and action.repair in marks(before):
        return True
    return jsonpath.match(action.target, before) is not None


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


def _change(action: Action, match: jsonpath.JSONPathMatch) -> None:
    place: Any = match.obj
    if action.update is None:
        place = _remove(match)
    elif isinstance(place, list):
        place.append(copy.deepcopy(action.update))
    elif isinstance(place, dict):
        untouched = copy.deepcopy(place)
        _merge(place, action.update)
        if place == untouched:
            return
    else:
        raise ContractError(f"the overlay's target {action.target} selects a plain value, which cannot be updated")
    if action.repair and isinstance(place, dict) and "$ref" not in place:
        place.setdefault(MARK, {})[action.repair] = action.why


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
