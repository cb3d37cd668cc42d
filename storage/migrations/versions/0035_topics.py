"""Migration: the authors, keywords and venues that people follow."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "topics",
        sa.Column("id", ID, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        *_of_workspace("topics"),
        sa.UniqueConstraint(
            "workspace_id", "user", "kind", "folded", name=op.f("uq_topics_workspace_id_user_kind_folded")
        ),
    )
    op.create_index(op.f("ix_topics_workspace_id"), "topics", ["workspace_id"], unique=False)
    op.create_table(
        "news_times",
        sa.Column("id", ID, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        *_of_workspace("news_times"),
        sa.UniqueConstraint("workspace_id", "user", name=op.f("uq_news_times_workspace_id_user")),
    )
    op.create_index(op.f("ix_news_times_workspace_id"), "news_times", ["workspace_id"], unique=False)
    op.create_index("ix_news_times_next_at", "news_times", ["next_at"], unique=False)


def _of_workspace(table: str) -> tuple[sa.Column[str] | sa.Constraint, ...]:
    return (
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
