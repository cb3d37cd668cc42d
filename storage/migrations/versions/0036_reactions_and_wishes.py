"""Reactions on papers' messages, and wishes for more papers like one or fewer."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nobody's reaction was noticed yet."""
    op.create_table(
        "reactions",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message_ts", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_reactions_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_reactions_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "entry_id", "user", "channel", "message_ts", "name", name=op.f("pk_reactions")
        ),
    )
    op.create_index(op.f("ix_reactions_workspace_id"), "reactions", ["workspace_id"], unique=False)
    op.create_table(
        "more_wishes",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("more", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_more_wishes_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_more_wishes_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "user", name=op.f("pk_more_wishes")),
    )
    op.create_index(op.f("ix_more_wishes_workspace_id"), "more_wishes", ["workspace_id"], unique=False)


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
