"""Decides how commands are found without importing them all: a command's module is imported when it is run.

Subclasses typer's own group, which is the one thing beyond its public API that is used here; a test guards it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import attrs
import typer
import typer.core
import typer.main


@attrs.frozen
class Entry:
    """One command of the root.

    Attributes:
        place: `module:name` of its Typer app.
        help: What the list of commands says of it.
        section: Under which heading.
    """

    place: str
    help: str
    section: str


class LazyGroup(typer.core.TyperGroup):
    """A group whose commands are stubs until one of them is run."""

    entries: ClassVar[dict[str, Entry]] = {}
    aliases: ClassVar[dict[str, str]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, entry in self.entries.items():
            self.commands.setdefault(name, typer.core.TyperCommand(name, help=entry.help, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that is meant, and no other."""
        name = self.aliases.get(args[0], args[0])
        if name in self.entries:
            self.commands[name] = _loaded(name, self.entries[name])
        return super().resolve_command(ctx, [name, *args[1:]])

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """List the commands under headings, without importing them."""
        for section in dict.fromkeys(entry.section for entry in self.entries.values()):
            with formatter.section(section):
                formatter.write_dl(
                    [(name, entry.help) for name, entry in self.entries.items() if entry.section == section]
                )


def _loaded(name: str, entry: Entry) -> Any:
    module, _, attribute = entry.place.partition(":")
    app: typer.Typer = getattr(import_module(module), attribute)
    command = typer.main.get_command(app)
    command.name = name
    return command


def new_app(help: str = "") -> typer.Typer:
    """Make an app as all of them are: plain help, our own errors, completion at the root only."""
    return typer.Typer(
        help=help or None,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        no_args_is_help=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
