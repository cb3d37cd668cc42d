"""Compares entries: head-to-head, the chance to win, and an entry's match history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.judges.prompts import people_text
from bot.papers.text import short_title
from bot.ranking import win_chance
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.matches import verdict_rows
from storage.questions import match_history
from storage.questions.match_history import PastMatch, Record
from storage.standings import rating_rows
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating
from storage.tables import Verdict
from storage.voting import duels

__all__ = [
    "DUEL_PAGE",
    "HISTORY_PAGE",
    "CommonOpponent",
    "ComparedEntry",
    "Comparison",
    "HeadToHead",
    "History",
    "Record",
    "head_to_head",
    "history",
    "league_of",
]

HISTORY_PAGE = 10
DUEL_PAGE = 5
MOST_COMMON = 10
SHORT = 60


@dataclass(frozen=True, slots=True)
class ComparedEntry:
    """One of two papers that are compared; `figures` (its rating) is None while it isn't rated."""

    entry: int
    title: str
    short: str
    url: str
    figures: EntryRating | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A decided match as one entry sees it; `result` ("won", "lost", "drew") is by the outcome that counts.

    `verdict` is the judge's result if the team replaced it, else None. `decisive` are the criteria on which the winner
    was better, if the judge's verdict counts.
    """

    match: int
    opponent: int
    opponent_title: str
    opponent_url: str
    result: str
    verdict: str | None
    rationale: str | None
    judge: str
    model: str | None
    confidence: float | None
    cost: Decimal
    at: datetime
    overridden_at: datetime | None
    open_poll: int | None
    decisive: tuple[str, ...] = ()
    as_version: int | None = None
    """Version of the paper that was judged, if it has a newer one now, else None."""
    as_purpose: int | None = None
    """Version of the league's purpose that the judge was given (0: none), if the league has another one now.

    Else None.
    """
    panel: tuple[tuple[str, str], ...] = ()
    """Each judge of a panel with its result, as `result`, if a panel decided; `rationale` is of one that agrees."""


@dataclass(frozen=True, slots=True)
class CommonOpponent:
    """A paper that both compared papers played, with each one's wins, losses and draws against it."""

    entry: int
    title: str
    url: str
    first: Record
    second: Record


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """Two entries: the record of `first`, a page of their matches, and common opponents.

    `chance` is the probability that `first` beats `second`, None while one of them isn't rated.
    """

    league: int
    league_name: str
    first: ComparedEntry
    second: ComparedEntry
    record: Record
    matches: tuple[Comparison, ...]
    offset: int
    common: tuple[CommonOpponent, ...]
    common_total: int
    chance: float | None


async def head_to_head(session: Transaction, first: int, second: int, *, offset: int = 0) -> HeadToHead:
    """Compare two entries of one league. Raises `BadRequestError` if both are the same."""
    if first == second:
        raise BadRequestError("Both names lead to the same paper; name two different ones.")
    entry, paper = await entry_rows.entry(session, first)
    other, _ = await entry_rows.entry(session, second)
    if entry.league_id != other.league_id:
        raise BadRequestError("These papers are in different leagues, and papers play within one.")
    mine, theirs = await match_history.records(session, first), await match_history.records(session, second)
    record = mine.get(second, Record())
    offset = _page_start(offset, record.matches, DUEL_PAGE)
    matches = await match_history.past_matches(session, first, second, limit=DUEL_PAGE, offset=offset)
    common_opponents = sorted(
        (set(mine) & set(theirs)) - {first, second}, key=lambda e: (-mine[e].matches - theirs[e].matches, e)
    )
    titles = await entry_rows.titles(session, [first, second, *common_opponents[:MOST_COMMON]])
    figures = await rating_rows.ratings_of(session, [first, second])
    sides = [
        ComparedEntry(e, titles[e][0], short_title(titles[e][0], SHORT), titles[e][1], figures.get(e))
        for e in (first, second)
    ]
    common = tuple(CommonOpponent(e, *titles[e], mine[e], theirs[e]) for e in common_opponents[:MOST_COMMON])
    return HeadToHead(
        entry.league_id,
        (await league_rows.get(session, entry.league_id)).name,
        sides[0],
        sides[1],
        record,
        await _comparisons(session, first, matches, titles, paper.version),
        offset,
        common,
        len(common_opponents),
        _chance(sides[0].figures, sides[1].figures),
    )


def _chance(first: EntryRating | None, second: EntryRating | None) -> float | None:
    if first is None or second is None:
        return None
    return float(win_chance(first.theta - second.theta, first.stderr**2 + second.stderr**2))


def _page_start(offset: int, total: int, size: int) -> int:
    last = max(0, (total - 1) // size * size)
    return min(max(0, offset), last) // size * size


async def _comparisons(
    session: Transaction,
    entry: int,
    matches: Sequence[PastMatch],
    titles: dict[int, tuple[str, str]],
    version: int | None,
) -> tuple[Comparison, ...]:
    """Return matches as an entry sees them; those of a panel with each judge's result."""
    by_panel = [match.match for match in matches if match.panel]
    panels = await verdict_rows.verdicts_of_panels(session, by_panel) if by_panel else {}
    return tuple(
        replace(
            _seen_by(entry, _told_by_one(match, panel), titles, version),
            panel=tuple((one.judge, _result(entry, match, one.winner)) for one in panel),
        )
        for match in matches
        for panel in (panels.get(match.match, []),)
    )


def _told_by_one(match: PastMatch, panel: Sequence[Verdict]) -> PastMatch:
    """Return a panel's match with the reasons of its first judge who chose as the panel did; without if none did."""
    if not panel:
        return match
    speaker = next((one for one in panel if one.winner == match.verdict), None)
    if speaker is None:
        return replace(match, rationale=None, criteria={}, confidence=None)
    return replace(
        match,
        rationale=speaker.rationale,
        criteria=speaker.criteria,
        confidence=None,
        swapped=speaker.swapped,
        model=speaker.model,
    )


def _seen_by(
    entry: int, match: PastMatch, titles: dict[int, tuple[str, str]], version: int | None
) -> Comparison:
    version_read = match.first_version if match.first == entry else match.second_version
    opponent = match.second if match.first == entry else match.first
    order = (match.second, match.first) if match.swapped else (match.first, match.second)
    title, url = titles.get(opponent, ("(removed)", ""))
    rationale = match.rationale and people_text(
        match.rationale,
        *(f"“{short_title(titles[e][0], SHORT)}”" if e in titles else "(removed)" for e in order),
    )
    return Comparison(
        match=match.match,
        opponent=opponent,
        opponent_title=title,
        opponent_url=url,
        result=_result(entry, match, match.outcome),
        verdict=_result(entry, match, match.verdict) if match.overridden_at is not None else None,
        rationale=rationale,
        judge=match.judge,
        model=match.model,
        confidence=match.confidence,
        cost=match.cost,
        at=match.decided_at,
        overridden_at=match.overridden_at,
        open_poll=match.open_poll,
        decisive=tuple(
            name for name, better in match.criteria.items() if better == match.verdict == match.outcome
        ),
        as_version=version_read if version_read is not None and version_read != version else None,
        as_purpose=None if match.purpose_version == match.purpose_now else match.purpose_version,
    )


def _result(entry: int, match: PastMatch, outcome: str) -> str:
    if outcome == "draw":
        return "drew"
    return "won" if (outcome == "first") == (match.first == entry) else "lost"


@dataclass(frozen=True, slots=True)
class PeopleChoice:
    """How many people chose between an entry and an opponent in a duel, and how many of them chose the entry."""

    opponent: int
    title: str
    url: str
    people: int
    for_it: int


@dataclass(frozen=True, slots=True)
class History:
    """A page of an entry's decided matches, newest first, and its rating over time (oldest first)."""

    league: int
    side: ComparedEntry
    record: Record
    matches: tuple[Comparison, ...]
    offset: int
    series: tuple[tuple[datetime, PastRating], ...]
    duels: tuple[PeopleChoice, ...] = ()
    """People's choices in duels with the paper, by opponent, the most answered first."""


async def history(session: Transaction, entry: int, *, offset: int = 0) -> History:
    """Return a page of an entry's matches. Raises `NotFoundError` for an unknown entry."""
    row, paper = await entry_rows.entry(session, entry)
    entry = row.id
    record = _sum((await match_history.records(session, entry)).values())
    offset = _page_start(offset, record.matches, HISTORY_PAGE)
    matches = await match_history.past_matches(session, entry, None, limit=HISTORY_PAGE, offset=offset)
    opponents = {match.second if match.first == entry else match.first for match in matches}
    choices = {} if offset else await duels.choices_on(session, entry)
    in_duels = sorted(choices.items(), key=lambda choice: (-choice[1][0], choice[0]))[:MOST_COMMON]
    titles = await entry_rows.titles(session, [entry, *opponents, *(opponent for opponent, _ in in_duels)])
    figures = await rating_rows.ratings_of(session, [entry])
    title, url = titles[entry]
    return History(
        row.league_id,
        ComparedEntry(entry, title, short_title(title, SHORT), url, figures.get(entry)),
        record,
        await _comparisons(session, entry, matches, titles, paper.version),
        offset,
        tuple(await match_history.rating_series(session, row.league_id, entry)),
        tuple(
            PeopleChoice(opponent, *titles[opponent], *counts)
            for opponent, counts in in_duels
            if opponent in titles
        ),
    )


def _sum(records: Iterable[Record]) -> Record:
    wins = losses = draws = 0
    for record in records:
        wins, losses, draws = wins + record.wins, losses + record.losses, draws + record.draws
    return Record(wins, losses, draws)


async def league_of(session: Transaction, entry: int) -> int:
    """Return the id of the league that an entry belongs to. Raises `NotFoundError`."""
    row, _ = await entry_rows.entry(session, entry)
    return row.league_id
