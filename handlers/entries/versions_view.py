"""How the question about a paper's new version looks."""

from dataclasses import dataclass

from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Message


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A paper whose version `new` is much unlike `old`; `by` is who let it play again, if anybody did."""

    entry: int
    title: str
    url: str
    league: str
    old: int | None
    new: int | None
    by: str | None


def new_version(what: NewVersion) -> Message:
    """The question, or what became of it."""
    title = builders.link(what.url, builders.one_line(what.title, 200))
    text = (
        f"*{title}* in {builders.escape(what.league)} has a version {what.new} much unlike version {what.old}: "
        "its title or abstract changed a good deal."
    )
    if what.by is not None:
        return builders.message(text, [builders.section(f"{text}\n<@{what.by}> lets it play again.")])
    hint = (
        "Its verdicts stand and are marked with the version they judged. Should it be read and played again?"
    )
    button = builders.button("Play again", *ids.PLAY_AGAIN.carry(ids.OfEntry(what.entry)), style="primary")
    return builders.message(text, [builders.section(f"{text}\n{hint}"), builders.actions(button)])


def playing_again(number: int) -> str:
    """What was planned."""
    matches = phrases.count(number, "match", "matches")
    return f"Its new version is read again and plays {matches} against papers that the old one met."
