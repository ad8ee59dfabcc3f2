"""The weights of a run are uploaded before the run is registered."""

from __future__ import annotations

import pytest

from modelreg import ModelRegistry
from modelreg.errors import Conflict, InvalidInput
from modelreg.pipeline import register_run


def test_weights_are_uploaded_before_they_are_registered(tmp_path, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_STORE", str(tmp_path / "store"))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights.bin").write_bytes(b"weights")
    known = {"name": "fraud", "version": "1", "path": tmp_path / "model", "to": str(tmp_path / "store")}
    with ModelRegistry(tmp_path / "registry.db") as registry:
        done = register_run(registry, run_id="run-1", model_format="onnx", **known)
        artifact = done.registration.artifact
        assert artifact.uri == f"{(tmp_path / 'store').as_uri()}/fraud/1/"
        assert (artifact.model_format, artifact.source_id) == ("onnx", "run-1")
        assert registry.verify("fraud@1").digest == artifact.properties["digest"]
        assert register_run(registry, run_id="run-1", model_format="onnx", **known).outcome == "unchanged"
        (tmp_path / "model" / "weights.bin").write_bytes(b"others")
        with pytest.raises(Conflict) as raised:
            register_run(registry, run_id="run-2", **known)
        assert raised.value.reason == "digest_differs"
        assert register_run(registry, run_id="run-2", on_conflict="update", **known).outcome == "updated"
        assert registry.verify("fraud@1").files == 1
        with pytest.raises(InvalidInput):
            register_run(registry, version="2", name="fraud", to=str(tmp_path / "store"))
        assert registry.versions.find("2", model="fraud") is None
