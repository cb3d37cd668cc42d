"""What happens to everything that depends on an entry when it is removed, restored, merged, or the merge undone.

| | left (removed, withdrawn) | back | merged into another | parted again |
|---|---|---|---|---|
| planned matches | cancelled | planned by the next round | cancelled | planned by the next round |
| running calls | finish; count only while it is in | count again | count for the paper that stayed | count for it again |
| planned reviews | cancelled | planned again | cancelled where the other has them, else moved | planned again |
| open polls | closed without a result | can be opened again | go on; of the two against one another, closed | go on |
| evidence for voters | not asked for | asked for with the next poll | not asked for, of the two | |
| its tournaments | woken, so that the round ends without it | | woken | |
"""

from collections.abc import Sequence
from datetime import datetime

from bot.voting.authorship import exclude_author
from bot.voting.closing import close_without_result
from storage import assessments
from storage.database.engine import Transaction
from storage.entries import merges
from storage.matches import evidence, match_rows
from storage.tables import Merge
from storage.tournaments import tournament_rows
from storage.voting import authors, polls
from storage.work import outbox


async def entries_left(session: Transaction, entry_ids: Sequence[int], now: datetime) -> None:
    """Stop the work of entries that were removed from a league or whose paper was withdrawn.

    Cancels their planned matches and assessments, and closes open votes on their matches without a result.
    """
    await assessments.cancel_planned(session, entry_ids)
    await _end_matches(session, await match_rows.open_of_entries(session, entry_ids))
    await _close_polls(session, await polls.open_on_entries(session, entry_ids), now)


async def entries_back(session: Transaction, entry_ids: Sequence[int]) -> None:
    """Plan the work of entries again that were restored, or whose paper is no longer withdrawn."""
    await assessments.plan_cancelled(session, entry_ids)


async def papers_merged(session: Transaction, merge: Merge, now: datetime) -> None:
    """After two papers were merged, cancel the merged entries' planned work.

    The remaining paper's authors may then not vote on its matches any more.
    """
    entries = merges.merged_entries(merge)
    await assessments.cancel_planned(session, entries)
    matches = merges.cancelled_matches(merge)
    await _end_matches(session, matches)
    between = await match_rows.between_entries(session, merges.merged_pairs(merge))
    await _close_polls(session, await polls.open_on_matches(session, between), now)
    await assessments.plan_cancelled(session, merges.revived_entries(merge))
    for user in await authors.authors(session, (merge.kept_id,)):
        await exclude_author(session, merge.kept_id, user, now)


async def papers_parted(session: Transaction, merge: Merge, now: datetime) -> None:
    """After a merge was undone, plan the work of both papers again.

    An entry that was removed before the merge stays removed.
    """
    await entries_left(session, merges.revived_entries(merge), now)
    await assessments.plan_cancelled(session, merges.merged_entries(merge))


async def _end_matches(session: Transaction, matches: Sequence[int]) -> None:
    """Cancel planned matches, and let their tournaments check whether the round is over."""
    tournaments = await match_rows.cancel_planned(session, matches)
    await evidence.skip_planned(session, matches)
    for match in matches:
        await outbox.bump(session, "match", match)
    for tournament in tournaments:
        await tournament_rows.wake(session, tournament)


async def _close_polls(session: Transaction, open_polls: Sequence[int], now: datetime) -> None:
    for poll in open_polls:
        row = await polls.get(session, poll, lock=True)
        await evidence.skip_planned(session, [row.match_id])
        await close_without_result(session, row, now)
