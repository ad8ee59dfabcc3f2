"""Names: exact, whatever a server takes them for."""

from __future__ import annotations

import pytest

from modelreg._core.names import check_child_name, checked_name, folded, is_plain, name_query
from modelreg.errors import InvalidInput


@pytest.mark.parametrize(
    ("one", "other"), [("UPPER", "upper"), ("über", "uber"), ("a ", "a"), ("x🎉", "x🚀"), ("é", "e\u0301")]
)
def test_what_mysql_holds_equal_folds_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), (" a", "a"), ("1.0", "1_0"), ("模", "型")])
def test_what_it_tells_apart_stays_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_patterns() -> None:
    assert is_plain("a.b-c d")
    assert not any(is_plain(name) for name in ("a_b", "100%", "back\\slash"))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("a_b", "name = 'a_b'"),
        ("it's", "name = 'it\\'s'"),
        ('"q"', "name LIKE '%q%'"),
        ("trail'", "name LIKE '%trail%'"),
        ("'a_b'", "name LIKE '%a%b%'"),
        ('""', "name LIKE '%'"),
        ("back\\slash", "name = 'back\\\\slash' OR name = 'back\\\\\\\\slash'"),
    ],
)
def test_the_filter_that_finds_a_name(name: str, query: str) -> None:
    assert name_query(name) == query


@pytest.mark.parametrize(("name", "says"), [("", "empty"), ("n" * 256, "256 characters"), (7, "int"), ("a\x00", "NUL")])
def test_names_that_registries_refuse(name: object, says: str) -> None:
    assert checked_name("n" * 255) == "n" * 255
    with pytest.raises(InvalidInput, match=says):
        checked_name(name)


@pytest.mark.parametrize(
    ("length", "parent_id", "fits"), [(253, "7", True), (254, "7", False), (250, "1831", True), (251, "1831", False)]
)
def test_the_name_of_a_child_fits_behind_its_parents_id(length: int, parent_id: str, fits: bool) -> None:
    if fits:
        check_child_name("n" * length, parent_id)
    else:
        with pytest.raises(InvalidInput, match="at most"):
            check_child_name("n" * length, parent_id)


def test_under_a_parent_that_is_not_there_room_is_left_for_the_longest_id() -> None:
    check_child_name("n" * 240, None)
    with pytest.raises(InvalidInput, match="at most 240"):
        check_child_name("n" * 241, None)


def test_the_argument_is_named() -> None:
    for given, says in ((("a\x00", "version"), "^version holds"), (("",), "^name is empty")):
        with pytest.raises(InvalidInput, match=says):
            checked_name(*given)
    with pytest.raises(InvalidInput, match=r"^name has 241"):
        check_child_name("n" * 241, None)


def test_what_a_database_without_case_compares() -> None:
    assert folded("Fraud É  ") == "fraud e"
    assert (folded("a\n"), folded("é\n ")) == ("a\n", "e\n")
    assert folded("\U0001f600x\uffff") == "\ufffdx\uffff"
    assert folded("fax") == "fax"
    assert name_query("X'") == "name LIKE '%X%'"
    assert name_query("'") == "name LIKE '%'"
    assert name_query('"ab') == "name LIKE '%ab%'"
