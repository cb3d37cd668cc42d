"""View of a reading group's proposal: three papers and why, the vote among them, and who presents which."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.voting.duels import Duel
from bot.voting.reading_group.picks import PickVotes
from bot.voting.reading_group.proposals import Proposal
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from handlers.blocks.text import short_name

PROPOSED = "The proposal is in the channel."
QUESTION = "Which would you rather discuss?"


@dataclass(frozen=True, slots=True)
class ProposedPaper:
    """A paper of a proposal, what speaks for it (if known), who presents it, and the notes once it was discussed."""

    entry: int
    title: str
    url: str
    facts: Proposal | None
    presenter: str | None
    is_discussed: bool
    notes: int


def proposal(league: int, key: str, when: str, papers: Sequence[ProposedPaper], votes: PickVotes) -> Message:
    """Return the proposal; how people chose is shown once somebody presents, so that nobody votes after others."""
    text = f"What do we discuss{f' on {builders.escape(when)}' if when else ' next'}?"
    blocks = [builders.section(f":books: *{text}*")]
    for paper in papers:
        blocks += _paper(league, key, paper)
    if any(paper.presenter or paper.is_discussed for paper in papers):
        if votes.people:
            blocks.append(builders.context(_tally(papers, votes)))
    elif votes.people:
        blocks.append(builders.context(f"{phrases.count(votes.people, 'person', 'people')} voted"))
    if not any(paper.is_discussed for paper in papers):
        vote = builders.button("Vote", *ids.PICK_VOTE.carry(ids.OfPick(league, key)), style="primary")
        blocks.append(builders.actions(vote))
    return builders.message(text, blocks)


def _paper(league: int, key: str, paper: ProposedPaper) -> list[Block]:
    line = f"• {builders.link(paper.url, builders.one_line(paper.title, 100))}"
    facts = [] if paper.facts is None else _facts(paper.facts)
    if paper.presenter:
        facts.append(
            f"<@{paper.presenter}> presents it." if not paper.is_discussed else f"by <@{paper.presenter}>"
        )
    offer = ids.Presenting(league, key, paper.entry)
    if paper.is_discussed:
        notes = phrases.count(paper.notes, "note") if paper.notes else "no notes yet"
        facts.append(f":white_check_mark: discussed, {notes}")
        row = [
            builders.button("Write a note", *ids.NOTE.carry(ids.OfEntry(paper.entry), paper.entry)),
            builders.button("Read", *ids.MORE.carry(ids.OfEntry(paper.entry), paper.entry)),
        ]
        return [builders.section("\n".join([line, " · ".join(facts)])), builders.actions(*row)]
    label = "I'll present" if paper.presenter is None else "Give it back"
    button = builders.button(label, *ids.PRESENT.carry(offer, str(paper.entry)))
    block = builders.section("\n".join(filter(None, [line, " · ".join(facts)])), button)
    if paper.presenter is None:
        return [block]
    done = builders.button("We discussed it", *ids.DISCUSSED.carry(offer, str(paper.entry)))
    return [block, builders.actions(done)]


def _facts(facts: Proposal) -> list[str]:
    """Return what speaks for a proposed paper, in a few words each."""
    said = [f"#{facts.rank} of {facts.of}"]
    if facts.asked:
        said.append(f"chosen in {facts.chosen} of {phrases.count(facts.asked, 'duel')}")
    if facts.is_listed:
        said.append("on our list")
    if facts.is_new_ground:
        said.append("new ground for us")
    return said


def _tally(papers: Sequence[ProposedPaper], votes: PickVotes) -> str:
    """Return how many people chose each paper, the most chosen first."""
    counts = votes.counts
    shown = sorted(papers, key=lambda paper: -counts[paper.entry])
    names = [
        f"{counts[p.entry]} for {builders.escape(short_name(p.title, 40))}" for p in shown if counts[p.entry]
    ]
    people = f"{phrases.count(votes.people, 'person', 'people')} voted"
    return f"{people}: {phrases.and_list(names)}" if names else people


def pair(duel: Duel, league: int, key: str) -> Message:
    """Return the question which of two proposed papers a person would rather discuss."""
    first, second = duel.first, duel.second
    buttons = [
        builders.button(
            builders.one_line(label, 75),
            *ids.PICK_CHOICE.carry(ids.PickBallot(league, key, first.entry, second.entry, choice), choice),
        )
        for choice, label in (("first", first.title), ("second", second.title), ("skip", "Can't say"))
    ]
    sides = [
        f"*{builders.link(side.url, builders.one_line(side.title, 150))}*"
        + (f"\n{builders.escape(side.sentence)}" if side.sentence else "")
        for side in (first, second)
    ]
    blocks = [builders.section(f"*{QUESTION}*"), *map(builders.section, sides), builders.actions(*buttons)]
    return builders.message(QUESTION, blocks)


def choice_confirmation(
    league: int, key: str, user: str, papers: Sequence[ProposedPaper], votes: PickVotes
) -> Message:
    """Return what a person chose and how the others did, with buttons to present it and to choose again."""
    favourite = next((paper for paper in papers if paper.entry == votes.favourites.get(user)), None)
    choice = (
        "Counted."
        if favourite is None
        else f"You chose *{builders.escape(builders.one_line(favourite.title, 80))}*."
    )
    text = f"{choice}\nSo far {_tally(papers, votes)}"
    row = [builders.button("Choose again", *ids.PICK_AGAIN.carry(ids.OfPick(league, key)))]
    if favourite is not None and favourite.presenter is None:
        offer = ids.Presenting(league, key, favourite.entry)
        row.insert(0, builders.button("I'll present it", *ids.PRESENT.carry(offer)))
    return builders.message(text, [builders.section(text), builders.actions(*row)])


def confirmation(*, presents: bool) -> str:
    """Return the confirmation that the person presents a paper, or no longer does."""
    return "You present it." if presents else "You no longer present it."
