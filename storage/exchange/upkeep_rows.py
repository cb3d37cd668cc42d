"""Export a league's settings, people, schedules, standings, tournaments, money and log as rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from storage.database.engine import Transaction
from storage.database.statements import batched
from storage.standings.past_standings import unpack
from storage.tables import (
    Assessment,
    AuditLine,
    AuthorMark,
    Base,
    Entry,
    Feedback,
    League,
    Match,
    Override,
    Owner,
    Schedule,
    Spending,
    Standings,
    Tournament,
)

Rows = list[dict[str, Any]]
AT_ONCE = 2_000
IMPORTER = "import"
"""User id in place of a person for what an import creates."""
SETTINGS = (
    "time_zone", "target_interval", "vote_hours", "quorum", "vote_weight", "anonymous_votes", "swap_share", "monthly_cap",
    "strangers_vote", "takes_app_links", "members_may_start", "members_may_budget", "members_may_revert", "judges",
)  # fmt: skip
"""Columns of a league that are exported as its settings."""
SCHEDULE = ("kind", "channel", "cron", "time_zone", "options", "active", "created_by", "created_at")
TOURNAMENT = (
    "status", "goal", "top_k", "budget_matches", "budget", "target_interval", "deadline", "judges", "panel", "batch",
    "seed", "round", "channel", "started_by", "created_at", "started_at", "ended_at", "reason", "held_for", "failure",
)  # fmt: skip
UNPLAYED = (
    "judge", "pool", "status", "tried", "failure", "panel", "wants_swap", "requested_by", "round", "planned_at",
)  # fmt: skip
MONEY = ("kind", "judge", "reserved", "cost", "result", "at", "settled_at")
MARK = ("judge", "user", "is_good", "at")
LINE = ("user", "action", "at")
REFERENCES = {"match": "match", "entry": "paper", "id": "tournament"}
"""Names of ids in the detail of a line of the log, with the column that has their name in an export."""


@dataclass(frozen=True, slots=True)
class Names:
    """What an export calls a league's rows: entries by canonical id, matches by key, the others by number.

    `polls` are (match id, number) by poll id.
    """

    papers: Mapping[int, str]
    matches: Mapping[int, str]
    polls: Mapping[int, tuple[int, int]]
    tournaments: Mapping[int, int]


async def tournament_numbers(session: Transaction, league: int) -> dict[int, int]:
    """Return the numbers of a league's tournaments from 1, oldest first, by id."""
    rows = select(Tournament.id).where(Tournament.league_id == league).order_by(Tournament.id)
    return {row: number for number, row in enumerate(await session.scalars(rows), 1)}


def _columns(row: Base, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


async def read(session: Transaction, league: int, names: Names) -> dict[str, Rows]:
    """Return the tables of what a league has beside its papers, matches and votes."""
    row = (await session.scalars(select(League).where(League.id == league))).one()
    owners = await session.scalars(select(Owner).where(Owner.league_id == league).order_by(Owner.user))
    schedules = list(
        await session.scalars(select(Schedule).where(Schedule.league_id == league).order_by(Schedule.id))
    )
    tournaments = list(
        await session.scalars(
            select(Tournament).where(Tournament.league_id == league).order_by(Tournament.id)
        )
    )
    boards = await _boards(session, league, tournaments)
    board_numbers = {board.id: number for number, board in enumerate(boards, 1)}
    schedule_numbers = {schedule.id: number for number, schedule in enumerate(schedules, 1)}
    return {
        "settings": [
            {"workspace": session.workspace, "channel": row.channel, **_columns(row, SETTINGS)}
        ],
        "owners": [
            {"user": owner.user, "since": owner.since} for owner in owners if owner.user != IMPORTER
        ],
        "authors": await _authors(session, league, names),
        "feedback": await _feedback(session, league, names),
        "schedules": [
            {"number": schedule_numbers[schedule.id], **_columns(schedule, SCHEDULE)} for schedule in schedules
        ],
        "standings": [_board(board, board_numbers[board.id], names) for board in boards],
        "tournaments": [
            {
                "number": names.tournaments[each.id], **_columns(each, TOURNAMENT),
                "schedule": schedule_numbers.get(each.schedule_id or 0),
                "before": board_numbers.get(each.before_id or 0), "after": board_numbers.get(each.after_id or 0),
            }
            for each in tournaments
        ],
        "spending": await _spending(session, league, names),
        "log": await _log(session, league, names),
    }  # fmt: skip


async def _authors(session: Transaction, league: int, names: Names) -> Rows:
    rows = await session.execute(
        select(Entry.id, AuthorMark)
        .join(AuthorMark, AuthorMark.paper_id == Entry.paper_id)
        .where(Entry.league_id == league)
        .order_by(Entry.id, AuthorMark.user)
    )
    return [
        {"paper": names.papers[entry], "user": mark.user, "at": mark.at}
        for entry, mark in rows
        if entry in names.papers
    ]


async def _feedback(session: Transaction, league: int, names: Names) -> Rows:
    rows = await session.execute(
        select(Feedback, Assessment.entry_id)
        .join(Assessment, Assessment.id == Feedback.assessment_id, isouter=True)
        .where(Feedback.league_id == league)
        .order_by(Feedback.id)
    )
    marks = [
        {"match": names.matches.get(mark.match_id or 0), "paper": names.papers.get(entry or 0), **_columns(mark, MARK)}
        for mark, entry in rows
    ]  # fmt: skip
    return [mark for mark in marks if mark["match"] or mark["paper"]]


async def _boards(
    session: Transaction, league: int, tournaments: Sequence[Tournament]
) -> Sequence[Standings]:
    """Return a league's standings: of each day the last, and those before and after tournaments."""
    rows = await session.execute(
        select(Standings.id, Standings.at)
        .where(Standings.league_id == league)
        .order_by(Standings.at, Standings.id)
    )
    last = {row.at.date(): row.id for row in rows}
    ids = {
        *last.values(),
        *(each.before_id for each in tournaments),
        *(each.after_id for each in tournaments),
    }
    boards: list[Standings] = []
    for some in batched(sorted(board for board in ids if board is not None), AT_ONCE):
        boards += await session.scalars(
            select(Standings).where(Standings.id.in_(some)).order_by(Standings.id)
        )
    return boards


def _board(row: Standings, number: int, names: Names) -> dict[str, Any]:
    about = row.about_id or 0
    is_match, is_tournament = row.cause == "match", row.cause == "tournament"
    return {
        "number": number, "cause": row.cause, "at": row.at, "outcomes": row.outcomes, "judges": row.judges,
        "match": names.matches.get(about) if is_match else None,
        "tournament": names.tournaments.get(about) if is_tournament else None,
        "paper": None if is_match or is_tournament or row.cause == "exam" else names.papers.get(about),
        "figures": {
            names.papers[past.entry]: (
                past.score, past.interval, past.rank, past.rank_low, past.rank_high, past.matches,
            )
            for past in unpack(row.figures).values()
            if past.entry in names.papers
        },
    }  # fmt: skip


async def _spending(session: Transaction, league: int, names: Names) -> Rows:
    """Return what calls cost; a call under way has no cost yet and is left out."""
    rows = await session.execute(
        select(Spending, Assessment.entry_id)
        .join(
            Assessment,
            (Spending.kind == "assessment") & (Assessment.id == Spending.about_id),
            isouter=True,
        )
        .where(Spending.league_id == league, Spending.settled_at.is_not(None))
        .order_by(Spending.id)
    )
    return [
        {
            "match": names.matches.get(row.about_id) if row.kind == "match" else None,
            "paper": names.papers.get(entry or 0), "tournament": names.tournaments.get(row.tournament_id or 0),
            **_columns(row, MONEY), "cost": row.cost or Decimal(0),
        }
        for row, entry in rows
    ]  # fmt: skip


async def _log(session: Transaction, league: int, names: Names) -> Rows:
    """Return the lines of the log, with names in place of ids; ids of what isn't exported are left out."""
    replaced = await session.execute(
        select(Override.id, Override.poll_id)
        .join(Match, Match.id == Override.match_id)
        .where(Match.league_id == league)
    )
    overrides = {row.id: row.poll_id for row in replaced}
    named: dict[str, Mapping[int, Any]] = {
        "match": names.matches, "entry": names.papers, "id": names.tournaments,
    }  # fmt: skip
    lines: Rows = []
    rows = select(AuditLine).where(AuditLine.league_id == league).order_by(AuditLine.id)
    for row in await session.scalars(rows):
        detail = {name: value for name, value in row.detail.items() if name != "merge"}
        line: dict[str, Any] = {**_columns(row, LINE), "poll": None}
        for name, column in REFERENCES.items():
            line[column] = named[name].get(detail.pop(name, 0))
        poll = detail.pop("poll", None) or overrides.get(detail.pop("override", 0), 0)
        if poll in names.polls:
            match, line["poll"] = names.polls[poll]
            line["match"] = line["match"] or names.matches.get(match)
        lines.append({**line, "detail": detail})
    return lines
