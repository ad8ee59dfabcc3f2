"""`modelreg serve` and `modelreg ui`: the registry over HTTP, and in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click

from modelreg._cli.failures import Failure
from modelreg._cli.session import Offers, Session, command, flag
from modelreg.local._registry.errors import LocalError
from modelreg.local._registry.server.options import AccessLog
from modelreg.local.server import Limits, ServeOptions
from modelreg.local.server import serve as run_server

_FILE = click.Path(path_type=Path, dir_okay=False)
_LIMITS = Limits()


def _option(flag_: str, help: str, *, default: Any = None, type: Any = None, metavar: str = "TEXT") -> click.Option:
    return click.Option([flag_], default=default, type=type, metavar=metavar, help=_with_default(help, default))


def _limit(flag_: str, field: str, help: str, metavar: str = "SECONDS") -> click.Option:
    default = getattr(_LIMITS, field)
    kind = float if isinstance(default, float) else click.IntRange(min=1)
    text = _with_default(help, default)
    return click.Option([flag_, field], default=default, type=kind, metavar=metavar, help=text)


def _with_default(help: str, default: Any) -> str:
    if default is None:
        return help
    return f"{help} [default: {default:g}]" if isinstance(default, float) else f"{help} [default: {default}]"


@command(
    "serve",
    _option("--store", "The registry: a path, sqlite:///FILE or postgresql://...; your own file unless given"),
    _option("--host", "The address to bind to", default="127.0.0.1"),
    _option(
        "--port",
        "The port to bind to; 0 takes a free one",
        default=8080,
        type=click.IntRange(0, 65535),
        metavar="NUMBER",
    ),
    _option("--token-file", "A file with the bearer token that requests have to carry", type=_FILE, metavar="FILE"),
    flag("insecure", "--insecure", help="Serve an address that others reach without asking for a token"),
    _option("--certfile", "The certificate to speak TLS with", type=_FILE, metavar="FILE"),
    _option("--keyfile", "The certificate's private key", type=_FILE, metavar="FILE"),
    click.Option(
        ["--allowed-host"],
        multiple=True,
        metavar="HOST",
        help="A host, beside loopback's, that requests may be for; * for any; needed without a token only; repeatable",
    ),
    click.Option(
        ["--allowed-origin"],
        multiple=True,
        metavar="ORIGIN",
        help="An origin whose web pages may use the registry, as https://host; repeatable",
    ),
    flag("read_only", "--read-only", help="Refuse every request that would write"),
    click.Option(
        ["--access-log"],
        type=click.Choice(get_args(AccessLog)),
        metavar="|".join(get_args(AccessLog)),
        help="The log of requests; json writes the whole log as JSON lines [default: text; none with --quiet]",
    ),
    _limit("--max-body", "max_body", "How many bytes a request's body may have", "BYTES"),
    _limit(
        "--max-bodies-in-flight",
        "max_bodies_in_flight",
        "How many bytes the bodies of all open requests may have",
        "BYTES",
    ),
    _limit(
        "--max-connections",
        "max_connections",
        "How many connections may be open [default: what open files allow]",
        "NUMBER",
    ),
    _limit("--header-timeout", "header_seconds", "Seconds for the headers of a request, and for a TLS handshake"),
    _limit("--body-timeout", "body_seconds", "Seconds for the body of a request"),
    _limit("--idle-timeout", "idle_seconds", "Seconds that a connection is kept without a request"),
    flag("no_ui", "--no-ui", help="Leave out the page at /"),
    offers=Offers.NOTHING,
    examples=["serve --store registry.db --port 8080", "serve --store registry.db --host 0.0.0.0 --token-file token"],
)
def serve(session: Session, **given: Any) -> None:
    """Serve a registry over HTTP, with a page at /; the first line on stdout is its URL."""
    import gc

    from modelreg.web import page

    gc.set_threshold(700)  # a server lives long
    limits = {name: given.pop(name) for name in Limits.__annotations__ if name in given}
    given["allowed_hosts"], given["allowed_origins"] = given.pop("allowed_host"), given.pop("allowed_origin")
    apps = {} if given.pop("no_ui") else {"/": page}
    given["access_log"] = given["access_log"] or ("none" if session.out.quiet else "text")
    try:
        run_server(ServeOptions(**given, limits=Limits(**limits)), apps=apps)
    except LocalError as error:
        raise Failure(str(error)) from None


@command(
    "ui",
    flag("no_browser", "--no-browser", help="Print the address instead of opening the browser"),
    flag("read_only", "--read-only", help="Show nothing that writes, and refuse it"),
    _option("--root-path", "The path that a proxy shows the page under, such as /user/ana/proxy/8123", default=""),
    _option(
        "--port",
        "The port on loopback to listen on; 0 takes a free one",
        default=0,
        type=click.IntRange(0, 65535),
        metavar="NUMBER",
    ),
    offers=Offers.REGISTRY,
    examples=["ui", "ui --registry https://registry.example.com --read-only"],
)
def ui(session: Session, no_browser: bool, read_only: bool, root_path: str, port: int) -> None:
    """Show a registry in the browser, on loopback, until Ctrl-C; a token of the registry stays in this process."""
    from modelreg.web import run_ui

    try:
        run_ui(session.registry, open_browser=not no_browser, read_only=read_only, root_path=root_path, port=port)
    except LocalError as error:
        raise Failure(str(error)) from None
