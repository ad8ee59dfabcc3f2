"""The document site: `python -m scripts.docs` builds it into `site/`, and fails where it is not whole.

Sphinx fails on a broken link. What it does not look for is checked afterwards: that every public name has an entry, and
that no page loads anything from another host.
"""

from __future__ import annotations

import inspect
import posixpath
import re
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

from sphinx.cmd.build import build_main
from sphinx.util.inventory import InventoryFile

import modelreg
from modelreg import errors

ROOT = Path(__file__).parents[1]
SITE = ROOT / "site"
#: Public beside `modelreg` itself.
MODULES = (
    "modelreg.local.server",
    "modelreg.mlflow",
    "modelreg.pipeline",
    "modelreg.signing",
    "modelreg.storage",
    "modelreg.web",
)
#: What loads something while a page is read: a script, a style, a picture, a frame, a font.
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|object|embed)\b[^>]*?\s(?:src|data)=["']?([^"'\s>]+)"""
)
_LINKED = re.compile(
    r"""<link\b(?=[^>]*\brel=["']?(?:stylesheet|preload|icon|modulepreload))[^>]*?\shref=["']?([^"'\s>]+)"""
)
_STYLED = re.compile(r"""(?:url\(|@import )["']?([^"')\s]+)""")
_FOREIGN = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
_FIRST_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>modelreg</title>
<meta http-equiv="refresh" content="0; url=docs/index.html"></head>
<body><a href="docs/index.html">modelreg</a></body></html>
"""


def public_names() -> Iterator[str]:
    """Return every public class by its full name, with its public methods and properties, and every error."""
    for name in modelreg.__all__:
        thing = getattr(modelreg, name)
        if inspect.isclass(thing) and not issubclass(thing, errors.ModelRegistryError):
            yield f"modelreg.{name}"
            # The groups and lists share much; an entry under each is what a reader looks for. Records share little.
            bases = (thing,) if issubclass(thing, modelreg.Record) else thing.__mro__
            yield from (f"modelreg.{name}.{each}" for base in bases for each in _own_members(base))
    for module in MODULES:
        for name in import_module(module).__all__:
            thing = getattr(import_module(module), name)
            if name not in modelreg.__all__ and (inspect.isclass(thing) or inspect.isroutine(thing)):
                yield f"{module}.{name}"
    for name, thing in vars(errors).items():
        if inspect.isclass(thing) and issubclass(thing, errors.ModelRegistryError):
            yield f"{thing.__module__}.{name}"


def _own_members(cls: type) -> Iterator[str]:
    if cls.__module__.startswith("modelreg"):
        for name, value in vars(cls).items():
            if not name.startswith("_") and isinstance(value, FunctionType | classmethod | staticmethod | property):
                yield name


def documented_names(inventory: Path) -> set[str]:
    """Return the Python names that a site's `objects.inv` lists."""
    with inventory.open("rb") as stream:
        data = InventoryFile.load(stream, "", posixpath.join)
    return {name for kind, entries in data.items() if kind.startswith("py:") for name in entries}


def foreign_addresses(site: Path) -> Iterator[str]:
    """Return what pages and styles of a site load from other hosts, each with its file."""
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".css", ".svg"):
            text = path.read_text(encoding="utf-8")
            patterns = (_STYLED,) if path.suffix != ".html" else (_LOADED, _LINKED)
            for address in (match for pattern in patterns for match in pattern.findall(text)):
                if _FOREIGN.match(address):
                    yield f"{path.relative_to(site)} loads {address}"


def build(site: Path = SITE) -> int:
    """Build the site; return 0, or 1 after saying what is wrong."""
    started = time.process_time()
    arguments = ["--quiet", "--fail-on-warning", "--keep-going", "-b", "html", "-c", str(ROOT / "docs")]
    if build_main([*arguments, str(ROOT), str(site)]):
        return 1
    (site / "index.html").write_text(_FIRST_PAGE, encoding="utf-8")
    missing = sorted(set(public_names()) - documented_names(site / "objects.inv"))
    wrong = [
        *(f"no entry for {name}: add it to a page of docs/reference" for name in missing),
        *foreign_addresses(site),
    ]
    _say(wrong)
    if not wrong:
        print(f"{site / 'index.html'} ({time.process_time() - started:.0f} CPU seconds)")
    return 1 if wrong else 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(build(*map(Path, sys.argv[1:])))
