# Written by scripts/unasync.py from modelreg/_async/register.py; edit that file and run `make fmt`.
"""Decides how a registration runs: read what is there, let the plan decide, write; after a lost race from the start."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import attrs

from modelreg._sync.call import Call
from modelreg._sync.lookup import find_exact
from modelreg._sync.pager import Pager, Query
from modelreg._sync.write import Raced, Wanted, created_once, sent_patch
from modelreg.convert.patch import patch
from modelreg.convert.request import Intent, Intents, intents_of
from modelreg.convert.resources import ARTIFACTS, MODELS, VERSIONS, Parent, Resource
from modelreg.errors import Conflict
from modelreg.plan import Seen, Step, Steps, described, planned
from modelreg.types import (
    ARTIFACT_TYPES,
    Artifact,
    ModelArtifact,
    ModelVersion,
    Outcome,
    Plan,
    RegisteredModel,
    Registration,
)
from modelreg.types.registration import Happened, RegistrationRequest

log = logging.getLogger("modelreg")

# How often a registration that loses races starts again.
RACES = 10
# For how long a model that was met need not be read anew, and how many are remembered.
MET_SECONDS = 30.0
MET_MODELS = 1000

_RANK: dict[Happened, int] = {"unchanged": 0, "updated": 1, "created": 2}


class Registrar:
    """Runs registrations over one connection, and remembers the models that it met."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._met: dict[str, tuple[float, int, RegisteredModel]] = {}

    def plan(self, request: RegistrationRequest) -> Plan:
        """Answer what a registration would write."""
        wanted = intents_of(request)
        steps = planned(self._seen(wanted), wanted)
        return described(steps, _Tally().outcome(steps))

    def register(self, request: RegistrationRequest) -> Registration:
        """Make a registration true, however far an earlier attempt came and whoever else is at it."""
        wanted = intents_of(request)
        tally = _Tally()
        for _ in range(RACES):
            steps = planned(self._seen(wanted), wanted)
            try:
                return self._written(steps, tally)
            except Raced:
                # Somebody else made one of them first: what is there now decides.
                self._met.pop(wanted.model.name, None)
        raise Conflict(
            f"{wanted.model.name}@{wanted.version.name} is being changed by others all the time",
            hint="Register again.",
        )

    def _seen(self, wanted: Intents) -> Seen:
        model = self._remembered(wanted.model)
        if model is None:
            model = (find_exact(self._call, MODELS, wanted.model.name, None)).record
        if model is None:
            return Seen()
        version = (find_exact(self._call, VERSIONS, wanted.version.name, model.id)).record
        if version is None:
            return Seen(model=model)
        pager = Pager[Artifact](self._call, ARTIFACTS, Parent(VERSIONS, id=version.id), Query())
        return Seen(model=model, version=version, artifacts=[artifact for artifact in pager])

    def _remembered(self, intent: Intent) -> RegisteredModel | None:
        """A model that was just met and that nothing is to change in."""
        since, changes, model = self._met.get(intent.name, (0.0, 0, None))
        # A model changed through this very connection, archived above all, is read anew.
        if model is None or time.monotonic() - since > MET_SECONDS or changes != self._changes():
            return None
        return model if model.state != "ARCHIVED" and patch(model, intent.fields, intent.edit) is None else None

    def _changes(self) -> int:
        return self._call.changed[MODELS.update or ""]

    def _written(self, steps: Steps, tally: _Tally) -> Registration:
        model: RegisteredModel = self._write(MODELS, steps.model, tally)
        if len(self._met) >= MET_MODELS:
            self._met.clear()
        self._met[model.name] = (time.monotonic(), self._changes(), model)
        version: ModelVersion = self._write(VERSIONS, steps.version, tally, parent_id=model.id)
        artifacts: list[Artifact] = [
            self._write(ARTIFACTS, step, tally, parent_id=version.id) for step in steps.artifacts
        ]
        for warning in steps.warnings:
            log.warning("%s", warning)
        return Registration(
            model=model,
            version=version,
            artifact=_weights(artifacts),
            artifacts=tuple(artifacts),
            outcome=tally.outcome(steps),
            warnings=steps.warnings,
        )

    def _write(self, resource: Resource, step: Step, tally: _Tally, *, parent_id: str | None = None) -> Any:
        intent = step.intent
        body, change = _models(resource, intent)
        if step.existing is not None:
            if step.body is None:
                return step.existing
            record = sent_patch(self._call, resource.update or "", step.existing, change, step.body)
        else:
            fixed = {} if resource.parent is None else {resource.parent: parent_id}
            if resource is ARTIFACTS:
                fixed = {"artifactType": ARTIFACT_TYPES[intent.record.kind]}  # type: ignore[union-attr]
            record = created_once(
                self._call,
                Wanted(
                    resource=resource,
                    name=intent.name,
                    parent_id=parent_id,
                    fields=intent.fields,
                    fixed=fixed,
                    edit=intent.edit,
                    body=body,
                    change=change,
                ),
            )
        tally.note(intent, step.happens)
        return record


@attrs.define
class _Tally:
    """What happened to each record over all attempts: what an attempt created stays created."""

    happened: dict[tuple[type, str], Happened] = attrs.field(factory=dict)

    def note(self, intent: Intent, happened: Happened) -> None:
        key = (intent.record, intent.name)
        if _RANK[happened] > _RANK[self.happened.get(key, "unchanged")]:
            self.happened[key] = happened

    def outcome(self, steps: Steps) -> Outcome:
        """Sum up; what was not noted yet is what the steps would do."""
        artifacts = tuple(self._of(step) for step in steps.artifacts)
        weights = [self._of(step) for step in steps.artifacts if step.intent.record is ModelArtifact]
        return Outcome(
            model=self._of(steps.model),
            version=self._of(steps.version),
            artifact=weights[-1] if weights else None,
            artifacts=artifacts,
        )

    def _of(self, step: Step) -> Happened:
        return self.happened.get((step.intent.record, step.intent.name), step.happens)


def _models(resource: Resource, intent: Intent) -> tuple[str, str]:
    if resource is ARTIFACTS:
        return intent.record.__name__, f"{intent.record.__name__}Update"
    return resource.body, resource.change


def _weights(artifacts: Sequence[Artifact]) -> ModelArtifact | None:
    return next((artifact for artifact in reversed(artifacts) if isinstance(artifact, ModelArtifact)), None)
