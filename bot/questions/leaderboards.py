"""Boards: the leaderboard, the standings of another day, what is new, all leagues at once."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.papers.text import category_name
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.questions import leaderboards
from storage.questions.leaderboards import Line, Sort
from storage.standings import past_standings, rating_rows

PAGE = 15


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a board. `moved` is places up since the standings before, None where it is new there."""

    line: Line
    moved: int | None
    is_new: bool
    category: str | None


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a league's board: `offset` counts rows before it, `total` all that pass the filters."""

    league: int
    name: str
    rows: tuple[Row, ...]
    offset: int
    total: int
    sort: Sort
    category: str | None
    submitter: str | None
    since: datetime | None
    moved_since: datetime | None
    waiting: int
    categories: tuple[tuple[str, str], ...]


async def leaderboard(
    session: Transaction,
    league: int,
    *,
    offset: int = 0,
    sort: Sort = "score",
    category: str | None = None,
    submitter: str | None = None,
    since: datetime | None = None,
) -> Board:
    """A page of the board, with the movement since the standings before the last change."""
    name = (await league_rows.get(session, league)).name
    tally = await leaderboards.tally(session, league)
    total = tally.known
    if (category, submitter, since) != (None, None, None):
        total = await leaderboards.size(session, league, category=category, submitter=submitter, since=since)
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
    )
    before = await leaderboards.before_last_change(session, league)
    entries = [line.entry for line in lines]
    earlier = {} if before is None else await past_standings.load_entries(session, before[0], entries)
    return Board(
        league,
        name,
        tuple(_row(line, earlier, known=before is not None) for line in lines),
        offset,
        total,
        sort,
        category,
        submitter,
        since,
        None if before is None else before[1],
        tally.waiting,
        _named(tally.categories),
    )


def _named(codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(code, name) of categories; where two fields call theirs alike (cs.LG and stat.ML), the code tells them apart."""
    names = Counter(map(category_name, codes))
    return tuple(
        (code, name if names[name] == 1 else f"{name} ({code})")
        for code in codes
        for name in [category_name(code)]
    )


def _row(line: Line, earlier: Mapping[int, past_standings.PastRating], *, known: bool) -> Row:
    was = earlier.get(line.entry)
    moved = None if was is None or line.rank is None else was.rank - line.rank
    return Row(
        line,
        moved,
        is_new=known and was is None and line.rank is not None,
        category=None if line.category is None else category_name(line.category),
    )


def _on_page(offset: int, total: int, size: int) -> int:
    last = max(0, (total - 1) // size * size)
    return min(max(0, offset), last) // size * size


@dataclass(frozen=True, slots=True)
class OldLine:
    """An entry in standings kept earlier, and where it is today (None: no longer ranked)."""

    entry: int
    title: str
    url: str
    then: past_standings.PastRating
    rank_now: int | None


@dataclass(frozen=True, slots=True)
class OldBoard:
    """A page of standings as they were kept at `kept_at`, the newest at or before `asked`."""

    league: int
    name: str
    asked: datetime
    kept_at: datetime
    rows: tuple[OldLine, ...]
    offset: int
    total: int


async def standings_at(session: Transaction, league: int, at: datetime, *, offset: int = 0) -> OldBoard:
    """The standings as they were kept then; raises `NotFoundError` where none were yet."""
    row = await league_rows.get(session, league)
    found = await past_standings.load_at(session, league, at)
    if found is None:
        first = await leaderboards.first_kept(session, league)
        since = "none are kept yet" if first is None else f"the first are of {first:%d %b %Y, %H:%M} UTC"
        raise NotFoundError(f"{row.name} has no standings that old: {since}.")
    _, when, figures = found
    ordered = sorted(figures.values(), key=lambda figure: (figure.rank, figure.entry))
    offset = _on_page(offset, len(ordered), PAGE)
    shown = ordered[offset : offset + PAGE]
    titles = await entry_rows.titles(session, [figure.entry for figure in shown])
    now = await rating_rows.ratings_of(session, [figure.entry for figure in shown])
    rows = [
        OldLine(
            figure.entry,
            *titles.get(figure.entry, ("(removed)", "")),
            figure,
            now[figure.entry].rank if figure.entry in now else None,
        )
        for figure in shown
    ]
    return OldBoard(league, row.name, at, when, tuple(rows), offset, len(ordered))


_AGO = re.compile(r"(?:last\s+|(\d{1,4})\s*)?(h|hours?|d|days?|w|weeks?|months?|m|years?|y)(?:\s+ago)?")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(days=7),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}
_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%Y/%m/%d")


def parse_moment(words: str, time_zone: str, now: datetime) -> datetime:
    """The moment a person means: "last week", "3 days ago", "yesterday", "2026-03-01", "2026-03-01 14:00".

    A date is its last moment in the league's zone. Raises `BadRequestError`, also for the future.
    """
    text = " ".join(words.lower().replace(",", " ").split())
    moment = _relative(text, time_zone, now) or _absolute(text, time_zone)
    if moment is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a date. "
            "Write 2026-03-01, yesterday, last week or 3 days ago."
        )
    if moment > now + timedelta(days=1):
        raise BadRequestError("That date is still to come. Write one that has passed, for example last week.")
    return min(moment, now)


def _relative(text: str, time_zone: str, now: datetime) -> datetime | None:
    if text in {"now", "today"}:
        return now
    if text == "yesterday":
        today = now.astimezone(ZoneInfo(time_zone)).date()
        return datetime.combine(today, time.min, ZoneInfo(time_zone)).astimezone(UTC) - timedelta(seconds=1)
    found = _AGO.fullmatch(text)
    if found is None:
        return None
    try:
        return now - int(found[1] or 1) * _UNITS[found[2][0]]
    except OverflowError:
        return None


def _absolute(text: str, time_zone: str) -> datetime | None:
    zone = ZoneInfo(time_zone)
    for form in _FORMATS:
        for clock in ("", " %H:%M"):
            try:
                there = datetime.strptime(text, form + clock).replace(tzinfo=zone)
                until = there if clock else there + timedelta(days=1) - timedelta(seconds=1)
                return until.astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def parse_span(words: str, default: timedelta = timedelta(days=7)) -> timedelta:
    """How far back: "7d", "30 days", "2w"; raises `BadRequestError`. No words are the default."""
    text = " ".join(words.lower().split())
    if not text:
        return default
    found = _AGO.fullmatch(text)
    if found is None:
        raise BadRequestError(
            f"I can't read “{words.strip()[:60]}” as a time span. Write 7d, 30d or 2 weeks."
        )
    return int(found[1] or 1) * _UNITS[found[2][0]]


async def newest(
    session: Transaction, league: int, *, span: timedelta, now: datetime, offset: int = 0
) -> Board:
    """Entries that came in within the span, newest first, with their ranks."""
    page = await leaderboard(session, league, offset=offset, sort="age", since=now - span)
    return replace(page, moved_since=None)


@dataclass(frozen=True, slots=True)
class Overall:
    """A page of several leagues' rated entries by score; a rank is the one in the entry's own league."""

    names: Mapping[int, str]
    sizes: Mapping[int, int]
    rows: tuple[Line, ...]
    offset: int
    total: int


async def overall(session: Transaction, league_ids: tuple[int, ...], *, offset: int = 0) -> Overall:
    """The overall board of these leagues; whoever asks passes only leagues the person may see."""
    sizes = await leaderboards.rated_in(session, league_ids)
    total = sum(sizes.values())
    offset = _on_page(offset, total, PAGE)
    lines = await leaderboards.across(session, league_ids, limit=PAGE, offset=offset)
    return Overall(await leaderboards.names(session, league_ids), sizes, tuple(lines), offset, total)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An entry's percentiles (0 to 1) by tournament score and by rubric rating."""

    line: Line
    score_at: float
    rubric_at: float


async def gap(session: Transaction, league: int, limit: int = PAGE) -> tuple[str, tuple[Disagreement, ...]]:
    """The league's name, and where tournament and rubric disagree most; raises `NotFoundError`."""
    name = (await league_rows.get(session, league)).name
    found = await leaderboards.disagreements(session, league, limit)
    if len(found) < 2:  # noqa: PLR2004 - percentiles of one paper say nothing
        raise NotFoundError(
            f"{name} needs at least two papers with both a rubric rating and matches "
            "before they can disagree."
        )
    return name, tuple(Disagreement(*row) for row in found)
