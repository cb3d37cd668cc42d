"""Import papers, rubric scores and verdicts in bulk; each is added once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from storage.database.engine import Transaction
from storage.database.statements import batched, upsert
from storage.tables import Assessment, Base, Entry, Identifier, Match, Paper, Verdict

SCHEME = "recorded"
ASSESSOR = "recorded"
AT_ONCE = 5_000
"""Rows per statement, because databases limit the parameters of a statement."""


@dataclass(frozen=True, slots=True)
class ImportedPaper:
    """A paper to import: identifier, columns of table `papers`, who brought it, and rubric scores if any."""

    scheme: str
    value: str
    url: str
    columns: Mapping[str, Any]
    user: str
    at: datetime
    scores: Mapping[str, float | None]
    names: Sequence[tuple[str, str]] = ()
    """Other identifiers of the paper: (scheme, value)."""

    @property
    def canonical(self) -> str:
        """Canonical id ("scheme:value") that the paper gets if it is new."""
        return f"{self.scheme}:{self.value}"


async def _add(session: Transaction, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows in bulk, skipping those whose unique key exists."""
    statement = upsert(session, table).on_conflict_do_nothing()
    for some in batched([{"workspace_id": session.workspace, **row} for row in rows], AT_ONCE):
        await session.execute(statement, some)


async def add_papers(
    session: Transaction, *, league: int, channel: str, papers: Sequence[ImportedPaper], now: datetime
) -> dict[str, tuple[int, bool]]:
    """Add papers to a league; return (entry id, whether new in the league) by canonical id."""
    papers_by_name: dict[str, ImportedPaper] = {}
    for paper in papers:
        papers_by_name.setdefault(paper.canonical, paper)
    ids = await _ids_of_papers(session, papers_by_name, now)
    before = await _entries_of(session, league)
    entrants: dict[int, ImportedPaper] = {}
    for name, paper in papers_by_name.items():
        if ids[name] not in before:
            entrants.setdefault(ids[name], paper)
    await _add(
        session,
        Entry,
        (
            {
                "league_id": league, "paper_id": paper_id, "submitted_by": paper.user, "submitted_at": paper.at,
                "channel": channel,
            }
            for paper_id, paper in entrants.items()
        ),
    )  # fmt: skip
    entries = await _entries_of(session, league)
    await _add(
        session,
        Assessment,
        (
            {
                "entry_id": entries[paper_id], "assessor": ASSESSOR, "model": ASSESSOR, "status": "done",
                "created_at": now, "done_at": now, **paper.scores,
            }
            for paper_id, paper in entrants.items()
            if paper.scores.get("rating") is not None
        ),
    )  # fmt: skip
    return {
        name: (entries[ids[name]], entrants.get(ids[name]) is paper) for name, paper in papers_by_name.items()
    }


async def _ids_of_papers(
    session: Transaction, papers_by_name: Mapping[str, ImportedPaper], now: datetime
) -> dict[str, int]:
    """Return the paper ids by canonical id; papers that don't exist are added."""
    ids = await _papers_of(session, list(papers_by_name.values()))
    new = [paper for name, paper in papers_by_name.items() if name not in ids]
    await _add(
        session,
        Paper,
        (
            {
                "canonical": paper.canonical, "url": paper.url, "status": "known", "created_at": now,
                "fetched_at": now, **paper.columns,
            }
            for paper in new
        ),
    )  # fmt: skip
    for some in batched([paper.canonical for paper in new], AT_ONCE):
        final_id = func.coalesce(Paper.merged_into, Paper.id).label("id")
        for row in await session.execute(select(final_id, Paper.canonical).where(Paper.canonical.in_(some))):
            ids[row.canonical] = row.id
    await _add(
        session,
        Identifier,
        (
            {"paper_id": ids[paper.canonical], "scheme": scheme, "value": value}
            for paper in new
            for scheme, value in ((paper.scheme, paper.value), *paper.names)
        ),
    )
    return ids


async def _papers_of(session: Transaction, papers: Sequence[ImportedPaper]) -> dict[str, int]:
    """Return the ids of papers that already have these identifiers, by canonical id."""
    ids: dict[str, int] = {}
    names = {(paper.scheme, paper.value): paper.canonical for paper in papers}
    for some in batched([paper.value for paper in papers], AT_ONCE):
        rows = await session.execute(
            select(Identifier.scheme, Identifier.value, Identifier.paper_id).where(Identifier.value.in_(some))
        )
        for row in rows:
            if (row.scheme, row.value) in names:
                ids[names[row.scheme, row.value]] = row.paper_id
    return ids


async def _entries_of(session: Transaction, league: int) -> dict[int, int]:
    """Return the league's entry ids by paper id, including removed entries."""
    rows = await session.execute(select(Entry.paper_id, Entry.id).where(Entry.league_id == league))
    return {row.paper_id: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class ImportedMatch:
    """A decided match with its verdict, to import.

    `key` identifies it in every import; `outcome` and `weight` are what counts in the ratings.
    """

    key: str
    first: int
    second: int
    judge: str
    pool: str
    model: str
    verdict: str
    outcome: str
    weight: float
    confidence: float
    rationale: str
    at: datetime
    criteria: Mapping[str, str] = field(default_factory=dict)
    panel: bool = False
    requested_by: str | None = None
    planned_at: datetime | None = None
    round: int = 0
    wants_swap: bool = False
    tried: Mapping[str, Any] = field(default_factory=dict)
    tournament: int | None = None
    """Id of the tournament in which it was played, if any."""
    has_verdict: bool = True
    """Whether the verdict is given here; otherwise the match's verdicts are added separately."""


async def add_matches(
    session: Transaction, *, league: int, matches: Sequence[ImportedMatch], keys: Iterable[str]
) -> dict[str, int]:
    """Add decided matches whose key isn't among `keys`, with their verdicts; return the new match ids by key."""
    new = {match.key: match for match in matches}
    for key in keys:
        new.pop(key, None)
    owner = {"workspace_id": session.workspace}
    for some in batched(list(new.values()), AT_ONCE):
        await session.execute(
            insert(Match),
            [
                {
                    **owner, "league_id": league, "first_id": match.first, "second_id": match.second,
                    "judge": match.judge, "pool": match.pool, "status": "decided", "verdict": match.verdict,
                    "outcome": match.outcome, "weight": match.weight, "import_key": match.key,
                    "planned_at": match.planned_at or match.at, "decided_at": match.at, "panel": match.panel,
                    "requested_by": match.requested_by, "round": match.round, "wants_swap": match.wants_swap,
                    "tried": dict(match.tried), "tournament_id": match.tournament,
                }
                for match in some
            ],
        )  # fmt: skip
    ids = {key: row for key, row in (await keys_of(session, league)).items() if key in new}
    for some_keys in batched([key for key in ids if new[key].has_verdict], AT_ONCE):
        await session.execute(
            insert(Verdict),
            [
                {
                    **owner, "match_id": ids[key], "judge": new[key].judge, "model": new[key].model,
                    "winner": new[key].verdict, "confidence": new[key].confidence,
                    "rationale": new[key].rationale, "at": new[key].at, "criteria": dict(new[key].criteria),
                }
                for key in some_keys
            ],
        )  # fmt: skip
    return ids


async def keys_of(session: Transaction, league: int) -> dict[str, int]:
    """Return the ids of a league's imported matches by import key."""
    rows = await session.execute(
        select(Match.import_key, Match.id)
        .where(Match.league_id == league, Match.import_key.is_not(None))
        .order_by(Match.id)
    )
    return {row.import_key: row.id for row in rows if row.import_key is not None}
