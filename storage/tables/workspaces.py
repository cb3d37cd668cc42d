"""Table of workspaces: Slack teams that installed the bot."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Workspace(Base):
    """A Slack team, or an organisation that installed the bot for all its teams.

    `views` lists the block kinds that it refused; `refreshing_until` is the lease for refreshing its token;
    `missing_scopes` is what the owners were last sent, sorted and joined by spaces. After a restore, `restored_at` is
    when, `restored_from` the time of the backup, and `is_behind` holds until links posted since are taken in.
    """

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    enterprise: Mapped[str | None] = mapped_column(String(32), default=None)
    bot_user: Mapped[str | None] = mapped_column(default=None)
    installed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
    views: Mapped[dict[str, Any]] = mapped_column(default=dict)
    refreshing_until: Mapped[datetime | None] = mapped_column(default=None)
    missing_scopes: Mapped[str] = mapped_column(default="", server_default="")
    restored_from: Mapped[datetime | None] = mapped_column(default=None)
    restored_at: Mapped[datetime | None] = mapped_column(default=None)
    is_behind: Mapped[bool] = mapped_column(default=False, server_default=false())
    unfurls: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether paper links in channels without a league get previews of papers in public leagues."""
    moved_channels: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Newest ids of channels whose id Slack changed, by digests of the ids that they had."""
