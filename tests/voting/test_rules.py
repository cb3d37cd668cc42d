"""The rules of a vote by themselves, at their edges: majority, quorum, what can still change, weekday hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.voting.rules import (
    Outcome,
    after_weekday_hours,
    decide,
    effect,
    reachable_quorum,
    read_choice,
    reminder_due,
    settled,
    weekday_hours,
)
from storage.errors import BadRequestError
from storage.voting.votes import Tally

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tally", "quorum", "outcome"),
    [
        (Tally(3, 0, 0), 3, "first"),
        (Tally(2, 0, 0), 3, None),
        (Tally(0, 3, 2), 3, "second"),
        (Tally(1, 1, 3), 3, "draw"),
        (Tally(3, 3, 0), 3, None),
        (Tally(3, 2, 1), 3, None),
        (Tally(4, 2, 1), 3, "first"),
        (Tally(3, 0, 0, abstain=9), 3, "first"),
        (Tally(0, 0, 0), 0, None),
        (Tally(1, 0, 0), 0, "first"),
    ],
)
def test_over_half_of_the_deciding_votes_win_if_they_are_a_quorum(
    tally: Tally, quorum: int, outcome: Outcome | None
) -> None:
    assert decide(tally, quorum) == outcome


@pytest.mark.parametrize(
    ("tally", "quorum", "is_settled"),
    [
        (Tally(3, 0, 0, eligible=5), 3, True),  # two more can't take the majority
        (Tally(3, 0, 0, eligible=6), 3, False),  # three more can make it a tie
        (Tally(3, 1, 0, eligible=5), 3, True),
        (Tally(3, 1, 0, eligible=6), 3, False),
        (Tally(0, 0, 0, eligible=2), 3, True),  # the quorum is out of reach
        (Tally(0, 0, 0, eligible=3), 3, False),
        (Tally(1, 1, 0, eligible=4), 3, False),  # two more make three of four
        (Tally(2, 2, 0, eligible=4), 3, True),
        (Tally(2, 2, 0, eligible=5), 3, False),
        (Tally(1, 1, 1, eligible=4), 2, True),  # two of four are no majority
        (Tally(0, 0, 0, abstain=4, eligible=5), 1, False),
        (Tally(0, 0, 0, abstain=5, eligible=5), 0, True),
    ],
)
def test_a_vote_is_settled_once_no_missing_vote_can_change_it(
    tally: Tally, quorum: int, is_settled: bool
) -> None:
    assert settled(tally, quorum) is is_settled


def test_a_closed_poll_overturns_a_verdict_only_by_another_outcome() -> None:
    assert effect("stands", "first") == "upheld"
    assert effect("first", "first") == "upheld"
    assert effect("draw", "first") == "overturned"


def test_a_quorum_is_lowered_to_those_who_can_vote_but_to_no_less_than_one() -> None:
    assert [reachable_quorum(3, eligible) for eligible in (0, 1, 2, 3, 9)] == [1, 1, 2, 3, 3]
    assert reachable_quorum(0, 5) == 1


def test_choices_are_read_and_others_refused() -> None:
    assert [read_choice(word) for word in ("first", "second", "draw", "abstain")] == [
        "first", "second", "draw", "abstain",
    ]  # fmt: skip
    with pytest.raises(BadRequestError):
        read_choice("third")


def test_weekday_hours_leave_out_the_weekend_of_the_zone() -> None:
    assert after_weekday_hours(MONDAY, 48, BERLIN) == MONDAY + timedelta(hours=48)
    assert after_weekday_hours(FRIDAY, 48, BERLIN) == FRIDAY + timedelta(hours=96)
    friday_night = datetime(2026, 11, 27, 23, tzinfo=UTC)  # midnight in Berlin: the weekend has begun
    assert after_weekday_hours(friday_night, 1, BERLIN) == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert after_weekday_hours(friday_night - timedelta(hours=1), 1, BERLIN) == friday_night
    assert weekday_hours(FRIDAY, FRIDAY + timedelta(days=7), BERLIN) == 5 * 24
    assert weekday_hours(MONDAY, MONDAY, BERLIN) == 0
    assert weekday_hours(MONDAY, MONDAY - timedelta(hours=1), BERLIN) == 0
    assert weekday_hours(friday_night, friday_night + timedelta(hours=48), BERLIN) == 0


def test_a_reminder_is_due_a_weekday_day_before_the_end_or_half_way_through_a_short_vote() -> None:
    closes = MONDAY + timedelta(hours=72)
    assert not reminder_due(MONDAY, closes, MONDAY + timedelta(hours=47, minutes=59), BERLIN)
    assert reminder_due(MONDAY, closes, MONDAY + timedelta(hours=48), BERLIN)
    assert not reminder_due(MONDAY, closes, closes, BERLIN)
    soon = MONDAY + timedelta(hours=10)
    assert not reminder_due(MONDAY, soon, MONDAY + timedelta(hours=4, minutes=59), BERLIN)
    assert reminder_due(MONDAY, soon, MONDAY + timedelta(hours=5), BERLIN)


def test_a_vote_opened_on_friday_has_its_saturday_left_out() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert after_weekday_hours(friday, 20, ZoneInfo("UTC")) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert after_weekday_hours(friday, 12, ZoneInfo("UTC")) == datetime(2026, 11, 28, 0, tzinfo=UTC)
