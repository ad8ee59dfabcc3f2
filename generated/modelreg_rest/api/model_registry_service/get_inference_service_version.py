from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.model_version import ModelVersion
    from ...types import Response


def request(
    inference_service_id: str,
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`.
    """

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/inference_services/{inference_service_id}/version".format(
            inference_service_id=quote(str(inference_service_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | ModelVersion | None:

    from ...models.error import Error  # noqa: PLC0415
    from ...models.model_version import ModelVersion  # noqa: PLC0415

    if response.status_code == 200:
        response_200 = ModelVersion.from_dict(response.json())

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
        from ...errors import UnexpectedStatus  # noqa: PLC0415

        raise UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | ModelVersion]:
    from http import HTTPStatus  # noqa: PLC0415

    from ...types import Response  # noqa: PLC0415

    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    inference_service_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | ModelVersion]:
    """Get the model version that an inference service serves.

    Args:
        inference_service_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelVersion]
    """

    kwargs = request(
        inference_service_id=inference_service_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    inference_service_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | ModelVersion | None:
    """Get the model version that an inference service serves.

    Args:
        inference_service_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelVersion
    """

    return sync_detailed(
        inference_service_id=inference_service_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    inference_service_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Error | ModelVersion]:
    """Get the model version that an inference service serves.

    Args:
        inference_service_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelVersion]
    """

    kwargs = request(
        inference_service_id=inference_service_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    inference_service_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Error | ModelVersion | None:
    """Get the model version that an inference service serves.

    Args:
        inference_service_id (str): The id of the record that the path names, a decimal number.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelVersion
    """

    return (
        await asyncio_detailed(
            inference_service_id=inference_service_id,
            client=client,
        )
    ).parsed
