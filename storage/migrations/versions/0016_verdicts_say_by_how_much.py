"""Migration: verdicts store their margin and suspicious passages; leagues store judges that don't answer."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.add_column("verdicts", sa.Column("margin", sa.String(), nullable=True))
    op.add_column("verdicts", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "judge_outages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("league_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["league_id"], ["leagues.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("workspace_id", "league_id", "judge"),
    )
    op.create_index("ix_judge_outages_workspace_id", "judge_outages", ["workspace_id"])


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
