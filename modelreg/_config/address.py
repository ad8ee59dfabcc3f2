"""Addresses of registries, as users write them: of a server, a database, or a file."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from attrs import frozen

from modelreg.errors import InvalidInput, public_url

_DATABASE = re.compile(r"(?i)^(sqlite|postgresql|postgres)(\+\w+)?:")
_SCHEME = re.compile(r"(?i)^([a-z][a-z0-9+.-]*)://")
_HOST_AND_PORT = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d+(/.*)?$")
_PREFIX = re.compile(r"/api/model_registry(?:/(?P<version>[^/]+))?$")
_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")
_KEPT_IN_PATHS = "/\\: ~@+,=()!"


@frozen
class Address:
    """Where a registry is: a server's base URL, or the embedded registry's store; neither is the default file."""

    base_url: str | None = None
    api_version: str | None = None
    store: str | None = None

    @property
    def plaintext(self) -> bool:
        """Whether what is sent there can be read on the way."""
        parts = urlsplit(self.base_url or "")
        return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def read_address(given: str | os.PathLike[str]) -> Address:
    """Understand a registry's address as a user writes it.

    Raises:
        InvalidInput: when it could mean several things, or nothing; the message says what to write.
    """
    if not isinstance(given, str):
        return Address(store=_file_store(os.fspath(given)))
    text = given.strip()
    if not text:
        raise InvalidInput("the registry's address is empty", hint="Leave it out to use MODEL_REGISTRY_URL.")
    if _DATABASE.match(text):
        store = re.sub(r"(?i)^postgres(?=[:+])", "postgresql", text)
        _check_database(store)
        return Address(store=store)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Address(store=_file_store(_path_or_refuse(text)))
    if scheme[1].lower() not in ("http", "https"):
        raise InvalidInput(
            f"a registry's address cannot begin with {scheme[0]!r}",
            hint="Write https://host, http://host:8080, sqlite:///file.db, postgresql://... or the path of a file.",
        )
    return _server(text)


def _check_database(store: str) -> None:
    """Refuse the address of a database that is in memory, or whose port is none; the password is never shown.

    Raises:
        InvalidInput: It is one of these.
    """
    scheme, _, rest = store.partition("://")
    if scheme.lower().startswith("sqlite"):
        path, _, query = unquote(rest).partition("?")
        in_memory = not path.strip("/") or "mode=memory" in query or path.lstrip("/").startswith("file:")
        if in_memory or _is_memory(path):
            raise InvalidInput(
                "an embedded registry is in a file, not in memory",
                hint="Write sqlite:///registry.db, or sqlite:////absolute/registry.db.",
            )
        return
    ports = [value for name, value in parse_qsl(rest.partition("?")[2], keep_blank_values=True) if name == "port"]
    hosts = re.split(r"[/?]", rest.rpartition("@")[2], maxsplit=1)[0].split(",")
    ports += [host.rpartition("]")[2].partition(":")[2] for host in hosts]
    for port in ",".join(ports).split(","):
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise InvalidInput("the port in the address of a PostgreSQL database is a number from 1 to 65535")


def _is_memory(path: str) -> bool:
    """Return whether the last part of a path is SQLite's name for a database in memory."""
    return re.split(r"[/\\]", path)[-1].strip().lower() == ":memory:"


def _path_or_refuse(text: str) -> str:
    looks_like_a_path = "/" in text or os.sep in text or text.lower().endswith(_FILE_ENDINGS) or os.path.exists(text)
    looks_like_a_host = bool(_HOST_AND_PORT.match(text)) or "/api/model_registry" in text
    if looks_like_a_path and not looks_like_a_host:
        return text
    shown = public_url(text)
    raise InvalidInput(
        f"the address {shown!r} may be a server or a file",
        hint=f"Write 'https://{shown}' (or http://) for a server, './{shown}' for a file.",
    )


def _file_store(path: str) -> str:
    if _is_memory(path):
        raise InvalidInput("an embedded registry is in a file, not in memory", hint="Name a file, such as registry.db.")
    if path.endswith(("/", os.sep)) or os.path.isdir(path):
        raise InvalidInput(f"the registry's file {path!r} is a directory", hint="Name a file in it.")
    return f"sqlite:///{quote(str(Path(path).expanduser().absolute()), safe=_KEPT_IN_PATHS)}"


def _server(text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidInput(f"the address {public_url(text)!r} is not a URL: {error}") from None
    if not host or re.search(r"\s", text):
        raise InvalidInput(f"the address {public_url(text)!r} names no host")
    if "@" in parts.netloc:
        raise InvalidInput("the address holds a user name or a password", hint="Give credentials as token=.")
    if parts.query or parts.fragment:
        raise InvalidInput(f"the address {public_url(text)!r} goes on after its path", hint="Leave out '?' and '#'.")
    return _without_prefix(parts)


def _without_prefix(parts: SplitResult) -> Address:
    path = parts.path.rstrip("/")
    prefix = _PREFIX.search(path)
    version = prefix["version"] if prefix else None
    if prefix:
        path = path[: prefix.start()]
    return Address(base_url=f"{parts.scheme.lower()}://{parts.netloc}{path}", api_version=version)
