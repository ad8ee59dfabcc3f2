"""Reading YAML and JSON from anywhere: what would be read wrongly, or never end, is an error."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from scripts.contract_steps.errors import ContractError

BYTES = 20_000_000
NODES = 500_000
DEPTH = 100
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader whose keys are texts as they stand there, each once in its mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping, refusing a key that stands in it twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is not a text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(key.value)
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


def load(text: bytes | str) -> Any:
    """Read YAML or JSON by the fast loader where there is one.

    Raises:
        yaml.YAMLError: It is neither, or a mapping has a key twice.
    """
    return yaml.load(text, Loader=_Loader)


def load_document(text: bytes, origin: str) -> dict[str, Any]:
    """Read a mapping that anything can walk through.

    Args:
        text: The file's bytes.
        origin: Where they came from, for the messages.

    Raises:
        ContractError: It is too large, not YAML, not a mapping, refers to itself or unfolds to too much.
    """
    if len(text) > BYTES:
        raise ContractError(f"{origin} is larger than {BYTES // 1_000_000} MB")
    try:
        document = load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        problem = getattr(error, "problem", None) or "cut short, or another kind of file"
        raise ContractError(f"{origin} is not readable as YAML{where}: {problem}") from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ContractError(f"{origin} is not readable as YAML: {type(error).__name__}: {error}"[:200]) from error
    if not isinstance(document, dict):
        raise ContractError(f"{origin} is not an OpenAPI 3 document")
    _require_bounded(document, origin)
    return document


def _require_bounded(document: Any, origin: str) -> None:
    """Refuse aliases that make a cycle, or that unfold to a document too large to walk through."""
    known: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()

    def measure(node: Any, above: int) -> tuple[int, int]:
        if not isinstance(node, dict | list):
            return 1, 1
        if id(node) in known:
            return known[id(node)]
        if id(node) in open_nodes:
            raise ContractError(f"{origin} holds an alias of something that it is a part of")
        if above > DEPTH:
            raise ContractError(f"{origin} is nested deeper than {DEPTH} levels")
        open_nodes.add(id(node))
        inner = [measure(value, above + 1) for value in (node.values() if isinstance(node, dict) else node)]
        open_nodes.discard(id(node))
        size, height = 1 + sum(each[0] for each in inner), 1 + max((each[1] for each in inner), default=0)
        if size > NODES or height > DEPTH:
            raise ContractError(f"{origin} unfolds to more than {NODES} values or {DEPTH} levels")
        known[id(node)] = size, height
        return size, height

    measure(document, 0)
