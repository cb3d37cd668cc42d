"""Migration: plan a check for papers that were known before checks existed; arXiv only, which has versions."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this migration."""
    op.execute(
        "INSERT INTO paper_checks (id, workspace_id, status, attempts) "
        "SELECT id, workspace_id, 'planned', 0 FROM papers WHERE status = 'known' AND canonical LIKE 'arxiv:%' "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """Refuse to go back; restore a backup instead."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
