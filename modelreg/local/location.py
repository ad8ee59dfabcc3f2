"""Decides which database an address means: a SQLite file, PostgreSQL, or the user's own registry file.

Imports no database library: an address can be read, and refused, without one.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from attrs import field, frozen

from modelreg.local.errors import MissingExtra, StoreError

Dialect = Literal["sqlite", "postgresql"]
FOLDER, FILE = "modelreg", "registry.db"
_POSTGRES_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


@frozen
class Location:
    """Where a registry lives: a file, or the URL of a PostgreSQL database."""

    dialect: Dialect
    path: Path | None = None
    url: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return the place in words that hold no password."""
        if self.path is not None:
            return str(self.path)
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def locate(address: str | Path) -> Location:
    """Read an address: ``sqlite:///file``, ``sqlite:////absolute/file``, ``postgresql://...`` or a bare path."""
    if isinstance(address, Path):
        return Location("sqlite", path=address.expanduser())
    if address.startswith(_POSTGRES_SCHEMES):
        return Location("postgresql", url="postgresql+psycopg://" + address.partition("://")[2])
    if address.startswith("sqlite:"):
        return Location("sqlite", path=_sqlite_path(address))
    if "://" in address or not address:
        raise StoreError("a registry lives in sqlite:///FILE, a bare path or postgresql://..., not at this address")
    return Location("sqlite", path=Path(address).expanduser())


def _sqlite_path(address: str) -> Path:
    prefix, rest = address[:10], address[10:]
    if prefix != "sqlite:///" or not rest or rest == ":memory:":
        raise StoreError("an embedded registry needs a file: sqlite:///registry.db, or sqlite:////absolute/registry.db")
    return Path(unquote(rest)).expanduser()


def default_store() -> Path:
    """Return the user's own registry file, in the folder that the platform keeps for a user's data."""
    if find_spec("platformdirs") is None:
        raise MissingExtra("local", needed_for="a registry in a file of your own")
    from platformdirs import user_data_path

    return user_data_path(FOLDER, appauthor=False) / FILE


def require_extras(location: Location) -> None:
    """Raise MissingExtra when the libraries for this location are not installed (nothing is imported)."""
    needed = ("sqlalchemy", "lark")
    if any(find_spec(name) is None for name in needed):
        raise MissingExtra("local", needed_for="an embedded registry")
    if location.dialect == "postgresql" and find_spec("psycopg") is None:
        raise MissingExtra("postgres", needed_for="a registry on PostgreSQL")
