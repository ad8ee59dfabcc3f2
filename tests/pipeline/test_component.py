"""The component's interface is the one that its users know; it compiles, and its copies are what they are made from."""

from __future__ import annotations

import importlib.util
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from kfp import compiler, dsl

from modelreg import ModelRegistry, __version__
from modelreg.pipeline import component
from tests.pipeline.artifacts import Held, contents

ROOT = Path(__file__).resolve().parents[2]

REQUIRED = inspect.Parameter.empty
# Name, type and default of every input, in their order.
INTERFACE = [
    ("pvc_mount_path", str, REQUIRED),
    ("input_model", dsl.Input[dsl.Model], None),
    ("input_metrics", dsl.Input[dsl.Metrics], None),
    ("eval_metrics", dsl.Input[dsl.Metrics], None),
    ("eval_results", dsl.Input[dsl.Artifact], None),
    ("registry_address", str, ""),
    ("registry_port", int, 8080),
    ("model_name", str, "fine-tuned-model"),
    ("model_version", str, "1.0.0"),
    ("model_format_name", str, "pytorch"),
    ("model_format_version", str, "1.0"),
    ("model_description", str, ""),
    ("author", str, "pipeline"),
    ("shared_log_file", str, "pipeline_log.txt"),
    ("source_pipeline_name", str, ""),
    ("source_pipeline_run_id", str, ""),
    ("source_pipeline_run_name", str, ""),
    ("source_namespace", str, ""),
]
# How a compiled component says the same.
COMPILED = {str: "STRING", int: "NUMBER_INTEGER"}
SCHEMAS = {
    dsl.Input[dsl.Model]: "system.Model",
    dsl.Input[dsl.Metrics]: "system.Metrics",
    dsl.Input[dsl.Artifact]: "system.Artifact",
}


def compiled(made, file):
    compiler.Compiler().compile(made, package_path=str(file))
    return yaml.safe_load(file.read_text())


def executor(document):
    (said,) = document["deploymentSpec"]["executors"].values()
    return said["container"]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_function_takes_what_the_table_says_in_its_order():
    signature = inspect.signature(component.model_registry.python_func)

    assert [(p.name, p.annotation, p.default) for p in signature.parameters.values()] == INTERFACE
    assert signature.return_annotation is str


def test_the_compiled_component_takes_the_same(tmp_path):
    interface = compiled(component.model_registry, tmp_path / "component.yaml")["components"]["comp-model-registry"]

    artifacts = interface["inputDefinitions"]["artifacts"]
    parameters = interface["inputDefinitions"]["parameters"]
    for name, kind, default in INTERFACE:
        if kind in SCHEMAS:
            assert artifacts[name]["artifactType"]["schemaTitle"] == SCHEMAS[kind]
            assert artifacts[name]["isOptional"]
        else:
            assert parameters[name]["parameterType"] == COMPILED[kind]
            assert parameters[name].get("defaultValue", REQUIRED) == default
            assert parameters[name].get("isOptional", False) == (default is not REQUIRED)
    assert len(artifacts) + len(parameters) == len(INTERFACE)
    assert interface["outputDefinitions"]["parameters"] == {
        "Output": {
            "parameterType": "STRING",
            **{
                key: said
                for key, said in interface["outputDefinitions"]["parameters"]["Output"].items()
                if key == "description"
            },
        }
    }


def test_the_readme_says_the_same_as_the_signature():
    readme = (ROOT / "components/deployment/model_registry/README.md").read_text()
    words = {value: f"dsl.Input[dsl.{schema.partition('.')[2]}]" for value, schema in SCHEMAS.items()}
    for name, kind, default in INTERFACE:
        shown = "Required" if default is REQUIRED else f"`{json.dumps(default)}`" if default is not None else "`None`"
        assert f"| `{name}` | `{words.get(kind) or kind.__name__}` | {shown} | " in readme


def test_the_catalogues_files_are_what_the_script_writes():
    for file, text in script("component").written().items():
        assert file.read_text() == text


def test_it_installs_this_package_at_this_version(tmp_path):
    container = executor(compiled(component.model_registry, tmp_path / "component.yaml"))

    assert f"'modelreg=={__version__}'" in container["command"][2]
    assert container["image"] == component.IMAGE


def test_what_it_installs_can_be_set_without_editing_it(tmp_path):
    made = component.build(
        packages=["./modelreg.whl", "extra"],
        index_urls=["https://index.example/simple"],
        image="registry.example/step:1",
    )

    container = executor(compiled(made, tmp_path / "component.yaml"))

    install = container["command"][2]
    assert "'./modelreg.whl' 'extra'" in install
    assert "--index-url https://index.example/simple" in install
    assert "--trusted-host" not in install
    assert "modelreg==" not in install
    assert container["image"] == "registry.example/step:1"


def test_an_image_that_has_everything_installs_nothing_of_ours(tmp_path):
    assert "modelreg" not in executor(compiled(component.build(packages=()), tmp_path / "c.yaml"))["command"][2]


def test_an_index_over_plain_http_is_trusted_by_its_host(tmp_path):
    made = component.build(index_urls=["http://index.example:8000/simple"])

    assert "--trusted-host index.example:8000" in executor(compiled(made, tmp_path / "c.yaml"))["command"][2]


def test_the_command_line_compiles_it(tmp_path):
    file = tmp_path / "component.yaml"
    command = [sys.executable, "-m", "modelreg.pipeline.component", "-o", str(file)]
    options = ["--package", "a.whl", "--package", "b", "--index-url", "https://i.example", "--image", "img"]

    subprocess.run([*command, *options], check=True, cwd=ROOT, timeout=120)

    container = executor(yaml.safe_load(file.read_text()))
    assert "--index-url https://i.example" in container["command"][2]
    assert "'a.whl' 'b'" in container["command"][2]
    assert container["image"] == "img"


def test_the_function_stands_alone(tmp_path):
    """What is sent to the cluster runs with nothing but kfp's names around it."""
    source = executor(compiled(component.model_registry, tmp_path / "component.yaml"))["command"][-1]
    names: dict = {}
    exec(compile(source, "ephemeral_component.py", "exec"), names)

    assert names["model_registry"](pvc_mount_path=str(tmp_path)) == "SKIPPED"


def test_only_the_component_needs_kfp():
    code = "import sys, modelreg.pipeline; sys.exit(bool({'kfp', 'yaml', 'httpx', 'sqlalchemy'} & sys.modules.keys()))"

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


def test_without_kfp_the_component_says_what_to_install(tmp_path):
    (tmp_path / "kfp.py").write_text("raise ModuleNotFoundError('gone', name='kfp')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import modelreg.pipeline.component"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )

    assert done.returncode == 1
    assert "pip install 'modelreg[kfp]'" in done.stderr.splitlines()[-1]


def test_each_input_reaches_the_registry(tmp_path):
    address = f"sqlite:///{tmp_path / 'registry.db'}"
    given = {
        "pvc_mount_path": str(tmp_path),
        "input_model": Held("s3://b/m", metadata={"model_name": "base"}),
        "input_metrics": Held(metadata={"loss": 0.5}),
        "eval_metrics": Held(metadata={"acc": 0.9}),
        "eval_results": Held(path=str(tmp_path / "none.json")),
        "registry_address": address,
        "model_version": "2",
        "model_format_name": "onnx",
        "model_format_version": "1.16",
        "model_description": "words",
        "author": "ana",
        "shared_log_file": "log.txt",
        "source_pipeline_name": "fine-tune",
        "source_pipeline_run_id": "run-1",
        "source_pipeline_run_name": "friday",
        "source_namespace": "team",
    }

    answer = component.model_registry.python_func(**given)

    with ModelRegistry(address) as registry:
        _, version, weights = contents(registry)
        assert answer == registry.models.find("base").id
    assert (version["name"], version["description"], version["author"]) == ("2", "words", "ana")
    assert version["properties"] == {
        "pipeline_name": "fine-tune",
        "base_model": "base",
        "training_loss": 0.5,
        "eval_acc": 0.9,
        "eval_best_metric": "acc",
        "eval_best_score": 0.9,
    }
    assert (weights["uri"], weights["model_format"], weights["model_format_version"]) == ("s3://b/m", "onnx", "1.16")
    lineage = [weights[f"source_{part}"] for part in ("kind", "class", "group", "id", "name")]
    assert lineage == ["kfp", "pipelinerun", "team", "run-1", "friday"]
    assert f"id {answer} created" in (tmp_path / "log.txt").read_text()


def test_the_environment_gives_what_the_inputs_have_no_place_for(tmp_path, monkeypatch):
    address = f"sqlite:///{tmp_path / 'registry.db'}"
    (tmp_path / "model.bin").write_bytes(b"weights")
    monkeypatch.setenv("MODEL_REGISTRY_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MODEL_REGISTRY_ALIAS", "challenger")
    model = Held(path=str(tmp_path / "model.bin"))
    given = {"input_model": model, "registry_address": address, "model_name": "fraud", "model_version": "1"}
    component.model_registry.python_func(pvc_mount_path=str(tmp_path), **given)
    with ModelRegistry(address) as registry:
        assert registry.models.aliases("fraud") == {"challenger": "1"}
        assert registry.verify("fraud@challenger").files == 1


@pytest.mark.parametrize("said", [{"registry_port": 0}, {"model_version": ""}, {"model_name": "x" * 300}])
def test_bad_input_ends_the_step_in_one_line(tmp_path, said):
    given = {"registry_address": f"sqlite:///{tmp_path / 'registry.db'}", **said}

    with pytest.raises(SystemExit, match=r"^error: ") as caught:
        component.model_registry.python_func(pvc_mount_path=str(tmp_path), **given)
    assert "\n" not in str(caught.value)
