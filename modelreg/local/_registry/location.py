"""Addresses of registries: a SQLite file, PostgreSQL, or the user's own registry file.

Imports no database library: an address can be read, and refused, without one.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from attrs import field, frozen

from modelreg.local._registry.errors import MissingExtra, StoreError

Dialect = Literal["sqlite", "postgresql"]
FOLDER, FILE = "modelreg", "registry.db"
_POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


@frozen
class Location:
    """Where a registry is: a file, or the URL of a PostgreSQL database.

    Attributes:
        dialect: Which database it is.
        path: The file of a SQLite database.
        url: The URL of a PostgreSQL database.
        options: What the URI of the file carries: ``mode``, ``immutable``.
    """

    dialect: Dialect
    path: Path | None = None
    url: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return the location without its password."""
        if self.path is not None:
            return str(self.path)
        scheme, _, rest = self.url.partition("://")
        address, _, query = rest.partition("?")
        # A password may hold any character: what stands behind the last @ is shown, if it can be nothing but a host.
        shown = address.rpartition("@")[2]
        is_clear = "@" not in query and not ("@" not in rest and ":" in shown and not _has_port(shown))
        return f"{scheme}://{shown}" if is_clear else f"{scheme}://..."


def locate(address: str | Path) -> Location:
    """Read an address: ``sqlite:///file``, ``sqlite:////absolute/file``, ``postgresql://...`` or a bare path."""
    if isinstance(address, Path):
        return Location("sqlite", path=address.expanduser())
    if address.startswith(_POSTGRES_SCHEMES):
        return Location("postgresql", url="postgresql+psycopg://" + _checked_port(address.partition("://")[2]))
    if address.startswith("sqlite:"):
        return Location("sqlite", path=_sqlite_path(address))
    if "://" in address or not address:
        raise StoreError("a registry lives in sqlite:///FILE, a bare path or postgresql://..., not at this address")
    return Location("sqlite", path=Path(address).expanduser())


def _sqlite_path(address: str) -> Path:
    prefix, rest = address[:10], address[10:]
    path = Path(unquote(rest))
    if prefix != "sqlite:///" or not rest or path.name in (":memory:", "") or rest.startswith("file:"):
        raise StoreError("an embedded registry needs a file: sqlite:///registry.db, or sqlite:////absolute/registry.db")
    return path.expanduser()


def _checked_port(address: str) -> str:
    """Return an address behind its scheme, whose port is one or left out.

    Raises:
        StoreError: The port is no number between 1 and 65535.
    """
    authority = re.split(r"[/?]", address.rpartition("@")[2], maxsplit=1)[0]
    for host in authority.split(","):
        port = host.rpartition("]")[2].partition(":")[2]
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise StoreError("the port in the address of a PostgreSQL database is a number from 1 to 65535")
    return address


def _has_port(address: str) -> bool:
    return re.fullmatch(r"[^:]*:[0-9]{1,5}(/.*)?|\[.*", address) is not None


def default_store() -> Path:
    """Return the user's own registry file, in the folder that the platform keeps for a user's data."""
    if find_spec("platformdirs") is None:
        raise MissingExtra("local", needed_for="a registry in a file of your own")
    from platformdirs import user_data_path

    return user_data_path(FOLDER, appauthor=False) / FILE


def require_extras(location: Location) -> None:
    """Raise MissingExtra when the libraries for this location are not installed (nothing is imported)."""
    if location.dialect == "postgresql" and find_spec("psycopg") is None:
        raise MissingExtra("postgres", needed_for="a registry on PostgreSQL")
    if any(find_spec(name) is None for name in ("sqlalchemy", "lark")):
        raise MissingExtra("local", needed_for="an embedded registry")
