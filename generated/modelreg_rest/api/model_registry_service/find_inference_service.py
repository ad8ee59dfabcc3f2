from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.inference_service import InferenceService
    from ...types import Response


def request(
    *,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    parent_resource_id: str | Unset = UNSET,
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`.
    """

    params: dict[str, Any] = {}
    if not isinstance(name, Unset) and name is not None:
        params["name"] = name

    if not isinstance(external_id, Unset) and external_id is not None:
        params["externalId"] = external_id

    if not isinstance(parent_resource_id, Unset) and parent_resource_id is not None:
        params["parentResourceId"] = parent_resource_id

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/inference_service",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | InferenceService | None:

    from ...models.error import Error  # noqa: PLC0415
    from ...models.inference_service import InferenceService  # noqa: PLC0415

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
) -> Response[Error | InferenceService]:
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
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    parent_resource_id: str | Unset = UNSET,
) -> Response[Error | InferenceService]:
    """Find one inference service by name and environment, or by external id.

     A record without a parent is found by its name or by its external id; one with a parent by its name
    together with the parent's id, or by its external id. Archived records are found too.

    Args:
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        parent_resource_id (str | Unset): The id of the parent below which the name is looked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceService]
    """

    kwargs = request(
        name=name,
        external_id=external_id,
        parent_resource_id=parent_resource_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    parent_resource_id: str | Unset = UNSET,
) -> Error | InferenceService | None:
    """Find one inference service by name and environment, or by external id.

     A record without a parent is found by its name or by its external id; one with a parent by its name
    together with the parent's id, or by its external id. Archived records are found too.

    Args:
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        parent_resource_id (str | Unset): The id of the parent below which the name is looked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceService
    """

    return sync_detailed(
        client=client,
        name=name,
        external_id=external_id,
        parent_resource_id=parent_resource_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    parent_resource_id: str | Unset = UNSET,
) -> Response[Error | InferenceService]:
    """Find one inference service by name and environment, or by external id.

     A record without a parent is found by its name or by its external id; one with a parent by its name
    together with the parent's id, or by its external id. Archived records are found too.

    Args:
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        parent_resource_id (str | Unset): The id of the parent below which the name is looked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceService]
    """

    kwargs = request(
        name=name,
        external_id=external_id,
        parent_resource_id=parent_resource_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    parent_resource_id: str | Unset = UNSET,
) -> Error | InferenceService | None:
    """Find one inference service by name and environment, or by external id.

     A record without a parent is found by its name or by its external id; one with a parent by its name
    together with the parent's id, or by its external id. Archived records are found too.

    Args:
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        parent_resource_id (str | Unset): The id of the parent below which the name is looked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceService
    """

    return (
        await asyncio_detailed(
            client=client,
            name=name,
            external_id=external_id,
            parent_resource_id=parent_resource_id,
        )
    ).parsed
