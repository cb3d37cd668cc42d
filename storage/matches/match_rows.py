"""Rows of matches: planned, being judged, decided. Each change requires the status before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select, true, update
from structlog.contextvars import bind_contextvars

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.errors import NotFoundError
from storage.tables import Entry, JudgePause, League, Match, Tournament
from storage.work.leases import Work, due

OPEN = ("planned", "judging", "batched")
GONE = "That match isn't here."
COUNTED = (*OPEN, "decided")


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to plan: the judge, and both entries in the order in which it is shown them."""

    first: int
    second: int
    judge: str
    pool: str
    wants_swap: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Number of a tournament's matches by status."""

    planned: int = 0
    judging: int = 0
    batched: int = 0
    decided: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def open(self) -> int:
        """Number of matches not yet decided: planned, in a batch, or being judged."""
        return self.planned + self.judging + self.batched


async def get(session: Transaction, match_id: int) -> Match:
    """Return the match with this id. Raises `NotFoundError` if the workspace has none."""
    row: Match | None = await session.scalar(select(Match).where(Match.id == match_id))
    if row is None:
        raise NotFoundError(GONE)
    bind_contextvars(match=row.id, league=row.league_id)
    return row


@dataclass(frozen=True, slots=True)
class MatchToJudge:
    """A match with its tournament, its league, and the reason why its judge is paused (None: it isn't)."""

    match: Match
    tournament: Tournament | None
    league: League
    pause_reason: str | None


async def match_to_judge(session: Transaction, match_id: int) -> MatchToJudge:
    """Return a match with its tournament and league in one query. Raises `NotFoundError`."""
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
    """Plan matches and make them due; return their ids."""
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


async def decide(
    session: Transaction, match_id: int, outcome: str, now: datetime, *, until: datetime | None = None
) -> bool:
    """Decide a match that is being judged; return False if it no longer is."""
    return (
        await changed(
            session,
            update(Match)
            .where(
                Match.id == match_id,
                Match.status == "judging",
                true() if until is None else Match.leased_until == until,
            )
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
    """Fail a match that is being judged; return False if it no longer is."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="failed", failure=reason, leased_until=None),
        )
        == 1
    )


async def store_failures(session: Transaction, match_id: int, failures: dict[str, str]) -> None:
    """Store, by judge, why judges asked about a match gave no verdict."""
    await changed(session, update(Match).where(Match.id == match_id).values(tried=failures))


async def hand_over(session: Transaction, match_id: int, judge: str, pool: str) -> bool:
    """Give a match that is being judged to another judge and plan it again; return False if it no longer is."""
    return (
        await changed(
            session,
            update(Match)
            .where(Match.id == match_id, Match.status == "judging")
            .values(status="planned", judge=judge, pool=pool, leased_until=None, not_before=None),
        )
        == 1
    )


async def cancel_open_of_tournament(session: Transaction, tournament_id: int, *, keep_batches: bool) -> int:
    """Cancel a tournament's planned matches, and those in batches unless `keep_batches`; return how many.

    Those whose judge is being asked finish, since their calls are paid.
    """
    statuses = ("planned",) if keep_batches else ("planned", "batched")
    return await changed(
        session,
        update(Match)
        .where(Match.tournament_id == tournament_id, Match.status.in_(statuses))
        .values(status="cancelled", leased_until=None),
    )


async def last_decided(session: Transaction, tournament_id: int) -> datetime | None:
    """Return when the last match of a tournament was decided, or None."""
    moment: datetime | None = await session.scalar(
        select(func.max(Match.decided_at)).where(
            Match.tournament_id == tournament_id, Match.status == "decided"
        )
    )
    return moment


async def open_of_entries(session: Transaction, entry_ids: Sequence[int]) -> list[int]:
    """Return the ids of these entries' planned matches."""
    sides = or_(Match.first_id.in_(entry_ids), Match.second_id.in_(entry_ids))
    return list(await session.scalars(select(Match.id).where(sides, Match.status == "planned")))


async def cancel_planned(session: Transaction, match_ids: Sequence[int]) -> set[int]:
    """Cancel those of these matches that are planned; return the tournaments of all given matches."""
    await changed(
        session,
        update(Match)
        .where(Match.id.in_(match_ids), Match.status == "planned")
        .values(status="cancelled", leased_until=None, not_before=None),
    )
    rows = select(Match.tournament_id).where(Match.id.in_(match_ids), Match.tournament_id.is_not(None))
    return {row for row in await session.scalars(rows.distinct()) if row is not None}


async def cancel_held(session: Transaction, match_id: int) -> bool:
    """Cancel a match that a worker took but no judge was asked about; return False if it no longer was taken."""
    statement = update(Match).where(Match.id == match_id, Match.status == "judging")
    return await changed(session, statement.values(status="cancelled", leased_until=None)) == 1


async def cancel_batched(session: Transaction, match_id: int) -> bool:
    """Cancel a match that is in a batch. Returns False if the match is in no batch any more."""
    statement = update(Match).where(Match.id == match_id, Match.status == "batched")
    return await changed(session, statement.values(status="cancelled")) == 1


async def between_entries(session: Transaction, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the ids of all matches between the two entries of any of these pairs."""
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
    """Delay a tournament's planned matches until a moment; with None, make them due now."""
    condition = (Match.tournament_id == tournament_id) & (Match.status == "planned")
    await changed(session, update(Match).where(condition).values(not_before=until))
    if until is None:
        for row_id in await session.scalars(select(Match.id).where(condition)):
            due(session, Work.MATCH, row_id)


async def count_by_status(session: Transaction, tournament_id: int) -> MatchCounts:
    """Return the number of a tournament's matches by status."""
    rows = await session.execute(
        select(Match.status, func.count()).where(Match.tournament_id == tournament_id).group_by(Match.status)
    )
    return MatchCounts(**{str(status): int(number) for status, number in rows})


async def decided_in_tournament(session: Transaction, tournament_id: int) -> Sequence[Match]:
    """Return all decided matches of a tournament, in the order planned."""
    return (
        await session.scalars(
            select(Match)
            .where(Match.tournament_id == tournament_id, Match.status == "decided")
            .order_by(Match.id)
        )
    ).all()


async def failed_reasons(session: Transaction, tournament_id: int) -> list[str]:
    """Return the five most frequent reasons why a tournament's matches failed."""
    rows = await session.execute(
        select(Match.failure, func.count())
        .where(Match.tournament_id == tournament_id, Match.status == "failed")
        .group_by(Match.failure)
        .order_by(func.count().desc())
        .limit(5)
    )
    return [f"{reason} ({number})" for reason, number in rows]


async def count_played(session: Transaction, entry_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of decided matches of each entry."""
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
