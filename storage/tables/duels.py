"""Table of duels: a person's choice of which paper matters more, made without seeing a judge's verdict."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace


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
