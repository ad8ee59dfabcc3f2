"""A run is registered with everything that it knows, however often, and whatever is missing or hostile."""

from __future__ import annotations

import itertools
import logging
import threading
from pathlib import Path

import pytest

from modelreg import ModelRegistry
from modelreg._pipeline.provenance import BUDGET
from modelreg._pipeline.run import service_account_namespace
from modelreg._types import DocArtifact, ModelArtifact
from modelreg.errors import Conflict, ConnectionFailed, InvalidInput
from modelreg.pipeline import EVAL_DOCUMENT, SKIPPED, register_run
from tests.pipeline.artifacts import Held, contents, newest

REAL = Path(__file__).parent / "data" / "lm_eval_0.4.13.json"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("MODEL_REGISTRY_PVC_NAME", "MODEL_REGISTRY_URL", "KFP_POD_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def registry(tmp_path):
    with ModelRegistry(tmp_path / "registry.db") as registry:
        yield registry


@pytest.fixture
def volume(tmp_path):
    """A mounted volume with weights and results on it."""
    mount = tmp_path / "volume"
    (mount / "model").mkdir(parents=True)
    (mount / "model" / "weights.bin").write_bytes(b"weights of the first run")
    (mount / "results.json").write_bytes(REAL.read_bytes())
    return mount


def run(registry, volume, **said):
    """Register a run that knows everything, but for what is said otherwise."""
    model = Held(
        "s3://bucket/out/model", "/s3/bucket/out/model", {"model_name": "org/base", "artifact_path": f"{volume}/model"}
    )
    everything = {
        "name": "tuned",
        "version": "1.0.0",
        "model": model,
        "hyperparameters": {"lr": 1e-5, "optimizer": {"name": "adam", "betas": [0.9, 0.99]}},
        "training_metrics": Held(metadata={"loss": 0.25, "display_name": "metrics", "store_session_info": "x"}),
        "eval_metrics": Held(metadata={"tiny_mc_acc,none": 0.75, "duration_seconds": 11.5}),
        "eval_results": Held(path=f"{volume}/results.json"),
        "pipeline_name": "fine-tune",
        "run_id": "run-1",
        "run_name": "friday",
        "namespace": "team",
        "author": "ana",
        "description": "tuned on friday",
        "model_format": "pytorch",
        "model_format_version": "2.0",
        "pvc_mount_path": str(volume),
        "pvc_name": "claim",
        "shared_log_file": "log.txt",
    }
    return register_run(registry, **{**everything, **said})


def test_everything_that_a_run_knows_is_registered_typed(registry, volume):
    done = run(registry, volume)

    model, version, document, weights = contents(registry)
    assert (done.id, done.outcome, done.warnings) == (done.registration.model.id, "created", ())
    assert (model["name"], version["name"]) == ("tuned", "1.0.0")
    assert (version["author"], version["description"]) == ("ana", "tuned on friday")
    properties = version["properties"]
    expected = {
        "pipeline_name": "fine-tune",
        "base_model": "org/base",
        "training_lr": 1e-5,
        "training_optimizer_name": "adam",
        "training_optimizer_betas": "[0.9, 0.99]",
        "training_loss": 0.25,
        "eval_tiny_mc_acc": 0.75,
        "eval_duration_seconds": 11.5,
        "eval_tiny_mc_acc_norm": 0.5,
        "eval_tiny_gen_exact_match_strict-match": 0.0,
        "eval_tiny_ppl_word_perplexity": 1.0919819541651972,
        "eval_tiny_mc_n_shot": 0,
        "eval_tiny_version": "1.0",
        "eval_best_metric": "tiny_mc_acc",
        "eval_best_score": 0.75,
    }
    assert {key: properties[key] for key in expected} == expected
    assert {key: type(properties[key]) for key in expected} == {key: type(value) for key, value in expected.items()}
    assert not [key for key in properties if "display_name" in key or "session" in key]
    assert (document["name"], document["uri"]) == (EVAL_DOCUMENT, "pvc://claim/results.json")
    assert len(document["properties"]["sha256"]) == 64
    assert (weights["name"], weights["uri"]) == ("tuned", "pvc://claim/model")
    assert (weights["model_format"], weights["model_format_version"]) == ("pytorch", "2.0")
    lineage = [weights[f"source_{part}"] for part in ("kind", "class", "group", "id", "name")]
    assert lineage == ["kfp", "pipelinerun", "team", "run-1", "friday"]
    assert model["properties"]["metric_direction_eval_tiny_ppl_word_perplexity"] == "lower"


def test_said_again_it_is_unchanged_and_stays_one(registry, volume):
    run(registry, volume)
    before = contents(registry)

    assert run(registry, volume).outcome == "unchanged"
    assert contents(registry) == before


def test_the_artifact_remembers_its_registrations(registry, volume):
    model = Held("s3://b/m", metadata={"registered_model": {"modelName": "old"}})
    for version in ("1", "2", "2"):
        done = run(registry, volume, model=model, version=version, eval_results=None)

    listed = model.metadata["registered_models"]
    assert [(item["modelName"], item.get("versionName")) for item in listed] == [
        ("old", None),
        ("tuned", "1"),
        ("tuned", "2"),
    ]
    assert listed[2] == {
        "modelName": "tuned",
        "versionName": "2",
        "versionID": done.registration.version.id,
        "modelID": done.id,
        "modelRegistryURL": registry.describe()["address"].value,
    }


@pytest.mark.parametrize("how", ["uri", "contents", "run"])
def test_other_weights_under_one_version_are_refused_and_nothing_is_written(registry, volume, how):
    first = {"model": Held("", f"{volume}/model"), "pvc_name": None} if how == "run" else {}
    run(registry, volume, **first)
    before = contents(registry)
    if how == "contents":
        (volume / "model" / "weights.bin").write_bytes(b"weights of the second run")
    if how == "run":
        (volume / "model" / "weights.bin").unlink()
        (volume / "model").rmdir()
    other = {**first, "uri": "s3://elsewhere"} if how == "uri" else first

    with pytest.raises(Conflict, match=r"tuned.*nothing was written"):
        run(registry, volume, run_id="run-2", training_metrics={"loss": 9.0}, author="eve", **other)

    assert contents(registry) == before
    assert "id - failed (Conflict)" in (volume / "log.txt").read_text().splitlines()[-1]


def test_other_weights_take_the_place_when_that_is_said(registry, volume):
    run(registry, volume)
    (volume / "model" / "weights.bin").write_bytes(b"weights of the second run")

    done = run(registry, volume, run_id="run-2", on_conflict="update")

    assert (done.outcome, done.registration.artifact.source_id) == ("updated", "run-2")
    assert len(contents(registry)) == 4


def test_a_run_that_trained_again_before_its_step_was_tried_again_owns_its_version(registry, volume):
    run(registry, volume)
    (volume / "model" / "weights.bin").write_bytes(b"weights of the second attempt")

    assert run(registry, volume).outcome == "updated"


def test_what_was_left_without_a_uri_gets_one_later(registry, volume):
    local = Held("", "", {"artifact_path": f"{volume}/model"})
    first = run(registry, volume, model=local, pvc_name=None)
    assert first.registration.artifact.uri is None
    assert first.registration.artifact.properties["artifact_path"] == f"{volume}/model"
    assert any("claim" in warning for warning in first.warnings)

    second = run(registry, volume, model=local)

    assert second.registration.artifact.id == first.registration.artifact.id
    assert second.registration.artifact.uri == "pvc://claim/model"


INPUTS = ("model", "training_metrics", "eval_metrics", "eval_results")


@pytest.mark.parametrize("absent", [c for n in range(5) for c in itertools.combinations(INPUTS, n)], ids="-".join)
def test_each_input_may_be_absent(registry, volume, absent):
    done = run(registry, volume, hyperparameters=None, **dict.fromkeys(absent))

    version = done.registration.version
    keys = version.properties.keys()
    assert ("base_model" in keys) == ("model" not in absent)
    assert any(key.startswith("training_") for key in keys) == ("training_metrics" not in absent)
    measured = not {"eval_metrics", "eval_results"} <= set(absent)
    assert ("eval_best_score" in keys) == measured
    kinds = [type(item) for item in done.registration.artifacts]
    assert kinds == [DocArtifact] * ("eval_results" not in absent) + [ModelArtifact]
    assert done.registration.artifact.uri == (None if "model" in absent else "pvc://claim/model")
    assert isinstance(newest(registry, version), ModelArtifact)
    assert run(registry, volume, hyperparameters=None, **dict.fromkeys(absent)).outcome == "unchanged"


def test_what_comes_late_does_not_become_newer_than_the_weights(registry, volume):
    run(registry, volume, eval_results=None)
    late = run(registry, volume)

    version = late.registration.version
    assert isinstance(newest(registry, version), ModelArtifact)
    assert version.properties[f"doc_{EVAL_DOCUMENT}"] == "pvc://claim/results.json"
    assert any("KServe" in warning for warning in late.warnings)
    assert run(registry, volume).outcome == "unchanged"


@pytest.mark.parametrize(
    ("name", "base", "registered"),
    [
        ("fine-tuned-model", "org/base", "org/base"),
        ("fine-tuned-model", "", "fine-tuned-model"),
        ("fine-tuned-model", 17, "fine-tuned-model"),
        ("mine", "org/base", "mine"),
    ],
)
def test_the_default_name_gives_way_to_the_base_models(registry, volume, name, base, registered):
    model = Held("s3://b/m", metadata={"model_name": base})

    assert run(registry, volume, name=name, model=model).name == registered


def test_the_default_name_and_version_are_enough(registry):
    done = register_run(registry, version="1.0.0")

    assert (done.name, done.version, done.outcome) == ("fine-tuned-model", "1.0.0", "created")
    assert any("URI of the weights is not known" in warning for warning in done.warnings)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"results": {}}', None])
def test_results_that_cannot_be_read_are_said_and_do_not_stop_it(registry, volume, content, caplog):
    file = volume / "results.json"
    file.unlink() if content is None else file.write_bytes(content)

    with caplog.at_level(logging.WARNING, logger="modelreg.pipeline"):
        done = run(registry, volume)

    assert done.outcome == "created"
    assert [record.message for record in caplog.records if "evaluation results" in record.message]
    assert [type(item) for item in done.registration.artifacts] == [ModelArtifact]
    assert done.registration.version.properties["eval_tiny_mc_acc"] == 0.75


@pytest.mark.parametrize("path", ["", None])
def test_results_without_a_path_are_not_looked_for_elsewhere(registry, volume, path, monkeypatch):
    monkeypatch.chdir(volume)

    done = run(registry, volume, eval_results=Held(path=path))

    assert "the evaluation results have no path; they are left out" in done.warnings


def test_an_artifact_without_metadata_will_do(registry, volume):
    done = run(registry, volume, model=Held("s3://b/m", "", None), training_metrics=Held(metadata=None))

    assert done.registration.artifact.uri == "s3://b/m"


def test_strictly_they_stop_it_before_anything_is_written(registry, volume):
    (volume / "results.json").write_bytes(b"{")

    with pytest.raises(InvalidInput, match="not JSON"):
        run(registry, volume, strict=True)
    assert contents(registry) == []


def test_no_registry_is_skipped(volume):
    done = run("", volume)

    assert (done.id, done.outcome, done.registration) == (SKIPPED, "skipped", None)
    assert '"tuned" version "1.0.0" id SKIPPED skipped' in (volume / "log.txt").read_text()


def test_a_url_and_the_environment_name_a_registry_too(tmp_path, volume, monkeypatch):
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    assert run(url, volume).outcome == "created"

    monkeypatch.setenv("MODEL_REGISTRY_URL", url)
    assert run(None, volume).outcome == "unchanged"


def test_the_namespace_is_the_service_accounts(tmp_path):
    (tmp_path / "namespace").write_text("team-a\n")
    (tmp_path / "empty").write_text("")

    assert service_account_namespace(str(tmp_path / "namespace")) == "team-a"
    assert service_account_namespace(str(tmp_path / "empty")) is None
    assert service_account_namespace(str(tmp_path / "none")) is None


def test_odd_metrics_are_kept_and_bad_ones_do_not_drop_the_rest(registry, volume):
    metrics = {"top 1 accuracy": 0.5, "🎯": 1, "nan": float("nan"), "k" * 300: 1, "x": b"", "": 3, "good": 2}

    done = run(registry, volume, eval_metrics=metrics, eval_results=None)

    measured = {key: value for key, value in done.registration.version.properties.items() if key.startswith("eval_")}
    assert measured == {
        "eval_top 1 accuracy": 0.5,
        "eval_🎯": 1,
        "eval_nan": "NaN",
        "eval_": 3,
        "eval_good": 2,
        "eval_best_metric": "top 1 accuracy",
        "eval_best_score": 0.5,
    }
    assert len(done.warnings) == 3
    assert run(registry, volume, eval_metrics=metrics, eval_results=None).outcome == "unchanged"


def test_ten_thousand_metrics_keep_the_budget(registry, volume):
    done = run(registry, volume, eval_metrics={f"m{n}_acc": n / 10_000 for n in range(10_000)}, eval_results=None)

    measured = [key for key in done.registration.version.properties if key.startswith("eval_")]
    assert len(measured) == BUDGET + len(("left_out", "best_metric", "best_score"))
    assert done.registration.version.properties["eval_left_out"] == 10_000 - BUDGET


def test_a_directions_that_is_said_is_remembered_and_chosen_by(registry, volume):
    done = run(
        registry, volume, eval_metrics={"cost": 3, "price": 2}, eval_results=None, higher_is_better={"price": False}
    )

    assert done.registration.version.properties["eval_best_metric"] == "price"
    assert done.registration.model.higher_is_better == {"eval_price": False}


@pytest.mark.parametrize("said", [{"name": "x" * 300}, {"version": "x" * 300}, {"version": ""}, {"name": "a\x00"}])
def test_a_name_that_no_registry_keeps_writes_nothing(registry, volume, said):
    with pytest.raises(InvalidInput):
        run(registry, volume, **said)
    assert contents(registry) == []


def test_a_volume_that_cannot_be_written_does_not_fail_the_step(registry, volume, caplog):
    (volume / "log.txt").mkdir()

    assert run(registry, volume).outcome == "created"
    assert any("cannot be written" in record.message for record in caplog.records)


def test_an_archived_model_is_left_alone(registry, volume):
    done = run(registry, volume)
    registry.models.archive(done.registration.model)
    before = contents(registry)

    with pytest.raises(Conflict, match="archived"):
        run(registry, volume, author="eve")
    assert contents(registry) == before


def test_a_registry_that_is_down_fails_clearly(volume, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_RETRIES", "0")

    with pytest.raises(ConnectionFailed):
        run("http://127.0.0.1:1", volume)
    assert "id - failed (ConnectionFailed)" in (volume / "log.txt").read_text()


def test_many_steps_of_one_run_at_once_make_one_registration(tmp_path, volume):
    outcomes, failures = [], []

    def step():
        try:
            outcomes.append(run(f"sqlite:///{tmp_path / 'registry.db'}", volume).outcome)
        except Exception as error:  # noqa: BLE001  (whatever it is, the test names it)
            failures.append(error)

    threads = [threading.Thread(target=step) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(outcomes) == 6
    with ModelRegistry(tmp_path / "registry.db") as registry:
        assert len(contents(registry)) == 4
