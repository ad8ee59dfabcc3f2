# Written by scripts/unasync.py from modelreg/_async/file_verbs.py; edit that file and run `make fmt`.
"""The verbs of a registry about files: upload, download, verify, list, and register a model of the Hub."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelreg._types import (
    FileEntry,
    ModelVersion,
    OnConflict,
    ProgressCallback,
    Registration,
    Signer,
    Upload,
    Verified,
    Verifier,
)

if TYPE_CHECKING:
    from modelreg._sync.engine import Engine


class FileVerbs:
    """The verbs of a registry about files.

    The registry's timeout does not count for transfers; they end after `stall_timeout` seconds without a byte.
    """

    if TYPE_CHECKING:
        _engine: Engine

    def upload(
        self,
        path: str | os.PathLike[str],
        uri: str,
        *,
        ignore: Sequence[str] | None = None,
        sign: Signer | None = None,
        takeover: bool = False,
        base: str | None = None,
        progress: ProgressCallback | None = None,
        stall_timeout: float | None = None,
    ) -> Upload:
        """Upload a file or folder and register nothing; repeated, it sends what is missing.

        `register(files=...)` uploads and registers in one.

        Args:
            path: The file or folder.
            uri: Of the folder to fill, such as "s3://models/x/"; a single file goes into it under its own name.
            ignore: Patterns of names or relative paths to leave out, instead of `.git`, `__pycache__`, `.DS_Store`
                and `.cache`.
            sign: A key of `modelreg.signing`; `model.sig` is written beside the files.
            takeover: Replace the claim of another upload that is dead.
            base: The image to put the files on, where the URI is `oci://`.
            progress: Called with an event as bytes are hashed and sent, from the threads that do it, one at a time.
            stall_timeout: Seconds without a byte after which the upload ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
                unless given.

        Returns:
            Where the files are, their digest, how many they are and their bytes.

        Raises:
            InvalidInput: The files or the URI cannot be used.
            Conflict: The folder holds other files, or another upload to it is under way; nothing was sent.
            IntegrityError: A file changed while it was sent.
            ModelRegistryError: The store's reason.
        """
        from modelreg import storage
        from modelreg._sync.register_files import transferred

        def work(stop: storage.Stop) -> Upload:
            patterns = storage.IGNORED if ignore is None else ignore
            return storage.upload(
                storage.scan(path, patterns, progress=progress, stop=stop),
                uri,
                sign=sign,
                takeover=takeover,
                base=base,
                progress=progress,
                stall_timeout=stall_timeout,
                stop=stop,
            )

        return transferred(work)

    def download(
        self,
        reference: ModelVersion | Registration | str | int | tuple[str, str],
        target: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        require_digest: bool = False,
        verify: Verifier | None = None,
        schemes: Collection[str] | None = None,
        allow_local: bool = False,
        progress: ProgressCallback | None = None,
        stall_timeout: float | None = None,
    ) -> Path:
        """Download a version's files, every byte checked; repeated after an interruption, it continues.

        Files of this machine are read for a registry in a file of this user's own, and below `MODEL_REGISTRY_STORE`.

        Args:
            reference: The version: its record, its id, or a reference such as "fraud@1.4.0" or "fraud@champion".
            target: The folder to make. One that is empty or a mount point is filled in place.
            overwrite: Replace what the target holds.
            require_digest: Refuse a version without a registered digest, instead of warning of it.
            verify: A public key or identity of `modelreg.signing` that has to have signed the files;
                `MODEL_REGISTRY_VERIFY` unless given.
            schemes: Schemes of URIs that may be read; by default s3, gs, az, oci, hf and https.
            allow_local: Read from hosts on loopback and link-local networks too.
            progress: Called with an event as bytes come, from the threads that read them, one at a time.
            stall_timeout: Seconds without a byte after which the download ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or
                60, unless given.

        Returns:
            The folder; the file in it where a single one was registered.

        Raises:
            NotFound: There is no such version, it has no files, or they are gone.
            IntegrityError: The files are not the registered or signed ones, or nobody can tell.
            Conflict: The target exists.
            Forbidden: The URI may not be read, or the store refused.
            ModelRegistryError: The store's reason.
        """
        from modelreg._sync.transfers import Reading, download

        reading = Reading(
            schemes=schemes, allow_local=allow_local, verify=verify, progress=progress, stall_timeout=stall_timeout
        )
        return download(self._engine, reference, target, reading, overwrite=overwrite, require_digest=require_digest)

    def verify(
        self,
        reference: ModelVersion | Registration | str | int | tuple[str, str],
        *,
        verify: Verifier | None = None,
        schemes: Collection[str] | None = None,
        allow_local: bool = False,
        progress: ProgressCallback | None = None,
        stall_timeout: float | None = None,
    ) -> Verified:
        """Read a version's files where they are, and hold them to the registered digest.

        Args:
            reference: The version: its record, its id, or a reference such as "fraud@1.4.0" or "fraud@champion".
            verify: A public key or identity of `modelreg.signing` that has to have signed the files;
                `MODEL_REGISTRY_VERIFY` unless given.
            schemes: Schemes of URIs that may be read; by default s3, gs, az, oci, hf and https.
            allow_local: Read from hosts on loopback and link-local networks too.
            progress: Called with an event as bytes come, from the threads that read them, one at a time.
            stall_timeout: Seconds without a byte after which reading ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
                unless given.

        Returns:
            The digest, how many files there are, and who signed them where that was to be verified.

        Raises:
            NotFound: There is no such version, it has no files, or they are gone.
            IntegrityError: The files are not the registered or signed ones, or no digest is registered.
            Forbidden: The URI may not be read, or the store refused.
            ModelRegistryError: The store's reason.
        """
        from modelreg._sync.transfers import Reading
        from modelreg._sync.transfers import verify as verify_files

        reading = Reading(
            schemes=schemes, allow_local=allow_local, verify=verify, progress=progress, stall_timeout=stall_timeout
        )
        return verify_files(self._engine, reference, reading)

    def files(
        self,
        reference: ModelVersion | Registration | str | int | tuple[str, str],
        *,
        schemes: Collection[str] | None = None,
        allow_local: bool = False,
        stall_timeout: float | None = None,
    ) -> Sequence[FileEntry]:
        """Return a version's files: their paths and sizes, and the sha256 of each where the store tells it.

        Args:
            reference: The version: its record, its id, or a reference such as "fraud@1.4.0" or "fraud@champion".
            schemes: Schemes of URIs that may be read; by default s3, gs, az, oci, hf and https.
            allow_local: Read from hosts on loopback and link-local networks too.
            stall_timeout: Seconds without a byte after which reading ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
                unless given.

        Raises:
            NotFound: There is no such version, it has no files, or they are gone.
            IntegrityError: The upload is unfinished.
            Forbidden: The URI may not be read, or the store refused.
            ModelRegistryError: The store's reason.
        """
        from modelreg._sync.transfers import Reading, files

        reading = Reading(schemes=schemes, allow_local=allow_local, stall_timeout=stall_timeout)
        return files(self._engine, reference, reading)

    def register_hf(
        self,
        repo: str,
        revision: str = "main",
        name: str | None = None,
        version: str | None = None,
        to: str | None = None,
        *,
        sign: Signer | None = None,
        takeover: bool = False,
        base: str | None = None,
        on_conflict: OnConflict = "fail",
        progress: ProgressCallback | None = None,
        stall_timeout: float | None = None,
    ) -> Registration:
        """Register a model of the Hugging Face Hub at a commit. Safe to repeat.

        Recorded are its repository, commit, author, licence, tags (as labels), languages, base model, library and
        format, and its card as the model's `readme`. A private or gated one is read with `HF_TOKEN`, which is stored
        nowhere.

        Args:
            repo: Such as "org/name"; "org/name@revision" names the revision too.
            revision: A branch, tag or commit; what is registered is the commit that it names now.
            name: Of the model; the part of the repository's name after the slash unless given.
            version: Of the version; the commit's first 12 digits unless given.
            to: The root to copy the files to, such as "s3://models". Without it the URI is `hf://org/name@commit`,
                whatever `MODEL_REGISTRY_STORE` says.
            sign: A key of `modelreg.signing` to sign the copy with.
            takeover: Replace the claim of another upload of this version that is dead.
            base: The image to put the copy on, where `to` is an OCI registry.
            on_conflict: As `register` takes it.
            progress: Called with an event as bytes come and go, from the threads that do it, one at a time.
            stall_timeout: Seconds without a byte after which a transfer ends; `MODEL_REGISTRY_STALL_TIMEOUT`, or 60,
                unless given.

        Raises:
            NotFound: There is no such model or revision, or it is private and no token was given.
            Forbidden: It is gated, and its terms were not accepted.
            Conflict: The version has other files, or is archived; nothing was written.
            MissingExtra: The Hub's client is not installed.
        """
        from modelreg._sync.hub_models import HubOptions, register_hf

        options = HubOptions(
            to=to,
            sign=sign,
            takeover=takeover,
            base=base,
            on_conflict=on_conflict,
            progress=progress,
            stall_timeout=stall_timeout,
        )
        return register_hf(self._engine, repo, revision, name, version, options)
