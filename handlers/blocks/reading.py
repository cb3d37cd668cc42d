"""How a reading list looks: what is to be read and what was, by rank."""

from bot.reading import Kept, ReadingList
from handlers import ids
from handlers.blocks import parts
from handlers.blocks.parts import Block, Message

_TITLE = 120


def _name(title: str) -> str:
    return parts.escape(parts.one_line(title, 150))


def saved(title: str, entry: int, command: str) -> Message:
    """The answer to saving, with the ways on."""
    text = f"*{_name(title)}* is on your reading list: my Home tab and `{command} reading` show it by rank."
    about = ids.OfEntry(entry)
    row = parts.actions(
        parts.button("Mark as read", *ids.MARK_READ.carry(about)),
        parts.button("Take off", *ids.UNSAVE.carry(about)),
    )
    return parts.message(text, [parts.section(text), row])


def read(title: str, entry: int) -> Message:
    """The answer to reading, with the way back."""
    text = f"*{_name(title)}* counts as read."
    back = parts.button("Not read yet", *ids.SAVE.carry(ids.OfEntry(entry)))
    return parts.message(text, [parts.section(text), parts.actions(back)])


def taken_off(title: str, entry: int) -> Message:
    """The answer to taking off, with the way back."""
    text = f"*{_name(title)}* is off your reading list."
    back = parts.button("Put it back", *ids.SAVE.carry(ids.OfEntry(entry)))
    return parts.message(text, [parts.section(text), parts.actions(back)])


def reading_list(found: ReadingList) -> Message:
    """The whole list as an answer; empty, it says how a paper gets onto it."""
    if not found.to_read and not found.read:
        text = "Your reading list is empty. “Save for reading” in the “…” menu of a card puts a paper on it."
        return parts.message(text, [parts.section(text)])
    return parts.message(f"Your reading list: {len(found.to_read)} to read.", list_blocks(found))


def list_blocks(found: ReadingList) -> list[Block]:
    """Both halves, each line with the button that moves it on."""
    blocks: list[Block] = []
    if found.to_read:
        blocks.append(parts.header("To read"))
        blocks += [_line(kept, "Mark as read", ids.MARK_READ) for kept in found.to_read]
    if found.read:
        blocks.append(parts.header("Read"))
        blocks += [_line(kept, "Take off", ids.UNSAVE) for kept in found.read]
    return blocks


def _line(kept: Kept, label: str, action: ids.Action[ids.OfEntry]) -> Block:
    rank = "not ranked yet" if kept.rank is None else f"#{kept.rank}"
    title = parts.link(kept.url, parts.one_line(kept.title, _TITLE))
    return parts.section(
        f"{rank}  {title}", parts.button(label, *action.carry(ids.OfEntry(kept.entry), str(kept.entry)))
    )
