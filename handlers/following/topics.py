"""Listeners for following authors, keywords and venues, and the rendering of the news about new papers."""

import re

from bot.following import topics
from bot.following.topics import TopicName
from bot.leagues.visibility import visible_leagues
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.following import topics_view
from handlers.following.topics_view import NewsLine
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from storage.database.engine import Transaction
from storage.following import topics as topic_rows
from storage.leagues.homes import About
from storage.standings import rating_rows
from storage.work.delivery import MessageRequest

_TIME = re.compile(r"at\s+(?=\d|noon|midnight).*", re.IGNORECASE)


def register(on: Boundary) -> None:
    """Register the listeners of the buttons and the menu about topics."""
    on.action(ids.FOLLOW_TOPIC, _follow_of_paper)
    on.action(ids.UNFOLLOW_TOPIC, _unfollow_button)
    on.action(ids.TOPICS, _topics_button)


async def follow_words(call: Call, words: str) -> bool:
    """Do what the words after `follow` say about topics; return False if they name a paper instead."""
    if not words:
        await _show(call)
        return True
    if _TIME.fullmatch(words):
        await _set_time(call, words)
        return True
    topic = topics.named_topic(words)
    if topic is not None:
        await _follow(call, topic)
    return topic is not None


async def unfollow_words(call: Call, words: str) -> bool:
    """End the topic that the words after `unfollow` name; return False if they name a paper instead."""
    topic = topics.named_topic(words)
    if topic is None:
        return False
    async with call.services.database.transaction(call.workspace) as session:
        ended = await topics.unfollow_named(session, call.user, topic)
    await call.answer(topics_view.end_confirmation(ended))
    return True


async def _follow(call: Call, topic: TopicName) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        is_new = await topics.follow(session, viewer, topic, call.services.now())
        followed = await topics.followed(session, call.user)
    command = call.services.settings.rank_command
    await call.answer(topics_view.confirmation(topic, followed, command, is_new=is_new))


async def _follow_of_paper(call: Call, payload: ids.PaperTopic) -> None:
    """Follow the author or venue that a person chose in a paper's menu."""
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.reading(call.workspace) as session:
        topic = await topics.topic_of_paper(session, payload.entry, payload.number, viewer)
    await _follow(call, topic)


async def _unfollow_button(call: Call, payload: ids.OfTopic) -> None:
    async with call.services.database.transaction(call.workspace) as session:
        ended = await topics.unfollow(session, call.user, payload.topic)
    if not await call.refresh_home():
        await call.answer(topics_view.end_confirmation(ended))


async def _set_time(call: Call, words: str) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        await topics.set_time(session, viewer, words, call.services.now())
        followed = await topics.followed(session, call.user)
    await call.answer(topics_view.time_confirmation(followed))


async def _topics_button(call: Call, _payload: ids.Nothing) -> None:
    await _show(call)


async def _show(call: Call) -> None:
    async with call.services.database.reading(call.workspace) as session:
        followed = await topics.followed(session, call.user)
    await call.answer(topics_view.topics(followed, call.services.settings.rank_command))


async def render_news(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Render a person's news with the papers that they may see, each once; None if there are none."""
    viewer = await services.viewer(session.workspace, request.channel, About.EVERYTHING)
    leagues = {league.id: league for league in await visible_leagues(session, viewer)}
    rows = [
        (int(entry), TopicName(str(kind), str(words)))
        for _paper, entry, kind, words in request.options["papers"]
    ]
    entries = await topic_rows.news_entries(session, [entry for entry, _ in rows])
    lines: dict[int, NewsLine] = {}
    for entry, topic in rows:
        paper = entries.get(entry)
        if paper is None or paper.league not in leagues:
            continue
        known = lines.get(paper.paper)
        if known is None or (known.paper.rank is None and paper.rank is not None):
            of = await rating_rows.count_rated(session, paper.league)
            lines[paper.paper] = NewsLine(paper, leagues[paper.league].name, of, topic)
    return topics_view.news(list(lines.values())) if lines else None


MESSAGES: dict[str, Renderer] = {topic_rows.KIND: render_news}
