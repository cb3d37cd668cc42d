"""Adds links that were posted in a channel before its league began, without posting cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.assessments import planning
from bot.papers.links import Reference
from bot.standings import refit
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.work import leases
from storage.work.leases import Work


@dataclass(frozen=True, slots=True)
class PastLinks:
    """The paper links of one message posted before the league began, with its author and time."""

    user: str
    ts: str
    references: tuple[Reference, ...]
    thread_ts: str | None = None


async def take_in(
    session: Transaction,
    league: int,
    channel: str,
    messages: Sequence[PastLinks],
    *,
    assessors: Sequence[str],
    now: datetime,
    again: bool = False,
) -> int:
    """Add the papers of these messages to a league; return how many are new to it.

    Links processed before are skipped, unless `again` is True.
    """
    new, rateable = 0, False
    for message in messages:
        for reference in message.references:
            seen_first = await entry_rows.seen_first(session, channel, message.ts, reference.canonical, now)
            if not seen_first and not again:
                continue
            paper, is_new_paper = await entry_rows.find_or_add(
                session, reference.scheme, reference.value, reference.link, now
            )
            if is_new_paper:
                leases.due(session, Work.PAPER, paper.id)
            entry, is_new = await entry_rows.enter(
                session,
                league=league,
                paper=paper.id,
                user=message.user,
                channel=channel,
                ts=message.ts,
                now=now,
            )
            new += is_new
            if is_new and paper.status == "known":
                rateable = True
                await planning.plan_assessments(session, entry.id, paper.id, paper.abstract, assessors, now)
    if rateable:
        await refit.refit(session, league, cause="import", now=now)
    return new
