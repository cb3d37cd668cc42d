"""Leaderboards: current, of an earlier day, new entries, all leagues together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.papers.text import category_name
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.questions import leaderboards
from storage.questions.leaderboards import BoardLine, Sort
from storage.standings import past_standings, personal_votes, rating_rows

PAGE = 15
EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of a leaderboard; `move` is the places gained since the standings before, None for a new entry."""

    line: BoardLine
    move: int | None
    is_new: bool
    category: str | None


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a league's leaderboard: `offset` counts rows before it, `total` all rows that pass the filters."""

    league: int
    name: str
    rows: tuple[BoardRow, ...]
    offset: int
    total: int
    sort: Sort
    category: str | None
    submitter: str | None
    since: datetime | None
    moved_since: datetime | None
    waiting: int
    categories: tuple[tuple[str, str], ...]
    made_of: tuple[int, int] = (0, 0)
    """Verdicts of judges, and votes of people, from which the ranking is made."""
    tag: str | None = None
    tags: tuple[str, ...] = ()
    """Tags of the league's papers, the most frequent first."""


async def leaderboard(
    session: Transaction,
    league: int,
    *,
    offset: int = 0,
    sort: Sort = "score",
    category: str | None = None,
    submitter: str | None = None,
    since: datetime | None = None,
    tag: str | None = None,
) -> Board:
    """Return a page of the leaderboard, with rank changes since the standings before the last change."""
    name = (await league_rows.get(session, league)).name
    tally = await leaderboards.count_entries(session, league)
    total = tally.known
    if (category, submitter, since, tag) != (None, None, None, None):
        total = await leaderboards.count_filtered(
            session, league, category=category, submitter=submitter, since=since, tag=tag
        )
    offset = _on_page(offset, total, PAGE)
    lines = await leaderboards.board(
        session,
        league,
        sort=sort,
        limit=PAGE,
        offset=offset,
        category=category,
        submitter=submitter,
        since=since,
        tag=tag,
    )
    before = await leaderboards.before_last_change(session, league)
    entries = [line.entry for line in lines]
    earlier = {} if before is None else await past_standings.load_entries(session, before[0], entries)
    return Board(
        league,
        name,
        tuple(_row(line, earlier, has_earlier=before is not None) for line in lines),
        offset,
        total,
        sort,
        category,
        submitter,
        since,
        None if before is None else before[1],
        tally.waiting,
        _named(tally.categories),
        await personal_votes.made_of(session, league),
        tag,
        tuple(await leaderboards.tags(session, league)),
    )


def _named(codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of categories; if two have the same name (cs.LG and stat.ML), the code is added to it."""
    names = Counter(map(category_name, codes))
    return tuple(
        (code, name if names[name] == 1 else f"{name} ({code})")
        for code in codes
        for name in [category_name(code)]
    )


def _row(line: BoardLine, earlier: Mapping[int, past_standings.PastRating], *, has_earlier: bool) -> BoardRow:
    was = earlier.get(line.entry)
    move = None if was is None or line.rank is None else was.rank - line.rank
    return BoardRow(
        line,
        move,
        is_new=has_earlier and was is None and line.rank is not None,
        category=None if line.category is None else category_name(line.category),
    )


def _on_page(offset: int, total: int, size: int) -> int:
    last = max(0, (total - 1) // size * size)
    return min(max(0, offset), last) // size * size


@dataclass(frozen=True, slots=True)
class PastBoardRow:
    """A paper's place in earlier standings, and its rank today (None: no longer ranked)."""

    entry: int
    title: str
    url: str
    then: past_standings.PastRating
    rank_now: int | None


@dataclass(frozen=True, slots=True)
class PastBoard:
    """A page of a league as it stood at an earlier moment: the newest standings stored at or before `at`.

    `kept_at` is when these were stored.
    """

    league: int
    name: str
    at: datetime
    kept_at: datetime
    rows: tuple[PastBoardRow, ...]
    offset: int
    total: int


async def standings_at(session: Transaction, league: int, at: datetime, *, offset: int = 0) -> PastBoard:
    """Return a page of the standings at a moment. Raises `NotFoundError` if there were none yet."""
    row = await league_rows.get(session, league)
    past = await past_standings.load_at(session, league, at)
    if past is None:
        first = await leaderboards.first_kept(session, league)
        since = "none are kept yet" if first is None else f"the first are of {first:%d %b %Y, %H:%M} UTC"
        raise NotFoundError(f"{row.name} has no standings that old: {since}.")
    _, when, figures = past
    ratings = sorted(figures.values(), key=lambda figure: (figure.rank, figure.entry))
    offset = _on_page(offset, len(ratings), PAGE)
    page = ratings[offset : offset + PAGE]
    titles = await entry_rows.titles(session, [figure.entry for figure in page])
    now = await rating_rows.ratings_of(session, [figure.entry for figure in page])
    rows = [
        PastBoardRow(
            figure.entry,
            *titles.get(figure.entry, ("(removed)", "")),
            figure,
            now[figure.entry].rank if figure.entry in now else None,
        )
        for figure in page
    ]
    return PastBoard(league, row.name, at, when, tuple(rows), offset, len(ratings))


async def newest(
    session: Transaction, league: int, *, span: timedelta, now: datetime, offset: int = 0
) -> Board:
    """Return the entries of the last `span`, newest first, with their ranks."""
    page = await leaderboard(session, league, offset=offset, sort="age", since=now - span)
    return replace(page, moved_since=None)


@dataclass(frozen=True, slots=True)
class OverallBoard:
    """A page of several leagues' rated entries by score; ranks are within each entry's own league."""

    names: Mapping[int, str]
    sizes: Mapping[int, int]
    rows: tuple[BoardLine, ...]
    offset: int
    total: int


async def overall(session: Transaction, league_ids: tuple[int, ...], *, offset: int = 0) -> OverallBoard:
    """Return the leaderboard over these leagues; the caller passes only leagues that the person may see."""
    sizes = await leaderboards.count_rated_in(session, league_ids)
    total = sum(sizes.values())
    offset = _on_page(offset, total, PAGE)
    lines = await leaderboards.overall_board(session, league_ids, limit=PAGE, offset=offset)
    return OverallBoard(
        await leaderboards.league_names(session, league_ids), sizes, tuple(lines), offset, total
    )


@dataclass(frozen=True, slots=True)
class RubricGap:
    """How differently matches and assessors see a paper: its percentile (0 to 1) by each."""

    line: BoardLine
    score_at: float
    rubric_at: float


async def gap_points(session: Transaction, league: int) -> Mapping[int, int]:
    """Return how much better each entry does in matches than by its rubric rating: the difference of percentiles.

    By entry id, in points from -100 to 100.
    """
    rows = await leaderboards.rubric_gaps(session, league, EVERY)
    return {line.entry: round(100 * (score_at - rubric_at)) for line, score_at, rubric_at in rows}


async def gap(session: Transaction, league: int, limit: int = PAGE) -> tuple[str, tuple[RubricGap, ...]]:
    """Return the league's name, and entries whose match score and rubric rating differ most. Raises `NotFoundError`."""
    name = (await league_rows.get(session, league)).name
    rows = await leaderboards.rubric_gaps(session, league, limit)
    if len(rows) < 2:  # noqa: PLR2004 - percentiles of one paper say nothing
        raise NotFoundError(
            f"{name} needs at least two papers with both a rubric rating and matches "
            "before they can disagree."
        )
    return name, tuple(RubricGap(*row) for row in rows)
