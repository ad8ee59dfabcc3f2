"""The command that says what KServe would load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from modelreg.cli.completing import complete
from modelreg.cli.exits import ExitCode
from modelreg.cli.failing import Failure, usage
from modelreg.cli.kinds import VERSIONS
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.session import Offers, Session, command

if TYPE_CHECKING:
    from modelreg.resolve import ModelUri

app = new_app()


@command(
    app,
    "resolve",
    offers=Offers.OBJECT,
    examples=[
        "resolve model-registry://fraud/1.4.0",
        "resolve fraud@1.4.0 -q",
        "resolve fraud 1.4.0 --kserve --namespace prod",
    ],
)
def _resolve(
    session: Session,
    path: Annotated[
        list[str],
        typer.Argument(
            metavar="URI",
            help="model-registry://fraud/1.4.0, or fraud@1.4.0, or fraud 1.4.0",
            autocompletion=complete(VERSIONS.path),
        ),
    ],
    kserve: Annotated[bool, typer.Option("--kserve", help="Print an InferenceService for kubectl apply")] = False,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Of the InferenceService")] = None,
    namespace: Annotated[str | None, typer.Option("--namespace", metavar="NAME", help="Its namespace")] = None,
) -> None:
    """Say what KServe would load, and warn where it would not load what one thinks.

    In a pipe, or with -q, the URI of the weights alone. Exit 1 when KServe would load nothing.
    """
    from modelreg.resolve import manifest, resolve
    from modelreg.views.page import Facts, Page

    if (name or namespace) and not kserve:
        raise usage("--name and --namespace go with --kserve")
    resolved = resolve(session.registry, _uri(session, path))
    for warning in resolved.warnings:
        session.out.warn(warning)
    if kserve:
        session.out.out.stream.write(manifest(resolved, name=name, namespace=namespace))
        return
    if session.out.form is Form.JSON:
        session.out.json(resolved.to_dict())
    elif session.out.quiet or not session.out.out.live:
        session.out.names([resolved.place] if resolved.place else [])
    else:
        artifact = resolved.artifact
        facts: list[tuple[str, object]] = [
            ("version", f"{resolved.model.name}@{resolved.version.name}"),
            ("artifact", None if artifact is None else f"{artifact.name} ({artifact.kind or 'unknown'})"),
            ("loads", resolved.place if resolved.loads else "nothing"),
            ("format", getattr(artifact, "model_format", None)),
        ]
        session.out.page(Page(str(resolved.uri), [Facts(facts)], {}))
    if not resolved.loads:
        raise Failure("KServe would not load it", code=ExitCode.FAILED)


def _uri(session: Session, words: list[str]) -> ModelUri:
    from modelreg.cli.show import model_or_version
    from modelreg.resolve import ModelUri, read_uri

    if len(words) > 2:
        raise usage(f"{len(words)} names are not MODEL VERSION")
    if len(words) == 2:
        return ModelUri(model=words[0], version=words[1])
    if words[0].startswith("model-registry:") or "://" in words[0]:
        return read_uri(words[0])
    model, version = model_or_version(session.registry, words)
    return ModelUri(model=model.name, version=None if version is None else version.name)
