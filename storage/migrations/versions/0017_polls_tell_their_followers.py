"""Migration: votes store the league's quorum at their opening, and when followers were sent the result."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; votes already closed count as sent, and keep their quorum."""
    op.add_column("polls", sa.Column("wanted_quorum", sa.Integer(), nullable=True))
    op.add_column("polls", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE polls SET told_at = closed_at WHERE status = 'closed'")


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
