"""Migration: a rating has one interval, by what its matches tell."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.execute(
        sa.text(
            'UPDATE ratings SET stderr = stderr * matches_interval / "interval", "interval" = matches_interval '
            'WHERE matches_interval IS NOT NULL AND "interval" > 0'
        )
    )
    op.drop_column("ratings", "matches_interval")


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
