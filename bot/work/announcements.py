"""Events of a league that other programs are told of: an override, a tournament's end, a new leader."""

import json
from datetime import datetime
from typing import Any

from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.matches import match_rows
from storage.outlets import webhooks
from storage.tables import Match, Tournament

OVERRIDE, REVERTED, ENDED, LEADER, TEST = (
    "override.made", "override.reverted", "tournament.ended", "leader.changed", "webhook.test",
)  # fmt: skip


def body_of(kind: str, data: dict[str, Any], now: datetime) -> str:
    """Return an event as JSON: `type`, `timestamp` and `data`, as the Standard Webhooks specification advises."""
    moment = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": moment, "data": data}, ensure_ascii=False)


async def override(session: Transaction, match: Match, kind: str, outcome: str, now: datetime) -> None:
    """Tell that a team's vote replaced a verdict (`OVERRIDE`), or that this was reverted (`REVERTED`)."""
    listeners = await webhooks.listening(session, match.league_id)
    if not listeners:
        return
    papers = [await _paper(session, entry) for entry in (match.first_id, match.second_id)]
    data = {
        "match": match.id,
        "first": papers[0],
        "second": papers[1],
        "verdict": match.verdict,
        "outcome": outcome,
    }
    await webhooks.queue(session, listeners, body_of(kind, data, now), now)


async def tournament_end(session: Transaction, tournament: Tournament, status: str, now: datetime) -> None:
    """Tell that a tournament ended: finished, cancelled or failed."""
    listeners = await webhooks.listening(session, tournament.league_id)
    if not listeners:
        return
    matches = (await match_rows.count_by_status(session, tournament.id)).decided
    data = {"tournament": tournament.id, "status": status, "matches": matches}
    await webhooks.queue(session, listeners, body_of(ENDED, data, now), now)


async def new_leader(
    session: Transaction, league: int, entry: int, before: int | None, now: datetime
) -> None:
    """Tell that another paper leads a league now; `before` is the entry that led, None if none did."""
    listeners = await webhooks.listening(session, league)
    if not listeners:
        return
    data = {
        "leader": await _paper(session, entry),
        "before": None if before is None else await _paper(session, before),
    }
    await webhooks.queue(session, listeners, body_of(LEADER, data, now), now)


async def _paper(session: Transaction, entry: int) -> dict[str, str]:
    _row, paper = await entry_rows.entry(session, entry)
    return {"id": paper.canonical, "title": paper.title or paper.canonical}
