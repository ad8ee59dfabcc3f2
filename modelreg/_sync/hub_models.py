# Written by scripts/unasync.py from modelreg/_async/hub_models.py; edit that file and run `make fmt`.
"""Registers models of the Hugging Face Hub, at a commit; with a root to copy to, their files too."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import attrs

from modelreg import storage
from modelreg._concurrency import in_thread
from modelreg._core.names import checked_name
from modelreg._core.resources import MODELS, VERSIONS
from modelreg._storage.registering_files import HubRegistration, RegisteredFiles, hub_registration
from modelreg._sync.engine import Engine
from modelreg._sync.lookup import find_exact
from modelreg._sync.register import register
from modelreg._sync.register_files import register_with_files, transferred
from modelreg._sync.transfers import registered_of
from modelreg._types import ProgressCallback, Registration, RegistrationRequest, Signer
from modelreg._types.choices import OnConflict
from modelreg.errors import InvalidInput, MissingExtra


@attrs.frozen(kw_only=True)
class HubOptions:
    """How a model of the Hub is registered, as `registry.register_hf` documents it."""

    to: str | None = None
    sign: Signer | None = None
    takeover: bool = False
    base: str | None = None
    on_conflict: OnConflict = "fail"
    progress: ProgressCallback | None = None
    stall_timeout: float | None = None


def register_hf(
    engine: Engine, repo: str, revision: str, name: str | None, version: str | None, options: HubOptions
) -> Registration:
    """Register a model of the Hub at the commit that a revision names now."""
    model = in_thread(partial(_read, repo, revision, name, version))
    request = _request(model, options)
    if options.to is None:
        if options.sign is not None or options.takeover or options.base is not None:
            raise InvalidInput("sign, takeover and base are about a copy of the files, and there is none; give to")
        return register(engine, attrs.evolve(request, uri=model.uri))
    known = _copied(engine, model)
    if known.uri is not None and known.digest is not None and options.sign is None:
        return register(engine, attrs.evolve(request, uri=known.uri))
    with tempfile.TemporaryDirectory(prefix="modelreg-hub-") as folder:
        copy = Path(folder) / "files"
        transferred(
            lambda stop: storage.download(
                model.uri,
                copy,
                progress=options.progress,
                stall_timeout=options.stall_timeout,
                stop=stop,
                warn_without_digest=False,
            )
        )
        request = attrs.evolve(
            request,
            files=copy,
            to=options.to,
            sign=options.sign,
            takeover=options.takeover,
            base=options.base,
            progress=options.progress,
            stall_timeout=options.stall_timeout,
        )
        return register_with_files(engine, request)


def _request(model: HubRegistration, options: HubOptions) -> RegistrationRequest:
    """Return what is registered, still without a URI or files."""
    return RegistrationRequest(
        model.name,
        model.version,
        author=model.author or None,
        card=model.readme or None,
        properties=model.properties,
        labels=model.labels,
        model_format=model.model_format,
        on_conflict=options.on_conflict,
    )


def _read(repo: str, revision: str, name: str | None, version: str | None) -> HubRegistration:
    try:
        from modelreg._storage.hub import parse_repository, read_model
    except ModuleNotFoundError as error:
        raise MissingExtra("models of the Hub need huggingface_hub: pip install 'modelreg[hf]'") from error
    repository, named = parse_repository(repo)
    if named is not None and revision not in ("main", named):
        raise InvalidInput(f"repo names revision {named!r} and revision is {revision!r}; give one of them")
    return hub_registration(read_model(repository, named or revision), name=name, version=version)


def _copied(engine: Engine, model: HubRegistration) -> RegisteredFiles:
    """Return what is registered of a copy of this commit; empty where there is none."""
    above = (find_exact(engine, MODELS, checked_name(model.name), None)).record
    there = (
        None
        if above is None
        else (find_exact(engine, VERSIONS, checked_name(model.version, "version"), above.id)).record
    )
    if there is None or there.properties.get("commit") != model.properties["commit"]:
        return RegisteredFiles()
    return registered_of(engine, there)
