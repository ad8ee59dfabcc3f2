"""What registering files means: upload them or not, where to, and what the records say of them.

Decides only; what it needs to know of the registry is given to it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from modelreg._storage.location import version_uri
from modelreg._storage.manifest import DIGEST, Manifest
from modelreg._storage.settings import STORE_VARIABLE, store_root
from modelreg._types.files import COUNT_PROPERTY, DIGEST_PROPERTY, SIZE_PROPERTY
from modelreg.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from modelreg._storage.hub import HubModel

OnConflict: TypeAlias = Literal["fail", "update", "unchanged"]

_COMMIT_DIGITS = 12


@attrs.frozen
class RegisteredFiles:
    """What a version's model artifact says of its files.

    Attributes:
        uri: None when it has none.
        digest: None when none is registered.
    """

    uri: str | None = None
    digest: str | None = None


@attrs.frozen
class FilesDecision:
    """What to do with files that are to be registered.

    Attributes:
        action: "upload" them to `uri` and register that; "unchanged", they are registered already; "keep" what is
            registered, though it differs.
        uri: Of the folder to upload to, or of what is registered.
    """

    action: Literal["upload", "unchanged", "keep"]
    uri: str


def registered_files(uri: str | None, properties: Mapping[str, Any]) -> RegisteredFiles:
    """Return what a model artifact says of its files.

    Args:
        uri: Of the artifact.
        properties: Its custom properties; a `digest` that is none is left out.
    """
    digest = properties.get(DIGEST_PROPERTY)
    known = digest if isinstance(digest, str) and DIGEST.fullmatch(digest) else None
    return RegisteredFiles(uri or None, known)


def file_properties(*, digest: str, size: int, files: int) -> dict[str, str | int]:
    """Return the custom properties of a model artifact whose files were uploaded.

    Args:
        digest: Of the files.
        size: Their bytes.
        files: How many there are.
    """
    return {DIGEST_PROPERTY: digest, SIZE_PROPERTY: size, COUNT_PROPERTY: files}


def upload_root(to: str | None, environ: Mapping[str, str] | None = None) -> str:
    """Return the root that new versions go to.

    Args:
        to: As the caller gives it; None for `MODEL_REGISTRY_STORE`.
        environ: The environment to read, `os.environ` unless given.

    Raises:
        InvalidInput: Neither names one.
    """
    root = to or store_root(environ)
    if not root:
        bucket = (os.environ if environ is None else environ).get("AWS_S3_BUCKET", "").strip() or "models"
        raise InvalidInput(
            "to: nothing says where the files are to go",
            hint=f"Give to=, such as s3://{bucket}, or set {STORE_VARIABLE}.",
        )
    return root


def decide_files(
    manifest: Manifest,
    *,
    root: str,
    model: str,
    version: str,
    registered: RegisteredFiles,
    on_conflict: OnConflict = "fail",
) -> FilesDecision:
    """Plan, before the first byte is sent, what becomes of files that are to be registered.

    Args:
        manifest: The files.
        root: Where new versions go.
        model: Name of the model.
        version: Name of the version.
        registered: What the version's model artifact says; empty when there is none.
        on_conflict: What to do when other files are registered, or a URI without a digest.

    Raises:
        Conflict: They differ, and `on_conflict` is "fail".
        InvalidInput: The root cannot be written to, or the names cannot be a folder there.
    """
    if registered.uri is None:
        return FilesDecision("upload", version_uri(root, model, version))
    if registered.digest == manifest.digest:
        return FilesDecision("unchanged", registered.uri)
    if on_conflict == "unchanged":
        return FilesDecision("keep", registered.uri)
    if on_conflict == "update":
        return FilesDecision("upload", version_uri(root, model, version, manifest.digest))
    raise _conflict(manifest, root, model, version, registered)


def _conflict(manifest: Manifest, root: str, model: str, version: str, registered: RegisteredFiles) -> Conflict:
    hint = "To register the new files, use on_conflict='update'; the old ones stay where they are."
    names = {"model": model, "version": version}
    if registered.digest is None:
        return Conflict(
            f"{model}@{version} has the URI {registered.uri} and no digest, so that nothing tells whether its files"
            " are the given ones",
            hint=hint,
            reason="uri_differs",
            details=names | {"registered_uri": registered.uri, "uri": version_uri(root, model, version)},
        )
    return Conflict(
        f"{model}@{version} has other files: {registered.digest[:19]} and not {manifest.digest[:19]}",
        hint=hint,
        reason="digest_differs",
        details=names | {"registered_digest": registered.digest, "digest": manifest.digest},
    )


@attrs.frozen(kw_only=True)
class HubRegistration:
    """What is registered of a model of the Hugging Face Hub.

    Attributes:
        name: Of the model.
        version: Of the version.
        uri: Of the files at their commit.
        author: Of the version.
        model_format: By the files' names; None when they do not tell.
        properties: Of the version.
        labels: Of the version: the Hub's tags.
        readme: The card, for the model; empty when there is none.
    """

    name: str
    version: str
    uri: str
    author: str
    model_format: str | None
    properties: Mapping[str, Any]
    labels: tuple[str, ...]
    readme: str


def hub_registration(model: HubModel, *, name: str | None = None, version: str | None = None) -> HubRegistration:
    """Return what is registered of a model of the Hub.

    Args:
        model: As `modelreg._storage.hub.read_model` returns it.
        name: Of the registered model; the part of the repository's name after the slash unless given.
        version: Of the version; the first 12 digits of the commit unless given.
    """
    known: dict[str, Any] = {
        # The official client's keys.
        "repo": model.repository,
        "source_uri": f"{model.page}/tree/{model.commit}",
        "model_origin": "huggingface_hub",
        "model_author": model.author,
        "commit": model.commit,
        "license": model.license,
        "library": model.library,
        "languages": list(model.languages),
        "base_model": model.base_models[0] if len(model.base_models) == 1 else list(model.base_models),
    }
    return HubRegistration(
        name=name or model.repository.rpartition("/")[2],
        version=version or model.commit[:_COMMIT_DIGITS],
        uri=model.uri,
        author=model.author,
        model_format=model.model_format,
        properties={key: value for key, value in known.items() if value},
        labels=tuple(tag for tag in dict.fromkeys(model.tags) if tag not in known),
        readme=model.readme,
    )
