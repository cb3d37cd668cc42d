"""Migration: schedules store when they fire next, so that the clock reads only those due."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    for column in ("next_at", "reckoned_at"):
        op.add_column("schedules", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        op.create_index(f"ix_schedules_{column}", "schedules", [column])


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
