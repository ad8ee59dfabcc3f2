from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.model_version import ModelVersion
    from ...models.model_version_update import ModelVersionUpdate
    from ...types import Response


def request(
    model_version_id: str,
    *,
    body: ModelVersionUpdate | Mapping[str, Any],
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`; a `body` that is a mapping is sent as it is.
    """
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/model_versions/{model_version_id}".format(
            model_version_id=quote(str(model_version_id), safe=""),
        ),
    }

    if isinstance(body, Mapping):
        _kwargs["json"] = body
    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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
    model_version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelVersionUpdate,
) -> Response[Error | ModelVersion]:
    """Change a model version.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (ModelVersionUpdate): What of a model version can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelVersion]
    """

    kwargs = request(
        model_version_id=model_version_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model_version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelVersionUpdate,
) -> Error | ModelVersion | None:
    """Change a model version.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (ModelVersionUpdate): What of a model version can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelVersion
    """

    return sync_detailed(
        model_version_id=model_version_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    model_version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelVersionUpdate,
) -> Response[Error | ModelVersion]:
    """Change a model version.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (ModelVersionUpdate): What of a model version can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ModelVersion]
    """

    kwargs = request(
        model_version_id=model_version_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model_version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ModelVersionUpdate,
) -> Error | ModelVersion | None:
    """Change a model version.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (ModelVersionUpdate): What of a model version can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ModelVersion
    """

    return (
        await asyncio_detailed(
            model_version_id=model_version_id,
            client=client,
            body=body,
        )
    ).parsed
