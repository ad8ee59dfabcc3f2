"""Options made from the library's keywords, and their values: `key=value`, times, lineage, choices, keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from modelreg._cli.failures import usage

if TYPE_CHECKING:
    from modelreg._types import Signer, Verifier

# Keywords whose option is called something else, or whose value needs more than its type says.
_NAMES = {
    "model_format": "--format",
    "model_format_version": "--format-version",
    "service_account_name": "--service-account",
    "tasks": "--task",
    "labels": "--label",
    "metrics": "--metric",
    "properties": "--property",
    "model_properties": "--model-property",
    "artifact_properties": "--artifact-property",
    "remove_properties": "--remove-property",
}
_SHORT = {"properties": "-p", "labels": "-l", "metrics": "-m"}
_CHOICES = {"parameter_type": ("string", "number", "boolean", "object")}
_FILE = click.Path(path_type=Path)
Read = Callable[[Any, str], Any]


def keyword_options(keywords: Any, *, without: Collection[str] = ()) -> list[click.Parameter]:
    """Return an option for each keyword of a verb; its value is what the verb takes."""
    from modelreg._types.signatures import keyword_help

    meanings = keyword_help(keywords)
    return [
        keyword_option(name, annotation, meanings[name])
        for name, annotation in keywords.__annotations__.items()
        if name not in without
    ]


def keyword_option(name: str, annotation: Any, meaning: str) -> click.Option:
    """Return the option for a keyword."""
    flag = _NAMES.get(name, f"--{name.replace('_', '-')}")
    declared = [flag, *([_SHORT[name]] if name in _SHORT else []), name]
    kinds = (annotation,) if get_origin(annotation) is Literal else get_args(annotation) or (annotation,)
    choices = _CHOICES.get(name) or next((get_args(each) for each in kinds if get_origin(each) is Literal), None)
    text = meaning.removesuffix(".")
    if bool in kinds:
        return click.Option(declared, is_flag=True, default=None, help=text)
    if choices is not None:
        kind = click.Choice(choices, case_sensitive=False)
        return click.Option(declared, type=kind, metavar="|".join(choices), help=text)
    origins = {get_origin(each) or each for each in kinds}
    if name == "source":
        return _many(declared, source, "KEY=VALUE", f"{text}; as kind=, class=, group=, id= or name=")
    if Mapping in origins:
        numbers_only = name == "metrics"
        read = numbers if numbers_only else properties
        return _many(declared, read, "KEY=NUMBER" if numbers_only else "KEY=VALUE", text)
    if Sequence in origins or Collection in origins:
        return _many(declared, lambda values, _: list(values), flag[2:].replace("-", "_").upper(), text)
    if datetime in kinds:
        return click.Option(declared, callback=_reading(moment), metavar="TIME", help=f"{text}; in ISO 8601")
    if Path in kinds:
        return click.Option(declared, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=text)
    number = next((kind for kind in (int, float) if kind in kinds and str not in kinds), None)
    return click.Option(declared, type=number or str, metavar="NUMBER" if number else "TEXT", help=text)


def _many(declared: list[str], read: Read, metavar: str, help: str) -> click.Option:
    return click.Option(declared, multiple=True, callback=_reading(read), metavar=metavar, help=f"{help}; repeatable")


def _reading(read: Read) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Read a value when it is given; one that is not is None."""

    def convert(_: click.Context, parameter: click.Parameter, value: Any) -> Any:
        return None if value in (None, ()) else read(value, parameter.opts[0])

    return convert


def given_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in given.items() if value is not None and value != ()}


def text_option(name: str, *declared: str, help: str, metavar: str = "TEXT", many: bool = False, **more: Any) -> Any:
    """Return an option for a text, or for several."""
    if many:
        return _many([*declared, name], lambda values, _: list(values), metavar, help)
    return click.Option([*declared, name], metavar=metavar, help=help, **more)


def properties(pairs: Iterable[str], option: str = "--property") -> dict[str, Any]:
    """Read `key=value` pairs; a value that is a JSON literal is that, anything else is text.

    Raises:
        Failure: A pair without `=`, a repeated key, or null.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise usage(f"{option} {pair!r} is not key=value", hint=f"Write {option} auc=0.94.", text=(pair, len(key)))
        if key in found:
            raise usage(f"{option} gives {key!r} twice")
        found[key] = _literal(text)
        if found[key] is None:
            raise usage(f"{option} {key}=null sets nothing", hint=f"Write --remove-property {key} to remove it.")
    return found


def _literal(text: str) -> Any:
    """Read a JSON literal, or take the text as it is."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return text


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def numbers(pairs: Iterable[str], option: str) -> dict[str, float]:
    """Read `key=number` pairs."""
    found = properties(pairs, option)
    for key, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise usage(f"{option} {key}={value!s} is not a number")
    return found


def directions(higher: Iterable[str] | None, lower: Iterable[str] | None) -> dict[str, bool]:
    """Return for each metric whether more is better."""
    up, down = set(higher or ()), set(lower or ())
    if both := sorted(up & down):
        raise usage(f"{both[0]!r} cannot be better both higher and lower")
    return {**dict.fromkeys(sorted(up), True), **dict.fromkeys(sorted(down), False)}


def moment(text: str, option: str) -> datetime:
    """Read a time in ISO 8601; one without a zone is local time."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise usage(f"{option} {text!r} is not a time", hint="Write it as in 2026-05-01T12:00:00Z.") from None


def source(pairs: Sequence[str], option: str) -> Mapping[str, str] | str:
    """Read lineage: parts of a model artifact's, or the plain text of a dataset's."""
    if len(pairs) == 1 and "=" not in pairs[0]:
        return pairs[0]
    found = {key: str(value) for key, value in properties(pairs, option).items()}
    unknown = sorted(found.keys() - {"kind", "class", "group", "id", "name"})
    if unknown:
        raise usage(f"{option} has no {unknown[0]!r}", hint="It takes kind, class, group, id and name.")
    return found


def sign_option(help: str) -> click.Option:
    """Return the option for the private key."""
    text = f"{help}; MODEL_REGISTRY_KEY_PASSWORD is the password of an encrypted one"
    return click.Option(["--sign"], type=_FILE, metavar="FILE", help=text)


def signer(path: Path | None) -> Signer | None:
    """Return the key to sign with."""
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
