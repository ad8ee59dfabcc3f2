"""Decides what every command shares: where the registry is, the form of the answer, and how a change is told."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import Flag, auto
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelreg.cli.failing import usage
from modelreg.cli.output import Form, Output
from modelreg.cli.settings import Chosen, chosen, config_path, read_file
from modelreg.cli.terminal import look

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg.cli.witness import Witness
    from modelreg.views.names import Names


class Offers(Flag):
    """Which of the shared options a command takes."""

    NOTHING = 0
    JSON = auto()
    NAMES = auto()
    TABLE = auto()
    DRY_RUN = auto()
    YES = auto()
    REGISTRY = auto()
    OBJECT = JSON | NAMES | REGISTRY
    ROWS = JSON | NAMES | TABLE | REGISTRY
    PAGE = JSON | TABLE | REGISTRY
    CHANGE = OBJECT | DRY_RUN


class Session:
    """One run of one command."""

    def __init__(self, said: Mapping[str, Any], root: Mapping[str, Any]) -> None:
        self.said = said
        self.debug = bool(said.get("debug") or root.get("debug"))
        self.address: str | None = said.get("registry") or root.get("registry")
        self.dry = bool(said.get("dry_run"))
        self.out = Output(look(sys.stdout), look(sys.stderr), _form(said), bool(said.get("no_truncate")))
        self._open: list[ModelRegistry] = []
        self.witness: Witness | None = None
        if self.debug:
            _log()

    @cached_property
    def chosen(self) -> Chosen:
        """What the registry is made with."""
        return chosen(self.address, read_file(config_path()))

    @cached_property
    def registry(self) -> ModelRegistry:
        """The registry, for commands that only read."""
        return self.connected(self.chosen)

    @cached_property
    def writing(self) -> ModelRegistry:
        """The registry, for commands that write; what they write is counted, and in a dry run not sent."""
        return self.watched(self.chosen)

    def connected(self, choice: Chosen) -> ModelRegistry:
        """Make a registry object; it is closed when the command ends."""
        from modelreg import ModelRegistry

        registry = ModelRegistry(**choice.arguments)
        self._open.append(registry)
        return registry

    def watched(self, choice: Chosen) -> ModelRegistry:
        """Make a registry object whose writes are counted."""
        from modelreg import ModelRegistry
        from modelreg.cli.witness import Witness
        from modelreg.config import resolve

        self.witness = Witness(resolve(**choice.arguments), dry=self.dry)
        registry = ModelRegistry(**choice.arguments, transport=self.witness)
        self._open.append(registry)
        return registry

    @cached_property
    def names(self) -> Names:
        """The names of parents."""
        from modelreg.views.names import Names

        return Names(self.registry if "writing" not in self.__dict__ else self.writing)

    def close(self) -> None:
        """Close what was opened."""
        for registry in self._open:
            registry.close()

    def confirm(self, question: str) -> None:
        """Ask before going on; `--yes` answers, and where nobody can be asked it has to.

        Raises:
            Failure: Nobody can be asked, or the answer is no.
        """
        from modelreg.cli.failing import Failure
        from modelreg.views.text import visible

        if self.said.get("yes") or self.dry:
            return
        if not (sys.stdin.isatty() and self.out.out.live):
            raise usage(f"{question}: nobody can be asked here", hint="Say --yes.")
        self.out.err.stream.write(f"{visible(question)}? [y/N] ")
        self.out.err.stream.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Failure("left as it is")

    def done(self, happened: str, what: str, *, next_step: str | None = None) -> None:
        """Say what happened, and what to do next."""
        word = {"created": "Created", "updated": "Updated", "unchanged": "Unchanged"}.get(happened, happened)
        dry = " (dry run: nothing was sent)" if self.dry else ""
        mark = self.out.err.paint("✓", "good")
        if not self.out.quiet:
            from modelreg.views.text import visible

            self.out.err.line(f"{mark} {visible(f'{word} {what}{dry}')}")
        if next_step and not self.dry:
            self.out.say(f"  next: {next_step}", "hint")


def _form(said: Mapping[str, Any]) -> Form:
    asked = [form for form, name in _FORMS.items() if said.get(name)]
    if len(asked) > 1:
        raise usage(f"{' and '.join(_FLAGS[form] for form in asked)} cannot be had at once")
    return asked[0] if asked else Form.HUMAN


_FORMS = {Form.JSON: "json", Form.CSV: "csv", Form.MD: "md", Form.NAMES: "quiet"}
_FLAGS = {Form.JSON: "--json", Form.CSV: "--csv", Form.MD: "--md", Form.NAMES: "-q"}


def _log() -> None:
    from modelreg.cli.debugging import log_to_stderr

    log_to_stderr(logging.getLogger("modelreg"))


def _flag(name: str, help: str, *declared: str) -> inspect.Parameter:
    annotation = Annotated[bool, typer.Option(*declared, help=help)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)


_REGISTRY = inspect.Parameter(
    "registry",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None,
        typer.Option(
            "--registry",
            metavar="URL",
            help="The registry: https://..., postgresql://..., a file, or a name from the configuration file",
        ),
    ],
)
_SHARED: tuple[tuple[Offers, inspect.Parameter], ...] = (
    (Offers.DRY_RUN, _flag("dry_run", "Say what would be done, and send no write", "--dry-run", "-n")),
    (Offers.YES, _flag("yes", "Do not ask", "--yes", "-y")),
    (Offers.JSON, _flag("json", "Write JSON", "--json")),
    (Offers.TABLE, _flag("csv", "Write CSV", "--csv")),
    (Offers.TABLE, _flag("md", "Write Markdown", "--md")),
    (Offers.NAMES, _flag("quiet", "Write references alone, and say nothing else", "--quiet", "-q")),
    (Offers.TABLE, _flag("no_truncate", "Cut nothing, however wide the table becomes", "--no-truncate")),
    (Offers.REGISTRY, _REGISTRY),
    (Offers.NOTHING, _flag("debug", "Show tracebacks, and what is asked of the registry", "--debug")),
)


def command(
    app: typer.Typer, name: str, *, offers: Offers, examples: Iterable[str] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function whose first parameter is the session."""

    def made(function: Callable[..., None]) -> Callable[..., None]:
        runner = _runner(function, offers)
        epilog = "\n".join(["\b", "Examples:", *(f"  $ modelreg {example}" for example in examples)])
        app.command(name, help=inspect.getdoc(function), epilog=epilog if examples else None)(runner)
        return function

    return made


def _runner(function: Callable[..., None], offers: Offers) -> Callable[..., None]:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    taken = {parameter.name for parameter in own}
    shared = [each for offer, each in _SHARED if offer in offers and each.name not in taken]
    names = {each.name for each in shared}

    def run(context: typer.Context, **said: Any) -> None:
        session = Session({key: said.pop(key) for key in names}, context.obj or {})
        session.said = {**session.said, **{key: value for key, value in said.items() if key in ("yes",)}}
        try:
            function(session, **said)
            sys.stdout.flush()
        except BrokenPipeError as error:
            from modelreg.cli.running import PipeClosed

            raise PipeClosed from error
        finally:
            session.close()

    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    keyword_only = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    parameters = [context, *keyword_only, *shared]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__name__ = function.__name__
    return run
