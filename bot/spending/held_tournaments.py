"""Pause a tournament for a person, a cap, a budget or a judge, and resume it."""

from datetime import datetime
from typing import Any

from bot.standings import card_refresh, refit
from storage.database.engine import Transaction
from storage.matches import match_rows
from storage.standings import past_standings
from storage.tournaments import tournament_rows
from storage.work import leases, outbox
from storage.work.leases import FAR, Work


async def hold_tournament(
    session: Transaction,
    tournament_id: int,
    reason: str,
    held_for: str,
    now: datetime,
    until: datetime = FAR,
) -> bool:
    """Pause a tournament for a person, cap, budget or judge; its planned matches wait until it is resumed.

    At `until`, or at the deadline if that is earlier, it comes due by itself; a tournament held by last month's cap
    then goes on. Matches decided so far are rated at once.
    """
    deadline = (await tournament_rows.get(session, tournament_id)).deadline
    if deadline is not None:
        until = min(until, deadline)
    paused = await tournament_rows.change(
        session,
        tournament_id,
        from_statuses=("planned", "running"),
        status="paused",
        reason=reason,
        held_for=held_for,
        not_before=until,
    )
    if not paused:  # what it waits for already decides until when
        until = await tournament_rows.held_until(session, tournament_id) or FAR
    await match_rows.hold_planned_of_tournament(session, tournament_id, until)
    await outbox.bump(session, "tournament", tournament_id)
    if paused:
        await rate_decided(session, tournament_id, now)
        await card_refresh.refresh(session, (await tournament_rows.get(session, tournament_id)).league_id)
    return paused


async def rate_decided(session: Transaction, tournament_id: int, now: datetime) -> None:
    """Refit the league if matches of the tournament were decided since the newest standings."""
    league = (await tournament_rows.get(session, tournament_id)).league_id
    last_verdict_at = await match_rows.last_decided(session, tournament_id)
    rated_at = await past_standings.latest_at(session, league)
    if last_verdict_at is not None and (rated_at is None or rated_at <= last_verdict_at):
        await refit.refit(session, league, cause="tournament", about_id=tournament_id, now=now)


async def let_go_on(session: Transaction, tournament_id: int, why: str | None, **values: Any) -> bool:
    """Resume a paused tournament and its waiting matches; `why` goes into its message. False if it isn't paused."""
    if not await tournament_rows.change(
        session, tournament_id, from_statuses=("paused",), status="running", reason=why, held_for=None,
        leased_until=None, not_before=None, **values,
    ):  # fmt: skip
        return False
    await match_rows.hold_planned_of_tournament(session, tournament_id, None)
    leases.due(session, Work.TOURNAMENT, tournament_id)
    await outbox.bump(session, "tournament", tournament_id)
    await card_refresh.refresh(session, (await tournament_rows.get(session, tournament_id)).league_id)
    return True
