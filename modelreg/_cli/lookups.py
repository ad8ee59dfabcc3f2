"""Records by the words that name them, parents first: found, completed in a shell, and near ones of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from modelreg._cli.failures import usage
from modelreg._cli.session import Argument
from modelreg._core.resources import ARTIFACTS, ENVIRONMENTS, EXPERIMENTS, MODELS, SERVICES, VERSIONS, Resource
from modelreg._views.visible_text import visible
from modelreg.errors import NotFound

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg._types import ModelVersion, Record, RegisteredModel

# How many names are read to find one that is near, and how many are offered to a shell.
_READ = 500
_OFFERED = 100
_SECONDS = 0.5


def path_shape(path: Sequence[Resource]) -> str:
    """Return how a record is named on the command line: `MODEL@VERSION ARTIFACT`."""
    words = [resource.kind.upper() for resource in path]
    if list(path[:2]) == [MODELS, VERSIONS]:
        words[:2] = ["MODEL@VERSION"]
    return " ".join(words).replace("SERVE_MODEL", "NAME")


def path_argument(path: Sequence[Resource], *, optional: bool = False) -> Argument:
    """Return the argument that names a record, parents first."""
    shape = path_shape(path)
    return Argument(
        "path",
        nargs=-1,
        required=not optional,
        metavar=f"[{shape}]" if optional else shape,
        help=_path_help(path),
        shell_complete=completer(path),
    )


def _path_help(path: Sequence[Resource]) -> str:
    labels = [f"the {resource.label}'s name" for resource in path]
    if list(path[:2]) == [MODELS, VERSIONS]:
        labels[:2] = ["the version, as fraud@1.4.0 or fraud 1.4.0"]
    text = ", then ".join(labels)
    return text[:1].upper() + text[1:]


def split_names(path: Sequence[Resource], words: Sequence[str]) -> tuple[str, ...]:
    """Split the words that name a record into its parents' names and its own.

    Raises:
        Failure: Too few or too many.
    """
    shape = path_shape(path)
    hint = f"Write {shape}."
    names = list(words)
    if list(path[:2]) == [MODELS, VERSIONS]:
        hint = f"Write {shape}, as in fraud@1.4.0, or with the version apart: {shape.replace('@', ' ')}."
        if len(names) == len(path) - 1:
            model, at, version = names[0].rpartition("@")
            if not (at and model and version):
                raise usage(f"{visible(names[0])!r} names no version", hint=hint)
            names[:1] = [model, version]
    if len(names) != len(path):
        raise usage(f"{len(words)} names are not {shape}", hint=hint)
    if not all(names):
        raise usage("a name is empty", hint=hint)
    return tuple(names)


def parent_arguments(registry: ModelRegistry, resource: Resource, parents: Sequence[str]) -> dict[str, Any]:
    """Return the argument by which the library is told what a record is named under."""
    parent = resource.parent
    if parent is None or not parents:
        return {}
    if parent is SERVICES:
        return {parent.kind: find_record(registry, SERVICES, parents)}
    if parent is VERSIONS:
        return {parent.kind: version_name(parents)}
    return {parent.kind: parents[0] if len(parents) == 1 else tuple(parents)}


def version_name(names: Sequence[str]) -> Any:
    """Return what the library takes for a version: its reference, which may hold an alias; else the pair of names."""
    return "@".join(names) if "@" not in names[1] else tuple(names)


def find_record(registry: ModelRegistry, resource: Resource, names: Sequence[str], **more: Any) -> Any:
    """Return the record that these names mean.

    Raises:
        NotFound: There is none; near names are in the hint.
    """
    *parents, name = names
    scope = parent_arguments(registry, resource, parents)
    record = getattr(registry, resource.group).find(name, **scope, **more)
    if record is None and resource is VERSIONS and "@" not in name:
        record = registry.versions.find("@".join(names))  # an alias
    if record is None:
        raise missing(registry, resource, names, scope)
    return record


def missing(registry: ModelRegistry, resource: Resource, names: Sequence[str], scope: Mapping[str, Any]) -> NotFound:
    """Return the error for names that mean nothing: it names the outermost that is missing, and near ones."""
    *parents, name = names
    try:
        near = near_names(
            name, (record.name for record in getattr(registry, resource.group).list(**scope, limit=_READ))
        )
    except NotFound:
        assert resource.parent is not None
        above = parent_arguments(registry, resource.parent, parents[:-1])
        return missing(registry, resource.parent, parents, above)
    under = f" of {' / '.join(repr(visible(parent)) for parent in parents)}" if parents else ""
    return NotFound(
        f"there is no {resource.label} {visible(name)!r}{under}",
        resource=name,
        details={"resource": resource.kind, "name": name, "near": near},
        hint=did_you_mean(near) or f"`modelreg {resource.command} list` shows what there is.",
    )


def near_names(name: str, names: Iterable[str]) -> Sequence[str]:
    """Return the names that are near to one."""
    from difflib import get_close_matches

    return get_close_matches(name, list(names), n=3, cutoff=0.6)


def did_you_mean(near: Sequence[str]) -> str | None:
    """Return the hint that names what is near; None without any."""
    return f"Did you mean {' or '.join(f'`{visible(each)}`' for each in near)}?" if near else None


def find_version(registry: ModelRegistry, words: Sequence[str]) -> tuple[RegisteredModel, ModelVersion]:
    """Return the version that `fraud@1.4.0` or `fraud 1.4.0` means, and its model."""
    names = split_names(VERSIONS.path, words)
    model: RegisteredModel = find_record(registry, MODELS, names[:1])
    version: ModelVersion = find_record(registry, VERSIONS, names)
    return model, version


def reference(record: Record, parents: Sequence[str] = ()) -> str:
    """Return how a record is written: a version with its model, what has a name of its own by that, others by id."""
    from modelreg._types import ModelVersion

    if isinstance(record, ModelVersion) and parents:
        return f"{parents[0]}@{record.name}"
    return record.name if type(record).top_level else record.id


def completer(
    path: Sequence[Resource], *, many: bool = False
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return what completes the words that name a record, or with `many` the names of several."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        before = () if many else list(context.params.get("path") or ())
        return _within_time(_address(context), lambda registry: _names(registry, path, before, incomplete))

    return complete


def _address(context: click.Context) -> str | None:
    at: click.Context | None = context
    while at is not None:
        address = at.params.get("registry")
        if isinstance(address, str):
            return address
        at = at.parent
    return None


def _within_time(address: str | None, names: Callable[[ModelRegistry], Iterator[str]]) -> list[str]:
    """Return names of the registry; none when that fails or takes too long."""
    found: list[str] = []

    def read() -> None:
        try:
            # A name that would act on a terminal is not offered: it could not be typed as it is shown.
            found.extend(islice((name for name in names(registry) if visible(name) == name), _OFFERED))
        except Exception:  # noqa: BLE001  # a shell that completes has nobody to tell
            return

    try:
        registry = _open_quickly(address)
    except Exception:  # noqa: BLE001  # as above
        return []
    import threading

    worker = threading.Thread(target=read, daemon=True)
    worker.start()
    worker.join(_SECONDS)
    return list(found)


def _open_quickly(address: str | None) -> ModelRegistry:
    """Open the registry, and load what it needs, so that the half second is the registry's own."""
    from importlib import import_module

    from modelreg import ModelRegistry
    from modelreg._cli.settings import choose, config_path, read_config
    from modelreg._config import resolve

    arguments: dict[str, Any] = {**choose(address, read_config(config_path())).arguments, "timeout": _SECONDS}
    registry = ModelRegistry(**{**arguments, "retries": 0})
    if resolve(**arguments).embedded:
        import_module("modelreg.local._registry.app")
    return registry


def _names(registry: ModelRegistry, path: Sequence[Resource], before: Sequence[str], incomplete: str) -> Iterator[str]:
    return (name for name in _all_names(registry, path, before, incomplete) if name.startswith(incomplete))


def _all_names(
    registry: ModelRegistry, path: Sequence[Resource], before: Sequence[str], incomplete: str
) -> Iterator[str]:
    """List what may stand next."""
    if path[0] is MODELS:
        yield from _model_names(registry, path, before, incomplete)
    elif len(before) < len(path) and path[0] in (ENVIRONMENTS, EXPERIMENTS):
        resource = path[len(before)]
        scope = parent_arguments(registry, resource, before)
        yield from (record.name for record in getattr(registry, resource.group).list(**scope))


def _model_names(
    registry: ModelRegistry, path: Sequence[Resource], before: Sequence[str], incomplete: str
) -> Iterator[str]:
    model, at, _ = incomplete.rpartition("@")
    if not before and at and len(path) > 1:
        for version in registry.versions.list(model=model, descending=True):
            yield f"{model}@{version.name}"
    elif not before:
        yield from (record.name for record in registry.models.list())
    elif len(before) == 1 and "@" not in before[0] and len(path) > 1:
        yield from (version.name for version in registry.versions.list(model=before[0], descending=True))
    elif path[-1] is ARTIFACTS:
        version_reference: Any = before[0] if "@" in before[0] else tuple(before[:2])
        yield from (artifact.name for artifact in registry.artifacts.list(version=version_reference))
