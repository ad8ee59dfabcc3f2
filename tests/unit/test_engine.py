"""The engine on a registry that loses responses, repeats records or sends what cannot be read; sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from modelreg import AsyncModelRegistry, ModelRegistry
from modelreg._async import recent as async_recent
from modelreg._core.values import to_wire
from modelreg._sync import recent as sync_recent
from modelreg.errors import InvalidResponse, NotFound
from modelreg.local import LocalTransport

Response = Callable[[httpx.Request, Callable[..., httpx.Response]], httpx.Response]


class Between(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to an embedded registry; what it returns is up to a function."""

    def __init__(self, path: Path, response: Response) -> None:
        self._inner = LocalTransport(path)
        self._response = response
        self.methods: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.methods.append(request.method)
        return self._response(request, lambda other=request: self._inner.handle_request(other))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.handle_request(request)


@pytest.fixture(params=["sync", "async"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Return what runs a verb on a registry behind a transport, and returns its result and the requests' methods."""

    def run(verb: Callable[[Any], Any], response: Response) -> tuple[Any, list[str]]:
        transport = Between(tmp_path / "registry.db", response)
        made = {"transport": transport, "api_version": "v1alpha3", "retries": 0}
        if request.param == "sync":
            with ModelRegistry("http://registry.test", **made) as registry:
                result = verb(registry)
                return list(result) if hasattr(result, "pages") else result, transport.methods
        return asyncio.run(awaited(verb, made)), transport.methods

    return run


async def awaited(verb: Callable[[Any], Any], made: dict[str, Any]) -> Any:
    async with AsyncModelRegistry("http://registry.test", **made) as registry:
        result = verb(registry)
        return [each async for each in result] if hasattr(result, "pages") else await result


def twice(upsert: Callable[..., Any]) -> Any:
    """Upsert two artifacts of one version, and return the second."""
    given = {"version": ("fraud", "1"), "kind": "doc"}
    first = upsert("card", **given)
    if not asyncio.iscoroutine(first):
        return upsert("report", **given)

    async def both() -> Any:
        await first
        return await upsert("report", **given)

    return both()


def passed(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
    """Return what the registry returns."""
    return inner()


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        (lambda registry: registry.versions.upsert("1", model_id="99"), "model"),
        (lambda registry: registry.artifacts.upsert("a", version_id="99", kind="doc"), "version"),
        (lambda registry: registry.runs.upsert("r", experiment_id="99"), "experiment"),
        (lambda registry: registry.inference_services.upsert("s", environment_id="99", model_id="99"), "environment"),
    ],
)
def test_a_parent_that_is_not_there_is_missed_before_anything_is_written(on: Any, verb: Any, kind: str) -> None:
    sent: list[str] = []

    def noted(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        sent.append(request.method)
        # A server that takes a child of whatever parent.
        return inner() if request.method == "GET" else httpx.Response(201, json={"id": "1", "name": "child"})

    with pytest.raises(NotFound) as raised:
        on(verb, noted)
    assert raised.value.details.get("resource", kind) == kind
    assert "POST" not in sent


def test_a_record_that_two_pages_hold_is_listed_once(on: Any) -> None:
    def overlapping(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        ids, token = (("1", "2"), "more") if "nextPageToken" not in request.url.params else (("2", "3"), "")
        items = [{"id": each, "name": f"m{each}"} for each in ids]
        return httpx.Response(200, json={"items": items, "nextPageToken": token, "pageSize": 3, "size": 3})

    records, methods = on(lambda registry: registry.models.list(), overlapping)
    assert [record.id for record in records] == ["1", "2", "3"]
    assert methods == ["GET", "GET"]


def test_a_list_whose_token_comes_again_does_not_end(on: Any) -> None:
    sent: list[str] = []

    def repeating(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        sent.append(request.method)
        assert len(sent) < 5
        items = [{"id": str(len(sent)), "name": f"m{len(sent)}"}]
        return httpx.Response(200, json={"items": items, "nextPageToken": "again", "pageSize": 1, "size": 1})

    with pytest.raises(InvalidResponse) as raised:
        on(lambda registry: registry.models.list(), repeating)
    assert (raised.value.reason, len(sent)) == ("paging_does_not_end", 2)


def test_a_child_is_written_below_the_parent_that_is_there_now(on: Any, tmp_path: Path) -> None:
    other = LocalTransport(tmp_path / "other.db")
    with ModelRegistry("http://registry.test", transport=other) as registry:
        registry.register("another", "1")
        there_now = registry.register("fraud", "1").version.id
    posts: list[str] = []

    def replaced_after_the_first_post(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        response = other.handle_request(request) if posts else inner()
        if request.method == "POST":
            posts.append(request.url.path)
        return response

    on(lambda registry: registry.register("fraud", "1"), passed)
    on(lambda registry: twice(registry.artifacts.upsert), replaced_after_the_first_post)
    assert len(posts) == 2
    assert posts[1].endswith(f"/model_versions/{there_now}/artifacts")
    assert posts[0] != posts[1]
    other.close()


def lost(times: int) -> Response:
    """Return what lets the registry act on a POST and loses the response."""
    left = [times]

    def response(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        found = inner()
        if request.method == "POST" and left[0]:
            left[0] -= 1
            raise httpx.ReadError("connection reset by peer", request=request)
        return found

    return response


def test_a_record_whose_response_was_lost_counts_as_created(on: Any) -> None:
    done, methods = on(lambda registry: registry.register("fraud", "1", uri="s3://w", owner="ana"), lost(3))
    assert (done.outcome.model, done.outcome.version, done.outcome.artifact) == ("created", "created", "created")
    assert methods.count("POST") == 3
    again, methods = on(lambda registry: registry.register("fraud", "1", uri="s3://w", owner="ana"), lost(3))
    assert str(again.outcome) == "unchanged"
    assert "POST" not in methods


def test_a_record_whose_post_arrives_late_counts_as_created(on: Any) -> None:
    posts: list[httpx.Request] = []

    def late(request: httpx.Request, inner: Callable[..., httpx.Response]) -> httpx.Response:
        if request.method == "POST":
            posts.append(request)
            if len(posts) == 1:
                raise httpx.ReadTimeout("no response yet", request=request)
            if len(posts) == 2:
                # The first one arrives just before the second, which is told that the name is taken.
                inner()
        return inner()

    done, _ = on(lambda registry: registry.register("fraud", "1"), late)
    assert (done.outcome.model, done.outcome.version) == ("created", "created")
    assert len(posts) == 3


@pytest.mark.parametrize(("owner", "happened"), [("ana", "unchanged"), ("bob", "updated")])
@pytest.mark.parametrize("response_is_lost", [False, True])
def test_a_record_that_another_client_created_first_is_its_own(
    on: Any, owner: str, happened: str, response_is_lost: bool
) -> None:
    """A lost response and a record that is the desired one: nobody can tell whose it is."""

    def overtaken(request: httpx.Request, inner: Callable[..., httpx.Response]) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("/registered_models"):
            inner(httpx.Request("POST", request.url, json={"name": "fraud", "owner": owner}))
            if response_is_lost:
                raise httpx.ReadError("connection reset by peer", request=request)
        return inner()

    done, _ = on(lambda registry: registry.register("fraud", "1", owner="ana"), overtaken)
    assert done.outcome.model == ("created" if response_is_lost and owner == "ana" else happened)
    assert done.model.owner == "ana"


def test_a_change_is_decided_anew_where_another_client_changed_the_record_meanwhile(on: Any) -> None:
    theirs = [to_wire({"before": 1, "theirs": 2})]

    def overtaken(request: httpx.Request, inner: Callable[..., httpx.Response]) -> httpx.Response:
        if request.method == "PATCH" and theirs:
            inner(httpx.Request("PATCH", request.url, json={"customProperties": theirs.pop()}))
        return inner()

    on(lambda registry: registry.models.upsert("fraud", properties={"before": 1}), passed)
    model, methods = on(lambda registry: registry.models.update("1", properties={"ours": 3}), overtaken)
    assert model.properties == {"before": 1, "theirs": 2, "ours": 3}
    assert methods == ["GET", "PATCH", "GET", "PATCH"]


@pytest.mark.parametrize("body", [b"{}", b"<html></html>", b'{"id": "1"'])
@pytest.mark.parametrize("acts", [True, False])
def test_a_write_whose_response_cannot_be_read_may_have_acted(on: Any, body: bytes, acts: bool) -> None:
    def unreadable(request: httpx.Request, inner: Callable[[], httpx.Response]) -> httpx.Response:
        method = "PATCH" if acts else "GET"
        return httpx.Response(200, content=body) if request.method == method else inner()

    on(lambda registry: registry.models.upsert("fraud"), passed)
    with pytest.raises(InvalidResponse) as raised:
        on(lambda registry: registry.models.update("1", owner="ana"), unreadable)
    assert raised.value.may_have_acted is acts
    assert raised.value.method == ("PATCH" if acts else "GET")


@pytest.mark.parametrize("made", [sync_recent.Recent, async_recent.AsyncRecent])
def test_what_was_found_is_forgotten_after_ten_seconds(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    for module in (sync_recent, async_recent):
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    recent = made()
    assert recent.parent("fraud") is None
    recent.remember_parent("fraud", "7")
    now[0] += 10
    assert recent.parent("fraud") == "7"
    now[0] += 0.1
    assert recent.parent("fraud") is None
    for number in range(sync_recent.MOST + 1):
        recent.remember_parent(number, str(number))
    assert [recent.parent(number) for number in (0, 1, sync_recent.MOST)] == [None, "1", str(sync_recent.MOST)]
