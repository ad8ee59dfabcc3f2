"""Registration of a finished training run: look things up, put the request together, register."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from modelreg._pipeline.artifact_uris import Location, RunArtifact, Volume, artifact_location, volume, weights_location
from modelreg._pipeline.evaluation import EvalResults, read_eval_results
from modelreg._pipeline.fingerprint import fingerprint, other_weights
from modelreg._pipeline.lineage import remember
from modelreg._pipeline.provenance import shortened
from modelreg._pipeline.run_facts import DEFAULT_NAME, Findings, RunFacts, Values, model_artifact, request_of
from modelreg._pipeline.shared_log import append_line, run_line
from modelreg._types import ModelArtifact, Registration, RegistrationRequest, Signer
from modelreg._types.files import DIGEST_PROPERTY
from modelreg.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from modelreg import ModelRegistry

log = logging.getLogger("modelreg.pipeline")

SKIPPED = "SKIPPED"
NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"


@attrs.frozen(kw_only=True)
class RunRegistration:
    """What became of a run.

    Attributes:
        registration: What is registered; None when there was no registry to register in.
        warnings: What was left out or changed, a sentence each; they are logged too.
    """

    name: str
    version: str
    registration: Registration | None
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The registered model's id, or "SKIPPED"."""
        return SKIPPED if self.registration is None else self.registration.model.id

    @property
    def outcome(self) -> str:
        """One of created, updated, unchanged, skipped."""
        return "skipped" if self.registration is None else str(self.registration.outcome)


def register_run(
    registry: ModelRegistry | str | os.PathLike[str] | None = None,
    *,
    version: str,
    name: str = DEFAULT_NAME,
    model: RunArtifact | None = None,
    uri: str | None = None,
    path: str | os.PathLike[str] | None = None,
    base_model: str | None = None,
    hyperparameters: Values | None = None,
    training_metrics: Values | None = None,
    eval_metrics: Values | None = None,
    eval_results: str | os.PathLike[str] | RunArtifact | None = None,
    higher_is_better: Mapping[str, bool] | None = None,
    pipeline_name: str | None = None,
    run_id: str | None = None,
    run_name: str | None = None,
    namespace: str | None = None,
    author: str | None = None,
    description: str | None = None,
    model_format: str | None = None,
    model_format_version: str | None = None,
    properties: Mapping[str, object] | None = None,
    labels: Sequence[str] | None = None,
    pvc_mount_path: str = "",
    pvc_name: str | None = None,
    shared_log_file: str = "",
    to: str | None = None,
    sign: Signer | None = None,
    on_conflict: Literal["fail", "update"] = "fail",
    alias: str | None = None,
    strict: bool = False,
) -> RunRegistration:
    """Register what a training run made, with where it came from. Safe to repeat: a second call completes the first.

    Model, version and documents are written first, the model artifact last; nothing is written when the version holds
    other weights.

    Args:
        registry: A registry object, an address, or None for `MODEL_REGISTRY_URL`; an empty address skips.
        version: The version's name.
        name: The model's name; the default one gives way to the base model's name.
        model: The training step's model artifact (`.uri`, `.path`, `.metadata`); its `metadata["registered_models"]`
            remembers the registration.
        uri: The URI of the weights, where it is known better than `model` knows it.
        path: The path of the weights in this container.
        base_model: The base model; `metadata["model_name"]` of `model` unless given.
        hyperparameters: With training_metrics the properties `training_*`; mappings, or artifacts with metadata.
        training_metrics: What was measured while training.
        eval_metrics: The properties `eval_*`; they win over those of the results file.
        eval_results: lm-eval's results: a file, a folder that holds it, or the artifact.
        higher_is_better: For evaluation metrics whether more is better, where neither file nor name tells it.
        pipeline_name: The pipeline's name.
        run_id: The run's id; with it a rerun is known from another run.
        run_name: The run's name; the pipeline's unless given.
        namespace: The run's namespace; the service account's unless given.
        author: Of the version.
        description: Of the version.
        model_format: The format's name, such as "onnx".
        model_format_version: The format's version.
        properties: Further properties of the version, which win over all others.
        labels: Of the version.
        pvc_mount_path: Where the volume is mounted that holds weights, results and the shared log.
        pvc_name: The volume's claim; by default `MODEL_REGISTRY_PVC_NAME`, or what KFP calls its workspace.
        shared_log_file: A file on that volume that gets a line about this run.
        to: The root to upload the weights to, such as "s3://models", before anything is registered; they go to
            `{to}/{name}/{version}/`. Without it they stay where they are.
        sign: A key of `modelreg.signing` to sign the uploaded weights with.
        on_conflict: What to do if the version holds other weights: "fail", or "update" to replace them.
        alias: An alias of the model that is moved to this version.
        strict: Fail when the evaluation's results cannot be read, instead of logging a warning.

    Raises:
        Conflict: The version holds other weights, or is archived; nothing was written.
        InvalidInput: A name that registries refuse, or with `strict` results that cannot be read.
    """
    facts = RunFacts(
        name=name,
        version=version,
        model=model,
        uri=uri,
        path=path,
        base_model=base_model,
        hyperparameters=hyperparameters,
        training_metrics=training_metrics,
        eval_metrics=eval_metrics,
        eval_results=eval_results,
        higher_is_better=higher_is_better,
        pipeline_name=pipeline_name,
        run_id=run_id,
        run_name=run_name,
        namespace=namespace,
        author=author,
        description=description,
        model_format=model_format,
        model_format_version=model_format_version,
        properties=properties,
        labels=labels,
        to=to or None,
        sign=sign,
        on_conflict=on_conflict,
        alias=alias,
    )
    on = volume(pvc_mount_path, pvc_name)
    return _logged(facts, shared=(pvc_mount_path, shared_log_file), attempt=lambda: _run(registry, facts, on, strict))


def _logged(facts: RunFacts, *, shared: tuple[str, str], attempt: Callable[[], RunRegistration]) -> RunRegistration:
    """Run, and append a line to the shared log, whatever happens."""
    began = time.monotonic()
    model_id, outcome = "-", "failed"
    try:
        done = attempt()
        model_id, outcome = done.id, done.outcome
        return done
    except Exception as error:
        outcome = f"failed ({type(error).__name__})"
        raise
    finally:
        line = run_line(
            name=facts.registered_name,
            version=facts.version,
            id=model_id,
            outcome=outcome,
            seconds=time.monotonic() - began,
        )
        append_line(*shared, line)


def _run(
    registry: ModelRegistry | str | os.PathLike[str] | None, facts: RunFacts, on: Volume, strict: bool
) -> RunRegistration:
    if isinstance(registry, str) and not registry.strip():
        log.info("no registry is named: %s version %s is not registered", facts.registered_name, facts.version)
        return RunRegistration(name=facts.registered_name, version=facts.version, registration=None)
    found, found_warnings = _findings(facts, on, strict=strict)
    request, request_warnings = request_of(facts, found)
    warnings = shortened([*found_warnings, *request_warnings])
    for warning in warnings:
        log.warning("%s", warning)
    with _opened(registry) as opened:
        if facts.on_conflict == "fail":
            _refuse_other_weights(opened, request, model_artifact(facts, found))
        (result,) = opened.bulk([request])
        if result.error is not None:
            raise result.error
        done = result.registration
        url = opened.describe()["address"].value
    assert done is not None
    log.info("%s: %s is model %s, version %s", done.outcome, done.reference, done.model.id, done.version.id)
    if facts.model is not None and isinstance(facts.model.metadata, MutableMapping):
        remember(facts.model.metadata, done, registry_url=url)
    return RunRegistration(
        name=done.model.name, version=done.version.name, registration=done, warnings=(*warnings, *done.warnings)
    )


def _opened(registry: ModelRegistry | str | os.PathLike[str] | None) -> AbstractContextManager[ModelRegistry]:
    """Return a registry object that is closed at the end of a block, unless it is the caller's own."""
    if registry is None or isinstance(registry, str | os.PathLike):
        from modelreg import ModelRegistry

        return ModelRegistry(registry)
    return nullcontext(registry)


def _findings(facts: RunFacts, on: Volume, *, strict: bool) -> tuple[Findings, list[str]]:
    """Return what a request needs from files and volumes, and warnings."""
    weights = weights_location(facts.model, on, uri=facts.uri, path=facts.path)
    warnings = list(weights.warnings)
    if weights.uri is None and weights.path is None and not facts.to:
        warnings.append("the URI of the weights is not known: the model artifact is registered without a URI")
    if "/" in facts.registered_name or "?" in facts.registered_name:
        warnings.append(f"{facts.registered_name!r} holds a '/' or '?': KServe's model-registry:// cannot name it")
    results, location, more = _results(facts, on, strict=strict)
    found = Findings(
        weights=weights,
        fingerprint=fingerprint(weights.path or (facts.model.path if facts.model is not None else None)),
        results=results,
        results_location=location,
        namespace=facts.namespace or service_account_namespace(),
    )
    return found, [*warnings, *more]


def _results(facts: RunFacts, on: Volume, *, strict: bool) -> tuple[EvalResults | None, Location, tuple[str, ...]]:
    given = facts.eval_results
    if given is None or given == "":
        return None, Location(), ()
    if isinstance(given, (str, os.PathLike)):
        path = os.fspath(given)
        location = artifact_location(None, on, os.path.abspath(path))
    else:
        path, location = given.path, artifact_location(given, on)
    try:
        # An empty path would be the folder that the step happens to run in.
        if not path:
            raise InvalidInput("the evaluation results have no path")
        results = read_eval_results(path)
    except InvalidInput as error:
        if strict:
            raise
        return None, Location(), (f"{error}; they are left out",)
    # A volume's URI names the file itself, also where a folder was given.
    exact = on.uri(results.path)
    return results, Location(exact, results.path) if exact else location, location.warnings


def _refuse_other_weights(registry: ModelRegistry, request: RegistrationRequest, brought: ModelArtifact) -> None:
    """Refuse where URIs do not show that the version holds other weights, but content or lineage does."""
    version = registry.versions.find(request.version, model=request.name)
    if version is None:
        return
    there = [item for item in registry.artifacts.list(version=version, kind="model") if isinstance(item, ModelArtifact)]
    alike = [item for item in there if item.name == brought.name] or (there if len(there) == 1 else [])
    if alike and request.files is not None and DIGEST_PROPERTY in alike[0].properties:
        # The digest tells, when the files are hashed.
        return
    why = other_weights(alike[0], brought) if alike else None
    if why is None:
        return
    run = f"by run {alike[0].source_id!r}" if alike[0].source_id else "by a run that is not known"
    raise Conflict(
        f"version {request.version!r} of model {request.name!r} is registered {run} {why}; nothing was written",
        resource=alike[0].id,
        hint='Register another version, or pass on_conflict="update" to replace those weights by these.',
    )


def service_account_namespace(path: str = NAMESPACE_FILE) -> str | None:
    """Return the namespace that a pod runs in; None outside of one."""
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
