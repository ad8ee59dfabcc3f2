"""What importing costs, and what is said when a library is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modelreg import storage
from modelreg.errors import MissingExtra
from modelreg.signing import Key, PublicKey

LOADED = """
import sys
import modelreg.storage, modelreg.signing
modelreg.storage.upload, modelreg.storage.download, modelreg.storage.verify, modelreg.storage.scan
heavy = {"obstore", "boto3", "huggingface_hub", "model_signing", "cryptography", "httpx", "tarfile"}
print(sorted(heavy & set(sys.modules)))
"""


def test_importing_costs_no_library():
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture
def without(monkeypatch):
    def without(library, *ours):
        for name in [name for name in sys.modules if name.partition(".")[0] == library or name in ours]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, library, None)

    return without


@pytest.mark.parametrize(
    ("uri", "library", "extra"),
    [("s3://b/x/", "obstore", "s3"), ("gs://b/x/", "obstore", "gs"), ("az://b/x/", "obstore", "azure"),
     ("hf://a/b", "huggingface_hub", "hf")],
)  # fmt: skip
def test_a_missing_library_says_how_to_install_it(without, environment, uri, library, extra):
    modules = ("s3", "gs", "azure", "objects", "object_errors", "hub")
    without(library, *(f"modelreg._storage.{name}" for name in modules))
    with pytest.raises(MissingExtra) as missing:
        storage.files(uri)
    assert missing.value.hint == f"pip install 'modelreg[{extra}]'"


def test_missing_signatures_say_how_to_install_them(without, weights, tmp_path):
    (tmp_path / "key").write_text("x")
    without("model_signing")
    manifest = storage.scan(weights)
    with pytest.raises(MissingExtra) as missing:
        Key(tmp_path / "key").sign(manifest)
    assert missing.value.hint == "pip install 'modelreg[signing]'"
    with pytest.raises(MissingExtra):
        PublicKey(tmp_path / "key").verify(manifest, b"{}")
