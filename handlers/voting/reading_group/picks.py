"""A reading group's week: `/rank pick friday`, the vote among its papers, and the button by which somebody presents."""

from collections.abc import Mapping
from typing import Any

from bot.leagues.which_league import league_of_question
from bot.voting.duels import Duel
from bot.voting.reading_group import picks
from bot.voting.reading_group.proposals import Proposal
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from handlers.voting.reading_group import picks_view
from handlers.voting.reading_group.picks_view import ProposedPaper
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues.homes import About
from storage.voting.reading_group import discussions
from storage.voting.reading_group.picks import KIND
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of a proposal's buttons."""
    on.action(ids.PRESENT, _present)
    on.action(ids.PICK_VOTE, _vote)
    on.action(ids.PICK_CHOICE, _choose)
    on.action(ids.PICK_AGAIN, _choose_again)


async def _pick(call: Call, words: str) -> None:
    viewer = await call.viewer(members=True)
    async with call.services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        await picks.propose(session, league.id, viewer, words.strip()[:60], call.services.now())
    await call.answer(picks_view.PROPOSED)


async def _present(call: Call, payload: ids.Presenting) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        presents = await picks.present(
            session, payload.league, payload.key, payload.entry, viewer, call.services.now()
        )
    await call.answer(picks_view.confirmation(presents=presents))


async def _vote(call: Call, payload: ids.OfPick) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.reading(call.workspace) as session:
        duel = await picks.next_pair(session, payload.league, payload.key, viewer)
    await _ask(call, payload, duel)


async def _choose(call: Call, payload: ids.PickBallot) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        duel = await picks.choose_paper(
            session, payload.league, payload.key, (payload.first, payload.second), payload.choice, viewer,
            call.services.now(),
        )  # fmt: skip
    await _ask(call, ids.OfPick(payload.league, payload.key), duel)


async def _choose_again(call: Call, payload: ids.OfPick) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        duel = await picks.choose_again(session, payload.league, payload.key, viewer, call.services.now())
    await _ask(call, payload, duel)


async def _ask(call: Call, pick: ids.OfPick, duel: Duel | None) -> None:
    """Show the caller the next pair, in place of the last one; or, once they chose, how all did."""
    if duel is not None:
        await call.answer(picks_view.pair(duel, pick.league, pick.key), replace=call.in_ephemeral)
        return
    viewer = await call.viewer(About.LEAGUE, pick.league, members=True)
    async with call.services.database.reading(call.workspace) as session:
        options, votes = await picks.votes_of_proposal(session, pick.league, pick.key, viewer)
        papers = await _papers(session, options)
    answer = picks_view.choice_confirmation(pick.league, pick.key, call.user, papers, votes)
    await call.answer(answer, replace=call.in_ephemeral)


async def _papers(session: Transaction, options: Mapping[str, Any]) -> list[ProposedPaper]:
    """Return the papers of a proposal that are still there."""
    entries = [int(entry) for entry in options["entries"]]
    titles = await entry_rows.titles(session, entries)
    facts = {proposal.entry: proposal for proposal in (Proposal(*each) for each in options.get("facts", ()))}
    discussed = await discussions.discussed_entries(session, entries)
    notes = await discussions.count_notes(session, entries)
    return [
        ProposedPaper(
            entry,
            *titles[entry],
            facts.get(entry),
            options["presenters"].get(str(entry)),
            entry in discussed,
            notes.get(entry, 0),
        )
        for entry in entries
        if entry in titles
    ]


async def render_pick(session: Transaction, request: MessageRequest, _services: Services) -> Message | None:
    """Render a proposal with who presents which paper; None if none of its papers is left."""
    papers = await _papers(session, request.options)
    votes = await picks.votes_among(session, [paper.entry for paper in papers])
    when = str(request.options["when"])
    return picks_view.proposal(request.about, request.key, when, papers, votes) if papers else None


COMMANDS = (
    Command(
        name="pick",
        run=_pick,
        usage="pick friday",
        help="propose three papers to discuss: the channel votes, somebody presents one by a click",
        group="Do",
        beside="votes",
    ),
)
MESSAGES: dict[str, Renderer] = {KIND: render_pick}
