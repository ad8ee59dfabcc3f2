"""Decides how a generated endpoint is run: the one place that does, and the one that turns its failures into ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

import httpx

from modelreg._async.connection import AsyncConnection
from modelreg.convert.records import read_record, to_record
from modelreg.convert.resources import Parent
from modelreg.errors import InvalidResponse, ModelRegistryError
from modelreg.types import Record

_ENDPOINTS = "modelreg_rest.api.model_registry_service"
_ENUMS = {"order_by": "OrderByField", "sort_order": "SortOrder", "artifact_type": "ArtifactTypeQueryParam"}


@cache
def _endpoint(name: str) -> Any:
    return import_module(f"{_ENDPOINTS}.{name}")


@cache
def _model(name: str) -> Any:
    return getattr(import_module("modelreg_rest.models"), name)


class AsyncCall:
    """Runs generated endpoints over one connection.

    Attributes:
        connection: What carries the requests.
        met: Ids of parents by how they were named; nothing is ever deleted or renamed, so an id once met stays true.
        changed: By endpoint, how many changes were sent to it: what was read before the last one may no longer be so.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.met: dict[Parent, str] = {}
        self.changed: Counter[str] = Counter()
        self._client = _generated_client(connection)

    async def record(self, endpoint: str, *path: str, **query: str | None) -> Any:
        """Run an endpoint that answers one resource, and answer its record."""
        return to_record(await self._run(endpoint, path, query))

    async def send(self, endpoint: str, *path: str, model: str, body: Mapping[str, Any]) -> Any:
        """Run an endpoint with a body of the generated model named, and answer the record that came back."""
        self.changed[endpoint] += 1
        return to_record(await self._run(endpoint, path, {"body": _model(model).from_dict(body)}))

    async def page(self, record: type[Record], endpoint: str, *path: str, **query: str | None) -> tuple[list[Any], str]:
        """Run an endpoint that answers a page; answer its records and the token of the next page, or an empty one.

        The records are read straight from the JSON: to make generated models of them first would cost more than the
        network does.
        """
        items = _AsyncItems(self.connection)
        page = await self._run(endpoint, path, query, client=_generated_client(items))
        return [read_record(record, item) for item in items.taken], page.next_page_token or ""

    async def _run(
        self, endpoint: str, path: tuple[str, ...], arguments: Mapping[str, Any], *, client: Any = None
    ) -> Any:
        said = {
            name: _model(_ENUMS[name])(value) if name in _ENUMS else value
            for name, value in arguments.items()
            if value is not None
        }
        run = _endpoint(endpoint).asyncio_detailed
        try:
            answer = await run(*path, client=client or self._client, **said)
        except ModelRegistryError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidResponse(
                f"the registry's answer to {endpoint} is not what the contract says: {type(error).__name__}: {error}",
                hint="Check that the address is a Model Registry's; `registry.describe()` says which is used.",
                may_have_acted=not endpoint.startswith(("get_", "find_")),
            ) from error
        if answer.parsed is None:
            raise InvalidResponse(f"the registry answered {endpoint} with a status that the contract does not know")
        return answer.parsed


class _AsyncItems:
    """Stands in for the connection while a page is read: takes the items out before the generated parser sees it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.taken: list[dict[str, Any]] = []

    async def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        """Ask, and answer the page without its items."""
        response = await self._connection.request(method, url, **kwargs)
        page = response.json()
        items = page.get("items") or []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise TypeError("items is not a list of objects")
        self.taken = items
        return httpx.Response(response.status_code, json={**page, "items": []})


def _generated_client(connection: AsyncConnection | _AsyncItems) -> Any:
    """Make the generated client of something that has the one method of httpx's client that the endpoints call."""
    client = import_module("modelreg_rest.client").Client(base_url="")
    return client.set_async_httpx_client(cast("httpx.AsyncClient", connection))
