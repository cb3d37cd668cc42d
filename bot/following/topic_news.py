"""Sends people a direct message a day at most about new papers by the authors, keywords and venues that they follow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.papers.relevance.keywords import author_named, holds
from bot.schedules import cron
from storage.database.engine import Database, Transaction
from storage.errors import BadRequestError, StorageError
from storage.following import news_times, topics
from storage.following.topics import KIND, NewPaper, Topic
from storage.work import outbox

LATE = timedelta(days=14)
"""How long after a paper came it is still news, for it may take days until it could be read."""
MOST = 50
"""How many papers a message is about."""
AT_REST = timedelta(hours=1)
A_DAY = timedelta(hours=20)
"""How long after a message no other one comes."""

log = structlog.get_logger(__name__)


def topic_of(paper: NewPaper, followed: Sequence[Topic]) -> Topic | None:
    """Return the first topic that a new paper fits and that was followed before it came, or None."""
    return next(
        (topic for topic in followed if topic.since <= paper.submitted_at and _fits(paper, topic)), None
    )


def _fits(paper: NewPaper, topic: Topic) -> bool:
    match topic.kind:
        case "author":
            return author_named(paper.authors, topic.words) is not None
        case "keyword":
            return holds(f"{paper.title}\n{paper.abstract}", topic.words)
        case "venue":
            return holds(paper.places, topic.words)
        case _:
            raise ValueError(topic.kind)


async def send_due(database: Database, now: datetime) -> int:
    """Queue the news of everybody whose time has come, in all workspaces; return how many messages.

    A person whose news can't be made is logged, and tried again at the next look. Raises `StorageError` if the database
    doesn't answer.
    """
    async with database.reading(None) as session:
        people = await news_times.due(session, now)
    count = 0
    for workspace, user in people:
        try:
            async with database.transaction(workspace) as session:
                count += await send(session, user, now)
        except StorageError:
            raise
        except Exception:
            log.exception("news_not_made", workspace=workspace, user=user)
    return count


async def send(session: Transaction, user: str, now: datetime) -> bool:
    """Queue a person's news once their time has come; return False if there are none.

    What they may not see is left out when the message is made, because Slack is asked then.
    """
    time = await news_times.of_person(session, user)
    if time is None or not await news_times.advance(session, user, _next(time, now), now):
        return False
    if await topics.was_sent(session, user, now - A_DAY, now):  # the time was changed today
        return False
    followed = await topics.of_person(session, user)
    known = await topics.announced_papers(session, user, now - LATE - timedelta(days=1))
    news: list[tuple[int, int, str, str]] = []
    for paper in await topics.new_papers(session, user, now - LATE):
        topic = None if paper.paper in known else topic_of(paper, followed)
        if topic is not None:
            news.append((paper.paper, paper.entry, topic.kind, topic.words))
    if not news:
        return False
    await outbox.want(
        session, channel=user, key=f"news:{now:%Y-%m-%d}", kind=KIND, options={"papers": news[:MOST]}, now=now
    )
    return True


def _next(time: news_times.NewsTime, now: datetime) -> datetime:
    """Return a person's next time; in an hour if theirs can't be read any more, which is logged."""
    try:
        return cron.next_times(time.cron, time.time_zone, now, 1)[0]
    except (BadRequestError, ValueError, OverflowError, IndexError) as error:
        log.warning("news.unreadable", user=time.user, reason=str(error))
        return now + AT_REST
