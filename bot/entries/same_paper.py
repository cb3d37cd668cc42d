"""Merges papers that sources identify as one work."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.entries import entry_events
from bot.papers.records import PaperRecord
from bot.papers.text import folded
from bot.people import SOURCES
from bot.standings import refit
from storage.database.engine import Transaction
from storage.entries import entry_rows, merges
from storage.tables import Paper
from storage.work import outbox

OWN_WORD: Final = frozenset({"its page", "the file", "OpenReview"})
"""Sources in which anybody may claim identifiers of a paper; they merge papers only with similar titles."""
ONE_A_WORK: Final = frozenset({"arxiv", "pmid", "acl", "iacr"})
"""Schemes that give a work one id; papers with two ids of one scheme are merged only with similar titles."""
ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True)
class JoinedLeagues:
    """What a merge of two papers did: its id, the paper that remains, and the leagues with new ratings."""

    merge: int
    paper: int
    leagues: tuple[int, ...]


async def store_identifiers(
    session: Transaction, paper_id: int, record: PaperRecord, *, by_page: bool, now: datetime
) -> int:
    """Store all identifiers that a source gives a paper; merge it into a paper that has one of them already.

    `by_page`: a page that anybody may have written led to the record. Returns the id of the paper that remains.
    """
    remains = paper_id
    careful = by_page or record.source in OWN_WORD
    for scheme, value in record.identifiers:
        other = await entry_rows.by_identifier(session, scheme, value)
        if other is None:
            await entry_rows.add_identifiers(session, remains, [(scheme, value)])
            continue
        if other.id == remains or await merges.was_undone(session, other.id, remains):
            continue
        if (careful or await _named_apart(session, remains, other.id)) and not are_similar_titles(
            record.title, other.title or ""
        ):
            continue
        reason = f"{record.source} names {scheme}:{value} as the same work"
        remains = (await join(session, remains, other.id, by=SOURCES, reason=reason, now=now)).paper
    return remains


async def _named_apart(session: Transaction, one: int, other: int) -> bool:
    """Return whether two papers have different ids of a scheme with one id per work, such as two arXiv ids."""
    first = await entry_rows.identifiers(session, one)
    second = await entry_rows.identifiers(session, other)
    schemes = {scheme for scheme, _ in second} & ONE_A_WORK
    return any(scheme in schemes and (scheme, value) not in second for scheme, value in first)


async def join(
    session: Transaction, one: int, other: int, *, by: str, reason: str, now: datetime
) -> JoinedLeagues:
    """Merge two papers and refit their leagues; the paper with more data remains, or the older one."""
    first, second = await entry_rows.get(session, one), await entry_rows.get(session, other)
    paper, other_paper = sorted((first, second), key=_standing)
    row, leagues = await merges.merge(session, paper.id, other_paper.id, by=by, reason=reason, now=now)
    await entry_events.papers_merged(session, row, now)
    return JoinedLeagues(row.id, paper.id, await _refit(session, row.kept_id, leagues, "merge", now))


async def part(session: Transaction, merge_id: int, user: str, now: datetime) -> tuple[int, ...]:
    """Undo a merge of two papers and compute their leagues' ratings again; return the ids of these leagues.

    Sources won't merge the two papers again.
    """
    row = await merges.get(session, merge_id)
    assert row is not None
    leagues = await merges.undo(session, merge_id, user, now)
    await entry_events.papers_parted(session, row, now)
    return await _refit(session, row.kept_id, leagues, "unmerge", now)


async def _refit(
    session: Transaction, paper: int, league_ids: Iterable[int], cause: str, now: datetime
) -> tuple[int, ...]:
    leagues = tuple(sorted(set(league_ids)))
    for league in leagues:
        await refit.refit(session, league, cause=cause, about_id=paper, now=now)
    for entry, _league in await entry_rows.entries_of(session, paper):
        await outbox.bump(session, "card", entry)
    return leagues


def _standing(paper: Paper) -> tuple[bool, bool, int]:
    """Return the sort key for which of two papers remains: known first, then with an abstract, then the older."""
    return (paper.status != "known", paper.abstract is None, paper.id)


def are_similar_titles(one: str, other: str) -> bool:
    """Return whether two titles may belong to one work, because most of their words are the same."""
    first, second = (set(re.findall(r"\w+", folded(title))) for title in (one, other))
    if not first or not second:
        return False
    return len(first & second) / len(first | second) >= ALIKE
