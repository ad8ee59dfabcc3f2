"""Decides what the words that name a thing mean, parents first, and finds it; one that is not there gets near names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from modelreg.cli.failing import usage
from modelreg.cli.kinds import Kind, shape
from modelreg.errors import NotFound
from modelreg.views.text import visible

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg.types import ModelVersion, Record, RegisteredModel

# How many names are read to find one that is near.
_READ = 500


def parts_of(path: tuple[str, ...], words: Sequence[str]) -> tuple[str, ...]:
    """Part the words that name a thing into its parents' names and its own.

    Raises:
        Failure: Too few or too many.
    """
    said = list(words)
    if path[:2] == ("model", "version") and len(said) == len(path) - 1:
        model, at, version = said[0].rpartition("@")
        if not (at and model and version):
            raise usage(f"{visible(said[0])!r} names no version", hint=f"Write {shape(path)}, as in fraud@1.4.0.")
        said[:1] = [model, version]
    if len(said) != len(path):
        raise usage(f"{len(words)} names are not {shape(path)}", hint=_hint(path))
    if any(not part for part in said):
        raise usage("a name is empty", hint=_hint(path))
    return tuple(said)


def _hint(path: tuple[str, ...]) -> str:
    if path[:2] == ("model", "version"):
        return f"Write {shape(path)}, or with the version apart: {' '.join(part.upper() for part in path)}."
    return f"Write {shape(path)}."


def under(registry: ModelRegistry, kind: Kind, parents: Sequence[str]) -> dict[str, Any]:
    """Return the arguments by which the library is told the parents."""
    match kind.group, tuple(parents):
        case "versions", (model,):
            return {"model": model}
        case "artifacts", (model, version):
            return {"version": (model, version)}
        case "inference_services", (environment,):
            return {"environment": environment}
        case "serve_models", (environment, service):
            return {"service": found_service(registry, environment, service)}
        case "runs", (experiment,):
            return {"experiment": experiment}
        case _:
            return {}


def found_service(registry: ModelRegistry, environment: str, name: str) -> Any:
    """Return a service by its environment and name."""
    from modelreg.cli.kinds import SERVICES

    return found(registry, SERVICES, (environment, name))


def found(registry: ModelRegistry, kind: Kind, parts: Sequence[str], **more: Any) -> Any:
    """Return the record that these names mean.

    Raises:
        NotFound: There is none; near names are in the hint.
    """
    *parents, name = parts
    group = getattr(registry, kind.group)
    where = under(registry, kind, parents)
    record = group.find(name, **where, **more)
    if record is None:
        raise missing(registry, kind, parents, name, where)
    return record


def missing(
    registry: ModelRegistry, kind: Kind, parents: Sequence[str], name: str, where: Mapping[str, Any]
) -> NotFound:
    """Make the error for a name that is not there."""
    above = " of " + " / ".join(repr(visible(parent)) for parent in parents) if parents else ""
    try:
        near = near_names(name, (record.name for record in getattr(registry, kind.group).list(**where, limit=_READ)))
    except NotFound as error:
        return NotFound(f"there is no {kind.words} {name!r}{above}", server_message=error.message, hint=_listing(kind))
    return NotFound(f"there is no {kind.words} {visible(name)!r}{above}", hint=near or _listing(kind))


def _listing(kind: Kind) -> str:
    return f"`modelreg {kind.command} list` shows what there is."


def near_names(name: str, names: Iterable[str]) -> str | None:
    """Suggest names that are near."""
    close = get_close_matches(name, list(names), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{visible(each)}`' for each in close)}?" if close else None


def model_and_version(registry: ModelRegistry, words: Sequence[str]) -> tuple[RegisteredModel, ModelVersion]:
    """Return the version that `fraud@1.4.0` or `fraud 1.4.0` means, and its model."""
    from modelreg.cli.kinds import MODELS, VERSIONS

    model_name, version_name = parts_of(VERSIONS.path, words)
    model: RegisteredModel = found(registry, MODELS, (model_name,))
    version = registry.versions.find(version_name, model=model)
    if version is None:
        raise missing(registry, VERSIONS, (model_name,), version_name, {"model": model})
    return model, version


def reference(record: Record, parents: Sequence[str] = ()) -> str:
    """Return how a record is written: a version with its model, what has a name of its own by that, others by id."""
    from modelreg.types import Experiment, ModelVersion, RegisteredModel, ServingEnvironment

    if isinstance(record, ModelVersion) and parents:
        return f"{parents[0]}@{record.name}"
    if isinstance(record, RegisteredModel | ServingEnvironment | Experiment):
        return record.name
    return record.id
