"""Model cards as HTML."""

from __future__ import annotations

import pytest

from modelreg._web.markdown import LONGEST_CARD, card
from tests.web.page_site import HOSTILE_CARD, Markup


def test_markdown_is_rendered_below_the_pages_headings():
    assert "<h3>Title</h3>" in card("# Title")
    assert "<strong>bold</strong>" in card("**bold**")


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "[x](/logout)",
        "[x](//elsewhere.example)",
        "<javascript:alert(1)>",
        "![x](data:image/svg+xml,x)",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_what_is_no_link_to_the_web_stays_text(text):
    assert "href" not in card(text)


def test_pictures_become_links():
    html = card("![roc](https://example.com/roc.png)")
    assert "<img" not in html
    assert 'href="https://example.com/roc.png"' in html


def test_a_picture_in_a_link_is_the_links_text():
    html = card("[![badge](https://a.example/b.svg)](https://a.example)")
    assert html.count("<a ") == 1
    assert ">badge</a>" in html


def test_columns_of_tables_keep_their_side_without_styles():
    html = card("| a |\n|--:|\n| 1 |")
    assert 'class="to-right"' in html
    assert "style" not in html


def test_nothing_of_a_hostile_card_is_html():
    assert Markup(card(HOSTILE_CARD)).forbidden == []


def test_marks_of_direction_are_written_out():
    assert "\u202e" not in card("a\u202eb")


def test_a_very_long_card_is_cut():
    assert len(card("x" * (LONGEST_CARD + 10))) < LONGEST_CARD + 200
