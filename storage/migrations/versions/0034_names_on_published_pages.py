"""Whether a league's published pages name the people who added its papers."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nobody is named."""
    op.add_column(
        "leagues", sa.Column("publishes_names", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
