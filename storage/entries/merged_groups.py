"""What a reading group did with merged entries: moved to the remaining entry, and back when the merge is undone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import literal, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import Discussion, ListedPaper, Note, Tag

OfGroup = type[Discussion] | type[Note] | type[Tag] | type[ListedPaper]
_KEYS: Mapping[str, tuple[OfGroup, str | None]] = {
    "discussions": (Discussion, None), "notes": (Note, "user"), "tags": (Tag, "tag"), "listed": (ListedPaper, None),
}  # fmt: skip
"""Tables by the name under which a merge records them, with the column that tells an entry's rows apart."""


async def move(session: Transaction, survivor: int, duplicate: int) -> dict[str, list[str]]:
    """Move an entry's rows to another entry, except where that one has such a row; return what was moved."""
    moved: dict[str, list[str]] = {}
    for name, (table, key) in _KEYS.items():
        there = await _keys(session, table, key, survivor)
        theirs = await _keys(session, table, key, duplicate)
        moved[name] = sorted(set(theirs) - set(there))
        await _give(session, table, key, (duplicate, survivor), moved[name])
    return moved


async def move_back(
    session: Transaction, survivor: int, duplicate: int, moved: Mapping[str, Sequence[str]]
) -> None:
    """Move back the rows that `move` moved and that still exist."""
    for name, keys in moved.items():
        table, key = _KEYS[name]
        there = await _keys(session, table, key, duplicate)
        await _give(session, table, key, (survivor, duplicate), [each for each in keys if each not in there])


async def _keys(session: Transaction, table: OfGroup, key: str | None, entry: int) -> list[str]:
    column: Any = literal("") if key is None else getattr(table, key)
    return list(await session.scalars(select(column).select_from(table).where(table.entry_id == entry)))


async def _give(
    session: Transaction, table: OfGroup, key: str | None, places: tuple[int, int], keys: Sequence[str]
) -> None:
    if not keys:
        return
    statement = update(table).where(table.entry_id == places[0]).values(entry_id=places[1])
    await changed(session, statement if key is None else statement.where(getattr(table, key).in_(keys)))
