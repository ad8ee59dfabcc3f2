"""MLflow's SDK as its users call it: log and register a model, move an alias, load and predict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mlflow", reason="pip install 'modelreg[mlflow]' pandas scikit-learn")
pytest.importorskip("pandas", reason="pip install pandas")

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from modelreg import ModelRegistry

pytestmark = [
    pytest.mark.heavy,
    # MLflow and what it loads warn of themselves.
    pytest.mark.filterwarnings("ignore::Warning"),
]


@pytest.fixture(scope="session")
def tracking_database(tmp_path_factory):
    """Make a database of MLflow's tracking once; it takes seconds."""
    path = tmp_path_factory.mktemp("tracking") / "mlflow.db"
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def tracking(tracking_database, tmp_path, monkeypatch):
    """Point MLflow's tracking at a database of the test's own."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    (tmp_path / "mlflow.db").write_bytes(tracking_database.read_bytes())
    monkeypatch.chdir(tmp_path)
    for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        # MLflow sets them itself; what is set here is undone after the test.
        monkeypatch.setenv(variable, "")
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("fraud")
    yield uri
    mlflow.set_registry_uri("")
    mlflow.set_tracking_uri("")


@pytest.fixture
def logged(tracking, address, own):
    """Log and register a model of scikit-learn's."""
    from sklearn.linear_model import LogisticRegression

    mlflow.set_registry_uri(f"modelreg+{address}")
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    with mlflow.start_run() as run:
        mlflow.log_param("depth", 6)
        mlflow.log_metric("auc", 0.94)
        info = mlflow.sklearn.log_model(
            model, name="m", registered_model_name=own("fraud"), pip_requirements=["scikit-learn"]
        )
    return run, info, own("fraud")


def test_log_register_alias_load_predict(logged, address):
    run, info, name = logged
    client = MlflowClient()
    client.set_registered_model_alias(name, "champion", 1)
    for uri in (f"models:/{name}@champion", f"models:/{name}/1", f"models:/{name}/latest"):
        assert list(mlflow.pyfunc.load_model(uri).predict([[0.0], [3.0]])) == [0, 1]
    version = client.get_model_version(name, 1)
    assert (version.run_id, version.source) == (run.info.run_id, f"models:/{info.model_id}")
    with ModelRegistry(address) as registry:
        record = registry.versions.get(f"{name}@champion")
        [artifact] = registry.artifacts.list(version=record)
        assert artifact.source.id == run.info.run_id
        assert Path(artifact.uri.removeprefix("file://")).is_dir()


def test_a_version_whose_name_is_no_number_is_loaded_by_its_name(logged, address):
    *_, name = logged
    with ModelRegistry(address) as registry:
        [artifact] = registry.artifacts.list(version=f"{name}@1")
        registry.register(name, "1.4.0", uri=artifact.uri)
    assert list(mlflow.pyfunc.load_model(f"models:/{name}@1.4.0").predict([[0.0], [3.0]])) == [0, 1]
    with pytest.raises(MlflowException, match=f"models:/{name}@1.4.0"):
        mlflow.pyfunc.load_model(f"models:/{name}/1.4.0")


def test_register_model_by_run_and_copy(logged, own):
    run, _, name = logged
    again = mlflow.register_model(f"runs:/{run.info.run_id}/m", name, tags={"data": "v3"})
    assert (again.version, again.run_id, again.tags) == (2, run.info.run_id, {"data": "v3"})
    client = MlflowClient()
    copy = client.copy_model_version(f"models:/{name}/2", own("production"))
    assert (copy.name, copy.version, copy.source) == (own("production"), 1, f"models:/{name}/2")
    assert list(mlflow.pyfunc.load_model(f"models:/{own('production')}/1").predict([[3.0]])) == [1]
    found = client.search_model_versions(f"run_id = '{run.info.run_id}' AND name LIKE '{name}%'")
    assert sorted(version.version for version in found) == [1, 2]


def test_the_client_sees_a_model_disappear(logged):
    *_, name = logged
    client = MlflowClient()
    client.delete_registered_model(name)
    with pytest.raises(MlflowException) as failure:
        client.get_registered_model(name)
    assert failure.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_nothing_of_mlflow_is_imported_before_it_is_asked_for():
    code = "import modelreg, modelreg._mlflow, sys; modelreg.ModelRegistry; sys.exit('mlflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_extra_says_how_to_install_it():
    code = (
        "import sys; sys.modules['mlflow'] = None; import modelreg.mlflow, modelreg.errors\n"
        "try: modelreg.mlflow.ModelRegistryStore\n"
        'except modelreg.errors.MissingExtra as error: sys.exit("modelreg[mlflow]" not in str(error))\n'
        "sys.exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
