"""What changed between the operations of two contracts, as they are on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scripts.contract_steps.changes import BOTH, NOBODY, PACKAGE, READER, SENDER, Changes
from scripts.contract_steps.document import Document, resolve
from scripts.contract_steps.schema_changes import SchemaChanges, describe
from scripts.contract_steps.shapes import Operation, by_shape, position

Routes = dict[tuple[str, str], Operation]


def compare(old: Document, new: Document, changes: Changes) -> None:
    """Compare the operations of two contracts and all that they lead to."""
    schemas = SchemaChanges(old, new, changes)
    before, after = by_shape(old), by_shape(new)
    moved = _moved(before, after)
    for route, operation in before.items():
        at = moved.get(route, route)
        name, shown = operation[1]["operationId"], _shown(route)
        if at not in after:
            changes.add("operation", name, "", "", (shown, None), BOTH)
            continue
        if at != route:
            changes.add("operation", name, "", "path", (shown, _shown(at)), SENDER)
        _Operation(old, new, schemas, changes).compare(operation, after[at])
    for route in after.keys() - before.keys() - set(moved.values()):
        changes.add("operation", after[route][1]["operationId"], "", "", (None, _shown(route)), NOBODY)
    _security_schemes(old, new, changes)
    schemas.finish()


def _moved(before: Routes, after: Routes) -> dict[tuple[str, str], tuple[str, str]]:
    """Return where operations are that have another path or method now and the same name."""
    gone = {op["operationId"]: route for route, (_, op, _) in before.items() if route not in after}
    found = {op["operationId"]: route for route, (_, op, _) in after.items() if route not in before}
    return {route: found[name] for name, route in gone.items() if name in found}


def _security_schemes(old: Document, new: Document, changes: Changes) -> None:
    sides = [document["components"].get("securitySchemes") or {} for document in (old, new)]
    for name in {**sides[0], **sides[1]}:
        texts = [_scheme(side[name]) if name in side else None for side in sides]
        if texts[0] != texts[1]:
            changes.add("security scheme", name, "", "", texts, SENDER if texts[0] else NOBODY)


def _scheme(scheme: Document) -> str:
    return " ".join(str(scheme[key]) for key in ("type", "scheme", "in", "name") if key in scheme)


class _Operation:
    """Compares one operation with itself."""

    def __init__(self, old: Document, new: Document, schemas: SchemaChanges, changes: Changes) -> None:
        self.old, self.new, self.schemas, self.changes = old, new, schemas, changes
        self.name = ""

    def compare(self, old: Operation, new: Operation) -> None:
        """Compare all of it; changes belong to the name that it has now."""
        (_, one, mine), (_, other, theirs) = old, new
        self.name = str(other["operationId"])
        if one["operationId"] != other["operationId"]:
            self._add("operation", "", "name", (one["operationId"], other["operationId"]), NOBODY)
        tags = [", ".join(map(str, op.get("tags") or ["default"])) for op in (one, other)]
        if tags[0] != tags[1]:
            # The first tag is the folder that the operation's module is in.
            self._add("operation", "", "tag", tags, PACKAGE)
        self._flag("operation", "", "deprecated", one, other, NOBODY, NOBODY)
        self._security(one, other)
        self._parameters(mine, theirs)
        self._body(one, other)
        self._responses(one.get("responses") or {}, other.get("responses") or {})

    def _add(self, kind: str, name: str, aspect: str, pair: Sequence[object], breaks: frozenset[str]) -> None:
        self.changes.add(kind, self.name, name, aspect, pair, breaks)

    def _flag(
        self, kind: str, name: str, key: str, old: Document, new: Document, on: frozenset[str], off: frozenset[str]
    ) -> None:
        was, now = bool(old.get(key)), bool(new.get(key))
        if was != now:
            self._add(kind, name, key, (was, now), on if now else off)

    def _security(self, old: Document, new: Document) -> None:
        sides = [op.get("security", document.get("security")) for document, op in ((self.old, old), (self.new, new))]
        ways = [{frozenset(each) for each in side or [{}]} for side in sides]
        if ways[0] != ways[1]:
            texts = [" or ".join(sorted("+".join(sorted(way)) or "none" for way in side)) for side in ways]
            still = all(any(now <= was for now in ways[1]) for was in ways[0])
            self._add("operation", "", "security", texts, NOBODY if still else SENDER)

    def _parameters(self, old: list[Document], new: list[Document]) -> None:
        mine = {position(each, place): each for place, each in enumerate(old)}
        theirs = {position(each, place): each for place, each in enumerate(new)}
        for key, parameter in theirs.items():
            name = f"path {parameter['name']}" if key[0] == "path" else " ".join(key)
            if key in mine:
                self._parameter(name, mine[key], parameter)
            else:
                required = bool(parameter.get("required"))
                text = f"{describe(_schema(parameter))}{', required' if required else ''}"
                self._add("parameter", name, "", (None, text), SENDER if required else NOBODY)
        for key, parameter in mine.items():
            if key not in theirs:
                name = f"{key[0]} {parameter['name']}"
                self._add("parameter", name, "", (describe(_schema(parameter)), None), SENDER)

    def _parameter(self, name: str, old: Document, new: Document) -> None:
        if old["name"] != new["name"]:
            # What a path parameter is called does not leave the client.
            self._add("parameter", name, "name", (old["name"], new["name"]), NOBODY)
        self._flag("parameter", name, "required", old, new, SENDER, NOBODY)
        self._flag("parameter", name, "deprecated", old, new, NOBODY, NOBODY)
        styles = [_style(each) for each in (old, new)]
        if styles[0] != styles[1]:
            self._add("parameter", name, "style", styles, SENDER)
        self.schemas.compare(self.name, name, _schema(old), _schema(new), SENDER, "parameter")

    def _body(self, old: Document, new: Document) -> None:
        was, now = self._both(old, new, "requestBody")
        if was is None or now is None:
            if was is not now:
                texts = ["a body" if side is not None else None for side in (was, now)]
                required = bool(now and now.get("required"))
                self._add("body", "", "", texts, SENDER if required or was is not None else NOBODY)
            return
        self._flag("body", "", "required", was, now, SENDER, NOBODY)
        self._content("body", "", was, now, SENDER, SENDER)

    def _content(
        self, kind: str, name: str, old: Document, new: Document, way: frozenset[str], gone: frozenset[str]
    ) -> None:
        was, now = old.get("content") or {}, new.get("content") or {}
        for media in {**was, **now}:
            if media in was and media in now:
                old_schema, new_schema = (each[media].get("schema") or {} for each in (was, now))
                self.schemas.compare(self.name, name, old_schema, new_schema, way, kind)
            else:
                pair = [media if media in each else None for each in (was, now)]
                self._add(kind, f"{name} content".strip(), "", pair, gone if media in was else NOBODY)

    def _responses(self, old: Document, new: Document) -> None:
        for status in {**old, **new}:
            was, now = self._both(old, new, status)
            success = status.startswith("2")
            if was is None or now is None:
                texts = [_media(side) if side is not None else None for side in (was, now)]
                # Another success is one that a client does not read; a failure is read as one whether listed or not.
                self._add("response", status, "", texts, READER if success else NOBODY)
                continue
            # Of a failure only the body that both have is compared: it is one by its status, whatever it comes as.
            self._content("response", status, was, now, READER, READER if success else NOBODY)
            self._headers(status, was.get("headers") or {}, now.get("headers") or {})

    def _both(self, old: Document, new: Document, key: str) -> tuple[Document | None, Document | None]:
        """Return what stands at a key on both sides, its reference followed."""
        return (
            resolve(self.old, old[key]) if key in old else None,
            resolve(self.new, new[key]) if key in new else None,
        )

    def _headers(self, status: str, old: Document, new: Document) -> None:
        was, now = ({name.lower(): each for name, each in side.items()} for side in (old, new))
        for header in {**was, **now}:
            name = f"{status} {header}"
            mine, theirs = self._both(was, now, header)
            if mine is None or theirs is None:
                texts = [describe(_schema(each)) if each is not None else None for each in (mine, theirs)]
                self._add("header", name, "", texts, READER if theirs is None else NOBODY)
                continue
            self._flag("header", name, "required", mine, theirs, NOBODY, READER)
            self._flag("header", name, "deprecated", mine, theirs, NOBODY, NOBODY)
            self.schemas.compare(self.name, name, _schema(mine), _schema(theirs), READER, "header")


def _schema(parameter: Document) -> Document:
    """Return the schema of a parameter or header, which may stand below a media type."""
    content: Any = next(iter((parameter.get("content") or {}).values()), {})
    schema: Document = parameter.get("schema") or content.get("schema") or {}
    return schema


def _style(parameter: Document) -> str:
    """Return how a parameter is written into the request."""
    usual = "form" if parameter["in"] in ("query", "cookie") else "simple"
    style = parameter.get("style") or usual
    explode = parameter.get("explode", style == "form")
    media = ", ".join(parameter.get("content") or {})
    return f"{style}{', exploded' if explode else ''}{f', {media}' if media else ''}"


def _media(response: Document) -> str:
    parts = [f"{media} {describe(each.get('schema'))}" for media, each in (response.get("content") or {}).items()]
    return ", ".join(parts) or "empty"


def _shown(route: tuple[str, str]) -> str:
    return f"{route[0].upper()} {route[1]}"
