"""Migration: evidence on challenged matches, judges already tried, assessments shown to judges, reasons of a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("match_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["match_id"], ["matches.id"], name=op.f("fk_evidence_match_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_evidence_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("match_id", name=op.f("uq_evidence_match_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_status", ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_workspace_id"), ["workspace_id"], unique=False)
    # Columns that take NULL, or have a default of the database's own, are added in place: no table is copied.
    op.add_column("tournaments", sa.Column("held_for", sa.String(), nullable=True))
    op.add_column("matches", sa.Column("tried", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("verdicts", sa.Column("first_assessor", sa.String(), nullable=True))
    op.add_column("verdicts", sa.Column("second_assessor", sa.String(), nullable=True))


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
