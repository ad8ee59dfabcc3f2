from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.error import Error
    from ...models.experiment_run import ExperimentRun
    from ...models.experiment_run_update import ExperimentRunUpdate
    from ...types import Response


def request(
    experimentrun_id: str,
    *,
    body: ExperimentRunUpdate | Mapping[str, Any],
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`; a `body` that is a mapping is sent as it is.
    """
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/experiment_runs/{experimentrun_id}".format(
            experimentrun_id=quote(str(experimentrun_id), safe=""),
        ),
    }

    if isinstance(body, Mapping):
        _kwargs["json"] = body
    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Error | ExperimentRun | None:

    from ...models.error import Error  # noqa: PLC0415
    from ...models.experiment_run import ExperimentRun  # noqa: PLC0415

    if response.status_code == 200:
        response_200 = ExperimentRun.from_dict(response.json())

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
) -> Response[Error | ExperimentRun]:
    from http import HTTPStatus  # noqa: PLC0415

    from ...types import Response  # noqa: PLC0415

    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    experimentrun_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentRunUpdate,
) -> Response[Error | ExperimentRun]:
    """Change an experiment run.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        experimentrun_id (str): The id of the record that the path names, a decimal number.
        body (ExperimentRunUpdate): What of an experiment run can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ExperimentRun]
    """

    kwargs = request(
        experimentrun_id=experimentrun_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    experimentrun_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentRunUpdate,
) -> Error | ExperimentRun | None:
    """Change an experiment run.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        experimentrun_id (str): The id of the record that the path names, a decimal number.
        body (ExperimentRunUpdate): What of an experiment run can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ExperimentRun
    """

    return sync_detailed(
        experimentrun_id=experimentrun_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    experimentrun_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentRunUpdate,
) -> Response[Error | ExperimentRun]:
    """Change an experiment run.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        experimentrun_id (str): The id of the record that the path names, a decimal number.
        body (ExperimentRunUpdate): What of an experiment run can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | ExperimentRun]
    """

    kwargs = request(
        experimentrun_id=experimentrun_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    experimentrun_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ExperimentRunUpdate,
) -> Error | ExperimentRun | None:
    """Change an experiment run.

     What the body leaves out stays as it is, but for the state, which falls back to its default: restate
    it. `customProperties` replaces the whole map, and has to be restated where the record holds a
    struct value.

    Args:
        experimentrun_id (str): The id of the record that the path names, a decimal number.
        body (ExperimentRunUpdate): What of an experiment run can be changed.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | ExperimentRun
    """

    return (
        await asyncio_detailed(
            experimentrun_id=experimentrun_id,
            client=client,
            body=body,
        )
    ).parsed
