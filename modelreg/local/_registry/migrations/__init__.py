"""Brings the tables of an older registry to the current revision, with Alembic, in the transaction it is given.

Imported only when there is something to migrate; a new registry is made from ``schema.metadata`` and stamped.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Run the migrations up to a revision on a connection that has begun a transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
