"""A pipeline that trains a model, evaluates it and registers it, with nothing in between left to anybody's memory.

    python examples/pipeline.py -o pipeline.yaml                        # compile it, to upload to Kubeflow Pipelines
    python examples/pipeline.py --registry http://localhost:8080        # run it here, into `modelreg serve`

Needs kfp and, to run here, scikit-learn: pip install 'modelreg[kfp,demo]'
"""

import argparse
import os
from pathlib import Path
from typing import Any

from kfp import compiler, dsl, local

from modelreg.pipeline.component import model_registry

NAME = "train-evaluate-register"
SCIKIT_LEARN = ["scikit-learn>=1.5"]


@dsl.component(base_image="python:3.12-slim", packages_to_install=SCIKIT_LEARN)  # type: ignore[untyped-decorator]
def train(
    workspace: str, penalty: float, iterations: int, model: dsl.Output[dsl.Model], metrics: dsl.Output[dsl.Metrics]
) -> None:
    """Train a classifier on the iris data, and leave it on the volume that the steps share."""
    from pathlib import Path

    import joblib
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split

    features, labels = load_iris(return_X_y=True)
    train_x, _, train_y, _ = train_test_split(features, labels, test_size=0.4, random_state=7, stratify=labels)
    classifier = LogisticRegression(C=1 / penalty, max_iter=iterations).fit(train_x, train_y)
    file = Path(workspace, "model", "classifier.joblib")
    file.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(classifier, file)
    # What the registering step goes by: where the weights lie, and what they were made from.
    model.metadata.update(model_name="logistic-regression", artifact_path=str(file))
    accuracy = float(classifier.score(train_x, train_y))
    metrics.metadata.update(penalty=penalty, iterations=iterations, train_accuracy=accuracy)


@dsl.component(base_image="python:3.12-slim", packages_to_install=SCIKIT_LEARN)  # type: ignore[untyped-decorator]
def evaluate(model: dsl.Input[dsl.Model], metrics: dsl.Output[dsl.Metrics], results: dsl.Output[dsl.Artifact]) -> None:
    """Measure the model on data that it has not seen, and write the results the way lm-eval does."""
    import json
    from pathlib import Path

    import joblib
    from sklearn.datasets import load_iris
    from sklearn.metrics import log_loss
    from sklearn.model_selection import train_test_split

    features, labels = load_iris(return_X_y=True)
    _, test_x, _, test_y = train_test_split(features, labels, test_size=0.4, random_state=7, stratify=labels)
    classifier = joblib.load(model.metadata["artifact_path"])
    accuracy = float(classifier.score(test_x, test_y))
    loss = float(log_loss(test_y, classifier.predict_proba(test_x)))
    metrics.metadata.update(samples=len(test_y))
    scores = {
        "alias": "iris",
        "acc,none": accuracy,
        "acc_stderr,none": (accuracy * (1 - accuracy) / len(test_y)) ** 0.5,
        "loss,none": loss,
        "loss_stderr,none": "N/A",
    }
    report = {
        "results": {"iris": scores},
        "versions": {"iris": 1.0},
        "n-shot": {"iris": 0},
        "higher_is_better": {"iris": {"acc": True, "loss": False}},
        "config": {"model": "scikit-learn"},
    }
    Path(results.path).write_text(json.dumps(report))


def pipeline(
    register: Any = model_registry,
    *,
    run_id: str = dsl.PIPELINE_JOB_ID_PLACEHOLDER,
    workspace: str = dsl.WORKSPACE_PATH_PLACEHOLDER,
) -> Any:
    """Make the pipeline.

    Args:
        register: The registering component, or one that `modelreg.pipeline.component.build` made.
        run_id: What tells one run from another.
        workspace: Where the volume is mounted that the steps share. (A local run removes kfp's own when it ends.)
    """

    @dsl.pipeline(  # type: ignore[untyped-decorator]
        name=NAME,
        description="Train, evaluate, register.",
        pipeline_config=dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi")),
    )
    def train_evaluate_register(
        registry_address: str = "",
        model_name: str = "iris",
        model_version: str = "1.0.0",
        penalty: float = 1.0,
        iterations: int = 500,
    ) -> None:
        training = train(workspace=workspace, penalty=penalty, iterations=iterations)
        evaluation = evaluate(model=training.outputs["model"])
        registering = register(
            pvc_mount_path=workspace,
            input_model=training.outputs["model"],
            input_metrics=training.outputs["metrics"],
            eval_metrics=evaluation.outputs["metrics"],
            eval_results=evaluation.outputs["results"],
            registry_address=registry_address,
            model_name=model_name,
            model_version=model_version,
            model_format_name="sklearn",
            source_pipeline_name=NAME,
            source_pipeline_run_id=run_id,
        )
        # A cached step would not look whether the registry still has what it registered.
        registering.set_caching_options(False)

    return train_evaluate_register


def main() -> None:
    """Compile the pipeline, or run it here."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-o", "--output", help="compile to this file")
    parser.add_argument("--registry", help="run here, and register at this address")
    parser.add_argument("--version", default="1.0.0", help="the version to register (default: %(default)s)")
    parser.add_argument(
        "--workspace", default="pipeline-run", help="a folder for what the steps leave (default: %(default)s)"
    )
    parser.add_argument("--store", help="the root to upload the weights to (default: a folder in the workspace)")
    options = parser.parse_args()
    if options.output:
        compiler.Compiler().compile(pipeline(), package_path=options.output)
    if options.registry:
        workspace = Path(options.workspace).absolute()
        runner = local.SubprocessRunner(use_venv=False)
        local.init(runner=runner, pipeline_root=str(workspace / "outputs"))
        # The steps run with this environment; on a cluster, `set_env_variable` of the registering step does the same.
        store = os.environ.setdefault("MODEL_REGISTRY_STORE", options.store or (workspace / "store").as_uri())
        run = pipeline(workspace=str(workspace))
        run(registry_address=options.registry, model_version=options.version)
        print("To get the weights back:")
        where = f"iris@{options.version} -o got --registry {options.registry}"
        print(f"MODEL_REGISTRY_STORE={store} modelreg download {where}")
    if not options.output and not options.registry:
        parser.error("say -o to compile, or --registry to run")


if __name__ == "__main__":
    main()
