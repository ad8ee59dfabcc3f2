"""What a notebook shows: tables, escaped, without script, capped, saying that there is more."""

from __future__ import annotations

import socket
import time
from html.parser import HTMLParser

import pytest

from modelreg import AsyncModelRegistry, ModelRegistry

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
def registry(tmp_path):
    with ModelRegistry(tmp_path / "n.db") as registry:
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


def test_a_list_shows_its_first_ten_rows_and_keeps_them(registry):
    assert "there are more" not in read(registry.models.list()._repr_html_()).text
    for at in range(10):
        registry.models.upsert(f"m{at}")
    listed = registry.models.list()
    shown = read(listed._repr_html_())
    assert shown.tags.count("tr") == 11
    assert "the first 10; there are more" in shown.text
    registry.models.upsert("m0", description="changed since")
    assert read(listed._repr_html_()).text == shown.text
    assert "Nothing is listed" in registry.experiments.list()._repr_html_()


def test_versions_have_columns_for_their_metrics(registry):
    shown = read(registry.versions.list(NASTY)._repr_html_())
    assert "auc" in shown.text
    assert "1.5" in shown.text


def test_an_error_is_one_line():
    with ModelRegistry("http://127.0.0.1:9", retries=0) as registry:
        preview = registry.models.list().preview()
        assert preview.records == ()
        assert "\n" not in preview.error
        assert read(preview._repr_html_()).tags.count("table") == 0


def test_a_list_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("modelreg._sync.pager.PREVIEW_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with ModelRegistry(address, retries=0, timeout=2) as registry:
            began = time.monotonic()
            assert "0.2 s" in registry.models.list().preview().error
            assert time.monotonic() - began < 1.5


def test_comparisons_and_histories(registry):
    shown = read(registry.compare((NASTY, "1"), (NASTY, "2"))._repr_html_())
    assert "better" in shown.text
    assert "+1" in shown.text
    assert "auc" in read(registry.history(NASTY, "auc")._repr_html_()).text


def test_results_are_tables(registry, tmp_path):
    done = registry.register("x", "1", uri="s3://x")
    plan = registry.plan("x", "2", uri="s3://y", properties={NASTY: NASTY})
    with ModelRegistry(tmp_path / "other.db") as other:
        report = registry.copy_to(other)
    for result, text in ((done, "created"), (plan, "POST"), (report, "UNCHANGED"), (registry.resolve("x@1"), "s3://x")):
        shown = read(result._repr_html_())
        assert "table" in shown.tags
        assert text in shown.text


def test_lists_comparisons_and_histories_become_data_frames(registry):
    pytest.importorskip("pandas")
    frame = registry.versions.list(NASTY).to_pandas()
    assert list(frame["auc"]) == [1.5, 2.5]
    assert list(frame["name"]) == ["1", "2"]
    assert list(registry.history(NASTY, "auc").to_pandas()["value"]) == [1.5, 2.5]
    compared = registry.compare((NASTY, "1"), (NASTY, "2")).to_pandas()
    assert list(compared[compared["key"] == "auc"].iloc[0, 2:]) == [1.5, 2.5]


async def test_an_async_list_is_shown_after_its_preview_was_awaited(registry, tmp_path):
    async with AsyncModelRegistry(tmp_path / "n.db") as awaited:
        listed = awaited.models.list()
        assert listed._repr_html_() is None
        preview = await listed.preview()
        assert read(listed._repr_html_()).text == read(preview._repr_html_()).text
        assert len(preview.records) == 1
