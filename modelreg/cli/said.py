"""Decides how values are read from arguments: `key=value` with a JSON literal or text, `key=true|false`, times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from modelreg.cli.failing import usage


def properties(pairs: Iterable[str], option: str = "--property") -> dict[str, Any]:
    """Read `key=value` pairs; a value that is a JSON literal is that, anything else is text.

    Raises:
        Failure: A pair without `=`, a key said twice, or a number that JSON and registries do not have.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise usage(f"{option} {pair!r} is not key=value", hint=f"Write {option} auc=0.94.", text=(pair, len(key)))
        if key in found:
            raise usage(f"{option} says {key!r} twice")
        found[key] = literal(text)
    return found


def literal(text: str) -> Any:
    """Read a JSON literal, or take the text as it is."""
    try:
        return json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError):
        return text


def _constant(name: str) -> Any:
    raise ValueError(name)


def numbers(pairs: Iterable[str], option: str) -> dict[str, float]:
    """Read `key=number` pairs."""
    found = properties(pairs, option)
    for key, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise usage(f"{option} {key}={value!s} is not a number")
    return found


def directions(higher: Iterable[str], lower: Iterable[str]) -> dict[str, bool]:
    """Read which way metrics are better."""
    up, down = set(higher), set(lower)
    if both := sorted(up & down):
        raise usage(f"{both[0]!r} cannot be better both higher and lower")
    return {**dict.fromkeys(sorted(up), True), **dict.fromkeys(sorted(down), False)}


def with_labels(pairs: Sequence[str], labels: Sequence[str], nulls: str = "--remove-property") -> dict[str, Any] | None:
    """Read properties and labels together; None when neither was said."""
    found = properties(pairs)
    for key, value in found.items():
        if value is None:
            raise usage(f"--property {key}=null says nothing", hint=f"Write {nulls} {key} to take it away.")
    for label in labels:
        if found.get(label, "") != "":
            raise usage(f"{label!r} is both a label and a property")
        found[label] = ""
    return found or None


def moment(text: str | None, option: str) -> datetime | None:
    """Read a time in ISO 8601; one without a zone is local time."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise usage(f"{option} {text!r} is not a time", hint="Write it as in 2026-05-01T12:00:00Z.") from None


def source(pairs: Iterable[str]) -> Mapping[str, str] | None:
    """Read the lineage of an artifact: kind, class, group, id and name."""
    found = {key: str(value) for key, value in properties(pairs, "--source").items()}
    unknown = sorted(found.keys() - {"kind", "class", "group", "id", "name"})
    if unknown:
        raise usage(f"--source has no {unknown[0]!r}", hint="It takes kind, class, group, id and name.")
    return found or None
