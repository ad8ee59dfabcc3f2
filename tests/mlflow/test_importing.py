"""An MLflow registry brought over: what arrives, what a second time does, and what the report says was left."""

from __future__ import annotations

import math
from contextlib import closing

import pytest

pytest.importorskip("mlflow", reason="pip install 'modelreg[mlflow]'")
pytest.importorskip("sqlalchemy", reason="pip install 'modelreg[local]'")

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

from modelreg.errors import InvalidInput, Rejected
from modelreg.mlflow import ModelRegistryStore, import_mlflow, read_records

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("ignore::Warning")]


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """Make an empty database of MLflow's once; it takes seconds."""
    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def uri(database, tmp_path):
    (tmp_path / "mlflow.db").write_bytes(database.read_bytes())
    return f"sqlite:///{tmp_path / 'mlflow.db'}"


@pytest.fixture
def client(uri):
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def _run(client, name="run", **metrics):
    run = client.create_run(client.create_experiment(name), run_name=name)
    entries = [Metric(key, value, 1, 0) for key, value in metrics.items()]
    client.log_batch(run.info.run_id, metrics=entries, params=[Param("depth", "6"), Param("lr", "0.1")])
    return run.info


@pytest.fixture
def fraud(client, own):
    """Fill MLflow's registry with a model of two versions."""
    name = own("fraud")
    client.create_registered_model(name, {"team": "risk", "live": "true"}, "what it is for")
    run = _run(client, auc=0.94, f1=0.8)
    client.create_model_version(name, "s3://b/1", run.run_id, {"data": "v3"}, "http://link", "first")
    client.create_model_version(name, f"models:/{name}/1", None)
    client.set_registered_model_alias(name, "champion", 1)
    client.transition_model_version_stage(name, "1", "Production")
    return name, run


def test_everything_arrives(registry, uri, fraud):
    name, run = fraud
    report = import_mlflow(registry, f"mlflow:{uri}")
    assert (report.created, report.updated, report.warnings) == (5, 0, ())
    model = registry.models.get(name=name)
    assert model.description == "what it is for"
    assert (model.properties["team"], model.properties["live"]) == ("risk", "true")
    version = registry.versions.get(f"{name}@champion")
    assert (version.name, version.description) == ("1", "first")
    expected = {"data": "v3", "auc": 0.94, "f1": 0.8, "depth": "6", "lr": "0.1", "mlflow.stage": "Production"}
    assert {key: version.properties[key] for key in expected} == expected
    [artifact] = registry.artifacts.list(version=version)
    assert (artifact.uri, artifact.kind) == ("s3://b/1", "model")
    source = artifact.source
    assert (source.kind, source.id, source.name, source.group) == ("mlflow", run.run_id, "run", run.experiment_id)
    [copy] = registry.artifacts.list(version=f"{name}@2")
    assert copy.uri == "s3://b/1"


def test_a_second_time_nothing_changes(registry, uri, fraud):
    import_mlflow(registry, uri)
    report = import_mlflow(registry, uri)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 5)


def test_what_changed_in_mlflow_is_changed(registry, client, uri, fraud):
    name, _ = fraud
    import_mlflow(registry, uri)
    client.set_registered_model_alias(name, "champion", 2)
    client.create_model_version(name, "s3://b/3")
    report = import_mlflow(registry, uri)
    assert (report.created, report.updated) == (2, 1)
    assert registry.versions.get(f"{name}@champion").name == "2"


def test_a_dry_run_counts_and_writes_nothing(registry, uri, fraud):
    name, _ = fraud
    report = import_mlflow(registry, uri, dry_run=True)
    assert (report.created, report.dry_run) == (5, True)
    assert registry.models.find(name) is None


def test_in_mlflow_it_looks_as_it_did(address, registry, client, uri, fraud):
    name, _ = fraud
    import_mlflow(registry, uri)
    with closing(ModelRegistryStore(f"modelreg+{address}")) as store:
        for number in (1, 2):
            before, after = client.get_model_version(name, number), store.get_model_version(name, number)
            for field in ("source", "run_id", "run_link", "description", "current_stage", "aliases", "version"):
                assert getattr(after, field) == getattr(before, field), field
            assert after.creation_timestamp == before.creation_timestamp
            assert before.tags.items() <= after.tags.items()
        before, after = client.get_registered_model(name), store.get_registered_model(name)
        assert (after.tags, after.aliases, after.description) == (before.tags, before.aliases, before.description)
        assert store.create_model_version(name, "s3://b/3").version == 3


def test_what_cannot_be_carried_is_named(registry, client, uri, own):
    name = own("fraud")
    client.create_registered_model(name, {"Key": "1", "key": "2"})
    client.register_prompt(own("hello"), "Hello {{ name }}")
    run = _run(client, auc=math.nan, depth=7.0)
    client.create_model_version(name, "s3://b/1", run.run_id, {"f1": "tag", "mlflow.source": "x"})
    client.create_model_version(name, "https://ana:secret@b/2", "0123456789abcdef0123456789abcdef")
    client.set_registered_model_alias(name, "über", 1)
    report = import_mlflow(registry, uri)
    assert report.created == 4
    for part in (
        "prompt",
        "run 0123456789abcdef",
        "'auc'",
        "'key'",
        "'param.depth'",
        "über",
        "mlflow.source",
        "password",
    ):
        assert any(part in warning for warning in report.warnings), (part, report.warnings)
    assert not any("secret" in warning for warning in report.warnings)
    version = registry.versions.get(f"{name}@1")
    assert (version.properties["depth"], version.properties["param.depth"]) == (7.0, "6")
    assert list(registry.artifacts.list(version=f"{name}@2")) == []


def test_runs_of_many_versions_are_read_together_deleted_ones_too(registry, client, uri, own, monkeypatch):
    monkeypatch.setattr("modelreg._mlflow.runs._AT_ONCE", 2)
    monkeypatch.setattr("modelreg._mlflow.runs._EXPERIMENTS_A_PAGE", 2)
    client.create_registered_model(own("fraud"))
    runs = [_run(client, f"run-{number}", auc=number / 10) for number in range(5)]
    for run in runs:
        client.create_model_version(own("fraud"), f"s3://b/{run.run_id}", run.run_id)
    client.delete_run(runs[3].run_id)
    report = import_mlflow(registry, uri)
    assert (report.created, report.warnings) == (11, ())
    versions = sorted(registry.versions.list(model=own("fraud")), key=lambda version: int(version.name))
    assert [version.properties["auc"] for version in versions] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert {version.properties["depth"] for version in versions} == {"6"}


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InvalidInput, match="no file"):
        list(read_records(f"mlflow:sqlite:///{tmp_path / 'absent.db'}", left_out=print))
    assert list(tmp_path.iterdir()) == []


def test_mlflow_that_cannot_be_read(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(Rejected, match=r"127\.0\.0\.1:1"):
        list(read_records("mlflow:http://127.0.0.1:1", left_out=print))


def test_a_model_with_many_versions_and_pages(registry, client, uri, own, monkeypatch):
    monkeypatch.setattr("modelreg._mlflow.reading._VERSIONS_A_PAGE", 7)
    monkeypatch.setattr("modelreg._mlflow.reading._MODELS_A_PAGE", 2)
    for name in ("a", "b", "c"):
        client.create_registered_model(own(name))
        for number in range(6):
            client.create_model_version(own(name), f"s3://b/{number}")
    report = import_mlflow(registry, uri)
    assert {kind: counts["created"] for kind, counts in report.by_kind.items()} == {
        "model": 3,
        "version": 18,
        "artifact": 18,
    }
