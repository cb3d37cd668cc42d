"""A league knows that its home channel takes nothing, since when and why."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: every league is taken to be open; one that isn't is found out by its next message."""
    op.add_column("leagues", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.add_column("leagues", sa.Column("closed_reason", sa.String(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
