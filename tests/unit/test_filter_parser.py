"""Filters as text: read into the library's filters, and the position of what is wrong in them."""

from __future__ import annotations

import re

import pytest

from modelreg import F
from modelreg._filters.parser import parse_filter
from modelreg.errors import InvalidInput

MEANT = [
    ("auc > 0.9", F("auc") > 0.9),
    ("auc>=1", F("auc") >= 1),
    ("auc > 0.9 and state = LIVE", (F("auc") > 0.9) & (F("state") == "LIVE")),
    ("a = 1 or b = 2 and c = 3", (F("a") == 1) | ((F("b") == 2) & (F("c") == 3))),
    ("(a = 1 or b = 2) and c = 3", ((F("a") == 1) | (F("b") == 2)) & (F("c") == 3)),
    ("not a = 1", F("a") != 1),
    ("NOT (a = 1 AND b = 2)", (F("a") != 1) | (F("b") != 2)),
    ("name like 'fr%'", F("name").like("fr%")),
    ("name not ilike FR%", ~F("name").ilike("FR%")),
    ("state in (LIVE, 'ARCHIVED')", F("state").in_(["LIVE", "ARCHIVED"])),
    ("tier not in (1, 2)", (F("tier") != 1) & (F("tier") != 2)),
    ("`a key` = 'it\\'s'", F("a key") == "it's"),
    ("prop:name = x", F.property("name") == "x"),
    ('prop:`a b` <> "x y"', F.property("a b") != "x y"),
    ("checked = true", F("checked") == True),  # noqa: E712
    ("eval_arc-easy_acc < -1e-3", F("eval_arc-easy_acc") < -1e-3),
    ("created > 2026-01-01", F("create_time") > "2026-01-01"),
    ("version = 1.4.0", F("version") == "1.4.0"),
    ("a == 1", F("a") == 1),
    ("a != 1", F("a") != 1),
    ("a <> 1", F("a") != 1),
    ("a<=1", F("a") <= 1),
    ("a < 1", F("a") < 1),
    ("a in (+1, -.5, 5., 1e3, 1E-3)", F("a").in_([1, -0.5, 5.0, 1000.0, 0.001])),
    ("a in (1.5e+3x, 1.2.3, e5, TRUE, False)", F("a").in_(["1.5e+3x", "1.2.3", "e5", True, False])),
    ("updated > 2026-01-01", F("last_update_time") > "2026-01-01"),
    ("format = onnx", F("model_format") == "onnx"),
    ("`updated` = x", F("updated") == "x"),
    ("property:name = x", F.property("name") == "x"),
    ("property:`a:b` = x", F.property("a:b") == "x"),
    ("other:name = x", F("other:name") == "x"),
    ("prop: = x", F("prop:") == "x"),
    ("like = 1", F("like") == 1),
    ("`X` = 1", F("X") == 1),
    ("prop:`X` = 1", F.property("X") == 1),
    ("a = 'and'", F("a") == "and"),
    ("a = 'x\\\n\\\\y'", F("a") == "x\n\\y"),
    ("a = 'tab\tand\nline'", F("a") == "tab\tand\nline"),
    ("a\n=\t1", F("a") == 1),
    ("a like 5", F("a").like("5")),
    ("a ilike 5", F("a").ilike("5")),
    ("not not a = 1", F("a") == 1),
    ("not a = 1 and b = 2", (F("a") != 1) & (F("b") == 2)),
    ("a = 1 or b = 2 or c = 3", (F("a") == 1) | (F("b") == 2) | (F("c") == 3)),
    ("a = 1 and b = 2 and c = 3", (F("a") == 1) & (F("b") == 2) & (F("c") == 3)),
]
WRONG = [
    ("", 0),
    ("auc", 3),
    ("auc >", 5),
    ("auc >> 1", 5),
    ("auc > 1 and", 11),
    ("(auc > 1", 8),
    ("auc > 1)", 7),
    ("auc > 'x", 6),
    ("auc 1", 4),
    ("a in 1", 5),
    ("a in (1", 7),
    ("> 1", 0),
    ("flag > true", 0),
    ("a = 1 b = 2", 6),
    ("a = 1 and in = 2", 10),
    ("and = 1", 0),
    ("or = 1", 0),
    ("'a' = 1", 0),
    ("a = and", 4),
    ("a = in", 4),
    ("a = like", 4),
    ("a = )", 4),
    ("a = ILIKE", 4),
    ("a ! 1", 2),
    ("a in 1)", 5),
    ("a in (1 2)", 8),
    ("a in ()", 6),
    ("a = `b`", 4),
    ("b = 1 and flag > true", 10),
]


@pytest.mark.parametrize(("text", "meant"), MEANT, ids=[re.sub(r"[^ -~]|\\", "", text) for text, _ in MEANT])
def test_it_is_what_is_meant(text, meant):
    assert parse_filter(text) == meant


@pytest.mark.parametrize(("text", "place"), WRONG, ids=[repr(text) for text, _ in WRONG])
def test_it_says_where_it_cannot_be_read(text, place):
    with pytest.raises(InvalidInput) as failed:
        parse_filter(text)
    assert failed.value.reason == "filter_syntax"
    assert failed.value.details == {"text": text, "position": place}
    assert failed.value.hint
    assert f"character {place + 1}:" in str(failed.value)


def test_a_text_that_does_not_end_is_told_from_a_character_that_means_nothing():
    for text in ("a = 'x", 'a = "x', "`a"):
        with pytest.raises(InvalidInput, match="unterminated string"):
            parse_filter(text)
    with pytest.raises(InvalidInput, match="unexpected character"):
        parse_filter("a ! 1")


def test_what_a_comparison_is_refused_for_is_told():
    with pytest.raises(InvalidInput, match="neither less nor greater"):
        parse_filter("flag > true")
