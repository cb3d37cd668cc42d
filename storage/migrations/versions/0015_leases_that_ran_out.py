"""Rows count the leases that ran out apart from attempts; polls have attempts like all other work."""

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
    """Forward."""
    op.add_column("polls", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("polls", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("polls", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("polls", sa.Column("failure", sa.String(), nullable=True))
    for table in LEASED:
        op.add_column(table, sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
