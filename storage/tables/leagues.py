"""Tables of leagues, their purposes, owners, log, and the channels that follow them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace


class League(InWorkspace, Base):
    """A league; `channel` is its home, and everybody who can read that channel can read the league.

    Intervals are half-widths of 95 % in points, hours count on weekdays only, money is USD. The default target of 300
    points takes about 12 matches per paper (at a spread of 3 logits; 16 at 4.5, 6 at 1.35). `prior_sd` isn't used any
    more. While `closed_at` is set, the home channel can't receive messages and no work is done; `closed_reason` says why.
    `announced` are the models whose price somebody has seen, the only ones that may cost money; NULL: all.
    `reading` says how far the channel's history has been read, by the reason for reading it.
    """

    __tablename__ = "leagues"
    __table_args__ = (UniqueConstraint("workspace_id", "channel"), UniqueConstraint("workspace_id", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    channel: Mapped[str]
    is_private: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str | None] = mapped_column(default=None)
    purpose_version: Mapped[int] = mapped_column(default=0)
    rubric: Mapped[str | None] = mapped_column(default=None)
    rubric_version: Mapped[int] = mapped_column(default=0)
    time_zone: Mapped[str] = mapped_column(default="UTC")
    target_interval: Mapped[float] = mapped_column(default=300.0)
    prior_sd: Mapped[float] = mapped_column(default=1.35)
    vote_hours: Mapped[int] = mapped_column(default=48)
    quorum: Mapped[int] = mapped_column(default=3)
    vote_weight: Mapped[float] = mapped_column(default=2.0)
    anonymous_votes: Mapped[bool] = mapped_column(default=False)
    swap_share: Mapped[float] = mapped_column(default=0.05)
    monthly_cap: Mapped[Decimal] = mapped_column(Numeric(12, 6), default=Decimal(10))
    unfurls: Mapped[bool] = mapped_column(default=False)
    may_publish: Mapped[bool] = mapped_column(default=False, server_default=false())
    publishes_names: Mapped[bool] = mapped_column(default=False, server_default=false())
    strangers_vote: Mapped[bool] = mapped_column(default=False, server_default=false())
    takes_app_links: Mapped[bool] = mapped_column(default=False, server_default=false())
    members_may_start: Mapped[bool] = mapped_column(default=True)
    members_may_budget: Mapped[bool] = mapped_column(default=False)
    members_may_revert: Mapped[bool] = mapped_column(default=False)
    judges: Mapped[list[str] | None] = mapped_column(default=None)
    announced: Mapped[list[str] | None] = mapped_column(default=None)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_reason: Mapped[str | None] = mapped_column(default=None)
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class _Version(InWorkspace):
    """A version of a text of a league's, never changed once stored."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    version: Mapped[int]
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class Purpose(_Version, Base):
    """A version of a league's purpose (what matters to it); never changed once stored."""

    __tablename__ = "purposes"
    __table_args__ = (UniqueConstraint("league_id", "version"),)


class LeagueRubric(_Version, Base):
    """A version of a league's own rubric for assessments, never changed once stored.

    An empty text means that the league uses the installation's rubric again.
    """

    __tablename__ = "league_rubrics"
    __table_args__ = (UniqueConstraint("league_id", "version"),)


class Owner(InWorkspace, Base):
    """A person who owns a league: may resume, raise caps, remove papers and revert decisions."""

    __tablename__ = "owners"

    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class FollowingChannel(InWorkspace, Base):
    """A channel other than the home in which a league answers and may post its digest."""

    __tablename__ = "following_channels"

    channel: Mapped[str] = mapped_column(primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]


class AuditLine(InWorkspace, Base):
    """A line of a league's log: who changed what and when; never changed (how long kept: `storage.work.retention`)."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_league_at", "league_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    user: Mapped[str]
    action: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
