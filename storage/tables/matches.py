"""Tables of models' work: assessments, tournaments, matches, verdicts, spending."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased

Usd = Numeric(12, 6)


class Assessment(InWorkspace, Leased, Base):
    """A model's review of an entry's paper by the rubric.

    `status` is planned → assessing → done | failed | cancelled. Removing an entry cancels its assessments; restoring it
    plans them again.
    """

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("entry_id", "assessor"), Index("ix_assessments_status", "status"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    assessor: Mapped[str]
    status: Mapped[str] = mapped_column(default="planned")
    model: Mapped[str | None] = mapped_column(default=None)
    rating: Mapped[float | None] = mapped_column(default=None)
    significance: Mapped[float | None] = mapped_column(default=None)
    rigor: Mapped[float | None] = mapped_column(default=None)
    novelty: Mapped[float | None] = mapped_column(default=None)
    clarity: Mapped[float | None] = mapped_column(default=None)
    contribution: Mapped[str | None] = mapped_column(default=None)
    sections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flags: Mapped[list[str]] = mapped_column(default=list)
    read: Mapped[str | None] = mapped_column(default=None)
    rubric_version: Mapped[str | None] = mapped_column(default=None)
    purpose_version: Mapped[int] = mapped_column(default=0)
    paper_version: Mapped[int | None] = mapped_column(default=None)
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Decimal] = mapped_column(Usd, default=Decimal(0))
    price_version: Mapped[str | None] = mapped_column(default=None)
    latency_ms: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Tournament(InWorkspace, Leased, Base):
    """A tournament: a set of matches within a budget.

    `status` is planned → running ⇄ paused → finished | cancelled | failed. `goal` is "ranking" or "top" (the best
    `top_k`); `budget_matches` limits the matches planned; `target_interval` is in points. `panel`: all judges decide each
    match together. `batch`: judges that can are asked in batches, at half price. `held_for` is what a pause waits for:
    "person", "cap" (the league's monthly one), "budget" (the tournament's) or "judge".
    """

    __tablename__ = "tournaments"
    __table_args__ = (Index("ix_tournaments_status", "status"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(default="planned")
    goal: Mapped[str] = mapped_column(default="ranking")
    top_k: Mapped[int | None] = mapped_column(default=None)
    budget_matches: Mapped[int]
    budget: Mapped[Decimal | None] = mapped_column(Usd, default=None)
    target_interval: Mapped[float | None] = mapped_column(default=None)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    judges: Mapped[list[str]] = mapped_column(default=list)
    panel: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str]
    started_by: Mapped[str]
    schedule_id: Mapped[int | None] = mapped_column(
        ForeignKey("schedules.id", ondelete="SET NULL"), default=None
    )
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    held_for: Mapped[str | None] = mapped_column(default=None)
    before_id: Mapped[int | None] = mapped_column(
        ForeignKey("standings.id", ondelete="SET NULL"), default=None
    )
    after_id: Mapped[int | None] = mapped_column(
        ForeignKey("standings.id", ondelete="SET NULL"), default=None
    )


class Batch(InWorkspace, Leased, Base):
    """Calls of matches sent to a judge's provider together.

    `status` is open ⇄ asking → done or failed. `key` is Paperbout's own id, by which the batch is found at the provider
    after a crash; `remote_id` is the provider's id, None until known. `begun_at` is set before the batch is sent. `asked`
    holds, by call id, what the verdict's row will store besides the answer; `not_ours` holds ids of batches at the
    provider that were found to belong to others.
    """

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("workspace_id", "key"), Index("ix_batches_status", "status"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), index=True)
    tournament_id: Mapped[int | None] = mapped_column(
        ForeignKey("tournaments.id", ondelete="SET NULL"), default=None
    )
    judge: Mapped[str]
    key: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    remote_id: Mapped[str | None] = mapped_column(default=None)
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    not_ours: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Match(InWorkspace, Leased, Base):
    """A match of two entries by one judge, in the order shown.

    `status` is planned → judging → decided | failed | cancelled. `verdict` is the judge's decision and `outcome` what
    counts: "first", "second" or "draw" of the entries as stored. `tried` holds, by judge, why a judge gave no verdict.
    `panel`: all judges of the tournament decide by majority; `judge` is then the one whose verdict has the kind
    "verdict".

    A match whose call is in a batch is "batched"; `batch_id` stays if its answer could not be used: the judge is then
    asked for this match alone.
    """

    __tablename__ = "matches"
    __table_args__ = (
        Index("ix_matches_league_decided", "league_id", "status", "workspace_id", "decided_at"),
        Index("ix_matches_first", "first_id"),
        Index("ix_matches_second", "second_id"),
        UniqueConstraint("league_id", "import_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    tournament_id: Mapped[int | None] = mapped_column(
        ForeignKey("tournaments.id", ondelete="SET NULL"), index=True, default=None
    )
    round: Mapped[int] = mapped_column(default=0)
    first_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    judge: Mapped[str]
    pool: Mapped[str] = mapped_column(default="real")
    status: Mapped[str] = mapped_column(default="planned")
    wants_swap: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[int | None] = mapped_column(Id, index=True, default=None)
    tried: Mapped[dict[str, Any]] = mapped_column(default=dict)
    panel: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)
    weight: Mapped[float] = mapped_column(default=1.0)
    import_key: Mapped[str | None] = mapped_column(default=None)
    requested_by: Mapped[str | None] = mapped_column(default=None)
    planned_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class Verdict(InWorkspace, Base):
    """A model call's decision on a match.

    `winner` names the match's first or second entry, whatever order was shown. `kind` is "verdict", "panel:JUDGE"
    (another judge of a panel), "swap" (same judge, other order; a different winner makes a draw) or "evidence" (swapped
    judging of a challenged match, which changes nothing). `first_assessor` and `second_assessor` are the authors of the
    assessments shown to the judge, if any. `margin` is "slight", "clear" or NULL; `flags` are passages of the papers that
    try to instruct the judge.
    """

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("match_id", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("matches.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(default="verdict")
    judge: Mapped[str]
    model: Mapped[str]
    swapped: Mapped[bool] = mapped_column(default=False)
    winner: Mapped[str]
    confidence: Mapped[float]
    rationale: Mapped[str]
    criteria: Mapped[dict[str, Any]] = mapped_column(default=dict)
    margin: Mapped[str | None] = mapped_column(default=None)
    flags: Mapped[list[str]] = mapped_column(default=list)
    purpose_version: Mapped[int] = mapped_column(default=0)
    first_version: Mapped[int | None] = mapped_column(default=None)
    second_version: Mapped[int | None] = mapped_column(default=None)
    first_assessor: Mapped[str | None] = mapped_column(default=None)
    second_assessor: Mapped[str | None] = mapped_column(default=None)
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Decimal] = mapped_column(Usd, default=Decimal(0))
    price_version: Mapped[str | None] = mapped_column(default=None)
    latency_ms: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class Evidence(InWorkspace, Leased, Base):
    """The swapped judging of a challenged match, once per match.

    `status` is planned → judging → done | failed | skipped.
    """

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("match_id"), Index("ix_evidence_status", "status"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("matches.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(default="planned")
    created_at: Mapped[datetime]


class Spending(InWorkspace, Base):
    """Money for one model call in USD: `reserved` before the call, `cost` after it.

    Until then the reserved amount counts.
    """

    __tablename__ = "spendings"
    __table_args__ = (
        Index("ix_spendings_league_at", "league_id", "at"),
        Index(
            "ix_spendings_unsettled",
            "about_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    tournament_id: Mapped[int | None] = mapped_column(
        ForeignKey("tournaments.id", ondelete="SET NULL"), index=True, default=None
    )
    kind: Mapped[str]
    about_id: Mapped[int]
    judge: Mapped[str]
    reserved: Mapped[Decimal] = mapped_column(Usd)
    cost: Mapped[Decimal | None] = mapped_column(Usd, default=None)
    result: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
