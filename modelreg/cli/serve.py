"""The command that serves a registry over HTTP: the options of ``modelreg.local.server``, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from modelreg.local.errors import LocalError
from modelreg.local.server import Limits, ServeOptions
from modelreg.local.server import serve as run

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True)

_LIMITS = Limits()


@app.callback()
def _root() -> None:
    """A client for the Kubeflow Model Registry, and a registry in a file."""


def _option(help: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=help, **more)


@app.command()
def serve(
    store: Annotated[
        str | None, _option("The registry: a path, sqlite:///FILE or postgresql://...; without it, your own file.")
    ] = None,
    host: Annotated[str, _option("The address to bind to.")] = "127.0.0.1",
    port: Annotated[int, _option("The port to bind to; 0 takes a free one.", min=0, max=65535)] = 8080,
    token_file: Annotated[
        Path | None, _option("A file with the bearer token that requests have to carry.", dir_okay=False)
    ] = None,
    insecure: Annotated[
        bool, _option("Serve an address that others reach without asking for a token.", "--insecure")
    ] = False,
    certfile: Annotated[Path | None, _option("The certificate to speak TLS with.", dir_okay=False)] = None,
    keyfile: Annotated[Path | None, _option("The certificate's private key.", dir_okay=False)] = None,
    allowed_host: Annotated[
        list[str] | None,
        _option("A host, beside loopback's, that requests may be for; * for any. Needed without a token only."),
    ] = None,
    allowed_origin: Annotated[
        list[str] | None, _option("An origin whose web pages may use the registry, as https://host.")
    ] = None,
    read_only: Annotated[bool, _option("Refuse every request that would write.", "--read-only")] = False,
    access_log: Annotated[str, _option("text, json (the whole log as JSON lines) or none.")] = "text",
    max_body: Annotated[int, _option("How many bytes a request's body may have.", min=1)] = _LIMITS.max_body,
    max_bodies_in_flight: Annotated[
        int, _option("How many bytes the bodies of all requests under way may have.", min=1)
    ] = _LIMITS.max_bodies_in_flight,
    max_connections: Annotated[
        int | None,
        _option("How many connections may be open; without it, what the limit on open files allows.", min=1),
    ] = None,
    header_timeout: Annotated[
        float, _option("Seconds for the headers of a request, and for a TLS handshake.")
    ] = _LIMITS.header_seconds,
    body_timeout: Annotated[float, _option("Seconds for the body of a request.")] = _LIMITS.body_seconds,
    idle_timeout: Annotated[
        float, _option("Seconds that a connection is kept without a request.")
    ] = _LIMITS.idle_seconds,
) -> None:
    """Serve a registry over HTTP; the first line on stdout is its URL."""
    try:
        limits = Limits(max_body, max_bodies_in_flight, max_connections, header_timeout, body_timeout, idle_timeout)
        options = ServeOptions(
            store=store,
            host=host,
            port=port,
            token_file=token_file,
            insecure=insecure,
            certfile=certfile,
            keyfile=keyfile,
            allowed_hosts=allowed_host or (),
            allowed_origins=allowed_origin or (),
            read_only=read_only,
            access_log=access_log,  # type: ignore[arg-type]  # the options check it
            limits=limits,
        )
        run(options)
    except LocalError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
