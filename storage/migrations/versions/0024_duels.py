"""Migration: duels, people's answers on pairs of papers."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "duel_votes",
        sa.Column("first_id", ID, nullable=False),
        sa.Column("second_id", ID, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("league_id", ID, nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["entries.id"], name=op.f("fk_duel_votes_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["entries.id"], name=op.f("fk_duel_votes_second_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f("fk_duel_votes_league_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_duel_votes_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", "user", name=op.f("pk_duel_votes")),
    )
    op.create_index("ix_duel_votes_league_id", "duel_votes", ["league_id"], unique=False)
    op.create_index(op.f("ix_duel_votes_workspace_id"), "duel_votes", ["workspace_id"], unique=False)


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
