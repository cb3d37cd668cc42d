"""Replace the id of a channel that Slack changed permanently, in all tables."""

import json
from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

import sqlalchemy
from sqlalchemy import String, UniqueConstraint, cast, delete, inspect, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import (
    Assessment,
    AuditLine,
    Entry,
    HeldLinks,
    League,
    Match,
    OutboxMessage,
    Rating,
    Schedule,
    Spending,
    Workspace,
)
from storage.tables.base import Base, InWorkspace

COLUMNS: Final = ("channel", "posted_channel")
"""Names of the columns that hold a channel id."""
IN_TEXT: Final[tuple[InstrumentedAttribute[Any], ...]] = (
    AuditLine.detail,
    OutboxMessage.key,
    OutboxMessage.options,
    OutboxMessage.thread_key,
    Schedule.options,
)
"""Text and JSON columns that may contain a channel id."""


async def newest_id(session: Transaction, channel: str) -> str:
    """Return the id that a channel has now, given one that it has or had."""
    moves = await session.scalar(select(Workspace.moved_channels).where(Workspace.id == session.workspace))
    return str((moves or {}).get(_sealed(channel), channel))


async def move(session: Transaction, old: str, new: str) -> int:
    """Replace a channel id in all tables; return how many rows changed.

    A row already stored under the new id is deleted if the moved row has the same key; a league's papers are kept.
    Where the new id was itself replaced (Slack's events come in any order), its newest takes its place.
    """
    if old == new:
        return 0
    new = await _note(session, old, new)
    await _take_over_newer_league(session, old, new)
    count = 0
    for table in _tables():
        for name in COLUMNS:
            if name in inspect(table).columns:
                await _drop_doubles(session, table, name, old, new)
                column = getattr(table, name)
                count += await changed(session, update(table).where(column == old).values({name: new}))
    for column in IN_TEXT:
        await _replace(session, column, old, new)
    return count


async def _note(session: Transaction, old: str, new: str) -> str:
    """Remember that a channel's id was replaced; return its newest id."""
    row = await session.get(Workspace, session.workspace, with_for_update=True)
    if row is None:
        return new
    newest = str(row.moved_channels.get(_sealed(new), new))
    if newest == old:  # it has an earlier id again
        newest = new
    moves = {**row.moved_channels, _sealed(old): newest}
    row.moved_channels = {
        was: newest if now == old else now for was, now in moves.items() if was != _sealed(newest)
    }
    return newest


def _sealed(channel: str) -> str:
    """Return the digest under which a former id is kept, so that no row holds an id that Slack gave up."""
    return sha256(channel.encode()).hexdigest()[:16]


def _tables() -> list[Any]:
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, InWorkspace) and not set(COLUMNS).isdisjoint(mapper.columns.keys())
    ]


async def _take_over_newer_league(session: Transaction, old: str, new: str) -> None:
    """Give the channel's league what began under the new id before Slack announced the change, and delete the rest.

    Papers that the league has stay as they are, and what people said of the others comes with them; settings, schedules
    and tournaments of the newer league go with it.
    """
    older = await session.scalar(select(League.id).where(League.channel == old))
    newer = await session.scalar(select(League.id).where(League.channel == new))
    if older is None or newer is None:
        return
    known = select(Entry.paper_id).where(Entry.league_id == older)
    await changed(session, delete(Rating).where(Rating.league_id == newer))
    papers = update(Entry).where(Entry.league_id == newer, Entry.paper_id.not_in(known))
    await changed(session, papers.values(league_id=older))
    ours = select(Entry.id).where(Entry.league_id == older)
    matches = update(Match).where(
        Match.league_id == newer,
        Match.status == "decided",
        Match.first_id.in_(ours),
        Match.second_id.in_(ours),
    )
    await changed(session, matches.values(league_id=older, tournament_id=None))
    for table in (HeldLinks, Spending):
        await changed(session, update(table).where(table.league_id == newer).values(league_id=older))
    here = {
        "entries": ours,
        "matches": select(Match.id).where(Match.league_id == older),
        "assessments": select(Assessment.id).where(Assessment.entry_id.in_(ours)),
    }
    for table, about in _tables_about(here):
        stay = [or_(column.is_(None), column.in_(here[of])) for column, of in about]
        rows = update(table).where(table.league_id == newer, *stay)
        await changed(session, rows.values(league_id=older))
    await changed(session, delete(League).where(League.id == newer))


def _tables_about(kinds: Collection[str]) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Return the tables with a column for the league that point to rows of these, with these columns and to what."""
    tables = []
    for mapper in Base.registry.mappers:
        table: Any = mapper.class_
        about = [
            (getattr(table, column.name), target.column.table.name)
            for column in mapper.columns
            for target in column.foreign_keys
            if target.column.table.name in kinds
        ]
        if about and "league_id" in mapper.columns and table not in {Match, Rating}:
            tables.append((table, about))
    return tables


async def _drop_doubles(session: Transaction, table: Any, name: str, old: str, new: str) -> None:
    """Delete rows under the new id whose key a moved row would have."""
    for key in _keys(table):
        if name not in key:
            continue
        other = aliased(table)
        same = [getattr(other, part) == getattr(table, part) for part in key if part != name]
        twin = select(sqlalchemy.literal(1)).where(getattr(other, name) == old, *same).exists()
        if table is not League:
            await changed(session, delete(table).where(getattr(table, name) == new, twin))


def _keys(table: Any) -> list[list[str]]:
    unique = [
        [column.name for column in constraint.columns]
        for constraint in inspect(table).local_table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return [*unique, [column.name for column in inspect(table).primary_key]]


async def _replace(session: Transaction, column: InstrumentedAttribute[Any], old: str, new: str) -> None:
    table: Any = column.class_
    condition = cast(column, String).contains(old, autoescape=True)
    rows = [tuple(row) for row in await session.execute(select(table.id, column).where(condition))]
    for row_id, value in rows:
        text = (value if isinstance(value, str) else json.dumps(value)).replace(old, new)
        changes = {column: text if isinstance(value, str) else json.loads(text)}
        await changed(session, update(table).where(table.id == row_id).values(changes))
