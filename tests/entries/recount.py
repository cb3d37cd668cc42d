"""What always holds between the rows of a workspace once all that is due was done, recounted league by league."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storage.database.engine import Database
from storage.spending import paused_judges
from storage.standings import past_standings
from storage.tables import (
    Assessment,
    Entry,
    Follower,
    League,
    Match,
    Merge,
    Occurrence,
    Override,
    Paper,
    Poll,
    Rating,
    Schedule,
    Spending,
    Tournament,
    Vote,
    Voter,
)
from storage.work.leases import FAR
from tests.leagues.world import TEAM

TABLES = (
    Entry, Paper, Match, Assessment, Tournament, Poll, Override, Rating, Spending, League, Merge, Occurrence,
    Schedule, Follower, Vote, Voter,
)  # fmt: skip
OPEN = {"planned", "judging"}


@dataclass
class Rows:
    """All rows, by table, and what the newest standings of each league say."""

    of: dict[Any, list[Any]]
    latest: dict[int, Any]
    pauses: Mapping[str, str]

    def __post_init__(self) -> None:
        out = {paper.id for paper in self.of[Paper] if paper.withdrawn}
        entries = [entry for entry in self.of[Entry] if entry.removed_at is None]
        self.present = {entry.id for entry in entries}
        self.plays = {entry.id for entry in entries if entry.paper_id not in out}
        self.resting = {league.id for league in self.of[League] if league.closed_at is not None}
        self.matches = {match.id: match for match in self.of[Match]}


async def recount(database: Database, configured: set[str]) -> None:
    """Read everything and compare; `configured` are the judges of the settings."""
    async with database.reading(TEAM) as session:
        rows: dict[Any, list[Any]] = {table: list(await session.scalars(select(table))) for table in TABLES}
        latest = {league.id: (await past_standings.latest(session, league.id))[1] for league in rows[League]}
        everything = Rows(rows, latest, await paused_judges(session))
    for league in rows[League]:
        _ratings_are_what_was_decided(everything, league.id)
    _nothing_for_who_left(everything)
    _outcomes_are_the_teams_or_the_judges(everything)
    _merged_entries_hold_nothing(everything)
    _votes_are_of_voters(everything)
    assert [row.id for row in rows[Spending] if row.settled_at is None] == []
    _nothing_waits_for_nobody(everything, configured)
    _no_review_or_firing_waits(everything)


def _nothing_for_who_left(rows: Rows) -> None:
    for match in rows.of[Match]:
        if match.status in OPEN:
            assert {match.first_id, match.second_id} <= rows.plays, f"{match.id} is asked of who left"
    for review in rows.of[Assessment]:
        assert review.status != "planned" or review.entry_id in rows.plays, f"{review.id} is of who left"
    for poll in rows.of[Poll]:
        match = rows.matches[poll.match_id]
        assert poll.status != "open" or {match.first_id, match.second_id} <= rows.plays, f"vote {poll.id}"


def _outcomes_are_the_teams_or_the_judges(rows: Rows) -> None:
    in_force = {row.match_id: row.outcome for row in rows.of[Override] if row.reverted_at is None}
    for match in rows.of[Match]:
        if match.status == "decided":
            assert match.outcome == in_force.get(match.id, match.verdict), f"match {match.id}"


def _merged_entries_hold_nothing(rows: Rows) -> None:
    """What hangs on a paper hangs on the one that stayed."""
    merged = {entry.id for entry in rows.of[Entry] if entry.merged_into is not None}
    assert not merged & rows.present
    assert not merged & {row.entry_id for row in rows.of[Follower]}
    by_paper = Counter((entry.league_id, entry.paper_id) for entry in rows.of[Entry])
    assert not [key for key, number in by_paper.items() if number > 1], "one paper entered twice"
    gone = {paper.id for paper in rows.of[Paper] if paper.merged_into is not None}
    for entry in rows.of[Entry]:
        assert entry.removed_at is not None or entry.paper_id not in gone, f"{entry.id} is of a merged paper"


def _votes_are_of_voters(rows: Rows) -> None:
    voters = {(row.poll_id, row.user) for row in rows.of[Voter]}
    assert {(row.poll_id, row.user) for row in rows.of[Vote]} <= voters
    numbers = Counter(row.poll_id for row in rows.of[Voter] if not row.author)
    for poll in rows.of[Poll]:
        if poll.status == "open":
            assert poll.quorum <= max(1, numbers[poll.id]), f"vote {poll.id} can't be decided"
            assert poll.match_id not in {
                other.match_id for other in rows.of[Poll] if other.status == "open" and other.id != poll.id
            }
        else:
            assert poll.result is not None


def _ratings_are_what_was_decided(rows: Rows, league: int) -> None:
    wins: Counter[int] = Counter()
    losses: Counter[int] = Counter()
    draws: Counter[int] = Counter()
    for match in rows.of[Match]:
        if (
            match.league_id == league
            and match.status == "decided"
            and {match.first_id, match.second_id} <= rows.present
        ):
            sides = [match.first_id, match.second_id]
            if match.outcome == "draw":
                draws.update(sides)
            else:
                won = sides[match.outcome == "second"]
                wins[won] += 1
                losses[sum(sides) - won] += 1
    ratings = [row for row in rows.of[Rating] if row.league_id == league]
    assert {row.entry_id for row in ratings} <= rows.present
    if not any(row.status == "running" and row.league_id == league for row in rows.of[Tournament]):
        for row in ratings:
            counts = (wins[row.entry_id], losses[row.entry_id], draws[row.entry_id])
            assert (row.wins, row.losses, row.draws) == counts, f"record of {row.entry_id}"
        unrated = {*wins, *losses, *draws} - {row.entry_id for row in ratings}
        assert not unrated, f"{unrated} played and have no rating"
    by_score = sorted(ratings, key=lambda row: -row.score)
    assert [row.rank for row in by_score] == sorted(row.rank for row in ratings)
    latest = rows.latest[league]
    for row in ratings:
        kept = latest[row.entry_id]
        assert (kept.rank, round(kept.score, 3)) == (row.rank, round(row.score, 3))
    assert set(latest) == {row.entry_id for row in ratings}


def _nothing_waits_for_nobody(rows: Rows, configured: set[str]) -> None:
    open_in = Counter(row.tournament_id for row in rows.of[Match] if row.status in OPEN)
    status = {row.id: row for row in rows.of[Tournament]}
    for row in rows.of[Tournament]:
        if row.status in {"finished", "cancelled", "failed"}:
            assert not open_in[row.id], f"tournament {row.id} is over and has open matches"
            assert row.ended_at is not None, f"tournament {row.id} has no end"
        if row.league_id in rows.resting:
            continue
        if row.status == "running":
            assert open_in[row.id], f"tournament {row.id} runs and nothing wakes it"
        if row.status == "paused" and row.held_for == "judge":
            waits = set(row.judges) & set(rows.pauses)
            assert waits & configured, f"tournament {row.id} waits for a judge that isn't paused"
    for match in rows.of[Match]:
        if match.status == "planned" and match.league_id not in rows.resting:
            wakes = match.not_before is not None and match.not_before < FAR
            holder = status.get(match.tournament_id)
            assert wakes or (holder is not None and holder.status == "paused"), (
                f"{match.id} waits for nothing"
            )


def _no_review_or_firing_waits(rows: Rows) -> None:
    leagues = {entry.id: entry.league_id for entry in rows.of[Entry]}
    for review in rows.of[Assessment]:
        if leagues[review.entry_id] not in rows.resting:
            assert review.status != "assessing"
            assert review.status != "planned" or review.failure, f"review {review.id} waits for nothing"
    of_schedule = {row.id: row for row in rows.of[Schedule]}
    for row in rows.of[Occurrence]:
        if of_schedule[row.schedule_id].league_id not in rows.resting:
            assert row.status in {"done", "missed"}, f"a firing of {row.schedule_id} waits"
