"""How the votes that wait for a person look, and how a vote begins."""

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
    """The votes that wait for a person, each with the way to it."""
    if not votes:
        return builders.message(f"No vote waits for you. {how_to_challenge(command)}")
    head = "Votes waiting for you"
    return builders.message(head, [builders.header(head), *map(vote_section, votes)])


def vote_section(vote: WaitingVote) -> Block:
    """A vote that waits, with the way to it."""
    text = (
        f"{_name(vote.first)} or {_name(vote.second)}?\n"
        f"{_name(vote.league)} in <#{vote.channel}>, {builders.date(vote.closes_at, lead='open until')}"
    )
    button = None if vote.link is None else builders.button("Vote", ids.OPEN_LINK.id(), url=vote.link)
    return builders.section(text, button)


def how_to_challenge(command: str) -> str:
    """How a vote begins."""
    return (
        f"A verdict is challenged by the button on its match: `{command} vs A | B` shows the matches of two papers, "
        f"`{command} history <paper>` all of one."
    )


def _name(text: str) -> str:
    return builders.escape(builders.one_line(text, _TITLE))
