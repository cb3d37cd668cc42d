"""Migration: leagues store since when and why their home channel can't receive messages."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; every league counts as open until its next message fails."""
    op.add_column("leagues", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.add_column("leagues", sa.Column("closed_reason", sa.String(), nullable=True))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
