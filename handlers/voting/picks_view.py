"""View of a reading group's proposal: three papers, each with a button to present it."""

from collections.abc import Mapping, Sequence

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message

PROPOSED = "The proposal is in the channel."


def proposal(
    league: int, key: str, when: str, papers: Sequence[tuple[int, str, str]], presenters: Mapping[str, str]
) -> Message:
    """Return the proposal of papers (entry, title, URL), with who presents which."""
    text = f"What do we discuss{f' on {builders.escape(when)}' if when else ' next'}?"
    blocks = [builders.section(f":books: *{text}*")]
    for entry, title, url in papers:
        presenter = presenters.get(str(entry))
        label = "I'll present" if presenter is None else "Give it back"
        line = f"• {builders.link(url, builders.one_line(title, 100))}"
        who = "" if presenter is None else f"\n<@{presenter}> presents it."
        button = builders.button(label, *ids.PRESENT.carry(ids.Presenting(league, key, entry), str(entry)))
        blocks.append(builders.section(line + who, button))
    return builders.message(text, blocks)


def confirmation(*, presents: bool) -> str:
    """Return the confirmation that the person presents a paper, or no longer does."""
    return "You present it." if presents else "You no longer present it."
