"""Published pages that are served under a secret path, and their files."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward: nothing is served."""
    op.create_table(
        "published_sites",
        sa.Column("id", _ID, nullable=False),
        sa.Column("league_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("built_at", _AT, nullable=True),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leased_until", _AT, nullable=True),
        sa.Column("not_before", _AT, nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["league_id"], ["leagues.id"], name=op.f("fk_published_sites_league_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_published_sites_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_sites")),
        sa.UniqueConstraint("league_id", name=op.f("uq_published_sites_league_id")),
    )
    op.create_index(op.f("ix_published_sites_token_hash"), "published_sites", ["token_hash"])
    op.create_index("ix_published_sites_status", "published_sites", ["status"])
    op.create_index(op.f("ix_published_sites_workspace_id"), "published_sites", ["workspace_id"])
    op.create_table(
        "published_files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("is_frozen", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["published_sites.id"], name=op.f("fk_published_files_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_published_files_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_files")),
        sa.UniqueConstraint("site_id", "path", name=op.f("uq_published_files_site_id_path")),
    )
    op.create_index(op.f("ix_published_files_workspace_id"), "published_files", ["workspace_id"])


def downgrade() -> None:
    """There is no way back: restore a backup."""
    raise NotImplementedError("migrations only go forward; restore a backup instead")
