"""Batches: calls handed in to a provider together."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("league_id", ID, nullable=False),
        sa.Column("tournament_id", ID, nullable=True),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("not_ours", sa.JSON(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("begun_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("leased_until", AT, nullable=True),
        sa.Column("not_before", AT, nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f("fk_batches_league_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tournament_id"], ["tournaments.id"], name=op.f("fk_batches_tournament_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_batches_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_batches_workspace_id_key")),
    )
    op.create_index("ix_batches_status", "batches", ["status"], unique=False)
    op.create_index(op.f("ix_batches_league_id"), "batches", ["league_id"], unique=False)
    op.create_index(op.f("ix_batches_workspace_id"), "batches", ["workspace_id"], unique=False)
    op.add_column("tournaments", sa.Column("batch", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("matches", sa.Column("batch_id", ID, nullable=True))
    op.create_index(op.f("ix_matches_batch_id"), "matches", ["batch_id"], unique=False)


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
