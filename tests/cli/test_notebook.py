"""What a notebook shows: tables, escaped, without script, capped, saying that there is more."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from modelreg import AsyncModelRegistry, ModelRegistry
from modelreg.compare import compare, history

NASTY = "<script>alert(1)</script>\"'&\u202e\x1b[31m"
ALLOWED = {"div", "style", "table", "tr", "th", "td", "pre", "a"}


class Reader(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert set(reader.tags) <= ALLOWED
    assert {name for name, _ in reader.attributes} <= {"class", "title", "href", "rel"}
    assert "\x1b" not in html
    assert "\u202e" not in html
    return reader


@pytest.fixture
def registry(alone):
    with ModelRegistry(alone / "n.db") as registry:
        for version in ("1", "2"):
            registry.register(
                NASTY,
                version,
                uri=f"s3://{NASTY}",
                description=NASTY,
                owner=NASTY,
                labels=[f"label{NASTY}"],
                properties={NASTY: NASTY, "page": "https://example.com/a?b=1&c=2", "bad": "javascript:alert(1)"},
                metrics={"auc": 0.5 + int(version)},
                higher_is_better={"auc": True},
            )
        yield registry


def test_records_are_tables(registry):
    model = registry.models.find(NASTY)
    version = registry.versions.find("1", model=model)
    for record in (model, version, registry.artifacts.list(version=version).first()):
        shown = read(record._repr_html_())
        assert "table" in shown.tags
        assert "<script>alert(1)</script>" in shown.text
        assert "\n" not in repr(record)


def test_only_addresses_of_the_web_are_links(registry):
    shown = read(registry.versions.find("1", model=NASTY)._repr_html_())
    assert [value for name, value in shown.attributes if name == "href"] == ["https://example.com/a?b=1&c=2"]


def test_lists_are_capped_and_say_so(registry):
    assert "there are more" not in read(registry.models.list()._repr_html_()).text
    for at in range(60):
        registry.models.upsert(f"m{at}")
    shown = read(registry.models.list()._repr_html_())
    assert shown.tags.count("tr") == 51
    assert "the first 50; there are more" in shown.text
    assert "Nothing is listed" in registry.experiments.list()._repr_html_()


def test_comparisons_and_histories(registry):
    model = registry.models.find(NASTY)
    versions = [(model, version) for version in registry.versions.list(model=model)]
    shown = read(compare(registry, versions)._repr_html_())
    assert "better" in shown.text
    assert "+1" in shown.text
    assert "auc" in read(history(registry, model, "auc")._repr_html_()).text


def test_a_registration(registry):
    done = registry.register("x", "1", uri="s3://x")
    assert "created" in read(done._repr_html_()).text


async def test_what_has_to_be_awaited_is_shown_plainly(alone):
    async with AsyncModelRegistry(alone / "n.db") as registry:
        assert registry.models.list()._repr_html_() is None
