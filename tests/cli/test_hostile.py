"""One hostile name goes through every command: nothing of it acts on a terminal, and it works as an argument."""

from __future__ import annotations

import json

import pytest

from modelreg import ModelRegistry
from tests.cli.conftest import HOSTILE

# Every command with every hostile name: part of `make test-all`.
pytestmark = pytest.mark.heavy

NAME = HOSTILE
VERSION = f"v{HOSTILE}"
COMMANDS = [
    ("models", "list"),
    ("models", "list", "--md"),
    ("models", "list", "--csv"),
    ("models", "list", "--json"),
    ("models", "list", "-q"),
    ("models", "find", NAME),
    ("models", "find", NAME + "x"),
    ("models", "upsert", NAME, "--owner", NAME, "--dry-run"),
    ("models", "update", NAME, "--description", "x" + NAME),
    ("models", "archive", NAME, "--yes"),
    ("models", "restore", NAME),
    ("versions", "list", NAME),
    ("versions", "list", "--columns", f"name,prop:{NAME}"),
    ("versions", "find", NAME, VERSION),
    ("versions", "find", NAME, VERSION + "x"),
    ("versions", "latest", NAME),
    ("versions", "upsert", NAME, VERSION, "--property", f"{NAME.replace('=', '')}=1"),
    ("versions", "archive", NAME, VERSION),
    ("versions", "archive", NAME, VERSION, "--yes"),
    ("artifacts", "list", NAME, VERSION),
    ("artifacts", "find", NAME, VERSION, NAME),
    ("artifacts", "update", NAME, VERSION, NAME, "--description", NAME),
    ("serving-environments", "list"),
    ("serving-environments", "find", NAME),
    ("inference-services", "list", NAME),
    ("inference-services", "find", NAME, NAME),
    ("inference-services", "undeploy", NAME, NAME),
    ("inference-services", "model", NAME, NAME),
    ("inference-services", "version", NAME, NAME),
    ("serve-models", "list", NAME, NAME),
    ("serve-models", "find", NAME, NAME, NAME),
    ("experiments", "list"),
    ("experiments", "find", NAME),
    ("runs", "list", NAME),
    ("runs", "find", NAME, NAME),
    ("runs", "artifacts", NAME, NAME),
    ("runs", "metric-history", NAME, NAME),
    ("runs", "log-metric", NAME, NAME, "--name", NAME, "--value", "1", "--dry-run"),
    ("runs", "log-params", NAME, NAME, "--param", f"{NAME}=1", "--dry-run"),
    ("register", NAME, VERSION, "--uri", f"s3://other/{NAME}"),
    ("register", NAME, "2", "--uri", f"s3://other/{NAME}", "--label", NAME),
    ("show", NAME),
    ("show", NAME, VERSION),
    ("show", NAME, VERSION, "--md"),
    ("show", NAME + "x"),
    ("compare", NAME, VERSION, "1"),
    ("compare", NAME, VERSION, "1", "--csv"),
    ("compare", NAME, "--metric", NAME, "--history"),
    ("tree", NAME),
    ("resolve", NAME, VERSION),
    ("resolve", NAME, VERSION, "--kserve"),
    ("resolve", f"model-registry://{NAME}/{VERSION}"),
    ("export", NAME, "-o", "hostile.jsonl"),
    ("models", "list", "--where", f"name = '{NAME}"),
    ("models", "list", "--sort", NAME),
    ("models", "list", "--columns", NAME),
    (NAME,),
    ("models", NAME),
    ("models", "list", f"--{NAME}"),
    ("doctor", f"sqlite:///{NAME.replace('/', '')}"),
]


@pytest.fixture
def hostile(alone, monkeypatch):
    path = alone / "hostile.db"
    monkeypatch.setenv("MODEL_REGISTRY_URL", f"sqlite:///{path}")
    with ModelRegistry(path) as registry:
        registry.register(
            NAME,
            VERSION,
            uri=f"s3://{NAME}",
            model_format=NAME,
            artifact_name=NAME,
            metrics={NAME: 0.5},
            higher_is_better={NAME: True},
            properties={f"text{NAME}": NAME, "struct": {NAME: [NAME]}},
            labels=[f"label{NAME}"],
            author=NAME,
            owner=NAME,
            description=NAME,
            model_description=NAME,
            source={"kind": NAME, "id": NAME, "name": NAME},
        )
        registry.register(NAME, "1", metrics={NAME: 0.4})
        registry.serving_environments.upsert(NAME)
        service = registry.inference_services.upsert(NAME, environment=NAME, version=(NAME, VERSION), runtime=NAME)
        registry.inference_services.deploy(service)
        registry.serve_models.upsert(NAME, service=service, version=(NAME, VERSION))
        registry.experiments.upsert(NAME)
        run = registry.runs.upsert(NAME, experiment=NAME)
        registry.runs.log_metric(run, NAME, 0.5)
        registry.runs.log_params(run, {NAME: NAME})
    return path


def harmful(text: str) -> list[str]:
    """Name the characters that would act or hide."""
    return [repr(char) for char in text if (ord(char) < 32 and char not in "\n\t") or char in "\x7f\x9b\u202e"]


@pytest.mark.parametrize("arguments", COMMANDS, ids=[f"{at}-{' '.join(c[:2])[:20]!a}" for at, c in enumerate(COMMANDS)])
@pytest.mark.parametrize("live", [True, False], ids=["terminal", "pipe"])
def test_nothing_acts(run, hostile, arguments, live):
    ran = run(*arguments, live=live, env={"NO_COLOR": "1", "COLUMNS": "100"}, answer="n\n")
    assert ran.text
    # Progress moves the cursor to the start of its line, on stderr.
    assert harmful(ran.out + ran.err.replace("\r", "")) == []
    assert ran.code in (0, 1, 2, 3, 5, 6), ran.err
    assert "that this happened is a defect" not in ran.err


def test_the_name_works_as_an_argument_and_reads_back_exactly(run, hostile):
    found = json.loads(run("versions", "find", NAME, VERSION, "--json").out)
    assert found["name"] == VERSION
    assert found["properties"][NAME] == 0.5
    assert found["labels"] == [f"label{NAME}"]
    assert run("show", f"{NAME}@{VERSION}").code == 0 or "@" in VERSION


def test_one_row_stays_one_line(run, hostile):
    assert len(run("models", "list").out.splitlines()) == 1
    assert len(run("versions", "list", NAME).out.splitlines()) == 2


def test_it_is_not_offered_for_completion(run, hostile):
    asked = {"_MODELREG_COMPLETE": "bash_complete", "COMP_WORDS": "modelreg show ", "COMP_CWORD": "2"}
    ran = run(env=asked)
    assert harmful(ran.text) == []
    assert "evil" not in ran.out


def test_markup_is_no_markup(run, hostile):
    assert "[red]" in run("models", "list", live=True, env={"COLUMNS": "200"}).out
    assert "\\[red\\]" in run("models", "list", "--md").out


def test_an_export_of_it_is_imported_whole(run, hostile, alone):
    assert run("export", "-o", "all.jsonl").code == 0
    assert run("import", "all.jsonl", "--registry", "./other.db").code == 0
    with ModelRegistry(alone / "other.db") as registry:
        version = registry.versions.find(VERSION, model=NAME)
        assert version.description == NAME
        assert registry.artifacts.find(NAME, version=version).uri == f"s3://{NAME}"
