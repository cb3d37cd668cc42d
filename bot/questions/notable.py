"""Matches worth a second look: judges or the team differ, or a win was against the odds."""

import math
from dataclasses import dataclass

from bot.papers.text import short_title
from bot.ranking import win_chance
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.questions import notable_matches

MOST = 6
MOST_CANDIDATES = 40
UNLIKELY = 0.25
"""A win is an upset if the ratings gave it less than this chance."""
SHORT = 70


@dataclass(frozen=True, slots=True)
class Disputed:
    """A match on which people or judges differ.

    `why` is "open" (a vote runs), "overturned" (by a vote) or "split" (judges differ).
    """

    match: int
    first: int
    second: int
    first_title: str
    second_title: str
    why: str


@dataclass(frozen=True, slots=True)
class Upset:
    """A win against the odds. `chance` is the probability (0 to 1) that current ratings give the winner."""

    match: int
    winner: int
    loser: int
    winner_title: str
    loser_title: str
    chance: float


async def disputed(session: Transaction, league: int) -> tuple[str, tuple[Disputed, ...]]:
    """Return the league's name, and its contested matches: open votes, overturned verdicts, judges that differ."""
    name = (await league_rows.get(session, league)).name
    rows = await notable_matches.disputed_matches(session, league, MOST)
    titles = await entry_rows.titles(session, [entry for row in rows for entry in (row.first, row.second)])
    return name, tuple(
        Disputed(
            row.match, row.first, row.second, _short(titles, row.first), _short(titles, row.second), row.why
        )
        for row in rows
        if row.first in titles and row.second in titles
    )


async def upsets(session: Transaction, league: int) -> tuple[str, tuple[Upset, ...]]:
    """Return the league's name, and the wins whose chance was below `UNLIKELY`, the least likely first."""
    name = (await league_rows.get(session, league)).name
    least = math.log((1 - UNLIKELY) / UNLIKELY)
    rows = await notable_matches.unlikely_wins(session, league, least, MOST_CANDIDATES)
    titles = await entry_rows.titles(session, [entry for row in rows for entry in (row.winner, row.loser)])
    wins = [
        Upset(
            row.match,
            row.winner,
            row.loser,
            _short(titles, row.winner),
            _short(titles, row.loser),
            float(win_chance(-row.gap, row.variance)),
        )
        for row in rows
        if row.winner in titles and row.loser in titles
    ]
    unlikely = [win for win in wins if win.chance < UNLIKELY]
    return name, tuple(sorted(unlikely, key=lambda win: (win.chance, win.match))[:MOST])


def _short(titles: dict[int, tuple[str, str]], entry: int) -> str:
    return short_title(titles[entry][0], SHORT)
