"""The page docs/cli-reference.md, written from the commands; with --check it is compared and not written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from modelreg._cli.app import root

PAGE = Path(__file__).parents[1] / "docs" / "cli-reference.md"
_SHARED = {
    "--json",
    "--csv",
    "--md",
    "--quiet",
    "--no-truncate",
    "--registry",
    "--debug",
    "--dry-run",
    "--yes",
    "--help",
}
_HEAD = """# Every command

Written by `python scripts/cli_reference.py` from the commands themselves; `docs/cli.md` explains how they belong
together.

Options that mean the same everywhere are described there: `--json`, `--csv`, `--md`, `--quiet` (`-q`), `--no-truncate`,
`--dry-run` (`-n`), `--yes` (`-y`), `--registry`, `--debug`, `--help` (`-h`). Each command names those it takes.
"""


def leaves() -> Iterator[tuple[str, Any]]:
    """Return every command with its words."""
    context = click.Context(root, info_name="modelreg")
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            for verb in command.list_commands(context):
                yield f"modelreg {name} {verb}", command.get_command(context, verb)
        else:
            yield f"modelreg {name}", command


def reference() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(line for words, command in leaves() for line in _command(words, command))])


def _command(words: str, command: Any) -> Iterator[str]:
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    yield f"## {words}\n"
    usage = " ".join([words, *(str(each.metavar or each.name.upper()) for each in arguments), "[OPTIONS]"])
    yield f"```text\n{usage}\n```\n"
    yield f"{(command.help or '').strip()}\n"
    own = [each for each in options if not _SHARED & set(each.opts)]
    for each in arguments:
        yield f"- `{each.metavar or each.name.upper()}`: {_sentence(each.help)}"
    for each in own:
        value = "" if each.is_flag else f" {each.metavar or ''}".rstrip()
        yield f"- `{', '.join(each.opts)}{value}`: {_sentence(each.help)}"
    shared = [f"`{option}`" for each in options for option in each.opts if option in _SHARED]
    yield f"{'' if not (arguments or own) else chr(10)}Also: {', '.join(shared) or '`--help`'}.\n"
    examples = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("$ ")]
    if examples:
        yield "\n".join(["```console", *examples, "```\n"])


def _sentence(help: str | None) -> str:
    text = (help or "").strip()
    return f"{text}." if text and not text.endswith(".") else text


def main() -> int:
    """Write the page, or check it."""
    page = reference()
    if "--check" in sys.argv:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        if not same:
            print("docs/cli-reference.md is not what the commands say; run python scripts/cli_reference.py")
        return 0 if same else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
