"""Migration: store each judge's estimated sharpness and bias with the standings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("standings", sa.Column("judges", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
