"""Reads a league for publishing: its papers with ratings, reviews and matches, and the boards of past periods."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.exchange import league_transfer
from bot.exchange.file_rows import AssessmentRow, LeagueFile, MatchRow, PaperRow, RatingRow, VerdictRow
from bot.exchange.references import Citation
from bot.exchange.references.league_references import citations_of
from bot.exchange.verdict_import import open_workspace
from bot.judges.prompts import people_text
from bot.leagues.rights import may_publish
from bot.matches.match_reading import KINDS, kind_shown
from bot.papers.text import category_name, short_title
from bot.people import BY_ITSELF, People, is_forgotten
from bot.settings import Settings
from storage.database.engine import Transaction
from storage.errors import NotAllowedError
from storage.exchange import exported_rows
from storage.leagues.league_rows import League
from storage.questions import leaderboards
from storage.standings import past_standings
from storage.standings.past_standings import PastRating

SHORT = 60
MOST_WEEKS = 520
"""Maximum number of past weeks that are published: ten years."""


@dataclass(frozen=True, slots=True)
class PublishedOpinion:
    """What one judge said of a match, from the side of one paper: `said` is "won", "lost" or "drawn".

    `kind` is as in a `MatchReading`: "verdict", "panel", "swap" or "evidence"; `criteria` are pairs of a name and "won",
    "lost" or "even".
    """

    kind: str
    judge: str
    said: str
    confidence: float
    rationale: str
    criteria: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PublishedMatch:
    """A decided match from the side of one paper: `result` is "won", "lost" or "drawn", the outcome that counts.

    `key` names the match in every export. `by_team` means that a vote of the team replaced the verdict.
    """

    key: str
    opponent: str
    result: str
    by_team: bool
    opinions: tuple[PublishedOpinion, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PublishedPaper:
    """A paper with all that its page shows; `rating` is None if it has played no match."""

    paper: PaperRow
    category: str
    rating: RatingRow | None
    reviews: tuple[AssessmentRow, ...]
    matches: tuple[PublishedMatch, ...]

    @property
    def id(self) -> str:
        """The paper's canonical id, such as arxiv:1706.03762."""
        return self.paper.id

    @property
    def win_rate(self) -> float | None:
        """Share of matches won, from 0 to 1; a draw counts half. None if the paper has played no match."""
        if self.rating is None or not (played := self.rating.wins + self.rating.losses + self.rating.draws):
            return None
        return (self.rating.wins + self.rating.draws / 2) / played


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """The board at the end of a week or month: `name` is "2026-W12" or "2026-03", rows are (paper id, rating)."""

    name: str
    until: datetime
    is_over: bool
    rows: tuple[tuple[str, PastRating], ...]

    @property
    def title(self) -> str:
        """The period as people read it: "Week of 16 March 2026", "March 2026"."""
        year, _, rest = self.name.partition("-")
        if not rest.startswith("W"):
            return f"{date(int(year), int(rest), 1):%B %Y}"
        monday = date.fromisocalendar(int(year), int(rest[1:]), 1)
        return f"Week of {monday.day} {monday:%B %Y}"


@dataclass(frozen=True, slots=True)
class PublishedLeague:
    """A league at the moment `at`, created when it `began`.

    Papers are sorted by rank, unranked ones last; `citations` are theirs in the same order. With `names_people`, owners
    want people named; `people` are the names to show, by user id. `removed` are ids of papers that left the league.
    """

    name: str
    purpose: str | None
    began: datetime
    at: datetime
    papers: tuple[PublishedPaper, ...]
    periods: tuple[PastPeriod, ...]
    citations: tuple[Citation, ...]
    names_people: bool = False
    people: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


async def published_league(settings: Settings, name: str, workspace: str, now: datetime) -> PublishedLeague:
    """Open the database of the settings and read a league for publishing; raises what `read_published` raises."""
    async with (
        open_workspace(settings, workspace) as (database, workspace_id),
        database.reading(workspace_id) as session,
    ):
        return await read_published(session, await league_transfer.named(session, name), now)


async def read_published(session: Transaction, league: League, now: datetime) -> PublishedLeague:
    """Read a league for publishing. Raises `NotAllowedError` for a private league unless its owners allow publishing."""
    if not may_publish(league):
        raise NotAllowedError(
            f"{league.name} belongs to a private channel. An owner can allow its page in the league's settings."
        )
    file = await league_transfer.read(session, league, history=False)
    ids = await exported_rows.entries_by_name(session, league.id)
    by_entry = {entry: paper for paper, entry in ids.items()}
    citations = await citations_of(session, list(by_entry))
    papers = _papers(_with_titles(file, {each.id: each.title for each in citations}))
    cited = {each.id: each for each in citations}
    return PublishedLeague(
        league.name,
        league.purpose,
        league.created_at,
        now,
        papers,
        tuple(await _periods(session, league.id, by_entry, now)),
        tuple(cited[paper.id] for paper in papers if paper.id in cited),
        league.publishes_names,
        removed=tuple(row.id for row in file.papers if row.removed_at is not None),
    )


async def with_names(league: PublishedLeague, people: People) -> PublishedLeague:
    """Add the names of those who added papers, if the owners want them; people who left aren't named. Asks Slack."""
    if not league.names_people:
        return league
    users = {paper.paper.submitted_by for paper in league.papers} - BY_ITSELF.keys()
    persons = [await people.person(user) for user in sorted(users) if not is_forgotten(user)]
    return replace(league, people={each.user: each.name for each in persons if not each.is_deleted})


def _with_titles(file: LeagueFile, titles: Mapping[str, str]) -> LeagueFile:
    """Return a league's file with the titles that people read in place of those with LaTeX."""
    papers = [row.model_copy(update={"title": titles.get(row.id, row.title)}) for row in file.papers]
    return file.model_copy(update={"papers": papers})


def _papers(file: LeagueFile) -> tuple[PublishedPaper, ...]:
    ratings = {rating.paper: rating for rating in file.ratings}
    reviews: dict[str, list[AssessmentRow]] = defaultdict(list)
    for review in file.assessments or ():
        if review.done_at is not None:
            reviews[review.paper].append(review)
    verdicts: dict[str, list[VerdictRow]] = defaultdict(list)
    for verdict in sorted(file.verdicts or (), key=lambda each: KINDS.index(kind_shown(each.kind))):
        verdicts[verdict.match].append(verdict)
    titles = {paper.id: short_title(paper.title, SHORT) for paper in file.papers}
    matches: dict[str, list[PublishedMatch]] = defaultdict(list)
    active = {paper.id for paper in file.papers if paper.removed_at is None}
    played = [match for match in file.matches if {match.first, match.second} <= active]
    for match in sorted(played, key=lambda each: (each.decided_at, each.key), reverse=True):
        for mine in (match.first, match.second):
            matches[mine].append(_match(match, verdicts[match.key], titles, mine=mine))
    papers = [
        PublishedPaper(
            paper,
            category_name(paper.categories[0]) if paper.categories else "",
            ratings.get(paper.id),
            tuple(sorted(reviews[paper.id], key=lambda each: not each.sections)),
            tuple(matches[paper.id]),
        )
        for paper in file.papers
        if paper.id in active
    ]
    return tuple(
        sorted(
            papers, key=lambda each: (each.rating is None, each.rating.rank if each.rating else 0, each.id)
        )
    )


def _match(
    match: MatchRow, verdicts: Sequence[VerdictRow], titles: Mapping[str, str], *, mine: str
) -> PublishedMatch:
    side = "first" if mine == match.first else "second"

    def seen(outcome: str, even: str) -> str:
        return even if outcome in {"draw", "even"} else "won" if outcome == side else "lost"

    tells_apart = len({each.model for each in verdicts}) == len({each.judge for each in verdicts})

    def opinion(said: VerdictRow) -> PublishedOpinion:
        shown = (match.second, match.first) if said.swapped else (match.first, match.second)
        return PublishedOpinion(
            kind=kind_shown(said.kind),
            judge=said.model if tells_apart else f"{said.judge} ({said.model})",
            said=seen(said.winner, "drawn"),
            confidence=said.confidence,
            rationale=people_text(said.rationale or "", *(titles.get(each, each) for each in shown)),
            criteria=tuple((name, seen(better, "even")) for name, better in (said.criteria or {}).items()),
        )

    first, second = (titles.get(each, each) for each in (match.first, match.second))
    alone = PublishedOpinion(
        "verdict", match.model, seen(match.verdict, "drawn"), match.confidence,
        people_text(match.rationale or "", first, second), (),
    )  # fmt: skip
    return PublishedMatch(
        key=match.key,
        opponent=match.second if side == "first" else match.first,
        result=seen(match.outcome, "drawn"),
        by_team=match.outcome != match.verdict,
        opinions=tuple(map(opinion, verdicts)) or (alone,),
        at=match.decided_at,
    )


async def _periods(
    session: Transaction, league: int, by_entry: Mapping[int, str], now: datetime
) -> Sequence[PastPeriod]:
    """Return the boards of all weeks and months since the first standings, newest first, including the current ones."""
    first = await leaderboards.first_kept(session, league)
    if first is None:
        return ()
    ends: dict[str, datetime] = {}
    day = max(first, now - timedelta(weeks=MOST_WEEKS)).replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= now:
        week = day - timedelta(days=day.weekday())
        month = day.replace(day=1)
        ends[f"{day:%G}-W{day:%V}"] = week + timedelta(days=7)
        ends[f"{day:%Y-%m}"] = (month + timedelta(days=32)).replace(day=1)
        day += timedelta(days=1)
    periods = []
    lasts = [end - timedelta(microseconds=1) for end in ends.values()]
    boards = await past_standings.load_at_each(session, league, lasts)
    for (name, end), rows in zip(ends.items(), boards, strict=True):
        board = [(by_entry[row.entry], row) for row in rows.values() if row.entry in by_entry and row.matches]
        board.sort(key=lambda each: (each[1].rank, each[0]))
        periods.append(PastPeriod(name, end, end <= now, tuple(board)))
    return sorted(periods, key=lambda period: (period.until, len(period.name)), reverse=True)
