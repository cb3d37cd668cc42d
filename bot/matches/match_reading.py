"""A match in full, for reading: all opinions on it, and its outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.judges.prompts import people_text
from bot.matches.assignment import PANEL_KIND
from bot.papers.text import short_title
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.matches import match_rows, verdict_rows
from storage.questions.match_history import PastMatch
from storage.tables import Verdict
from storage.voting import overrides, polls

TITLE = 60
OTHER = "the other paper"
"""Name of a paper that was removed."""
KINDS = ("verdict", "panel", "swap", "evidence")
"""Kinds of opinions in the order shown: the match's own, the panel's, then those in the other order."""


@dataclass(frozen=True, slots=True)
class FullOpinion:
    """A judge's verdict in full; `kind` is "verdict", "panel", "swap" or "evidence", the cost is in USD.

    `winner` is "first", "second" or "draw" in the match's order; `swapped`: the judge saw the second paper first;
    `recorded`: the verdict was imported; `flags`: passages of the papers that try to instruct the judge; `grade`: by how
    much the winner wins, "slight" or "clear" if the judge said.
    """

    kind: str
    judge: str
    model: str
    winner: str
    confidence: float
    criteria: tuple[tuple[str, str], ...]
    rationale: str
    swapped: bool
    recorded: bool
    cost: Decimal
    at: datetime
    flags: tuple[str, ...] = ()
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class MatchReading:
    """A match with all opinions; `first` and `second` are (title, URL), `outcome` is the one that counts now."""

    match: int
    league: int
    first: tuple[str, str]
    second: tuple[str, str]
    outcome: str | None
    overridden: bool
    can_be_challenged: bool
    opinions: tuple[FullOpinion, ...]


async def match_reading(session: Transaction, match_id: int) -> MatchReading:
    """Return a match in full. Raises `NotFoundError`."""
    row = await match_rows.get(session, match_id)
    titles = await entry_rows.titles(session, [row.first_id, row.second_id])
    verdicts = (await verdict_rows.verdicts_on(session, [match_id]))[match_id]
    overridden = await overrides.override_in_force(session, match_id) is not None
    is_open = await polls.open_on(session, match_id) is not None
    both = (titles[row.first_id][0], titles[row.second_id][0])
    return MatchReading(
        match=row.id,
        league=row.league_id,
        first=titles[row.first_id],
        second=titles[row.second_id],
        outcome=row.outcome,
        overridden=overridden,
        can_be_challenged=row.status == "decided" and not overridden and not is_open,
        opinions=_opinions(verdicts, both, recorded=row.pool == "recorded"),
    )


async def opinions_on(
    session: Transaction, played: Iterable[PastMatch], titles: Mapping[int, str]
) -> dict[int, tuple[FullOpinion, ...]]:
    """Return all opinions on matches, by match; `titles` are the papers' by entry, removed papers have none."""
    ends = {match.match: (match.first, match.second) for match in played}
    verdicts = await verdict_rows.verdicts_on(session, ends)
    return {
        match: _opinions(verdicts[match], [titles.get(each, OTHER) for each in both])
        for match, both in ends.items()
    }


def _opinions(
    verdicts: Iterable[Verdict], titles: Sequence[str], *, recorded: bool = False
) -> tuple[FullOpinion, ...]:
    """Return all opinions on a match between papers with these titles, in the order shown."""
    titles_shown = [short_title(title, TITLE) for title in titles]
    in_order = sorted(verdicts, key=lambda one: (KINDS.index(kind_shown(one.kind)), one.id))
    return tuple(_opinion(verdict, titles_shown, recorded=recorded) for verdict in in_order)


def kind_shown(stored: str) -> str:
    """Return which of `KINDS` a stored verdict's kind is; every judge of a panel has its own."""
    return "panel" if stored.startswith(PANEL_KIND) else stored


def _opinion(verdict: Verdict, titles_shown: list[str], *, recorded: bool) -> FullOpinion:
    titles = titles_shown[::-1] if verdict.swapped else titles_shown
    return FullOpinion(
        kind=kind_shown(verdict.kind),
        judge=verdict.judge,
        model=verdict.model,
        winner=verdict.winner,
        confidence=verdict.confidence,
        criteria=tuple(verdict.criteria.items()),
        rationale=people_text(verdict.rationale, titles[0], titles[1]),
        swapped=verdict.swapped,
        recorded=recorded,
        cost=verdict.cost,
        at=verdict.at,
        flags=tuple(verdict.flags),
        grade=verdict.margin,
    )
