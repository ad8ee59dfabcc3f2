"""The Kubeflow component: what it takes and installs; the only module here that needs kfp.

`python -m modelreg.pipeline.component -o component.yaml` compiles it. The function is sent to the cluster as text: it
imports what it needs inside, and everything it decides is decided in `register_run`.
"""

# kfp reads the annotations as the types that they are: they must not be kept as text.
import argparse
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from modelreg import __version__
from modelreg._pipeline.package_source import package_source
from modelreg.errors import MissingExtra

try:
    from kfp import compiler, dsl
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "kfp":
        raise
    raise MissingExtra("the Kubeflow component needs kfp: pip install 'modelreg[kfp]'") from error

#: What the step runs in, and what it installs there: this package at this version.
IMAGE = "python:3.12-slim"
PACKAGES = (f"modelreg=={__version__}",)

_PACKAGE_HELP = (
    "what has modelreg, where no package index does: the path of its wheel as the step sees it, the URL of its wheel "
    "or repository, the URL of an index, or an image that has modelreg[kfp]; or further packages; repeatable"
)


@dsl.component(base_image=IMAGE, packages_to_install=list(PACKAGES))  # type: ignore[untyped-decorator]
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


def build(
    *, packages: Sequence[str] | None = None, index_urls: Sequence[str] | None = None, image: str | None = None
) -> Any:
    """Return the component with other packages, from other indexes, or in another image.

    Args:
        packages: What the step installs, as pip takes it; () where the image has everything, kfp too.
        index_urls: Where pip looks for packages.
        image: What the step runs in.
    """
    installed = list(PACKAGES if packages is None else packages)
    return dsl.component(
        model_registry.python_func,
        base_image=image or IMAGE,
        packages_to_install=installed,
        # Where nothing is installed there may be no index to install kfp from.
        install_kfp_package=bool(installed),
        pip_index_urls=list(index_urls) if index_urls else None,
        # kfp would trust every index without looking at its certificate; only plain http needs that.
        pip_trusted_hosts=[urlsplit(url).netloc for url in index_urls or () if url.startswith("http:")],
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Compile the component to a file."""
    parser = argparse.ArgumentParser(prog="python -m modelreg.pipeline.component", description=main.__doc__)
    parser.add_argument("-o", "--output", default="component.yaml", help="the file to write (default: %(default)s)")
    parser.add_argument("--package", action="append", metavar="SOURCE", help=_PACKAGE_HELP)
    parser.add_argument("--index-url", action="append", help="where pip looks for packages; repeatable")
    parser.add_argument("--image", help=f"what the step runs in (default: {IMAGE})")
    given = parser.parse_args(arguments)
    source = package_source(given.package or (), PACKAGES)
    for warning in source.warnings:
        print(f"warning: {warning}", file=sys.stderr)  # noqa: T201
    component = build(
        packages=source.packages,
        index_urls=[*source.index_urls, *(given.index_url or ())],
        image=given.image or source.image,
    )
    compiler.Compiler().compile(component, package_path=given.output)


if __name__ == "__main__":
    main()
