"""The compiled component where no package index has us: what its YAML says is run in an empty environment."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from modelreg import ModelRegistry
from modelreg.pipeline.component import IMAGE, main
from tests.wheels.conftest import Environment, install, make_environment

pytestmark = pytest.mark.heavy

PYPI = "https://pypi.org/simple"
INPUTS = {"pvc_mount_path": "", "model_name": "fraud", "model_version": "1"}


class Quiet(SimpleHTTPRequestHandler):
    """A web server for files that logs nothing."""

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def web(tmp_path):
    """Serve a folder on loopback: its path and its address."""
    folder = tmp_path / "web"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def empty(tmp_path_factory, tmp_path):
    """An environment as the step's image has it: Python and pip."""
    python = make_environment(tmp_path_factory.mktemp("step") / "venv")
    install(python, "pip")
    # Where the base image's index is another than PyPI, pip is told so in the environment.
    return Environment(python, tmp_path)


def compiled(folder, *options):
    """Compile the component as a user does, and return the container that the YAML describes."""
    main(["-o", str(folder / "component.yaml"), *options])
    document = yaml.safe_load((folder / "component.yaml").read_text())
    (executor,) = document["deploymentSpec"]["executors"].values()
    return executor["container"]


def run(container, environment, registry):
    """Run a container's command in an environment, and return what the function returned."""
    output = environment.folder / "output.json"
    values = {**INPUTS, "pvc_mount_path": str(environment.folder), "registry_address": registry}
    said = {
        "inputs": {"parameterValues": values},
        "outputs": {"parameters": {"Output": {"outputFile": str(output)}}, "outputFile": str(output)},
    }
    arguments = [each if each != "{{$}}" else json.dumps(said) for each in container["args"]]
    done = subprocess.run(
        [*container["command"], *arguments],
        cwd=environment.folder,
        env=environment.environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(output.read_text())["parameterValues"]["Output"]


def check(returned, registry):
    with ModelRegistry(registry) as records:
        assert records.versions.get("fraud@1").author == "pipeline"
        assert returned == records.models.get(name="fraud").id


def test_a_wheel_by_its_path(empty, served, wheel, tmp_path):
    container = compiled(tmp_path, "--package", os.path.relpath(wheel))
    check(run(container, empty, served), served)


def test_a_wheel_by_its_url(empty, served, wheel, web, tmp_path):
    folder, address = web
    (folder / wheel.name).write_bytes(wheel.read_bytes())
    container = compiled(tmp_path, "--package", f"{address}/{wheel.name}")
    check(run(container, empty, served), served)


def test_an_index(empty, served, wheel, web, tmp_path):
    folder, address = web
    project = folder / "simple" / "modelreg"
    project.mkdir(parents=True)
    (project / wheel.name).write_bytes(wheel.read_bytes())
    # An index of one project: what it needs comes from the usual one.
    index = os.environ.get("PIP_INDEX_URL", PYPI)
    container = compiled(tmp_path, "--package", f"{address}/simple", "--index-url", index)
    check(run(container, empty, served), served)


def test_an_image_that_has_it(empty, served, wheel, tmp_path):
    install(empty.python, f"{wheel}[kfp]")
    container = compiled(tmp_path, "--package", "registry.example.com/ml/train:1")
    assert container["image"] == "registry.example.com/ml/train:1" != IMAGE
    # pip finds no index here, and need not.
    offline = Environment(empty.python, empty.folder, {"PIP_NO_INDEX": "1"})
    check(run(container, offline, served), served)
