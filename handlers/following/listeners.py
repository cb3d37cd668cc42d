"""Listeners for following papers, and rendering of followers' notices."""

from collections.abc import Mapping
from typing import Any

from bot import questions
from bot.following import notices
from bot.leagues.visibility import visible
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import Message, escape
from handlers.following import notices_view, topics
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.posting import permalinks
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command, Line
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import AmbiguousError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.standings import past_standings
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of Follow and Unfollow."""
    on.action(ids.FOLLOW, _follow_button)
    on.action(ids.UNFOLLOW, _unfollow_button)


async def _follow_button(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        follow = await notices.follow(session, payload.entry, viewer, now=call.services.now())
    await call.answer(
        notices_view.follow_confirmation(
            follow.title, follow.entry, follows=True, venue=follow.venue, authors=follow.authors
        )
    )


async def _unfollow_button(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        follow = await notices.unfollow(session, payload.entry, viewer)
    await call.answer(notices_view.follow_confirmation(follow.title, follow.entry, follows=False))


async def _find(call: Call, words: str) -> ids.OfEntry | None:
    viewer = await call.viewer()
    try:
        async with call.services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            return ids.OfEntry(await questions.find_entry(session, league.id, words))
    except AmbiguousError as error:
        titles = "\n".join(f"• {escape(title)}" for _, title in error.choices[:10])
        await call.answer(f"{escape(error.sentence)}\n{titles}")
        return None


async def _follow(call: Call, words: str) -> None:
    if await topics.follow_words(call, words.strip()):
        return
    entry = await _find(call, words)
    if entry is not None:
        await _follow_button(call, entry)


async def _unfollow(call: Call, words: str) -> None:
    if await topics.unfollow_words(call, words.strip()):
        return
    entry = await _find(call, words)
    if entry is not None:
        await _unfollow_button(call, entry)


async def render_notice(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the direct message to a person who follows a paper. None if they may no longer see it, or it was removed."""
    entry, paper = await entry_rows.entry(session, request.about)
    league = await league_rows.get(session, entry.league_id)
    viewer = await services.viewer(session.workspace, request.channel, About.LEAGUE, league.id)
    if entry.removed_at is not None or not visible(league, viewer):
        return None
    other = request.options.get("other")
    titles = await entry_rows.titles(session, [other]) if isinstance(other, int) else {}
    other_title = titles[other][0] if isinstance(other, int) and other in titles else None
    way = await _way(session, services, league, request.options)
    return notices_view.follower_notice(
        entry.id, league.id, (paper.title or paper.canonical, paper.url), other_title, request.options, way
    )


async def _way(
    session: Transaction, services: Services, league: League, options: Mapping[str, Any]
) -> str | None:
    """Return the permalink to the cause of a notice (its match, or the tournament or match of a rank change), or None."""
    if isinstance(options.get("match"), int):
        return await permalinks.of_message(session, services, league.channel, f"match:{options['match']}")
    if isinstance(options.get("standings"), int):
        cause = await past_standings.cause_of(session, options["standings"])
        if cause is not None and cause[0] in {"tournament", "match"}:
            return await permalinks.of_message(session, services, league.channel, f"{cause[0]}:{cause[1]}")
    return None


COMMANDS = (
    Command(
        name="follow",
        run=_follow,
        usage="follow <paper>",
        help="hear by direct message when it moves",
        group="Do",
        takes_link=True,
        examples=(
            Line("follow keyword mixture of experts", "hear of new papers that fit, at most once a day"),
            Line("follow author Jane Doe", "the same for an author; venue ICML for a venue"),
            Line("follow", "what you follow"),
        ),
    ),
    Command(
        name="unfollow",
        run=_unfollow,
        usage="unfollow <paper>",
        help="stop hearing about it",
        group="Do",
        beside="follow",
        takes_link=True,
    ),
)
MESSAGES: dict[str, Renderer] = {notices.KIND: render_notice}
