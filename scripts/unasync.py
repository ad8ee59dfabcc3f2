"""Writes the sync client from the async one, line by line, by renaming alone.

Every module of `modelreg/_async/` has a twin of the same name in `modelreg/_sync/`. Nothing but the renames below
tells them apart; what a rename cannot say lives in `modelreg/_concurrency.py` as a pair of primitives.

    python scripts/unasync.py            # write modelreg/_sync/
    python scripts/unasync.py --check    # change nothing, exit 1 when a file differs, is missing or is an orphan
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "modelreg" / "_async"
TARGET = ROOT / "modelreg" / "_sync"
HEADER = "# Written by scripts/unasync.py from modelreg/_async/{name}; edit that file and run `make fmt`.\n"

# In this order; each is applied to the whole line, strings and docstrings included.
RENAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\basync (def|with|for) ", r"\1 "),
        (r"\bawait ", ""),
        (r"\b_async\b", "_sync"),
        (r"\basyncio_detailed\b", "sync_detailed"),
        (r"\b__aenter__\b", "__enter__"),
        (r"\b__aexit__\b", "__exit__"),
        (r"\b__aiter__\b", "__iter__"),
        (r"\b__anext__\b", "__next__"),
        (r"\bAsyncIterable\b", "Iterable"),
        (r"\bStopAsyncIteration\b", "StopIteration"),
        (r"\basynccontextmanager\b", "contextmanager"),
        (r"\bset_async_httpx_client\b", "set_httpx_client"),
        (r"\bhandle_async_request\b", "handle_request"),
        (r"\bAsyncConnectionTransport\b", "ConnectionTransport"),
        (r"\basync_auth_flow\b", "sync_auth_flow"),
        (r"\baclose\b", "close"),
        (r"\baread\b", "read"),
        (r"\baiter_", "iter_"),
        (r"\banext\b", "next"),
        (r"\baiter\b", "iter"),
        (r"\basync_([a-z])", r"\1"),
        (r"\b(_?)Async(?=[A-Z])", r"\1"),
        (r"\bAn async\b", "A"),
        (r"\b(an|the) async\b", r"\1"),
    )
)


def to_sync(text: str) -> str:
    """Rename one module's text, line by line."""
    lines = []
    for line in text.splitlines(keepends=True):
        renamed = line
        for pattern, replacement in RENAMES:
            renamed = pattern.sub(replacement, renamed)
        lines.append(renamed)
    return "".join(lines)


def formatted(text: str, path: Path) -> str:
    """Format and sort the imports of one module's text as ruff would in its place."""
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--select", "I,F401", "--fix-only", "--quiet"], ["format", "--quiet"]):
        done = subprocess.run(
            [*ruff, *command, "--stdin-filename", str(path), "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        text = done.stdout
    return text


def wanted() -> dict[Path, str]:
    """Every file of the sync client with the text that it has to have."""
    files = {}
    for source in sorted(SOURCE.glob("*.py")):
        target = TARGET / source.name
        body = to_sync(source.read_text(encoding="utf-8"))
        files[target] = formatted(HEADER.format(name=source.name) + body, target)
    return files


def main() -> int:
    """Write the sync client, or with --check compare it."""
    parser = argparse.ArgumentParser(description="Write modelreg/_sync/ from modelreg/_async/.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when anything differs")
    check = parser.parse_args().check
    files = wanted()
    orphans = [path for path in sorted(TARGET.glob("*.py")) if path not in files]
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if check:
        for path in stale:
            print(f"{path.relative_to(ROOT)}: not what modelreg/_async/{path.name} yields; run `make fmt`")
        for path in orphans:
            print(f"{path.relative_to(ROOT)}: an orphan, nothing in modelreg/_async/ yields it")
        return 1 if stale or orphans else 0
    TARGET.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files[path], encoding="utf-8")
    for path in orphans:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
