"""The document site: it builds without a warning, and is whole when it is opened from a folder without a network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.docs.page_examples import ROOT
from tests.web.browser import browser


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "scripts.docs", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.heavy
def test_it_is_whole_without_a_network(site):
    with browser() as chromium:
        context = chromium.new_context(offline=True)
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.wait_for_url("**/docs/index.html")
        page.goto((site / "search.html").as_uri() + "?q=promote")
        page.wait_for_selector("#search-results li a")
        assert "promote" in page.inner_text("#search-results")
        assert page.evaluate("getComputedStyle(document.querySelector('.sidebar-drawer')).display") != "inline"
        assert [address for address in asked if not address.startswith("file:")] == []
        context.close()


@pytest.mark.heavy
def test_every_page_is_in_the_site(site):
    pages = [path.relative_to(ROOT).with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if not (site / page).exists()] == []


@pytest.mark.heavy
def test_what_is_not_whole_is_named(site):
    from scripts.docs import documented_names, foreign_addresses, public_names

    names = documented_names(site / "objects.inv")
    assert set(public_names()) <= names
    assert "modelreg.ModelRegistry.register" in names
    (site / "foreign.html").write_text('<script src="https://elsewhere.example/x.js"></script><img src=//b.example/y>')
    assert [line.split()[-1] for line in foreign_addresses(site)] == ["https://elsewhere.example/x.js", "//b.example/y"]


def test_pictures_are_small_and_load_nothing():
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert {path.suffix for path in pictures} == {".svg", ".png"}
    assert [path.name for path in pictures if path.stat().st_size > 200_000] == []
    texts = [path.read_text(encoding="utf-8") for path in pictures if path.suffix == ".svg"]
    assert not [text for text in texts if "url(http" in text or "href=" in text]


@pytest.mark.heavy
@pytest.mark.parametrize("link", ["nowhere.md", "index.md#nothing"])
def test_a_broken_link_fails_the_build(tmp_path, link):
    (tmp_path / "index.md").write_text(f"# Home\n\n[a link]({link})\n")
    settings = ["-c", str(ROOT / "docs"), "-D", "root_doc=index", "-D", "include_patterns=index.md"]
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "-b", "html", *settings]
    done = subprocess.run([*command, str(tmp_path), str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert link.split("#")[-1] in done.stderr
