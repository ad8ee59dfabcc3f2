"""A registry with one of everything, and the command line run in this process as a terminal or a pipe would see it."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import pytest

from modelreg import DocArtifact, ModelRegistry
from modelreg._cli import main
from tests.registries import new_postgres_url, postgres_server

__all__ = ["postgres_server"]

HOSTILE = "evil\x1b[31m\x1b]8;;http://x\x07\u202e[red]\n'\"\\/a@b🎉\x9b2J"
#: Where a machine's own settings would speak into a test.
_FOREIGN = ("MODEL_REGISTRY_", "MODELREG_", "GITHUB_", "GITLAB_", "CLICOLOR", "NO_COLOR", "COLUMNS", "CI")


@attrs.frozen
class Ran:
    """What a run of the command line left."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self.out + self.err


class Stream(io.TextIOWrapper):
    """A stream that is a terminal, or is not."""

    def __init__(self, *, live: bool, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="", write_through=True)
        self._live = live

    def isatty(self) -> bool:
        """Return which it is."""
        return self._live

    def read_all(self) -> str:
        """Return what was written."""
        self.flush()
        written = self.buffer.getvalue()  # type: ignore[attr-defined]  # it is a BytesIO
        assert isinstance(written, bytes)
        return written.decode(self.encoding)


def fill(registry: ModelRegistry) -> None:
    """Put one of everything into a registry."""
    card = DocArtifact(name="card", uri="https://example.com/card.md")
    registry.register(
        "fraud",
        "1.3.0",
        uri="s3://models/fraud/1.3.0/model.onnx",
        model_format="onnx",
        metrics={"auc": 0.91, "loss": 0.25},
        higher_is_better={"auc": True, "loss": False},
        properties={"depth": 6, "dataset": "d1"},
        labels=["retired"],
        owner="ana",
        model_description="Finds fraud",
        artifacts=[card],
    )
    registry.register(
        "fraud",
        "1.4.0",
        uri="s3://models/fraud/1.4.0/model.onnx",
        model_format="onnx",
        model_format_version="1.15",
        metrics={"auc": 0.94, "loss": 0.21},
        properties={"depth": 8, "dataset": "d2", "params": {"a": [1, None]}, "checked": True},
        labels=["candidate"],
        author="ben",
        description="Better | than before",
        source={"kind": "kfp", "class": "pipelinerun", "group": "team", "id": "r-1", "name": "nightly"},
        artifacts=[card],
    )
    registry.register("churn", "1", owner="cy", metrics={"auc": 0.7})
    registry.models.set_alias("churn", "champion", version="1", by="ana")
    registry.serving_environments.upsert("prod", description="Where customers are")
    service = registry.inference_services.upsert("fraud-svc", environment="prod", version="fraud@1.4.0")
    registry.serve_models.upsert("first", service=service, version="fraud@1.4.0", last_known_state="RUNNING")
    registry.experiments.upsert("tuning", owner="ana")
    run = registry.runs.upsert("run-1", experiment="tuning", status="RUNNING")
    registry.runs.log_metric(run, "loss", 0.3, step=1)
    registry.runs.log_metric(run, "loss", 0.2, step=2)
    registry.runs.log_params(run, {"depth": 6})


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a registry with one of everything, once."""
    path = tmp_path_factory.mktemp("filled") / "registry.db"
    with ModelRegistry(path) as registry:
        fill(registry)
    return path


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the settings of this machine out, and stand in an empty folder."""
    import os

    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MODEL_REGISTRY_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(filled: Path, alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a registry of the test's own with one of everything; it is the one that the command line uses."""
    path = alone / "registry.db"
    shutil.copy(filled, path)
    monkeypatch.setenv("MODEL_REGISTRY_URL", f"sqlite:///{path}")
    return path


Run = Callable[..., Ran]


@pytest.fixture
def run(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line: `run("models", "list", live=True, env={"COLUMNS": "60"})`."""

    def running(
        *arguments: str,
        live: bool = False,
        env: Mapping[str, str] | None = None,
        answer: str = "",
        encoding: str = "utf-8",
    ) -> Ran:
        out, err = Stream(live=live, encoding=encoding), Stream(live=live, encoding=encoding)
        typed = Stream(live=live, encoding="utf-8")
        typed.write(answer)
        typed.seek(0)
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", typed)
            code = main(list(arguments))
        return Ran(code, out.read_all(), err.read_all())

    return running


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Make an empty database on the session's PostgreSQL server."""
    return new_postgres_url(postgres_server)
