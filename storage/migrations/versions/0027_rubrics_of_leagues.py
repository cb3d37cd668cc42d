"""Rubrics of leagues, versioned as their purposes are."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "league_rubrics",
        sa.Column("id", ID, nullable=False),
        sa.Column("league_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f("fk_league_rubrics_league_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_league_rubrics_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_league_rubrics")),
        sa.UniqueConstraint("league_id", "version", name=op.f("uq_league_rubrics_league_id_version")),
    )
    op.create_index(op.f("ix_league_rubrics_workspace_id"), "league_rubrics", ["workspace_id"], unique=False)
    op.add_column("leagues", sa.Column("rubric", sa.String(), nullable=True))
    op.add_column("leagues", sa.Column("rubric_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
