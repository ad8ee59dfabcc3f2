from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client
    from ...models.data_set import DataSet
    from ...models.doc_artifact import DocArtifact
    from ...models.error import Error
    from ...models.metric import Metric
    from ...models.model_artifact import ModelArtifact
    from ...models.parameter import Parameter
    from ...models.unknown_artifact import UnknownArtifact
    from ...types import Response


def request(
    model_version_id: str,
    *,
    body: DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Mapping[str, Any],
) -> dict[str, Any]:
    """Return the request as keyword arguments of `httpx.Client.request`; the path follows the API version's prefix.

    The arguments are those of `sync_detailed`; a `body` that is a mapping is sent as it is.
    """
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/model_versions/{model_version_id}/artifacts".format(
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

    if response.status_code == 200:

        def _parse_response_200(
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

            raise TypeError(f"response_200 cannot be read from {type(data).__name__}")

        response_200 = _parse_response_200(response.json())

        return response_200

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
    model_version_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact,
) -> Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]:
    """Create an artifact of a model version, or change the one whose id the body holds.

     With an id in the body that artifact is changed (200). Without one a model or document artifact is
    created (201) and a name that is taken is a conflict; a metric or parameter of the same name is
    changed in place (200).

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact): One
            artifact of any kind; `artifactType` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]
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
    body: DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact,
) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error | None:
    """Create an artifact of a model version, or change the one whose id the body holds.

     With an id in the body that artifact is changed (200). Without one a model or document artifact is
    created (201) and a name that is taken is a conflict; a metric or parameter of the same name is
    changed in place (200).

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact): One
            artifact of any kind; `artifactType` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error
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
    body: DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact,
) -> Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]:
    """Create an artifact of a model version, or change the one whose id the body holds.

     With an id in the body that artifact is changed (200). Without one a model or document artifact is
    created (201) and a name that is taken is a conflict; a metric or parameter of the same name is
    changed in place (200).

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact): One
            artifact of any kind; `artifactType` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error]
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
    body: DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact,
) -> DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error | None:
    """Create an artifact of a model version, or change the one whose id the body holds.

     With an id in the body that artifact is changed (200). Without one a model or document artifact is
    created (201) and a name that is taken is a conflict; a metric or parameter of the same name is
    changed in place (200).

    Args:
        model_version_id (str): The id of the record that the path names, a decimal number.
        body (DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact): One
            artifact of any kind; `artifactType` says which.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataSet | DocArtifact | Metric | ModelArtifact | Parameter | UnknownArtifact | Error
    """

    return (
        await asyncio_detailed(
            model_version_id=model_version_id,
            client=client,
            body=body,
        )
    ).parsed
