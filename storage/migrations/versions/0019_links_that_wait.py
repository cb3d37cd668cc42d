"""Migration: links that wait to be confirmed; messages store whom they answer and whether somebody waits."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; cards already posted belong to nobody, so that they share one queue."""
    op.add_column("messages", sa.Column("person", sa.String(), nullable=True))
    op.add_column("messages", sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "held_links",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column(
            "league_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("leagues.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_ts", sa.String(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "workspace_id", sa.String(), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False
        ),
    )
    op.create_index("ix_held_links_league_id", "held_links", ["league_id"])
    op.create_index("ix_held_links_workspace_id", "held_links", ["workspace_id"])


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
