"""The commands around the registry: `doctor`, `config` and `completion`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from modelreg._cli.failures import ExitCode
from modelreg._cli.output import Form
from modelreg._cli.session import Argument, Offers, Session, command, flag
from modelreg._cli.settings import VARIABLE, Choice, config_path, read_config
from modelreg._cli.tables import Style, wrapped
from modelreg._views.visible_text import visible

if TYPE_CHECKING:
    from modelreg._doctor import Check

_STYLES: dict[str, Style] = {"pass": "good", "warn": "warn", "fail": "bad"}
_INDENT = 14
_CODES = {"network": ExitCode.UNREACHABLE, "auth": ExitCode.NOT_AUTHORISED}


@command(
    "doctor",
    Argument("address", required=False, metavar="[URL]", help="The registry to check"),
    flag("write", "--write", help="Write and archive a model named modelreg-doctor; it cannot be deleted"),
    offers=Offers.JSON | Offers.REGISTRY,
    examples=["doctor", "doctor https://registry.example.com", "doctor --write --json"],
)
def doctor(session: Session, address: str | None, write: bool) -> None:
    """Find out why a registry cannot be used: name, port, certificate, token, version, a read; each with what to do.

    With -q the names of the checks that failed.
    """
    session.address = address or session.address
    # A fault is to be named, not waited out.
    choice = Choice({**session.choice.arguments, "retries": 0}, session.choice.sources)
    checks: list[Check] = []
    for check in session.connect(choice).iter_checks(write=write):
        checks.append(check)
        if session.out.form is Form.HUMAN:
            _print_check(session, check)
    failed = [check for check in checks if check.status == "fail"]
    if session.out.form is Form.JSON:
        kept = ("name", "status", "message", "advice")
        session.out.json([{name: getattr(check, name) for name in kept} for check in checks])
    elif session.out.quiet:
        session.out.names(check.name for check in failed)
    if failed:
        raise click.exceptions.Exit(_CODES.get(failed[0].area, ExitCode.FAILED))


def _print_check(session: Session, check: Check) -> None:
    """Write a check: in a pipe a row, for people a line, and under it what to do."""
    out = session.out.out
    if not out.live:
        out.line("\t".join(visible(text) for text in (check.status, check.name, check.message, check.advice)))
        return
    for at, line in enumerate(wrapped(visible(check.message), out.width - _INDENT)):
        status = out.paint(check.status, _STYLES[check.status])
        out.line(f"{f'{status}  {check.name:<8}' if at == 0 else ' ' * _INDENT}{line}")
    for at, line in enumerate(wrapped(visible(check.advice), out.width - _INDENT - 2) if check.advice else ()):
        out.line(f"{' ' * _INDENT}{'→' if at == 0 else ' '} {line}")


@command(
    "config",
    flag("path", "--path", help="Print where the configuration file is, or would be"),
    offers=Offers.ROWS,
    examples=["config", "config --json", "config --path"],
)
def config(session: Session, path: bool) -> None:
    """Show each setting and where it came from: flag, environment, configuration file or default.

    The file is TOML, with url, token_path, ca, client_cert, client_key, timeout, retries, allow_plaintext_token and
    api_version; [registries.NAME] holds the same for a registry that --registry NAME chooses. No secret is shown. With
    -q the registry's address.
    """
    where = config_path()
    if path:
        session.out.names([str(where)])
        return
    file = read_config(where)
    rows = _rows(session)
    if session.out.quiet:
        session.out.names([rows[0][1]])
    elif session.out.form is Form.JSON:
        settings = {name: {"value": value, "source": source} for name, value, source in rows}
        described = {"path": str(where), "exists": file.exists, "registries": sorted(file.registries)}
        session.out.json({"file": described, "settings": settings})
    else:
        from modelreg._views.page import Column, Grid

        columns = (Column("setting", "SETTING"), Column("value", "VALUE", cut=1), Column("source", "FROM", cut=2))
        session.out.grid(Grid(columns, rows))
        missing = "" if file.exists else ", which is not there"
        session.out.note(f"The configuration file is {where}{missing}. {VARIABLE} names another.", "dim")


def _rows(session: Session) -> Sequence[tuple[str, str, str]]:
    """Return each setting, its value, and where it came from; an argument came from where the command line took it."""
    sources = session.choice.sources
    rows = []
    for name, setting in session.registry.describe().items():
        source = sources.get(name, setting.source) if setting.source == "argument" else setting.source
        rows.append((name, setting.value, source))
    return rows


_SOURCED = {
    "bash": 'eval "$(modelreg completion bash)"',
    "zsh": 'eval "$(modelreg completion zsh)"',
    "fish": "modelreg completion fish | source",
}


@command(
    "completion",
    Argument("shell", type=click.Choice(list(_SOURCED)), metavar="bash|zsh|fish", help="The shell that reads it"),
    offers=Offers.NOTHING,
    examples=["completion bash", "completion zsh"],
)
def completion(session: Session, shell: str) -> None:
    """Print the script that makes a shell complete commands, options and the registry's names.

    Names come from the registry if it responds within half a second.
    """
    from click.shell_completion import get_completion_class

    from modelreg._cli.app import root

    kind = get_completion_class(shell)
    assert kind is not None
    session.out.out.line(kind(root, {}, "modelreg", "_MODELREG_COMPLETE").source())
    session.out.hint(f"Put this into the shell's start-up file: {_SOURCED[shell]}")
