from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.model_artifact import ModelArtifact
from ...types import Response


def _get_kwargs(
    modelartifact_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/model_artifacts/{modelartifact_id}".format(
            modelartifact_id=quote(str(modelartifact_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | ModelArtifact | None:
    if response.status_code == 200:
        response_200 = ModelArtifact.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

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
    modelartifact_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | ModelArtifact]:
    """Get a model artifact by its id.

    Args:
        modelartifact_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelArtifact]
    """

    kwargs = _get_kwargs(
        modelartifact_id=modelartifact_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    modelartifact_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | ModelArtifact | None:
    """Get a model artifact by its id.

    Args:
        modelartifact_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelArtifact
    """

    return sync_detailed(
        modelartifact_id=modelartifact_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    modelartifact_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | ModelArtifact]:
    """Get a model artifact by its id.

    Args:
        modelartifact_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelArtifact]
    """

    kwargs = _get_kwargs(
        modelartifact_id=modelartifact_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    modelartifact_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | ModelArtifact | None:
    """Get a model artifact by its id.

    Args:
        modelartifact_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelArtifact
    """

    return (
        await asyncio_detailed(
            modelartifact_id=modelartifact_id,
            client=client,
        )
    ).parsed
