"""Registers a trained model in a Kubeflow Model Registry.

Written by scripts/component.py from modelreg/pipeline/component.py; change that one.
"""

from kfp import dsl


@dsl.component(
    base_image="python:3.12-slim",
    packages_to_install=["modelreg==0.1.0"],
)
def model_registry(
    pvc_mount_path: str,
    input_model: dsl.Input[dsl.Model] = None,
    input_metrics: dsl.Input[dsl.Metrics] = None,
    eval_metrics: dsl.Input[dsl.Metrics] = None,
    eval_results: dsl.Input[dsl.Artifact] = None,
    registry_address: str = "",
    registry_port: int = 8080,
    model_name: str = "fine-tuned-model",
    model_version: str = "1.0.0",
    model_format_name: str = "pytorch",
    model_format_version: str = "1.0",
    model_description: str = "",
    author: str = "pipeline",
    shared_log_file: str = "pipeline_log.txt",
    source_pipeline_name: str = "",
    source_pipeline_run_id: str = "",
    source_pipeline_run_name: str = "",
    source_namespace: str = "",
) -> str:
    """Register a trained model in a Kubeflow Model Registry, with the run that made it and what was measured.

    Where the step's environment has MODEL_REGISTRY_STORE, such as s3://models, the weights are uploaded there first.
    Where it has MODEL_REGISTRY_ALIAS, that alias of the model is moved to the version.

    Args:
        pvc_mount_path: Where the volume is mounted that the pipeline's steps share.
        input_model: The training step's model; its metadata may name the base model and the path of the weights.
        input_metrics: Settings and measurements of the training.
        eval_metrics: Measurements of the evaluation; they win over those of the results file.
        eval_results: The results file that lm-eval wrote.
        registry_address: Host, host:port or URL of the registry; without one the step is skipped.
        registry_port: The registry's port, where the address names none.
        model_name: The name to register under; the default one gives way to the base model's.
        model_version: The version's name.
        model_format_name: What the weights are, such as pytorch or onnx.
        model_format_version: The format's version.
        model_description: A description of the version.
        author: Who registers it.
        shared_log_file: A file on the volume that gets a line about this run.
        source_pipeline_name: The pipeline's name.
        source_pipeline_run_id: The run's id; with it a rerun is known from another run.
        source_pipeline_run_name: The run's name; without it the pipeline's is shown.
        source_namespace: Where the run ran; without it the service account's namespace.

    Returns:
        The registered model's id, or "SKIPPED".
    """
    import logging
    import os

    from modelreg.errors import ModelRegistryError
    from modelreg.pipeline import DEFAULT_NAME, register_run, registry_url

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        done = register_run(
            registry_url(registry_address, registry_port) or "",
            name=model_name or DEFAULT_NAME,
            version=model_version,
            model=input_model,
            training_metrics=input_metrics,
            eval_metrics=eval_metrics,
            eval_results=eval_results,
            pipeline_name=source_pipeline_name,
            run_id=source_pipeline_run_id,
            run_name=source_pipeline_run_name,
            namespace=source_namespace,
            author=author,
            description=model_description,
            model_format=model_format_name,
            model_format_version=model_format_version,
            pvc_mount_path=pvc_mount_path,
            shared_log_file=shared_log_file,
            to=os.environ.get("MODEL_REGISTRY_STORE"),
            alias=os.environ.get("MODEL_REGISTRY_ALIAS"),
        )
    except ModelRegistryError as error:
        # The step's log ends with what went wrong, not with the calls that led there.
        raise SystemExit(f"error: {error}") from None
    return done.id


if __name__ == "__main__":
    from kfp import compiler

    compiler.Compiler().compile(model_registry, package_path=__file__.replace(".py", ".yaml"))
