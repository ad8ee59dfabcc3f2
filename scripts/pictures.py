"""The pictures of the documents: `python -m scripts.pictures` draws them from real commands on a real registry.

What a terminal shows is drawn as SVG, the page and a notebook's tables as PNG by an installed Chromium; without one,
only the terminals are drawn.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from modelreg import F, ModelRegistry

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
LARGEST = 200_000
#: Each picture of a terminal: the commands that are typed, and the terminal's width.
TERMINALS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "first-minutes": (
        (
            "modelreg register churn 4 --uri s3://models/churn/4/model.onnx --metric f1=0.84 --metric loss=0.31",
            "modelreg compare churn@champion churn@4",
            "modelreg promote churn@4 champion --if-better f1",
        ),
        100,
    ),
    "show": (("modelreg show fraud@1.5.0",), 100),
    "compare": (("modelreg compare fraud@1.4.0 fraud@1.5.0",), 100),
    "versions": (('modelreg versions list fraud --where "auc > 0.9" --sort auc --desc',), 100),
    "tree": (("modelreg tree fraud",), 100),
}
_THEME = TerminalTheme(
    (250, 250, 250),
    (36, 41, 47),
    [
        (36, 41, 47),
        (179, 29, 40),
        (17, 99, 41),
        (148, 92, 0),
        (3, 102, 214),
        (111, 66, 193),
        (27, 124, 131),
        (106, 115, 125),
    ],
    [
        (87, 96, 106),
        (203, 36, 49),
        (34, 134, 58),
        (176, 136, 0),
        (33, 136, 255),
        (138, 99, 210),
        (49, 146, 170),
        (150, 150, 150),
    ],
)
# As rich's own format, with the fonts of the reader's machine only and a border in place of a window's buttons.
_MARGIN = 16
_SVG = """<svg viewBox="VIEW {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
 font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>{lines}</defs>
<rect x="VIEW" width="100%" height="100%" rx="8" fill="#fafafa" stroke="#d0d7de"/>
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</svg>
"""


def fill(registry: ModelRegistry) -> None:
    """Register what the pictures show."""
    for number, (auc, loss) in enumerate([(0.871, 0.41), (0.902, 0.33), (0.915, 0.30), (0.94, 0.24), (0.953, 0.22)]):
        registry.register(
            "fraud",
            f"1.{number + 1}.0",
            uri=f"s3://models/fraud/1.{number + 1}.0/model.onnx",
            model_format="onnx",
            metrics={"auc": auc, "loss": loss},
            higher_is_better={"auc": True, "loss": False},
            properties={"features": 28 + number, "params": {"depth": 6 + number // 2, "eta": 0.1}},
            labels=["candidate"] if number > 3 else ["nightly"],
            owner="ana",
            author="ana" if number % 2 else "ben",
            model_description="Scores card payments in real time",
            card="# Fraud\n\nTrained on 90 days of card payments; scores each within 5 ms.",
        )
    registry.models.set_alias("fraud", "champion", version="1.4.0", by="ana", reason="better on July's payments")
    metrics, higher = {"f1": 0.81, "loss": 0.36}, {"f1": True, "loss": False}
    registry.register("churn", "3", uri="s3://models/churn/3/model.onnx", metrics=metrics, higher_is_better=higher)
    registry.models.set_alias("churn", "champion", version="3")
    registry.register("ranking", "2026-10", uri="s3://models/ranking/2026-10", metrics={"ndcg": 0.44}, owner="dee")
    registry.serving_environments.upsert("production", description="Where customers are")
    registry.inference_services.upsert("fraud-api", environment="production", version="fraud@1.4.0")


def make_older(store: Path) -> None:
    """Let every version be some days older than the next, as in a registry that is used."""
    day = 86_400_000_000
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE registered_model SET created = created - ?, updated = updated - ?", (45 * day, day))
        for table in ("model_version", "artifact"):
            newest_first = connection.execute(f"SELECT id FROM {table} ORDER BY id DESC").fetchall()
            for at, (row,) in enumerate(newest_first):
                age = at * 6 * day + day // 4
                connection.execute(
                    f"UPDATE {table} SET created = created - ?, updated = updated - ? WHERE id = ?", (age, age, row)
                )


def typed(command: str, environment: Mapping[str, str], width: int) -> str:
    """Run a command on a terminal of its own, and return what it showed."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as shown:
        process = subprocess.Popen(
            [sys.executable, "-m", "modelreg", *shlex.split(command)[1:]],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "COLUMNS": str(width)},
        )
        os.close(theirs)
        text = b"".join(iter(lambda: _read(shown), b"")).decode()
        if process.wait():
            raise SystemExit(f"{command} failed: {text}")
    return text.replace("\r\n", "\n").rstrip()


def _read(stream: object) -> bytes:
    try:
        return bytes(stream.read(4096))  # type: ignore[attr-defined]  # the raw stream of a terminal
    except OSError:  # the end, as Linux says it of a terminal
        return b""


def draw_terminal(name: str, environment: Mapping[str, str]) -> None:
    """Draw what some commands show on a terminal."""
    commands, width = TERMINALS[name]
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="standard")
    for at, command in enumerate(commands):
        console.print(Text.assemble("\n" if at else "", ("$ ", "dim"), (command, "bold")))
        console.print(Text.from_ansi(typed(command, environment, width)))
    svg = console.export_svg(title="", theme=_THEME, code_format=_SVG, unique_id=name)
    _write(f"{name}.svg", _with_margin(svg).encode())


def _with_margin(svg: str) -> str:
    def view(match: re.Match[str]) -> str:
        width, height = (float(size) + 2 * _MARGIN for size in match.groups())
        return f'viewBox="{-_MARGIN} {-_MARGIN} {width:.0f} {height:.0f}"'

    svg = re.sub(r'viewBox="VIEW (\S+) (\S+)"', view, svg)
    return svg.replace('x="VIEW"', f'x="{-_MARGIN}" y="{-_MARGIN}"')


def _write(name: str, content: bytes) -> None:
    if len(content) > LARGEST:
        raise SystemExit(f"{name} has {len(content):,} bytes, more than {LARGEST:,}")
    (FOLDER / name).write_bytes(content)
    print(f"docs/pictures/{name}: {len(content):,} bytes")


def draw_page(chromium: Browser, store: Path) -> None:
    """Draw the page of a model, of a comparison and of a version."""
    from tests.web.page_site import opened

    with opened(store) as site, _tab(chromium, 1200, 700) as tab:
        tab.goto(f"{site.url}/?key={site.key}")
        model = site.registry.models.get(name="fraud")
        version = site.registry.versions.get("fraud@champion")
        paths = {
            "page-model": f"/models/{model.id}",
            "page-compare": "/compare?v=fraud@1.4.0&v=fraud@1.5.0",
            "page-version": f"/versions/{version.id}",
        }
        for name, path in paths.items():
            tab.goto(site.url + path)
            _write(f"{name}.png", tab.screenshot(full_page=True))


def draw_notebook(chromium: Browser, store: Path) -> None:
    """Draw the table that a notebook shows of a list."""
    with ModelRegistry(store) as registry, _tab(chromium, 900, 400) as tab:
        listed = registry.versions.list("fraud", order_by=F("auc"), descending=True)
        html = listed._repr_html_()
        cell = f'<div id="cell" style="display:inline-block;padding:12px">{html}</div>'
        tab.set_content(f'<body style="margin:16px;font-family:sans-serif">{cell}</body>')
        _write("notebook.png", tab.locator("#cell").screenshot())


@contextmanager
def _tab(chromium: Browser, width: int, height: int) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme="light")
    try:
        yield context.new_page()
    finally:
        context.close()


def main() -> int:
    """Draw every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "registry.db"
        with ModelRegistry(store) as registry:
            fill(registry)
        make_older(store)
        for name in TERMINALS:
            copy = shutil.copy(store, Path(folder) / f"{name}.db")
            kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
            draw_terminal(
                name,
                {
                    **kept,
                    "MODEL_REGISTRY_URL": f"sqlite:///{copy}",
                    "TERM": "xterm-256color",
                    "PYTHONIOENCODING": "utf-8",
                },
            )
        if not shutil.which("chromium"):
            print("no Chromium is installed: apt-get install -y chromium", file=sys.stderr)
            return 1
        from tests.web.browser import browser

        with browser() as chromium:
            draw_page(chromium, store)
            draw_notebook(chromium, store)
    return 0


if __name__ == "__main__":
    sys.exit(main())
