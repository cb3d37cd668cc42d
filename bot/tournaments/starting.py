"""Starts a tournament, by hand or from a schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.leagues.closed_places import check_open
from bot.matches.judge_exams import plan_exams
from bot.tournaments.stopping import end_overdue
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.standings import past_standings
from storage.tables import League, Tournament
from storage.tournaments import tournament_rows
from storage.work import leases, outbox
from storage.work.leases import Work

MOST_MATCHES = 100_000


@dataclass(frozen=True, slots=True)
class TournamentPlan:
    """A tournament's settings: most matches and USD, goals that end it early, judges (None: the league's)."""

    budget_matches: int | None
    budget: Decimal | None = None
    top_k: int | None = None
    target_interval: float | None = None
    deadline: datetime | None = None
    judges: tuple[str, ...] | None = None
    panel: bool = False
    """Whether all judges decide every match, by majority."""
    batch: bool = False
    """Whether judges that can be are asked in batches: half the price, answers within a day."""


async def start(
    session: Transaction,
    runtime: Runtime,
    *,
    league: int,
    plan: TournamentPlan,
    user: str,
    channel: str,
    now: datetime,
    schedule: int | None = None,
) -> Tournament:
    """Start a tournament and queue its message. Raises `BadRequestError` saying what is missing or wrong."""
    budget_matches = _check_bounds(plan, now)
    row = await league_rows.get(session, league)
    check_open(row)
    await _check_papers(session, row, plan.top_k)
    await end_overdue(session, league, now)
    running = await tournament_rows.running(session, league)
    if running:
        raise BadRequestError(
            f"A tournament is {running[-1].status} in this league; let it end, or cancel it first."
        )
    names = plan.judges or tuple(row.judges or runtime.settings.judges)
    await _check_judges(session, runtime, names, panel=plan.panel)
    tournament = Tournament(
        league_id=league,
        status="running",
        goal="ranking" if plan.top_k is None else "top",
        top_k=plan.top_k,
        budget_matches=budget_matches,
        budget=plan.budget,
        target_interval=plan.target_interval,
        deadline=plan.deadline,
        judges=list(names),
        panel=plan.panel,
        batch=plan.batch and not plan.panel,
        seed=league,
        channel=channel,
        started_by=user,
        schedule_id=schedule,
        created_at=now,
        started_at=now,
        before_id=await past_standings.latest_id(session, league),
    )
    session.add(tournament)
    await session.flush()
    await outbox.want(
        session,
        channel=channel,
        key=f"tournament:{tournament.id}",
        kind="tournament",
        about_id=tournament.id,
        now=now,
    )
    detail = {"id": tournament.id} | ({} if schedule is None else {"schedule": schedule})
    await league_rows.note(session, league, user, "tournament.started", detail, now)
    await plan_exams(session, runtime, row, names, now)
    leases.due(session, Work.TOURNAMENT, tournament.id)
    return tournament


def _check_bounds(plan: TournamentPlan, now: datetime) -> int:
    """Return the number of matches. Raises `BadRequestError` if that, the money or the deadline is impossible."""
    if plan.budget_matches is None:
        raise BadRequestError("A tournament needs a budget: say how many matches, for example “60 matches”.")
    if not 1 <= plan.budget_matches <= MOST_MATCHES:
        raise BadRequestError(f"A tournament plays between 1 and {MOST_MATCHES:,} matches.")
    if plan.budget is not None and plan.budget < 0:
        raise BadRequestError("A budget in money can't be negative.", about="budget")
    if plan.deadline is not None and plan.deadline <= now:
        raise BadRequestError("That deadline has passed already.", about="deadline")
    return plan.budget_matches


async def _check_papers(session: Transaction, league: League, top_k: int | None) -> None:
    """Raise `BadRequestError` if the league has too few papers for a tournament, or for this top goal."""
    able = await entry_rows.playable(session, league.id)
    if len(able) < 2:  # noqa: PLR2004 - a match has two sides
        raise BadRequestError(
            f"A tournament needs at least two papers; {league.name} has {len(able)}. Post a link to add one."
        )
    if top_k is not None and not 1 <= top_k < len(able):
        raise BadRequestError(f"A top goal lies between 1 and {len(able) - 1} here.", about="top")


async def _check_judges(session: Transaction, runtime: Runtime, names: Sequence[str], *, panel: bool) -> None:
    """Raise `BadRequestError` for an unknown judge, if all judges are paused, and for a panel of one."""
    unknown = [name for name in names if runtime.judge(name) is None]
    if unknown:
        raise BadRequestError(
            f"There is no judge {', '.join(unknown)} here. Configured are: {', '.join(runtime.settings.judges)}."
        )
    pauses = await spending.paused_judges(session)
    if all(name in pauses for name in names):
        raise BadRequestError(
            f"Every judge is paused: {'; '.join(f'{name}: {pauses[name]}' for name in names)}"
        )
    if panel and len(set(names)) < 2:  # noqa: PLR2004 - one judge is no panel
        raise BadRequestError("A panel needs at least two judges; this league has one.", about="panel")
