"""Values as HTML: the short ways of plain text and numbers give what the long way gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from modelreg._views.page import Cell
from modelreg._views.visible_text import visible
from modelreg._web.chart import Point, Value
from modelreg._web.chart_html import dots_html
from modelreg._web.value_html import text_html, value_html, value_text_html
from modelreg._web.version_rows import VersionRow, options_html, rows_html

HOSTILE = "</script><b title='\"&\u202e\x1b>"
TEXTS = (
    st.text() | st.text(alphabet="<>&\"'=/ :?@ab\n\u202e", max_size=20) | st.sampled_from(["mailto:a@b", "s3://b/k"])
)


@given(TEXTS)
def test_text_is_made_visible_and_escaped(text):
    assert text_html(text) == str(escape(visible(text, lines=True)))


@given(
    TEXTS
    | st.floats()
    | st.integers(-(10**20), 10**20)
    | st.integers()
    | st.booleans()
    | st.none()
    | st.datetimes(timezones=st.timezones())
)
def test_a_value_is_the_same_by_the_short_way_and_in_a_cell(value):
    assert value_text_html(value) == str(value_html(Cell(value)))


def test_what_is_hostile_is_text_in_rows_options_and_dots():
    row = VersionRow(HOSTILE, HOSTILE, True, (HOSTILE,), HOSTILE, (HOSTILE,), [(HOSTILE, True)], HOSTILE, HOSTILE, None)
    dots = dots_html([Point(1, 2, Value(HOSTILE, 1.0, HOSTILE), True), Point(1, 2, Value(HOSTILE, 1.0))])
    for html in (rows_html([row], HOSTILE, served=True), options_html([row]), dots):
        assert "</script>" not in html
        assert "<b " not in html
        assert "\u202e" not in html
        assert "\x1b" not in html
