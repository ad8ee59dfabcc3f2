"""The component as it stands in the catalogue: it compiles, and without a registry it is skipped."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import yaml
from kfp import compiler

COMPONENT = Path(__file__).resolve().parent.parent / "component.py"


def load():
    spec = importlib.util.spec_from_file_location("catalogue_component", COMPONENT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.model_registry


def test_it_compiles_with_optional_artifacts(tmp_path):
    file = tmp_path / "component.yaml"

    compiler.Compiler().compile(load(), package_path=str(file))

    inputs = yaml.safe_load(file.read_text())["components"]["comp-model-registry"]["inputDefinitions"]
    assert {name: said["isOptional"] for name, said in inputs["artifacts"].items()} == {
        "input_model": True,
        "input_metrics": True,
        "eval_metrics": True,
        "eval_results": True,
    }


def test_without_a_registry_it_is_skipped_and_says_so_in_the_shared_log(tmp_path):
    assert load().python_func(pvc_mount_path=str(tmp_path)) == "SKIPPED"
    assert '"fine-tuned-model" version "1.0.0" id SKIPPED skipped' in (tmp_path / "pipeline_log.txt").read_text()
