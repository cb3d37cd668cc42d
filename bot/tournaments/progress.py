"""What a tournament and a match show: everything their messages say, read from the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.judges.offline_judge import OFFLINE_LABEL
from bot.judges.prompts import people_text
from bot.matches.assignment import PANEL_KIND
from bot.papers.text import short_title
from bot.standings import rank_moves
from bot.standings.rank_moves import Move
from bot.tournaments import highlights
from bot.tournaments.highlights import Disagreement, Upset
from storage import spending, standings
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.matches import match_rows, verdict_rows
from storage.standings import Figures, Kept
from storage.tables import Tournament, Verdict
from storage.tournaments import tournament_rows
from storage.voting import overrides, polls

TITLE = 80
MOVERS = 5
LEADERS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """A tournament now. Money is USD; `expected_end` is None where nothing can be told.

    `per_minute` is of decided matches so far, `told` how many matches have a message of their own; upsets and
    disagreements are told once it is over.
    """

    tournament: int
    league: int
    league_name: str
    status: str
    goal: str
    reason: str | None
    held_for: str | None
    round: int
    decided: int
    open: int
    failed: int
    budget_matches: int
    spent: Decimal
    budget: Decimal | None
    judges: tuple[str, ...]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    deadline: datetime | None
    failures: tuple[str, ...]
    mean_interval: float | None
    leaders: tuple[tuple[str, str, Figures | Kept], ...]
    movers: tuple[Move, ...]
    per_minute: float | None
    expected_end: datetime | None
    told: int
    upsets: tuple[Upset, ...]
    disagreements: tuple[Disagreement, ...]
    panel: bool = False
    by_schedule: bool = False
    """Whether a schedule started it; `started_by` is then who made the schedule."""
    """Every match is decided by all judges."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be played."""
        return self.status in {"finished", "cancelled", "failed"}


@dataclass(frozen=True, slots=True)
class Voice:
    """One judge of a panel: the winner it chose ("first", "second" or "draw"), and whether the majority disagrees."""

    judge: str
    winner: str
    dissents: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """A match now. `winner` and `verdict` are "first", "second" or "draw"; `rationale` names the papers."""

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
    cost: Decimal
    decided_at: datetime | None
    failure: str | None
    tried: tuple[str, ...] = ()
    """Why judges that were asked and gave no verdict didn't."""
    panel: tuple[Voice, ...] = ()
    """What each judge of a panel said, where there was one."""
    before: str | None = None


async def progress(session: Transaction, tournament_id: int, now: datetime) -> Progress:
    """A tournament as its message shows it; raises `NotFoundError`."""
    row = await tournament_rows.get(session, tournament_id)
    league = await league_rows.get(session, row.league_id)
    counts = await match_rows.count_by_status(session, tournament_id)
    top, mean = await _leaders(session, row)
    titles = await entry_rows.titles(session, [figures.entry for figures in top])
    rate = _per_minute(counts.decided, row.started_at or row.created_at, row.ended_at or now)
    left = max(row.budget_matches - counts.decided - counts.failed, 0)
    is_over = row.after_id is not None
    return Progress(
        tournament=row.id,
        league=league.id,
        league_name=league.name,
        status=row.status,
        goal="the whole ranking" if row.top_k is None else f"the top {row.top_k}",
        reason=row.reason,
        held_for=row.held_for,
        round=row.round,
        decided=counts.decided,
        open=counts.open,
        failed=counts.failed,
        budget_matches=row.budget_matches,
        spent=await spending.spent_by(session, tournament_id),
        budget=row.budget,
        judges=tuple(row.judges),
        started_by=row.started_by,
        started_at=row.started_at or row.created_at,
        ended_at=row.ended_at,
        deadline=row.deadline,
        failures=tuple(await match_rows.failed_reasons(session, tournament_id)),
        mean_interval=mean,
        leaders=tuple((*titles[figures.entry], figures) for figures in top if figures.entry in titles),
        movers=await movers(session, row.before_id, row.after_id) if row.after_id is not None else (),
        per_minute=rate,
        expected_end=now + timedelta(minutes=left / rate) if rate and row.status == "running" else None,
        told=await tournament_rows.count_match_messages(session, tournament_id),
        upsets=await highlights.upsets(session, row) if is_over else (),
        disagreements=await highlights.disagreements(session, row.id) if is_over else (),
        panel=row.panel,
        by_schedule=row.schedule_id is not None,
    )


async def _leaders(session: Transaction, row: Tournament) -> tuple[Sequence[Figures | Kept], float | None]:
    """The first three and the mean interval: now, or as a tournament that is over left them."""
    left = [] if row.after_id is None else list((await standings.kept(session, row.after_id)).values())
    if not left:
        return await standings.top(session, row.league_id, LEADERS), await standings.mean_interval(
            session, row.league_id
        )
    mean = sum(one.interval for one in left) / len(left)
    return sorted(left, key=lambda one: (one.rank, one.entry))[:LEADERS], mean


def _per_minute(decided: int, since: datetime, until: datetime) -> float | None:
    minutes = (until - since).total_seconds() / 60
    return decided / minutes if decided and minutes > 0 else None


async def movers(session: Transaction, before_id: int | None, after_id: int) -> tuple[Move, ...]:
    """The entries whose rank changed most between two kept standings, the greatest move first."""
    if before_id is None:
        return ()
    before, after = await standings.kept(session, before_id), await standings.kept(session, after_id)
    entries = rank_moves.moved(before, after)[:MOVERS]
    return rank_moves.told(entries, before, after, await entry_rows.titles(session, entries))


async def match_view(session: Transaction, match_id: int) -> MatchView:
    """A match as its message shows it; raises `NotFoundError`."""
    row = await match_rows.get(session, match_id)
    titles = await entry_rows.titles(session, [row.first_id, row.second_id])
    verdicts = await verdict_rows.verdicts_by_kind(session, match_id)
    verdict = verdicts.get("verdict")
    swap = verdicts.get("swap")
    shown = [short_title(titles[entry][0], TITLE) for entry in (row.first_id, row.second_id)]
    return MatchView(
        match=row.id,
        status=row.status,
        first=titles[row.first_id],
        second=titles[row.second_id],
        judge=row.judge,
        label=OFFLINE_LABEL if row.pool == "offline" else None,
        verdict=row.verdict,
        outcome=row.outcome,
        confidence=verdict.confidence if verdict is not None else None,
        rationale=None if verdict is None else people_text(verdict.rationale, *shown),
        criteria=() if verdict is None else tuple(verdict.criteria.items()),
        flipped=verdict is not None and swap is not None and swap.winner != verdict.winner,
        overridden=await overrides.override_in_force(session, match_id) is not None,
        open_poll=await polls.open_on(session, match_id) is not None,
        cost=sum((one.cost for one in verdicts.values()), Decimal(0)),
        decided_at=row.decided_at,
        failure=row.failure,
        tried=tuple(why for name, why in row.tried.items() if name != row.judge),
        panel=_voices(verdicts.values(), row.verdict) if row.panel else (),
    )


def _voices(verdicts: Iterable[Verdict], majority: str | None) -> tuple[Voice, ...]:
    """Each judge with its first word; `majority` is the match's verdict, None while it is open."""
    return tuple(
        Voice(one.judge, one.winner, majority is not None and one.winner != majority)
        for one in verdicts
        if one.kind == "verdict" or one.kind.startswith(PANEL_KIND)
    )
