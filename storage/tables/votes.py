"""Tables of votes: polls on matches, their voters, votes, and the overrides that result."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased


class Poll(InWorkspace, Leased, Base):
    """The vote on a match; at most one is open per match.

    `status` is open → closed. `result` is an outcome or "stands" (the verdict stays). `wanted_quorum` is the league's
    quorum at the opening; `quorum` is lower if fewer people can vote. `told_at` is when the papers' followers were sent
    the result.
    """

    __tablename__ = "polls"
    __table_args__ = (
        Index("ix_polls_status", "status"),
        Index(
            "uq_polls_open_match",
            "match_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("matches.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(default="open")
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    quorum: Mapped[int]
    wanted_quorum: Mapped[int | None] = mapped_column(default=None)
    anonymous: Mapped[bool]
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[str | None] = mapped_column(default=None)
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    result: Mapped[str | None] = mapped_column(default=None)

    VOID: ClassVar[str] = "void"
    """What stands in `closed_by` if closing the poll failed five times."""


class Voter(InWorkspace, Base):
    """A person who could vote when the poll opened; `author` excludes an author of a paper."""

    __tablename__ = "voters"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    author: Mapped[bool] = mapped_column(default=False)


class Vote(InWorkspace, Base):
    """A person's choice in a poll: "first", "second", "draw" or "abstain"."""

    __tablename__ = "votes"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]
    reason: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]


class Override(InWorkspace, Base):
    """A team vote's outcome that replaces a verdict; reverting marks the row and never deletes it.

    `ratings` holds both entries' score, interval and rank before and after the refit.
    """

    __tablename__ = "overrides"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("matches.id", ondelete="CASCADE"), index=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    outcome: Mapped[str]
    weight: Mapped[float]
    at: Mapped[datetime]
    ratings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reverted_at: Mapped[datetime | None] = mapped_column(default=None)
    reverted_by: Mapped[str | None] = mapped_column(default=None)
    revert_reason: Mapped[str | None] = mapped_column(default=None)
