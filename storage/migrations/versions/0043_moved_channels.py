"""Newest ids of channels whose id Slack changed."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: no channel's id was changed."""
    op.add_column("workspaces", sa.Column("moved_channels", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
