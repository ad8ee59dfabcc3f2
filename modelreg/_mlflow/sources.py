"""Where the files of a version are that is registered in MLflow: `models:/` URIs and logged models are looked up."""

from __future__ import annotations

from urllib.parse import urlsplit

from mlflow.exceptions import MlflowException
from mlflow.store.artifact.utils.models import _parse_model_uri
from mlflow.tracking.client import MlflowClient

from modelreg._mlflow.records import LiveRecords, VersionSource


def resolved(
    live: LiveRecords, tracking_uri: str | None, source: str, *, run_id: str | None, model_id: str | None
) -> VersionSource:
    """Find out where the files of a source are, and which run made them.

    Args:
        live: The registry, for versions of models.
        tracking_uri: Where MLflow's tracking is, for logged models.
        source: The URI that is registered.
        run_id: The run that made it, where it is given.
        model_id: The logged model that is registered, where it is given.

    Raises:
        MlflowException: What a `models:/` URI names is not there.
    """
    location = source
    if urlsplit(source or "").scheme == "models":
        try:
            location, run_id = _models_location(live, tracking_uri, source, run_id)
        except Exception as error:
            raise MlflowException(
                f"Unable to fetch model from model URI source artifact location '{source}'. Error: {error}"
            ) from error
    if not run_id and model_id:
        run_id = MlflowClient(tracking_uri=tracking_uri).get_logged_model(model_id).source_run_id
    return VersionSource(source, location, run_id)


def _models_location(
    live: LiveRecords, tracking_uri: str | None, source: str, run_id: str | None
) -> tuple[str, str | None]:
    """Return where a `models:/` URI's files are, and the run."""
    parsed = _parse_model_uri(source)
    if parsed.model_id is not None:
        logged = MlflowClient(tracking_uri=tracking_uri).get_logged_model(parsed.model_id)
        return logged.artifact_location, run_id or logged.source_run_id
    model = live.model(parsed.name)
    if parsed.alias is not None:
        version = live.by_alias(model, parsed.alias)
    elif parsed.version or parsed.stage:
        # What MLflow reads as a stage may be the name of a version.
        version = live.named(model, parsed.version or parsed.stage)
    else:
        version = live.by_alias(model, "latest")
    if version is None:
        raise MlflowException(f"{source} names no version")
    return live.location(version) or "", run_id
