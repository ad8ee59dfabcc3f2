"""What a registration takes and returns: requests, outcomes, plans."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import attrs

from modelreg._html_repr import HtmlRepr
from modelreg._types.choices import Happened, OnConflict, strongest
from modelreg._types.credentials import shown
from modelreg._types.files import ProgressCallback, Signer, Upload
from modelreg._types.records import (
    Artifact,
    ExperimentRun,
    ModelArtifact,
    ModelVersion,
    RegisteredModel,
    Source,
    public,
)
from modelreg._types.signatures import suggest_keywords


@public
@attrs.frozen(kw_only=True)
class Outcome:
    """What happened to each record of a registration; `str()` is the strongest of them.

    Attributes:
        artifact: Of the model artifact; None when there is none.
        artifacts: Of every artifact that was given, in the order of `Registration.artifacts`.
    """

    model: Happened
    version: Happened
    artifact: Happened | None = None
    artifacts: tuple[Happened, ...] = attrs.field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        """Name the strongest outcome: created before updated before unchanged."""
        return strongest((self.model, self.version, self.artifact, *self.artifacts))


@public
@attrs.frozen(kw_only=True)
class Registration(HtmlRepr):
    """What is registered now.

    Attributes:
        artifact: The model artifact, None when neither `uri` nor `files` was given.
        artifacts: Every artifact that was given, the model artifact last.
        warnings: What was recorded otherwise than it was given, or cannot be loaded, a sentence each.
    """

    model: RegisteredModel
    version: ModelVersion
    artifact: ModelArtifact | None
    artifacts: tuple[Artifact, ...]
    outcome: Outcome
    warnings: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The version's reference, such as `fraud@1.4.0`."""
        return f"{self.model.name}@{self.version.name}"


@public
@attrs.frozen(kw_only=True)
class PlannedWrite:
    """One request of a plan, or a record that needs none.

    Attributes:
        resource: The kind of record: "model", "version", "artifact", "environment", "service", "serve_model",
            "experiment" or "run".
        name: The record's name.
        happens: What becomes of the record.
        method: "POST" or "PATCH"; None where nothing is sent.
        path: The path after the API version's prefix; `{...}` stands for the id of a record that is not there yet.
            None where nothing is sent.
        body: The JSON object that would be sent, without the ids of records that are not there yet; None where nothing
            is sent.
    """

    resource: str
    name: str
    happens: Happened
    method: str | None = None
    path: str | None = None
    body: Mapping[str, Any] | None = attrs.field(default=None, repr=shown)

    def __str__(self) -> str:
        """Describe the write in one line."""
        changed = "" if not self.body or self.happens == "created" else f": {', '.join(sorted(self.body))}"
        return f"{self.happens} {self.resource.replace('_', ' ')} {self.name!r}{changed}"


@public
@attrs.frozen(kw_only=True)
class Plan(HtmlRepr):
    """What a verb would write, in the order in which it would; planning writes nothing.

    Attributes:
        writes: An entry for each record, those that stay unchanged too.
        outcome: What the verb's outcome would be; `str()` gives one word.
        warnings: What would be recorded otherwise than it was given, or could not be loaded, a sentence each.
        upload: The files that would be uploaded first, and where to; None where none would.
    """

    writes: tuple[PlannedWrite, ...]
    outcome: Outcome | Happened
    warnings: tuple[str, ...] = ()
    upload: Upload | None = None

    def __str__(self) -> str:
        """List the writes, a line each."""
        return "\n".join(str(write) for write in self.writes)


@public
class RegisterOptions(TypedDict, total=False):
    """The keywords of `register`.

    Args:
        uri: The URI of the model's files; without it and without `files` there is no model artifact.
        files: A file or folder of this machine, which is uploaded first. The model artifact gets its URI, and the
            properties `digest`, `size_bytes` and `file_count`. Files with the registered digest are not sent again.
        to: The root to upload to, such as "s3://models": the files go to `{to}/{model}/{version}/`. Without it
            `MODEL_REGISTRY_STORE` decides.
        sign: A key of `modelreg.signing`; `model.sig` is written beside the files.
        takeover: Replace the claim of another upload of this version that is dead.
        ignore: Patterns of names or relative paths to leave out, instead of `.git`, `__pycache__`, `.DS_Store` and
            `.cache`.
        base: The image to put the files on, where `to` is an OCI registry.
        progress: Called with an event as bytes are hashed and sent, from the threads that do it, one at a time.
        stall_timeout: Seconds without a byte after which the upload ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60, unless
            given.
        model_format: The format's name, such as "onnx".
        model_format_version: The format's version.
        description: Of the version.
        author: Of the version.
        properties: Of the version: plain values by key, merged into those that are there.
        labels: Of the version, kept as properties with an empty value.
        metrics: Of the version: numbers, kept as properties under their own keys.
        higher_is_better: For each metric whether more is better; remembered on the model.
        external_id: Of the version: the caller's own id.
        owner: Of the model.
        model_description: Of the model.
        model_properties: Of the model: plain values by key, merged into those that are there.
        artifact_name: Of the model artifact; the model's name unless given.
        artifact_description: Of the model artifact.
        artifact_properties: Of the model artifact: plain values by key, merged into those that are there.
        storage_key: Of the model artifact: the name of the credentials' secret.
        storage_path: Of the model artifact: the path within that storage.
        service_account_name: Of the model artifact: the service account that may read it.
        source: Lineage of the model artifact: a `Source`, or a mapping of kind, class, group, id, name.
        artifacts: Further artifacts, as records without ids; they are written before the model artifact.
        run: The experiment run that made the model: its record, or the pair of names (experiment, run). It is joined
            to the model artifact, and the version gets the property `experiment_run_id`.
        run_id: That run's id.
        alias: An alias of the model that is moved to this version when it is registered.
        card: The model's card in Markdown: a text, or the `Path` of a file. Kept as the model's `readme`.
        on_conflict: What to do if the version already has a model artifact with another `uri`, or other files: "fail"
            (the default) raises Conflict and writes nothing, "update" points it at the new one, "unchanged" leaves
            everything as it is. New files go to a folder of their own below the version's; the old ones stay.
        restore: Bring an archived model or version back instead of refusing.
        allow_credentials_in_uri: Keep a URI although it holds a key, a password or a signature.
    """

    uri: str | None
    files: str | os.PathLike[str] | None
    to: str | None
    sign: Signer | None
    takeover: bool
    ignore: Sequence[str] | None
    base: str | None
    progress: ProgressCallback | None
    stall_timeout: float | None
    model_format: str | None
    model_format_version: str | None
    description: str | None
    author: str | None
    properties: Mapping[str, object] | None
    labels: Sequence[str] | None
    metrics: Mapping[str, object] | None
    higher_is_better: Mapping[str, bool] | None
    external_id: str | None
    owner: str | None
    model_description: str | None
    model_properties: Mapping[str, object] | None
    artifact_name: str | None
    artifact_description: str | None
    artifact_properties: Mapping[str, object] | None
    storage_key: str | None
    storage_path: str | None
    service_account_name: str | None
    source: Source | Mapping[str, str | None] | None
    artifacts: Sequence[Artifact]
    run: ExperimentRun | Sequence[str] | None
    run_id: str | None
    alias: str | None
    card: str | Path | None
    on_conflict: OnConflict
    restore: bool
    allow_credentials_in_uri: bool


@suggest_keywords
@public
@attrs.frozen
class RegistrationRequest:
    """The arguments of `register` as a value, for `bulk` and `plan_bulk`; `register` documents them."""

    name: str
    version: str
    uri: str | None = attrs.field(default=None, kw_only=True, repr=shown)
    files: str | os.PathLike[str] | None = attrs.field(default=None, kw_only=True)
    to: str | None = attrs.field(default=None, kw_only=True)
    sign: Signer | None = attrs.field(default=None, kw_only=True)
    takeover: bool = attrs.field(default=False, kw_only=True)
    ignore: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    base: str | None = attrs.field(default=None, kw_only=True)
    progress: ProgressCallback | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)
    stall_timeout: float | None = attrs.field(default=None, kw_only=True)
    model_format: str | None = attrs.field(default=None, kw_only=True)
    model_format_version: str | None = attrs.field(default=None, kw_only=True)
    description: str | None = attrs.field(default=None, kw_only=True)
    author: str | None = attrs.field(default=None, kw_only=True)
    properties: Mapping[str, object] | None = attrs.field(default=None, kw_only=True)
    labels: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    metrics: Mapping[str, object] | None = attrs.field(default=None, kw_only=True)
    higher_is_better: Mapping[str, bool] | None = attrs.field(default=None, kw_only=True)
    external_id: str | None = attrs.field(default=None, kw_only=True)
    owner: str | None = attrs.field(default=None, kw_only=True)
    model_description: str | None = attrs.field(default=None, kw_only=True)
    model_properties: Mapping[str, object] | None = attrs.field(default=None, kw_only=True)
    artifact_name: str | None = attrs.field(default=None, kw_only=True)
    artifact_description: str | None = attrs.field(default=None, kw_only=True)
    artifact_properties: Mapping[str, object] | None = attrs.field(default=None, kw_only=True)
    storage_key: str | None = attrs.field(default=None, kw_only=True)
    storage_path: str | None = attrs.field(default=None, kw_only=True)
    service_account_name: str | None = attrs.field(default=None, kw_only=True)
    source: Source | Mapping[str, str | None] | None = attrs.field(default=None, kw_only=True)
    artifacts: Sequence[Artifact] = attrs.field(default=(), kw_only=True)
    run: ExperimentRun | Sequence[str] | None = attrs.field(default=None, kw_only=True)
    run_id: str | None = attrs.field(default=None, kw_only=True)
    alias: str | None = attrs.field(default=None, kw_only=True)
    card: str | Path | None = attrs.field(default=None, kw_only=True)
    on_conflict: OnConflict = attrs.field(default="fail", kw_only=True)
    restore: bool = attrs.field(default=False, kw_only=True)
    allow_credentials_in_uri: bool = attrs.field(default=False, kw_only=True)


@public
@attrs.frozen(kw_only=True)
class BulkResult:
    """What became of one request of `bulk` or `plan_bulk`.

    Attributes:
        index: The position of the request among those given, from 0.
        request: The request itself.
        registration: What is registered; None when it failed, and of `plan_bulk`.
        plan: What would be written; of `plan_bulk` only.
        error: What went wrong, None when nothing did.
    """

    index: int
    request: RegistrationRequest
    registration: Registration | None = None
    plan: Plan | None = None
    error: Exception | None = None

    @property
    def ok(self) -> bool:
        """Whether it is registered, or planned."""
        return self.error is None
