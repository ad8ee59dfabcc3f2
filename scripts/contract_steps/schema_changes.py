"""What changed between the schemas of two contracts, as they are on the wire and by the way that they go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scripts.contract_steps import rules
from scripts.contract_steps.changes import BOTH, NOBODY, READER, SENDER, Changes
from scripts.contract_steps.document import Document
from scripts.contract_steps.shapes import flatten

# What may stand beside the one reference of an `allOf` and says something of the field, not of the schema.
BESIDE = frozenset({"default", "deprecated", "description", "nullable", "readOnly", "title", "writeOnly"})
INNER = "items"


class SchemaChanges:
    """Compares schemas: each pair of named ones once in each direction.

    Attributes:
        changes: Where changes are put.
    """

    def __init__(self, old: Document, new: Document, changes: Changes) -> None:
        self.old, self.new, self.changes = old, new, changes
        self._named = [document["components"].get("schemas") or {} for document in (old, new)]
        self._waiting: list[tuple[str, str, frozenset[str]]] = []
        self._seen: set[tuple[str, str, frozenset[str]]] = set()
        self._open: list[tuple[str, str]] = []

    def compare(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str], kind: str) -> None:
        """Compare two schemas that stand in the same place.

        Args:
            owner: The operation or schema that they belong to.
            name: Their name within the owner.
            old: The schema as it was.
            new: The schema as it is.
            way: SENDER where requests hold it, READER where responses do.
            kind: What they are the schema of.
        """
        references = _reference(old), _reference(new)
        if references[0] and references[1]:
            names = _last(references[0]), _last(references[1])
            if names[0] == names[1] or self._is_renamed(*names):
                self._wait(*names, way)
                beside = [_beside(each) for each in (old, new)]
                self._aspects(owner, name, beside[0], beside[1], way, kind)
                return
            if names in self._open:
                return
            self._open.append(names)
            self._flat(owner, name, flatten(self.old, old), flatten(self.new, new), way, kind)
            self._open.pop()
            return
        self._flat(owner, name, flatten(self.old, old), flatten(self.new, new), way, kind)

    def finish(self) -> None:
        """Compare the named schemas that the others have led to."""
        while self._waiting:
            old_name, name, way = self._waiting.pop()
            old, new = (flatten(each, each["components"]["schemas"][at]) for each, at in
                        ((self.old, old_name), (self.new, name)))  # fmt: skip
            if old_name != name:
                self.changes.add("schema", name, "", "name", (old_name, name), NOBODY)
            self._flat(name, "", old, new, way, "schema")

    def _wait(self, old: str, new: str, way: frozenset[str]) -> None:
        if (old, new, way) not in self._seen:
            self._seen.add((old, new, way))
            self._waiting.append((old, new, way))

    def _is_renamed(self, old: str, new: str) -> bool:
        return old not in self._named[1] and new not in self._named[0]

    def _flat(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str], kind: str) -> None:
        """Compare two schemas whose compositions are resolved."""
        if _alternatives(old) or _alternatives(new):
            self._union(owner, name, old, new, way, kind)
            return
        types = type_of(old), type_of(new)
        if types[0] != types[1]:
            self.changes.add(kind, owner, name, "type", types, rules.type_breaks(*types) & way)
            if not set(types) <= {"integer", "number"}:
                return
        self._aspects(owner, name, old, new, way, kind)
        self._values(owner, name, old, new, way)
        self._fields(owner, name, old, new, way)
        self._inner(owner, name, old, new, way)
        self._extra(owner, name, old, new, way)

    def _aspects(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str], kind: str) -> None:
        for key, breaks in rules.ASPECTS.items():
            if key not in old and key not in new:
                continue
            was, now = rules.bound(key, old.get(key)), rules.bound(key, new.get(key))
            if key == "default":
                was, now = old.get(key), new.get(key)
            if _text(was) != _text(now):
                broken = breaks(key, was, now) & way
                self.changes.add(kind, owner, name, key, (_shown(was), _shown(now)), broken)

    def _values(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str]) -> None:
        was, now = old.get("enum"), new.get("enum")
        if was is None and now is None:
            return
        if was is None or now is None:
            listed = [", ".join(map(str, each)) if each else "any value" for each in (was, now)]
            # A reader keeps a value that it does not know.
            self.changes.add("enum", owner, name, "values", listed, SENDER & way if was is None else NOBODY)
            return
        for value in {_text(each): each for each in [*was, *now]}.values():
            here, there = (_text(value) in map(_text, each) for each in (was, now))
            if here != there:
                pair = [str(value) or "''" if at else None for at in (here, there)]
                place = f"{name} {value}".strip()
                self.changes.add("value", owner, place, "", pair, SENDER & way if here else NOBODY)

    def _fields(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str]) -> None:
        was, now = old.get("properties") or {}, new.get("properties") or {}
        asked = [set(each.get("required") or ()) for each in (old, new)]
        for field in dict.fromkeys([*was, *now, *sorted(asked[0] | asked[1])]):
            place = f"{name}.{field}" if name else field
            mine, theirs = was.get(field), now.get(field)
            both = self._goes(mine, theirs, way)
            if field not in was and field in now:
                breaks = SENDER if field in asked[1] else NOBODY
                text = f"{describe(now[field])}{', required' if field in asked[1] else ''}"
                self.changes.add("field", owner, place, "", (None, text), breaks & both)
            elif field in was and field not in now:
                self.changes.add("field", owner, place, "", (describe(was[field]), None), BOTH & both)
            else:
                if (field in asked[0]) != (field in asked[1]):
                    breaks = READER if field in asked[0] else SENDER
                    self.changes.add(
                        "field", owner, place, "required", [field in each for each in asked], breaks & both
                    )
                if mine is not None and theirs is not None:
                    self.compare(owner, place, mine, theirs, both, "field")

    def _goes(self, old: Document | None, new: Document | None, way: frozenset[str]) -> frozenset[str]:
        """Return the ways that a field goes: what is read-only is not sent, what is write-only does not come."""
        sides = [flatten(document, node) for document, node in ((self.old, old), (self.new, new)) if node is not None]
        if sides and all(side.get("readOnly") for side in sides):
            way -= SENDER
        if sides and all(side.get("writeOnly") for side in sides):
            way -= READER
        return way

    def _inner(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str]) -> None:
        if INNER in old or INNER in new:
            self.compare(owner, f"{name}[]", old.get(INNER) or {}, new.get(INNER) or {}, way, "items")

    def _extra(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str]) -> None:
        was, now = (_extra(each) for each in (old, new))
        if isinstance(was, dict) and isinstance(now, dict):
            self.compare(owner, f"{name}{{}}", was, now, way, "entries")
        elif was != now:
            texts = [each if isinstance(each, str) else describe(each) for each in (was, now)]
            self.changes.add("entries", owner, name, "additionalProperties", texts, rules.extra_breaks(*texts) & way)

    def _union(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str], kind: str) -> None:
        """Compare what may be one of several; a schema that is no union is one alternative."""
        self._aspects(owner, name, old, new, way, kind)
        members = [{_member(each): each for each in _alternatives(side) or [_alone(side)]} for side in (old, new)]
        renamed = {_member(each): self._same_member(each, *members) for each in members[0].values()}
        told_apart = old.get("discriminator") or {}
        for key, member in members[0].items():
            if (at := renamed[key]) in members[1]:
                self.compare(owner, name, member, members[1][at], way, kind)
            else:
                text = f"{name} {describe(member)}".strip()
                self.changes.add("member", owner, text, "", ("a kind", None), SENDER & way)
        for key, member in members[1].items():
            if key not in renamed.values():
                # A kind that a reader can tell from the known ones is kept unread.
                breaks = NOBODY if told_apart else READER
                text = f"{name} {describe(member)}".strip()
                self.changes.add("member", owner, text, "", (None, "a kind"), breaks & way)
        self._discriminator(owner, name, told_apart, new.get("discriminator") or {}, way)

    def _same_member(self, member: Document, others: Mapping[str, Document], new: Mapping[str, Document]) -> str:
        """Return the key of a member in the new union: one called otherwise, or the one other of the same type."""
        key, reference = _member(member), _reference(member)
        if key in new:
            return key
        if reference:
            same = [each for each, other in new.items() if (at := _reference(other)) and self._alike(reference, at)]
        else:
            plain = [
                [each for each, other in side.items() if not _reference(other) and type_of(other) == type_of(member)]
                for side in (others, new)
            ]
            same = plain[1] if len(plain[0]) == 1 else []
        return same[0] if len(same) == 1 else key

    def _alike(self, old: str, new: str) -> bool:
        if not self._is_renamed(_last(old), _last(new)):
            return False
        sides = flatten(self.old, {"$ref": old}), flatten(self.new, {"$ref": new})
        return set(sides[0].get("properties") or ()) == set(sides[1].get("properties") or ())

    def _discriminator(self, owner: str, name: str, old: Document, new: Document, way: frozenset[str]) -> None:
        if old.get("propertyName") != new.get("propertyName"):
            pair = old.get("propertyName") or "none", new.get("propertyName") or "none"
            self.changes.add("discriminator", owner, name, "field", pair, BOTH & way)
        was, now = ({key: _last(at) for key, at in (side.get("mapping") or {}).items()} for side in (old, new))
        for value in {**was, **now}:
            pair_of = was.get(value), now.get(value)
            if pair_of[0] == pair_of[1] or (all(pair_of) and self._is_renamed(str(pair_of[0]), str(pair_of[1]))):
                continue
            breaks = BOTH if all(pair_of) else SENDER if pair_of[0] else NOBODY
            self.changes.add("kind", owner, f"{name} {value}".strip(), "", pair_of, breaks & way)


def describe(schema: Any) -> str:
    """Return the type of a schema in a few words."""
    if not isinstance(schema, dict):
        return "any"
    if reference := _reference(schema):
        return _last(reference)
    if members := _alternatives(schema):
        return " or ".join(map(describe, members))
    kind = type_of(schema)
    if kind == "array":
        return f"array of {describe(schema.get(INNER))}"
    extra = schema.get("additionalProperties")
    return f"map of {describe(extra)}" if kind == "object" and isinstance(extra, dict) and extra else kind


def type_of(schema: Document) -> str:
    """Return the type of a schema, read from what else it says where it does not say it."""
    if kind := schema.get("type"):
        return str(kind)
    if schema.get("properties") or isinstance(schema.get("additionalProperties"), dict):
        return "object"
    return "array" if INNER in schema else "any"


def _reference(schema: Document) -> str:
    """Return the reference that a schema is, alone or as the one part of a composition."""
    parts = schema.get("allOf") or []
    alone = len(parts) == 1 and "$ref" in parts[0] and set(schema) - {"allOf"} <= BESIDE
    reference = str(parts[0]["$ref"] if alone else schema.get("$ref", ""))
    return reference if reference.startswith("#/components/schemas/") and reference.count("/") == 3 else ""


def _beside(schema: Document) -> Document:
    return {} if "$ref" in schema else {key: value for key, value in schema.items() if key in BESIDE}


def _alternatives(schema: Document) -> list[Document]:
    return list(schema.get("oneOf") or schema.get("anyOf") or [])


def _member(schema: Document) -> str:
    return _reference(schema) or _text(
        {key: value for key, value in schema.items() if key not in ("description", "title")}
    )


def _alone(schema: Document) -> Document:
    """Return a schema as the one member of a union: without what is compared beside the members."""
    return schema if "$ref" in schema else {key: value for key, value in schema.items() if key not in rules.ASPECTS}


def _extra(schema: Document) -> Document | str:
    extra = schema.get("additionalProperties")
    return "closed" if extra is False else "open" if extra in (None, True, {}) else dict(extra)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _shown(value: object) -> object:
    return value if isinstance(value, str | int | float) or value is None else _text(value)


def _last(reference: object) -> str:
    return str(reference).rsplit("/", 1)[-1]
