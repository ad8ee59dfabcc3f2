"""Decides what the configuration file says, and which of flag, environment and file is heard.

A flag comes before the environment, the environment before the file. A token that the file names goes to the registry
that it names beside it, and to no other.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from modelreg.cli.failing import usage

VARIABLE = "MODEL_REGISTRY_CONFIG"
URL = "MODEL_REGISTRY_URL"
# Each key of the file, with its type and the variables that come before it.
KEYS: Mapping[str, tuple[type | tuple[type, ...], tuple[str, ...]]] = {
    "url": (str, (URL,)),
    "token_path": (str, ("MODEL_REGISTRY_TOKEN", "MODEL_REGISTRY_TOKEN_PATH")),
    "ca": (str, ("MODEL_REGISTRY_CA_CERT",)),
    "client_cert": (str, ("MODEL_REGISTRY_CLIENT_CERT",)),
    "client_key": (str, ("MODEL_REGISTRY_CLIENT_KEY",)),
    "timeout": ((int, float), ("MODEL_REGISTRY_TIMEOUT",)),
    "retries": (int, ("MODEL_REGISTRY_RETRIES",)),
    "allow_plaintext_token": (bool, ("MODEL_REGISTRY_ALLOW_PLAINTEXT_TOKEN",)),
    "api_version": (str, ()),
}
_FILES = ("token_path", "ca", "client_cert", "client_key")
_SECRETS = ("token_path", "client_cert", "client_key", "allow_plaintext_token")


@attrs.frozen
class File:
    """The configuration file.

    Attributes:
        there: Whether it exists.
        registries: Further registries by name, which `--registry NAME` chooses.
    """

    path: Path
    there: bool = False
    values: Mapping[str, Any] = attrs.field(factory=dict)
    registries: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)


@attrs.frozen
class Chosen:
    """What a registry object is to be made with.

    Attributes:
        arguments: For `ModelRegistry`.
        sources: From where each came, by the name that `describe()` has for it.
    """

    arguments: Mapping[str, Any]
    sources: Mapping[str, str]


def config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the configuration file is, or would be."""
    if told := environ.get(VARIABLE):
        return Path(told).expanduser()
    try:
        from platformdirs import user_config_path
    except ImportError:
        return Path("~/.config/modelreg/config.toml").expanduser()
    return user_config_path("modelreg", appauthor=False) / "config.toml"


def read_file(path: Path) -> File:
    """Read the configuration file; one that is not there says nothing.

    Raises:
        Failure: It is not TOML, or says what cannot be meant.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return File(path)
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"the configuration file {path} cannot be read: {error}") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise usage(f"{path}: {error}", text=_pointed(text, str(error))) from None
    registries = values.pop("registries", {})
    if not isinstance(registries, dict) or not all(isinstance(table, dict) for table in registries.values()):
        raise usage(f"{path}: `registries` holds tables, as [registries.prod]")
    for table in (values, *registries.values()):
        _check(path, text, table)
    return File(path, there=True, values=values, registries=registries)


def _pointed(text: str, message: str) -> tuple[str, int] | None:
    place = re.search(r"line (\d+), column (\d+)", message)
    if place is None:
        return None
    lines = text.splitlines(keepends=True)[: int(place[1]) - 1]
    return text, min(len(text), sum(map(len, lines)) + int(place[2]) - 1)


def _check(path: Path, text: str, table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        found = text.find(key)
        if key == "token":
            raise usage(
                f"{path}: `token` does not belong in this file",
                hint="Put it in a file of its own, and name that as token_path.",
            )
        if key not in KEYS:
            raise usage(f"{path}: {key!r} is not known", hint=f"Keys are {', '.join(KEYS)}.", text=(text, found))
        kind = KEYS[key][0]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise usage(f"{path}: {key} is {value!r}, which it cannot be", text=(text, found))


def chosen(said: str | None, file: File, environ: Mapping[str, str] = os.environ) -> Chosen:
    """Decide what a registry object is made with, given what `--registry` said."""
    table, where, flag = _table(said, file, environ)
    arguments: dict[str, Any] = {}
    sources: dict[str, str] = {}
    named = where.endswith("]")
    for key, value in table.items():
        if not named and any(environ.get(variable) for variable in KEYS[key][1]):
            continue
        arguments[key] = str(Path(value).expanduser()) if key in _FILES else value
        sources[_described(key)] = where
    if flag is not None:
        arguments["url"] = flag
        sources["address"] = "--registry"
    elif named:
        sources["address"] = f"--registry, {where}"
    return Chosen(arguments, sources)


def _table(said: str | None, file: File, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str, str | None]:
    """Find what the file says for this registry, and the address that a flag said."""
    if said is not None and said in file.registries:
        return file.registries[said], f"{file.path} [registries.{said}]", None
    elsewhere = said is not None or bool(environ.get(URL))
    own = said is None and not elsewhere
    if own:
        return file.values, str(file.path), None
    kept = {key: value for key, value in file.values.items() if key not in (*_SECRETS, "url", "api_version")}
    return kept, str(file.path), said


def _described(key: str) -> str:
    return {"url": "address", "token_path": "token"}.get(key, key)
