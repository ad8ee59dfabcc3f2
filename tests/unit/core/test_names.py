"""Names: exact, whatever a server takes them for."""

from __future__ import annotations

import pytest

from modelreg.core.names import VersionName, checked_name, folded, is_plain, name_query, version_name
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
        ("back\\slash", "name = 'back\\\\slash' OR name = 'back\\\\\\\\slash'"),
    ],
)
def test_the_filter_that_finds_a_name(name: str, query: str) -> None:
    assert name_query(name) == query


def test_a_version_is_cut_at_the_last_at() -> None:
    assert version_name("fraud@1.4.0") == VersionName("fraud", "1.4.0")
    assert version_name("a@b@1") == VersionName("a@b", "1")
    assert version_name(("a@b", "1@2")) == VersionName("a@b", "1@2")


@pytest.mark.parametrize("said", ["fraud", "@1", "fraud@", ("a",), ("a", "b", "c"), ("a", 1), 7])
def test_what_names_no_version_is_refused(said: object) -> None:
    with pytest.raises(InvalidInput, match="version is"):
        version_name(said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "says"), [("", "empty"), ("n" * 256, "256 characters"), (7, "int"), ("a\x00", "NUL")])
def test_names_that_registries_refuse(name: object, says: str) -> None:
    assert checked_name("n" * 255) == "n" * 255
    with pytest.raises(InvalidInput, match=says):
        checked_name(name)
