"""What a person wants to be asked: pairs of papers on Home and by direct message."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward: nobody has chosen anything yet."""
    op.create_table(
        "person_choices",
        sa.Column("id", ID, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("duels", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_person_choices_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_choices")),
        sa.UniqueConstraint("workspace_id", "user", name=op.f("uq_person_choices_workspace_id_user")),
    )
    op.create_index(op.f("ix_person_choices_workspace_id"), "person_choices", ["workspace_id"], unique=False)


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
