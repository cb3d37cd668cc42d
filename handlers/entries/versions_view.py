"""Messages about a paper's new version."""

from dataclasses import dataclass

from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Message


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A paper whose version `new` differs much from version `old`; `by` is who let it play again, or None."""

    entry: int
    title: str
    url: str
    league: str
    old: int | None
    new: int | None
    by: str | None


def new_version(version: NewVersion) -> Message:
    """Return the question whether a new version should play again, or its answer."""
    title = builders.link(version.url, builders.one_line(version.title, 200))
    text = (
        f"*{title}* in {builders.escape(version.league)} has a version {version.new}, which differs much from version "
        f"{version.old} in its title or abstract."
    )
    if version.by is not None:
        return builders.message(text, [builders.section(f"{text}\n<@{version.by}> lets it play again.")])
    hint = (
        "Its verdicts stand and are marked with the version they judged. Should it be read and played again?"
    )
    button = builders.button("Play again", *ids.PLAY_AGAIN.carry(ids.OfEntry(version.entry)), style="primary")
    return builders.message(text, [builders.section(f"{text}\n{hint}"), builders.actions(button)])


def playing_again(number: int) -> str:
    """Return the confirmation that the new version is read again and plays `number` matches."""
    matches = phrases.count(number, "match", "matches")
    return f"Its new version is read again and plays {matches} against papers that the old one met."
