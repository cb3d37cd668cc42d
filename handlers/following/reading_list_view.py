"""View of a reading list: papers to read and papers read, by rank."""

from bot.following.reading_list import ReadingList
from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message
from storage.following.reading_lists import SavedPaper

_TITLE = 120


def _name(title: str) -> str:
    return builders.escape(builders.one_line(title, 150))


def save_confirmation(title: str, entry: int, command: str) -> Message:
    """Return the confirmation that a paper was saved, with buttons for what comes next."""
    text = f"*{_name(title)}* is on your reading list: my Home tab and `{command} reading` show it by rank."
    about = ids.OfEntry(entry)
    row = builders.actions(
        builders.button("Mark as read", *ids.MARK_READ.carry(about)),
        builders.button("Take off", *ids.UNSAVE.carry(about)),
        builders.button("Share with the channel", *ids.LIST.carry(about)),
    )
    return builders.message(text, [builders.section(text), row])


def read_confirmation(title: str, entry: int) -> Message:
    """Return the confirmation that a paper was marked as read, with a button to undo it."""
    text = f"*{_name(title)}* counts as read."
    back = builders.button("Not read yet", *ids.SAVE.carry(ids.OfEntry(entry)))
    return builders.message(text, [builders.section(text), builders.actions(back)])


def removal_confirmation(title: str, entry: int) -> Message:
    """Return the confirmation that a paper was removed from the reading list, with a button to undo it."""
    text = f"*{_name(title)}* is off your reading list."
    back = builders.button("Put it back", *ids.SAVE.carry(ids.OfEntry(entry)))
    return builders.message(text, [builders.section(text), builders.actions(back)])


def reading_list(papers: ReadingList) -> Message:
    """Return the whole reading list; if empty, how to add a paper."""
    if not papers.unread_papers and not papers.read_papers:
        text = "Your reading list is empty. “Save for reading” in the “…” menu of a card puts a paper on it."
        return builders.message(text, [builders.section(text)])
    cite = builders.actions(builders.button("BibTeX", *ids.CITE_LIST.carry(ids.Nothing())))
    text = f"Your reading list: {len(papers.unread_papers)} to read."
    return builders.message(text, [*list_blocks(papers), cite])


def list_blocks(papers: ReadingList) -> list[Block]:
    """Return the papers to read and the papers read, each with a button to move it to the other part."""
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
