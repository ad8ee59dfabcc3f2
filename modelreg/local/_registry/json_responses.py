"""Responses: rows as JSON in either version of the API, errors, and the headers they carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from attrs import frozen

from modelreg.local._registry import preconditions
from modelreg.local._registry.paging import Page
from modelreg.local._registry.resource_table import FieldType, Resource

Version = Literal["v1", "v1alpha3"]
Converter = Callable[[Any], Any] | None
_CONVERT: Mapping[FieldType, Converter] = {
    FieldType.LONG: str,
    FieldType.REF: str,
    FieldType.TEXTS: json.loads,
}
REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    # The published servers say this, and clients know it by the status.
    422: "Bad Request",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@frozen
class Response:
    """An HTTP response."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    allow: tuple[str, ...] = ()
    etag: str = ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that the response carries."""
        headers = [("content-length", str(len(self.body)))]
        if self.content_type:
            headers.append(("content-type", self.content_type))
        if self.allow:
            headers.append(("allow", ", ".join(self.allow)))
        if self.etag:
            headers += [("etag", self.etag), (preconditions.HEADER, preconditions.HONOURED)]
        return headers


def as_json(status: int, content: object) -> Response:
    """Return a response that says something in JSON."""
    return _as_response(status, _encode(content))


_JSON = "application/json; charset=UTF-8"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _as_response(status: int, text: str) -> Response:
    return Response(status, text.encode(), _JSON)


def as_record(status: int, resource: Resource, row: Mapping[str, Any], version: Version) -> Response:
    """Return a response that holds one record, with its entity tag."""
    body = _spell(resource, row, version).encode()
    return Response(status, body, _JSON, etag=preconditions.entity_tag(row))


def as_text(status: int, content: str) -> Response:
    """Return a response that says something in plain text."""
    return Response(status, content.encode(), "text/plain; charset=utf-8")


def as_error(status: int, message: str) -> Response:
    """Return the error body of the contract."""
    return as_json(status, {"code": REASONS[status], "message": message})


def say(resource: Resource, row: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """Return a row as the object that the contract describes; what is not set is left out."""
    return {**_fields(resource, row, version), "customProperties": json.loads(row["properties"])}


def _fields(resource: Resource, row: Mapping[str, Any], version: Version) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": str(row["id"]),
        "createTimeSinceEpoch": str(row["created"] // 1000),
        "lastUpdateTimeSinceEpoch": str(row["updated"] // 1000),
    }
    for column, wire, convert in _plan(resource, version):
        value = row[column]
        if value is not None:
            fields[wire] = value if convert is None else convert(value)
    return fields


def _spell(resource: Resource, row: Mapping[str, Any], version: Version) -> str:
    """Return a row as JSON; its properties are stored as the JSON that they are answered with."""
    return f'{_encode(_fields(resource, row, version))[:-1]},"customProperties":{row["properties"]}}}'


@cache
def _plan(resource: Resource, version: Version) -> tuple[tuple[str, str, Converter], ...]:
    return tuple(
        (each.column, each.wire, _CONVERT.get(each.type))
        for each in resource.fields
        if version != "v1" or not each.only_alpha
    )


def as_page(resource: Resource, rows: Sequence[Mapping[str, Any]], page: Page, version: Version) -> Response:
    """Return the rows of a page as the list that the contract describes, with the token of the next page."""
    more = 0 < page.size < len(rows)
    shown = rows[: page.size] if more else rows
    items = ",".join([_spell(resource, row, version) for row in shown])
    rest = {"nextPageToken": page.token(shown[-1]) if more else "", "pageSize": page.size, "size": len(shown)}
    return _as_response(200, f'{{"items":[{items}],{_encode(rest)[1:]}')
