"""A tournament: started, paused, resumed, cancelled; `bot.tournaments.rounds` plays it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.leagues.rights import Right, require, who_manages
from bot.people import People
from bot.spending import judge_pauses
from bot.spending.held_tournaments import hold_tournament as pause_running
from bot.spending.held_tournaments import let_go_on
from bot.standings import card_refresh, refit
from bot.work.runtime import Runtime
from storage import spending
from storage import standings as kept
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, ClosedError, NotAllowedError
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.tables import Tournament
from storage.tournaments import tournament_rows
from storage.work import leases, outbox
from storage.work.leases import Work

MOST_MATCHES = 100_000
LET_GO_ON = "let a tournament go on that waits for money"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a tournament: matches and USD at most, what ends it early, who judges (None: the league's)."""

    budget_matches: int | None
    budget: Decimal | None = None
    top_k: int | None = None
    target_interval: float | None = None
    deadline: datetime | None = None
    judges: tuple[str, ...] | None = None
    only_new: bool = False
    panel: bool = False
    """Every match is put to all judges, and the majority decides."""


async def start(
    session: Transaction,
    runtime: Runtime,
    *,
    league: int,
    plan: Plan,
    user: str,
    channel: str,
    now: datetime,
    schedule: int | None = None,
) -> Tournament:
    """Start a tournament and want its message; raises `BadRequestError` with what is missing or wrong."""
    row = await league_rows.get(session, league)
    if plan.budget_matches is None:
        raise BadRequestError("A tournament needs a budget: say how many matches, for example “60 matches”.")
    if not 1 <= plan.budget_matches <= MOST_MATCHES:
        raise BadRequestError(f"A tournament plays between 1 and {MOST_MATCHES:,} matches.")
    if plan.budget is not None and plan.budget < 0:
        raise BadRequestError("A budget in money can't be negative.", about="budget")
    if plan.deadline is not None and plan.deadline <= now:
        raise BadRequestError("That deadline has passed already.", about="deadline")
    able = await entry_rows.playable(session, league)
    if len(able) < 2:  # noqa: PLR2004 - a match has two sides
        raise BadRequestError(
            f"A tournament needs at least two papers; {row.name} has {len(able)}. Post a link to add one."
        )
    if plan.top_k is not None and not 1 <= plan.top_k < len(able):
        raise BadRequestError(f"A top goal lies between 1 and {len(able) - 1} here.", about="top")
    running = await tournament_rows.running(session, league)
    if running:
        raise BadRequestError(
            f"Tournament {running[-1].id} is {running[-1].status} in this league; let it end, or cancel it first."
        )
    names = plan.judges or tuple(row.judges or runtime.settings.judges)
    await _check_judges(session, runtime, names)
    if plan.panel and len(set(names)) < 2:  # noqa: PLR2004 - one judge is no panel
        raise BadRequestError("A panel needs at least two judges; this league has one.", about="panel")
    tournament = Tournament(
        league_id=league,
        status="running",
        goal="ranking" if plan.top_k is None else "top",
        top_k=plan.top_k,
        budget_matches=plan.budget_matches,
        budget=plan.budget,
        target_interval=plan.target_interval,
        deadline=plan.deadline,
        judges=list(names),
        panel=plan.panel,
        seed=league,
        channel=channel,
        started_by=user,
        schedule_id=schedule,
        created_at=now,
        started_at=now,
        before_id=await kept.latest(session, league),
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
    leases.due(session, Work.TOURNAMENT, tournament.id)
    return tournament


async def _check_judges(session: Transaction, runtime: Runtime, names: Sequence[str]) -> None:
    unknown = [name for name in names if runtime.judge(name) is None]
    if unknown:
        raise BadRequestError(
            f"There is no judge {', '.join(unknown)} here. Configured are: {', '.join(runtime.settings.judges)}."
        )
    paused = await spending.paused_judges(session)
    if all(name in paused for name in names):
        raise BadRequestError(
            f"Every judge is paused: {'; '.join(f'{name}: {paused[name]}' for name in names)}"
        )


async def may_steer(session: Transaction, tournament: Tournament, user: str, people: People) -> None:
    """Raise `NotAllowedError` unless the user started the tournament, owns the league or is an admin."""
    if user == tournament.started_by or user in await league_rows.owners(session, tournament.league_id):
        return
    if user not in await people.admins():
        league = await league_rows.get(session, tournament.league_id)
        began = (await people.person(tournament.started_by)).name
        who = await who_manages(session, league, people)
        raise NotAllowedError(f"Only whoever started the tournament ({began}), {who} may do that.")


async def pause(
    session: Transaction, tournament_id: int, user: str, people: People, now: datetime
) -> Tournament:
    """Pause: no new call is made; those in flight finish."""
    tournament = await tournament_rows.get(session, tournament_id)
    await may_steer(session, tournament, user, people)
    if not await pause_running(session, tournament_id, f"paused by <@{user}>", "person"):
        raise ClosedError(
            f"Tournament {tournament_id} is {tournament.status}; only a running one can be paused."
        )
    await league_rows.note(
        session, tournament.league_id, user, "tournament.paused", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


async def resume(
    session: Transaction, tournament_id: int, user: str, people: People, now: datetime
) -> Tournament:
    """Resume a paused tournament; judges that were paused for it are tried again.

    At a cap in money only those may who may change the budget; where that was the tournament's own, it is doubled.
    """
    tournament = await tournament_rows.get(session, tournament_id)
    if tournament.held_for in {"cap", "budget"}:
        league = await league_rows.get(session, tournament.league_id)
        await require(session, league, Right.BUDGET, user, people, LET_GO_ON)
    else:
        await may_steer(session, tournament, user, people)
    budget = tournament.budget
    if budget is not None and tournament.held_for == "budget":
        budget *= 2
    if not await let_go_on(session, tournament_id, None, budget=budget):
        raise ClosedError(
            f"Tournament {tournament_id} is {tournament.status}; only a paused one can be resumed."
        )
    for judge in tournament.judges:
        await judge_pauses.let_play(session, judge)
    await league_rows.note(
        session, tournament.league_id, user, "tournament.resumed", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


async def cancel(
    session: Transaction, tournament_id: int, user: str, people: People, now: datetime
) -> Tournament:
    """Cancel: what is decided counts, what is planned isn't played."""
    tournament = await tournament_rows.get(session, tournament_id)
    await may_steer(session, tournament, user, people)
    await match_rows.cancel_open_of_tournament(session, tournament_id, keep_judging=False)
    change = await refit.refit(
        session, tournament.league_id, cause="tournament", about_id=tournament_id, now=now
    )
    if not await tournament_rows.change(
        session,
        tournament_id,
        leaving=("planned", "running", "paused"),
        status="cancelled",
        reason=f"cancelled by <@{user}>",
        ended_at=now,
        after_id=change.standings_id,
    ):
        raise ClosedError(f"Tournament {tournament_id} is {tournament.status} already.")
    await outbox.bump(session, "tournament", tournament_id)
    await card_refresh.refresh(session, tournament.league_id)
    await league_rows.note(
        session, tournament.league_id, user, "tournament.cancelled", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


async def _fresh(session: Transaction, tournament: Tournament) -> Tournament:
    await session.refresh(tournament)
    return tournament
