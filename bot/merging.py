"""People make two papers one, or part them again; owners of all their leagues and workspace admins may."""

from dataclasses import dataclass
from datetime import datetime

from bot import identities
from bot.errors import ClosedError, NotAllowedError, NotFoundError
from bot.people import People
from bot.rights import may_manage
from storage import leagues, merges, papers
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Merged:
    """Two papers that are one now: the merge, the title that remains and the one that became part of it."""

    merge: int
    kept: str
    merged: str
    by: str
    reason: str


async def merge(
    session: Transaction, one_entry: int, other_entry: int, user: str, people: People, now: datetime
) -> Merged:
    """Make the papers of two entries one paper; raises `NotAllowedError`, `ClosedError`."""
    first = (await papers.entry(session, one_entry))[1].id
    second = (await papers.entry(session, other_entry))[1].id
    if first == second:
        raise ClosedError("Those are one paper already.")
    await _require(session, (first, second), user, people)
    titles = {paper: await _title(session, paper) for paper in (first, second)}
    joined = await identities.join(
        session, first, second, by=user, reason="said to be the same work", now=now
    )
    for league in joined.leagues:
        await leagues.note(session, league, user, "paper.merged", {"merge": joined.merge}, now)
    other = second if joined.kept == first else first
    return Merged(joined.merge, titles[joined.kept], titles[other], user, "said to be the same work")


async def merged_in(session: Transaction, entry_id: int) -> list[Merged]:
    """What became part of an entry's paper and can be parted again, newest first."""
    _entry, paper = await papers.entry(session, entry_id)
    return [
        Merged(
            row.id, paper.title or paper.canonical, await _title(session, row.merged_id), row.by, row.reason
        )
        for row in await merges.of_paper(session, paper.id)
    ]


async def unmerge(session: Transaction, merge_id: int, user: str, people: People, now: datetime) -> Merged:
    """Part what a merge joined; raises `NotFoundError`, `NotAllowedError`, `ClosedError` when it was parted."""
    row = await merges.get(session, merge_id)
    if row is None:
        raise NotFoundError("Those papers aren't here.")
    await _require(session, (row.kept_id, row.merged_id), user, people)
    if row.undone_at is not None:
        raise ClosedError("Those papers were parted already.")
    if await merges.built_on(session, row):
        raise ClosedError("Another paper was merged in since; part that one first.")
    merged = Merged(
        row.id, await _title(session, row.kept_id), await _title(session, row.merged_id), row.by, row.reason
    )
    for league in await identities.part(session, merge_id, user, now):
        await leagues.note(session, league, user, "paper.unmerged", {"merge": merge_id}, now)
    return merged


async def _require(session: Transaction, of: tuple[int, int], user: str, people: People) -> None:
    """Raise unless the person manages every league that holds one of these papers."""
    if user in await people.admins():
        return
    for league_id in await merges.leagues_of(session, of):
        league = await leagues.get(session, league_id)
        if not await may_manage(session, league, user, people):
            raise NotAllowedError(
                "A paper is one in all leagues: only workspace admins, or owners of every league it may be in, "
                "may do that."
            )


async def _title(session: Transaction, paper_id: int) -> str:
    paper = await papers.get(session, paper_id)
    return paper.title or paper.canonical
