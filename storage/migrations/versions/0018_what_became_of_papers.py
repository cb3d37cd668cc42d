"""Migration: store a paper's standing, venue, citations, code and data."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; withdrawn papers get that standing, other standings come with the next check."""
    op.add_column("papers", sa.Column("standing", sa.String(), nullable=True))
    op.add_column("papers", sa.Column("venue", sa.String(), nullable=True))
    op.add_column("papers", sa.Column("citations", sa.Integer(), nullable=True))
    op.add_column("papers", sa.Column("code", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("papers", sa.Column("data", sa.JSON(), nullable=False, server_default="[]"))
    op.execute("UPDATE papers SET standing = 'withdrawn' WHERE withdrawn")


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
