"""The command that serves a registry over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True)


@app.callback()
def _root() -> None:
    """A client for the Kubeflow Model Registry, and a registry in a file."""


@app.command()
def serve(
    store: Annotated[
        str | None,
        typer.Option(help="The registry: a path, sqlite:///FILE or postgresql://...; without it, your own file."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to bind to.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to bind to; 0 takes a free one.")] = 8080,
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the bearer token that requests have to carry.", dir_okay=False)
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Serve an address that others reach without asking for a token.")
    ] = False,
    certfile: Annotated[Path | None, typer.Option(help="The certificate to speak TLS with.", dir_okay=False)] = None,
    keyfile: Annotated[Path | None, typer.Option(help="The certificate's private key.", dir_okay=False)] = None,
    max_body: Annotated[int, typer.Option(min=1, help="How many bytes a request's body may have.")] = 16 * 1024 * 1024,
) -> None:
    """Serve a registry over HTTP; the first line on stdout is its URL."""
    from modelreg.local import LocalError, MissingExtra, default_store

    try:
        try:
            from modelreg.local import server
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "uvicorn":
                raise
            raise MissingExtra("server", needed_for="serving a registry") from error
        how = server.Serving(host, port, token_file, insecure, certfile, keyfile, max_body)
        server.serve(store or default_store(), how, announce=lambda url: print(url, flush=True))
    except LocalError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
