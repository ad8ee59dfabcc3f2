"""The command that compares versions, gates a promotion, and follows a metric over all versions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelreg.cli.completing import complete
from modelreg.cli.exits import ExitCode
from modelreg.cli.failing import Failure, usage
from modelreg.cli.kinds import MODELS, VERSIONS
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.paths import found, model_and_version
from modelreg.cli.said import directions
from modelreg.cli.session import Offers, Session, command

if TYPE_CHECKING:
    from modelreg.compare import History
    from modelreg.types import ModelVersion, RegisteredModel

app = new_app()


@command(
    app,
    "compare",
    offers=Offers.PAGE,
    examples=[
        "compare fraud@1.3.0 fraud@1.4.0",
        "compare fraud 1.3.0 1.4.0 --all --md",
        "compare fraud@1.3.0 fraud@1.4.0 --fail-if-worse auc --higher auc",
        "compare fraud --metric auc --history --plot auc.svg",
    ],
)
def _compare(
    session: Session,
    path: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL@VERSION...",
            help="Two versions or more, the first the base; or a model and versions; or a model with --history",
            autocompletion=complete(VERSIONS.path),
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help="Show equal rows too")] = False,
    fail_if_worse: Annotated[
        list[str] | None,
        typer.Option("--fail-if-worse", metavar="METRIC", help="Exit 7 if one is worse than the base; repeatable"),
    ] = None,
    higher: Annotated[
        list[str] | None, typer.Option("--higher", metavar="METRIC", help="More of it is better; repeatable")
    ] = None,
    lower: Annotated[
        list[str] | None, typer.Option("--lower", metavar="METRIC", help="Less of it is better; repeatable")
    ] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="METRIC", help="The metric to follow")] = None,
    history: Annotated[bool, typer.Option("--history", help="Follow --metric over all versions of a model")] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the history into an .svg, .png or .html")
    ] = None,
) -> None:
    """Compare versions: metrics, properties, artifact, labels; what is equal is counted, not shown.

    Better and worse are said only where it is known which way a metric is better: by --higher or --lower, or because it
    was said once when a version was registered.
    """
    known = directions(higher or (), lower or ())
    if history or plot is not None:
        _history(session, path, metric, known, plot)
        return
    if metric is not None:
        raise usage("--metric goes with --history")
    from modelreg.compare import compare
    from modelreg.views.compare import comparison_grid, comparison_page

    comparison = compare(session.registry, _meant(session, path), higher_is_better=known)
    worse = comparison.worse(fail_if_worse or ())
    if session.out.form is Form.CSV or (session.out.form is Form.HUMAN and not session.out.out.live):
        session.out.grid(comparison_grid(comparison, every=every))
    else:
        session.out.page(comparison_page(comparison, every=every))
    if worse:
        raise Failure("; ".join(worse), code=ExitCode.GATE_NOT_MET)


def _meant(session: Session, words: Sequence[str]) -> list[tuple[RegisteredModel, ModelVersion]]:
    """Read references, or a model and its versions."""
    if len(words) < 2:
        raise usage("a comparison needs two versions at least", hint="`--metric METRIC --history` follows one metric.")
    if all("@" in word for word in words):
        return [model_and_version(session.registry, [word]) for word in words]
    if any("@" in word for word in words[1:]):
        raise usage("write every version as MODEL@VERSION, or a model and then versions alone")
    if len(words) == 2 and "@" in words[0]:
        raise usage(f"{words[1]!r} names no version", hint="Write it as MODEL@VERSION.")
    if len(words) == 2:
        raise usage("a comparison needs two versions at least", hint=f"Write compare {words[0]} {words[1]} OTHER.")
    return [model_and_version(session.registry, [words[0], word]) for word in words[1:]]


def _history(
    session: Session, words: Sequence[str], metric: str | None, known: dict[str, bool], plot: Path | None
) -> None:
    from modelreg.compare import history
    from modelreg.views.compare import history_grid, history_page

    if len(words) != 1 or metric is None:
        raise usage("--history takes one model and --metric", hint="modelreg compare fraud --metric auc --history")
    model = found(session.registry, MODELS, (words[0],))
    told = history(session.registry, model, metric, higher_is_better=known.get(metric))
    if not told.points:
        raise Failure(
            f"no version of {words[0]!r} has a number {metric!r}",
            code=ExitCode.NOT_FOUND,
            hint=f"`modelreg show {words[0]}` shows what they have.",
        )
    if plot is not None:
        _draw(session, told, plot)
    page = history_page(told)
    if session.out.form is Form.CSV or (session.out.form is Form.HUMAN and not session.out.out.live):
        session.out.grid(history_grid(told))
    else:
        session.out.page(page)


def _draw(session: Session, history: History, plot: Path) -> None:
    from modelreg.views.plot import draw

    draw(history, plot)
    session.out.say(f"Drawn into {plot}")
