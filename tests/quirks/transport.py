"""An httpx transport that answers as the recorded servers do, quirks and all, on top of the embedded registry.

Not reproduced: children that are accepted under a parent that does not exist, structs so deep that no list can hold
them, and a point of a metric that is recorded again when it is sent again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from anyio import to_thread
from attrs import evolve

from modelreg.local import LocalTransport
from modelreg.local._registry.errors import Refusal
from modelreg.local._registry.json_responses import Response, as_error, as_json, as_text
from modelreg.local._registry.paging import read_page
from modelreg.local._registry.resource_table import (
    ARTIFACT,
    EXPERIMENT,
    EXPERIMENT_RUN,
    INFERENCE_SERVICE,
    METRIC_HISTORY,
    MODEL_VERSION,
    REGISTERED_MODEL,
    SERVE_MODEL,
    SERVING_ENVIRONMENT,
    Resource,
)
from tests.quirks.equality import EXACT, FOLDED
from tests.quirks.pages import cut_page
from tests.quirks.selection import Selector, read_filter

#: What a PATCH that leaves a state out sets it to, by the first segment of the path.
RESETS: Mapping[str, dict[str, str]] = {
    "registered_models": {"state": "LIVE"},
    "model_versions": {"state": "LIVE"},
    "inference_services": {"desiredState": "DEPLOYED"},
    "experiments": {"state": "LIVE"},
    "experiment_runs": {"status": "RUNNING", "state": "LIVE"},
    "model_artifacts": {"state": "UNKNOWN"},
}
IGNORES_FILTER = ("model_artifacts", "serving_environments", "inference_services", "serves")
#: What the last segment of a list's path lists.
LISTED: Mapping[str, Resource] = {
    "registered_models": REGISTERED_MODEL,
    "versions": MODEL_VERSION,
    "model_versions": MODEL_VERSION,
    "artifacts": ARTIFACT,
    "model_artifacts": ARTIFACT,
    "serving_environments": SERVING_ENVIRONMENT,
    "inference_services": INFERENCE_SERVICE,
    "serves": SERVE_MODEL,
    "experiments": EXPERIMENT,
    "experiment_runs": EXPERIMENT_RUN,
    "metric_history": METRIC_HISTORY,
}
#: Where the candidates of a find route are listed; {} is the parent.
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "registered_model": ("registered_models",),
    "model_version": ("registered_models/{}/versions",),
    "artifact": ("model_versions/{}/artifacts", "experiment_runs/{}/artifacts"),
    "model_artifact": ("model_versions/{}/artifacts", "experiment_runs/{}/artifacts"),
    "serving_environment": ("serving_environments",),
    "inference_service": ("serving_environments/{}/inference_services",),
    "experiment": ("experiments",),
    "experiment_run": ("experiments/{}/experiment_runs",),
}


class QuirkTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Responds as a recorded server does.

    Args:
        inner: the embedded registry below.
        mysql: compare names, external ids, keys and values as MySQL's dialect does.
        lose_ties: let pages sorted by time lose and repeat records whose times are equal.
        tick: how many milliseconds the clock of the answers jumps by, so that times are equal at all.
        versions: the versions of the API that this server speaks.
    """

    def __init__(
        self,
        inner: LocalTransport,
        *,
        mysql: bool = False,
        lose_ties: bool = False,
        tick: int = 1,
        versions: tuple[str, ...] = ("v1", "v1alpha3"),
    ) -> None:
        self.inner = inner
        self.mysql = mysql
        self.lose_ties = lose_ties
        self.tick = tick
        self.versions = versions
        self.sense = FOLDED if mysql else EXACT

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry out a request in the caller's thread."""
        return self._respond(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry out a request in a thread."""
        return await to_thread.run_sync(self._respond, request, await request.aread())

    def close(self) -> None:
        """Close the registry below."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close the registry below."""
        self.inner.close()

    def _respond(self, request: httpx.Request, body: bytes) -> httpx.Response:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        try:
            answer = self.answer(request.method, path, query, body)
        except Refusal as refusal:
            answer = as_error(refusal.status, refusal.message)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    def answer(self, method: str, path: str, query: str, body: bytes) -> Response:
        """Carry out a request given as (method, path, query, body)."""
        segments = path.split("/")[1:]
        if segments[:2] != ["api", "model_registry"] or len(segments) < 4:
            return evolve(self.inner.app.handle(method, path, query, body), etag="")
        if segments[2] not in self.versions:
            return as_text(404, "404 page not found\n")
        return _Call(self, "/".join(segments[:3]), segments[3:], path, query, body).answer(method)


class _Call:
    """One request on its way through the quirks."""

    def __init__(
        self, server: QuirkTransport, prefix: str, segments: list[str], path: str, query: str, body: bytes
    ) -> None:
        self.server, self.sense = server, server.sense
        self.prefix, self.segments, self.path = prefix, segments, path
        self.raw_query, self.raw_body = query, body
        self.query = dict(reversed(parse_qsl(query, keep_blank_values=True)))

    def answer(self, method: str) -> Response:
        kinds: dict[str, Callable[[], Response]] = {"PATCH": self._patch, "POST": self._post}
        if method == "GET" and len(self.segments) == 1 and self.segments[0] in CANDIDATES:
            return self._find()
        if method == "GET" and self.segments[-1] in LISTED:
            return self._list()
        return kinds.get(method, lambda: self._plain(method))()

    def _plain(self, method: str, body: bytes | None = None) -> Response:
        sent = self.raw_body if body is None else body
        answer = self.server.inner.app.handle(method, self.path, self.raw_query, sent)
        if answer.status == 400 and b" is longer than " in answer.body:
            return as_error(500, "value too long for the column")
        return self._ticked(evolve(answer, etag=""))  # the recorded servers have no entity tags

    def _ticked(self, answer: Response) -> Response:
        """Round times as a coarser clock would."""
        if self.server.tick == 1 or answer.status >= 400 or not answer.body.startswith(b"{"):
            return answer
        content = json.loads(answer.body)
        for item in content.get("items", [content]):
            self._tick(item)
        return as_json(answer.status, content)

    def _tick(self, item: dict[str, Any]) -> None:
        for time in ("createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"):
            item[time] = str(int(item[time]) // self.server.tick * self.server.tick)

    def _ask(self, path: str, query: str = "") -> Any:
        """Return what the registry below answers to a GET, or None for a failure."""
        answer = self.server.inner.app.handle("GET", f"/{self.prefix}/{path}", query)
        return json.loads(answer.body) if answer.status == 200 else None

    def _patch(self) -> Response:
        body = _as_object(self.raw_body)
        if body is None or len(self.segments) != 2:
            return self._plain("PATCH")
        if body.get("customProperties") is None:
            there = self._ask("/".join(self.segments)) or {"customProperties": {}}
            if any(each["metadataType"] == "MetadataStructValue" for each in there["customProperties"].values()):
                return as_error(400, "illegal base64 data")
        for field, state in RESETS.get(self.segments[0], {}).items():
            if body.get(field) is None:
                body[field] = state
        return self._plain("PATCH", json.dumps(body).encode())

    def _post(self) -> Response:
        body = _as_object(self.raw_body)
        if body is None:
            return self._plain("POST")
        if type(body.get("step")) is int:
            body["step"] = (body["step"] + 2**31) % 2**32 - 2**31
        if not self.server.mysql:
            return self._plain("POST", json.dumps(body).encode())
        if self._has_neighbour(body):
            return as_error(409, "already exists")
        properties = body.get("customProperties")
        if isinstance(properties, dict):
            body["customProperties"] = self._merged(properties)
        return self._plain("POST", json.dumps(body).encode())

    def _has_neighbour(self, body: dict[str, Any]) -> bool:
        """Return whether the database holds a name or external id equal to one of the body's."""
        listed = self._ask(self._siblings(body)) if not body.get("id") else None
        for item in (listed or {"items": []})["items"]:
            same_kind = item.get("artifactType") == body.get("artifactType", item.get("artifactType"))
            for field in ("name", "externalId"):
                mine, other = body.get(field), item.get(field)
                if not (same_kind and mine and other and isinstance(mine, str)) or mine == other:
                    continue
                if self.sense.key(mine) == self.sense.key(other):
                    return True
        return False

    def _siblings(self, body: dict[str, Any]) -> str:
        parents = {
            "model_versions": ("registered_models", "registeredModelId", "versions"),
            "inference_services": ("serving_environments", "servingEnvironmentId", "inference_services"),
            "experiment_runs": ("experiments", "experimentId", "experiment_runs"),
        }
        if len(self.segments) == 1 and self.segments[0] in parents:
            collection, field, children = parents[self.segments[0]]
            return f"{collection}/{body.get(field)}/{children}"
        if self.segments in (["artifacts"], ["model_artifacts"]):
            return "nowhere"  # artifacts outside a version may share a name
        return "/".join(self.segments)

    def _merged(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Make one of keys that are equal: a later value lands under the key that was first."""
        kept: dict[str, str] = {}
        merged: dict[str, Any] = {}
        for key in sorted(properties, reverse=True):
            merged[kept.setdefault(self.sense.key(key), key)] = properties[key]
        return merged

    def _find(self) -> Response:
        answer = self._plain("GET")
        name = self.query.get("name", "")
        is_child = self.segments[0] not in ("registered_model", "serving_environment", "experiment")
        if answer.status not in (200, 404) or not name or (is_child and not self.query.get("parentResourceId")):
            return answer
        found: list[dict[str, Any]] = []
        for where in CANDIDATES[self.segments[0]]:
            listed = self._ask(where.format(self.query.get("parentResourceId", ""))) or {"items": []}
            found += [each for each in listed["items"] if self.sense.like(name, each["name"])]
        if self.segments[0] == "model_artifact":
            found = [each for each in found if each["artifactType"] == "model-artifact"]
        if len(found) != 1:
            return as_error(404, "no such record")
        return self._ticked(as_json(200, found[0]))

    def _list(self) -> Response:
        resource = LISTED[self.segments[-1]]
        page = read_page(self.query)
        text = "" if self.segments[-1] in IGNORES_FILTER else self.query.get("filterQuery", "")
        wanted = read_filter(text)
        kept = {key: value for key, value in self.query.items() if key not in _OURS}
        answer = self.server.inner.app.handle("GET", self.path, urlencode(kept))
        if answer.status != 200:
            return answer
        items = json.loads(answer.body)["items"]
        for item in items:
            self._tick(item)
        if wanted is not None:
            selector = Selector(resource, self.sense)
            items = [each for each in items if selector.selects(wanted, each)]
        return as_json(200, cut_page(items, page, lose_ties=self.server.lose_ties))


_OURS = ("filterQuery", "pageSize", "nextPageToken")


def _as_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
