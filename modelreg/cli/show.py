"""The commands that show a model or a version: `show` and `tree`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from modelreg.cli.completing import complete
from modelreg.cli.failing import usage
from modelreg.cli.kinds import MODELS, VERSIONS
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.paths import found, missing
from modelreg.cli.session import Offers, Session, command

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg.types import ModelVersion, RegisteredModel

show_app = new_app()
tree_app = new_app()


@command(
    show_app,
    "show",
    offers=Offers.PAGE | Offers.NAMES,
    examples=["show fraud", "show fraud@1.4.0", "show fraud 1.4.0 --json"],
)
def _show(
    session: Session,
    path: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL[@VERSION]",
            help="The model's name, or a version as fraud@1.4.0 or fraud 1.4.0",
            autocompletion=complete(VERSIONS.path),
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help="Show all versions of a model")] = False,
) -> None:
    """Show a model or a version: what a person wants first, and how to fetch it."""
    from modelreg.views.show import model_page, version_page

    model, version = model_or_version(session.registry, path)
    if session.out.quiet:
        session.out.names([model.name if version is None else f"{model.name}@{version.name}"])
    elif version is None:
        session.out.page(model_page(session.registry, model, every=every))
    else:
        session.out.page(version_page(session.registry, model, version))


@command(tree_app, "tree", offers=Offers.JSON | Offers.REGISTRY, examples=["tree fraud", "tree fraud --limit 3"])
def _tree(
    session: Session,
    path: Annotated[
        str, typer.Argument(metavar="MODEL", help="The model's name", autocompletion=complete(MODELS.path))
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-L", metavar="NUMBER", min=0, help="How many versions at most; 0 is all")
    ] = 0,
) -> None:
    """Show a model's versions, their artifacts, where they are served, and the runs they came from."""
    from modelreg.views.tree import lines, tree

    node, data = tree(session.registry, found(session.registry, MODELS, (path,)), limit=limit)
    if session.out.form is Form.JSON:
        session.out.json(data)
        return
    for line in lines(node):
        session.out.out.line(line)


def model_or_version(registry: ModelRegistry, words: Sequence[str]) -> tuple[RegisteredModel, ModelVersion | None]:
    """Return what `fraud`, `fraud@1.4.0` or `fraud 1.4.0` means; a model may have an `@` in its name.

    Raises:
        NotFound: There is neither.
    """
    if len(words) > 2:
        raise usage(f"{len(words)} names are not MODEL[@VERSION]")
    if len(words) == 2:
        return _version(registry, words[0], words[1])
    model_name, at, version_name = words[0].rpartition("@")
    whole = registry.models.find(words[0])
    if not (at and model_name and version_name):
        return (found(registry, MODELS, (words[0],)) if whole is None else whole), None
    parent = registry.models.find(model_name)
    version = None if parent is None else registry.versions.find(version_name, model=parent)
    if version is None and whole is not None:
        return whole, None
    return _version(registry, model_name, version_name)


def _version(registry: ModelRegistry, model_name: str, version_name: str) -> tuple[RegisteredModel, ModelVersion]:
    model: RegisteredModel = found(registry, MODELS, (model_name,))
    version = registry.versions.find(version_name, model=model)
    if version is None:
        raise missing(registry, VERSIONS, (model_name,), version_name, {"model": model})
    return model, version
