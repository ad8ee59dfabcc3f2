"""Run by Alembic: uses the connection, and the transaction, of whoever asked for the migration."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
