"""Decides what each group of commands is about: the library's group, how its things are named, what can be said."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Kind:
    """One group of resources.

    Attributes:
        group: The attribute of a registry object.
        words: What a person calls one of them.
        record: The name of its class in `modelreg.types`.
        path: What one is named by, parents first.
        fields: What `upsert` can say of one, by the library's argument; `update` the same, without `once`.
        once: What can only be said at first.
        find_by_external_id: Whether `find` takes an external id.
        selects: Which of the short options of a list it takes.
    """

    group: str
    words: str
    record: str
    path: tuple[str, ...]
    fields: tuple[str, ...]
    once: tuple[str, ...] = ()
    find_by_external_id: bool = True
    selects: tuple[str, ...] = ("label",)
    updates: bool = True
    archives: bool = False
    deploys: bool = False

    @property
    def command(self) -> str:
        """The group's name as a command."""
        return self.group.replace("_", "-")

    @property
    def argument(self) -> str:
        """What the last part of the path is called."""
        return self.path[-1]

    @property
    def shape(self) -> str:
        """How a path is written, for help and errors."""
        return shape(self.path)


def shape(path: tuple[str, ...]) -> str:
    """Say how a path is written."""
    words = [part.upper() for part in path]
    if path[:2] == ("model", "version"):
        words[:2] = ["MODEL@VERSION"]
    return " ".join(words)


_NAMED = ("description", "external_id")
_CATALOGUE = ("readme", "maturity", "language", "tasks", "provider", "logo", "license", "license_link", "library_name")
_WEIGHTS = ("model_format", "model_format_version", "storage_key", "storage_path", "service_account_name")
_OTHERS = ("digest", "source_type", "schema", "profile", "value", "timestamp", "step", "parameter_type")

MODELS = Kind(
    group="models",
    words="registered model",
    record="RegisteredModel",
    path=("model",),
    fields=(*_NAMED, "owner", "state", *_CATALOGUE),
    selects=("owner", "label", "state"),
    archives=True,
)
VERSIONS = Kind(
    group="versions",
    words="model version",
    record="ModelVersion",
    path=("model", "version"),
    fields=(*_NAMED, "author", "state"),
    selects=("author", "label", "state"),
    archives=True,
)
ARTIFACTS = Kind(
    group="artifacts",
    words="artifact",
    record="Artifact",
    path=("model", "version", "artifact"),
    fields=("uri", *_NAMED, "artifact_state", *_WEIGHTS, "source", *_OTHERS),
    once=("kind",),
    selects=("kind", "label", "artifact_state"),
)
ENVIRONMENTS = Kind(
    group="serving_environments",
    words="serving environment",
    record="ServingEnvironment",
    path=("environment",),
    fields=_NAMED,
)
SERVICES = Kind(
    group="inference_services",
    words="inference service",
    record="InferenceService",
    path=("environment", "service"),
    fields=(*_NAMED, "version", "runtime", "desired_state"),
    once=("model",),
    deploys=True,
)
SERVES = Kind(
    group="serve_models",
    words="serve model",
    record="ServeModel",
    path=("environment", "service", "name"),
    fields=(*_NAMED, "version", "last_known_state"),
    find_by_external_id=False,
    updates=False,
)
EXPERIMENTS = Kind(
    group="experiments",
    words="experiment",
    record="Experiment",
    path=("experiment",),
    fields=(*_NAMED, "owner", "state"),
    selects=("owner", "label", "state"),
    archives=True,
)
RUNS = Kind(
    group="runs",
    words="experiment run",
    record="ExperimentRun",
    path=("experiment", "run"),
    fields=(*_NAMED, "owner", "status", "state", "end_time"),
    once=("start_time",),
    selects=("owner", "label", "state"),
    archives=True,
)
KINDS: Mapping[str, Kind] = {
    kind.group: kind for kind in (MODELS, VERSIONS, ARTIFACTS, ENVIRONMENTS, SERVICES, SERVES, EXPERIMENTS, RUNS)
}
