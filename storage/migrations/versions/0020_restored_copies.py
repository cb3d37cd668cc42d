"""Migration: workspaces store that their tables were restored, and the time of the backup."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; no workspace counts as restored."""
    op.add_column("workspaces", sa.Column("restored_from", UtcDateTime(), nullable=True))
    op.add_column("workspaces", sa.Column("restored_at", UtcDateTime(), nullable=True))
    op.add_column(
        "workspaces", sa.Column("is_behind", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
