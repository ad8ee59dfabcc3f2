"""The mutation test's verdict: what it reads of a run, and what it compares with the list of survivors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import mutants
from scripts.mutants import Mutant, Results, entries, judge, listed, results

SOURCE = """\
def x_f__mutmut_orig(a):
    if a > 1:
        return a
def x_f__mutmut_1(a):
    if a >= 1:
        return a
def x_f__mutmut_2(a):
    if a > 2:
        return a
    def xǁCǁm__mutmut_orig(self):
        return 1
    def xǁCǁm__mutmut_1(self):
        return 2
"""
SPANS = {
    "x_f__mutmut_orig": [1, 3],
    "x_f__mutmut_1": [4, 6],
    "x_f__mutmut_2": [7, 9],
    "xǁCǁm__mutmut_orig": [10, 11],
    "xǁCǁm__mutmut_1": [12, 13],
}
FIRST = Mutant("pkg.mod.f", "if a > 1:", "if a >= 1:")
METHOD = Mutant("pkg.mod.C.m", "return 1", "return 2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    codes = {"pkg.mod.x_f__mutmut_1": 0, "pkg.mod.x_f__mutmut_2": 1, "pkg.mod.xǁCǁm__mutmut_1": 33}
    (tmp_path / "mod.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "mod.py.spans").write_text(json.dumps({"spans": SPANS}), encoding="utf-8")
    (tmp_path / "mod.py.meta").write_text(json.dumps({"exit_code_by_key": codes}), encoding="utf-8")
    return tmp_path


def test_the_results_of_a_run(folder: Path) -> None:
    assert results(folder, []) == Results(1, (FIRST, METHOD))
    assert results(folder, ["pkg.mod"]).percent == pytest.approx(100 / 3)
    assert results(folder, ["pkg.other"]) == Results(0, ())


def test_a_mutant_that_was_not_tried_fails(folder: Path) -> None:
    meta = json.dumps({"exit_code_by_key": {"pkg.mod.x_f__mutmut_1": None}})
    (folder / "mod.py.meta").write_text(meta, encoding="utf-8")
    with pytest.raises(SystemExit, match="was not tried"):
        results(folder, [])


@pytest.mark.parametrize(
    ("killed", "known", "good"),
    [(18, [FIRST, METHOD], True), (17, [FIRST, METHOD], False), (18, [FIRST], False)],
)
def test_the_verdict(killed: int, known: list[Mutant], good: bool) -> None:
    assert judge(Results(killed, (FIRST, METHOD)), known)[1] is good


def test_what_is_new_and_what_is_gone_is_named() -> None:
    lines, good = judge(Results(99, (METHOD,)), [FIRST])
    assert not good
    assert [line.partition(":")[0] for line in lines[:2]] == [
        "survived, and is not listed",
        "listed, and is gone; remove its entry",
    ]
    assert METHOD.diff() in lines[0]
    assert FIRST.diff() in lines[1]
    assert judge(Results(99, ()), [FIRST])[1]


def test_an_entry_has_a_reason() -> None:
    text = "".join(entries([FIRST]))
    with pytest.raises(SystemExit, match="gives no reason"):
        listed(text)
    with_key = '[reasons]\nequal = "The same."\n' + text.replace('reason = ""', 'reason = "equal"')
    assert listed(with_key) == {FIRST: "The same."}
    assert listed(text.replace('reason = ""', 'reason = "Its own."')) == {FIRST: "Its own."}


def test_the_list_can_be_read() -> None:
    assert all(listed(mutants.LISTED.read_text(encoding="utf-8")).values())
