"""Migration: two more rights that a league can give its members, on budgets and reverts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    for right in ("members_may_budget", "members_may_revert"):
        op.add_column("leagues", sa.Column(right, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
