"""Filters as text: read into the library's filters, and the position of what is wrong in them."""

from __future__ import annotations

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
]


@pytest.mark.parametrize(("text", "meant"), MEANT, ids=[text.replace("\\", "") for text, _ in MEANT])
def test_it_is_what_is_meant(text, meant):
    assert parse_filter(text) == meant


@pytest.mark.parametrize(("text", "place"), WRONG, ids=[repr(text) for text, _ in WRONG])
def test_it_says_where_it_cannot_be_read(text, place):
    with pytest.raises(InvalidInput) as failed:
        parse_filter(text)
    assert failed.value.reason == "filter_syntax"
    assert failed.value.details == {"text": text, "position": place}
