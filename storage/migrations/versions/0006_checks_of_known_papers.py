"""Papers known before checks existed are looked at again: those of arXiv, whose versions tell."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.execute(
        "INSERT INTO paper_checks (id, workspace_id, status, attempts) "
        "SELECT id, workspace_id, 'planned', 0 FROM papers WHERE status = 'known' AND canonical LIKE 'arxiv:%' "
        "ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
