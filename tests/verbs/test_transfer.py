"""What an export holds, an import makes: the same, whole, once, also when it is repeated, cut off or broken."""

from __future__ import annotations

import json
import pickle

import pytest

from modelreg import AsyncModelRegistry, ModelRegistry
from modelreg.errors import InvalidInput, NotFound

OWN = {"id", "create_time", "last_update_time"}


def carried(registry, models=()):
    """Return an export without what is a registry's own."""
    return [{key: value for key, value in line.items() if key not in OWN} for line in registry.export_records(models)]


def text_lines(registry):
    return [json.dumps(line) for line in registry.export_records()]


def test_an_import_makes_what_was_exported(filled, other):
    report = other.import_records(filled.export_records())

    assert carried(other) == carried(filled)
    kinds = {"model", "version", "artifact", "environment", "service", "serve_model", "experiment", "run"}
    assert report.by_kind.keys() == kinds | {"run_artifact", "metric"}
    assert (report.created, report.updated, report.unchanged) == (report.records, 0, 0)


@pytest.mark.parametrize("form", [dict, json.dumps, lambda line: json.dumps(line).encode()])
def test_a_repeated_import_changes_nothing(filled, other, form):
    other.import_records(filled.export_records())
    before = list(other.export_records())

    report = other.import_records(form(line) for line in filled.export_records())

    assert report.unchanged == report.records
    assert list(other.export_records()) == before


def test_a_dry_run_writes_nothing_and_counts_what_would_happen(filled, other):
    other.import_records(filled.export_records(["fraud"]))
    other.versions.update("fraud@1", author="somebody else")
    filled.versions.update("fraud@1", author="ana")
    before = list(other.export_records())

    planned = other.import_records(filled.export_records(), dry_run=True)
    assert list(other.export_records()) == before
    done = other.import_records(filled.export_records())

    assert planned.dry_run
    assert planned.by_kind == done.by_kind
    assert planned.by_kind["version"] == {"created": 0, "updated": 1, "unchanged": 1}


def test_some_models_are_exported_with_what_is_below_them(filled):
    filled.register("churn", "1")
    assert {line["kind"] for line in filled.export_records(["fraud"])} == {
        "header",
        "model",
        "version",
        "artifact",
        "end",
    }
    with pytest.raises(NotFound):
        next(iter(filled.export_records(["fraud", "nowhere"])))


def test_an_export_that_was_cut_off_is_noticed(filled, other):
    with pytest.raises(InvalidInput, match="cut off"):
        other.import_records(text_lines(filled)[:-1])
    assert other.models.find("fraud") is not None


def test_a_broken_line_ends_the_import_and_is_named(filled, other):
    lines = text_lines(filled)
    lines[2] = lines[2][:-5]
    with pytest.raises(InvalidInput, match="line 3"):
        other.import_records(lines)
    assert other.versions.find("1", model="fraud") is None


def test_keep_going_reports_broken_lines_and_what_they_leave_out(filled, other):
    lines = text_lines(filled)
    lines[2] = lines[2].replace('"LIVE"', '"SOMETHING"')
    seen = []

    report = other.import_records(lines, keep_going=True, progress=seen.append)

    # The version, its two artifacts, and the service and serve model that point at it.
    failed = [each for each in seen if each.error is not None]
    assert [each.line for each in failed] == list(report.errors)
    assert [each.kind for each in failed] == ["version", "artifact", "artifact", "service", "serve_model"]
    assert report.to_dict()["errors"][0]["line"] == 3
    assert other.versions.find("2", model="fraud") is not None
    assert pickle.loads(pickle.dumps(report)).errors.keys() == report.errors.keys()


def test_what_is_no_export_is_refused_also_when_going_on(other):
    with pytest.raises(InvalidInput, match="line 1"):
        other.import_records(["name,version\n", "a,1\n"], keep_going=True)


def test_exports_of_earlier_releases_are_read(filled, other):
    lines = [{**line, "kind": "serve"} if line["kind"] == "serve_model" else line for line in filled.export_records()]
    assert other.import_records(lines).by_kind["serve_model"]["created"] == 1


def test_records_alone_need_no_header(other):
    report = other.import_records([{"kind": "model", "name": "m"}, {"kind": "version", "model": "m", "name": "1"}])
    assert report.created == 2


def test_a_child_without_its_parent_is_refused(other):
    with pytest.raises(InvalidInput, match="'nowhere'"):
        other.import_records([{"kind": "version", "model": "nowhere", "name": "1"}])


def test_credentials_in_a_uri_are_carried_with_a_warning(registry, other):
    registry.register("m", "1", uri="https://ana:secret@host/m.onnx", allow_credentials_in_uri=True)
    report = registry.copy_to(other)
    assert len(report.warnings) == 1
    assert "secret" not in report.warnings[0]
    assert other.artifacts.list(version="m@1").first().uri == "https://ana:secret@host/m.onnx"


def test_a_parent_with_more_children_than_are_read_in_one_go_is_complete(filled, other, monkeypatch):
    monkeypatch.setattr("modelreg._sync.importing.CHILDREN", 1)
    monkeypatch.setattr("modelreg._sync.importing.PARENTS", 1)
    assert other.import_records(filled.export_records()).created == filled.copy_to(other).unchanged
    assert carried(other) == carried(filled)


def test_a_copy_of_some_models_counts_and_repeats(filled, other):
    assert filled.copy_to(other, ["fraud"], dry_run=True).created == 6
    assert filled.copy_to(other, ["fraud"]).created == 6
    assert filled.copy_to(other, ["fraud"]).unchanged == 6


async def test_the_async_registry_carries_the_same(filled, tmp_path):
    async with (
        AsyncModelRegistry(tmp_path / "registry.db") as source,
        AsyncModelRegistry(tmp_path / "target.db") as target,
    ):
        first = await source.copy_to(target)
        again = await target.import_records(source.export_records())
    with ModelRegistry(tmp_path / "target.db") as target:
        assert carried(target) == carried(filled)
    assert (first.created, again.unchanged) == (first.records, first.records)


def test_a_missing_version_of_a_service_means_the_newest(filled, other):
    filled.copy_to(other)
    environment = other.serving_environments.get(name="prod")
    assert other.inference_services.get(name="newest", environment=environment).version_id is None
