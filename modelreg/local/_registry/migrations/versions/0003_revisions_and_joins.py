"""Count the changes of every record, join artifacts to further parents, and find a point of a metric by its step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TABLES = (
    "registered_model",
    "model_version",
    "artifact",
    "serving_environment",
    "inference_service",
    "serve_model",
    "experiment",
    "experiment_run",
)


def upgrade() -> None:
    """Add the column, the table and the index."""
    for table in TABLES:
        op.add_column(table, sa.Column("revision", LONG, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "joined_artifact",
        sa.Column("parent_id", LONG, nullable=False, autoincrement=False),
        sa.Column("artifact_id", LONG, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["parent_id"], ["resource.id"], name="fk_joined_artifact_parent_id"),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifact.id"], name="fk_joined_artifact_artifact_id"),
        sa.PrimaryKeyConstraint("parent_id", "artifact_id", name="pk_joined_artifact"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_metric_history_parent_id_name_step", "metric_history", ["parent_id", "name", "step"])
