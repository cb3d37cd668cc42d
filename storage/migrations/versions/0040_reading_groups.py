"""Migration: what a reading group does with papers: discussions, notes, tags, a list shared with the channel."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this migration."""
    _create(
        "discussions",
        ["entry_id"],
        *_of_league("discussions"),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("presenter", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
    )
    op.create_index("ix_discussions_league_id", "discussions", ["league_id"], unique=False)
    _create(
        "notes",
        ["entry_id", "user"],
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
    )
    _create(
        "tags",
        ["entry_id", "tag"],
        sa.Column("tag", sa.String(), nullable=False),
        *_of_league("tags"),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_index("ix_tags_league_id", "tags", ["league_id", "tag"], unique=False)
    _create(
        "listed_papers",
        ["entry_id"],
        *_of_league("listed_papers"),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_index("ix_listed_papers_league_id", "listed_papers", ["league_id"], unique=False)


def _create(table: str, key: list[str], *columns: sa.Column[Any] | sa.Constraint) -> None:
    """Create a table of rows about entries, with their time and workspace."""
    op.create_table(
        table,
        sa.Column("entry_id", ID, nullable=False),
        *columns,
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f(f"fk_{table}_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workspace_id"), table, ["workspace_id"], unique=False)


def _of_league(table: str) -> tuple[sa.Column[Any] | sa.Constraint, ...]:
    return (
        sa.Column("league_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f(f"fk_{table}_league_id"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
