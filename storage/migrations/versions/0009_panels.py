"""Migration: mark tournaments and matches that all judges decide together (panels)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    for table in ("tournaments", "matches"):
        op.add_column(table, sa.Column("panel", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
