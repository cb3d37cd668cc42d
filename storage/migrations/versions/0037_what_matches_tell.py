"""Migration: how much of a rating's interval matches can narrow."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("ratings", sa.Column("matches_interval", sa.Double(), nullable=True))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
