"""Finds the entry a person means: by link, rank, or words of its title."""

import asyncio
import re
import unicodedata
from collections.abc import Mapping

from bot.papers import links
from bot.papers.nicknames import NICKNAMES
from bot.papers.text import short_title
from bot.questions.search.paper_mentions import Shelf, ShelfPaper
from storage.database.engine import Transaction
from storage.errors import AmbiguousError, BadRequestError, NotFoundError
from storage.questions import entry_lookup
from storage.standings import rating_rows

LONGEST = 300
MOST_CHOICES = 25
_NO_PLACE = re.compile(r"#\s*[-+−]?\d+(?:[.,]\d+)?")
_NUMBER = re.compile(r"\d{1,4}")
"""Pattern of a rank without its "#"; if the league has no such rank, it is a word of a title."""
_PLACE = re.compile(r"(?:#|no\.?\s*|rank\s+)(\d{1,9})", re.IGNORECASE)
_ENTRY = re.compile(r"entry:(\d{1,15})")
"""Pattern by which the conversation refers to an entry it has found."""
_SLACK_LINK = re.compile(r"<(https?://[^<>|]+)(?:\|[^<>]*)?>")
_WORDS = re.compile(r"[^\W_]+(?:[’'.+-][^\W_]+)*")


async def find_entry(session: Transaction, league: int, words: str) -> int:
    """Return the entry named by a link, an id, "#12", or words of its title or authors.

    Raises `AmbiguousError` with choices if several papers match, `NotFoundError` if none does, `BadRequestError` for
    words that can't name a paper.
    """
    text = " ".join(words.split())
    if not text:
        raise BadRequestError("Name a paper: its link, its #place, or words of its title.")
    if len(text) > LONGEST:
        raise BadRequestError(
            f"That is {len(text):,} characters, too long for a title. "
            "Send the paper's link, its #place, or a few words."
        )
    place = _PLACE.fullmatch(text)
    if place is not None:
        return await _at_place(session, league, int(place[1]))
    by_number = _ENTRY.fullmatch(text)
    if by_number is not None:
        return await _by_number(session, league, int(by_number[1]))
    if _NO_PLACE.fullmatch(text) is not None:
        raise BadRequestError(f"“{text}” isn't a place: places are whole numbers and begin at #1.")
    at_rank = (
        await entry_lookup.entry_at_rank(session, league, int(text)) if _NUMBER.fullmatch(text) else None
    )
    if at_rank is not None:
        return at_rank
    reference = links.parse(_SLACK_LINK.sub(r"\1", text))
    if reference is not None:
        entry = await entry_lookup.entry_of_paper(session, league, reference.scheme, reference.value)
        if entry is None:
            raise NotFoundError(
                "That paper isn't in this league. Post its link in the league's channel to add it."
            )
        return entry
    return await _by_words(session, league, text)


async def _by_number(session: Transaction, league: int, number: int) -> int:
    entry = await entry_lookup.active_entry(session, league, number)
    if entry is None:
        raise NotFoundError("That paper isn't in this league any more.")
    return entry


async def find_mistyped(session: Transaction, league: int, words: str) -> int:
    """Return the entry whose title is most similar to mistyped words; use it only for questions, as it is a guess.

    Raises `AmbiguousError` with choices if several are equally similar, `NotFoundError` if none is.
    """
    titles = dict(await entry_lookup.all_titles(session, league))
    nearest = await asyncio.to_thread(_nearest, words, titles)
    if not nearest:
        raise _unknown(words)
    if len(nearest) == 1:
        return nearest[0][0]
    raise AmbiguousError(
        f"{_unknown(words).sentence} Did you mean one of these?", tuple(nearest[:MOST_CHOICES])
    )


def _nearest(words: str, titles: Mapping[int, str]) -> list[tuple[int, str]]:
    """Return (entry id, title) of papers with titles similar to the words; slow over thousands of titles."""
    shelf = Shelf([ShelfPaper(entry, title) for entry, title in titles.items()])
    return [(entry, titles[entry]) for entry in shelf.nearly_named(words)]


def _unknown(words: str) -> NotFoundError:
    return NotFoundError(f"No paper here matches “{short_title(words, 80)}”.")


async def _at_place(session: Transaction, league: int, rank: int) -> int:
    entry = await entry_lookup.entry_at_rank(session, league, rank)
    if entry is None:
        count = await rating_rows.count_rated(session, league)
        count_in_words = (
            "no paper is ranked yet"
            if not count
            else f"{count} {'paper is' if count == 1 else 'papers are'} ranked"
        )
        raise NotFoundError(f"There is no #{rank} in this league: {count_in_words}.")
    return entry


async def _by_words(session: Transaction, league: int, text: str) -> int:
    words = unicodedata.normalize("NFC", text).casefold()
    choices = await entry_lookup.search_entries(
        session, league, _WORDS.findall(words) or [words], MOST_CHOICES + 1
    )
    exact = [entry for entry, title in choices if title.casefold() == words]
    asked = set(_WORDS.findall(words))
    whole = [entry for entry, title in choices if asked <= set(_WORDS.findall(title.casefold()))]
    if not whole and (nicknamed := await _nicknamed(session, league, words)) is not None:
        return nicknamed
    if not choices:
        raise _unknown(text)
    if len(choices) == 1 or len(exact) == 1:
        return exact[0] if exact else choices[0][0]
    if len(whole) == 1:
        return whole[0]
    number = f"More than {MOST_CHOICES}" if len(choices) > MOST_CHOICES else f"{len(choices)}"
    raise AmbiguousError(
        f"{number} papers match “{short_title(text, 80)}”. Which one do you mean?",
        tuple(choices[:MOST_CHOICES]),
    )


async def _nicknamed(session: Transaction, league: int, words: str) -> int | None:
    """Return the league's paper that bears a nickname ("clip"), which the abstract of another may contain, or None."""
    for paper, names in NICKNAMES.items():
        if words in names:
            scheme = "doi" if paper.startswith("10.") else "arxiv"
            entry = await entry_lookup.entry_of_paper(session, league, scheme, paper)
            if entry is not None and await entry_lookup.active_entry(session, league, entry) is not None:
                return entry
    return None


async def matching(session: Transaction, league: int, words: str, limit: int) -> list[tuple[int, str]]:
    """Return (entry id, title) of the papers that match what a person is typing, best rank first; never raises.

    For no words, returns the league's papers by rank; for a link or a #place, its one paper; for mistyped words, the
    nearest titles.
    """
    text = " ".join(words.split())[:LONGEST]
    if not text:
        return await entry_lookup.search_entries(session, league, [], limit)
    try:
        entry = await find_entry(session, league, text)
    except AmbiguousError as error:
        return list(error.choices[:limit])
    except (BadRequestError, NotFoundError):
        titles = dict(await entry_lookup.all_titles(session, league))
        return (await asyncio.to_thread(_nearest, text, titles))[:limit]
    return await entry_lookup.titled(session, entry)
