"""The page of one version."""

from __future__ import annotations

from attrs import frozen

from modelreg._compare import metrics_of
from modelreg._core.aliases import aliases_of, aliases_of_version
from modelreg._core.registration import RUN_PROPERTY
from modelreg._types import ExperimentRun, ModelVersion, RegisteredModel
from modelreg._views.commands import python, quoted
from modelreg._views.page import Facts, Grid
from modelreg._views.show import version_page
from modelreg._web.messages import Response
from modelreg._web.view import View
from modelreg.errors import NotFound, UnsupportedByServer

_SHOWN_ELSEWHERE = frozenset({"state", "labels", "model id"})


@frozen
class Command:
    """A line to copy: what it does, and the line."""

    does: str
    line: str


def version(view: View, id: str) -> Response:
    """Return the page of a version.

    Args:
        view: The request.
        id: The version's id.
    """
    record = view.registry.versions.get(id)
    model = view.registry.models.get(record.model_id or "")
    view.names.learn(model)
    shown = version_page(view.registry, model, record)
    return view.page(
        "version.html",
        shown.heading,
        model=model,
        version=record,
        blocks=[_without(block) for block in shown.blocks if isinstance(block, Facts | Grid)],
        commands=commands(model, record),
        aliases=aliases_of_version(model, record.name),
        every_alias=aliases_of(model),
        metrics=[name for name in metrics_of(record) if name in model.higher_is_better],
        run=_run(view, record),
    )


def _run(view: View, version: ModelVersion) -> ExperimentRun | None:
    """Return the experiment run that made a version; None where none is named, or it is not there."""
    run_id = version.properties.get(RUN_PROPERTY)
    if not isinstance(run_id, str) or not run_id.isascii() or not run_id.isdigit():
        return None
    try:
        return view.registry.runs.get(run_id)
    except (NotFound, UnsupportedByServer):
        return None


def _without(block: Facts | Grid) -> Facts | Grid:
    """Leave out the facts that the page shows beside the heading."""
    if isinstance(block, Grid):
        return block
    return Facts([row for row in block.rows if row[0] not in _SHOWN_ELSEWHERE], block.title)


def commands(model: RegisteredModel, version: ModelVersion) -> list[Command]:
    """Return what to type to use a version.

    Args:
        model: The version's model.
        version: The version.
    """
    reference = f"{model.name}@{version.name}"
    return [
        Command("Load the record in Python", f"registry.versions.get({python(reference)})"),
        Command("Download in Python", f"registry.download({python(reference)}, {python('weights/')})"),
        Command("Download", f"modelreg download {quoted(reference)} -o weights/"),
        Command("Check files and signature", f"modelreg verify {quoted(reference)}"),
        Command("Promote", f"modelreg promote {quoted(reference)} champion"),
        Command("What KServe loads", f"modelreg resolve {quoted(reference)}"),
    ]
