"""How the question about a paper's new version looks."""

from dataclasses import dataclass

from handlers import ids
from handlers.blocks import parts, strings
from handlers.blocks.parts import Message


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
    title = parts.link(what.url, parts.one_line(what.title, 200))
    text = (
        f"*{title}* in {parts.escape(what.league)} has a version {what.new} much unlike version {what.old}: "
        "its title or abstract changed a good deal."
    )
    if what.by is not None:
        return parts.message(text, [parts.section(f"{text}\n<@{what.by}> lets it play again.")])
    hint = (
        "Its verdicts stand and are marked with the version they judged. Should it be read and played again?"
    )
    button = parts.button("Play again", *ids.PLAY_AGAIN.carry(ids.OfEntry(what.entry)), style="primary")
    return parts.message(text, [parts.section(f"{text}\n{hint}"), parts.actions(button)])


def playing_again(planned: int) -> str:
    """What was planned."""
    matches = strings.count(planned, "match", "matches")
    return f"Its new version is read again and plays {matches} against papers that the old one met."
