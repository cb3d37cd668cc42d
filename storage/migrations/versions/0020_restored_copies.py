"""Workspaces know that their tables were put back from a copy, and of which moment that is."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nothing was restored so far that anybody knows of."""
    op.add_column("workspaces", sa.Column("restored_from", UtcDateTime(), nullable=True))
    op.add_column("workspaces", sa.Column("restored_at", UtcDateTime(), nullable=True))
    op.add_column(
        "workspaces", sa.Column("is_behind", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
