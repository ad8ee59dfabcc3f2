"""The configuration file, and which of flag, environment and file is used.

A flag comes before the environment, the environment before the file. A token that the file names goes to the registry
that it names beside it, and to no other.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from modelreg._cli.failures import usage

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
class Config:
    """The configuration file.

    Attributes:
        path: Where it is, or would be.
        exists: Whether it exists.
        values: Settings by key.
        registries: Further registries by name, which `--registry NAME` chooses.
    """

    path: Path
    exists: bool = False
    values: Mapping[str, Any] = attrs.field(factory=dict)
    registries: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)


@attrs.frozen
class Choice:
    """What a registry is opened with.

    Attributes:
        arguments: Arguments of `ModelRegistry`.
        sources: Where each came from, by the name that `describe()` has for it.
    """

    arguments: Mapping[str, Any]
    sources: Mapping[str, str]


def config_path() -> Path:
    """Return where the configuration file is, or would be."""
    if path := os.environ.get(VARIABLE):
        return Path(path).expanduser()
    system: str = sys.platform
    if system == "linux":  # without the library, which takes a while to import
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "modelreg", "config.toml")
    from platformdirs import user_config_path

    return user_config_path("modelreg", appauthor=False) / "config.toml"


def read_config(path: Path) -> Config:
    """Read the configuration file; one that is not there is empty.

    Raises:
        Failure: It is not TOML, or holds an unknown key or an invalid value.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config(path)
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"the configuration file {path} cannot be read: {error}") from error
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise usage(f"{path}: {error}", text=_pointed(text, str(error))) from None
    registries = values.pop("registries", {})
    if not isinstance(registries, dict) or not all(isinstance(table, dict) for table in registries.values()):
        raise usage(f"{path}: `registries` holds tables, as [registries.prod]")
    for table in (values, *registries.values()):
        _check(path, text, table)
    return Config(path, exists=True, values=values, registries=registries)


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
            raise usage(f"{path}: {key} is {value!r}, which is not valid there", text=(text, found))


def choose(given: str | None, config: Config, environ: Mapping[str, str] = os.environ) -> Choice:
    """Return what a registry is opened with."""
    table, where, flag = _table(given, config, environ)
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
    return Choice(arguments, sources)


def _table(given: str | None, config: Config, environ: Mapping[str, str]) -> tuple[Mapping[str, Any], str, str | None]:
    """Return what the file has for this registry, where that stands, and the address given by a flag."""
    if given is not None and given in config.registries:
        return config.registries[given], f"{config.path} [registries.{given}]", None
    if given is None and not environ.get(URL):
        return config.values, str(config.path), None
    kept = {key: value for key, value in config.values.items() if key not in (*_SECRETS, "url", "api_version")}
    return kept, str(config.path), given


def _described(key: str) -> str:
    return {"url": "address", "token_path": "token"}.get(key, key)
