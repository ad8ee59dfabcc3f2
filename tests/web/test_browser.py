"""The page in a real browser: every page at three widths in both schemes, what a visitor does, and hostile data.

``PAGE_PICTURES`` names a folder for pictures of every page.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.browser import axe_script, browser
from tests.web.page_site import HOSTILE, addresses, fill, fill_hostile, opened

pytestmark = pytest.mark.heavy

WIDTHS = (390, 820, 1440)
SCHEMES = ("light", "dark")
PICTURES = os.environ.get("PAGE_PICTURES")


def _is_complaint(message):
    """Whether a console's message is one; that a promotion was refused is none."""
    return message.type == "error" and "409 (Conflict)" not in message.text


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("page") / "r.db") as site:
        fill(site.registry)
        yield site


@pytest.fixture(scope="module")
def state(chromium, site):
    """The cookie of a visitor who opened the address with the key."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/?key={site.key}")
    page.wait_for_url(f"{site.url}/")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def visit(chromium, state):
    """Open tabs whose consoles have to stay empty."""
    contexts, complaints = [], []

    def open_tab(**options):
        context = chromium.new_context(storage_state=state, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_width(visit, site, width, scheme):
    page = visit(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for name, path in addresses(site.registry, "fraud").items():
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        if PICTURES:
            page.screenshot(path=Path(PICTURES, f"{name}-{width}-{scheme}.png"), full_page=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious(visit, site, scheme):
    script = axe_script()
    page = visit(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    found = []
    for name, path in addresses(site.registry, "fraud").items():
        page.goto(site.url + path)
        page.evaluate(f"{script};0")
        violations = page.evaluate("axe.run()")["violations"]
        found += [
            (name, each["id"], each["nodes"][0]["html"])
            for each in violations
            if each["impact"] in ("serious", "critical")
        ]
    assert found == []


@pytest.mark.parametrize("model", ["wide", "a" * 200, "نموذج الاحتيال", "100% _under_ ?&#"])
def test_unusual_models_fit_a_phone(visit, site, model):
    page = visit(viewport={"width": 390, "height": 800})
    record = site.registry.models.get(name=model)
    version = site.registry.versions.latest(model_id=record.id)
    for path in (f"/models/{record.id}", f"/versions/{version.id}"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("javascript", [True, False])
def test_find_compare_and_come_back_to_the_address(visit, site, javascript):
    page = visit(java_script_enabled=javascript)
    page.goto(site.url)
    page.get_by_label("Search").fill("payments")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="fraud").click()
    page.get_by_role("link", name="loss lower is better").click()
    assert page.locator("th.main a").first.inner_text() == "1.11.0"
    page.get_by_label("Compare 1.0.0").check()
    page.get_by_label("Compare 1.11.0").check()
    page.locator("button.compare").click()
    assert page.get_by_role("heading", name="Compare").is_visible()
    assert page.get_by_text("params.depth").is_visible()
    again = visit(java_script_enabled=javascript)
    again.goto(page.url)
    assert again.locator("main").inner_text() == page.locator("main").inner_text()


def test_promote_and_be_refused(visit, site):
    site.registry.models.set_alias("fraud", "challenger", version="1.11.0")
    worse = site.registry.versions.get("fraud@1.0.0")
    page = visit()
    page.goto(f"{site.url}/versions/{worse.id}")
    promotion = page.get_by_role("region", name="Promote")
    promotion.get_by_label("Alias").fill("challenger")
    promotion.get_by_label("Only if better by").select_option("auc")
    with page.expect_response(lambda response: response.request.method == "POST") as response:
        promotion.get_by_role("button", name="Promote").click()
    assert response.value.status == 409


def test_promote(visit, site):
    site.registry.models.set_alias("fraud", "next", version="1.0.0")
    better = site.registry.versions.get("fraud@1.9.0")
    page = visit(java_script_enabled=False)
    page.goto(f"{site.url}/versions/{better.id}")
    promotion = page.get_by_role("region", name="Promote")
    promotion.get_by_label("Alias").fill("next")
    promotion.get_by_label("Only if better by").select_option("auc")
    promotion.get_by_role("button", name="Promote").click()
    assert page.get_by_role("status").is_visible()
    assert site.registry.models.aliases("fraud")["next"] == "1.9.0"


def test_a_line_is_copied(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(site.url + addresses(site.registry, "fraud")["version"])
    page.get_by_role("button", name="Copy: Download", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()") == "modelreg download fraud@1.11.0 -o weights/"


def test_the_keyboard_reaches_the_content(visit, site):
    page = visit()
    page.goto(site.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"


def test_nothing_hostile_runs_or_is_loaded(chromium, tmp_path):
    with opened(tmp_path / "r.db") as site:
        fill_hostile(site.registry)
        context = chromium.new_context()
        page = context.new_page()
        foreign, dialogs = [], []
        page.on(
            "request", lambda request: foreign.append(request.url) if not request.url.startswith(site.url) else None
        )
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        page.goto(f"{site.url}/?key={site.key}")
        page.wait_for_url(f"{site.url}/")
        for path in addresses(site.registry, HOSTILE).values():
            page.goto(site.url + path)
            assert page.evaluate("window.hacked === undefined")
            assert page.evaluate("document.querySelectorAll('main script, main img, main style').length") == 0
        context.close()
        assert (foreign, dialogs) == ([], [])
