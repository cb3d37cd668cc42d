"""Pauses, resumes or cancels a tournament, for people with that right."""

from datetime import datetime
from decimal import Decimal

from bot.leagues.rights import Right, may_manage, refusal, require, require_owner
from bot.people import Viewer
from bot.spending import judge_pauses
from bot.spending.held_tournaments import end_tournament, hold_tournament, resume_tournament
from storage import spending
from storage.database.engine import Transaction
from storage.errors import ClosedError
from storage.leagues import league_rows
from storage.tables import Tournament
from storage.tournaments import tournament_rows

LET_GO_ON = "resume a tournament that waits for money"
LET_JUDGE = "resume a paused judge"
SO_ALREADY = "This tournament is {state} already."
_STATES = {"running": "playing"}
LEAST_BUDGET = Decimal(1)
"""USD that a tournament without budget may spend after it is resumed."""


async def may_steer(session: Transaction, tournament: Tournament, viewer: Viewer) -> None:
    """Raise `NotAllowedError` unless a full member started the tournament, owns the league or is an admin."""
    league = await league_rows.get(session, tournament.league_id)
    began_it = viewer.is_full_member and viewer.user == tournament.started_by
    if not (began_it or await may_manage(session, league, viewer)):
        began = viewer.name(tournament.started_by)
        is_owner = tournament.started_by in await league_rows.owners(session, league.id)
        raise await refusal(
            session,
            league,
            viewer,
            "pause, resume or cancel this tournament",
            others="" if is_owner else began,
        )


async def pause(session: Transaction, tournament_id: int, viewer: Viewer, now: datetime) -> Tournament:
    """Pause a tournament: no new call is made, running ones finish. Raises `NotAllowedError`, `ClosedError`."""
    tournament = await tournament_rows.get(session, tournament_id)
    await may_steer(session, tournament, viewer)
    if not await hold_tournament(session, tournament_id, f"paused by <@{viewer.user}>", "person", now):
        raise ClosedError(SO_ALREADY.format(state=_state(tournament)))
    await league_rows.note(
        session, tournament.league_id, viewer.user, "tournament.paused", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


async def resume(session: Transaction, tournament_id: int, viewer: Viewer, now: datetime) -> Tournament:
    """Resume a paused tournament.

    If it waits for a cap or budget, only people who may change the budget can resume it, and the tournament's own budget
    is doubled. If it waits for a paused judge, only owners and admins can, and the judge is resumed in the whole
    workspace.
    """
    tournament = await tournament_rows.get(session, tournament_id)
    pauses = await spending.paused_judges(session)
    waits_for = [judge for judge in tournament.judges if judge in pauses]
    if tournament.held_for in {"cap", "budget"}:
        league = await league_rows.get(session, tournament.league_id)
        await require(session, league, Right.BUDGET, viewer, LET_GO_ON)
    elif tournament.held_for == "judge" and waits_for:
        league = await league_rows.get(session, tournament.league_id)
        await require_owner(session, league, viewer, LET_JUDGE)
    else:
        await may_steer(session, tournament, viewer)
    budget = tournament.budget
    if budget is not None and tournament.held_for == "budget":
        budget = budget * 2 or LEAST_BUDGET
    was_held_for = tournament.held_for
    if not await resume_tournament(session, tournament_id, None, budget=budget):
        raise ClosedError(SO_ALREADY.format(state=_state(tournament)))
    if was_held_for == "judge":
        for judge in waits_for:
            await judge_pauses.resume(session, judge)
    await league_rows.note(
        session, tournament.league_id, viewer.user, "tournament.resumed", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


async def cancel(session: Transaction, tournament_id: int, viewer: Viewer, now: datetime) -> Tournament:
    """Cancel a tournament: decided matches count, planned ones aren't played. Raises `NotAllowedError`, `ClosedError`."""
    tournament = await tournament_rows.get(session, tournament_id)
    await may_steer(session, tournament, viewer)
    reason = f"cancelled by <@{viewer.user}>"
    live = ("planned", "running", "paused")
    if not await end_tournament(session, tournament_id, "cancelled", reason, now, from_statuses=live):
        raise ClosedError(SO_ALREADY.format(state=_state(tournament)))
    await league_rows.note(
        session, tournament.league_id, viewer.user, "tournament.cancelled", {"id": tournament_id}, now
    )
    return await _fresh(session, tournament)


def _state(tournament: Tournament) -> str:
    """Return a tournament's status in a word for people."""
    state = "over" if tournament.status in tournament_rows.OVER else tournament.status
    return _STATES.get(state, state)


async def _fresh(session: Transaction, tournament: Tournament) -> Tournament:
    await session.refresh(tournament)
    return tournament
