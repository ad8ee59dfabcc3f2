"""The union of the contracts of several API versions: one document for one client, and what stands in only some.

The document prefers the first version given: its order, its names of path parameters, its descriptions. What two
versions say differently of one thing is a contradiction, which a named repair in overlay.yaml has to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from scripts.contract_steps.document import METHODS, Document, operations, resolve
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import MARK, in_order
from scripts.contract_steps.shapes import Operation, by_shape, flatten, position, renamed, sent_schemas

# Two values of one of these make two Python types of a field.
TYPED_FORMATS = frozenset({"binary", "date", "date-time", "uuid"})
# What decides the Python type of a value.
TYPING = ("type", "nullable", "default", "items", "additionalProperties", "required", "oneOf", "anyOf", "allOf")
PROSE = frozenset({"description", "summary", "title"})
SHOWN = 8

Versions = tuple[str, ...]
Partial = dict[str, dict[str, Versions]]


@frozen
class Union:
    """The contracts of several API versions as one.

    Attributes:
        document: The union, in the contract's form.
        versions: The API versions, the preferred one first.
        operations: The versions that serve each operation, by (method, path).
        schemas: The schemas that stand in only some versions.
        fields: By schema, the fields of the schema that stand in only some versions.
        values: By enum, or by `schema.field` or `operation.parameter`, the values that stand in only some versions.
        parameters: By operation, the parameters that stand in only some versions.
    """

    document: Document
    versions: Versions
    operations: dict[tuple[str, str], Versions] = field(factory=dict)
    schemas: dict[str, Versions] = field(factory=dict)
    fields: Partial = field(factory=dict)
    values: Partial = field(factory=dict)
    parameters: Partial = field(factory=dict)


def unite(contracts: Mapping[str, Document]) -> Union:
    """Return the union of contracts.

    Args:
        contracts: The contracts by API version, the preferred version first.

    Raises:
        ContractError: They contradict each other.
    """
    names = tuple(contracts)
    united = Union(document=contracts[names[0]], versions=names[:1])
    united.operations.update({(method, path): names[:1] for path, method, _, _ in operations(united.document)})
    for name in names[1:]:
        united = _Merge(united, contracts[name], name).run()
    return united


class _Merge:
    """One further contract put into a union."""

    def __init__(self, union: Union, other: Document, version: str) -> None:
        self.one, self.other = union.document, other
        self.ours, self.theirs = union.versions, (version,)
        self.union = Union(in_order({}), (*union.versions, version), union.operations, union.schemas, union.fields)
        self.union.values.update(union.values)
        self.union.parameters.update(union.parameters)
        self.sent = sent_schemas(union.document) | sent_schemas(other)
        self.contradictions: dict[str, str] = {}

    def run(self) -> Union:
        """Return the union, or say what contradicts."""
        document = {**self.other, **self.one}
        document["servers"] = [*self.one["servers"], *self.other["servers"]]
        document["components"] = self._components()
        document["paths"] = self._paths()
        if self.contradictions:
            lines = [f"{place} {text}" for place, text in self.contradictions.items()]
            more = f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
            raise ContractError(
                f"{' and '.join(self.union.versions)} contradict each other: {'; '.join(lines[:SHOWN])}{more}; "
                "settle it by a named repair in overlay.yaml (x-repair, with x-versions)"
            )
        self.union.document.update(in_order(document))
        return self.union

    def _contradict(self, place: str, one: object, other: object) -> None:
        self.contradictions.setdefault(place, f"({one} in {'/'.join(self.ours)}, {other} in {'/'.join(self.theirs)})")

    def _components(self) -> Document:
        mergers: dict[str, Callable[[str, Any, Any], Any]] = {
            "schemas": self._named_schema,
            "responses": self._response,
        }
        found: Document = {}
        for kind in {**self.one["components"], **self.other["components"]}:
            one, other = (document["components"].get(kind, {}) for document in (self.one, self.other))
            if kind == MARK:
                continue
            found[kind] = {**other, **one}
            if kind in mergers:
                found[kind].update({name: mergers[kind](name, one[name], other[name]) for name in one if name in other})
            elif kind == "securitySchemes":
                for name in one.keys() & other.keys():
                    self._same(f"security scheme {name}", _bare(one[name]), _bare(other[name]))
        for name in found["schemas"]:
            self._partial(self.union.schemas, name, self.one, self.other, "schemas")
        return found

    def _partial(self, table: dict[str, Versions], name: str, one: Document, other: Document, kind: str) -> None:
        here, there = name in one["components"][kind], name in other["components"][kind]
        _note(
            table, name, table.get(name, self.ours) if here else (), self.theirs if there else (), self.union.versions
        )

    def _named_schema(self, name: str, one: Document, other: Document) -> Document:
        if one.get("allOf") or other.get("allOf"):
            return self._object(name, one, other)
        return self._schema(name, one, other, name in self.sent)

    def _object(self, name: str, one: Document, other: Document) -> Document:
        """Merge two compositions by the fields they come to."""
        flat_one, flat_other = flatten(self.one, one), flatten(self.other, other)
        flat = self._schema(name, flat_one, flat_other, name in self.sent)
        parts_one, parts_other = _inline(one), _inline(other)
        if _bases(one) != _bases(other) or len(parts_one) > 1 or len(parts_other) > 1:
            return flat
        whole = {key: value for key, value in {**other, **one}.items() if key != MARK}
        part = {**(parts_other or [{}])[0], **(parts_one or [{}])[0]}
        own = {name for side in (*parts_one, *parts_other) for name in side.get("properties", {})}
        asked = {name for side in (*parts_one, *parts_other) for name in side.get("required", [])}
        part["properties"] = {key: value for key, value in flat["properties"].items() if key in own}
        part["required"] = [key for key in flat.get("required", []) if key in asked]
        part = {key: value for key, value in part.items() if key != MARK and value not in ([], {})}
        whole["allOf"] = [{"$ref": base} for base in _bases(one)] + ([part] if part else [])
        return whole

    def _schema(self, place: str, one: Document, other: Document, sent: bool) -> Document:
        """Merge two schemas of one thing, noting what stands in only one and what contradicts."""
        self._note_values(place, one, other)
        if "$ref" in one and one.get("$ref") == other.get("$ref"):
            return one
        if {"$ref", "allOf"} & {*one, *other}:
            mine, theirs = flatten(self.one, one), flatten(self.other, other)
            if _plain(mine) != _plain(theirs):
                self._contradict(place, _words(one, mine), _words(other, theirs))
            return one
        merged = {key: one.get(key, other.get(key)) for key in {**one, **other} if key in PROSE}
        merged.update(self._kind(place, one, other))
        for key, merge in (
            ("properties", self._properties),
            ("items", self._inner),
            ("additionalProperties", self._inner),
        ):
            if key in one or key in other:
                merged[key] = merge(place, one, other, key, sent)
        merged.update(self._members(place, one, other))
        if required := self._required(place, one, other, sent):
            merged["required"] = required
        return {key: value for key, value in merged.items() if value is not None}

    def _kind(self, place: str, one: Document, other: Document) -> Document:
        """Merge what says of which type a value is; bounds that differ are left out, since the client has none."""
        for key in ("type", "nullable", "default"):
            if (one.get(key) or None) != (other.get(key) or None):
                self._contradict(place, f"{key} {one.get(key)}", f"{key} {other.get(key)}")
        formats = one.get("format"), other.get("format")
        if formats[0] != formats[1] and TYPED_FORMATS & set(formats):
            self._contradict(place, f"format {formats[0]}", f"format {formats[1]}")
        nested = {*PROSE, "properties", "items", "additionalProperties", "required", "oneOf", "anyOf", "discriminator"}
        kept = {key: one[key] for key in one if key not in nested and key != MARK and one[key] == other.get(key)}
        if "enum" in one and "enum" in other:
            kept["enum"] = [*one["enum"], *(value for value in other["enum"] if value not in one["enum"])]
        elif "enum" in one or "enum" in other:
            kept.pop("enum", None)
        return kept

    def _note_values(self, place: str, one: Document, other: Document) -> None:
        known = [flatten(document, node).get("enum") for document, node in ((self.one, one), (self.other, other))]
        if known[0] and known[1]:
            self._note_each(self.union.values, place, map(str, known[0]), map(str, known[1]))

    def _note_each(self, table: Partial, place: str, one: Iterable[str], other: Iterable[str]) -> None:
        here, there, found = list(one), list(other), table.get(place, {})
        for name in dict.fromkeys([*here, *there]):
            ours = found.get(name, self.ours) if name in here else ()
            _note(found, name, ours, self.theirs if name in there else (), self.union.versions)
        if found:
            table[place] = found

    def _properties(self, place: str, one: Document, other: Document, key: str, sent: bool) -> Document:
        mine, theirs = one.get(key, {}), other.get(key, {})
        self._note_each(self.union.fields, place, mine, theirs)
        both = {
            name: self._schema(f"{place}.{name}", mine[name], theirs[name], sent) for name in mine if name in theirs
        }
        return {**theirs, **mine, **both}

    def _inner(self, place: str, one: Document, other: Document, key: str, sent: bool) -> Any:
        mine, theirs = one.get(key), other.get(key)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._schema(f"{place}[]", mine, theirs, sent)
        if isinstance(mine, dict) or isinstance(theirs, dict):
            self._contradict(place, f"{key} {mine}", f"{key} {theirs}")
        return mine if mine == theirs else None

    def _members(self, place: str, one: Document, other: Document) -> Document:
        """Merge unions of schemas and what tells their members apart."""
        merged: Document = {}
        for key in ("oneOf", "anyOf"):
            mine, theirs = one.get(key, []), other.get(key, [])
            if bool(mine) != bool(theirs):
                self._contradict(place, key if mine else f"no {key}", key if theirs else f"no {key}")
            if mine:
                merged[key] = [*mine, *(member for member in theirs if _bare(member) not in map(_bare, mine))]
        mine, theirs = one.get("discriminator", {}), other.get("discriminator", {})
        if mine and theirs:
            self._same(place, mine["propertyName"], theirs["propertyName"])
            self._note_each(self.union.values, place, mine.get("mapping", {}), theirs.get("mapping", {}))
            merged["discriminator"] = {**mine, "mapping": {**theirs.get("mapping", {}), **mine.get("mapping", {})}}
        elif mine or theirs:
            merged["discriminator"] = mine or theirs
        return merged

    def _required(self, place: str, one: Document, other: Document, sent: bool) -> list[str]:
        """Return the fields required by both.

        One that stands in one version alone is optional, unless requests hold it: then a person has to decide.
        """
        mine, theirs = one.get("required", []), other.get("required", [])
        for name in {**dict.fromkeys(mine), **dict.fromkeys(theirs)}:
            fields = [side.get("properties", {}).get(name) for side in (one, other)]
            alone = (fields[0] is None) != (fields[1] is None)
            sent_too = sent and not any(node and node.get("readOnly") for node in fields)
            if (name in mine) != (name in theirs) and (sent_too or not alone):
                words = {True: "required", False: "not there" if alone else "optional"}
                self._contradict(f"{place}.{name}", words[name in mine], words[name in theirs])
        return [name for name in mine if name in theirs]

    def _response(self, name: str, one: Document, other: Document) -> Document:
        self._same(f"response {name}", _content(one), _content(other))
        return one

    def _paths(self) -> Document:
        mine, theirs = by_shape(self.one), by_shape(self.other)
        identities = {op["operationId"]: shape for shape, (_, op, _) in mine.items()}
        found: Document = {}
        for method, shape in {**mine, **theirs}:
            here, there = mine.get((method, shape)), theirs.get((method, shape))
            path = next(each[0] for (_, other), each in {**theirs, **mine}.items() if other == shape)
            if here and there:
                operation = self._operation(here, there)
            elif here:
                operation = {**here[1], "parameters": here[2]}
            else:
                _, given, parameters = there or ("", {}, [])
                if given["operationId"] in identities:
                    self._contradict(given["operationId"], identities[given["operationId"]][1], shape)
                operation = {**given, "parameters": parameters}
            operation["parameters"] = renamed(operation["parameters"], path, here or there)
            found.setdefault(path, {})[method] = operation
            ours = self.union.operations.get((method, here[0]), self.ours) if here else ()
            self.union.operations[method, path] = (*ours, *(self.theirs if there else ()))
        return {path: {method: item[method] for method in METHODS if method in item} for path, item in found.items()}

    def _operation(self, here: Operation, there: Operation) -> Document:
        (_, one, mine), (_, other, theirs) = here, there
        name = one["operationId"]
        self._same(f"operation {name}", name, other["operationId"])
        self._same(f"operation {name}", one.get("tags"), other.get("tags"))
        merged = {**other, **one, "responses": {**other["responses"], **one["responses"]}}
        for status in one["responses"].keys() & other["responses"].keys():
            answers = [_content(resolve(d, o["responses"][status])) for d, o in ((self.one, one), (self.other, other))]
            self._same(f"operation {name} {status}", *answers)
        bodies = [_body(document, each) for document, each in ((self.one, one), (self.other, other))]
        self._same(f"operation {name} body", *bodies)
        merged["parameters"] = self._parameters(name, mine, theirs)
        return merged

    def _parameters(self, name: str, one: list[Document], other: list[Document]) -> list[Document]:
        mine = {position(each, place): each for place, each in enumerate(one)}
        theirs = {position(each, place): each for place, each in enumerate(other)}
        shown = [[key[1] for key in side if key[0] != "path"] for side in (mine, theirs)]
        self._note_each(self.union.parameters, name, *shown)
        merged = {**mine, **{key: each for key, each in theirs.items() if key not in mine}}
        for key in {**mine, **theirs}:
            place = f"{name}.{merged[key]['name']}"
            pair = mine.get(key, {}), theirs.get(key, {})
            if bool(pair[0].get("required")) != bool(pair[1].get("required")):
                said = [("required" if side.get("required") else "optional") if side else "not there" for side in pair]
                self._contradict(place, *said)
            if key in mine and key in theirs:
                schema = self._schema(place, mine[key].get("schema", {}), theirs[key].get("schema", {}), True)
                merged[key] = {**mine[key], "schema": schema}
        return list(merged.values())

    def _same(self, place: str, one: object, other: object) -> None:
        if one != other:
            self._contradict(place, one, other)


def _note(table: dict[str, Versions], name: str, ours: Versions, theirs: Versions, whole: Versions) -> None:
    """Remember which versions have something, where not all have it."""
    if (found := (*ours, *theirs)) != whole:
        table[name] = found
    else:
        table.pop(name, None)


def _bases(schema: Document) -> list[str]:
    return [part["$ref"] for part in schema.get("allOf", []) if "$ref" in part]


def _inline(schema: Document) -> list[Document]:
    return [part for part in schema.get("allOf", []) if "$ref" not in part]


def _content(response: Document) -> dict[str, Any]:
    return {media: _plain(given.get("schema", {})) for media, given in response.get("content", {}).items()}


def _body(document: Document, operation: Document) -> object:
    if "requestBody" not in operation:
        return "no body"
    body = resolve(document, operation["requestBody"])
    return _content(body), "required" if body.get("required") else "optional"


def _plain(node: Any) -> Any:
    """Return a schema without what the client's types do not hang on: words, marks, bounds, which values are listed."""
    if isinstance(node, dict):
        if "$ref" in node:
            return {"$ref": node["$ref"]}
        inner = {name: _plain(value) for name, value in node.get("properties", {}).items()}
        kept = {key: _plain(node[key]) for key in TYPING if node.get(key)}
        return {**kept, "properties": inner} if inner else kept
    return [_plain(value) for value in node] if isinstance(node, list) else node


def _words(schema: Document, flat: Document) -> str:
    named = schema.get("$ref", "").rpartition("/")[2] or flat.get("type", "any")
    return f"{named}, default {flat['default']}" if "default" in flat else named


def _bare(node: Document) -> Document:
    return {key: value for key, value in node.items() if key not in PROSE and key != MARK}
