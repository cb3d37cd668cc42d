"""Migration: count expired leases apart from attempts; votes get attempts like other work."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LEASED = (
    "papers", "assessments", "matches", "evidence", "tournaments", "messages", "occurrences", "paper_checks", "polls",
)  # fmt: skip


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("polls", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("polls", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("polls", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("polls", sa.Column("failure", sa.String(), nullable=True))
    for table in LEASED:
        op.add_column(table, sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
