"""The command that finds out why a registry cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from modelreg.cli.exits import ExitCode
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.session import Offers, Session, command
from modelreg.cli.settings import Chosen
from modelreg.cli.terminal import Style, wrapped
from modelreg.views.text import visible

if TYPE_CHECKING:
    from modelreg.doctor import Check

app = new_app()
_STYLES: dict[str, Style] = {"pass": "good", "warn": "warn", "fail": "bad"}
_INDENT = 14
_CODES = {"network": ExitCode.UNREACHABLE, "auth": ExitCode.NOT_AUTHORISED}


@command(
    app,
    "doctor",
    offers=Offers.JSON | Offers.REGISTRY,
    examples=["doctor", "doctor https://registry.example.com", "doctor --write --json"],
)
def _doctor(
    session: Session,
    address: Annotated[str | None, typer.Argument(metavar="[URL]", help="The registry to look at")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write and archive a model of the doctor's own; it cannot be deleted")
    ] = False,
) -> None:
    """Find out why a registry cannot be used: name, port, certificate, token, version, a read; each with what to do."""
    from modelreg.config import resolve
    from modelreg.doctor import examine

    session.address = address or session.address
    # A fault is to be named, not waited out.
    choice = Chosen({**session.chosen.arguments, "retries": 0}, session.chosen.sources)
    settings, registry = resolve(**choice.arguments), session.connected(choice)
    checks = []
    for check in examine(registry, settings, write=write):
        checks.append(check)
        if session.out.form is not Form.JSON:
            _tell(session, check)
    if session.out.form is Form.JSON:
        kept = ("name", "status", "said", "advice")
        session.out.json([{name: getattr(check, name) for name in kept} for check in checks])
    failed = next((check for check in checks if check.status == "fail"), None)
    if failed is not None:
        raise typer.Exit(_CODES.get(failed.area, ExitCode.FAILED))


def _tell(session: Session, check: Check) -> None:
    """Write a check: in a pipe a row, for people a line, and under it what to do."""
    out = session.out.out
    if not out.live:
        out.line("\t".join(visible(text) for text in (check.status, check.name, check.said, check.advice)))
        return
    for at, line in enumerate(wrapped(visible(check.said), out.width - _INDENT)):
        status = out.paint(check.status, _STYLES[check.status])
        out.line(f"{f'{status}  {check.name:<8}' if at == 0 else ' ' * _INDENT}{line}")
    for at, line in enumerate(wrapped(visible(check.advice), out.width - _INDENT - 2) if check.advice else ()):
        out.line(f"{' ' * _INDENT}{'→' if at == 0 else ' '} {line}")
