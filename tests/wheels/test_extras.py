"""Each extra alone: the wheel in an environment of its own does what the extra is for, or says what is missing."""

from __future__ import annotations

import re
import subprocess
import tomllib
from contextlib import contextmanager

import attrs
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.registries import new_postgres_url
from tests.unit.storage.conftest import ACCOUNT, s3_server
from tests.wheels.conftest import ROOT

__all__ = ["s3_server"]

pytestmark = pytest.mark.heavy

CLOSED = "http://127.0.0.1:9"
REGISTER = """
import os
from modelreg import ModelRegistry
with ModelRegistry(os.environ["WHERE"]) as registry:
    registry.register("fraud", "1", uri="s3://models/1", metrics={"auc": 0.9})
    print(registry.versions.get("fraud@1").properties["auc"])
"""
WEIGHTS = """
import os, pathlib
from modelreg import ModelRegistry
pathlib.Path("weights").mkdir()
pathlib.Path("weights/model.bin").write_bytes(b"0123")
with ModelRegistry(os.environ["WHERE"]) as registry:
    registry.register("fraud", "1", files="weights", to=os.environ["STORE"])
    print(pathlib.Path(registry.download("fraud@1", "back"), "model.bin").read_text())
"""
UNREACHABLE = """
import os
from modelreg import storage
from modelreg.errors import ConnectionFailed
try:
    storage.files(os.environ["STORE"], allow_local=True, stall_timeout=1)
except ConnectionFailed:
    print("asked")
"""
SIGN = """
import pathlib
from modelreg import storage
from modelreg.signing import Key, PublicKey
pathlib.Path("weights").mkdir()
pathlib.Path("weights/model.bin").write_bytes(b"0123")
done = storage.upload("weights", pathlib.Path("store").absolute().as_uri(), sign=Key("key.pem"))
found = storage.verify(done.uri, done.digest, verify=PublicKey("key.pub"), allow_files=True)
print(found.signature is not None)
"""
MLFLOW = """
import os, warnings
warnings.simplefilter("ignore")
from mlflow import MlflowClient
client = MlflowClient(tracking_uri="http://127.0.0.1:9", registry_uri="modelreg+" + os.environ["WHERE"])
client.create_registered_model("fraud")
client.create_model_version("fraud", "s3://models/1")
print(client.get_model_version("fraud", "1").source)
"""
COMPILE = """
import pathlib
from modelreg.pipeline.component import main
main(["-o", "component.yaml"])
print("modelreg==" in pathlib.Path("component.yaml").read_text())
"""
DRAW = """
import os, pathlib
from modelreg import ModelRegistry
from modelreg._views.plot import draw
with ModelRegistry(os.environ["WHERE"]) as registry:
    for number in (1, 2):
        registry.register("fraud", str(number), metrics={"auc": 0.9 + number / 100})
    draw(registry.history("fraud", "auc"), pathlib.Path("auc.svg"))
print(pathlib.Path("auc.svg").read_text()[:4])
"""
SUITE = """
import pytest

def test_in_process(model_registry):
    assert model_registry.register("fraud", "1", uri="s3://m").outcome.version == "created"

@pytest.mark.asyncio
async def test_async(async_model_registry):
    async with async_model_registry as registry:
        assert (await registry.register("fraud", "1", uri="s3://m")).outcome.version == "created"

def test_served(model_registry_url):
    assert model_registry_url.startswith("http")
"""
#: What each extra does alone, and what it then prints; the rest has a test of its own below.
TRIED = {
    "local": (REGISTER, {"WHERE": "registry.db"}, "0.9"),
    "mlflow": (MLFLOW, {}, "s3://models/1"),
    "kfp": (COMPILE, {}, "True"),
    "plot": (DRAW, {}, "<svg"),
    "gs": (UNREACHABLE, {"STORE": "gs://bucket/x/", "STORAGE_EMULATOR_HOST": CLOSED}, "asked"),
    "azure": (
        UNREACHABLE,
        {
            "STORE": "az://box/x/",
            "AZURE_STORAGE_CONNECTION_STRING": f"BlobEndpoint={CLOSED};AccountName=a;AccountKey=Yg==",
        },
        "asked",
    ),
    "oci": (UNREACHABLE, {"STORE": "oci://127.0.0.1:9/team/model:1"}, "asked"),
    "hf": (UNREACHABLE, {"STORE": "hf://org/name", "HF_ENDPOINT": CLOSED}, "asked"),
}
ELSEWHERE = {"postgres", "s3", "signing", "server", "ui", "cli", "testing", "all"}


def printed(environment, code, **variables):
    """Run some Python, and return the last line that it writes."""
    done = attrs.evolve(environment, variables=variables).run("-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@contextmanager
def started(environment, *arguments):
    """Run a command that serves, and yield the address that it prints first."""
    command = [str(environment.python), "-m", "modelreg", *arguments]
    with subprocess.Popen(
        command, cwd=environment.folder, env=environment.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_every_extra_is_tried():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["optional-dependencies"]) - {"dev", "demo", "docs"} == TRIED.keys() | ELSEWHERE


@pytest.mark.parametrize("extra", TRIED)
def test_an_extra_does_what_it_is_for(environment, served, extra):
    code, variables, expected = TRIED[extra]
    assert printed(environment(extra), code, **{"WHERE": served, **variables}) == expected


def test_the_core_registers_on_a_server_and_names_what_it_lacks(environment, served):
    core = environment()
    assert printed(core, REGISTER, WHERE=served) == "0.9"
    for variables, extra in (({"WHERE": "registry.db"}, "local"), ({"WHERE": "postgresql://h/r"}, "postgres")):
        done = attrs.evolve(core, variables=variables).run("-c", REGISTER)
        assert f"modelreg[{extra}]" in done.stderr
    for arguments, extra in (
        (("-m", "modelreg"), "cli"),
        (("-c", "import modelreg.testing"), "testing"),
        (("-c", "from modelreg.web import run_ui; run_ui('registry.db')"), "ui"),
        (("-c", "import modelreg.pipeline.component"), "kfp"),
    ):
        done = core.run(*arguments)
        assert done.returncode != 0
        assert f"pip install 'modelreg[{extra}]'" in done.stderr


def test_postgres_is_a_registry(environment, postgres_server):
    assert printed(environment("postgres"), REGISTER, WHERE=new_postgres_url(postgres_server)) == "0.9"


def test_weights_go_to_s3_and_back(environment, served, s3_server):
    httpx.put(f"{s3_server}/wheels").raise_for_status()
    variables = {**ACCOUNT, "AWS_ENDPOINT_URL": s3_server, "STORE": "s3://wheels", "WHERE": served}
    assert printed(environment("s3"), WEIGHTS, **variables) == "0123"


def test_files_are_signed(environment, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (tmp_path / "key.pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    assert printed(environment("signing"), SIGN) == "True"


@pytest.mark.parametrize("extra", ["server", "ui", "all"])
def test_a_registry_is_served_with_its_page(environment, extra):
    with started(environment(extra), "serve", "--store", "registry.db", "--port", "0") as url:
        assert httpx.get(f"{url}/api/model_registry/v1/registered_models").json()["size"] == 0
        assert "There is no model yet" in httpx.get(url).text


@pytest.mark.parametrize("extra", ["server", "ui"])
def test_the_page_opens_by_its_command(environment, extra):
    with started(environment(extra), "ui", "--no-browser", "--registry", "registry.db") as address:
        assert httpx.get(address).status_code == 200


def test_the_command_line_without_an_address_names_the_ways_to_one(environment, served):
    cli = environment("cli")
    done = cli.run("-m", "modelreg", "models", "list")
    assert done.returncode != 0
    for name in ("--registry", "MODEL_REGISTRY_URL", "modelreg[local]"):
        assert name in done.stderr
    done = cli.run("-m", "modelreg", "register", "fraud", "1", "--uri", "s3://m/1", "--registry", served)
    assert done.stdout == "fraud@1\n"
    assert cli.run("-m", "modelreg", "show", "fraud@1", "--registry", served).returncode == 0


def test_the_fixtures_work_with_their_extra(environment, tmp_path):
    (tmp_path / "test_mine.py").write_text(SUITE)
    done = environment("testing").run("-m", "pytest", "-q", "test_mine.py")
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_fixtures_without_their_extra_name_it(environment, tmp_path):
    (tmp_path / "test_mine.py").write_text(SUITE)
    done = environment("", "pytest").run("-m", "pytest", "-q", "test_mine.py")
    errors = re.findall(r"^E .*pip install 'modelreg\[testing\]'", done.stdout, flags=re.MULTILINE)
    assert len(errors) >= 2, done.stdout
    assert done.returncode == 1


def test_everything_together_is_consistent(environment):
    everything = environment("all", "pip")
    done = everything.run("-m", "pip", "check")
    assert done.returncode == 0, done.stdout
    assert everything.run("-m", "modelreg", "--version").returncode == 0
