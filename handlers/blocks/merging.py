"""How the answers to a merge look, with its way back."""

from collections.abc import Sequence

from bot.merging import Merged, Told
from handlers import ids
from handlers.blocks import parts
from handlers.blocks.parts import Message


def merged(what: Merged) -> Message:
    """That two papers are one now, with the button that parts them."""
    text = f"*{_title(what.merged)}* and *{_title(what.kept)}* are one paper now."
    said = f"{text} Matches, votes and assessments of both count for it."
    button = parts.button("Part them", *ids.UNMERGE.carry(ids.OfMerge(what.merge)))
    return parts.message(text, [parts.section(said), parts.actions(button)])


def parted(what: Merged) -> Message:
    """That two papers are two again."""
    text = f"*{_title(what.kept)}* and *{_title(what.merged)}* are two papers again."
    said = f"{text} Each has what it brought; what was played in between stays with the first."
    return parts.message(text, [parts.section(said)])


def told(what: Told) -> Message:
    """What the owner of a league reads of a merge that somebody made who can't see the league."""
    papers = f"*{_title(what.merged)}* and *{_title(what.kept)}*"
    if what.is_parted:
        return parts.message(f"{papers} are two papers again in {parts.escape(what.league.name)}.")
    said = (
        f"{papers} were said to be the same work, so they are one paper now, in {parts.escape(what.league.name)} too. "
        "If they aren't, part them here, or let a workspace admin do it."
    )
    part = parts.button("Part them", *ids.UNMERGE.carry(ids.OfMerge(what.merge)))
    return parts.message(said, [parts.section(said), parts.actions(part)])


def which(found: Sequence[Merged]) -> Message:
    """Several papers became part of one; the newest can be parted first."""
    text = f"{len(found)} papers became part of *{_title(found[0].kept)}*. The newest can be parted first."
    blocks = [parts.section(text)]
    for place, what in enumerate(found[:20]):
        said = f"{_title(what.merged)} ({parts.escape(what.reason)})"
        part = parts.button("Part them", *ids.UNMERGE.carry(ids.OfMerge(what.merge), place))
        blocks.append(parts.section(said, part if not place else None))
    return parts.message(text, blocks)


def _title(title: str) -> str:
    return parts.escape(parts.one_line(title, 200))
