"""How far the history of a league's channel has been read."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nothing is being read."""
    op.add_column("leagues", sa.Column("reading", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
