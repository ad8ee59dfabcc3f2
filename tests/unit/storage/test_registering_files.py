"""What becomes of files that are to be registered."""

from __future__ import annotations

import pytest

from modelreg import storage
from modelreg._storage.hub import HubModel
from modelreg._storage.registering_files import (
    FilesDecision,
    RegisteredFiles,
    decide_files,
    file_properties,
    hub_registration,
    registered_files,
    upload_root,
)
from modelreg._types.files import FileEntry
from modelreg.errors import Conflict, InvalidInput

OTHER = f"sha256:{'0' * 64}"
PLACE = {"root": "s3://models", "model": "fraud", "version": "1.4.0"}
URI = "s3://models/fraud/1.4.0/"


@pytest.fixture
def manifest(weights):
    return storage.scan(weights)


@pytest.mark.parametrize("on_conflict", ["fail", "update", "unchanged"])
def test_files_of_a_new_version_are_uploaded(manifest, on_conflict):
    decided = decide_files(manifest, **PLACE, registered=RegisteredFiles(), on_conflict=on_conflict)
    assert decided == FilesDecision("upload", URI)


@pytest.mark.parametrize("on_conflict", ["fail", "update", "unchanged"])
def test_the_same_files_are_not_uploaded_again(manifest, on_conflict):
    registered = RegisteredFiles("s3://elsewhere/x/", manifest.digest)
    decided = decide_files(manifest, **PLACE, registered=registered, on_conflict=on_conflict)
    assert decided == FilesDecision("unchanged", "s3://elsewhere/x/")


@pytest.mark.parametrize(("digest", "reason"), [(OTHER, "digest_differs"), (None, "uri_differs")])
def test_other_files_are_a_conflict(manifest, digest, reason):
    registered = RegisteredFiles(URI, digest)
    with pytest.raises(Conflict) as conflict:
        decide_files(manifest, **PLACE, registered=registered)
    assert conflict.value.reason == reason
    assert {"model": "fraud", "version": "1.4.0"}.items() <= conflict.value.details.items()
    kept = decide_files(manifest, **PLACE, registered=registered, on_conflict="unchanged")
    assert kept == FilesDecision("keep", URI)
    updated = decide_files(manifest, **PLACE, registered=registered, on_conflict="update")
    assert updated == FilesDecision("upload", f"{URI}sha256-{manifest.digest[7:19]}/")


def test_what_an_artifact_says_of_its_files(manifest):
    properties = file_properties(digest=manifest.digest, size=manifest.size, files=len(manifest.files))
    assert properties == {"digest": manifest.digest, "size_bytes": manifest.size, "file_count": 5}
    assert registered_files(URI, properties) == RegisteredFiles(URI, manifest.digest)
    assert registered_files("", {"digest": 5}) == RegisteredFiles(None, None)
    assert registered_files(URI, {"digest": "md5:1"}) == RegisteredFiles(URI, None)


def test_where_files_go():
    assert upload_root("s3://a", {"MODEL_REGISTRY_STORE": "s3://b"}) == "s3://a"
    assert upload_root(None, {"MODEL_REGISTRY_STORE": "s3://b"}) == "s3://b"
    with pytest.raises(InvalidInput):
        upload_root(None, {})


def test_what_is_registered_of_a_model_of_the_hub():
    model = HubModel(
        repository="org/name",
        commit="0123456789abcdef0123456789abcdef01234567",
        author="org",
        license="apache-2.0",
        tags=("text-generation", "text-generation", "en"),
        languages=("en",),
        base_models=("org/base",),
        library="transformers",
        readme="# A card",
        files=(FileEntry("model.safetensors", 1),),
    )
    registration = hub_registration(model)
    assert (registration.name, registration.version) == ("name", "0123456789ab")
    assert registration.uri == "hf://org/name@0123456789abcdef0123456789abcdef01234567"
    assert registration.labels == ("text-generation", "en")
    assert registration.model_format == "safetensors"
    assert registration.properties["base_model"] == "org/base"
    assert {"repo", "source_uri", "model_origin", "model_author"} <= registration.properties.keys()
    assert hub_registration(model, name="mine", version="1").version == "1"
