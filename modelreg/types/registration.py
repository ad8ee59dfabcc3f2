"""Decides what a registration takes and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from .display import Shown
from .records import Artifact, ModelArtifact, ModelVersion, RegisteredModel, Source

Happened = Literal["created", "updated", "unchanged"]
What = Literal["model", "version", "artifact"]
OnConflict = Literal["fail", "update", "unchanged"]

_STRENGTH: tuple[Happened, ...] = ("created", "updated", "unchanged")


@attrs.frozen(kw_only=True)
class Outcome:
    """What happened to each record of a registration; `str()` is the strongest of them.

    Attributes:
        artifact: Of the model artifact; None when there is none.
        artifacts: Of every artifact that was said, in the order of `Registration.artifacts`.
    """

    model: Happened
    version: Happened
    artifact: Happened | None = None
    artifacts: tuple[Happened, ...] = attrs.field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        """Name the strongest outcome: created before updated before unchanged."""
        seen = {self.model, self.version, self.artifact, *self.artifacts}
        return next((word for word in _STRENGTH if word in seen), "unchanged")


@attrs.frozen(kw_only=True)
class Registration(Shown):
    """What is registered now.

    Attributes:
        artifact: The model artifact, None when no `uri` was said.
        artifacts: Every artifact that was said, the model artifact last.
        warnings: What was recorded otherwise than it was said, a sentence each.
    """

    model: RegisteredModel
    version: ModelVersion
    artifact: ModelArtifact | None
    artifacts: tuple[Artifact, ...]
    outcome: Outcome
    warnings: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The version as it is written: `fraud@1.4.0`."""
        return f"{self.model.name}@{self.version.name}"


@attrs.frozen(kw_only=True)
class PlannedWrite:
    """One request of a plan that would change something.

    Attributes:
        what: "model", "version" or "artifact".
        body: The JSON object that would be sent; ids of what does not exist yet are left out.
    """

    what: What
    name: str
    happens: Happened
    body: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        """Say the write in one line."""
        changed = "" if not self.body or self.happens == "created" else f": {', '.join(sorted(self.body))}"
        return f"{self.happens} {self.what} {self.name!r}{changed}"


@attrs.frozen(kw_only=True)
class Plan:
    """What a registration would do, in the order in which it would; nothing was sent that changes anything."""

    writes: tuple[PlannedWrite, ...]
    outcome: Outcome
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """List the writes, a line each."""
        return "\n".join(str(write) for write in self.writes)


@attrs.frozen
class RegistrationRequest:
    """One registration, said as a value: the arguments of `register`, for `bulk` and for plans.

    Attributes:
        metrics: Numbers of the version, kept as properties under their own keys.
        higher_is_better: For each metric whether more is better; remembered on the model.
        source: Lineage of the model artifact.
        artifacts: Further artifacts as records without ids, written before the model artifact.
        artifact_name: Of the model artifact; the model's name unless given.
        on_conflict: What to do when the version has a model artifact with another `uri`.
        restore: Bring an archived model or version back instead of refusing.
    """

    name: str
    version: str
    uri: str | None = attrs.field(default=None, kw_only=True)
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
    on_conflict: OnConflict = attrs.field(default="fail", kw_only=True)
    restore: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(kw_only=True)
class BulkResult:
    """What became of one registration of a bulk.

    Attributes:
        index: The place of the request among those handed in, from 0.
        registration: None when it failed.
        error: What went wrong, None when nothing did.
    """

    index: int
    request: RegistrationRequest
    registration: Registration | None = None
    error: Exception | None = None

    @property
    def ok(self) -> bool:
        """Whether it is registered."""
        return self.error is None
