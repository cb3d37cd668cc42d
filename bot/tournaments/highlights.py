"""Highlights of a tournament: upsets, disagreements of judges, and rank changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.standings.upsets import UPSET, chance_beforehand
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.matches import match_rows
from storage.standings import past_standings
from storage.tables import Tournament
from storage.tournaments import judge_disagreements, tournament_rows
from storage.tournaments.judge_disagreements import JudgeDisagreement

MOST = 3
MOST_LINES = 10
"""Most papers whose ranks are shown."""
MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Upset:
    """A match whose winner had a `chance` below 25 %, by the standings before or in the tournament."""

    match: int
    winner: str
    loser: str
    winner_rank: int
    loser_rank: int
    chance: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A match on which a judge contradicted itself (`other` is None) or differs from another judge."""

    match: int
    first: str
    second: str
    judge: str
    other: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """A paper's ranks in a tournament: before it and after each of its steps; None while it wasn't ranked."""

    title: str
    ranks: tuple[int | None, ...]


async def upsets(session: Transaction, tournament: Tournament) -> tuple[Upset, ...]:
    """Return the biggest upsets between papers not removed, the least likely first."""
    basis = tournament.before_id or tournament.after_id
    if basis is None:
        return ()
    ratings = await past_standings.load(session, basis)
    present = await entry_rows.present_ids(session, tournament.league_id)
    surprises = []
    for match in await match_rows.decided_in_tournament(session, tournament.id):
        if match.outcome not in {"first", "second"} or not {match.first_id, match.second_id} <= present & set(
            ratings
        ):
            continue
        sides = (match.first_id, match.second_id)
        winner, loser = sides if match.outcome == "first" else sides[::-1]
        chance = chance_beforehand(ratings[winner], ratings[loser])
        if chance < UPSET:
            surprises.append((chance, match.id, winner, loser))
    best = sorted(surprises)[:MOST]
    titles = await entry_rows.titles(session, [entry for _, _, *sides in best for entry in sides])
    return tuple(
        Upset(match, titles[winner][0], titles[loser][0], ratings[winner].rank, ratings[loser].rank, chance)
        for chance, match, winner, loser in best
    )


async def disagreements(session: Transaction, tournament: int) -> tuple[Disagreement, ...]:
    """Return matches on which judges differ: two judges on one pair, then one judge in both orders."""
    present = await entry_rows.present_ids(
        session, (await tournament_rows.get(session, tournament)).league_id
    )
    rows: dict[int, JudgeDisagreement] = {}
    for row in (
        *await judge_disagreements.decided_differently_before(session, tournament, MOST),
        *await judge_disagreements.decided_differently_swapped(session, tournament, MOST),
    ):
        if {row.first, row.second} <= present:
            rows.setdefault(row.match, row)
    rows_shown = list(rows.values())[:MOST]
    titles = await entry_rows.titles(
        session, [entry for row in rows_shown for entry in (row.first, row.second)]
    )
    return tuple(
        Disagreement(
            row.match,
            titles[row.first][0],
            titles[row.second][0],
            row.judge,
            None if row.other == row.judge else row.other,
        )
        for row in rows_shown
    )


def has_moves(courses: Sequence[Course]) -> bool:
    """Whether any rank changed during the tournament."""
    return any(len(set(course.ranks)) > 1 for course in courses)


async def course(session: Transaction, tournament: Tournament) -> tuple[Course, ...]:
    """Return how the ranks of the best papers moved during a tournament, ordered by their rank now.

    A step is one fit of the ratings; at most `MOST_STEPS` of them, evenly spread, are returned.
    """
    steps = list(await past_standings.load_course(session, tournament.id, tournament.before_id))
    if len(steps) < 2:  # noqa: PLR2004 - a course has a beginning and an end
        return ()
    if len(steps) > MOST_STEPS:
        steps = [steps[round(i * (len(steps) - 1) / (MOST_STEPS - 1))] for i in range(MOST_STEPS)]
    last = steps[-1][1]
    leaders = sorted(last.values(), key=lambda one: (one.rank, one.entry))[:MOST_LINES]
    titles = await entry_rows.titles(session, [one.entry for one in leaders])
    return tuple(
        Course(
            titles[one.entry][0],
            tuple(figures[one.entry].rank if one.entry in figures else None for _, figures in steps),
        )
        for one in leaders
        if one.entry in titles
    )
