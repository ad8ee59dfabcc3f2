"""The keywords of `upsert` and `update`, a type for each resource; each keyword is documented here and nowhere else.

`None` means "not given": what is there stays. `""` and `[]` clear.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from modelreg._types.choices import ArtifactState, DesiredState, ExecutionState, RunStatus, State
from modelreg._types.records import Source, public


@public
class RecordFields(TypedDict, total=False):
    """What every record takes.

    Args:
        description: Free text.
        external_id: The caller's own id, unique among the resources of one kind; at most 255 characters.
        properties: Plain values by key, merged into those that are there; a value of None leaves its key out. A whole
            float inside a dict or a list reads back as an int.
        replace_properties: Whether `properties` is the whole, so that every other key goes.
        remove_properties: Keys to remove; one that is not there is no error.
    """

    description: str | None
    external_id: str | None
    properties: Mapping[str, object] | None
    replace_properties: bool
    remove_properties: Collection[str]


@public
class ModelFields(RecordFields, total=False):
    """What a registered model takes.

    Args:
        owner: Who answers for the model.
        state: "LIVE" or "ARCHIVED".
        readme: The text that introduces the model, in Markdown.
        maturity: How far the model has matured, such as "Generally Available".
        language: Codes of the natural languages it works in, such as "en".
        tasks: What it is for, such as "text-generation".
        provider: Who provides it.
        logo: URI of a picture.
        license: Short name of the licence.
        license_link: URI of the licence's text.
        library_name: The library that it is for.
    """

    owner: str | None
    state: State | None
    readme: str | None
    maturity: str | None
    language: Sequence[str] | None
    tasks: Sequence[str] | None
    provider: str | None
    logo: str | None
    license: str | None
    license_link: str | None
    library_name: str | None


@public
class VersionFields(RecordFields, total=False):
    """What a model version takes.

    Args:
        author: Who made the version.
        state: "LIVE" or "ARCHIVED".
    """

    author: str | None
    state: State | None


@public
class ArtifactFields(RecordFields, total=False):
    """What an artifact takes; which fields belong to which kind is checked.

    Args:
        uri: Where it is stored.
        state: The artifact's state, such as "LIVE".
        model_format: Of a model artifact, the format's name, such as "onnx".
        model_format_version: Of a model artifact, the format's version.
        storage_key: Of a model artifact, the name of the credentials' secret.
        storage_path: Of a model artifact, the path within that storage.
        service_account_name: Of a model artifact, the service account that may read it.
        source: Of a model artifact its lineage, a `Source` or a mapping of kind, class, group, id, name; of a dataset
            the text of where it was taken from.
        digest: Of a dataset, its digest, such as "sha256:...".
        source_type: Of a dataset, the kind of its source.
        schema: Of a dataset, its schema as text.
        profile: Of a dataset, its profile as text.
        value: Of a metric a number, of a parameter a text.
        timestamp: Of a metric, when it was measured, to the millisecond.
        step: Of a metric, the training step; a whole number within 32 bits.
        parameter_type: Of a parameter, "string", "number", "boolean" or "object".
        allow_credentials_in_uri: Keep a `uri` although it holds a key, a password or a signature.
    """

    uri: str | None
    state: ArtifactState | None
    model_format: str | None
    model_format_version: str | None
    storage_key: str | None
    storage_path: str | None
    service_account_name: str | None
    source: Source | Mapping[str, str | None] | str | None
    digest: str | None
    source_type: str | None
    schema: str | None
    profile: str | None
    value: float | str | None
    timestamp: datetime | None
    step: int | None
    parameter_type: str | None
    allow_credentials_in_uri: bool


@public
class EnvironmentFields(RecordFields, total=False):
    """What a serving environment takes."""


@public
class ServiceFields(RecordFields, total=False):
    """What an inference service takes.

    Args:
        runtime: The serving runtime that runs it.
        desired_state: "DEPLOYED" or "UNDEPLOYED".
    """

    runtime: str | None
    desired_state: DesiredState | None


@public
class ServeModelFields(TypedDict, total=False):
    """What a serve model takes; it cannot be changed once it is there.

    Args:
        description: Free text.
        external_id: The caller's own id; at most 255 characters.
        properties: Plain values by key.
        last_known_state: The state that was last seen, such as "RUNNING".
    """

    description: str | None
    external_id: str | None
    properties: Mapping[str, object] | None
    last_known_state: ExecutionState | None


@public
class ExperimentFields(RecordFields, total=False):
    """What an experiment takes.

    Args:
        owner: Who answers for the experiment.
        state: "LIVE" or "ARCHIVED".
    """

    owner: str | None
    state: State | None


@public
class RunFields(RecordFields, total=False):
    """What an experiment run takes.

    Args:
        owner: Who answers for the run.
        status: "RUNNING", "SCHEDULED", "FINISHED", "FAILED" or "KILLED".
        state: "LIVE" or "ARCHIVED".
        start_time: When it began, to the millisecond; can only be given when the run is created.
        end_time: When it ended, to the millisecond.
    """

    owner: str | None
    status: RunStatus | None
    state: State | None
    start_time: datetime | None
    end_time: datetime | None
