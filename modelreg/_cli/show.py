"""The commands that show more than one record: `show`, `tree`, `compare` and `resolve`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelreg._cli.failures import ExitCode, Failure, usage
from modelreg._cli.lookups import completer, find_record, find_version, path_argument
from modelreg._cli.option_values import directions, text_option
from modelreg._cli.output import Form
from modelreg._cli.session import Argument, Offers, Session, command, flag
from modelreg._cli.tables import GAP, cells
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._views.visible_text import visible

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg._compare import Comparison
    from modelreg._types import ModelVersion, RegisteredModel
    from modelreg._views.page import Grid, Page


def _words(metavar: str, help: str) -> Argument:
    return Argument(
        "path", nargs=-1, required=True, metavar=metavar, help=help, shell_complete=completer(VERSIONS.path)
    )


@command(
    "show",
    _words("MODEL[@VERSION]", "The model's name, or a version as fraud@1.4.0 or fraud 1.4.0"),
    flag("every", "--all", help="Show all versions of a model"),
    offers=Offers.ROWS,
    examples=["show fraud", "show fraud@1.4.0", "show fraud 1.4.0 --json"],
)
def show(session: Session, path: Sequence[str], every: bool) -> None:
    """Show a model or a version: what people look for first, and how to fetch it."""
    from modelreg._views.show import model_page, version_page

    model, version = _model_or_version(session.registry, path)
    if session.out.quiet:
        session.out.names([model.name if version is None else f"{model.name}@{version.name}"])
    elif version is None:
        session.out.page(model_page(session.registry, model, every=every))
    else:
        session.out.page(version_page(session.registry, model, version))


@command(
    "tree",
    path_argument(MODELS.path),
    click.Option(
        ["--limit", "-L", "limit"],
        type=click.IntRange(min=0),
        default=0,
        metavar="NUMBER",
        help="How many versions at most; 0 is all",
    ),
    offers=Offers.OBJECT,
    examples=["tree fraud", "tree fraud --limit 3"],
)
def tree(session: Session, path: Sequence[str], limit: int) -> None:
    """Show a model's versions, their artifacts, where they are served, and the runs they came from."""
    from modelreg._views.tree import lines
    from modelreg._views.tree import tree as tree_of

    if len(path) != 1:
        raise usage(f"{len(path)} names are not MODEL")
    node, data = tree_of(session.registry, find_record(session.registry, MODELS, path), limit=limit)
    if session.out.form is Form.JSON:
        session.out.json(data)
    elif session.out.quiet:
        session.out.names(f"{path[0]}@{version['name']}" for version in data["versions"])
    else:
        for line in lines(node):
            session.out.out.line(line)


def _model_or_version(registry: ModelRegistry, words: Sequence[str]) -> tuple[RegisteredModel, ModelVersion | None]:
    """Return what `fraud`, `fraud@1.4.0` or `fraud 1.4.0` means; a model may have an `@` in its name."""
    if len(words) > 2:
        raise usage(f"{len(words)} names are not MODEL[@VERSION]")
    model_name, at, version_name = words[0].rpartition("@")
    if len(words) == 2:
        return find_version(registry, words)
    if not (at and model_name and version_name):
        return find_record(registry, MODELS, words), None
    whole = registry.models.find(words[0])
    version = registry.versions.find(words[0])
    if version is None and whole is not None:
        return whole, None
    return find_version(registry, words)


@command(
    "compare",
    _words(
        "MODEL@VERSION...", "Two versions or more, the first the base; or a model and versions; or one with --history"
    ),
    flag("every", "--all", help="Show equal rows too"),
    text_option(
        "fail_if_worse", "--fail-if-worse", help="Exit 7 if one is worse than the base", metavar="METRIC", many=True
    ),
    text_option("higher", "--higher", help="A metric of which more is better", metavar="METRIC", many=True),
    text_option("lower", "--lower", help="A metric of which less is better", metavar="METRIC", many=True),
    text_option("metric", "--metric", help="The metric to follow", metavar="METRIC"),
    flag("history", "--history", help="Follow --metric over all versions of a model"),
    click.Option(
        ["--plot"], type=click.Path(path_type=Path), metavar="FILE", help="Draw the history into an .svg, .png or .html"
    ),
    offers=Offers.ROWS,
    examples=[
        "compare fraud@1.3.0 fraud@1.4.0",
        "compare fraud 1.3.0 1.4.0 --all --md",
        "compare fraud@1.3.0 fraud@1.4.0 --fail-if-worse auc --higher auc",
        "compare fraud --metric auc --history --plot auc.svg",
    ],
)
def compare(session: Session, path: Sequence[str], **given: Any) -> None:
    """Compare versions: metrics, properties, artifact, labels; what is equal is counted, not shown.

    "better" and "worse" stand only where it is known which way a metric is better: by --higher or --lower, or because
    the model remembers it from a registration.
    """
    known = directions(given["higher"], given["lower"])
    if given["history"] or given["plot"] is not None:
        _history(session, path, given["metric"], known, given["plot"])
        return
    if given["metric"] is not None:
        raise usage("--metric goes with --history")
    from modelreg._views.comparison_page import comparison_grid, comparison_page

    comparison = session.registry.compare(*_compared(session, path), higher_is_better=known)
    worse = comparison.worse(given["fail_if_worse"] or ())
    _write_page(
        session,
        comparison_page(comparison, every=given["every"], cell_width=_cell_width(session, comparison)),
        comparison_grid(comparison, every=given["every"]),
        comparison.references,
    )
    if worse:
        raise Failure("; ".join(worse), code=ExitCode.GATE_NOT_MET)


def _cell_width(session: Session, comparison: Comparison) -> int:
    """Return how many characters a value may have, so that the versions fit side by side."""
    if session.out.whole or session.out.form is not Form.HUMAN:
        return 1_000_000
    keys = max((cells(visible(row.key)) for row in comparison.rows), default=0)
    room = session.out.out.width - keys
    return max(room // len(comparison.references) - len(GAP), 12)


def _write_page(session: Session, page: Page, grid: Grid, references: Sequence[str]) -> None:
    """Write a page; as rows in a pipe, and references alone where those are asked for."""
    out = session.out
    if out.quiet:
        out.names(references)
    elif out.form is Form.CSV or (out.form is Form.HUMAN and not out.out.live):
        out.grid(grid)
    else:
        out.page(page)


def _compared(session: Session, words: Sequence[str]) -> list[ModelVersion]:
    """Return the versions that references mean, or a model and its versions."""
    if len(words) < 2:
        raise usage("a comparison needs two versions at least", hint="`--metric METRIC --history` follows one metric.")
    if all("@" in word for word in words):
        return [find_version(session.registry, [word])[1] for word in words]
    if any("@" in word for word in words[1:]):
        raise usage("write every version as MODEL@VERSION, or a model and then versions alone")
    if len(words) == 2 and "@" in words[0]:
        raise usage(f"{words[1]!r} names no version", hint="Write it as MODEL@VERSION.")
    if len(words) == 2:
        raise usage("a comparison needs two versions at least", hint=f"Write compare {words[0]} {words[1]} OTHER.")
    return [find_version(session.registry, [words[0], word])[1] for word in words[1:]]


def _history(
    session: Session, words: Sequence[str], metric: str | None, known: Mapping[str, bool], plot: Path | None
) -> None:
    from modelreg._views.comparison_page import history_grid, history_page

    if len(words) != 1 or metric is None:
        raise usage("--history takes one model and --metric", hint="modelreg compare fraud --metric auc --history")
    model = find_record(session.registry, MODELS, words)
    history = session.registry.history(model, metric, higher_is_better=known.get(metric))
    if not history.points:
        raise Failure(
            f"no version of {words[0]!r} has a number {metric!r}",
            code=ExitCode.NOT_FOUND,
            hint=f"`modelreg show {words[0]}` shows what they have.",
        )
    if plot is not None:
        from modelreg._views.plot import draw

        draw(history, plot)
        session.out.note(f"Drawn into {plot}")
    references = [f"{words[0]}@{point.version}" for point in history.points]
    _write_page(session, history_page(history), history_grid(history), references)


@command(
    "resolve",
    _words("URI", "model-registry://fraud/1.4.0, or fraud@1.4.0, or fraud 1.4.0"),
    flag("kserve", "--kserve", help="Print an InferenceService for kubectl apply"),
    text_option("name", "--name", help="The name of the InferenceService", metavar="NAME"),
    text_option("namespace", "--namespace", help="Its namespace", metavar="NAME"),
    offers=Offers.OBJECT,
    examples=[
        "resolve model-registry://fraud/1.4.0",
        "resolve fraud@1.4.0 -q",
        "resolve fraud 1.4.0 --kserve --namespace prod",
    ],
)
def resolve(session: Session, path: Sequence[str], kserve: bool, name: str | None, namespace: str | None) -> None:
    """Show what KServe would load, and warn where that may surprise.

    In a pipe, or with -q, the URI of the model's files alone. Exit 1 when KServe would load nothing.
    """
    from modelreg._resolve import manifest
    from modelreg._views.page import Facts, Page

    if (name or namespace) and not kserve:
        raise usage("--name and --namespace go with --kserve")
    resolved = session.registry.resolve(_uri(session, path))
    for warning in resolved.warnings:
        session.out.warn(warning)
    if kserve:
        session.out.out.stream.write(manifest(resolved, name=name, namespace=namespace))
        return
    if session.out.form is Form.JSON:
        session.out.json(resolved.to_dict())
    elif session.out.quiet or not session.out.out.live:
        session.out.names([resolved.artifact_uri] if resolved.artifact_uri else [])
    else:
        artifact = resolved.artifact
        facts: list[tuple[str, object]] = [
            ("version", resolved.reference),
            ("artifact", None if artifact is None else f"{artifact.name} ({artifact.kind or 'unknown'})"),
            ("loads", resolved.artifact_uri if resolved.loads else "nothing"),
            ("format", getattr(artifact, "model_format", None)),
        ]
        session.out.page(Page(str(resolved.uri), [Facts(facts)], {}))
    if not resolved.loads:
        raise Failure("KServe would not load it")


def _uri(session: Session, words: Sequence[str]) -> Any:
    from modelreg._resolve import KServeUri

    if len(words) > 2:
        raise usage(f"{len(words)} names are not MODEL VERSION")
    if len(words) == 1 and "://" in words[0]:
        return words[0]
    model, version = _model_or_version(session.registry, words)
    return KServeUri(model=model.name, version=None if version is None else version.name)
