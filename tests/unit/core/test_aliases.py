"""Aliases as they are kept on a model: which there are, how one moves, and when a version is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modelreg import F
from modelreg._core.aliases import (
    MOVES,
    AliasMove,
    Promotion,
    aliases_of,
    aliases_of_version,
    check_case,
    check_version_name,
    checked_alias,
    in_use,
    moved,
    moves_of,
    recorded,
    refusals,
)
from modelreg._core.change import decide
from modelreg._core.desired import desired_record
from modelreg._core.fields import read_record
from modelreg._core.resources import MODELS
from modelreg._core.values import to_wire
from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import InvalidInput

AT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def model(**properties: Any) -> RegisteredModel:
    wire = to_wire({key.replace("__", ".").replace("_history", "-history"): each for key, each in properties.items()})
    made: RegisteredModel = read_record(RegisteredModel, {"id": "1", "name": "fraud", "customProperties": wire})
    return made


def version(name: str = "2", state: str = "LIVE", **properties: Any) -> ModelVersion:
    wire = {"id": "7", "name": name, "state": state, "customProperties": to_wire(properties)}
    made: ModelVersion = read_record(ModelVersion, wire)
    return made


def test_the_aliases_of_a_model() -> None:
    there = model(alias__b="1", alias__a="2", alias__c="2", alias__empty="", alias__odd=3, alias_history__a="[]")
    assert list(aliases_of(there).items()) == [("a", "2"), ("b", "1"), ("c", "2")]
    assert aliases_of_version(there, "2") == ("a", "c")
    assert aliases_of_version(there, "3") == ()


@pytest.mark.parametrize("alias", ["champion", "a.b_c-9", "x" * 100, "v1a", "latest2"])
def test_what_can_be_an_alias(alias: str) -> None:
    assert checked_alias(alias) == alias


@pytest.mark.parametrize("alias", ["", "x" * 101, "a b", "é", "7", "v7", "V7", "latest", "Latest", "a\n", 7, None])
def test_what_cannot(alias: object) -> None:
    with pytest.raises(InvalidInput, match="alias is "):
        checked_alias(alias)


def test_an_alias_that_differs_in_case_alone_is_refused() -> None:
    there = model(alias__Prod="1")
    check_case(there, "Prod")
    check_case(there, "staging")
    with pytest.raises(InvalidInput, match=r"'prod'.*'Prod'"):
        check_case(there, "prod")


def test_a_version_is_not_named_like_an_alias() -> None:
    there = model(alias__prod="1")
    check_version_name(None, "prod")
    check_version_name(there, "1")
    with pytest.raises(InvalidInput, match=r"^version is 'prod'"):
        check_version_name(there, "prod")
    with pytest.raises(InvalidInput, match=r"^name is 'prod'"):
        check_version_name(there, "prod", "name")


def after(there: RegisteredModel, alias: str, name: str | None, **given: Any) -> RegisteredModel:
    """Return the model as it is after a move."""
    edit, entry = moved(there, alias, name, **{"at": AT, "by": None, "reason": None, **given})
    body = decide(there, desired_record(MODELS, None, {})).body
    assert body is None
    kept: RegisteredModel = read_record(
        RegisteredModel, {**there.raw, "customProperties": edit.applied(there.raw["customProperties"])}
    )
    assert recorded(kept, alias, entry)
    assert not recorded(there, alias, entry)
    return kept


def test_a_move_is_kept_with_its_history() -> None:
    there = after(model(tier="gold"), "prod", "1", by="ana", reason="tëst")
    assert (aliases_of(there), there.properties["tier"]) == ({"prod": "1"}, "gold")
    text = there.properties["alias-history.prod"]
    assert text == '[{"version":"1","since":"2026-01-02T03:04:05.678Z","by":"ana","reason":"tëst"}]'
    there = after(after(there, "prod", "2"), "prod", None)
    assert aliases_of(there) == {}
    assert moves_of(there, "prod") == (
        AliasMove(version=None, since=AT),
        AliasMove(version="2", since=AT),
        AliasMove(version="1", since=AT, by="ana", reason="tëst"),
    )
    assert moves_of(there, "other") == ()


@pytest.mark.usefixtures("nine_hours_ahead")
def test_the_time_of_a_move_is_in_utc() -> None:
    (move,) = moves_of(after(model(), "prod", "1", at=AT.astimezone()), "prod")
    assert move.since is not None
    assert (move.since, move.since.utcoffset()) == (AT, timedelta(0))


def test_the_history_is_bounded() -> None:
    entries = [{"version": str(number)} for number in range(MOVES)]
    there = after(model(alias_history__a=json.dumps(entries)), "a", "new")
    assert [move.version for move in moves_of(there, "a")] == ["new", *map(str, range(MOVES - 1))]


@pytest.mark.parametrize("text", ["no JSON", '{"version": "1"}', "3", 3, '["text"]'])
def test_a_history_that_cannot_be_read_is_empty(text: object) -> None:
    assert moves_of(model(alias_history__a=text), "a") == ()


def test_an_entry_is_read_as_far_as_it_can_be() -> None:
    text = json.dumps(["odd", {"version": 3, "since": 5, "by": "", "reason": []}, {"version": "1", "since": "soon"}])
    assert moves_of(model(alias_history__a=text), "a") == (
        AliasMove(version=None, since=None),
        AliasMove(version="1", since=None),
    )


def test_a_version_that_aliases_point_at_is_not_archived() -> None:
    conflict = in_use(model(), version("2"), ["a", "b"])
    assert (conflict.reason, conflict.resource) == ("alias_in_use", "7")
    assert conflict.details == {"model": "fraud", "version": "2", "aliases": ("a", "b")}
    assert "a, b" in str(conflict)


def test_the_reference_of_a_promotion() -> None:
    done = Promotion(model="fraud", alias="prod", version="2", promoted=True, changed=True, previous=None)
    assert (done.reference, done.refused) == ("fraud@2", ())


def refused(
    candidate: ModelVersion,
    holder: ModelVersion | None = None,
    there: RegisteredModel | None = None,
    *,
    higher: bool | None = None,
    **given: Any,
) -> int:
    """Return how many reasons speak against a promotion."""
    options = {"if_better": None, "where": None, "higher_is_better": higher, **given}
    found = refusals(candidate, holder, there or model(), **options)
    assert all(isinstance(each, str) and each for each in found)
    return len(found)


def test_a_version_is_refused_for_its_state_and_for_what_it_has_to_satisfy() -> None:
    assert refused(version()) == 0
    assert refused(version(state="ARCHIVED")) == 1
    assert refused(version(auc=0.9), where=F("auc") > 0.8) == 0
    assert refused(version(auc=0.7), where=F("auc") > 0.8) == 1
    assert refused(version(auc=0.7, state="ARCHIVED"), version(auc=0.8), where=F("auc") > 0.8, if_better="auc") == 3


@pytest.mark.parametrize(
    ("new", "old", "higher", "reasons"),
    [
        (0.9, 0.8, True, 0),
        (0.8, 0.8, True, 1),
        (0.7, 0.8, True, 1),
        (0.7, 0.8, False, 0),
        (0.8, 0.8, False, 1),
        (0.9, 0.8, False, 1),
        (0.9, 0.8, None, 1),
        ("high", 0.8, True, 1),
        (0.9, "low", True, 1),
    ],
)
def test_a_version_has_to_be_better(new: Any, old: Any, higher: bool | None, reasons: int) -> None:
    assert refused(version(m=new), version(m=old), if_better="m", higher=higher) == reasons


def test_the_first_version_has_to_have_the_metric_alone() -> None:
    assert refused(version(m=0.9), None, if_better="m") == 0
    assert refused(version(), None, if_better="m") == 1


def test_the_direction_comes_from_the_model_unless_it_is_given() -> None:
    there = model(metric_direction_m="lower")
    assert refused(version(m=0.7), version(m=0.8), there, if_better="m") == 0
    assert refused(version(m=0.7), version(m=0.8), there, if_better="m", higher=True) == 1
