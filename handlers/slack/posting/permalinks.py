"""Ways back: the addresses of our own messages, so that what is told leads to where it happened."""

from collections.abc import Iterable

from handlers.services import Services
from storage.database.engine import Transaction
from storage.work import outbox


async def of_matches(
    session: Transaction, services: Services, channel: str, match_ids: Iterable[int]
) -> dict[int, str]:
    """The addresses of those of these matches that have a message of their own in the channel."""
    links = await _of(session, services, channel, {f"match:{match}": match for match in match_ids})
    return {match: link for match, link in links.items() if isinstance(match, int)}


async def of_polls(
    session: Transaction, services: Services, channel: str, poll_ids: Iterable[int]
) -> dict[int, str]:
    """The addresses of those of these polls that are posted in the channel."""
    links = await _of(session, services, channel, {f"poll:{poll}": poll for poll in poll_ids})
    return {poll: link for poll, link in links.items() if isinstance(poll, int)}


async def of_message(session: Transaction, services: Services, channel: str, key: str) -> str | None:
    """The address of our message with this key, None while it isn't posted."""
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
    """The addresses of those of our messages with these keys that are posted in the channel."""
    links = await _of(session, services, channel, {key: key for key in keys})
    return {key: link for key, link in links.items() if isinstance(key, str)}
