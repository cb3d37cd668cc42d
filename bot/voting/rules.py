"""Rules of a vote: the winner, when a result is final, what else closes it, and hours on weekdays."""

from datetime import UTC, datetime, time, timedelta
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from storage.errors import BadRequestError
from storage.tables import Poll
from storage.voting.votes import Tally

Outcome = Literal["first", "second", "draw"]
Choice = Literal["first", "second", "draw", "abstain"]

OUTCOMES: tuple[Outcome, ...] = ("first", "second", "draw")
STANDS = "stands"
REMINDER_HOURS = 24
_SATURDAY = 5
CLOSED_BY_DEADLINE = "deadline"
CLOSED_BY_ALL = "all"
CLOSED_AS_SETTLED = "settled"
CLOSED_AS_VOID = Poll.VOID
"""Closing the poll failed five times: it counts for nothing."""
CLOSED_AS_LEFT = "left"
"""A paper of the match left the league, or both became one paper: the vote has no result."""


def read_choice(word: str) -> Choice:
    """Parse a choice of a vote. Raises `BadRequestError` for any other word."""
    match word:
        case "first" | "second" | "draw" | "abstain":
            return word
        case _:
            raise BadRequestError("That isn't a choice of this vote. Pick a paper, a draw, or abstain.")


def count_of(tally: Tally, outcome: Outcome) -> int:
    """Return the number of votes for an outcome."""
    match outcome:
        case "first":
            return tally.first
        case "second":
            return tally.second
        case "draw":
            return tally.draw
        case _:
            assert_never(outcome)


def decide(tally: Tally, quorum: int) -> Outcome | None:
    """Return the option with more than half of the deciding votes and at least `quorum`; None: the verdict stands."""
    for outcome in OUTCOMES:
        votes = count_of(tally, outcome)
        if votes * 2 > tally.deciding and votes >= max(quorum, 1):
            return outcome
    return None


def effect(result: str | None, verdict: str | None) -> Literal["overturned", "upheld"]:
    """Return the effect of a closed poll on the judge's verdict; `result` is an outcome or "stands"."""
    return "upheld" if result in {STANDS, verdict} else "overturned"


def settled(tally: Tally, quorum: int) -> bool:
    """Return whether further votes can't change the result.

    Votes already cast are taken as final. The worst case for a winner is that all missing voters choose one other option;
    the best case for any option is that they all choose it.
    """
    missing, quorum = tally.missing, max(quorum, 1)
    winner = decide(tally, quorum)
    if winner is not None:
        return count_of(tally, winner) * 2 > tally.deciding + missing
    return not any(
        (count_of(tally, outcome) + missing) * 2 > tally.deciding + missing
        and count_of(tally, outcome) + missing >= quorum
        for outcome in OUTCOMES
    )


def reachable_quorum(quorum: int, eligible: int) -> int:
    """Return the quorum, or the number of eligible voters if that is smaller; at least 1."""
    return max(min(quorum, eligible), 1)


def _next_midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def after_weekday_hours(start: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """Return the time (UTC) that is `hours` after `start`, without Saturdays and Sundays in the zone."""
    moment, rest = start.astimezone(UTC), timedelta(hours=hours)
    while True:
        midnight = _next_midnight(moment, zone)
        if moment.astimezone(zone).weekday() < _SATURDAY:
            if rest <= midnight - moment:
                return moment + rest
            rest -= midnight - moment
        moment = midnight


def weekday_hours(start: datetime, end: datetime, zone: ZoneInfo) -> float:
    """Return the hours from `start` to `end` without Saturdays and Sundays in the zone; 0 if `end` isn't later."""
    moment, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta()
    while moment < end:
        until = min(_next_midnight(moment, zone), end)
        if moment.astimezone(zone).weekday() < _SATURDAY:
            total += until - moment
        moment = until
    return total / timedelta(hours=1)


def reminder_due(opened_at: datetime, closes_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether a poll's last day (weekends not counted) has begun; for short polls, its second half."""
    last = min(REMINDER_HOURS, weekday_hours(opened_at, closes_at, zone) / 2)
    return now < closes_at and weekday_hours(now, closes_at, zone) <= last
