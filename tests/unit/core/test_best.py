"""The best version by a metric: the direction, versions without a number, and equal ones."""

from __future__ import annotations

from typing import Any

import pytest

from modelreg._core.best import best_of, direction_of, number_of
from modelreg._core.fields import read_record
from modelreg._core.values import to_wire
from modelreg._types import ModelVersion, RegisteredModel
from modelreg.errors import InvalidInput


def version(id: str, **properties: Any) -> ModelVersion:
    made: ModelVersion = read_record(ModelVersion, {"id": id, "name": id, "customProperties": to_wire(properties)})
    return made


def model(**directions: str) -> RegisteredModel:
    wire = to_wire({f"metric_direction_{metric}": direction for metric, direction in directions.items()})
    made: RegisteredModel = read_record(RegisteredModel, {"id": "1", "name": "fraud", "customProperties": wire})
    return made


@pytest.mark.parametrize(("value", "number"), [(0.5, 0.5), (3, 3), (0, 0), ("0.5", None), (True, None), ([1], None)])
def test_the_number_of_a_version(value: Any, number: float | None) -> None:
    assert number_of(version("1", m=value), "m") == number
    assert number_of(version("1", other=value), "m") is None


def test_the_direction() -> None:
    assert direction_of("m", model(m="higher"), None) is True
    assert direction_of("m", model(m="lower"), None) is False
    assert direction_of("m", model(m="lower"), True) is True
    assert direction_of("m", model(m="higher"), False) is False
    with pytest.raises(InvalidInput) as raised:
        direction_of("m", model(other="higher"), None)
    assert (raised.value.reason, raised.value.details) == ("no_direction", {"metric": "m"})


@pytest.mark.parametrize(("higher", "best"), [(True, "3"), (False, "5")])
def test_the_newest_of_the_best(higher: bool, best: str) -> None:
    versions = [version(str(at), **({"m": m} if m else {})) for at, m in enumerate(("", 0.9, 0.1, 0.9, 0.5, 0.1, ""))]
    found = best_of(versions, "m", model(), higher)
    assert found is not None
    assert found.id == best


def test_the_model_remembers_the_direction() -> None:
    versions = [version("1", m=1), version("2", m=2)]
    low, high = (best_of(versions, "m", model(m=way), None) for way in ("lower", "higher"))
    assert (low, high) == (versions[0], versions[1])
    assert best_of([version("1")], "m", model(), True) is None
    assert best_of([], "m", model(), True) is None
