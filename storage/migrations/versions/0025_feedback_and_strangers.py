"""What people think of verdicts and assessments; votes of other workspaces' people; links that unfold everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward: nobody has said anything yet, strangers don't vote, links unfold where a league says so only."""
    op.add_column(
        "leagues", sa.Column("strangers_vote", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("workspaces", sa.Column("unfurls", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "feedback",
        sa.Column("id", ID, nullable=False),
        sa.Column("league_id", ID, nullable=False),
        sa.Column("match_id", ID, nullable=True),
        sa.Column("assessment_id", ID, nullable=True),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f("fk_feedback_league_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["matches.id"], name=op.f("fk_feedback_match_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_feedback_assessment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_feedback_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("match_id", "user", name="uq_feedback_match_id_user"),
        sa.UniqueConstraint("assessment_id", "user", name="uq_feedback_assessment_id_user"),
    )
    op.create_index("ix_feedback_league_id", "feedback", ["league_id"], unique=False)
    op.create_index(op.f("ix_feedback_workspace_id"), "feedback", ["workspace_id"], unique=False)


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
