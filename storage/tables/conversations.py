"""Table of conversations: the league in use and the papers discussed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace


class Conversation(InWorkspace, Base):
    """What a person talks about in a thread (`thread` is its ts) or in a channel (`thread` is empty).

    `entries` are the ids of the papers discussed, `turns` the last things said.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel", "thread", "user"),
        Index("ix_conversations_at", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    thread: Mapped[str]
    user: Mapped[str]
    league_id: Mapped[int | None] = mapped_column(ForeignKey("leagues.id", ondelete="SET NULL"), default=None)
    entries: Mapped[list[str]] = mapped_column(default=list)
    turns: Mapped[list[str]] = mapped_column(default=list)
    at: Mapped[datetime]
