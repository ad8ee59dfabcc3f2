"""Decides how it is known what a command writes, and how a dry run writes nothing: a transport that watches or answers.

In a dry run a write is answered here as a registry would answer it, so that what follows in the command runs as it
would; nothing that changes anything is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import count
from typing import Any, Literal

import attrs
import httpx

from modelreg.config import Settings
from modelreg.wire.embedded import local_transport
from modelreg.wire.tls import tls_context

Happened = Literal["created", "updated", "unchanged"]

_PREFIX = re.compile(r"^.*?/api/model_registry/[^/]+/")
# Ids of what a dry run would create; no registry comes near them.
_FIRST_DRY_ID = 9_000_000_000_000_000


@attrs.frozen
class Write:
    """One request that changed something, or would have."""

    method: str
    path: str
    body: Mapping[str, Any]


class Witness(httpx.BaseTransport):
    """Carries requests and remembers the writes; in a dry run it answers them itself."""

    def __init__(self, settings: Settings, *, dry: bool) -> None:
        self._dry = dry
        self._inner: httpx.BaseTransport | None = None
        self._client: httpx.Client | None = None
        if settings.embedded:
            self._inner = local_transport(settings.store)
        else:
            # A client, not a transport, because a client goes through the proxies that the environment names.
            self._client = httpx.Client(verify=tls_context(settings))
        self._ids = count(_FIRST_DRY_ID)
        self._made: dict[str, dict[str, Any]] = {}
        self._under: dict[str, str] = {}
        self.writes: list[Write] = []
        self.posted = self.patched = 0

    @property
    def happened(self) -> Happened:
        """What became of the record, by what was written."""
        if self.posted:
            return "created"
        return "updated" if self.patched else "unchanged"

    def reset(self) -> None:
        """Forget what was counted."""
        self.posted = self.patched = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, or answer it."""
        path = _PREFIX.sub("", request.url.path)
        if request.method in ("POST", "PATCH", "PUT"):
            return self._write(request, path)
        return self._invented(request, path) or self._carry(request)

    def _write(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self._dry:
            response = self._carry(request)
            if response.status_code < 300:
                self._note(request.method)
            return response
        body = json.loads(request.read() or b"{}")
        self._note(request.method)
        self.writes.append(Write(request.method, path, body))
        if request.method == "POST":
            return _answer(201, self._new(path, body))
        known = path.rpartition("/")[2]
        before = self._made.get(known) or self._read(request)
        after = {**before, **body}
        if known in self._made:
            self._made[known] = after
        return _answer(200, after)

    def _note(self, method: str) -> None:
        if method == "POST":
            self.posted += 1
        else:
            self.patched += 1

    def _new(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        known = str(next(self._ids))
        parts = path.split("/")
        self._made[known] = {**body, "id": known}
        self._under[known] = parts[1] if len(parts) == 3 else _parent_of(body)
        return self._made[known]

    def _read(self, request: httpx.Request) -> dict[str, Any]:
        response = self._carry(httpx.Request("GET", request.url, headers=_without_body(request.headers)))
        response.read()
        found: dict[str, Any] = response.json()
        return found

    def _invented(self, request: httpx.Request, path: str) -> httpx.Response | None:
        """Answer for what only this dry run has made."""
        if not self._made:
            return None
        parts = path.split("/")
        query = request.url.params
        name, parent = query.get("name"), query.get("parentResourceId", "")
        if len(parts) == 1 and name is not None:
            found = [made for known, made in self._made.items() if made.get("name") == name]
            found = [made for made in found if self._under[made["id"]] == parent]
            if found:
                return _answer(200, found[0])
        if parent in self._made:
            return _answer(404, {"code": "404", "message": "not found"})
        if len(parts) >= 2 and parts[1] in self._made:
            return _answer(200, self._made[parts[1]] if len(parts) == 2 else self._listed(parts[1]))
        return None

    def _listed(self, parent: str) -> dict[str, Any]:
        items = [made for known, made in self._made.items() if self._under[known] == parent]
        return {"items": items, "nextPageToken": "", "pageSize": 0, "size": len(items)}

    def _carry(self, request: httpx.Request) -> httpx.Response:
        if self._inner is not None:
            return self._inner.handle_request(request)
        if self._client is None:
            raise httpx.ConnectError("closed", request=request)
        return self._client.send(request, stream=True, auth=None, follow_redirects=False)

    def close(self) -> None:
        """Close what carries the requests."""
        if self._inner is not None:
            self._inner.close()
        if self._client is not None:
            self._client.close()


def _parent_of(body: Mapping[str, Any]) -> str:
    # A service has a model too, but is named under its environment.
    fields = ("servingEnvironmentId", "registeredModelId", "experimentId")
    return next((str(body[field]) for field in fields if body.get(field)), "")


def _without_body(headers: httpx.Headers) -> dict[str, str]:
    left_out = {"content-length", "content-type", "transfer-encoding"}
    return {key: value for key, value in headers.items() if key.lower() not in left_out}


def _answer(status: int, body: Mapping[str, Any]) -> httpx.Response:
    return httpx.Response(status, json=dict(body))
