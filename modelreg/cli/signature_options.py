"""Options that name who signs a version's files, and who has to have signed them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelreg.cli.failures import usage
from modelreg.cli.option_values import text_option

if TYPE_CHECKING:
    from modelreg.types import Signer, Verifier

_FILE = click.Path(path_type=Path)


def sign_option(help: str) -> click.Option:
    """Return the option for the private key.

    Args:
        help: What is signed.
    """
    text = f"{help}; MODEL_REGISTRY_KEY_PASSWORD is the password of an encrypted one"
    return click.Option(["--sign"], type=_FILE, metavar="FILE", help=text)


def signer(path: Path | None) -> Signer | None:
    """Return the key to sign with.

    Args:
        path: Of the private key; None for none.
    """
    if path is None:
        return None
    from modelreg.signing import Key

    return Key(path)


def verifier_options() -> tuple[click.Option, ...]:
    """Return the options that `verifier` takes."""
    key = "The public key that has to have signed the files [default: MODEL_REGISTRY_VERIFY]"
    certificate = "A certificate that the signature's own has to lead up to; repeatable"
    return (
        click.Option(["--public-key", "public_key"], type=_FILE, metavar="FILE", help=key),
        click.Option(["--certificate", "certificates"], type=_FILE, metavar="FILE", multiple=True, help=certificate),
        text_option("identity", "--identity", help="The Sigstore identity that has to have signed the files"),
        text_option("issuer", "--issuer", help="The OpenID Connect issuer that knows the identity", metavar="URL"),
    )


def verifier(
    public_key: Path | None, certificates: Sequence[Path], identity: str | None, issuer: str | None
) -> Verifier | None:
    """Return who has to have signed the files; None when no option names one.

    Args:
        public_key: Path of a public key.
        certificates: Paths of certificates.
        identity: Known to Sigstore.
        issuer: Of the identity.

    Raises:
        Failure: The options name more than one, or half of one.
    """
    if sum(map(bool, (public_key, certificates, identity))) > 1:
        raise usage("the files are verified by one of --public-key, --certificate and --identity")
    if bool(identity) != bool(issuer):
        raise usage("--identity and --issuer go together")
    from modelreg import signing

    if public_key is not None:
        return signing.PublicKey(public_key)
    if certificates:
        return signing.CertificateChain(tuple(certificates))
    return signing.SigstoreIdentity(identity, issuer) if identity and issuer else None
