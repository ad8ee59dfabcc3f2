"""The example pipeline runs for real: it trains, evaluates, and registers into a served registry from a built wheel."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import joblib
import pytest
import yaml
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from modelreg import ModelRegistry
from modelreg._types import ModelArtifact
from tests.pipeline.artifacts import contents, newest
from tests.serving import serving

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "pipeline.py"
VERSION = "0.0.1+local"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of this tree, under a version that tells it from what is installed."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("modelreg", "generated", "openapi"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    project = (ROOT / "pyproject.toml").read_text()
    (tree / "pyproject.toml").write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{VERSION}"', project, count=1))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tree / "dist"), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (tree / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter that has what a step's image has, and of modelreg only what is installed into it."""
    folder = tmp_path_factory.mktemp("step")
    venv.create(folder, with_pip=False, symlinks=True)
    variables = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=variables))
    # What is beside kfp and scikit-learn is seen through this; files that extend the path further are not read.
    (packages / "outer.pth").write_text("\n".join(site.getsitepackages()))
    return folder / "bin" / "python"


@pytest.fixture
def run(tmp_path, wheel, python):
    """Runs the pipeline: the run's id, its penalty, the registry's address -> the finished process."""
    (tmp_path / "volume").mkdir()
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("MODEL_REGISTRY_")},
        "MODEL_REGISTRY_PVC_NAME": "claim",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": "",
    }
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, timeout=300, cwd=tmp_path)

    def start(url, run_id, penalty, version="1.0.0", **more):
        said = {"url": url, "run_id": run_id, "penalty": penalty, "example": str(EXAMPLE), "wheel": str(wheel)}
        said |= {"version": version}
        said |= {"volume": str(tmp_path / "volume"), "outputs": str(tmp_path / "outputs")}
        command = [str(python), str(Path(__file__).with_name("local_run.py")), json.dumps(said)]
        return subprocess.run(
            command, cwd=tmp_path, env={**environ, **more}, capture_output=True, text=True, timeout=300, check=False
        )

    return start


@pytest.mark.heavy
def test_a_run_is_registered_and_another_does_not_take_its_place(tmp_path, run, python, monkeypatch):
    store = f"sqlite:///{tmp_path / 'registry.db'}"
    with serving(tmp_path / "server.log", "--store", store) as served, ModelRegistry(served.url) as registry:
        first = run(served.url, "run-1", 1.0)
        assert first.returncode == 0, first.stdout[-4000:] + first.stderr[-4000:]
        assert f"modelreg: {python.parent.parent}" in first.stdout
        registered = contents(registry)
        assert_registered(registered, measured(penalty=1.0))
        version = registry.versions.find("1.0.0", model="iris")
        assert isinstance(newest(registry, version), ModelArtifact)
        times = [record.last_update_time for record in registry.artifacts.list(version=version)]

        again = run(served.url, "run-1", 1.0)
        assert again.returncode == 0, again.stdout[-4000:]
        assert "unchanged: iris@1.0.0" in again.stdout
        assert contents(registry) == registered
        assert [record.last_update_time for record in registry.artifacts.list(version=version)] == times

        other = run(served.url, "run-2", 9.0)
        assert other.returncode != 0
        assert "error: version '1.0.0' of model 'iris' is registered by run 'run-1' with other contents" in other.stdout
        assert contents(registry) == registered

        root = (tmp_path / "weights").as_uri()
        uploaded = run(served.url, "run-3", 1.0, "2.0.0", MODEL_REGISTRY_STORE=root)
        assert uploaded.returncode == 0, uploaded.stdout[-4000:]
        monkeypatch.setenv("MODEL_REGISTRY_STORE", root)
        file = registry.download("iris@2.0.0", tmp_path / "got")
        assert joblib.load(file).predict(load_iris(return_X_y=True)[0]).shape == (150,)
        resolved = registry.resolve("iris@2.0.0")
        assert resolved.loads
        assert resolved.artifact_uri.endswith("/weights/iris/2.0.0/classifier.joblib")
        assert resolved.artifact.source_id == "run-3"
    lines = (tmp_path / "volume" / "pipeline_log.txt").read_text().splitlines()
    outcomes = [line.split(" id ")[1].split(" in ")[0] for line in lines]
    assert outcomes == ["1 created", "1 unchanged", "- failed (Conflict)", "1 created"]


def measured(*, penalty):
    """The properties that the run has to leave, computed here from the same data."""
    features, labels = load_iris(return_X_y=True)
    split = train_test_split(features, labels, test_size=0.4, random_state=7, stratify=labels)
    train_x, test_x, train_y, test_y = split
    classifier = LogisticRegression(C=1 / penalty, max_iter=500).fit(train_x, train_y)
    accuracy = float(classifier.score(test_x, test_y))
    return {
        "pipeline_name": "train-evaluate-register",
        "base_model": "logistic-regression",
        "training_penalty": penalty,
        "training_iterations": 500.0,
        "training_train_accuracy": float(classifier.score(train_x, train_y)),
        "eval_samples": float(len(test_y)),
        "eval_iris_acc": accuracy,
        "eval_iris_acc_stderr": (accuracy * (1 - accuracy) / len(test_y)) ** 0.5,
        "eval_iris_loss": float(log_loss(test_y, classifier.predict_proba(test_x))),
        "eval_iris_n_shot": 0,
        "eval_iris_version": 1.0,
        "eval_best_metric": "iris_acc",
        "eval_best_score": accuracy,
    }


def assert_registered(registered, properties):
    """Compare every field of the four records that there have to be."""
    model, version, document, weights = ({k: v for k, v in one.items() if v not in (None, ())} for one in registered)
    directions = {"metric_direction_eval_iris_acc": "higher", "metric_direction_eval_iris_loss": "lower"}
    assert model == {"record": "RegisteredModel", "name": "iris", "state": "LIVE", "properties": directions}
    kept = version.pop("properties")
    assert version == {"record": "ModelVersion", "name": "1.0.0", "author": "pipeline", "state": "LIVE"}
    assert kept == {key: pytest.approx(v) if isinstance(v, float) else v for key, v in properties.items()}
    assert {key: type(value) for key, value in kept.items()} == {key: type(v) for key, v in properties.items()}
    digest = document.pop("properties")["sha256"]
    words = "Evaluation results of lm-eval: iris"
    assert document == {"record": "DocArtifact", "name": "evaluation-results", "description": words}
    fingerprint = weights.pop("properties")["weights_fingerprint"]
    assert [len(digest), len(fingerprint)] == [64, 64]
    assert weights == {
        "record": "ModelArtifact",
        "name": "iris",
        "uri": "pvc://claim/model/classifier.joblib",
        "model_format": "sklearn",
        "model_format_version": "1.0",
        "source_kind": "kfp",
        "source_class": "pipelinerun",
        "source_id": "run-1",
        "source_name": "train-evaluate-register",
    }


def test_the_example_compiles_with_the_runs_id_and_the_workspace(tmp_path):
    file = tmp_path / "pipeline.yaml"
    subprocess.run([sys.executable, str(EXAMPLE), "-o", str(file)], check=True, cwd=ROOT, timeout=120)

    document = next(yaml.safe_load_all(file.read_text()))
    given = document["root"]["dag"]["tasks"]["model-registry"]["inputs"]["parameters"]
    assert given["source_pipeline_run_id"]["runtimeValue"]["constant"] == "{{$.pipeline_job_uuid}}"
    assert given["pvc_mount_path"]["runtimeValue"]["constant"] == "{{$.workspace_path}}"
    assert set(document["root"]["dag"]["tasks"]) == {"train", "evaluate", "model-registry"}
