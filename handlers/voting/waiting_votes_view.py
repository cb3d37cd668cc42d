"""Views of the votes that wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message

_TITLE = 120


@dataclass(frozen=True, slots=True)
class WaitingVote:
    """A vote that waits for the reader."""

    league: str
    channel: str
    first: str
    second: str
    closes_at: datetime
    link: str | None


def votes_message(votes: Sequence[WaitingVote], command: str) -> Message:
    """Return the votes that wait for a person, each with a link."""
    if not votes:
        return builders.message(f"No vote waits for you. {how_to_challenge(command)}")
    head = "Votes waiting for you"
    return builders.message(head, [builders.header(head), *map(vote_section, votes)])


def vote_section(vote: WaitingVote) -> Block:
    """Return a waiting vote as a section with a link."""
    text = (
        f"{_name(vote.first)} or {_name(vote.second)}?\n"
        f"{_name(vote.league)} in <#{vote.channel}>, {builders.date(vote.closes_at, lead='open until')}"
    )
    button = None if vote.link is None else builders.button("Vote", ids.OPEN_LINK.id(), url=vote.link)
    return builders.section(text, button)


def how_to_challenge(command: str) -> str:
    """Return the sentence on how to challenge a verdict, which starts a vote."""
    return (
        f"A verdict is challenged by the button on its match: `{command} vs A | B` shows the matches of two papers, "
        f"`{command} history <paper>` all of one."
    )


def _name(text: str) -> str:
    return builders.escape(builders.one_line(text, _TITLE))
