"""Whether a league takes in links that other apps post."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: no league takes them in."""
    op.add_column(
        "leagues", sa.Column("takes_app_links", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
