from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...types import UNSET, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.inference_service_list import InferenceServiceList
    from ...models.order_by_field import OrderByField
    from ...models.sort_order import SortOrder
    from ...types import Response


def request(
    serving_environment_id: str,
    *,
    filter_query: str | Unset = UNSET,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    page_size: str | Unset = UNSET,
    order_by: OrderByField | Unset = UNSET,
    sort_order: SortOrder | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`.
    """

    params: dict[str, Any] = {}
    if not isinstance(filter_query, Unset) and filter_query is not None:
        params["filterQuery"] = filter_query

    if not isinstance(name, Unset) and name is not None:
        params["name"] = name

    if not isinstance(external_id, Unset) and external_id is not None:
        params["externalId"] = external_id

    if not isinstance(page_size, Unset) and page_size is not None:
        params["pageSize"] = page_size

    if not isinstance(order_by, Unset) and order_by is not None:
        params["orderBy"] = order_by.value

    if not isinstance(sort_order, Unset) and sort_order is not None:
        params["sortOrder"] = sort_order.value

    if not isinstance(next_page_token, Unset) and next_page_token is not None:
        params["nextPageToken"] = next_page_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/serving_environments/{serving_environment_id}/inference_services".format(
            serving_environment_id=quote(str(serving_environment_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | InferenceServiceList | None:

    from ...models.error import Error  # noqa: PLC0415
    from ...models.inference_service_list import InferenceServiceList  # noqa: PLC0415

    if response.status_code == 200:
        response_200 = InferenceServiceList.from_dict(response.json())

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
) -> Response[Error | InferenceServiceList]:
    from http import HTTPStatus  # noqa: PLC0415

    from ...types import Response  # noqa: PLC0415

    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    serving_environment_id: str,
    *,
    client: AuthenticatedClient | Client,
    filter_query: str | Unset = UNSET,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    page_size: str | Unset = UNSET,
    order_by: OrderByField | Unset = UNSET,
    sort_order: SortOrder | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Response[Error | InferenceServiceList]:
    """List the inference services of one serving environment.

     Without `pageSize` everything comes in one page. Order by ID where every record has to come exactly
    once. Not every list heeds `filterQuery`.

    Args:
        serving_environment_id (str): The id of the record that the path names, a decimal number.
        filter_query (str | Unset): Which records to list, as comparisons joined by AND and OR in
            capitals, such as `owner = 'ana' AND accuracy > 0.9`. A property key that is no plain word
            stands in backticks, text in single quotes. A number with a decimal point matches doubles
            only.
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        page_size (str | Unset): How many records a page holds, as digits; all of them when left
            out.
        order_by (OrderByField | Unset): What a list is ordered by. Records of equal times are
            lost and repeated between pages: only ID is safe to page by.
        sort_order (SortOrder | Unset): The direction of an order; an unknown one is read as ASC.
        next_page_token (str | Unset): The token that the page before gave, unchanged.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceServiceList]
    """

    kwargs = request(
        serving_environment_id=serving_environment_id,
        filter_query=filter_query,
        name=name,
        external_id=external_id,
        page_size=page_size,
        order_by=order_by,
        sort_order=sort_order,
        next_page_token=next_page_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    serving_environment_id: str,
    *,
    client: AuthenticatedClient | Client,
    filter_query: str | Unset = UNSET,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    page_size: str | Unset = UNSET,
    order_by: OrderByField | Unset = UNSET,
    sort_order: SortOrder | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Error | InferenceServiceList | None:
    """List the inference services of one serving environment.

     Without `pageSize` everything comes in one page. Order by ID where every record has to come exactly
    once. Not every list heeds `filterQuery`.

    Args:
        serving_environment_id (str): The id of the record that the path names, a decimal number.
        filter_query (str | Unset): Which records to list, as comparisons joined by AND and OR in
            capitals, such as `owner = 'ana' AND accuracy > 0.9`. A property key that is no plain word
            stands in backticks, text in single quotes. A number with a decimal point matches doubles
            only.
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        page_size (str | Unset): How many records a page holds, as digits; all of them when left
            out.
        order_by (OrderByField | Unset): What a list is ordered by. Records of equal times are
            lost and repeated between pages: only ID is safe to page by.
        sort_order (SortOrder | Unset): The direction of an order; an unknown one is read as ASC.
        next_page_token (str | Unset): The token that the page before gave, unchanged.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceServiceList
    """

    return sync_detailed(
        serving_environment_id=serving_environment_id,
        client=client,
        filter_query=filter_query,
        name=name,
        external_id=external_id,
        page_size=page_size,
        order_by=order_by,
        sort_order=sort_order,
        next_page_token=next_page_token,
    ).parsed


async def asyncio_detailed(
    serving_environment_id: str,
    *,
    client: AuthenticatedClient | Client,
    filter_query: str | Unset = UNSET,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    page_size: str | Unset = UNSET,
    order_by: OrderByField | Unset = UNSET,
    sort_order: SortOrder | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Response[Error | InferenceServiceList]:
    """List the inference services of one serving environment.

     Without `pageSize` everything comes in one page. Order by ID where every record has to come exactly
    once. Not every list heeds `filterQuery`.

    Args:
        serving_environment_id (str): The id of the record that the path names, a decimal number.
        filter_query (str | Unset): Which records to list, as comparisons joined by AND and OR in
            capitals, such as `owner = 'ana' AND accuracy > 0.9`. A property key that is no plain word
            stands in backticks, text in single quotes. A number with a decimal point matches doubles
            only.
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        page_size (str | Unset): How many records a page holds, as digits; all of them when left
            out.
        order_by (OrderByField | Unset): What a list is ordered by. Records of equal times are
            lost and repeated between pages: only ID is safe to page by.
        sort_order (SortOrder | Unset): The direction of an order; an unknown one is read as ASC.
        next_page_token (str | Unset): The token that the page before gave, unchanged.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | InferenceServiceList]
    """

    kwargs = request(
        serving_environment_id=serving_environment_id,
        filter_query=filter_query,
        name=name,
        external_id=external_id,
        page_size=page_size,
        order_by=order_by,
        sort_order=sort_order,
        next_page_token=next_page_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    serving_environment_id: str,
    *,
    client: AuthenticatedClient | Client,
    filter_query: str | Unset = UNSET,
    name: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    page_size: str | Unset = UNSET,
    order_by: OrderByField | Unset = UNSET,
    sort_order: SortOrder | Unset = UNSET,
    next_page_token: str | Unset = UNSET,
) -> Error | InferenceServiceList | None:
    """List the inference services of one serving environment.

     Without `pageSize` everything comes in one page. Order by ID where every record has to come exactly
    once. Not every list heeds `filterQuery`.

    Args:
        serving_environment_id (str): The id of the record that the path names, a decimal number.
        filter_query (str | Unset): Which records to list, as comparisons joined by AND and OR in
            capitals, such as `owner = 'ana' AND accuracy > 0.9`. A property key that is no plain word
            stands in backticks, text in single quotes. A number with a decimal point matches doubles
            only.
        name (str | Unset): The name to find. It is matched as a pattern in which `%` and `_` are
            wildcards: compare the name that comes back.
        external_id (str | Unset): The external id to find. Where a name is given too, the name
            decides.
        page_size (str | Unset): How many records a page holds, as digits; all of them when left
            out.
        order_by (OrderByField | Unset): What a list is ordered by. Records of equal times are
            lost and repeated between pages: only ID is safe to page by.
        sort_order (SortOrder | Unset): The direction of an order; an unknown one is read as ASC.
        next_page_token (str | Unset): The token that the page before gave, unchanged.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | InferenceServiceList
    """

    return (
        await asyncio_detailed(
            serving_environment_id=serving_environment_id,
            client=client,
            filter_query=filter_query,
            name=name,
            external_id=external_id,
            page_size=page_size,
            order_by=order_by,
            sort_order=sort_order,
            next_page_token=next_page_token,
        )
    ).parsed
