"""Tags that anybody puts on papers, and the reading list that a channel shares."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import visible_league
from bot.people import Viewer
from bot.voting.reading_group.discussions import titled_entry
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.voting.reading_group import shared_rows
from storage.voting.reading_group.shared_rows import SharedPaper

LONGEST, MOST_ON_PAPER, MOST_OF_LEAGUE = 30, 8, 200
"""Most characters of a tag, tags on a paper, and different tags in a league."""
MOST_LISTED, SHOWN = 200, 30
"""How many papers a channel's list holds, and how many of them are shown."""
_TAG = re.compile(r"[\w+#][\w+#.\- ]*")


@dataclass(frozen=True, slots=True)
class TaggedPaper:
    """An entry with its tags, in the order of the alphabet; `added` are those that weren't there before."""

    entry: int
    title: str
    tags: tuple[str, ...]
    added: tuple[str, ...] = ()


def tag_of(text: str) -> str:
    """Return a tag as it is stored: in lower case, words joined by "-". Raises `BadRequestError`."""
    words = unicodedata.normalize("NFKC", text).strip().removeprefix("#").casefold()
    tag = "-".join(words.split())
    if not tag or len(tag) > LONGEST or not _TAG.fullmatch(tag):
        raise BadRequestError(
            f"A tag is of letters, digits and dashes, at most {LONGEST} characters, such as `rl` or `to-reproduce`.",
            about="tags",
        )
    return tag


def tags_in(text: str) -> tuple[str, ...]:
    """Return the tags in "rl moe" or "rl, long context", each once: with commas, a tag may be of several words.

    Raises `BadRequestError`.
    """
    parts = re.split(r"[,;\n]+", text) if re.search(r"[,;\n]", text) else text.split()
    return tuple(dict.fromkeys(tag_of(part) for part in parts if part.strip()))


async def set_tags(
    session: Transaction, entry_id: int, wanted: Sequence[str], viewer: Viewer, now: datetime
) -> TaggedPaper:
    """Give an entry exactly these tags, for everybody who sees the league. Raises `BadRequestError`, `NotFoundError`."""
    league, entry, title = await titled_entry(session, entry_id, viewer)
    current = await shared_rows.tags_on(session, entry)
    if len(wanted) > MOST_ON_PAPER:
        raise BadRequestError(f"A paper has at most {MOST_ON_PAPER} tags.", about="tags")
    known = await shared_rows.count_tags(session, league.id)
    if len(known.keys() | set(wanted)) > MOST_OF_LEAGUE:
        raise BadRequestError(
            f"This league has {MOST_OF_LEAGUE} tags, which is as many as it may have. Use one of those.",
            about="tags",
        )
    for tag in current:
        if tag not in wanted:
            await shared_rows.remove_tag(session, entry, tag)
    added = [
        tag for tag in wanted if await shared_rows.add_tag(session, league.id, entry, tag, viewer.user, now)
    ]
    return TaggedPaper(entry, title, tuple(sorted(wanted)), tuple(added))


async def add_tags(
    session: Transaction, entry_id: int, tags: Sequence[str], viewer: Viewer, now: datetime
) -> TaggedPaper:
    """Put tags on an entry beside those that it has. Raises `BadRequestError`, `NotFoundError`."""
    paper = await tagged_paper(session, entry_id, viewer)
    return await set_tags(session, entry_id, tuple(dict.fromkeys([*paper.tags, *tags])), viewer, now)


async def remove_tags(
    session: Transaction, entry_id: int, tags: Sequence[str], viewer: Viewer, now: datetime
) -> TaggedPaper:
    """Take tags off an entry. Raises `BadRequestError` if it has none of them, `NotFoundError`."""
    paper = await tagged_paper(session, entry_id, viewer)
    if not set(tags) & set(paper.tags):
        raise BadRequestError("The paper doesn't have that tag.")
    return await set_tags(session, entry_id, tuple(tag for tag in paper.tags if tag not in tags), viewer, now)


async def tagged_paper(session: Transaction, entry_id: int, viewer: Viewer) -> TaggedPaper:
    """Return an entry with its tags. Raises `NotFoundError`."""
    _, entry, title = await titled_entry(session, entry_id, viewer)
    return TaggedPaper(entry, title, tuple(await shared_rows.tags_on(session, entry)))


async def tags_of_league(session: Transaction, league_id: int, viewer: Viewer) -> Mapping[str, int]:
    """Return how many papers of a league have each tag, the most frequent first. Raises `NotFoundError`."""
    league = await visible_league(session, league_id, viewer)
    return await shared_rows.count_tags(session, league.id)


async def put_on_list(session: Transaction, entry_id: int, viewer: Viewer, now: datetime) -> str:
    """Put an entry on its channel's reading list; return the title. Raises `BadRequestError`, `NotFoundError`."""
    league, entry, title = await titled_entry(session, entry_id, viewer)
    if await shared_rows.count_listed(session, league.id) >= MOST_LISTED:
        raise BadRequestError(f"The list holds {MOST_LISTED} papers already. Take one off first.")
    await shared_rows.put_on_list(session, league.id, entry, viewer.user, now)
    return title


async def take_off_list(session: Transaction, entry_id: int, viewer: Viewer) -> str:
    """Take an entry off its channel's reading list; return the title. Raises `NotFoundError`."""
    _, entry, title = await titled_entry(session, entry_id, viewer)
    await shared_rows.take_off_list(session, entry)
    return title


async def shared_list(
    session: Transaction, league_id: int, viewer: Viewer
) -> tuple[str, Sequence[SharedPaper]]:
    """Return a league's name and the list its channel shares. Raises `NotFoundError` if the person may not see it."""
    league = await visible_league(session, league_id, viewer)
    return league.name, await shared_rows.shared_list(session, league.id, SHOWN)
