"""A paper's standing, venue, citations, code and data are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: what is withdrawn has that standing; the rest is learned at the next look."""
    op.add_column("papers", sa.Column("standing", sa.String(), nullable=True))
    op.add_column("papers", sa.Column("venue", sa.String(), nullable=True))
    op.add_column("papers", sa.Column("citations", sa.Integer(), nullable=True))
    op.add_column("papers", sa.Column("code", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("papers", sa.Column("data", sa.JSON(), nullable=False, server_default="[]"))
    op.execute("UPDATE papers SET standing = 'withdrawn' WHERE withdrawn")


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
