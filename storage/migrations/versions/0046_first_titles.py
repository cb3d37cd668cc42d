"""Migration: a paper's title from before it changed, which the key of its citation keeps to."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("papers", sa.Column("first_title", sa.String(), nullable=True))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
