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


class Webhook(InWorkspace, Base):
    """An address that is told of a league's events. `secret` signs them; sealed where the installation has a key.

    `disabled_at` is set when an event could not be delivered in three days, or the address said that it is gone.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    secret: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)


class WebhookDelivery(InWorkspace, Leased, Base):
    """One event on its way to one address, under an id that stays the same however often it is sent.

    `status` is due → sending → sent | lost; `tries` counts the answers that weren't "taken".
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_status", "status"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[str]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default="due")
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
