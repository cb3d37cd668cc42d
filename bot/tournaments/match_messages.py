"""Chooses which matches of a tournament get their own message: all of a few, else notable ones."""

from datetime import datetime

from storage.database.engine import Transaction
from storage.matches import match_rows
from storage.standings import rating_rows
from storage.tables import Tournament
from storage.work import outbox

FEW = 20
"""Number of matches up to which each has its own message in the tournament's thread."""


async def want_match(session: Transaction, tournament: Tournament, match_id: int, now: datetime) -> None:
    """Queue a match's message in its tournament's thread."""
    await outbox.want(
        session,
        channel=tournament.channel,
        key=f"match:{match_id}",
        kind="match",
        about_id=match_id,
        thread_key=f"tournament:{tournament.id}",
        now=now,
    )


async def notable_matches(session: Transaction, tournament: Tournament, limit: int) -> list[int]:
    """Return matches worth reading: upsets first (the loser ranks above the winner), then those nearest the top."""
    matches = await match_rows.decided_in_tournament(session, tournament.id)
    ratings = await rating_rows.ratings_of(
        session, [entry for match in matches for entry in (match.first_id, match.second_id)]
    )
    worth = []
    for match in matches:
        first, second = ratings.get(match.first_id), ratings.get(match.second_id)
        if first is None or second is None:
            continue
        winner, loser = (first, second) if match.outcome == "first" else (second, first)
        upset = 0.0 if match.outcome == "draw" else max(loser.score - winner.score, 0.0)
        worth.append((-upset, first.rank + second.rank, match.id))
    return [match_id for _upset, _ranks, match_id in sorted(worth)[:limit]]
