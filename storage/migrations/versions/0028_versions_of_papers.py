"""Migration: store the days of a paper's versions."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration; versions come with a paper's next check."""
    op.add_column("papers", sa.Column("versions", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
