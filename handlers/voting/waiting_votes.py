"""Votes that wait for a person, and the commands that lead to votes."""

from collections.abc import Mapping

from bot.leagues.visibility import visible_leagues
from handlers.slack.calls import Call
from handlers.slack.posting import permalinks
from handlers.slack.words.commands import VERSUS, Command
from handlers.voting import waiting_votes_view
from handlers.voting.waiting_votes_view import WaitingVote
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.following import followers
from storage.leagues.homes import About
from storage.leagues.league_rows import League

MOST = 10


async def votes_in(session: Transaction, of: Mapping[int, League], call: Call) -> list[WaitingVote]:
    """Return the open votes in which the caller hasn't voted, each with a link; `of` are the leagues by id."""
    votes = await followers.open_votes_of(session, call.user, list(of), MOST)
    titles = await entry_rows.titles(
        session, [entry for vote in votes for entry in (vote.first, vote.second)]
    )
    return [
        WaitingVote(
            of[vote.league].name,
            of[vote.league].channel,
            titles[vote.first][0],
            titles[vote.second][0],
            vote.closes_at,
            await permalinks.of_message(session, call.services, of[vote.league].channel, f"poll:{vote.poll}"),
        )
        for vote in votes
    ]


async def _votes(call: Call, words: str) -> None:
    """Answer `votes`: those that wait for the person; with two papers, their matches, which can be challenged."""
    viewer = await call.viewer(About.EVERYTHING)
    if words:
        await _challenge(call, words)
        return
    async with call.services.database.reading(call.workspace) as session:
        visible = await visible_leagues(session, viewer)
        votes = await votes_in(session, {league.id: league for league in visible}, call)
    await call.answer(waiting_votes_view.votes_message(votes, call.services.settings.rank_command))


async def _challenge(call: Call, words: str) -> None:
    """Answer `challenge`: a pair's matches, each with a button; without a pair, how to challenge."""
    if not words:
        raise BadRequestError(waiting_votes_view.how_to_challenge(call.services.settings.rank_command))
    await call.services.commands[VERSUS].run(call, words)


COMMANDS = (
    Command(
        name="votes",
        run=_votes,
        usage="votes",
        help="the votes that wait for you",
        group="Do",
        aliases=("vote",),
    ),
    Command(
        name="challenge",
        run=_challenge,
        usage="challenge A | B",
        help="the matches of two papers, each with the button that calls a vote",
        group="Do",
        beside="votes",
        takes_link=True,
    ),
)
