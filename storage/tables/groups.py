"""Tables of what a reading group does with papers: discussions, notes, tags, and the list shared with the channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, InWorkspace


class Discussion(InWorkspace, Base):
    """An entry that the group discussed: `by` marked it, `presenter` presented it, `url` links the thread."""

    __tablename__ = "discussions"
    __table_args__ = (Index("ix_discussions_league_id", "league_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    by: Mapped[str]
    presenter: Mapped[str | None] = mapped_column(default=None)
    url: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]


class Note(InWorkspace, Base):
    """One line that a person wrote about an entry for the group."""

    __tablename__ = "notes"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    at: Mapped[datetime]


class Tag(InWorkspace, Base):
    """A tag on an entry, in lower case, with the person who put it there."""

    __tablename__ = "tags"
    __table_args__ = (Index("ix_tags_league_id", "league_id", "tag"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    by: Mapped[str]
    at: Mapped[datetime]


class ListedPaper(InWorkspace, Base):
    """An entry on the reading list that a league's channel shares, with the person who put it there."""

    __tablename__ = "listed_papers"
    __table_args__ = (Index("ix_listed_papers_league_id", "league_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    by: Mapped[str]
    at: Mapped[datetime]
