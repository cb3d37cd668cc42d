"""Why a paper has its rank: its losses, its record against lower papers, and the papers right above it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.papers.text import short_title
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.questions import leaderboards, match_history
from storage.questions.match_history import PastMatch
from storage.standings import rating_rows
from storage.standings.rating_rows import EntryRating
from storage.voting import duels

MOST_MATCHES = 400
"""How many of a paper's newest matches are used, more than any paper plays."""
ABOVE = 2
"""How many papers directly above are reported."""
MOST_LOSSES = 2
SHORT = 60


@dataclass(frozen=True, slots=True)
class DecisiveMatch:
    """A match that matters much for a rank: the opponent with its current rank, and the decisive criteria."""

    match: int
    opponent: int
    title: str
    rank: int
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A paper ranked directly above, with this paper's wins, draws and matches against it."""

    entry: int
    title: str
    wins: int
    draws: int
    matches: int


@dataclass(frozen=True, slots=True)
class RankReasons:
    """Reasons for a paper's rank; `figures` is None while it isn't rated. `wins_below` are among `matches_below`."""

    league: int
    entry: int
    title: str
    short: str
    url: str
    figures: EntryRating | None
    ranked_entries: int
    matches: int
    """Number of matches against papers that are rated now."""
    losses: int
    winners: int
    """Number of papers to which it lost."""
    costliest: tuple[DecisiveMatch, ...]
    """At most `MOST_LOSSES` of the losses, those to the lowest-ranked opponents first."""
    matches_below: int
    draws_below: int
    wins_below: int
    has_below: bool
    above: tuple[Neighbour, ...]
    """Papers ranked directly above, the nearest first."""
    duels: tuple[int, int] = (0, 0)
    """People's choices in duels with this paper, and how many of them were for it."""


async def rank_reasons(session: Transaction, entry: int) -> RankReasons:
    """Return the reasons for an entry's rank. Raises `NotFoundError` for an unknown entry."""
    row, _paper = await entry_rows.entry(session, entry)
    decided = await match_history.past_matches(session, entry, None, limit=MOST_MATCHES)
    opponents = {_opponent(entry, match) for match in decided}
    ratings = await rating_rows.ratings_of(session, [entry, *opponents])
    matches = [match for match in decided if _opponent(entry, match) in ratings]
    mine = ratings.get(entry)
    above = [] if mine is None else await leaderboards.right_above(session, row.league_id, mine.rank, ABOVE)
    titles = await entry_rows.titles(session, [entry, *opponents, *above])
    lower = _lower(entry, matches, ratings)
    ranked_entries = await rating_rows.count_rated(session, row.league_id)
    title, url = titles[entry]
    return RankReasons(
        league=row.league_id,
        entry=entry,
        title=title,
        short=short_title(title, SHORT),
        url=url,
        figures=mine,
        ranked_entries=ranked_entries,
        matches=len(matches),
        losses=sum(_lost(entry, match) for match in matches),
        winners=len({_opponent(entry, match) for match in matches if _lost(entry, match)}),
        costliest=tuple(_losses(entry, matches, ratings, titles)),
        matches_below=len(lower),
        wins_below=sum(_won(entry, match) for match in lower),
        draws_below=sum(match.outcome == "draw" for match in lower),
        has_below=mine is not None and mine.rank < ranked_entries,
        above=tuple(_neighbour(entry, other, matches, titles) for other in above),
        duels=await duels.totals_on(session, entry),
    )


def _opponent(entry: int, match: PastMatch) -> int:
    return match.second if match.first == entry else match.first


def _won(entry: int, match: PastMatch) -> bool:
    return match.outcome == ("first" if match.first == entry else "second")


def _lost(entry: int, match: PastMatch) -> bool:
    return match.outcome == ("second" if match.first == entry else "first")


def _lower(entry: int, matches: Iterable[PastMatch], ratings: Mapping[int, EntryRating]) -> list[PastMatch]:
    """Return the matches against papers that are ranked lower now."""
    mine = ratings.get(entry)
    return [
        match for match in matches if mine is not None and ratings[_opponent(entry, match)].rank > mine.rank
    ]


def _losses(
    entry: int,
    matches: Iterable[PastMatch],
    ratings: Mapping[int, EntryRating],
    titles: Mapping[int, tuple[str, str]],
) -> list[DecisiveMatch]:
    """Return the losses that cost most, one per opponent, those to the lowest-rated opponents first."""
    defeats = [match for match in matches if _lost(entry, match)]
    losses: dict[int, DecisiveMatch] = {}
    for match in sorted(defeats, key=lambda match: (ratings[_opponent(entry, match)].theta, -match.match)):
        other = _opponent(entry, match)
        if other not in losses:
            title = short_title(titles[other][0], SHORT)
            losses[other] = DecisiveMatch(match.match, other, title, ratings[other].rank, _decisive(match))
    return list(losses.values())[:MOST_LOSSES]


def _decisive(match: PastMatch) -> tuple[str, ...]:
    """Return the criteria on which the winner was better, if the judge's verdict counts."""
    return tuple(name for name, better in match.criteria.items() if better == match.verdict == match.outcome)


def _neighbour(
    entry: int, other: int, matches: Sequence[PastMatch], titles: Mapping[int, tuple[str, str]]
) -> Neighbour:
    meetings = [match for match in matches if _opponent(entry, match) == other]
    wins = sum(_won(entry, match) for match in meetings)
    draws = sum(match.outcome == "draw" for match in meetings)
    return Neighbour(other, short_title(titles[other][0], SHORT), wins, draws, len(meetings))
