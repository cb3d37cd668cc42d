"""Export what a reading group did with papers (discussions, notes, tags, the shared list), and import it once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.database.statements import batched, upsert
from storage.tables import Discussion, Entry, ListedPaper, Note, Tag

Rows = list[dict[str, Any]]
AT_ONCE = 2_000
OfGroup = type[Discussion] | type[Note] | type[Tag] | type[ListedPaper]
COLUMNS: Mapping[str, tuple[OfGroup, tuple[str, ...]]] = {
    "discussions": (Discussion, ("by", "presenter", "url", "at")),
    "notes": (Note, ("user", "text", "at")),
    "tags": (Tag, ("tag", "by", "at")),
    "shared_list": (ListedPaper, ("by", "at")),
}
"""Table and exported columns beside the paper, by the name of the table in an export."""


async def read(session: Transaction, league: int, papers: Mapping[int, str]) -> dict[str, Rows]:
    """Return the tables of a reading group; `papers` are canonical ids by entry."""
    return {name: await _rows(session, league, papers, *of) for name, of in COLUMNS.items()}


async def _rows(
    session: Transaction, league: int, papers: Mapping[int, str], table: OfGroup, columns: Sequence[str]
) -> Rows:
    rows: Iterable[Any] = await session.scalars(
        select(table)
        .join(Entry, Entry.id == table.entry_id)
        .where(Entry.league_id == league)
        .order_by(table.entry_id, table.at)
    )
    return [
        {"paper": papers[row.entry_id], **{column: getattr(row, column) for column in columns}}
        for row in rows
        if row.entry_id in papers
    ]


async def add(
    session: Transaction,
    league: int,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    entries: Mapping[str, int],
) -> None:
    """Store the rows of an export's tables, given by name; what is here about an entry stays."""
    for name, (table, columns) in COLUMNS.items():
        of_league = {"league_id": league} if hasattr(table, "league_id") else {}
        rows = [
            {
                "workspace_id": session.workspace,
                "entry_id": entries[row["paper"]],
                **of_league,
                **{column: row[column] for column in columns},
            }
            for row in tables.get(name, ())
        ]
        statement = upsert(session, table).on_conflict_do_nothing()
        for some in batched(rows, AT_ONCE):
            await session.execute(statement, some)
