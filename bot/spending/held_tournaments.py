"""Pauses a tournament for a person, a cap, a budget or a judge, resumes it, and ends it.

| | paused | resumed | over: finished, cancelled or given up |
|---|---|---|---|
| planned matches | wait, until the deadline at most | due at once | cancelled |
| running calls | finish, and count at once | | finish and count; batches only of one that its deadline ends |
| open polls | go on | go on | go on |
| planned reviews | go on | go on | go on |
| ratings | what was decided counts at once | | what was decided counts, and is its result |
| a schedule | starts no other; after the deadline it does | | may start the next |
| messages | say why, and who may let it go on | say that it goes on | say why it ended; followers hear of moves |
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.standings import card_refresh, refit
from bot.work import announcements
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

    At `until`, or at its deadline if earlier, it becomes due by itself; if it was paused for last month's cap, it then
    resumes. The league is refitted with the matches decided so far.
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
    """Compute the league's ratings again if matches of the tournament were decided since they were last computed."""
    league = (await tournament_rows.get(session, tournament_id)).league_id
    last_verdict_at = await match_rows.last_decided(session, tournament_id)
    rated_at = await past_standings.latest_at(session, league)
    if last_verdict_at is not None and (rated_at is None or rated_at <= last_verdict_at):
        await refit.refit(session, league, cause="tournament", about_id=tournament_id, now=now)


async def end_tournament(
    session: Transaction,
    tournament_id: int,
    status: str,
    reason: str | None,
    now: datetime,
    *,
    from_statuses: Sequence[str],
    keep_batches: bool = False,
) -> bool:
    """End a tournament as finished, cancelled or failed; decided matches count.

    Returns False if its status isn't among `from_statuses`. Running calls finish and count, batches with `keep_batches`.
    """
    tournament = await tournament_rows.get(session, tournament_id)
    if tournament.status not in from_statuses:
        return False
    await match_rows.cancel_open_of_tournament(session, tournament_id, keep_batches=keep_batches)
    await rate_decided(session, tournament_id, now)
    standings = await past_standings.latest_id(session, tournament.league_id)
    if standings is None:
        change = await refit.refit(
            session, tournament.league_id, cause="tournament", about_id=tournament_id, now=now
        )
        standings = change.standings_id
    await tournament_rows.change(
        session,
        tournament_id,
        from_statuses=from_statuses,
        status=status,
        reason=reason,
        held_for=None,
        ended_at=now,
        after_id=standings,
        leased_until=None,
    )
    await outbox.bump(session, "tournament", tournament_id)
    await card_refresh.refresh(session, tournament.league_id)
    await announcements.tournament_end(session, tournament, status, now)
    return True


async def resume_tournament(session: Transaction, tournament_id: int, why: str | None, **values: Any) -> bool:
    """Resume a paused tournament and its waiting matches; return False if it isn't paused.

    `why` is shown in its message.
    """
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
