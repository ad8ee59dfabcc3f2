from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.data_set import DataSet
    from ...models.data_set_create import DataSetCreate
    from ...models.doc_artifact import DocArtifact
    from ...models.doc_artifact_create import DocArtifactCreate
    from ...models.error import Error
    from ...models.metric import Metric
    from ...models.metric_create import MetricCreate
    from ...models.model_artifact import ModelArtifact
    from ...models.model_artifact_create import ModelArtifactCreate
    from ...models.parameter import Parameter
    from ...models.parameter_create import ParameterCreate
    from ...models.unknown_artifact import UnknownArtifact
    from ...types import Response


def request(
    *,
    body: DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate | ParameterCreate | Mapping[str, Any],
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`; a `body` that is a mapping is sent as it is.
    """
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/artifacts",
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
) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error | None:

    from ...models.data_set import DataSet  # noqa: PLC0415
    from ...models.doc_artifact import DocArtifact  # noqa: PLC0415
    from ...models.error import Error  # noqa: PLC0415
    from ...models.metric import Metric  # noqa: PLC0415
    from ...models.model_artifact import ModelArtifact  # noqa: PLC0415
    from ...models.parameter import Parameter  # noqa: PLC0415
    from ...models.unknown_artifact import UnknownArtifact  # noqa: PLC0415

    if response.status_code == 201:

        def _parse_response_201(
            data: object,
        ) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact:
            if isinstance(data, dict) and data.get("artifactType") == "model-artifact":
                componentsschemas_artifact_type_0 = ModelArtifact.from_dict(data)

                return componentsschemas_artifact_type_0

            if isinstance(data, dict) and data.get("artifactType") == "doc-artifact":
                componentsschemas_artifact_type_1 = DocArtifact.from_dict(data)

                return componentsschemas_artifact_type_1

            if isinstance(data, dict) and data.get("artifactType") == "dataset-artifact":
                componentsschemas_artifact_type_2 = DataSet.from_dict(data)

                return componentsschemas_artifact_type_2

            if isinstance(data, dict) and data.get("artifactType") == "metric":
                componentsschemas_artifact_type_3 = Metric.from_dict(data)

                return componentsschemas_artifact_type_3

            if isinstance(data, dict) and data.get("artifactType") == "parameter":
                componentsschemas_artifact_type_4 = Parameter.from_dict(data)

                return componentsschemas_artifact_type_4

            if isinstance(data, dict):
                componentsschemas_artifact_type_5 = UnknownArtifact.from_dict(data)

                return componentsschemas_artifact_type_5

            raise TypeError(f"response_201 cannot be read from {type(data).__name__}")

        response_201 = _parse_response_201(response.json())

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
) -> Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]:
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
    body: DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate | ParameterCreate,
) -> Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]:
    """Create an artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate |
            ParameterCreate): The body that creates an artifact of any kind; `artifactType` says
            which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]
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
    body: DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate | ParameterCreate,
) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error | None:
    """Create an artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate |
            ParameterCreate): The body that creates an artifact of any kind; `artifactType` says
            which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate | ParameterCreate,
) -> Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]:
    """Create an artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate |
            ParameterCreate): The body that creates an artifact of any kind; `artifactType` says
            which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]
    """

    kwargs = request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate | ParameterCreate,
) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error | None:
    """Create an artifact that belongs to no version.

     A name that is taken below the same parent is a conflict, also when its record is archived. Nothing
    is kept of a request that fails.

    Args:
        body (DataSetCreate | DocArtifactCreate | MetricCreate | ModelArtifactCreate |
            ParameterCreate): The body that creates an artifact of any kind; `artifactType` says
            which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
