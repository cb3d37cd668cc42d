"""Merges two papers into one, or undoes it; for owners of all their leagues and workspace admins.

Leagues that the person can't see don't count, since a refusal would reveal them; their owners get a message instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.entries import same_paper
from bot.leagues.rights import may_manage, refusal
from bot.leagues.visibility import visible, visible_entry
from bot.people import SOURCES, Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows, merges
from storage.errors import ClosedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import League
from storage.work import outbox

MERGE_NOTICE = "merged_elsewhere"
GONE = "Those papers aren't here."


@dataclass(frozen=True, slots=True)
class PaperMerge:
    """A merge of two papers: `title` is the remaining paper's, `former_title` the merged one's."""

    merge: int
    title: str
    former_title: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergeNotice:
    """A merge as shown to owners of a league that its author can't see."""

    merge: int
    league: League
    title: str
    former_title: str
    is_parted: bool


async def mergeable(session: Transaction, one_entry: int, other_entry: int, viewer: Viewer) -> dict[int, str]:
    """Return the titles of two entries' papers by paper, if this person may merge them.

    Raises `NotFoundError` for entries of leagues that the person can't see, `NotAllowedError`, or `ClosedError` if they
    are one already.
    """
    first, second = [
        (await visible_entry(session, entry, viewer))[1].id for entry in (one_entry, other_entry)
    ]
    if first == second:
        raise ClosedError("Those are one paper already.")
    await _require(session, (first, second), viewer)
    return {paper: await _title(session, paper) for paper in (first, second)}


async def merge(
    session: Transaction, one_entry: int, other_entry: int, viewer: Viewer, now: datetime
) -> PaperMerge:
    """Merge the papers of two entries, where `mergeable` allows it."""
    titles = await mergeable(session, one_entry, other_entry, viewer)
    first, second = titles
    union = await same_paper.join(
        session, first, second, by=viewer.user, reason="said to be the same work", now=now
    )
    await _note(session, union.merge, union.leagues, viewer, "paper.merged", now)
    other = second if union.paper == first else first
    return PaperMerge(
        union.merge, titles[union.paper], titles[other], viewer.user, "said to be the same work"
    )


async def merges_into(session: Transaction, entry_id: int) -> list[PaperMerge]:
    """Return the merges into an entry's paper that can be undone, newest first."""
    _entry, paper = await entry_rows.entry(session, entry_id)
    return [
        PaperMerge(
            row.id, paper.title or paper.canonical, await _title(session, row.merged_id), row.by, row.reason
        )
        for row in await merges.of_paper(session, paper.id)
    ]


async def unmerge(session: Transaction, merge_id: int, viewer: Viewer, now: datetime) -> PaperMerge:
    """Undo a merge. Raises `NotFoundError`, `NotAllowedError`, or `ClosedError` if it was undone already."""
    row = await merges.get(session, merge_id)
    if row is None:
        raise NotFoundError(GONE)
    await _require(session, (row.kept_id, row.merged_id), viewer)
    if row.undone_at is not None:
        raise ClosedError("Those papers were split already.")
    if await merges.built_on(session, row):
        raise ClosedError("Another paper was merged in since; split that one first.")
    paper_merge = PaperMerge(
        row.id, await _title(session, row.kept_id), await _title(session, row.merged_id), row.by, row.reason
    )
    leagues = await same_paper.part(session, merge_id, viewer.user, now)
    await _note(session, merge_id, leagues, viewer, "paper.unmerged", now)
    return paper_merge


async def merge_notice(session: Transaction, merge_id: int, league_id: int) -> MergeNotice | None:
    """Return a merge for owners of a league that its author can't see; None if the merge is gone."""
    row = await merges.get(session, merge_id)
    if row is None:
        return None
    league = await league_rows.get(session, league_id)
    title, former_title = await _title(session, row.kept_id), await _title(session, row.merged_id)
    return MergeNotice(row.id, league, title, former_title, is_parted=row.undone_at is not None)


async def _note(
    session: Transaction,
    merge_id: int,
    leagues: Iterable[int],
    viewer: Viewer,
    action: str,
    now: datetime,
) -> None:
    """Log a merge in every league concerned; leagues that the person can't see get a message without their name."""
    leagues_with_both = await merges.joined_in(session, merge_id)
    for league_id in leagues:
        league = await league_rows.get(session, league_id)
        is_visible = visible(league, viewer)
        by = viewer.user if is_visible else SOURCES
        await league_rows.note(session, league_id, by, action, {"merge": merge_id}, now)
        for owner in (
            ()
            if is_visible or league_id not in leagues_with_both
            else await league_rows.owners(session, league_id)
        ):
            await outbox.want(
                session, channel=owner, key=f"{MERGE_NOTICE}:{merge_id}:{league_id}", kind=MERGE_NOTICE,
                about_id=merge_id, options={"league": league_id}, now=now,
            )  # fmt: skip


async def _require(session: Transaction, of: tuple[int, int], viewer: Viewer) -> None:
    """Raise `NotAllowedError` unless the person manages every visible league that has one of these papers."""
    leagues = [await league_rows.get(session, league) for league in await merges.leagues_of(session, of)]
    visible_leagues = [league for league in leagues if visible(league, viewer)]
    if not visible_leagues:
        raise NotFoundError(GONE)
    for league in visible_leagues:
        if not await may_manage(session, league, viewer):
            raise await refusal(session, league, viewer, f"merge papers of {league.name}")


async def _title(session: Transaction, paper_id: int) -> str:
    paper = await entry_rows.get(session, paper_id)
    return paper.title or paper.canonical
