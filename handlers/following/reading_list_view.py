"""How a reading list looks: what is to be read and what was, by rank."""

from bot.following.reading_list import ReadingList
from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message
from storage.following.reading_lists import SavedPaper

_TITLE = 120


def _name(title: str) -> str:
    return builders.escape(builders.one_line(title, 150))


def saved(title: str, entry: int, command: str) -> Message:
    """The answer to saving, with the ways on."""
    text = f"*{_name(title)}* is on your reading list: my Home tab and `{command} reading` show it by rank."
    about = ids.OfEntry(entry)
    row = builders.actions(
        builders.button("Mark as read", *ids.MARK_READ.carry(about)),
        builders.button("Take off", *ids.UNSAVE.carry(about)),
    )
    return builders.message(text, [builders.section(text), row])


def read(title: str, entry: int) -> Message:
    """The answer to reading, with the way back."""
    text = f"*{_name(title)}* counts as read."
    back = builders.button("Not read yet", *ids.SAVE.carry(ids.OfEntry(entry)))
    return builders.message(text, [builders.section(text), builders.actions(back)])


def taken_off(title: str, entry: int) -> Message:
    """The answer to taking off, with the way back."""
    text = f"*{_name(title)}* is off your reading list."
    back = builders.button("Put it back", *ids.SAVE.carry(ids.OfEntry(entry)))
    return builders.message(text, [builders.section(text), builders.actions(back)])


def reading_list(papers: ReadingList) -> Message:
    """The whole list as an answer; empty, it says how a paper gets onto it."""
    if not papers.unread_papers and not papers.read_papers:
        text = "Your reading list is empty. “Save for reading” in the “…” menu of a card puts a paper on it."
        return builders.message(text, [builders.section(text)])
    return builders.message(f"Your reading list: {len(papers.unread_papers)} to read.", list_blocks(papers))


def list_blocks(papers: ReadingList) -> list[Block]:
    """Both halves, each line with the button that moves it on."""
    blocks: list[Block] = []
    if papers.unread_papers:
        blocks.append(builders.header("To read"))
        blocks += [_line(paper, "Mark as read", ids.MARK_READ) for paper in papers.unread_papers]
    if papers.read_papers:
        blocks.append(builders.header("Read"))
        blocks += [_line(paper, "Take off", ids.UNSAVE) for paper in papers.read_papers]
    return blocks


def _line(paper: SavedPaper, label: str, action: ids.Action[ids.OfEntry]) -> Block:
    rank = "not ranked yet" if paper.rank is None else f"#{paper.rank}"
    title = builders.link(paper.url, builders.one_line(paper.title, _TITLE))
    return builders.section(
        f"{rank}  {title}", builders.button(label, *action.carry(ids.OfEntry(paper.entry), str(paper.entry)))
    )
