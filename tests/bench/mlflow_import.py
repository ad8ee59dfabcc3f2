"""Brings an MLflow registry over into an embedded one, beside reading the same by MlflowClient alone.

python -m tests.bench.mlflow_import [VERSIONS]
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from typing import Any

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
warnings.simplefilter("ignore")


def filled(client: Any, versions: int) -> None:
    """Fill MLflow's registry: models of 100 versions, each with a run of two metrics and two parameters."""
    from mlflow.entities import Metric, Param

    experiment = client.create_experiment("bench")
    metrics = [Metric("auc", 0.9, 1, 0), Metric("f1", 0.8, 1, 0)]
    for number in range(versions):
        name = f"model-{number // 100}"
        if number % 100 == 0:
            client.create_registered_model(name, tags={"team": "risk"}, description="a model")
        run = client.create_run(experiment)
        client.log_batch(run.info.run_id, metrics=metrics, params=[Param("depth", "6"), Param("lr", "0.1")])
        client.create_model_version(name, f"s3://models/{number}", run.info.run_id, tags={"data": "v3"})


def read(client: Any) -> None:
    """Read models, versions and their runs."""
    list(client.search_registered_models(max_results=1000))
    for version in client.search_model_versions(max_results=100_000):
        client.get_run(version.run_id)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure."""
    from mlflow import MlflowClient

    from modelreg import ModelRegistry
    from modelreg.mlflow import import_mlflow

    logging.disable(logging.INFO)
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/mlflow.db"
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        filled(client, versions)
        alone = min(seconds(lambda: read(client)) for _ in range(2))
        with ModelRegistry(f"sqlite:///{folder}/registry.db") as registry:
            first = seconds(lambda: import_mlflow(registry, uri))
            again = seconds(lambda: import_mlflow(registry, uri))
    print(f"{versions} versions of MLflow: reading alone 1, import {first / alone:.2f}, again {again / alone:.2f}")


if __name__ == "__main__":
    main()
