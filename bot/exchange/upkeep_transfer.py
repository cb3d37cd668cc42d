"""Imports a league's settings, people, schedules, standings, tournaments, money and log; nothing of it runs by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.exchange.file_rows import LeagueFile
from bot.exchange.file_values import Row
from storage.database.engine import Transaction
from storage.exchange import group_rows, upkeep_import
from storage.exchange.upkeep_import import Places


@dataclass(frozen=True, slots=True)
class Standstill:
    """What an import left still: schedules stored stopped, tournaments stored paused, owners of another workspace."""

    schedules: int = 0
    tournaments: int = 0
    owners: int = 0


def _values(rows: Iterable[Row] | None) -> list[dict[str, Any]]:
    return [row.model_dump() for row in rows or ()]


async def begin(
    session: Transaction, league: int, home: str, file: LeagueFile, *, is_new: bool
) -> tuple[Mapping[int, int], Standstill]:
    """Import what matches refer to; return the ids of tournaments by their number in the file.

    What was for the file's home channel is for `home`.
    Only a new league gets settings, owners and schedules; owners only if the file is of this Slack workspace.
    """
    standstill = Standstill()
    schedules: Mapping[int, int] = {}
    if is_new:
        for settings in file.settings or ():
            is_here = settings.workspace == session.workspace
            owners = _values(file.owners)
            await upkeep_import.set_up(session, league, settings.model_dump(), owners if is_here else ())
            standstill = replace(standstill, owners=0 if is_here else len(owners))
        schedules = await upkeep_import.add_schedules(
            session, league, _at_home(_values(file.schedules), file, home)
        )
        standstill = replace(standstill, schedules=sum(row.active for row in file.schedules or ()))
    tournaments = _at_home(_values(file.tournaments), file, home)
    ids, paused = await upkeep_import.add_tournaments(session, league, tournaments, schedules)
    return ids, replace(standstill, tournaments=paused)


def _at_home(rows: list[dict[str, Any]], file: LeagueFile, home: str) -> list[dict[str, Any]]:
    """Return rows with the new home channel in place of the file's."""
    old = {settings.channel for settings in file.settings or ()}
    return [{**row, "channel": home if row["channel"] in old else row["channel"]} for row in rows]


async def finish(
    session: Transaction, league: int, file: LeagueFile, places: Places, *, is_new: bool
) -> None:
    """Import what refers to papers and matches: marks and costs, and for a new league its standings and log."""
    await upkeep_import.add_marks(session, league, _values(file.authors), _values(file.feedback), places)
    await upkeep_import.add_spending(session, league, _values(file.spending), places)
    group = {name: _values(getattr(file, name)) for name in group_rows.COLUMNS}
    await group_rows.add(session, league, group, places.entries)
    if is_new:
        boards = await upkeep_import.add_boards(session, league, _values(file.standings), places)
        await upkeep_import.set_boards(session, _values(file.tournaments), places.tournaments, boards)
        await upkeep_import.add_log(session, league, _values(file.log), places)
