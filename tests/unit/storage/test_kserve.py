"""What KServe can load."""

from __future__ import annotations

import pytest

from modelreg._storage.kserve import LOADABLE, kserve_warning


@pytest.mark.parametrize(
    "uri",
    [
        "s3://models/fraud/1/",
        "gs://models/fraud/1/",
        "pvc://claim/fraud/1",
        "oci://registry.example.com/fraud:1@sha256:" + "0" * 64,
        "hf://org/name",
        "hf://org/name:main",
        "https://example.com/model.onnx",
        "https://account.blob.core.windows.net/models/fraud/1",
    ],
)
def test_what_it_can_load(uri):
    assert kserve_warning(uri) is None


def test_what_begins_like_a_loadable_uri_is_loaded():
    assert [kserve_warning(f"{start}models/fraud/1") for start in LOADABLE] == [None] * len(LOADABLE)


@pytest.mark.parametrize(
    ("uri", "part"),
    [
        ("az://models/fraud/1/", "blob.core.windows.net"),
        ("file:///srv/models/fraud/1/", "pvc://"),
        ("/srv/models", "pvc://"),
        ("hf://org/name@0123", "hf://org/name:0123"),
    ],
)
def test_what_it_cannot_load(uri, part):
    assert part in kserve_warning(uri)
