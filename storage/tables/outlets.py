"""Tables of what leaves Slack for good: published pages that this program serves itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased


class PublishedSite(InWorkspace, Leased, Base):
    """A league's pages served under a secret path, of which only the SHA-256 is stored.

    `status` is due → building → due: the row is looked at again from `not_before` on. `state` says of which data the
    pages were built.
    """

    __tablename__ = "published_sites"
    __table_args__ = (Index("ix_published_sites_status", "status"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(index=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="due")
    state: Mapped[str] = mapped_column(default="")
    built_at: Mapped[datetime | None] = mapped_column(default=None)


class PublishedFile(InWorkspace, Base):
    """One file of a served site, compressed; `digest` is of the text before. A frozen one never changes again."""

    __tablename__ = "published_files"
    __table_args__ = (UniqueConstraint("site_id", "path"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("published_sites.id", ondelete="CASCADE"))
    path: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str]
    is_frozen: Mapped[bool] = mapped_column(default=False)


class ApiToken(InWorkspace, Base):
    """A token with which programs read a league; `secret_hash` is the SHA-256 of its secret part.

    `used` counts its requests in the minute that began at `minute`.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    minute: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=0)
