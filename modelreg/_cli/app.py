"""The commands of `modelreg` by name; the module of one is imported when it is run."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from modelreg import __version__
from modelreg._cli.failures import ExitCode

_WRITE, _READ, _MOVE, _SETUP, _ALL = "Register and serve", "Read", "Move", "Set up", "Resources"
# Each command: the module and name that hold it, what the list of commands says of it, and under which heading.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "register": ("register:register", "Register a model version and its artifact", _WRITE),
    "register-hf": ("weights:register_hf", "Register a model of the Hugging Face Hub", _WRITE),
    "promote": ("aliases:promote", "Point an alias at a version if it passes a gate", _WRITE),
    "serve": ("serve:serve", "Serve a registry over HTTP", _WRITE),
    "ui": ("serve:ui", "Show a registry in the browser", _READ),
    "show": ("show:show", "Show a model or a version", _READ),
    "compare": ("show:compare", "Compare versions, or follow a metric over all of them", _READ),
    "tree": ("show:tree", "Show a model's versions, artifacts, services and origin", _READ),
    "resolve": ("show:resolve", "Show what KServe would load", _READ),
    "files": ("weights:files", "List a version's files", _READ),
    "verify": ("weights:verify", "Check a version's files where they are", _READ),
    "download": ("weights:download", "Download a version's files, every byte checked", _MOVE),
    "export": ("transfer:export", "Write models, or everything, to a file", _MOVE),
    "import": ("transfer:import_", "Read an export into a registry", _MOVE),
    "bulk": ("transfer:bulk", "Register many versions from a file", _WRITE),
    "copy": ("transfer:copy", "Copy from one registry into another", _MOVE),
    "doctor": ("setup:doctor", "Find out why a registry cannot be used", _SETUP),
    "config": ("setup:config", "Show each setting and where it came from", _SETUP),
    "completion": ("setup:completion", "Print the script that makes a shell complete", _SETUP),
    "models": ("resources:models", "Registered models", _ALL),
    "versions": ("resources:versions", "Model versions", _ALL),
    "artifacts": ("resources:artifacts", "Artifacts of every kind", _ALL),
    "serving-environments": ("resources:serving_environments", "Serving environments", _ALL),
    "inference-services": ("resources:inference_services", "Inference services", _ALL),
    "serve-models": ("resources:serve_models", "Which versions services serve or served", _ALL),
    "alias": ("aliases:alias", "Aliases of versions, such as fraud@champion", _ALL),
    "experiments": ("resources:experiments", "Experiments", _ALL),
    "runs": ("resources:runs", "Experiment runs, and what they log", _ALL),
}
ALIASES = {
    "environments": "serving-environments",
    "services": "inference-services",
    "serves": "serve-models",
    "diff": "compare",
}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Group(click.Group):
    """A group that prints its help when no command is named, and names the nearest command on a wrong one."""

    def __init__(self, name: str, help: str, **more: Any) -> None:
        super().__init__(
            name, help=help, invoke_without_command=True, context_settings=CONTEXT, **{"callback": start, **more}
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            if ctx.resilient_parsing:
                return None, None, args[1:]
            _fail_unknown(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def start(**given: Any) -> None:
    """Keep the options given before the command; without a command print the help."""
    ctx = click.get_current_context()
    if given:
        ctx.obj = given
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _fail_unknown(ctx: click.Context, name: str, known: Sequence[str]) -> NoReturn:
    if name == "delete":
        ctx.fail(
            "nothing is deleted: the registry's API has no way to. `archive` takes a model, version, experiment or "
            "run out of use and `restore` brings it back; `undeploy` takes a service out of use; `update "
            "--remove-property` removes a property or label"
        )
    from difflib import get_close_matches

    near = " or ".join(get_close_matches(name, known, n=3, cutoff=0.5))
    ctx.fail(f"no such command {name!r}" + (f"; did you mean {near}?" if near else ""))


class Root(Group):
    """The commands of modelreg."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(f"modelreg._cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands under headings, without importing them."""
        for heading in dict.fromkeys(heading for _, _, heading in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, meaning) for name, (_, meaning, under) in COMMANDS.items() if under == heading]
                )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, without importing any."""
        found = [CompletionItem(name, help=meaning) for name, (_, meaning, _) in COMMANDS.items()]
        return [item for item in found if item.value.startswith(incomplete)] + (
            click.Command.shell_complete(self, ctx, incomplete) if incomplete.startswith("-") else []
        )


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


def _print_version(ctx: click.Context, _: click.Parameter, given: bool) -> None:
    if given and not ctx.resilient_parsing:
        click.echo(f"modelreg {__version__}")
        ctx.exit()


root = Root(
    "modelreg",
    "Keep models, their versions and where they are served, in a Kubeflow Model Registry or in a file.",
    epilog=_EPILOG,
    params=[
        click.Option(["--registry"], metavar="URL", help="The registry, for every command; before it or after"),
        click.Option(["-q", "--quiet"], is_flag=True, help="Write references alone, and no messages"),
        click.Option(["--debug"], is_flag=True, help="Show tracebacks and every request to the registry"),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version and exit",
        ),
    ],
)
