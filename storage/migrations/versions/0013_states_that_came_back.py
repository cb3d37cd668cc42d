"""Migration: store only those OAuth states that came back, each once, until they expire."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    with op.batch_alter_table("slack_oauth_states") as table:
        table.create_unique_constraint("uq_slack_oauth_states_state", ["state"])


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
