"""Records as JSON and as rows of a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePosixPath

import pytest

from modelreg._core.record_data import as_data, field_names, iso, plain
from modelreg._core.serving import served_by
from modelreg._core.tables import data_frame, record_row
from modelreg._types import DocArtifact, InferenceService, ModelVersion, RegisteredModel

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
FIELDS = {"name": "fraud", "owner": "ana", "language": ("en", "de"), "create_time": MOMENT}
MODEL = RegisteredModel(id="7", **FIELDS, properties={"new": "", "auc": 0.5, "owner": "other", "a": ""})


def test_a_record_as_json() -> None:
    data = as_data(MODEL)
    assert list(data)[:2] == ["id", "name"]
    assert list(data)[-4:] == ["properties", "create_time", "last_update_time", "labels"]
    assert (data["id"], data["name"], data["owner"], data["language"]) == ("7", "fraud", "ana", ["en", "de"])
    assert data["properties"] == {"new": "", "auc": 0.5, "owner": "other", "a": ""}
    assert (data["create_time"], data["last_update_time"]) == ("2026-01-02T03:04:05.678Z", None)
    assert data["labels"] == ["a", "new"]
    assert "kind" not in data
    assert not [key for key in data if key.startswith("_")]
    assert list(as_data(DocArtifact(id="1", name="card")))[:3] == ["id", "name", "kind"]
    assert as_data(DocArtifact(id="1", name="card"))["kind"] == "doc"


def test_the_order_of_the_fields() -> None:
    names = field_names(RegisteredModel)
    assert names[-3:] == ("properties", "create_time", "last_update_time")
    assert len(set(names)) == len(names)


def test_values_as_json_has_them() -> None:
    assert plain({1: (True, None, 0.5, 3, "x"), "a": [MOMENT]}) == {
        "1": [True, None, 0.5, 3, "x"],
        "a": ["2026-01-02T03:04:05.678Z"],
    }
    assert (plain(frozenset({"x"})), plain(PurePosixPath("/a"))) == (["x"], "/a")


@pytest.mark.usefixtures("nine_hours_ahead")
def test_a_time_is_written_in_utc() -> None:
    assert iso(datetime(2026, 1, 2, 1, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-02T00:00:00.000Z"


def test_a_row_of_a_table() -> None:
    row = record_row(MODEL)
    assert (row["id"], row["name"], row["create_time"], row["owner"]) == ("7", "fraud", MOMENT, "ana")
    assert set(row["labels"]) == {"new", "a"}
    assert (row["auc"], row["properties.owner"]) == (0.5, "other")
    assert not {"new", "a", "properties", "kind", "properties.auc"} & row.keys()
    row = record_row(DocArtifact(id="1", name="card"))
    assert (row["kind"], list(row)[:3]) == ("doc", ["id", "name", "kind"])
    assert row.keys() - {"id", "name", "kind", "labels"} == set(field_names(DocArtifact)) - {"id", "name", "properties"}


def test_rows_become_a_data_frame() -> None:
    frame = data_frame(iter([{"id": "1", "auc": 0.5}, {"id": "2", "auc": 0.7}]))
    assert (list(frame.columns), list(frame["auc"])) == (["id", "auc"], [0.5, 0.7])


def service(version_id: str | None, model_id: str = "1") -> InferenceService:
    return InferenceService(id="9", name="svc", model_id=model_id, version_id=version_id)


def test_the_services_of_a_version() -> None:
    version = ModelVersion(id="2", name="v", model_id="1")
    named, unnamed, other, foreign = service("2"), service(None), service("3"), service(None, "8")
    assert served_by(version, [named, unnamed, other, foreign], "2") == (named, unnamed)
    assert served_by(version, [named, unnamed, other, foreign], "3") == (named,)
