"""How far the history of a league's channel has been read, so that a reading of days survives a restart."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.tables import League, Workspace

Purpose = Literal["import", "recovery"]
"""Why a history is read: somebody asked for its links, or a backup was restored."""
HELD = timedelta(minutes=15)
"""How long a reading belongs to the process that took its last page; longer than Slack makes it wait."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a channel's earlier messages have been read, from the newest back.

    Still to read are the messages between `oldest` and `latest` (Slack's ts). `messages` were read and `new` papers
    added so far; `user` asked for it; `held_until` (ISO) is when another process may go on. A reading that has `ended`
    is kept until all channels of the same recovery have ended.
    """

    user: str
    begun_at: str
    oldest: str = ""
    latest: str = ""
    messages: int = 0
    new: int = 0
    held_until: str = ""
    ended: bool = False


async def reading_of(session: Transaction, league: int, why: Purpose) -> Reading | None:
    """Return a league's reading for this reason, ended ones included; None if there is none."""
    row = await session.scalar(select(League).where(League.id == league))
    kept = None if row is None else (row.reading or {}).get(why)
    return None if kept is None else Reading(**kept)


async def store(session: Transaction, league: int, why: Purpose, reading: Reading | None) -> None:
    """Store a league's reading for this reason; None removes it."""
    row = await session.scalar(select(League).where(League.id == league))
    if row is None:
        return
    others = {key: value for key, value in (row.reading or {}).items() if key != why}
    row.reading = others if reading is None else others | {why: asdict(reading)}


async def take(session: Transaction, league: int, why: Purpose, now: datetime) -> Reading | None:
    """Reserve the reading of a channel's history for this process, for `HELD`; return how far it has come.

    None if nothing is left to read, or another process is reading.
    """
    reading = await reading_of(session, league, why)
    if reading is None or reading.ended or is_held(reading, now):
        return None
    reading = replace(reading, held_until=(now + HELD).isoformat())
    await store(session, league, why, reading)
    return reading


def is_held(reading: Reading, now: datetime) -> bool:
    """Return whether a process is at work on the reading."""
    if not reading.held_until:
        return False
    left = datetime.fromisoformat(reading.held_until) - now
    return timedelta(0) < left <= 2 * HELD  # a longer hold was noted by a clock that was ahead


async def unfinished(session: Transaction, now: datetime) -> list[tuple[str, int, str, Purpose]]:
    """Return (workspace, league, its channel, reason) of every reading that no process is at and that hasn't ended.

    Only of workspaces that have the bot.
    """
    rows = await session.execute(
        select(League.workspace_id, League.id, League.channel, League.reading)
        .join(Workspace, Workspace.id == League.workspace_id)
        .where(Workspace.removed_at.is_(None))
    )
    reasons: tuple[Purpose, ...] = ("import", "recovery")
    return [
        (row.workspace_id, row.id, row.channel, why)
        for row in rows
        for why in reasons
        if (kept := (row.reading or {}).get(why)) and not kept["ended"] and not is_held(Reading(**kept), now)
    ]


def ts_of(moment: datetime) -> str:
    """Return a moment as Slack writes times of messages: seconds since 1970 with six decimals."""
    return f"{moment.astimezone(UTC).timestamp():.6f}"
