"""Make the tables: every resource, the ids they share, and the properties that filters select by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
STRING = sa.Text().with_variant(TEXT(collation="C"), "postgresql")
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[str, Any] = {"text": STRING, "long": LONG, "double": sa.Double()}

#: For every table its columns: name, type where it is not text, table it points at, and ! where it has to be there.
COLUMNS = {
    "registered_model": "name! description external_id state owner readme maturity language tasks provider logo "
    "license license_link library_name",
    "model_version": "name! description external_id state author parent_id:long>registered_model!",
    "artifact": "parent_id:long>resource artifact_type! name! description external_id state experiment_id:long "
    "experiment_run_id:long uri model_format_name model_format_version storage_key storage_path "
    "service_account_name model_source_kind model_source_class model_source_group model_source_id "
    "model_source_name digest source_type source dataset_schema profile metric_value:double timestamp:long "
    "step:long parameter_value parameter_type",
    "serving_environment": "name! description external_id",
    "inference_service": "name! description external_id parent_id:long>serving_environment! "
    "registered_model_id:long>registered_model! model_version_id:long>model_version runtime desired_state",
    "serve_model": "parent_id:long>inference_service! name! description external_id "
    "model_version_id:long>model_version! last_known_state",
    "experiment": "name! description external_id state owner",
    "experiment_run": "name! description external_id state owner parent_id:long>experiment! status start_time:long "
    "end_time:long",
    "metric_history": "parent_id:long>experiment_run! artifact_type! name! description external_id state "
    "experiment_id:long experiment_run_id:long metric_value:double timestamp:long step:long",
}
UNIQUE = {
    "registered_model": ("name",),
    "model_version": ("parent_id", "name"),
    "artifact": ("parent_id", "artifact_type", "name"),
    "serving_environment": ("name",),
    "inference_service": ("parent_id", "name"),
    "serve_model": ("parent_id", "name"),
    "experiment": ("name",),
    "experiment_run": ("parent_id", "name"),
}


def _column(described: str) -> sa.Column[Any]:
    rest, needed = described.removesuffix("!"), described.endswith("!")
    rest, _, refers_to = rest.partition(">")
    name, _, kind = rest.partition(":")
    keys = [sa.ForeignKey(f"{refers_to}.id")] if refers_to else []
    return sa.Column(name, TYPES[kind or "text"], *keys, nullable=not needed)


def _make_table(metadata: sa.MetaData, name: str) -> None:
    unique = [sa.UniqueConstraint(*UNIQUE[name])] if name in UNIQUE else []
    table = sa.Table(
        name,
        metadata,
        sa.Column("id", LONG, sa.ForeignKey("resource.id"), primary_key=True, autoincrement=False),
        *(_column(each) for each in COLUMNS[name].split()),
        sa.Column("created", LONG, nullable=False),
        sa.Column("updated", LONG, nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        *unique,
    )
    if unique:
        given = table.c.external_id != ""
        sa.Index(None, table.c.external_id, unique=True, sqlite_where=given, postgresql_where=given)
    if "parent_id" in table.c:
        sa.Index(None, table.c.parent_id, table.c.id)


def upgrade() -> None:
    """Make every table."""
    metadata = sa.MetaData(naming_convention=CONVENTION)
    sa.Table("resource", metadata, sa.Column("id", LONG, primary_key=True), sa.Column("kind", STRING, nullable=False))
    sa.Table(
        "property",
        metadata,
        sa.Column("owner", LONG, sa.ForeignKey("resource.id"), primary_key=True, autoincrement=False),
        sa.Column("name", STRING, primary_key=True),
        sa.Column("string_value", STRING),
        sa.Column("int_value", LONG),
        sa.Column("double_value", sa.Double()),
        sa.Column("bool_value", sa.Boolean()),
        sqlite_with_rowid=False,
    )
    for name in COLUMNS:
        _make_table(metadata, name)
    metadata.create_all(op.get_bind())
