"""Whether the page of a private league may be published."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: nobody has allowed it yet."""
    op.add_column(
        "leagues", sa.Column("may_publish", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
