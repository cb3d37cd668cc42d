"""Reservations of calls that never ended are found without a look at all that was ever spent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_spendings_unsettled",
        "spendings",
        ["about_id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
