"""Polls know the quorum they opened with, and when their followers heard of the result."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: what is closed was told, and a poll's quorum is the one it has."""
    op.add_column("polls", sa.Column("wanted_quorum", sa.Integer(), nullable=True))
    op.add_column("polls", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE polls SET told_at = closed_at WHERE status = 'closed'")


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
