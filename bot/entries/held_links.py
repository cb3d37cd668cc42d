"""Adds the remaining links of a message after a person confirms, in small batches, without posting cards."""

from collections.abc import Sequence
from datetime import datetime

from bot.entries import channel_history
from bot.entries.allowances import DAY, MOST_A_DAY, left_today
from bot.entries.channel_history import PastLinks
from bot.leagues.rights import may_manage, refusal, who_manages
from bot.leagues.visibility import visible_league
from bot.papers.links import Reference
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.entries import held_link_rows
from storage.entries.held_link_rows import Link, LinkBatch
from storage.errors import NotAllowedError
from storage.work import outbox

KIND = "held_links"
AT_A_TIME = 50
"""Links added per transaction, so that other writers get their turn between."""


async def hold(
    session: Transaction,
    *,
    league: int,
    references: Sequence[Reference],
    at_once: int,
    user: str,
    channel: str,
    ts: str,
    thread_ts: str | None,
    now: datetime,
) -> None:
    """Store the links of a message that wait for a person's confirmation, and queue the message that asks for it.

    A message waits this way if it has too many links to add at once; the first `at_once` were added already.
    """
    links_id = await held_link_rows.hold(
        session, league=league, user=user, channel=channel, ts=ts, at_once=at_once,
        links=[_link(reference) for reference in references], now=now,
    )  # fmt: skip
    await outbox.want(
        session,
        channel=channel,
        key=f"{KIND}:{links_id}",
        kind=KIND,
        about_id=links_id,
        thread_ts=thread_ts,
        now=now,
    )


async def bring_in(
    session: Transaction, held: int, viewer: Viewer, *, assessors: Sequence[str], now: datetime
) -> LinkBatch:
    """Add the next confirmed links of a message as entries, at most `AT_A_TIME`, and return those that still wait.

    `held` is the id of the waiting batch, `assessors` the names of the models that will review each new paper.

    Raises `NotAllowedError` unless the person posted them or owns the league, and when the poster's daily limit is
    used up.
    """
    waiting = await held_link_rows.get(session, held)
    league = await visible_league(session, waiting.league, viewer)
    manages = await may_manage(session, league, viewer)
    who = await who_manages(session, league, viewer)
    if not manages and not viewer.acts_as(waiting.user):
        raise await refusal(session, league, viewer, "add the rest of these links", others="who posted them")
    number = min(len(waiting.links), AT_A_TIME)
    if not manages:
        number = min(number, await left_today(session, waiting.user, now))
        if not number and waiting.links:
            raise NotAllowedError(
                f"You have added {MOST_A_DAY} papers within {int(DAY.total_seconds() // 3600)} hours, which is as many "
                f"as one person may. Click again tomorrow, or ask {who} to click."
            )
    if not number or not await held_link_rows.take(session, held, waiting.taken, number, viewer.user):
        return await held_link_rows.get(session, held)
    await channel_history.take_in(
        session,
        waiting.league,
        waiting.channel,
        [PastLinks(waiting.user, waiting.ts, tuple(map(_reference, waiting.links[:number])))],
        assessors=assessors,
        now=now,
        again=True,
    )
    await outbox.bump(session, KIND, held)
    return await held_link_rows.get(session, held)


def _link(reference: Reference) -> Link:
    return reference.scheme, reference.value, reference.version, reference.url


def _reference(link: Link) -> Reference:
    return Reference(*link)
