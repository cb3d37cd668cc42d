"""Migration: an index that finds reservations of unfinished calls quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_spendings_unsettled",
        "spendings",
        ["about_id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
