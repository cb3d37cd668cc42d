"""Matches: planned, taken, decided, each change guarded by the status it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from structlog.contextvars import bind_contextvars

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.errors import NotFoundError
from storage.tables import Entry, JudgePause, League, Match, Tournament
from storage.work.leases import Work, due

OPEN = ("planned", "judging")
GONE = "That match isn't here."
COUNTED = (*OPEN, "decided")


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be: entries in the order shown, and who judges."""

    first: int
    second: int
    judge: str
    pool: str
    wants_swap: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Matches of a tournament by status."""

    planned: int = 0
    judging: int = 0
    decided: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Matches still to be decided."""
        return self.planned + self.judging


async def get(session: Transaction, match_id: int) -> Match:
    """The match; raises `NotFoundError`."""
    row: Match | None = await session.scalar(select(Match).where(Match.id == match_id))
    if row is None:
        raise NotFoundError(GONE)
    bind_contextvars(match=row.id, league=row.league_id)
    return row


@dataclass(frozen=True, slots=True)
class MatchToJudge:
    """A match with what decides whether it may be judged: tournament, league, and why its judge is paused, if it is."""

    match: Match
    tournament: Tournament | None
    league: League
    pause_reason: str | None


async def match_to_judge(session: Transaction, match_id: int) -> MatchToJudge:
    """The match with its tournament and league, in one statement; raises `NotFoundError`."""
    row = (
        await session.execute(
            select(Match, Tournament, League, JudgePause.reason)
            .join(League, League.id == Match.league_id)
            .outerjoin(Tournament, Tournament.id == Match.tournament_id)
            .outerjoin(JudgePause, JudgePause.judge == Match.judge)
            .where(Match.id == match_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(GONE)
    match, tournament, league, reason = row
    bind_contextvars(match=match.id, league=league.id)
    return MatchToJudge(match, tournament, league, reason)


async def plan(
    session: Transaction,
    *,
    league: int,
    tournament: int | None,
    round_number: int,
    pairings: Sequence[Pairing],
    now: datetime,
    requested_by: str | None = None,
) -> list[int]:
    """Plan matches and say they are due; returns their ids."""
    rows = [
        Match(
            league_id=league,
            tournament_id=tournament,
            round=round_number,
            first_id=pairing.first,
            second_id=pairing.second,
            judge=pairing.judge,
            pool=pairing.pool,
            wants_swap=pairing.wants_swap,
            panel=pairing.panel,
            requested_by=requested_by,
            planned_at=now,
        )
        for pairing in pairings
    ]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        due(session, Work.MATCH, row.id)
    return [row.id for row in rows]


async def decide(session: Transaction, match_id: int, outcome: str, now: datetime) -> bool:
    """End a held match with a verdict; False when it isn't held any more."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(
                status="decided",
                verdict=outcome,
                outcome=outcome,
                decided_at=now,
                leased_until=None,
                failure=None,
            ),
        )
        == 1
    )


async def fail(session: Transaction, match_id: int, reason: str) -> bool:
    """End a held match without a verdict."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="failed", failure=reason, leased_until=None),
        )
        == 1
    )


async def note_tried(session: Transaction, match_id: int, failures: dict[str, str]) -> None:
    """Keep, by judge, why those who were asked gave no verdict."""
    await changed(session, update(Match).where(Match.id == match_id).values(tried=failures))


async def hand_over(session: Transaction, match_id: int, judge: str, pool: str) -> bool:
    """Give a held match to another judge; it is planned again."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="planned", judge=judge, pool=pool, leased_until=None, not_before=None),
        )
        == 1
    )


async def cancel_open_of_tournament(session: Transaction, tournament_id: int, *, keep_judging: bool) -> int:
    """Cancel a tournament's matches that aren't decided; those being judged may be left to finish."""
    statuses = ("planned",) if keep_judging else OPEN
    return await changed(
        session,
        update(Match)
        .where(Match.tournament_id == tournament_id, Match.status.in_(statuses))
        .values(status="cancelled", leased_until=None),
    )


async def last_decided(session: Transaction, tournament_id: int) -> datetime | None:
    """When a match of a tournament was decided last."""
    moment: datetime | None = await session.scalar(
        select(func.max(Match.decided_at)).where(
            Match.tournament_id == tournament_id, Match.status == "decided"
        )
    )
    return moment


async def open_of_entries(session: Transaction, entry_ids: Sequence[int]) -> list[int]:
    """Matches of these entries that are planned."""
    sides = or_(Match.first_id.in_(entry_ids), Match.second_id.in_(entry_ids))
    return list(await session.scalars(select(Match.id).where(sides, Match.status == "planned")))


async def cancel_planned(session: Transaction, match_ids: Sequence[int]) -> set[int]:
    """Cancel those of these matches that are planned; returns the tournaments that any of these matches belong to."""
    await changed(
        session,
        update(Match)
        .where(Match.id.in_(match_ids), Match.status == "planned")
        .values(status="cancelled", leased_until=None, not_before=None),
    )
    rows = select(Match.tournament_id).where(Match.id.in_(match_ids), Match.tournament_id.is_not(None))
    return {row for row in await session.scalars(rows.distinct()) if row is not None}


async def cancel_held(session: Transaction, match_id: int) -> bool:
    """Cancel a match that was taken, before anybody is asked; False when it isn't held any more."""
    statement = update(Match).where(Match.id == match_id, Match.status == "judging")
    return await changed(session, statement.values(status="cancelled", leased_until=None)) == 1


async def between_entries(session: Transaction, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """All matches between the two entries of any of these pairs."""
    ids: list[int] = []
    for first, second in pairs:
        both = (first, second)
        ids += await session.scalars(
            select(Match.id).where(Match.first_id.in_(both), Match.second_id.in_(both))
        )
    return ids


async def hold_planned_of_tournament(
    session: Transaction, tournament_id: int, until: datetime | None
) -> None:
    """Keep a tournament's planned matches from being taken until a moment; None lets them go and says they are due."""
    condition = (Match.tournament_id == tournament_id) & (Match.status == "planned")
    await changed(session, update(Match).where(condition).values(not_before=until))
    if until is None:
        for row_id in await session.scalars(select(Match.id).where(condition)):
            due(session, Work.MATCH, row_id)


async def count_by_status(session: Transaction, tournament_id: int) -> MatchCounts:
    """How many matches of a tournament stand where."""
    rows = await session.execute(
        select(Match.status, func.count()).where(Match.tournament_id == tournament_id).group_by(Match.status)
    )
    return MatchCounts(**{str(status): int(number) for status, number in rows})


async def decided_in_tournament(session: Transaction, tournament_id: int) -> Sequence[Match]:
    """All decided matches of a tournament, in order."""
    return (
        await session.scalars(
            select(Match)
            .where(Match.tournament_id == tournament_id, Match.status == "decided")
            .order_by(Match.id)
        )
    ).all()


async def failed_reasons(session: Transaction, tournament_id: int) -> list[str]:
    """Why matches of a tournament failed, each reason once, most frequent first."""
    rows = await session.execute(
        select(Match.failure, func.count())
        .where(Match.tournament_id == tournament_id, Match.status == "failed")
        .group_by(Match.failure)
        .order_by(func.count().desc())
        .limit(5)
    )
    return [f"{reason} ({number})" for reason, number in rows]


async def count_played(session: Transaction, entry_ids: Sequence[int]) -> dict[int, int]:
    """Decided matches of each entry."""
    number: dict[int, int] = dict.fromkeys(entry_ids, 0)
    for column in (Match.first_id, Match.second_id):
        rows = await session.execute(
            select(column, func.sum(case((Match.status == "decided", 1), else_=0)))
            .join(Entry, Entry.id == column)
            .where(column.in_(entry_ids))
            .group_by(column)
        )
        for entry, count in rows:
            number[entry] += int(count)
    return number
