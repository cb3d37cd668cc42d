"""Migration: an index that counts a league's decided matches, and finds the newest, without reading the others."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.drop_index("ix_matches_league_status", "matches")
    op.create_index(
        "ix_matches_league_decided", "matches", ["league_id", "status", "workspace_id", "decided_at"]
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
