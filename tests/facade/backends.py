"""The registries that the behaviour suite runs on, sync and async; a test is written once, with `await`.

A backend says how a registry object is made; `registry` is an `AsyncModelRegistry` on it, or a sync one whose verbs can
be awaited all the same. `sent` lists the requests that were sent.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import attrs
import httpx

from modelreg import AsyncModelRegistry, ModelRegistry
from modelreg._sync.group import Group
from modelreg._sync.pager import Pager
from modelreg._testing.contract import breaches
from modelreg.local._registry import json_responses

BASE = "http://registry.test"


class Prefix:
    """What the names of one test begin with: something unique where others have records too, else nothing."""

    current = ""


def own(name: str) -> str:
    """Name something at the top of the registry (a model, an environment, an experiment, an external id)."""
    return Prefix.current + name


class Recording(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to another transport, and writes them down, path without the version's prefix.

    Args:
        inner: What carries them.
        held: Whether requests and responses are held to the contract; `breaches` lists where they break it. A version
            of the API that the server lacks altogether answers 404 without a JSON body, which breaks nothing.
    """

    def __init__(self, inner: Any, *, held: bool = False) -> None:
        self.inner = inner
        self.held = held
        self.requests: list[str] = []
        self._breaches: list[tuple[str, str]] = []
        self._served: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request."""
        response: httpx.Response = self.inner.handle_request(request)
        if self.held:
            response.read()
        self._note(request, response)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request."""
        response: httpx.Response = await self.inner.handle_async_request(request)
        if self.held:
            await response.aread()
        self._note(request, response)
        return response

    @property
    def breaches(self) -> list[str]:
        """Return where requests and responses broke the contract of a version that the server has."""
        return [breach for version, breach in self._breaches if version in self._served]

    def _note(self, request: httpx.Request, response: httpx.Response) -> None:
        path, _, query = request.url.raw_path.decode().partition("?")
        behind_the_gateway = "/api/" + path.partition("/api/")[2]
        self.requests.append(f"{request.method} /{behind_the_gateway.split('/', 4)[4]}")
        if self.held:
            plain = json_responses.Response(
                response.status_code,
                response.content,
                response.headers.get("content-type"),
                etag=response.headers.get("etag", ""),
            )
            version = behind_the_gateway.split("/", 4)[3]
            found = breaches(request.method, behind_the_gateway, query, request.content, plain)
            self._breaches += [(version, breach) for breach in found]
            if not (plain.status == 404 and (plain.content_type or "").startswith("text/plain")):
                self._served.add(version)

    def close(self) -> None:
        """Close what is below."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close what is below."""
        await self.inner.aclose()


@attrs.define
class Backend:
    """One registry, fresh and empty.

    Attributes:
        transport: Makes what carries the requests; every registry object has its own.
        api_version: Which version is spoken; None is found out.
        told_apart: Whether names that differ in case or emoji alone are two names there.
        held: Whether everything said on it is held to the contract.
    """

    name: str
    transport: Callable[[], Any]
    api_version: Literal["v1", "v1alpha3"] | None = None
    told_apart: bool = True
    has_experiments: bool = True
    base: str = BASE
    held: bool = False


class Awaitable:
    """A sync registry whose verbs can be awaited, so that one suite is written for sync and async."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value) or isinstance(value, type):
            return Awaitable(value) if isinstance(value, Group) else value
        return _awaitable(value)


def _awaitable(verb: Callable[..., Any]) -> Callable[..., Any]:
    lazy = "Pager" in str(inspect.signature(verb).return_annotation)

    def called(*args: Any, **kwargs: Any) -> Any:
        if lazy:
            return AwaitablePager(verb(*args, **kwargs))
        return _respond(verb, args, kwargs)

    return called


async def _respond(verb: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return verb(*args, **kwargs)


class AwaitablePager:
    """A sync list that is read like an async one."""

    def __init__(self, inner: Pager[Any]) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[Any]:
        for record in self._inner:
            yield record

    async def first(self) -> Any:
        return self._inner.first()

    async def pages(self) -> AsyncIterator[Any]:
        for page in self._inner.pages():
            yield page


def opened(backend: Backend, mode: str, transport: Any, **settings: Any) -> Any:
    """Make a registry object, sync or async."""
    if mode == "async":
        return AsyncModelRegistry(backend.base, transport=transport, api_version=backend.api_version, **settings)
    return Awaitable(ModelRegistry(backend.base, transport=transport, api_version=backend.api_version, **settings))


async def closed(registry: Any) -> None:
    """Close a registry object, sync or async."""
    if isinstance(registry, AsyncModelRegistry):
        await registry.aclose()
    else:
        await registry.close()
