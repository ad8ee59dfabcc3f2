"""Decides which commands there are, under which headings, and what stands at the root."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer

from modelreg import __version__
from modelreg.cli.exits import ExitCode
from modelreg.cli.lazy import Entry, LazyGroup

_DO, _READ, _MOVE, _ALL = "Register and serve", "Read", "Move and mend", "Resources"
_ENTRIES = {
    "register": Entry("modelreg.cli.register:app", "Register a version of a model with its weights", _DO),
    "serve": Entry("modelreg.cli.serving:app", "Serve a registry over HTTP", _DO),
    "show": Entry("modelreg.cli.show:show_app", "Show a model or a version", _READ),
    "compare": Entry("modelreg.cli.compare:app", "Compare versions, or follow a metric over all of them", _READ),
    "tree": Entry("modelreg.cli.show:tree_app", "Show a model's versions, artifacts, services and origin", _READ),
    "resolve": Entry("modelreg.cli.resolve:app", "Say what KServe would load", _READ),
    "export": Entry("modelreg.cli.transfer:export_app", "Write models, or everything, to a file", _MOVE),
    "import": Entry("modelreg.cli.transfer:import_app", "Read what export wrote into a registry", _MOVE),
    "copy": Entry("modelreg.cli.transfer:copy_app", "Copy from one registry into another", _MOVE),
    "doctor": Entry("modelreg.cli.doctor:app", "Find out why a registry cannot be used", _MOVE),
    "config": Entry("modelreg.cli.config:app", "Say which setting came from where", _MOVE),
    "completion": Entry("modelreg.cli.completion:app", "Print what makes a shell complete commands and names", _MOVE),
    "models": Entry("modelreg.cli.resources:models", "Registered models", _ALL),
    "versions": Entry("modelreg.cli.resources:versions", "Model versions", _ALL),
    "artifacts": Entry("modelreg.cli.resources:artifacts", "Artifacts of every kind", _ALL),
    "serving-environments": Entry("modelreg.cli.resources:serving_environments", "Serving environments", _ALL),
    "inference-services": Entry("modelreg.cli.resources:inference_services", "Inference services", _ALL),
    "serve-models": Entry("modelreg.cli.resources:serve_models", "Acts of serving", _ALL),
    "experiments": Entry("modelreg.cli.resources:experiments", "Experiments", _ALL),
    "runs": Entry("modelreg.cli.resources:runs", "Experiment runs, and what they log", _ALL),
}


class Root(LazyGroup):
    """The commands of modelreg."""

    entries: ClassVar[dict[str, Entry]] = _ENTRIES
    aliases: ClassVar[dict[str, str]] = {
        "environments": "serving-environments",
        "services": "inference-services",
        "serves": "serve-models",
        "diff": "compare",
    }


_EPILOG = "\n".join(
    [
        "\b",
        "Short names: environments, services, serves, diff.",
        "A version is written fraud@1.4.0, or fraud 1.4.0.",
        "",
        "\b",
        "Exit codes:",
        *(f"  {code.value:>3}  {code.meaning}" for code in ExitCode),
        "",
        "\b",
        "Environment:",
        "  MODEL_REGISTRY_URL                   the registry: https://..., postgresql://..., a file",
        "  MODEL_REGISTRY_TOKEN, _TOKEN_PATH    the token, or a file that holds it",
        "  MODEL_REGISTRY_CA_CERT               certificates to trust instead of the system's",
        "  MODEL_REGISTRY_CONFIG                the configuration file (`modelreg config` names it)",
        "  NO_COLOR, CLICOLOR_FORCE, COLUMNS    colour never, colour always, the width of tables",
    ]
)

app = typer.Typer(
    cls=Root,
    name="modelreg",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"modelreg {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    registry: Annotated[
        str | None,
        typer.Option("--registry", metavar="URL", help="The registry, for every command; before it or after"),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks, and what is asked of the registry")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave")
    ] = False,
) -> None:
    """Keep models, their versions and where they are served, in a Kubeflow Model Registry or in a file."""
    del version
    ctx.obj = {"registry": registry, "debug": debug}
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())
