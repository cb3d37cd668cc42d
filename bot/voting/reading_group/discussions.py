"""Marks papers as discussed, with the thread, and keeps the one line that each person writes about a paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import present_entry, visible_league
from bot.people import Viewer
from bot.voting.duels import check_voter
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues.league_rows import League
from storage.voting.reading_group import discussions, picks, shared_rows
from storage.voting.reading_group.discussions import DiscussedPaper, Discussion, Note
from storage.work import outbox

LONGEST = 300
"""Most characters of a note."""
MOST = 20


@dataclass(frozen=True, slots=True)
class GroupPaper:
    """What a group did with an entry: its discussion, the notes and tags on it, and whether it is on the shared list."""

    entry: int
    title: str
    discussion: Discussion | None
    notes: tuple[Note, ...]
    tags: tuple[str, ...] = ()
    is_listed: bool = False

    def note_of(self, user: str) -> str:
        """Return a person's own note, or ""."""
        return next((note.text for note in self.notes if note.user == user), "")


async def titled_entry(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[League, int, str]:
    """Return the league, id and title of an entry, for a merged one those that remain. Raises `NotFoundError`."""
    entry, paper, league = await present_entry(session, entry_id, viewer)
    return league, entry.id, paper.title or paper.canonical


async def group_paper(session: Transaction, entry_id: int, viewer: Viewer) -> GroupPaper:
    """Return what a group did with an entry. Raises `NotFoundError`."""
    _, entry, title = await titled_entry(session, entry_id, viewer)
    return await paper_of(session, entry, title)


async def paper_of(session: Transaction, entry: int, title: str = "") -> GroupPaper:
    """Return what a group did with an entry. Rights aren't checked."""
    return GroupPaper(
        entry,
        title,
        await discussions.of_entry(session, entry),
        tuple(await discussions.notes_on(session, entry)),
        tuple(await shared_rows.tags_on(session, entry)),
        await shared_rows.is_listed(session, entry),
    )


async def mark(
    session: Transaction, entry_id: int, viewer: Viewer, url: str | None, key: str | None, now: datetime
) -> str:
    """Mark an entry as discussed, with its thread's URL; return the title. For full members of the channel.

    `key` names the proposal in which somebody offered to present it. Raises `NotFoundError`, `NotAllowedError`.
    """
    league, entry, title = await titled_entry(session, entry_id, viewer)
    check_voter(league, viewer)
    options = None if key is None else await picks.pick_options(session, league.channel, key)
    presenter = None if options is None else options["presenters"].get(str(entry))
    await discussions.mark(session, league.id, entry, viewer.user, presenter, url, now)
    await outbox.bump(session, picks.KIND, league.id)
    return title


async def unmark(session: Transaction, entry_id: int, viewer: Viewer) -> str:
    """Mark an entry as not discussed; return the title. For full members of the channel."""
    league, entry, title = await titled_entry(session, entry_id, viewer)
    check_voter(league, viewer)
    await discussions.unmark(session, entry)
    await outbox.bump(session, picks.KIND, league.id)
    return title


async def discussed_papers(session: Transaction, league_id: int, viewer: Viewer) -> Sequence[DiscussedPaper]:
    """Return the newest papers that a league discussed. Raises `NotFoundError` if the person may not see it."""
    league = await visible_league(session, league_id, viewer)
    return await discussions.of_league(session, league.id, MOST)


async def write_note(session: Transaction, entry_id: int, text: str, viewer: Viewer, now: datetime) -> str:
    """Store a person's note about an entry in place of their earlier one; an empty text removes it. Return the title.

    For everybody who sees the league. Raises `BadRequestError` for a text that is too long, `NotFoundError`.
    """
    league, entry, title = await titled_entry(session, entry_id, viewer)
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise BadRequestError(f"A note is one line of at most {LONGEST} characters.", about="note")
    if line:
        await discussions.write_note(session, entry, viewer.user, line, now)
    else:
        await discussions.remove_note(session, entry, viewer.user)
    if await discussions.of_entry(session, entry) is not None:
        await outbox.bump(session, picks.KIND, league.id)
    return title
