"""Commands of a conversation: small talk, explanations, today, followed papers, the league in use."""

import re

from bot import questions
from bot.following import topics
from bot.leagues.visibility import visible_leagues
from bot.leagues.which_league import NOTHING_HERE, WhichLeagueError, league_of_question
from handlers.blocks.choosers import choose_league
from handlers.blocks.ids import Question
from handlers.questions.answer_views import conversation_view
from handlers.slack.calls import Call
from handlers.slack.words import conversation
from handlers.slack.words.commands import Command
from handlers.slack.words.sentences.phrasebook import CHAT
from handlers.slack.words.terms import TERMS, term_meant
from handlers.voting.waiting_votes import votes_in
from storage.errors import BadRequestError, NotFoundError
from storage.following import followers
from storage.leagues.homes import About
from storage.standings import rating_rows

MOST = 15


async def _chat(call: Call, words: str) -> None:
    if words == "adding" or words.startswith("adding "):
        offers = tuple((offer.name, offer.link) for offer in call.services.runtime.offers)
        await call.answer(conversation_view.adding(words.removeprefix("adding").strip(), offers))
        return
    await call.answer(conversation_view.small_talk(words, call.services.settings.rank_command))


async def _explain(call: Call, words: str) -> None:
    term = words if words in TERMS else term_meant(words.lower())
    if term is None:
        raise BadRequestError(conversation_view.no_such_term(words))
    await call.answer(conversation_view.explanation(term, TERMS[term][1]))


async def _today(call: Call, _words: str) -> None:
    """Answer with what plays today and which votes wait for the person."""
    viewer = await call.viewer(About.EVERYTHING)
    now = call.services.now()
    async with call.services.database.reading(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        votes = await votes_in(session, {league.id: league for league in leagues}, call)
        try:
            league = await league_of_question(session, call.channel, viewer)
            upcoming = await questions.coming_up(session, league.id, now)
        except (NotFoundError, WhichLeagueError):
            upcoming = None
    await call.answer(conversation_view.today(upcoming, votes, now))


async def _following(call: Call, _words: str) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        names = {league.id: league.name for league in leagues}
        sizes = {league: await rating_rows.count_rated(session, league) for league in names}
        papers = await followers.home_entries(session, call.user, list(names), MOST * 4)
        followed = await topics.followed(session, call.user)
    papers = [paper for paper in papers if paper.followed][:MOST]
    await call.answer(
        conversation_view.following(
            [(paper, names[paper.league], sizes[paper.league]) for paper in papers],
            followed,
            call.services.settings.rank_command,
        )
    )


async def _use(call: Call, words: str) -> None:
    """Choose the league for this conversation; asks if the words name none, and remembers it in direct messages."""
    viewer = await call.viewer(About.EVERYTHING)
    if call.channel != call.place and not words:
        await call.answer(conversation_view.league_in_use(await _name_of(call)))
        return
    name = words.strip().removeprefix("<#").split("|")[0].rstrip(">").removeprefix("#").casefold()
    async with call.services.database.reading(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
    if not leagues:
        raise NotFoundError(NOTHING_HERE)
    chosen = [
        each for each in leagues if name and (name == each.channel.casefold() or _same(name, each.name))
    ]
    if not chosen and len(leagues) == 1:
        await call.answer(conversation_view.only_league(leagues[0].name, leagues[0].channel))
        return
    if not chosen:
        choices = [(league.id, league.name) for league in leagues[:25]]
        await call.answer(choose_league(conversation_view.WHICH_LEAGUE, choices, Question("use", 0)))
        return
    if not call.in_dm:
        await call.answer(conversation_view.in_its_channel(chosen[0].name, chosen[0].channel))
        return
    await conversation.use_league(call, chosen[0].id)
    await call.answer(conversation_view.league_in_use(chosen[0].name))


def _same(name: str, other: str) -> bool:
    """Return whether two names of leagues differ in case, spaces and dashes at most."""
    return re.sub(r"[\s_-]+", "-", name.casefold()) == re.sub(r"[\s_-]+", "-", other.casefold())


async def _name_of(call: Call) -> str:
    """Return the name of the league chosen in the menu, in whose channel the command runs."""
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        return (await league_of_question(session, call.channel, viewer)).name


COMMANDS = (
    Command(name=CHAT, run=_chat, usage=CHAT, help="small talk", group="Understand", is_spoken=True),
    Command(
        name="explain",
        run=_explain,
        usage="explain ±",
        help="a word of the ranking in one sentence",
        group="Understand",
        beside="how",
    ),
    Command(
        name="today",
        run=_today,
        usage="today",
        help="what plays today, and the votes that wait for you",
        group="Look",
        beside="next",
    ),
    Command(
        name="following",
        run=_following,
        usage="following",
        help="the papers, authors, keywords and venues you follow",
        group="Look",
        aliases=("topics",),
        beside="reading",
    ),
    Command(
        name="use",
        run=_use,
        usage="use <league>",
        help="which league I answer about in our direct messages",
        group="Do",
        beside="settings",
    ),
)
