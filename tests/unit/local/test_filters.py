"""The grammar of filterQuery, and the SQL it becomes, tried against the same filter worked out in Python."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelreg.local import LocalTransport
from modelreg.local._registry.errors import Refusal
from modelreg.local._registry.filters import Both, Comparison, Either, parse_filter
from tests.quirks.equality import EXACT


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a=1", Comparison("a", "=", 1)),
        ("a <> 'x'", Comparison("a", "!=", "x")),
        ("a >= -1.5e3", Comparison("a", ">=", -1500.0)),
        ("a = +.5", Comparison("a", "=", 0.5)),
        ("a = TRUE", Comparison("a", "=", True)),
        ("a.b.c LIKE 'x%'", Comparison("a.b.c", "LIKE", "x%")),
        ('`a b` ILIKE "x"', Comparison("a b", "ILIKE", "x")),
        ("a IN ('x', 1, 2.0, false)", Comparison("a", "IN", ("x", 1, 2.0, False))),
        ("a IN ()", Comparison("a", "IN", ())),
        (r"a = 'it\'s \\ \_'", Comparison("a", "=", "it's \\ \\_")),
        ("and = 1", Comparison("and", "=", 1)),
        (
            "a=1 OR b=2 AND c=3",
            Either((Comparison("a", "=", 1), Both((Comparison("b", "=", 2), Comparison("c", "=", 3))))),
        ),
        (
            "(a=1 OR b=2) AND c=3",
            Both((Either((Comparison("a", "=", 1), Comparison("b", "=", 2))), Comparison("c", "=", 3))),
        ),
        ("", None),
        (" \t\n", None),
    ],
)
def test_what_a_filter_says(text: str, tree: object) -> None:
    assert parse_filter(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        *("a", "a =", "= 1", "a == 1", "a = b", "a = 1 b = 2", "a = 1 AND", "(a = 1", "a = 1)", "a = 'x", "a = 1;"),
        *("a LIKE 1", "a NOT IN (1)", "NOT a = 1", "a IS NULL", "a BETWEEN 1 AND 2", "a = NULL", "a in (1)"),
        *("a like 'x'", "a = 1 and b = 2", "1a = 1", "a-b = 1", "é = 1", "`` = 1", "`a`.string_value = 1", "a. = 1"),
        *("AND = 1", "LIKE = 1", "a = 'x''y'", "a IN (1,)", "a IN (,1)", "a = nul\0", "a = '\0'", "a = \ud800"),
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_filter(text)
    assert refused.value.status == 400


@given(st.text(alphabet="abAND OR=<>!'\"\\`().,15%_-+eLIKEtrue\n", max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    with suppress(Refusal):
        parse_filter(text)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    transport = LocalTransport(tmp_path_factory.mktemp("filters") / "registry.db")
    with httpx.Client(base_url="http://registry.test/api/model_registry/v1", transport=transport) as client:
        for name in NAMES:
            assert client.post("/registered_models", json={"name": name}).status_code == 201
        yield client


NAMES = [
    "a",
    "A",
    "ab",
    "a*b",
    "a?b",
    "[a]",
    "a]b",
    "a%b",
    "a_b",
    "a\\b",
    "b",
    "aa",
    "äa",
    "Äa",
    "]",
    "^a",
    "a-b",
    "\\",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="abA*?[]%_\\^-äÄ", max_size=5), st.booleans())
def test_a_pattern_selects_what_it_says(registry: httpx.Client, pattern: str, fold: bool) -> None:
    spelt = pattern.replace("\\", "\\\\").replace("'", "\\'")
    operator = "ILIKE" if fold else "LIKE"
    answer = registry.get("/registered_models", params={"filterQuery": f"name {operator} '{spelt}'"})
    assert answer.status_code == 200
    wanted = [each for each in NAMES if EXACT.like(pattern, each, fold_case=fold)]
    assert [each["name"] for each in answer.json()["items"]] == wanted


def test_sqlite_has_what_the_registry_needs() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)
