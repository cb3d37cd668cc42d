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


def new_version(version: NewVersion) -> Message:
    """The question, or what became of it."""
    title = builders.link(version.url, builders.one_line(version.title, 200))
    text = (
        f"*{title}* in {builders.escape(version.league)} has a version {version.new} much unlike version {version.old}: "
        "its title or abstract changed a good deal."
    )
    if version.by is not None:
        return builders.message(text, [builders.section(f"{text}\n<@{version.by}> lets it play again.")])
    hint = (
        "Its verdicts stand and are marked with the version they judged. Should it be read and played again?"
    )
    button = builders.button("Play again", *ids.PLAY_AGAIN.carry(ids.OfEntry(version.entry)), style="primary")
    return builders.message(text, [builders.section(f"{text}\n{hint}"), builders.actions(button)])


def playing_again(number: int) -> str:
    """What was planned."""
    matches = phrases.count(number, "match", "matches")
    return f"Its new version is read again and plays {matches} against papers that the old one met."
