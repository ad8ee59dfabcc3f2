"""An installed Chromium for tests, driven without a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.registries import skip_or_fail

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Path of axe's script, axe.min.js, of the npm package axe-core; without it the checks for readers are left out.
AXE = "AXE_SCRIPT"


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium, or skip the test and say how to install it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'playwright>=1.50'")
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        skip_or_fail("no Chromium is installed: apt-get install -y chromium")
    # The sandbox needs rights that containers do not give.
    flags = ["--no-sandbox", "--disable-dev-shm-usage"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=flags)
        try:
            yield chromium
        finally:
            chromium.close()


def axe_script() -> str:
    """Return axe's script, or skip the test and say how to get it."""
    path = os.environ.get(AXE, "")
    candidates = [Path(path)] if path else [Path("node_modules/axe-core/axe.min.js")]
    script = next((each for each in candidates if each.is_file()), None)
    if script is None:
        pytest.skip(f"npm install axe-core, or set {AXE} to the path of its axe.min.js")
    return script.read_text(encoding="utf-8")
