from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.serving_environment import ServingEnvironment
    from ...models.serving_environment_create import ServingEnvironmentCreate
    from ...types import Response


def request(
    *,
    body: ServingEnvironmentCreate | Mapping[str, Any],
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`; a `body` that is a mapping is sent as it is.
    """
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/serving_environments",
    }

    if isinstance(body, Mapping):
        _kwargs["json"] = body
    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | ServingEnvironment | None:

    from ...models.error import Error  # noqa: PLC0415
    from ...models.serving_environment import ServingEnvironment  # noqa: PLC0415

    if response.status_code == 201:
        response_201 = ServingEnvironment.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 409:
        response_409 = Error.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = Error.from_dict(response.json())

        return response_422

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        from ...errors import UnexpectedStatus  # noqa: PLC0415

        raise UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | ServingEnvironment]:
    from http import HTTPStatus  # noqa: PLC0415

    from ...types import Response  # noqa: PLC0415

    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ServingEnvironmentCreate,
) -> Response[Error | ServingEnvironment]:
    """Create a serving environment.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ServingEnvironmentCreate): The body that creates a serving environment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ServingEnvironment]
    """

    kwargs = request(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ServingEnvironmentCreate,
) -> Error | ServingEnvironment | None:
    """Create a serving environment.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ServingEnvironmentCreate): The body that creates a serving environment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ServingEnvironment
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ServingEnvironmentCreate,
) -> Response[Error | ServingEnvironment]:
    """Create a serving environment.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ServingEnvironmentCreate): The body that creates a serving environment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ServingEnvironment]
    """

    kwargs = request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ServingEnvironmentCreate,
) -> Error | ServingEnvironment | None:
    """Create a serving environment.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ServingEnvironmentCreate): The body that creates a serving environment.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ServingEnvironment
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
