"""Signatures of a version's files, in the format of OpenSSF's model-signing: ``model.sig`` beside them.

The digests that the upload or download computed are what is signed and verified, so that no file is read again. The
library is imported when a key is first used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import attrs

from modelreg._storage.manifest import SIGNATURE, SUMS, Manifest
from modelreg._storage.settings import KEY_PASSWORD_VARIABLE, key_password, verify_key_path
from modelreg.errors import IntegrityError, InvalidInput, MissingExtra, ModelRegistryError

__all__ = ["Certificate", "CertificateChain", "Key", "PublicKey", "Sigstore", "SigstoreIdentity", "default_verifier"]

_WHOLE = "."


@attrs.frozen
class Key:
    """A private key to sign with: an elliptic curve's, in PEM.

    Attributes:
        path: Of the key.
        password: Of the key, where it is encrypted; `MODEL_REGISTRY_KEY_PASSWORD` unless given.
    """

    path: str | os.PathLike[str]
    password: str | None = attrs.field(default=None, repr=False, kw_only=True)

    def sign(self, manifest: Manifest) -> bytes:
        """Return the content of ``model.sig``.

        Args:
            manifest: The files that are signed.

        Raises:
            InvalidInput: There is no such key, or it cannot be used.
        """
        path = _file("key", self.path)
        password = self.password
        if password is None and b"ENCRYPTED" in path.read_bytes():
            password = key_password()
            if password is None:
                raise InvalidInput(
                    f"the key {os.fspath(self.path)!r} is encrypted, and no password is given",
                    hint=f"Set {KEY_PASSWORD_VARIABLE}.",
                )
        encoded = None if password is None else password.encode()
        return _sign(manifest, "use_elliptic_key_signer", private_key=path, password=encoded)


@attrs.frozen
class Certificate:
    """A certificate to sign with.

    Attributes:
        certificate: Path of the certificate, PEM.
        private_key: Path of its key, PEM.
        chain: Paths of the certificates above it.
    """

    certificate: str | os.PathLike[str]
    private_key: str | os.PathLike[str]
    chain: Sequence[str | os.PathLike[str]] = ()

    def sign(self, manifest: Manifest) -> bytes:
        """Return the content of ``model.sig``.

        Args:
            manifest: The files that are signed.

        Raises:
            InvalidInput: A file is missing or cannot be used.
        """
        return _sign(
            manifest,
            "use_certificate_signer",
            private_key=_file("private_key", self.private_key),
            signing_certificate=_file("certificate", self.certificate),
            # The library wants a chain; the certificate alone is one.
            certificate_chain=[_file("chain", each) for each in self.chain or (self.certificate,)],
        )


@attrs.frozen(kw_only=True)
class Sigstore:
    """An identity to sign with through Sigstore, without a key; the signature is recorded in its public log.

    Attributes:
        identity_token: A token of the identity's issuer; without one the machine's own identity is used where it has
            one, and otherwise a browser asks.
        staging: Use Sigstore's test instance.
    """

    identity_token: str | None = attrs.field(default=None, repr=False)
    staging: bool = False

    def sign(self, manifest: Manifest) -> bytes:
        """Return the content of ``model.sig``.

        Args:
            manifest: The files that are signed.

        Raises:
            InvalidInput: The identity cannot be used.
        """
        return _sign(
            manifest,
            "use_sigstore_signer",
            identity_token=self.identity_token,
            use_ambient_credentials=self.identity_token is None,
            use_staging=self.staging,
        )


@attrs.frozen
class PublicKey:
    """A public key to verify with, in PEM.

    Attributes:
        path: Of the key.
    """

    path: str | os.PathLike[str]

    def verify(self, manifest: Manifest, signature: bytes) -> str:
        """Return the key's fingerprint, if it signed these files.

        Args:
            manifest: The files, hashed.
            signature: The content of ``model.sig``.

        Raises:
            IntegrityError: The signature is of another key or of other files.
            InvalidInput: There is no such key.
        """
        path = _file("public key", self.path)
        _verify(manifest, signature, "use_elliptic_key_verifier", public_key=path)
        return f"key sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@attrs.frozen
class CertificateChain:
    """Certificates to verify with; the signature's own has to lead up to one of them.

    Attributes:
        paths: Of the certificates, PEM; without any the system's are trusted.
    """

    paths: Sequence[str | os.PathLike[str]] = ()

    def verify(self, manifest: Manifest, signature: bytes) -> str:
        """Return what signed these files.

        Args:
            manifest: The files, hashed.
            signature: The content of ``model.sig``.

        Raises:
            IntegrityError: The signature is of another certificate or of other files.
            InvalidInput: A certificate is missing.
        """
        chain = [_file("certificate", path) for path in self.paths]
        _verify(manifest, signature, "use_certificate_verifier", certificate_chain=chain)
        return "certificate"


@attrs.frozen
class SigstoreIdentity:
    """An identity whose Sigstore signatures are trusted.

    Attributes:
        identity: Such as a mail address or a workflow's URI.
        issuer: Address of the OpenID Connect issuer that knows it.
        staging: Use Sigstore's test instance.
    """

    identity: str
    issuer: str
    staging: bool = attrs.field(default=False, kw_only=True)

    def verify(self, manifest: Manifest, signature: bytes) -> str:
        """Return the identity, if it signed these files.

        Args:
            manifest: The files, hashed.
            signature: The content of ``model.sig``.

        Raises:
            IntegrityError: The signature is of another identity or of other files.
        """
        _verify(
            manifest,
            signature,
            "use_sigstore_verifier",
            identity=self.identity,
            oidc_issuer=self.issuer,
            use_staging=self.staging,
        )
        return f"{self.identity} ({self.issuer})"


def default_verifier(environ: Mapping[str, str] | None = None) -> PublicKey | None:
    """Return the key that `MODEL_REGISTRY_VERIFY` names; None when it names none.

    Args:
        environ: The environment to read, `os.environ` unless given.
    """
    path = verify_key_path(environ)
    return None if path is None else PublicKey(path)


def _file(name: str, path: str | os.PathLike[str]) -> Path:
    found = Path(path).expanduser()
    if not found.is_file():
        raise InvalidInput(f"{name}: there is no file {os.fspath(path)!r}")
    return found


class _KnownDigests:
    """Stands for model-signing's hashing: the digests are known, and no file is read.

    Args:
        names: Relative path -> sha256.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._ignored: set[PurePosixPath] = set()

    def add_ignored_paths(self, *, model_path: object, paths: Iterable[str | os.PathLike[str]]) -> None:
        """Leave out paths that the signature says are not covered."""
        self._ignored |= {PurePosixPath(os.fspath(path)) for path in paths}

    def hash(self, model_path: object, *, files_to_hash: object = None) -> Any:
        """Return the library's manifest of the known digests."""
        from model_signing import manifest

        kept = {name: sha for name, sha in self._names.items() if not self._is_ignored(PurePosixPath(name))}
        items = [
            manifest.FileManifestItem(
                path=PurePosixPath(name),
                digest=manifest.hashing.Digest("sha256", bytes.fromhex(sha)),  # type: ignore[attr-defined]
            )
            for name, sha in kept.items()
        ]
        how = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": [SIGNATURE, SUMS]}
        return manifest.Manifest("model", items, manifest.SerializationType.from_args(how))

    def _is_ignored(self, path: PurePosixPath) -> bool:
        return path in self._ignored or any(parent in self._ignored for parent in path.parents)


def _sign(manifest: Manifest, method: str, **options: Any) -> bytes:
    config = _configured("signing", method, options)
    config.set_hashing_config(_KnownDigests({file.path: str(file.sha256) for file in manifest.files}))
    with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        path = Path(folder, SIGNATURE)
        try:
            config.sign(manifest.root, path)
        except Exception as error:
            raise InvalidInput(f"the files cannot be signed: {error}", reason="bad_signature") from error
        return path.read_bytes()


def _configured(module: str, method: str, options: Mapping[str, Any]) -> Any:
    try:
        if module == "signing":
            from model_signing import signing as library
        else:
            from model_signing import verifying as library  # type: ignore[no-redef]
    except ImportError as error:
        raise MissingExtra(
            "signatures need packages that are not installed", hint="pip install 'modelreg[signing]'"
        ) from error
    config: Any = vars(library)["Config"]()
    try:
        return getattr(config, method)(**options)
    except Exception as error:
        raise InvalidInput(f"the key cannot be used: {error}") from error


def _verify(manifest: Manifest, signature: bytes, method: str, **options: Any) -> None:
    config = _configured("verifying", method, options)
    how, names = _covered(signature)
    by_files = how.get("method") == "files" and how.get("hash_type") == "sha256"
    if by_files:
        config.set_hashing_config(_KnownDigests(_known(manifest, names)))
    elif not manifest.root.is_absolute():
        raise _bad(f"it is made of {how.get('hash_type')} {how.get('method')}, which takes a download to verify")
    else:
        config.set_hashing_config(_by_library(how, manifest))
    with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        path = Path(folder, SIGNATURE)
        path.write_bytes(signature)
        try:
            config.verify(manifest.root, path)
        except ModelRegistryError:
            raise
        except Exception as error:
            raise _bad(str(error) or type(error).__name__) from error


def _bad(why: str) -> IntegrityError:
    return IntegrityError(f"the signature is not good: {why[:500]}", reason="bad_signature")


def _known(manifest: Manifest, names: frozenset[str]) -> dict[str, str]:
    """Return the digests that a signature of these names has to cover."""
    if names == {_WHOLE} and len(manifest.files) == 1:
        return {_WHOLE: str(manifest.files[0].sha256)}
    known = {file.path: str(file.sha256) for file in manifest.files}
    if SUMS in names:
        known[SUMS] = hashlib.sha256(manifest.sums_text.encode()).hexdigest()
    return known


def _by_library(how: Mapping[str, Any], manifest: Manifest) -> Any:
    """Return model-signing's own hashing, for signatures of other digests than sha256 of files."""
    from model_signing import hashing

    config: Any = vars(hashing)["Config"]()
    try:
        if how.get("method") == "shards":
            config.use_shard_serialization(hashing_algorithm=how["hash_type"], shard_size=how["shard_size"])
        else:
            config.use_file_serialization(hashing_algorithm=how["hash_type"])
    except (KeyError, ValueError, TypeError) as error:
        raise _bad(f"it does not tell what it is made of: {error}") from error
    return config.set_ignored_paths(paths=[manifest.root / SIGNATURE, manifest.root / SUMS], ignore_git_paths=False)


def _covered(signature: bytes) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Return how a signature was made and what it names; nothing of it is trusted before it is verified."""
    try:
        payload = json.loads(base64.b64decode(json.loads(signature)["dsseEnvelope"]["payload"]))
        predicate = payload["predicate"]
        how = predicate["serialization"]
        names = frozenset(str(resource["name"]) for resource in predicate["resources"])
        how["method"]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise _bad("it is no signature of a model") from error
    return how, names
