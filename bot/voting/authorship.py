"""Marks a person as a paper's author, which bars them from voting on its matches, or undoes that.

Also removes people who left from the voters of open polls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import visible
from bot.people import Viewer
from bot.voting.closing import close_if_settled
from bot.voting.rules import reachable_quorum
from storage.database.engine import Transaction
from storage.errors import NotFoundError
from storage.tables import Entry
from storage.voting import authors, polls, votes
from storage.voting.contested_matches import league_of
from storage.work import outbox


@dataclass(frozen=True, slots=True)
class Authorship:
    """Result of marking or unmarking an author: whether it changed anything, and the open polls concerned."""

    entry: int
    title: str
    changed: bool
    polls: tuple[int, ...]


async def _seen(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[Entry, str]:
    entry, league = await authors.entry(session, entry_id)
    if not visible(league, viewer):
        raise NotFoundError(authors.UNKNOWN)
    paper = await authors.paper(session, entry.paper_id)
    return entry, paper.title or paper.canonical


async def papers_of(session: Transaction, paper_ids: tuple[int, ...], user: str) -> frozenset[int]:
    """Return those of these papers that the person marked as their own."""
    return frozenset([paper for paper in paper_ids if user in await authors.authors(session, (paper,))])


async def mark_author_of(session: Transaction, entry_id: int, viewer: Viewer, *, now: datetime) -> Authorship:
    """Mark a person as a paper's author: they can't vote on its matches, and their open votes stop counting.

    Raises `NotFoundError` for an entry that the person may not see.
    """
    entry, title = await _seen(session, entry_id, viewer)
    new = await authors.mark_author(session, entry.paper_id, viewer.user, now)
    open_polls = await exclude_author(session, entry.paper_id, viewer.user, now)
    return Authorship(entry.id, title, new, tuple(open_polls))


async def exclude_author(session: Transaction, paper_id: int, user: str, now: datetime) -> list[int]:
    """Exclude an author's vote from the open polls on their paper; return these polls.

    If fewer voters than a poll's quorum remain, the quorum is lowered to their number.
    """
    open_polls = await authors.exclude(session, paper_id, user)
    await _lower_quorums(session, open_polls, now)
    return open_polls


async def drop_voter(session: Transaction, user: str, now: datetime) -> list[int]:
    """Remove a person who may no longer vote from open polls in which they haven't voted; return these polls."""
    open_polls = await votes.drop_voter(session, user)
    await _lower_quorums(session, open_polls, now)
    return open_polls


async def _lower_quorums(session: Transaction, open_polls: Sequence[int], now: datetime) -> None:
    """Lower the quorums of polls from which voters were removed, and close those that are decided."""
    for poll_id in open_polls:
        poll = await polls.get(session, poll_id, lock=True)
        eligible = (await votes.tally(session, poll_id)).eligible
        await polls.set_quorum(session, poll_id, reachable_quorum(poll.quorum, eligible))
        await outbox.bump(session, "poll", poll_id)
        await close_if_settled(session, await polls.get(session, poll_id), now)


async def unmark_author_of(session: Transaction, entry_id: int, viewer: Viewer) -> Authorship:
    """Unmark an author: in open polls their votes count again, and the quorum is restored."""
    entry, title = await _seen(session, entry_id, viewer)
    was = await authors.unmark_author(session, entry.paper_id, viewer.user)
    open_polls = await authors.include(session, entry.paper_id, viewer.user) if was else []
    for poll_id in open_polls:
        poll = await polls.get(session, poll_id, lock=True)
        quorum = poll.wanted_quorum or (await league_of(session, poll.match_id)).quorum
        eligible = (await votes.tally(session, poll_id)).eligible
        await polls.set_quorum(session, poll_id, reachable_quorum(quorum, eligible))
        await outbox.bump(session, "poll", poll_id)
    return Authorship(entry.id, title, was, tuple(open_polls))
