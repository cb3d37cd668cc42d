"""Import a league's settings, people, schedules, standings, tournaments, money and log, each row once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from storage.database.engine import Transaction
from storage.database.statements import batched, upsert
from storage.exchange.upkeep_rows import (
    AT_ONCE,
    LINE,
    MARK,
    MONEY,
    REFERENCES,
    SCHEDULE,
    SETTINGS,
    TOURNAMENT,
    UNPLAYED,
)
from storage.standings.past_standings import PastRating, pack
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
LIVE = frozenset({"planned", "running", "paused"})
_IDS = frozenset({*REFERENCES, "poll", "override", "merge"})
"""Names in the detail of a line of the log that are ids of rows."""
_REVERTED = "override.reverted"


@dataclass(frozen=True, slots=True)
class Places:
    """Where an export's names stand in a league now: ids of entries, matches, polls and tournaments.

    `polls` are by match key and number.
    """

    entries: Mapping[str, int]
    matches: Mapping[str, int]
    polls: Mapping[tuple[str, int], int]
    tournaments: Mapping[int, int] = field(default_factory=dict)


async def _insert(session: Transaction, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    for some in batched([{"workspace_id": session.workspace, **row} for row in rows], AT_ONCE):
        await session.execute(insert(table), some)


async def set_up(
    session: Transaction, league: int, settings: Mapping[str, Any], owners: Sequence[Mapping[str, Any]]
) -> None:
    """Give a new league its settings, and owners in place of the importer, if there are any."""
    row = (await session.scalars(select(League).where(League.id == league))).one()
    for name in SETTINGS:
        setattr(row, name, settings[name])
    if owners:
        await session.flush()
        for owner in await session.scalars(select(Owner).where(Owner.league_id == league)):
            await session.delete(owner)
        await session.flush()
        await _insert(session, Owner, [{"league_id": league, **owner} for owner in owners])
    await session.flush()


async def remove_entries(session: Transaction, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Mark new entries, given by id, as removed when and by whom their rows say."""
    for some in batched(list(rows), AT_ONCE):
        for entry in await session.scalars(select(Entry).where(Entry.id.in_(some))):
            entry.removed_at = rows[entry.id]["removed_at"]
            entry.removed_by = rows[entry.id]["removed_by"]
        await session.flush()


async def add_marks(
    session: Transaction,
    league: int,
    authors: Sequence[Mapping[str, Any]],
    feedback: Sequence[Mapping[str, Any]],
    places: Places,
) -> None:
    """Add who wrote which paper, and people's marks on verdicts and assessments; a person's mark here stays."""
    entries = await session.execute(select(Entry.id, Entry.paper_id).where(Entry.league_id == league))
    papers = {row.id: row.paper_id for row in entries}
    assessments = await _assessments(session, league)
    marks = []
    for row in feedback:
        match = places.matches.get(row["match"])
        assessment = assessments.get((places.entries.get(row["paper"], 0), row["judge"]))
        if match or assessment:
            marks.append(
                {
                    **{name: row[name] for name in MARK},
                    "league_id": league,
                    "match_id": match,
                    "assessment_id": assessment,
                }
            )
    wrote = [
        {"paper_id": papers[places.entries[row["paper"]]], "user": row["user"], "at": row["at"]}
        for row in authors
    ]
    for table, rows in ((AuthorMark, wrote), (Feedback, marks)):
        statement = upsert(session, table).on_conflict_do_nothing()
        for some in batched([{"workspace_id": session.workspace, **row} for row in rows], AT_ONCE):
            await session.execute(statement, some)


async def _assessments(session: Transaction, league: int) -> dict[tuple[int, str], int]:
    """Return the ids of a league's assessments by entry and assessor."""
    rows = await session.execute(
        select(Assessment.entry_id, Assessment.assessor, Assessment.id)
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league)
    )
    return {(row.entry_id, row.assessor): row.id for row in rows}


async def add_schedules(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]]
) -> dict[int, int]:
    """Add a new league's schedules, all stopped; return their ids by number."""
    ids: dict[int, int] = {}
    for row in rows:
        schedule = Schedule(
            league_id=league, **{name: row[name] for name in SCHEDULE if name not in {"active", "options"}},
            active=False, options=row["options"] or {},
        )  # fmt: skip
        session.add(schedule)
        await session.flush()
        ids[row["number"]] = schedule.id
    return ids


async def add_tournaments(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]], schedules: Mapping[int, int]
) -> tuple[dict[int, int], int]:
    """Add tournaments that the league doesn't have yet, those under way as paused.

    Return all their ids by number, and how many were paused.
    """
    paused = 0
    known: dict[tuple[Any, ...], int] = {}
    for tournament in await session.scalars(
        select(Tournament).where(Tournament.league_id == league).order_by(Tournament.id)
    ):
        known.setdefault(
            _of_tournament({name: getattr(tournament, name) for name in TOURNAMENT}), tournament.id
        )
    ids: dict[int, int] = {}
    for row in rows:
        if _of_tournament(row) not in known:
            values = {name: row[name] for name in TOURNAMENT}
            if row["status"] in LIVE:
                paused += 1
                values |= {
                    "status": "paused", "deadline": None, "held_for": row["held_for"] or "person",
                }  # fmt: skip
            added = Tournament(league_id=league, **values, schedule_id=schedules.get(row["schedule"] or 0))
            session.add(added)
            await session.flush()
            known[_of_tournament(row)] = added.id
        ids[row["number"]] = known[_of_tournament(row)]
    return ids, paused


def _of_tournament(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells a tournament from others of its league."""
    return row["created_at"], row["started_by"], row["seed"], row["budget_matches"], row["goal"]


async def add_boards(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]], places: Places
) -> dict[int, int]:
    """Add a new league's earlier standings; return their ids by number."""
    ids: dict[int, int] = {}
    for row in rows:
        figures = [PastRating(places.entries[paper], *figures) for paper, figures in row["figures"].items()]
        about = (
            places.matches.get(row["match"])
            or places.tournaments.get(row["tournament"])
            or places.entries.get(row["paper"])
        )
        board = Standings(
            league_id=league, cause=row["cause"], about_id=about, entries=len(figures), outcomes=row["outcomes"],
            figures=pack(figures), judges=row["judges"], at=row["at"],
        )  # fmt: skip
        session.add(board)
        await session.flush()
        ids[row["number"]] = board.id
    return ids


async def set_boards(
    session: Transaction,
    rows: Sequence[Mapping[str, Any]],
    tournaments: Mapping[int, int],
    boards: Mapping[int, int],
) -> None:
    """Say of a new league's tournaments which standings were before and after them."""
    for row in rows:
        tournament = await session.get_one(Tournament, tournaments[row["number"]])
        tournament.before_id = boards.get(row["before"] or 0)
        tournament.after_id = boards.get(row["after"] or 0)
    await session.flush()


async def add_unplayed(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]], places: Places, keys: Iterable[str]
) -> None:
    """Add matches without a decision whose key isn't among `keys`; planned ones are cancelled."""
    known = set(keys)
    await _insert(
        session,
        Match,
        [
            {
                **{name: row[name] for name in UNPLAYED}, "league_id": league, "import_key": row["key"],
                "first_id": places.entries[row["first"]], "second_id": places.entries[row["second"]],
                "tournament_id": places.tournaments.get(row["tournament"]), "tried": row["tried"] or {},
                "status": "failed" if row["status"] == "failed" else "cancelled",
            }
            for row in rows
            if row["key"] not in known and places.entries[row["first"]] != places.entries[row["second"]]
        ],
    )  # fmt: skip


async def add_spending(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]], places: Places
) -> None:
    """Add what calls cost, if the league doesn't have it yet."""
    known = {
        (row.kind, row.judge, row.at, row.reserved)
        for row in await session.scalars(select(Spending).where(Spending.league_id == league))
    }
    assessments = await _assessments(session, league)
    await _insert(
        session,
        Spending,
        [
            {
                **{name: row[name] for name in MONEY}, "league_id": league,
                "tournament_id": places.tournaments.get(row["tournament"]),
                "about_id": places.matches.get(row["match"])
                or assessments.get((places.entries.get(row["paper"], 0), row["judge"]), 0),
            }
            for row in rows
            if (row["kind"], row["judge"], row["at"], row["reserved"]) not in known
        ],
    )  # fmt: skip


async def add_log(
    session: Transaction, league: int, rows: Sequence[Mapping[str, Any]], places: Places
) -> None:
    """Add the lines of a new league's log, with the ids that their names have here."""
    replaced = await session.execute(
        select(Override.poll_id, Override.id)
        .join(Match, Match.id == Override.match_id)
        .where(Match.league_id == league)
    )
    overrides = {row.poll_id: row.id for row in replaced}
    lines: Rows = []
    for row in rows:
        poll = places.polls.get((row["match"], row["poll"] or 0))
        is_revert = row["action"] == _REVERTED
        ids = {
            "match": places.matches.get(row["match"]), "entry": places.entries.get(row["paper"]),
            "poll": None if is_revert else poll, "id": places.tournaments.get(row["tournament"]),
            "override": overrides.get(poll or 0) if is_revert else None,
        }  # fmt: skip
        detail = {name: value for name, value in (row["detail"] or {}).items() if name not in _IDS}
        detail |= {name: value for name, value in ids.items() if value}
        lines.append({"league_id": league, "detail": detail, **{name: row[name] for name in LINE}})
    await _insert(session, AuditLine, lines)
