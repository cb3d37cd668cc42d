"""Follows an author, a keyword or a venue for oneself, and ends that; news of new papers come at most once a day."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import visible
from bot.papers.text import folded
from bot.people import Viewer
from bot.schedules import cron, phrases, zones
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, NotFoundError
from storage.following import news_times, topics
from storage.following.topics import Topic
from storage.leagues import league_rows

KINDS = ("author", "keyword", "venue")
MOST, LONGEST, SHORTEST = 50, 80, 2
"""How many topics a person may follow, and how long each is, in characters."""
CRON = "0 9 * * mon-fri"
"""When news come unless a person chose another time: weekdays at nine on their own clock."""
_NAMED = re.compile(r"(?P<kind>author|keyword|venue)s?\b[\s:]+(?P<words>\S.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = "\"'“”„«»`"


@dataclass(frozen=True, slots=True)
class TopicName:
    """An author, keyword or venue as a person named it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The topics that a person follows, and when their news come next; `next_at` is None without topics."""

    topics: tuple[Topic, ...]
    next_at: datetime | None
    cron: str = CRON


def named_topic(text: str) -> TopicName | None:
    """Return the topic that words such as `keyword "mixture of experts"` name, or None if they name a paper."""
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        return None
    return TopicName(match["kind"].lower(), " ".join(match["words"].strip(_QUOTES + " ").split()))


async def follow(session: Transaction, viewer: Viewer, topic: TopicName, now: datetime) -> bool:
    """Make a person follow a topic; return False if they did already. Raises `BadRequestError` beyond the limits."""
    if not SHORTEST <= len(topic.words) <= LONGEST or not any(map(str.isalnum, topic.words)):
        raise BadRequestError(f"Write the {topic.kind} in {SHORTEST} to {LONGEST} characters.")
    if await topics.count_of(session, viewer.user) >= MOST:
        raise BadRequestError(f"You follow {MOST} authors, keywords and venues already. Unfollow one first.")
    is_new = await topics.follow(session, viewer.user, topic.kind, topic.words, folded(topic.words), now)
    time = await news_times.of_person(session, viewer.user)
    await _put_time(session, viewer, CRON if time is None else time.cron, now)
    return is_new


async def _put_time(session: Transaction, viewer: Viewer, expression: str, now: datetime) -> datetime:
    """Set when a person's news come, on their own clock; return the next time."""
    try:
        zone = zones.stored_zone(viewer.person.time_zone).key
    except BadRequestError:  # Slack names a zone that this computer doesn't know
        zone = "UTC"
    next_at = cron.next_times(expression, zone, now, 1)[0]
    await news_times.put(session, viewer.user, expression, zone, next_at)
    return next_at


async def set_time(session: Transaction, viewer: Viewer, words: str, now: datetime) -> datetime:
    """Set when a person's news come, at most once a day; return the next time. Raises `BadRequestError`."""
    if not await topics.count_of(session, viewer.user):
        raise BadRequestError("You follow no author, keyword or venue yet, so nothing is sent.")
    timing = phrases.parse_phrase(words, time_zone="UTC", at="09:00")
    if cron.per_day(timing.cron) > 1:
        raise BadRequestError("News of new papers come at most once a day.")
    return await _put_time(session, viewer, timing.cron, now)


async def followed(session: Transaction, user: str) -> Followed:
    """Return what a person follows besides papers, and when its news come."""
    rows = await topics.of_person(session, user)
    time = await news_times.of_person(session, user)
    if not rows or time is None:
        return Followed(tuple(rows), None)
    return Followed(tuple(rows), time.next_at, time.cron)


async def unfollow(session: Transaction, user: str, topic: int) -> TopicName:
    """End a person's topic by its id and return it. Raises `NotFoundError` if they don't follow it."""
    row = await topics.end(session, user, topic)
    if row is None:
        raise NotFoundError("You don't follow that any more.")
    if not await topics.count_of(session, user):
        await news_times.forget(session, user)
    return TopicName(row.kind, row.words)


async def unfollow_named(session: Transaction, user: str, topic: TopicName) -> TopicName:
    """End a person's topic by its name. Raises `NotFoundError` if they don't follow it."""
    for row in await topics.of_person(session, user):
        if row.kind == topic.kind and row.folded == folded(topic.words):
            return await unfollow(session, user, row.id)
    raise NotFoundError(f"You don't follow the {topic.kind} {topic.words}.")


async def topic_of_paper(session: Transaction, entry_id: int, number: int, viewer: Viewer) -> TopicName:
    """Return a paper's venue (0) or one of its authors (from 1). Raises `NotFoundError`, `BadRequestError`."""
    entry, paper = await entry_rows.entry(session, entry_id)
    league = await league_rows.get(session, entry.league_id)
    if not visible(league, viewer):
        raise NotFoundError(entry_rows.GONE)
    names = [paper.venue or "", *(paper.authors or ())]
    if number >= len(names) or not names[number]:
        raise BadRequestError("That name isn't on the paper any more. Please open its menu again.")
    return TopicName("author" if number else "venue", names[number])
