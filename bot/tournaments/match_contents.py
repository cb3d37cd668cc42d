"""Contents of a match's message, read from the tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.judges.offline_judge import OFFLINE_LABEL
from bot.judges.prompts import people_text
from bot.matches.assignment import PANEL_KIND
from bot.papers.text import short_title
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.matches import match_rows, verdict_rows
from storage.tables import Verdict
from storage.voting import overrides, polls

TITLE = 80


@dataclass(frozen=True, slots=True)
class PanelVote:
    """One judge's vote on a match that several judges decide: "first", "second" or "draw"."""

    judge: str
    winner: str


@dataclass(frozen=True, slots=True)
class MatchContents:
    """A match in its current state; `winner` and `verdict` are "first", "second" or "draw".

    `rationale` names the papers by title. Of a panel it is that of the first judge who chose as the panel did, with its
    confidence and criteria; None if no judge did, because they differed and it became a draw.
    """

    match: int
    status: str
    first: tuple[str, str]
    second: tuple[str, str]
    judge: str
    label: str | None
    verdict: str | None
    outcome: str | None
    confidence: float | None
    rationale: str | None
    criteria: tuple[tuple[str, str], ...]
    flipped: bool
    overridden: bool
    open_poll: bool
    failure: str | None
    judge_failures: tuple[str, ...] = ()
    """Reasons of judges that were asked and gave no verdict."""
    panel: tuple[PanelVote, ...] = ()
    """Vote of each judge of a panel, if there was one."""
    before: str | None = None


async def match_contents(session: Transaction, match_id: int) -> MatchContents:
    """Return a match as its message shows it. Raises `NotFoundError`."""
    row = await match_rows.get(session, match_id)
    titles = await entry_rows.titles(session, [row.first_id, row.second_id])
    verdicts = await verdict_rows.verdicts_by_kind(session, match_id)
    verdict = _speaker(verdicts, row.verdict) if row.panel else verdicts.get("verdict")
    swap = verdicts.get("swap")
    shown = [short_title(titles[entry][0], TITLE) for entry in (row.first_id, row.second_id)]
    if verdict is not None and verdict.swapped:
        shown.reverse()
    return MatchContents(
        match=row.id,
        status=row.status,
        first=titles[row.first_id],
        second=titles[row.second_id],
        judge=row.judge,
        label=OFFLINE_LABEL
        if row.pool == "offline"
        else _source(verdict)
        if row.pool == "recorded"
        else None,
        verdict=row.verdict,
        outcome=row.outcome,
        confidence=verdict.confidence if verdict is not None else None,
        rationale=None if verdict is None else people_text(verdict.rationale, *shown),
        criteria=() if verdict is None else tuple(verdict.criteria.items()),
        flipped=verdict is not None and not row.panel and swap is not None and swap.winner != verdict.winner,
        overridden=await overrides.override_in_force(session, match_id) is not None,
        open_poll=await polls.open_on(session, match_id) is not None,
        failure=row.failure,
        judge_failures=tuple(why for name, why in row.tried.items() if name != row.judge),
        panel=_panel_votes(verdicts.values()) if row.panel else (),
    )


def _source(verdict: Verdict | None) -> str | None:
    """Return who wrote a recorded verdict, if the judge's name doesn't say it; None without a verdict to show."""
    return verdict.model if verdict is not None and verdict.model not in {"", verdict.judge} else None


def _speaker(verdicts: Mapping[str, Verdict], judgement: str | None) -> Verdict | None:
    """Return the first verdict of a panel's judges that is the panel's."""
    return next((one for one in _first_verdicts(verdicts.values()) if one.winner == judgement), None)


def _first_verdicts(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return each panel judge's first verdict, the match's own judge's first."""
    first = [one for one in verdicts if one.kind == "verdict" or one.kind.startswith(PANEL_KIND)]
    return sorted(first, key=lambda one: (one.kind != "verdict", one.id))


def _panel_votes(verdicts: Iterable[Verdict]) -> tuple[PanelVote, ...]:
    """Return each judge's first verdict."""
    return tuple(PanelVote(one.judge, one.winner) for one in _first_verdicts(verdicts))
