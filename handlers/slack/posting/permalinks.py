"""Permalinks to our own messages."""

from collections.abc import Iterable

from handlers.slack.services import Services
from storage.database.engine import Transaction
from storage.work import outbox


async def of_matches(
    session: Transaction, services: Services, channel: str, match_ids: Iterable[int]
) -> dict[int, str]:
    """Return Slack's permanent links to these matches' messages in the channel, by match id.

    Matches whose message isn't posted are left out.
    """
    links = await _of(session, services, channel, {f"match:{match}": match for match in match_ids})
    return {match: link for match, link in links.items() if isinstance(match, int)}


async def of_polls(
    session: Transaction, services: Services, channel: str, poll_ids: Iterable[int]
) -> dict[int, str]:
    """Return Slack's permanent links to these votes' messages in the channel, by poll id.

    Votes whose message isn't posted are left out.
    """
    links = await _of(session, services, channel, {f"poll:{poll}": poll for poll in poll_ids})
    return {poll: link for poll, link in links.items() if isinstance(poll, int)}


async def of_message(session: Transaction, services: Services, channel: str, key: str) -> str | None:
    """Return Slack's permanent link to our message with this key in the channel, or None if it isn't posted."""
    return (await of_messages(session, services, channel, [key])).get(key)


async def _of(
    session: Transaction, services: Services, channel: str, ids_by_key: dict[str, int] | dict[str, str]
) -> dict[int | str, str]:
    links: dict[int | str, str] = {}
    for key, (where, ts) in (await outbox.places(session, channel, list(ids_by_key))).items():
        link = await services.permalink(session.workspace, where, ts)
        if link is not None:
            links[ids_by_key[key]] = link
    return links


async def of_messages(
    session: Transaction, services: Services, channel: str, keys: Iterable[str]
) -> dict[str, str]:
    """Return the permalinks of our messages with these keys in the channel; unposted ones are left out."""
    links = await _of(session, services, channel, {key: key for key in keys})
    return {key: link for key, link in links.items() if isinstance(key, str)}
