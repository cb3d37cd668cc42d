"""Tables of the authors, keywords and venues that people follow, and of when a person hears of new papers."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace


class Topic(InWorkspace, Base):
    """An author, keyword or venue (`kind`) that a person follows; `folded` are its words without case and accents."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("workspace_id", "user", "kind", "folded"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user: Mapped[str]
    kind: Mapped[str]
    words: Mapped[str]
    folded: Mapped[str]
    since: Mapped[datetime]


class NewsTime(InWorkspace, Base):
    """When a person who follows topics hears of new papers, at most daily; `next_at` is the next time."""

    __tablename__ = "news_times"
    __table_args__ = (UniqueConstraint("workspace_id", "user"), Index("ix_news_times_next_at", "next_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user: Mapped[str]
    cron: Mapped[str]
    time_zone: Mapped[str]
    next_at: Mapped[datetime]
