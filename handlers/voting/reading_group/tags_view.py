"""View of the tags on papers, and of the reading list that a channel shares."""

from collections.abc import Mapping, Sequence

from bot.voting.reading_group.tags import LONGEST, MOST_ON_PAPER, TaggedPaper
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from handlers.blocks.inputs import input_text
from storage.voting.reading_group.shared_rows import SharedPaper

TAGS = "tags"
OFFERED = 20
"""How many of a league's tags are offered."""


def _name(title: str) -> str:
    return builders.escape(builders.one_line(title, 100))


def _tags(tags: Sequence[str]) -> str:
    return ", ".join(f"`{builders.escape(tag)}`" for tag in tags)


def tags_modal(paper: TaggedPaper, known: Sequence[str], metadata: str) -> Block:
    """Return the window with a paper's tags; `known` are the league's, the most frequent first."""
    field = input_text(
        TAGS,
        "Tags",
        initial=", ".join(paper.tags),
        placeholder="rl, long-context",
        hint=f"At most {MOST_ON_PAPER}, of {LONGEST} characters each, separated by commas.",
        optional=True,
        most=(LONGEST + 2) * MOST_ON_PAPER,
    )
    blocks = [builders.section(f"*{_name(paper.title)}*"), field]
    if known:
        blocks.append(builders.context(f"In use here: {_tags(known[:OFFERED])}"))
    return builders.modal(
        "Tags", blocks, submit="Save", private_metadata=metadata, callback_id=ids.TAGS_MODAL.name
    )


def tags_confirmation(paper: TaggedPaper, league: int) -> Message:
    """Return a paper's tags, with buttons to change them and to see what else has the first of them."""
    text = (
        f"*{_name(paper.title)}* is tagged {_tags(paper.tags)}."
        if paper.tags
        else f"*{_name(paper.title)}* has no tags."
    )
    row = [builders.button("Tags…", *ids.TAGS.carry(ids.OfEntry(paper.entry)))]
    row += [_board(league, tag) for tag in (paper.added or paper.tags)[:3]]
    return builders.message(text, [builders.section(text), builders.actions(*row)])


def _board(league: int, tag: str, count: int | None = None) -> Block:
    page = ids.Page("board", league, 0, words=f"tag {tag}")
    return builders.button(f"#{tag}" if count is None else f"#{tag} {count}", *ids.PAGE.carry(page, tag))


def league_tags(league: int, tags: Mapping[str, int], command: str) -> Message:
    """Return a league's tags, each a button that shows the board of its papers."""
    how = f"`{command} tag #3 rl` tags the paper ranked third."
    if not tags:
        text = f"No paper has a tag yet. {how}"
        return builders.message(text, [builders.section(text)])
    text = f"{phrases.count(len(tags), 'tag')} here:"
    buttons = [_board(league, tag, count) for tag, count in list(tags.items())[:OFFERED]]
    return builders.message(text, [builders.section(text), builders.actions(*buttons), builders.context(how)])


def list_confirmation(title: str, entry: int, command: str, *, on: bool) -> Message:
    """Return the confirmation that a paper is on the channel's list now, or off it, with a button to undo it."""
    if on:
        text = f"*{_name(title)}* is on the channel's reading list: `{command} list` shows it to everybody."
        back = builders.button("Take off", *ids.UNLIST.carry(ids.OfEntry(entry)))
    else:
        text = f"*{_name(title)}* is off the channel's reading list."
        back = builders.button("Put it back", *ids.LIST.carry(ids.OfEntry(entry)))
    return builders.message(text, [builders.section(text), builders.actions(back)])


def shared_list(league: str, papers: Sequence[SharedPaper], command: str) -> Message:
    """Return the reading list that a league's channel shares."""
    if not papers:
        text = (
            f"The channel's reading list is empty. `{command} list add #3` puts the paper ranked third on it."
        )
        return builders.message(text, [builders.section(text)])
    text = f"Reading list of {builders.escape(league)}: {phrases.count(len(papers), 'paper')}"
    return builders.message(text, [builders.section(f"*{text}*"), *map(_line, papers)])


def _line(paper: SharedPaper) -> Block:
    parts = ["not ranked yet" if paper.rank is None else f"#{paper.rank}", f"<@{paper.by}>"]
    if paper.is_discussed:
        parts.append(":white_check_mark: discussed")
    title = builders.link(paper.url, builders.one_line(paper.title, 100))
    off = builders.button("Take off", *ids.UNLIST.carry(ids.OfEntry(paper.entry), paper.entry))
    return builders.section(f"{title}\n{' · '.join(parts)}", off)
