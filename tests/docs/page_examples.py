"""The examples of a page: what stands in its fences, in order, and how each is run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import attrs
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: Written by a script, which has a check of its own; or prose about the past.
_NOT_PAGES = re.compile(r"^(decisions/|cli-reference\.md$)")

_FENCE = re.compile(
    r"""
    (?:<!--\ (?P<note>not\ run|setup|heavy)(?::\ (?P<reason>[^\n]*?))?\n?(?P<hidden>.*?)-->\n)?
    ^(?P<indent>\ *)```(?P<language>[a-z]+)\n(?P<code>.*?)^\ *```$
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_PRINTED = re.compile(r"^\s*print\(.*\)  # (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"\s{2,}# .*$")
_EXIT_CODE = re.compile(r"# .*\bexit code (\d+)")


@attrs.frozen
class Example:
    """One fence of a page.

    Attributes:
        page: Its path below docs.
        line: The line of its first line of code.
        language: Such as "python" or "console".
        code: What stands in it.
        setup: Python that is run first, from a comment that readers do not see.
        not_run: Why it is not run; empty where it is.
        heavy: Whether it runs much of other packages, such as MLflow or kfp.
    """

    page: str
    line: int
    language: str
    code: str
    setup: str = ""
    not_run: str = ""
    heavy: bool = False

    @property
    def printed(self) -> list[str]:
        """What each `print(...)  # ...` says that it prints."""
        return _PRINTED.findall(self.code)


@attrs.frozen
class Command:
    """One command of a console fence.

    Attributes:
        line: What is typed, without its comment.
        output: The lines that are shown below it; `...` stands for any.
        exit_code: What its comment says, or 0.
    """

    line: str
    output: tuple[str, ...]
    exit_code: int


def pages() -> list[str]:
    """Return the pages whose examples are run, as paths below docs."""
    found = (path.relative_to(DOCS).as_posix() for path in sorted(DOCS.rglob("*.md")))
    return [page for page in found if not _NOT_PAGES.match(page)]


def examples(page: str) -> list[Example]:
    """Return the examples of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Example(
            page,
            text.count("\n", 0, match.start("code")) + 1,
            match["language"],
            _without_indent(match["code"], len(match["indent"])),
            setup=(match["hidden"] or "") if match["note"] in ("setup", "heavy") else "",
            not_run=_reason(match) if match["note"] == "not run" else "",
            heavy=match["note"] == "heavy",
        )
        for match in _FENCE.finditer(text)
    ]


def commands(example: Example) -> Iterator[Command]:
    """Return the commands of a console example."""
    text = example.code.replace("\\\n", " ")
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *output = part.rstrip("\n").split("\n")
        code = _EXIT_CODE.search(line)
        yield Command(_COMMENT.sub("", line).strip(), tuple(output), int(code[1]) if code else 0)


def check_data(example: Example) -> None:
    """Read what is data, so that a slip in it is seen."""
    if example.language == "yaml":
        yaml.safe_load(example.code)
    elif example.language == "toml":
        tomllib.loads(example.code)


def _reason(match: re.Match[str]) -> str:
    return f"{match['reason'] or ''}{match['hidden'] or ''}".strip() or "no reason"


def _without_indent(code: str, width: int) -> str:
    return "".join(line[width:] if line.strip() else line for line in code.splitlines(keepends=True))
