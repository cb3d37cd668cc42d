from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.voting.rules import (
    after_weekday_hours,
    decide,
    reachable_quorum,
    read_choice,
    reminder_due,
    settled,
    weekday_hours,
)
from storage.errors import BadRequestError
from storage.voting.votes import Tally

CHOICES = ("first", "second", "draw", "abstain")
ZONES = [
    ZoneInfo(name)
    for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu")
]

choices = st.lists(st.sampled_from(CHOICES), max_size=9)
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def tally(cast: list[str], eligible: int) -> Tally:
    return Tally(**Counter(cast), eligible=eligible)


@given(cast=choices, missing=st.integers(0, 5), quorum=st.integers(1, 9))
def test_an_early_close_never_changes_what_full_voting_would_give_and_is_never_missed(
    cast: list[str], missing: int, quorum: int
) -> None:
    eligible = len(cast) + missing
    futures = {
        decide(tally([*cast, *rest], eligible), quorum)
        for rest in combinations_with_replacement(CHOICES, missing)
    }
    assert settled(tally(cast, eligible), quorum) == (len(futures) == 1)
    if settled(tally(cast, eligible), quorum):
        assert futures == {decide(tally(cast, eligible), quorum)}


@given(
    clicks=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(CHOICES)), max_size=25),
    rest=st.lists(st.sampled_from(CHOICES), min_size=6, max_size=6),
    quorum=st.integers(1, 6),
)
def test_closing_early_gives_what_waiting_for_everybody_gives(
    clicks: list[tuple[int, str]], rest: list[str], quorum: int
) -> None:
    """Six people vote and change; once it is settled only those who never voted add theirs."""
    votes: dict[int, str] = {}
    for person, choice in clicks:
        votes[person] = choice
        if settled(tally(list(votes.values()), 6), quorum):
            break
    if not settled(tally(list(votes.values()), 6), quorum):
        return
    everybody = [votes.get(person, rest[person]) for person in range(6)]
    assert decide(tally(everybody, 6), quorum) == decide(tally(list(votes.values()), 6), quorum)


@given(cast=choices, quorum=st.integers(1, 9))
def test_an_option_wins_only_with_more_than_half_and_a_quorum(cast: list[str], quorum: int) -> None:
    counts = Counter(choice for choice in cast if choice != "abstain")
    winners = [option for option, count in counts.items() if count > counts.total() / 2 and count >= quorum]
    assert decide(tally(cast, len(cast)), quorum) == (winners[0] if winners else None)


@given(wanted=st.integers(1, 10), eligible=st.integers(1, 10))
def test_a_quorum_is_never_more_than_there_are_voters(wanted: int, eligible: int) -> None:
    assert 1 <= reachable_quorum(wanted, eligible) <= min(wanted, eligible)


@given(start=moments, hours=st.integers(1, 400), zone=zones)
@example(start=datetime(2026, 11, 27, 12, tzinfo=UTC), hours=48, zone=ZONES[0])
def test_a_deadline_has_exactly_its_weekday_hours_before_it(
    start: datetime, hours: int, zone: ZoneInfo
) -> None:
    end = after_weekday_hours(start, hours, zone)
    assert weekday_hours(start, end, zone) == pytest.approx(hours)
    assert end - start >= timedelta(hours=hours)
    assert weekday_hours(start, end - timedelta(minutes=1), zone) < hours


@given(start=moments, length=st.integers(0, 14 * 24), zone=zones)
def test_weekday_hours_agree_with_counting_quarters(start: datetime, length: int, zone: ZoneInfo) -> None:
    start = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    quarter = timedelta(minutes=15)
    counted = sum((start + n * quarter).astimezone(zone).weekday() < 5 for n in range(length * 4))
    assert weekday_hours(start, start + timedelta(hours=length), zone) == pytest.approx(counted / 4)


def test_a_poll_opened_on_friday_noon_for_two_days_ends_on_tuesday_noon() -> None:
    friday = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    assert after_weekday_hours(friday, 48, ZoneInfo("Europe/Berlin")) == datetime(
        2026, 12, 1, 11, 0, tzinfo=UTC
    )


def test_the_reminder_of_a_poll_that_ends_on_monday_is_due_on_friday() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    opened, closes = datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert not reminder_due(opened, closes, datetime(2026, 11, 27, 8, 59, tzinfo=UTC), berlin)
    assert reminder_due(opened, closes, datetime(2026, 11, 27, 9, tzinfo=UTC), berlin)
    assert not reminder_due(opened, closes, closes, berlin)


def test_a_short_poll_reminds_at_half_time_not_at_once() -> None:
    opened, closes = datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert not reminder_due(opened, closes, opened, ZoneInfo("UTC"))
    assert reminder_due(opened, closes, opened + timedelta(hours=4), ZoneInfo("UTC"))


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(BadRequestError):
        read_choice("third")
