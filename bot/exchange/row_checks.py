"""Checks an export's rows against each other: names must exist, nothing twice, no paper against itself."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.exchange.file_rows import LeagueFile, PollRow, VoteRow


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row of an export that contradicts other rows: its table, its index from 0, and the reason."""

    table: str
    place: int
    reason: str


def first_fault(league_file: LeagueFile) -> RowFault | None:
    """Return the first row of an export that contradicts others, such as a vote on an unknown match; None if all fit."""
    return next(_faults(league_file), None)


def _faults(file: LeagueFile) -> Iterator[RowFault]:
    papers = {row.id for row in file.papers}
    matches = {row.key for row in file.matches}
    yield from _twice(file)
    yield from _pairs("matches", [(row.first, row.second) for row in file.matches], papers)
    yield from _pairs("duels", [(row.first, row.second) for row in file.duels or ()], papers)
    reviews = {
        "ratings": [row.paper for row in file.ratings],
        "assessments": [row.paper for row in file.assessments or ()],
    }
    for table, names in reviews.items():
        for place, name in enumerate(names):
            if name not in papers:
                yield RowFault(table, place, f"{name!r} isn't among the papers")
    for place, rating in enumerate(file.ratings):
        if not rating.rank_low <= rating.rank <= rating.rank_high:
            yield RowFault("ratings", place, "its rank isn't between rank_low and rank_high")
    for place, verdict in enumerate(file.verdicts or ()):
        if verdict.match not in matches:
            yield RowFault("verdicts", place, f"there is no match {verdict.match!r}")
    yield from _polls(file, matches)
    yield from _unknown_names(file, papers, matches)
    for place, mark in enumerate(file.feedback or ()):
        if (mark.match is None) == (mark.paper is None):
            yield RowFault("feedback", place, "a mark is on a match or on a paper's assessment")


def _unknown_names(file: LeagueFile, papers: Collection[str], matches: Collection[str]) -> Iterator[RowFault]:
    """Yield rows of what a league has beside its matches that name something the file doesn't have."""
    played = {*matches, *(row.key for row in file.unplayed or ())}
    tournaments = {row.number for row in file.tournaments or ()}
    yield from _pairs("unplayed", [(row.first, row.second) for row in file.unplayed or ()], papers)
    known: dict[str, tuple[str, Collection[object]]] = {
        "paper": ("paper", papers), "match": ("match", played), "tournament": ("tournament", tournaments),
        "schedule": ("schedule", {row.number for row in file.schedules or ()}),
        "before": ("standings", {row.number for row in file.standings or ()}),
        "after": ("standings", {row.number for row in file.standings or ()}),
    }  # fmt: skip
    for table in (
        "authors",
        "feedback",
        "standings",
        "tournaments",
        "unplayed",
        "spending",
        "log",
        "matches",
        "discussions",
        "notes",
        "tags",
        "shared_list",
    ):
        for place, row in enumerate(getattr(file, table) or ()):
            for column, (noun, names) in known.items():
                name = getattr(row, column, None)
                if name is not None and name not in names:
                    yield RowFault(table, place, f"there is no {noun} {name!r}")
    for place, board in enumerate(file.standings or ()):
        for name in board.figures:
            if name not in papers:
                yield RowFault("standings", place, f"{name!r} isn't among the papers")


def _pairs(table: str, pairs: Sequence[tuple[str, str]], papers: Collection[str]) -> Iterator[RowFault]:
    for place, (first, second) in enumerate(pairs):
        for name in (first, second):
            if name not in papers:
                yield RowFault(table, place, f"{name!r} isn't among the papers")
        if first == second:
            yield RowFault(table, place, f"{first!r} can't play itself")


def _polls(file: LeagueFile, matches: Collection[str]) -> Iterator[RowFault]:
    terms: dict[tuple[str, int], tuple[object, ...]] = {}
    closed: tuple[tuple[str, Sequence[PollRow | VoteRow]], ...] = (
        ("polls", file.polls),
        ("votes", file.votes),
    )
    for table, rows in closed:
        for place, row in enumerate(rows):
            own = (row.quorum, row.anonymous, row.result, row.closed_at)
            if terms.setdefault((row.match, row.poll), own) != own:
                yield RowFault(
                    table, place, "its poll's quorum, result or closing differ from an earlier line's"
                )
            if (row.at if isinstance(row, VoteRow) else row.opened_at) > row.closed_at:
                yield RowFault(table, place, "its poll was closed before")
    for table, keys in (
        ("polls", [row.match for row in file.polls]),
        ("votes", [row.match for row in file.votes]),
        ("voters", [row.match for row in file.voters]),
    ):
        for place, key in enumerate(keys):
            if key not in matches:
                yield RowFault(table, place, f"there is no match {key!r}")
    for place, override in enumerate(file.overrides or ()):
        if (override.match, override.poll) not in terms:
            yield RowFault("overrides", place, f"match {override.match!r} has no poll {override.poll}")


def _twice(file: LeagueFile) -> Iterator[RowFault]:
    """Yield rows that repeat the key of an earlier row."""
    names: dict[str, list[tuple[object, ...]]] = {
        "papers": [(row.id,) for row in file.papers],
        "ratings": [(row.paper,) for row in file.ratings],
        "matches": [(row.key,) for row in file.matches],
        "polls": [(row.match, row.poll) for row in file.polls],
        "votes": [(row.match, row.poll, row.user) for row in file.votes],
        "voters": [(row.match, row.poll, row.user) for row in file.voters],
        "overrides": [(row.match, row.poll) for row in file.overrides or ()],
        "verdicts": [(row.match, row.kind) for row in file.verdicts or ()],
        "assessments": [(row.paper, row.assessor) for row in file.assessments or ()],
        "purposes": [(row.version,) for row in file.purposes or ()],
        "rubrics": [(row.version,) for row in file.rubrics or ()],
        "settings": [("the league",) for _row in file.settings or ()],
        "duels": [(*sorted((row.first, row.second)), row.user) for row in file.duels or ()],
        "owners": [(row.user,) for row in file.owners or ()],
        "authors": [(row.paper, row.user) for row in file.authors or ()],
        "feedback": [(row.match, row.paper, row.judge, row.user) for row in file.feedback or ()],
        "schedules": [(row.kind, row.channel) for row in file.schedules or ()],
        "standings": [(row.number,) for row in file.standings or ()],
        "tournaments": [(row.number,) for row in file.tournaments or ()],
        "unplayed": [(row.key,) for row in file.unplayed or ()],
        "discussions": [(row.paper,) for row in file.discussions or ()],
        "notes": [(row.paper, row.user) for row in file.notes or ()],
        "tags": [(row.paper, row.tag) for row in file.tags or ()],
        "shared_list": [(row.paper,) for row in file.shared_list or ()],
    }
    for table, keys in names.items():
        seen: set[tuple[object, ...]] = set()
        for place, key in enumerate(keys):
            if key in seen:
                yield RowFault(table, place, f"{' '.join(map(str, key))} is there twice")
            seen.add(key)
