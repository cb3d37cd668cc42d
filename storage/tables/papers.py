"""Tables of papers, their identifiers, and their entries in leagues."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased


def shown_title(title: str | None, canonical: str) -> str:
    """Return a paper's title, or while it has none its id: for a web page its address.

    >>> shown_title(None, "page:https://example.org/paper.pdf")
    'https://example.org/paper.pdf'
    """
    return title or canonical.removeprefix("page:")


class Paper(InWorkspace, Leased, Base):
    """A paper, once per workspace.

    `status` is fetching → known | failed, or merged; `title_raw` is the title with its LaTeX, `title` the one shown, and
    `first_title` the one from before it changed, to which the key of a citation keeps.
    `standing` is its publication status ("retracted", "corrected", …); `withdrawn`: it plays no more because of that.
    `code` and `data` are URLs. `left_out` is a sentence why a known paper plays no matches; `merged_into` is the paper it
    was merged into.
    """

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("workspace_id", "canonical"),
        Index("ix_papers_status", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canonical: Mapped[str]
    url: Mapped[str]
    status: Mapped[str] = mapped_column(default="fetching")
    title: Mapped[str | None] = mapped_column(default=None)
    title_raw: Mapped[str | None] = mapped_column(default=None)
    first_title: Mapped[str | None] = mapped_column(default=None)
    search_text: Mapped[str] = mapped_column(default="")
    authors: Mapped[list[str]] = mapped_column(default=list)
    abstract: Mapped[str | None] = mapped_column(default=None)
    categories: Mapped[list[str]] = mapped_column(default=list)
    category: Mapped[str | None] = mapped_column(default=None)
    published: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int | None] = mapped_column(default=None)
    comment: Mapped[str | None] = mapped_column(default=None)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[str | None] = mapped_column(default=None)
    venue: Mapped[str | None] = mapped_column(default=None)
    citations: Mapped[int | None] = mapped_column(default=None)
    code: Mapped[list[str]] = mapped_column(default=list)
    data: Mapped[list[str]] = mapped_column(default=list)
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    licence: Mapped[str | None] = mapped_column(default=None)
    pdf_url: Mapped[str | None] = mapped_column(default=None)
    source: Mapped[str | None] = mapped_column(default=None)
    left_out: Mapped[str | None] = mapped_column(default=None)
    merged_into: Mapped[int | None] = mapped_column(Id, default=None)
    created_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None] = mapped_column(default=None)


class Identifier(InWorkspace, Base):
    """One identifier of a paper, such as its arXiv id or DOI, without a version."""

    __tablename__ = "identifiers"
    __table_args__ = (UniqueConstraint("workspace_id", "scheme", "value"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str]
    value: Mapped[str]


class Entry(InWorkspace, Base):
    """A paper in a league: who submitted it, when, and with which message.

    `merged_into` is the entry that received this one's matches when two papers were merged.
    """

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("league_id", "paper_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), index=True)
    submitted_by: Mapped[str]
    submitted_at: Mapped[datetime]
    channel: Mapped[str]
    message_ts: Mapped[str | None] = mapped_column(default=None)
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
    removed_by: Mapped[str | None] = mapped_column(default=None)
    merged_into: Mapped[int | None] = mapped_column(Id, default=None)


class FullTextRow(InWorkspace, Base):
    """The full text of a paper beyond its abstract, or why there is none.

    `hidden` are passages left out because a reader of the document can't see them.
    """

    __tablename__ = "full_texts"

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int | None] = mapped_column(default=None)
    text: Mapped[str | None] = mapped_column(default=None)
    source: Mapped[str | None] = mapped_column(default=None)
    hidden: Mapped[list[str]] = mapped_column(default=list)
    cut: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str | None] = mapped_column(default=None)
    fetched_at: Mapped[datetime]


class PaperCheck(InWorkspace, Leased, Base):
    """The next check of a known paper's source, for a new version or a withdrawal.

    `status` is planned → checking → planned; `not_before` is when the check is due.
    """

    __tablename__ = "paper_checks"
    __table_args__ = (Index("ix_paper_checks_status", "status"),)

    id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(default="planned")


class Merge(InWorkspace, Base):
    """A merge of two papers that are the same work, with all that is needed to undo it.

    `by` is a user id, or "sources" if identifiers proved it; `storage.entries.merges` writes and reads `moved`.
    """

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), index=True)
    by: Mapped[str]
    reason: Mapped[str]
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by: Mapped[str | None] = mapped_column(default=None)


class Rating(InWorkspace, Base):
    """The current rating of an entry, replaced by each refit. Scores and intervals in points, theta in logits."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_league_rank", "league_id", "rank"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    theta: Mapped[float]
    stderr: Mapped[float]
    score: Mapped[float]
    interval: Mapped[float]
    rank: Mapped[int]
    rank_low: Mapped[int]
    rank_high: Mapped[int]
    wins: Mapped[int]
    losses: Mapped[int]
    draws: Mapped[int]
    rubric: Mapped[float | None]


class AuthorMark(InWorkspace, Base):
    """Marks a person as an author of a paper, who may therefore not vote on its matches."""

    __tablename__ = "author_marks"

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Follower(InWorkspace, Base):
    """A person who follows an entry: direct messages tell of its changes."""

    __tablename__ = "followers"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Saved(InWorkspace, Base):
    """An entry on a person's reading list; `read_at` is NULL until it is read."""

    __tablename__ = "saved"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    read_at: Mapped[datetime | None] = mapped_column(default=None)


class Mute(InWorkspace, Base):
    """Says that a person gets no direct messages about a league."""

    __tablename__ = "mutes"

    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
