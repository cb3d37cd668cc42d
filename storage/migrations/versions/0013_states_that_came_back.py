"""OAuth states are sealed, not kept; only those that came back are kept, once each, until they expire."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("slack_oauth_states") as table:
        table.create_unique_constraint("uq_slack_oauth_states_state", ["state"])


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
