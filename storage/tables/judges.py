"""Tables about judges in a workspace: pauses, outages, exams, chance, forms of requests."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased
from storage.tables.matches import Usd


class JudgePause(InWorkspace, Base):
    """A judge whose key or quota was refused; it judges nothing until somebody resumes it."""

    __tablename__ = "judge_pauses"
    __table_args__ = (UniqueConstraint("workspace_id", "judge"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    judge: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


class JudgeOutage(InWorkspace, Base):
    """A judge whose server doesn't answer in a league; the row is deleted when the server answers again.

    The league was sent a message when the row was created.
    """

    __tablename__ = "judge_outages"
    __table_args__ = (UniqueConstraint("workspace_id", "league_id", "judge"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    judge: Mapped[str]
    at: Mapped[datetime]


class JudgeExam(InWorkspace, Leased, Base):
    """Exam of a judge, one per workspace and judge.

    `status` is planned → asking → done | failed | skipped. `league_id` is the league that pays, if any. `answers` holds
    the winner ("none": no answer) by question number, `result` the final counts, `exam` the version of the questions.
    `admitted_by` is who let a failed judge's verdicts count.
    """

    __tablename__ = "judge_exams"
    __table_args__ = (UniqueConstraint("workspace_id", "judge"), Index("ix_judge_exams_status", "status"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    judge: Mapped[str]
    league_id: Mapped[int | None] = mapped_column(ForeignKey("leagues.id", ondelete="SET NULL"), default=None)
    status: Mapped[str] = mapped_column(default="planned")
    exam: Mapped[str]
    model: Mapped[str | None] = mapped_column(default=None)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    passed: Mapped[bool | None] = mapped_column(default=None)
    cost: Mapped[Decimal] = mapped_column(Usd, default=Decimal(0))
    admitted_by: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class JudgeAtChance(InWorkspace, Base):
    """A judge that agrees with a league's people no more than a coin would; the row goes when it does again.

    `share` (`low` to `high`) on `votes` votes is what owners were told at `told_at`. Its verdicts count until
    `counts_until`; from `left_out_at` on they don't, unless `kept_by` said that they count all the same.
    """

    __tablename__ = "judges_at_chance"
    __table_args__ = (UniqueConstraint("league_id", "judge"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    judge: Mapped[str]
    share: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    votes: Mapped[int]
    told_at: Mapped[datetime]
    counts_until: Mapped[datetime]
    left_out_at: Mapped[datetime | None] = mapped_column(default=None)
    kept_by: Mapped[str | None] = mapped_column(default=None)


class RequestForm(InWorkspace, Base):
    """How a judge's server is known to accept requests: mode, parts left out or renamed, most tokens of an answer."""

    __tablename__ = "request_forms"
    __table_args__ = (UniqueConstraint("workspace_id", "judge"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    judge: Mapped[str]
    form: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class Feedback(InWorkspace, Base):
    """A person's mark on a verdict or assessment: good or poor.

    One of `match_id` and `assessment_id` is set. `judge` is the judge or assessor that made it, by its name at the time.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("match_id", "user"),
        UniqueConstraint("assessment_id", "user"),
        Index("ix_feedback_league_id", "league_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    match_id: Mapped[int | None] = mapped_column(ForeignKey("matches.id", ondelete="CASCADE"), default=None)
    assessment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessments.id", ondelete="CASCADE"), default=None
    )
    judge: Mapped[str]
    user: Mapped[str]
    is_good: Mapped[bool]
    at: Mapped[datetime]
