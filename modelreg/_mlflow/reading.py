"""Reading of an MLflow registry as the records that `registry.import_records` takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import attrs
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.exceptions import MlflowException
from mlflow.tracking.client import MlflowClient

from modelreg._core.aliases import ALIAS, checked_alias
from modelreg._core.fields import check_uri
from modelreg._core.names import CHILD_NAME_LENGTH, folded
from modelreg._core.values import to_wire
from modelreg._mlflow import fields
from modelreg._mlflow.runs import Note, RunReader
from modelreg._transfer import header_line
from modelreg.errors import InvalidInput, Rejected, public_url

Record: TypeAlias = dict[str, Any]

PREFIX = "mlflow:"

_MODELS_A_PAGE = 500
_VERSIONS_A_PAGE = 1000
_PROMPTS = "tag.`mlflow.prompt.is_prompt` = 'true'"


def read_records(uri: str, *, left_out: Note) -> Iterator[Mapping[str, Any]]:
    """Read what an MLflow registry holds: models, their versions, and where those are stored.

    Args:
        uri: MLflow's tracking URI, whose registry is read, such as `sqlite:///mlflow.db` or `http://localhost:5000`;
            `mlflow:` may stand before it.
        left_out: Called with a sentence for everything that cannot be carried.

    Yields:
        Records as `export_records` yields them.

    Raises:
        InvalidInput: The URI is that of a file which is not there.
        Rejected: MLflow could not be read.
    """
    uri = uri.removeprefix(PREFIX)
    _check_file(uri)
    try:
        yield header_line()
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        yield from _Reader(client, left_out, RunReader(client, left_out)).records()
    except MlflowException as error:
        raise Rejected(f"MLflow at {public_url(uri)} cannot be read: {error}", code=error.error_code) from error


def _check_file(uri: str) -> None:
    """Refuse the address of a SQLite file that is not there: MLflow would create it."""
    parts = urlsplit(uri)
    path = unquote(parts.path)[1:]
    if parts.scheme.startswith("sqlite") and path and not Path(path).is_file():
        raise InvalidInput(f"there is no file {path!r}", hint="An absolute path has four slashes: sqlite:////mlflow.db")


@attrs.frozen
class _Reader:
    """Reads one MLflow registry.

    Attributes:
        client: MLflow's client.
        left_out: Called with what cannot be carried.
        runs: Reads the runs.
    """

    client: MlflowClient
    left_out: Note
    runs: RunReader

    def records(self) -> Iterator[Record]:
        """Yield every model, and after it its versions with their artifacts."""
        versions = self._versions()
        for model in self._models():
            if len(model.name) > CHILD_NAME_LENGTH:
                self.left_out(f"model {model.name[:40]!r}...: its name has more than {CHILD_NAME_LENGTH} characters")
                continue
            yield self._model(model)
            below = versions.get(model.name, [])
            runs = self.runs.read({version.run_id for version in below if version.run_id})
            for version in below:
                run = runs.get(version.run_id)
                yield self._version(version, run)
                artifact = self._artifact(version, run)
                if artifact is not None:
                    yield artifact
        self._note_prompts()

    def _models(self) -> Iterator[RegisteredModel]:
        token = None
        while True:
            page = self.client.search_registered_models(max_results=_MODELS_A_PAGE, page_token=token)
            yield from page
            token = page.token
            if not token:
                return

    def _versions(self) -> dict[str, list[ModelVersion]]:
        """Return the versions of each model, the oldest first."""
        versions: dict[str, list[ModelVersion]] = {}
        token = None
        order = ["name ASC", "version_number ASC"]
        while True:
            page = self.client.search_model_versions(
                max_results=_VERSIONS_A_PAGE, order_by=order, page_token=token or None
            )
            for version in page:
                versions.setdefault(version.name, []).append(version)
            token = page.token
            if not token:
                return versions

    def _model(self, model: RegisteredModel) -> Record:
        name = f"model {model.name!r}"
        properties = _Properties(name, self.left_out)
        properties.add(fields.CREATED, model.creation_timestamp)
        for alias, number in model.aliases.items():
            try:
                properties.add(f"{ALIAS}{checked_alias(alias)}", str(number))
            except InvalidInput as error:
                self.left_out(f"{name}: {error.message}")
        for key, value in model.tags.items():
            if fields.is_model_tag(key):
                properties.add(key, value or "")
            else:
                self.left_out(f"{name}: tag {key!r} has a key that the registry keeps for aliases")
        return _record(kind="model", name=model.name, description=model.description, properties=properties.values)

    def _version(self, version: ModelVersion, run: Run | None) -> Record:
        name = f"version {version.version} of model {version.name!r}"
        properties = _Properties(name, self.left_out)
        own = fields.version_properties(version.source, version.run_id, version.run_link, version.model_id)
        stage = version.current_stage if version.current_stage not in (None, "None") else None
        for key, value in {**own, fields.STAGE: stage, fields.CREATED: version.creation_timestamp}.items():
            if value not in (None, ""):
                properties.add(key, value)
        for key, value in version.tags.items():
            if fields.is_version_tag(key):
                properties.add(key, value or "")
            else:
                self.left_out(f"{name}: tag {key!r} has a key that the registry keeps for a field")
        if run is not None:
            for key, value in run.data.metrics.items():
                properties.add(key, float(value), instead=f"metric.{key}")
            for key, value in run.data.params.items():
                properties.add(key, value, instead=f"param.{key}")
        return _record(
            kind="version",
            model=version.name,
            name=str(version.version),
            description=version.description,
            author=version.user_id,
            properties=properties.values,
        )

    def _artifact(self, version: ModelVersion, run: Run | None) -> Record | None:
        """Return the model artifact of a version; None where it has no URI that can be kept."""
        uri = version.source
        if uri and urlsplit(uri).scheme == "models":
            uri = self.client.get_model_version_download_uri(version.name, str(version.version))
        if not uri:
            return None
        try:
            check_uri(uri)
        except InvalidInput as error:
            self.left_out(f"version {version.version} of model {version.name!r}: {error.message}")
            return None
        lineage: Record = {}
        if version.run_id:
            lineage = {"kind": fields.LINEAGE_KIND, "class": fields.LINEAGE_CLASS, "id": version.run_id}
        if run is not None:
            lineage |= {"group": run.info.experiment_id, "name": run.info.run_name}
        return _record(
            kind="artifact",
            model=version.name,
            version=str(version.version),
            name=version.name,
            artifact_kind="model",
            uri=uri,
            model_format=fields.MODEL_FORMAT,
            **{f"source_{key.rstrip('_')}": value for key, value in lineage.items()},
        )

    def _note_prompts(self) -> None:
        for prompt in self.client.search_registered_models(filter_string=_PROMPTS, max_results=_MODELS_A_PAGE):
            self.left_out(f"prompt {prompt.name!r}: a Kubeflow Model Registry has no prompts")


class _Properties:
    """Collects the properties of one record; what cannot be kept is noted and left out.

    Args:
        owner: What they belong to, for the notes.
        left_out: Called with what cannot be carried.
    """

    def __init__(self, owner: str, left_out: Note) -> None:
        self.values: Record = {}
        self._owner = owner
        self._left_out = left_out
        self._folded: set[str] = set()

    def add(self, key: str, value: object, *, instead: str | None = None) -> None:
        """Add one.

        Args:
            key: Its key.
            value: Its value.
            instead: The key that it has where the first one is taken.
        """
        if folded(key) in self._folded and instead is not None and folded(instead) not in self._folded:
            self._left_out(f"{self._owner}: {key!r} is there twice; one is kept as {instead!r}")
            key = instead
        if folded(key) in self._folded:
            self._left_out(f"{self._owner}: {key!r} is left out, because a registry on MySQL holds its key equal")
            return
        try:
            to_wire({key: value})
        except InvalidInput as error:
            self._left_out(f"{self._owner}: {error.message}")
            return
        self._folded.add(folded(key))
        self.values[key] = value


def _record(**values: Any) -> Record:
    """Return a record of what is set."""
    return {key: value for key, value in values.items() if value not in (None, "")}
