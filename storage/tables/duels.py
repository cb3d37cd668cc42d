"""Tables of people's taste: answers to duels, reactions, wishes for more, and what a person wants to be asked."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace


class DuelVote(InWorkspace, Base):
    """A person's answer on a pair of entries, lower id first: "first", "second", or "skip" for "can't say"."""

    __tablename__ = "duel_votes"
    __table_args__ = (Index("ix_duel_votes_league_id", "league_id"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    choice: Mapped[str]
    at: Mapped[datetime]


class Reaction(InWorkspace, Base):
    """A person's emoji on a Slack message that shows or brought a paper: its name without colons."""

    __tablename__ = "reactions"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    message_ts: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class MoreWish(InWorkspace, Base):
    """Whether a person wants more papers like an entry, or fewer."""

    __tablename__ = "more_wishes"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    more: Mapped[bool]
    at: Mapped[datetime]


class PersonChoice(InWorkspace, Base):
    """A person's choices about themselves; nobody has a row before their first choice.

    `duels`: pairs of papers are put to the person on Home and by direct message.
    """

    __tablename__ = "person_choices"
    __table_args__ = (UniqueConstraint("workspace_id", "user"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user: Mapped[str]
    duels: Mapped[bool] = mapped_column(default=True, server_default=true())
