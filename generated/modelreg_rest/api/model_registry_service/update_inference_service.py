from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.inference_service import InferenceService
from ...models.inference_service_update import InferenceServiceUpdate
from ...types import Response


def _get_kwargs(
    inferenceservice_id: str,
    *,
    body: InferenceServiceUpdate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/inference_services/{inferenceservice_id}".format(
            inferenceservice_id=quote(str(inferenceservice_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | InferenceService | None:
    if response.status_code == 200:
        response_200 = InferenceService.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Error.from_dict(response.json())

        return response_409

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
) -> Response[Error | InferenceService]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    inferenceservice_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: InferenceServiceUpdate,
) -> Response[Error | InferenceService]:
    """Change an inference service.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        inferenceservice_id (str): The id of the record that the path names, a decimal number.
        body (InferenceServiceUpdate): What of an inference service can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceService]
    """

    kwargs = _get_kwargs(
        inferenceservice_id=inferenceservice_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    inferenceservice_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: InferenceServiceUpdate,
) -> Error | InferenceService | None:
    """Change an inference service.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        inferenceservice_id (str): The id of the record that the path names, a decimal number.
        body (InferenceServiceUpdate): What of an inference service can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceService
    """

    return sync_detailed(
        inferenceservice_id=inferenceservice_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    inferenceservice_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: InferenceServiceUpdate,
) -> Response[Error | InferenceService]:
    """Change an inference service.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        inferenceservice_id (str): The id of the record that the path names, a decimal number.
        body (InferenceServiceUpdate): What of an inference service can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceService]
    """

    kwargs = _get_kwargs(
        inferenceservice_id=inferenceservice_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    inferenceservice_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: InferenceServiceUpdate,
) -> Error | InferenceService | None:
    """Change an inference service.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        inferenceservice_id (str): The id of the record that the path names, a decimal number.
        body (InferenceServiceUpdate): What of an inference service can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceService
    """

    return (
        await asyncio_detailed(
            inferenceservice_id=inferenceservice_id,
            client=client,
            body=body,
        )
    ).parsed
