"""Leagues: papers ranked against one another, their purposes, owners, and the channels that follow."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace


class League(InWorkspace, Base):
    """A league; `channel` is its home, and whoever can read that channel can read the league.

    Intervals are half-widths of 95 % in points, hours are hours of weekdays, money is USD. The target of 300 takes
    about 12 matches a paper at a spread of 3 logits, 16 at 4.5 and 6 at 1.35. Nobody reads `prior_sd` any more.
    While `closed_at` is set its home channel takes nothing, and nothing of it is worked on; `closed_reason` says why.
    `announced` are the models whose price somebody has seen: no other is paid for. NULL: all.
    """

    __tablename__ = "leagues"
    __table_args__ = (UniqueConstraint("workspace_id", "channel"), UniqueConstraint("workspace_id", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    channel: Mapped[str]
    is_private: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str | None] = mapped_column(default=None)
    purpose_version: Mapped[int] = mapped_column(default=0)
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


class Purpose(InWorkspace, Base):
    """One wording of what matters in a league; never changed once written."""

    __tablename__ = "purposes"
    __table_args__ = (UniqueConstraint("league_id", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    version: Mapped[int]
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class Owner(InWorkspace, Base):
    """A person who may resume, raise caps, remove and revert in a league."""

    __tablename__ = "owners"

    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class FollowingChannel(InWorkspace, Base):
    """A channel other than the home that answers for a league and may have its digest."""

    __tablename__ = "following_channels"

    channel: Mapped[str] = mapped_column(primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]


class AuditLine(InWorkspace, Base):
    """Who changed what in a league, and when; only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_league_at", "league_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    user: Mapped[str]
    action: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
