"""THE table of the resources: each of the eight is described here and in the class of its record, and nowhere else.

The record's class (`modelreg._types.records`) has its fields; a row here has what one of them is called, what it is
named under and points at, which operations serve it, and what its lists honour and show. Groups, filters, export and
import, views and the command line are made from these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import attrs

from modelreg._core import endpoints
from modelreg._core.endpoints import Endpoints
from modelreg._types import (
    Artifact,
    Experiment,
    ExperimentRun,
    InferenceService,
    Metric,
    ModelVersion,
    Record,
    RegisteredModel,
    ServeModel,
    ServingEnvironment,
    parameters,
)


@attrs.frozen(kw_only=True, slots=False, eq=False)
class Resource:
    """One resource of the contract.

    Attributes:
        record: The class of its records.
        kind: One word for it, in plans, errors and exports; also the argument that takes one as a parent.
        label: What a person calls one of them.
        group: The attribute of a registry object that holds its verbs; the command is the same with hyphens.
        keywords: The `TypedDict` of what its `upsert` and `update` take.
        operations: Returns its operations; called when it is first used.
        parent: The resource under which its names are unique; None at the top.
        parent_field: The wire field of a POST that holds the parent's id; None where the path holds it.
        references: Resources that it belongs to or points at beside its parent, by the wire field of their id.
        fixed_references: Those of `references` that only a POST sets.
        filters: Whether its lists on real servers honour `filterQuery`.
        finds_names: Whether the find operation is of use for a name; where kinds may share one, only a list tells.
        can_update: Whether the contract can change one.
        columns: What a list shows of one, in this order; names of fields, or what a view derives.
        selects: The short options that a list on the command line has.
    """

    record: type[Record]
    kind: str
    label: str
    group: str
    keywords: Any
    operations: Callable[[], Endpoints]
    parent: Resource | None = None
    parent_field: str | None = None
    references: Mapping[str, Resource] = attrs.field(factory=dict)
    fixed_references: tuple[str, ...] = ()
    filters: bool = True
    finds_names: bool = True
    can_update: bool = True
    columns: tuple[str, ...] = ()
    selects: tuple[str, ...] = ("label",)

    @cached_property
    def api(self) -> Endpoints:
        """Its operations, imported when first used."""
        return self.operations()

    @cached_property
    def path(self) -> tuple[Resource, ...]:
        """What one is named by, parents first, itself last."""
        return (*(self.parent.path if self.parent else ()), self)

    @property
    def archives(self) -> bool:
        """Whether one can be archived and restored."""
        return "state" in attrs.fields_dict(self.record) and self.record is not Artifact

    @property
    def deploys(self) -> bool:
        """Whether one can be deployed and undeployed."""
        return "desired_state" in attrs.fields_dict(self.record)

    def schema(self, record: type[Record], *, update: bool) -> str:
        """Return the contract's name of a body's schema.

        Args:
            record: The class of the record; of an artifact that of its kind.
            update: Whether it is the body of a PATCH.
        """
        if update:
            return f"{record.__name__}Update"
        # An artifact is posted under its version or run as it is, because it may be one that exists.
        return record.__name__ if issubclass(record, Artifact) else f"{record.__name__}Create"

    @property
    def command(self) -> str:
        """The name of its group on the command line."""
        return self.group.replace("_", "-")


MODELS = Resource(
    record=RegisteredModel,
    kind="model",
    label="registered model",
    group="models",
    keywords=parameters.ModelFields,
    operations=endpoints.models,
    columns=("name", "latest", "serving", "metric", "state", "labels", "owner", "updated"),
    selects=("owner", "label", "state"),
)
VERSIONS = Resource(
    record=ModelVersion,
    kind="version",
    label="model version",
    group="versions",
    keywords=parameters.VersionFields,
    operations=endpoints.versions,
    parent=MODELS,
    parent_field="registeredModelId",
    columns=("model", "version", "state", "metric", "labels", "author", "description", "created"),
    selects=("author", "label", "state"),
)
ARTIFACTS = Resource(
    record=Artifact,
    kind="artifact",
    label="artifact",
    group="artifacts",
    keywords=parameters.ArtifactFields,
    operations=endpoints.artifacts,
    parent=VERSIONS,
    finds_names=False,
    columns=("id", "name", "kind", "state", "format", "uri", "updated"),
    selects=("kind", "label", "artifact_state"),
)
ENVIRONMENTS = Resource(
    record=ServingEnvironment,
    kind="environment",
    label="serving environment",
    group="serving_environments",
    keywords=parameters.EnvironmentFields,
    operations=endpoints.environments,
    filters=False,
    columns=("name", "description", "labels", "updated"),
)
SERVICES = Resource(
    record=InferenceService,
    kind="service",
    label="inference service",
    group="inference_services",
    keywords=parameters.ServiceFields,
    operations=endpoints.services,
    parent=ENVIRONMENTS,
    parent_field="servingEnvironmentId",
    references={"registeredModelId": MODELS, "modelVersionId": VERSIONS},
    fixed_references=("registeredModelId",),
    filters=False,
    columns=("environment", "name", "model", "version", "desired_state", "runtime", "updated"),
)
SERVE_MODELS = Resource(
    record=ServeModel,
    kind="serve_model",
    label="serve model",
    group="serve_models",
    keywords=parameters.ServeModelFields,
    operations=endpoints.serve_models,
    parent=SERVICES,
    references={"modelVersionId": VERSIONS},
    fixed_references=("modelVersionId",),
    filters=False,
    finds_names=False,
    can_update=False,
    columns=("id", "name", "version", "last_known_state", "updated"),
)
EXPERIMENTS = Resource(
    record=Experiment,
    kind="experiment",
    label="experiment",
    group="experiments",
    keywords=parameters.ExperimentFields,
    operations=endpoints.experiments,
    columns=("name", "state", "labels", "owner", "description", "updated"),
    selects=("owner", "label", "state"),
)
RUNS = Resource(
    record=ExperimentRun,
    kind="run",
    label="experiment run",
    group="runs",
    keywords=parameters.RunFields,
    operations=endpoints.runs,
    parent=EXPERIMENTS,
    parent_field="experimentId",
    columns=("experiment", "name", "status", "state", "owner", "start_time", "end_time"),
    selects=("owner", "label", "state"),
)

RESOURCES: Mapping[str, Resource] = {
    resource.group: resource
    for resource in (MODELS, VERSIONS, ARTIFACTS, ENVIRONMENTS, SERVICES, SERVE_MODELS, EXPERIMENTS, RUNS)
}

# Two lists beside the eight: what a run logged, and the values that its metrics had.
RUN_ARTIFACTS = attrs.evolve(ARTIFACTS, operations=endpoints.run_artifacts, parent=RUNS)
METRIC_HISTORY = Resource(
    record=Metric,
    kind="metric",
    label="metric",
    group="metric_history",
    keywords=parameters.ArtifactFields,
    operations=endpoints.metric_history,
    parent=RUNS,
    columns=("name", "step", "value", "timestamp"),
)
