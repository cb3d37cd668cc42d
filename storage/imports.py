"""Imported papers, rubric scores and verdicts, each added once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select

from storage import papers
from storage.database import Transaction
from storage.messages import insert_once
from storage.tables import Assessment, Match, Verdict

SCHEME = "recorded"
ASSESSOR = "recorded"


async def add_paper(
    session: Transaction,
    *,
    league: int,
    key: str,
    title: str,
    title_raw: str,
    scores: Mapping[str, float | None],
    channel: str,
    now: datetime,
) -> tuple[int, bool]:
    """Enter a recorded paper with its scores; returns the entry and whether it is new."""
    paper, added = await papers.find_or_add(session, SCHEME, key, "", now)
    if added:
        await papers.known(
            session, paper.id, now,
            {"title": title, "title_raw": title_raw, "search_text": title.casefold(), "source": SCHEME},
        )  # fmt: skip
    entry, is_new = await papers.enter(
        session, league=league, paper=paper.id, user="import", channel=channel, ts=None, now=now
    )
    if is_new and scores.get("rating") is not None:
        await add_scores(session, entry.id, scores, now)
    return entry.id, is_new


async def add_scores(
    session: Transaction, entry: int, scores: Mapping[str, float | None], now: datetime
) -> None:
    """Keep recorded scores as an assessment of their own, once."""
    await insert_once(
        session, Assessment,
        workspace_id=session.workspace, entry_id=entry, assessor=ASSESSOR, model=ASSESSOR, status="done",
        created_at=now, done_at=now, **scores,
    )  # fmt: skip


async def add_matches(
    session: Transaction, *, league: int, rows: Sequence[tuple[int, int, str, str, str]], now: datetime
) -> int:
    """Add decided matches (first, second, outcome, judge, key), those with a known key left out; returns how many."""
    known = set(
        await session.scalars(
            select(Match.import_key).where(Match.league_id == league, Match.import_key.is_not(None))
        )
    )
    new = [row for row in rows if row[4] not in known]
    if not new:
        return 0
    workspace = session.workspace
    await session.execute(
        insert(Match),
        [
            {
                "workspace_id": workspace, "league_id": league, "first_id": first, "second_id": second,
                "judge": judge, "pool": "recorded", "status": "decided", "verdict": outcome, "outcome": outcome,
                "import_key": key, "planned_at": now, "decided_at": now,
            }
            for first, second, outcome, judge, key in new
        ],
    )  # fmt: skip
    ids = await session.execute(
        select(Match.id, Match.judge, Match.verdict).where(
            Match.league_id == league, Match.import_key.in_([row[4] for row in new])
        )
    )
    await session.execute(
        insert(Verdict),
        [
            {
                "workspace_id": workspace, "match_id": row.id, "judge": row.judge, "model": row.judge,
                "winner": row.verdict, "confidence": 0.5, "at": now,
                "rationale": "This verdict was recorded without a rationale.",
            }
            for row in ids
        ],
    )  # fmt: skip
    return len(new)
