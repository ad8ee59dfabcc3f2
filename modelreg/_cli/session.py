"""What every command shares: its options for output and registry, and the registry objects it opens."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Flag, auto
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from modelreg import errors
from modelreg._cli.app import CONTEXT
from modelreg._cli.failures import Failure, usage
from modelreg._cli.output import Form, Output
from modelreg._cli.running import PipeClosed
from modelreg._cli.settings import Choice, choose, config_path, read_config
from modelreg._cli.tables import terminal_of
from modelreg._views.visible_text import visible

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg._types import Plan
    from modelreg._views.names import Names

_DONE = {"created": "Created", "updated": "Updated", "unchanged": "Unchanged"}


class Offers(Flag):
    """Which of the shared options a command takes beside `--quiet` and `--debug`, which all do."""

    NOTHING = 0
    JSON = auto()
    TABLE = auto()
    DRY_RUN = auto()
    YES = auto()
    REGISTRY = auto()
    OBJECT = JSON | REGISTRY
    ROWS = JSON | TABLE | REGISTRY
    CHANGE = OBJECT | DRY_RUN


class Session:
    """One run of one command."""

    def __init__(self, given: Mapping[str, Any], root: Mapping[str, Any]) -> None:
        self._yes = bool(given.get("yes"))
        self._open: list[ModelRegistry] = []
        self.address: str | None = given.get("registry") or root.get("registry")
        self.dry = bool(given.get("dry_run"))
        self.out = Output(
            terminal_of(sys.stdout), terminal_of(sys.stderr), _form(given, root), bool(given.get("no_truncate"))
        )
        self._warned: set[str] = set()
        self._handler: logging.Handler | None = None
        if given.get("debug") or root.get("debug"):
            _log_to_stderr()
        else:
            self._handler = _warnings_to(self.warn)

    @cached_property
    def choice(self) -> Choice:
        """What the registry is opened with."""
        return choose(self.address, read_config(config_path()))

    @cached_property
    def registry(self) -> ModelRegistry:
        """The registry; it is closed when the command ends."""
        return self.connect(self.choice)

    def connect(self, choice: Choice) -> ModelRegistry:
        """Open a registry; it is closed when the command ends."""
        from modelreg import ModelRegistry

        registry = ModelRegistry(**choice.arguments)
        self._open.append(registry)
        return registry

    @cached_property
    def names(self) -> Names:
        """The names of parents."""
        from modelreg._views.names import Names

        return Names(self.registry)

    @property
    def has_default_address(self) -> bool:
        """Whether the registry is the user's own file because none was named."""
        return all(registry.describe()["address"].source == "default" for registry in self._open)

    def warn(self, text: str) -> None:
        """Write a warning to stderr, unless this run did already."""
        if text not in self._warned:
            self._warned.add(text)
            self.out.warn(text)

    def close(self) -> None:
        """Close what was opened."""
        if self._handler is not None:
            logging.getLogger("modelreg").removeHandler(self._handler)
        for registry in self._open:
            registry.close()

    def confirm(self, action: str) -> None:
        """Ask for a confirmation; with `--yes`, or in a dry run, go on without.

        Raises:
            Failure: Nobody can be asked, or the reply is no.
        """
        if self._yes or self.dry:
            return
        if not (sys.stdin.isatty() and self.out.out.live):
            raise usage(f"{action}: this needs a confirmation, and there is no terminal", hint="Pass --yes.")
        self.out.err.stream.write(f"{visible(action)}? [y/N] ")
        self.out.err.stream.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Failure("left as it is")

    def done(self, happened: str, what: str, *, next_step: str | None = None) -> None:
        """Print what happened, and what to do next."""
        if self.out.quiet:
            return
        dry = " (dry run: nothing was sent)" if self.dry else ""
        mark = self.out.err.paint("✓", "good")
        self.out.err.line(f"{mark} {visible(f'{_DONE.get(happened, happened)} {what}{dry}')}")
        if next_step and not self.dry:
            self.out.note(f"  next: {next_step}", "hint")

    def plan(self, plan: Plan, what: str, reference: str, *, done: str | None = None) -> None:
        """Print what a dry run would write."""
        for warning in plan.warnings:
            self.out.warn(warning)
        for write in plan.writes:
            request = f"  {write.method} {write.path}" if write.method else ""
            self.out.note(f"  {write}{request}")
        happened = str(plan.outcome)
        self.done(done if done and happened != "unchanged" else happened, what)
        self.out.result({"reference": reference, **plan_data(plan)}, [reference])


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON has it."""
    import attrs

    return {
        "outcome": outcome_data(plan.outcome),
        "writes": [attrs.asdict(write, recurse=False) for write in plan.writes],
        "warnings": list(plan.warnings),
    }


def outcome_data(outcome: Any) -> Any:
    """Return what happened as JSON has it: one word, or one for each record of a registration."""
    if isinstance(outcome, str):
        return outcome
    import attrs

    return {"strongest": str(outcome), **attrs.asdict(outcome)}


_FORMS = {
    "json": (Form.JSON, "--json"),
    "csv": (Form.CSV, "--csv"),
    "md": (Form.MD, "--md"),
    "quiet": (Form.NAMES, "--quiet"),
}


def _form(given: Mapping[str, Any], root: Mapping[str, Any]) -> Form:
    chosen = [_FORMS[name] for name in _FORMS if given.get(name) or root.get(name)]
    if len(chosen) > 1:
        raise usage(f"{' and '.join(flag for _, flag in chosen)} exclude each other")
    return chosen[0][0] if chosen else Form.HUMAN


def _warnings_to(warn: Callable[[str], None]) -> logging.Handler:
    """Pass on the warnings of the library's log; return the handler that does."""

    class _Warnings(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            warn(record.getMessage())

    handler = _Warnings(logging.WARNING)
    logging.getLogger("modelreg").addHandler(handler)
    return handler


def _log_to_stderr() -> None:
    """Show the library's log, made visible."""

    class _Visible(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return visible(super().format(record), lines=True)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Visible("debug: %(message)s"))
    logger = logging.getLogger("modelreg")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.DEBUG)


def flag(name: str, *declared: str, help: str) -> click.Option:
    """Return a switch."""
    return click.Option([*declared, name], is_flag=True, help=help)


_REGISTRY_HELP = "The registry: https://..., postgresql://..., a file, or a name from the configuration file"
_SHARED: tuple[tuple[Offers, Callable[[], click.Option]], ...] = (
    (Offers.DRY_RUN, lambda: flag("dry_run", "--dry-run", "-n", help="Show what would be written, and write nothing")),
    (Offers.YES, lambda: flag("yes", "--yes", "-y", help="Do not ask")),
    (Offers.JSON, lambda: flag("json", "--json", help="Write JSON")),
    (Offers.TABLE, lambda: flag("csv", "--csv", help="Write CSV")),
    (Offers.TABLE, lambda: flag("md", "--md", help="Write Markdown")),
    (Offers.NOTHING, lambda: flag("quiet", "--quiet", "-q", help="Write references alone, and no messages")),
    (Offers.TABLE, lambda: flag("no_truncate", "--no-truncate", help="Cut nothing, however wide the table becomes")),
    (Offers.REGISTRY, lambda: click.Option(["--registry"], metavar="URL", help=_REGISTRY_HELP)),
    (Offers.NOTHING, lambda: flag("debug", "--debug", help="Show tracebacks and every request to the registry")),
)


class Argument(click.Argument):
    """An argument with a help text, whatever release of click shows it."""

    def __init__(self, name: str, *, help: str, **more: Any) -> None:
        super().__init__([name], **more)
        self.help: str = help

    def get_help_record(self, ctx: click.Context) -> Any:
        """Return nothing: the command lists its arguments itself."""


class Command(click.Command):
    """A command that is called with a session and its own options."""

    def __init__(
        self,
        name: str,
        callback: Callable[..., None],
        params: Sequence[click.Parameter] = (),
        *,
        offers: Offers,
        examples: Iterable[str] = (),
        help: str | None = None,
    ) -> None:
        shared = [make() for offer, make in _SHARED if offer in offers or not offer]
        super().__init__(
            name,
            callback=callback,
            params=[*params, *shared],
            help=help or (callback.__doc__ or "").replace("\n    ", "\n"),
            epilog="\n".join(["\b", "Examples:", *(f"  $ modelreg {example}" for example in examples)]),
            context_settings=CONTEXT,
        )
        self._shared = {str(each.name) for each in shared}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the arguments, then the options."""
        arguments = [
            (each.metavar or str(each.name).upper(), each.help) for each in self.params if isinstance(each, Argument)
        ]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        super().format_options(ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write nothing: releases of click from 8.5 would list the arguments a second time."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command with a session, which is closed after it."""
        assert self.callback is not None
        given = {name: value for name, value in ctx.params.items() if name not in self._shared}
        session = Session({name: ctx.params[name] for name in self._shared}, ctx.obj or {})
        try:
            self.callback(session, **given)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise PipeClosed from error
        except errors.MissingExtra as error:
            if error.details.get("extra") != "local" or not session.has_default_address:
                raise
            hint = "Name a server's by --registry or MODEL_REGISTRY_URL, or pip install 'modelreg[local]' for a file"
            raise Failure("no registry is named, and one in a file needs the extra `local`", hint=hint) from error
        finally:
            session.close()


def command(
    name: str, *params: click.Parameter, offers: Offers, examples: Iterable[str] = ()
) -> Callable[[Callable[..., None]], Command]:
    """Make a command of a function whose first parameter is the session."""
    return lambda function: Command(name, function, params, offers=offers, examples=examples)
