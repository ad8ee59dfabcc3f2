"""Decides how a generated endpoint is run: the one place that does, and the one that turns its failures into ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from modelreg._async.connection import AsyncConnection
from modelreg.convert.records import to_record
from modelreg.convert.resources import Parent
from modelreg.errors import InvalidResponse, ModelRegistryError

if TYPE_CHECKING:
    import httpx

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
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.met: dict[Parent, str] = {}
        self._client: Any = None

    async def record(self, endpoint: str, *path: str, **query: str | None) -> Any:
        """Run an endpoint that answers one resource, and answer its record."""
        return to_record(await self._run(endpoint, path, query))

    async def send(self, endpoint: str, *path: str, model: str, body: Mapping[str, Any]) -> Any:
        """Run an endpoint with a body of the generated model named, and answer the record that came back."""
        return to_record(await self._run(endpoint, path, {"body": _model(model).from_dict(body)}))

    async def page(self, endpoint: str, *path: str, **query: str | None) -> tuple[list[Any], str]:
        """Run an endpoint that answers a page; answer its records and the token of the next page, or an empty one."""
        page = await self._run(endpoint, path, query)
        return [to_record(item) for item in page.items or ()], page.next_page_token or ""

    async def _run(self, endpoint: str, path: tuple[str, ...], arguments: Mapping[str, Any]) -> Any:
        said = {
            name: _model(_ENUMS[name])(value) if name in _ENUMS else value
            for name, value in arguments.items()
            if value is not None
        }
        run = _endpoint(endpoint).asyncio_detailed
        try:
            answer = await run(*path, client=self._generated_client(), **said)
        except ModelRegistryError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidResponse(
                f"the registry's answer to {endpoint} is not what the contract says: {type(error).__name__}: {error}",
                hint="Check that the address is a Model Registry's; `registry.describe()` says which is used.",
            ) from error
        if answer.parsed is None:
            raise InvalidResponse(f"the registry answered {endpoint} with a status that the contract does not know")
        return answer.parsed

    def _generated_client(self) -> Any:
        if self._client is None:
            # The connection stands in for httpx's client: it has the one method that the endpoints call.
            client = import_module("modelreg_rest.client").Client(base_url="")
            self._client = client.set_async_httpx_client(cast("httpx.AsyncClient", self.connection))
        return self._client
