from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.model_artifact import ModelArtifact
from ...models.model_artifact_create import ModelArtifactCreate
from ...types import Response


def _get_kwargs(
    *,
    body: ModelArtifactCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/model_artifacts",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | ModelArtifact | None:
    if response.status_code == 201:
        response_201 = ModelArtifact.from_dict(response.json())

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
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | ModelArtifact]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ModelArtifactCreate,
) -> Response[Error | ModelArtifact]:
    """Create a model artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ModelArtifactCreate): The body that creates a model artifact.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelArtifact]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ModelArtifactCreate,
) -> Error | ModelArtifact | None:
    """Create a model artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ModelArtifactCreate): The body that creates a model artifact.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelArtifact
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ModelArtifactCreate,
) -> Response[Error | ModelArtifact]:
    """Create a model artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ModelArtifactCreate): The body that creates a model artifact.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelArtifact]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ModelArtifactCreate,
) -> Error | ModelArtifact | None:
    """Create a model artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (ModelArtifactCreate): The body that creates a model artifact.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelArtifact
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
