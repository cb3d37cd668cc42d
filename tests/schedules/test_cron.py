import contextlib
import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.cron import Timing, in_words, next_times, parse_cron, per_day, slots
from bot.schedules.phrases import as_typed, parse_phrase
from bot.schedules.zones import zone, zone_in_words
from storage.errors import BadRequestError
from tests.growth import MOST, growth, repeated

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day and on


def test_a_day_of_25_hours_fires_once() -> None:
    fired = list(slots("30 2 * * *", "Europe/Berlin", at(2026, 10, 24, 12), at(2026, 10, 25, 12)))
    assert [(slot.local, slot.at) for slot in fired] == [("2026-10-25T02:30", at(2026, 10, 25, 0, 30))]


def test_a_day_of_23_hours_fires_at_the_first_valid_minute() -> None:
    fired = list(slots("30 2 * * *", "Europe/Berlin", at(2026, 3, 28, 12), at(2026, 3, 29, 12)))
    assert [(slot.local, slot.at) for slot in fired] == [("2026-03-29T02:30", at(2026, 3, 29, 1, 0))]


def test_a_day_that_a_zone_left_out_still_has_its_slot() -> None:
    fired = list(slots("0 9 30 12 *", "Pacific/Apia", at(2011, 12, 1), at(2012, 1, 5)))
    assert [slot.at for slot in fired] == [at(2011, 12, 30, 10, 0)]


@given(
    day=st.dates(date(2005, 1, 1), date(2035, 1, 1)),
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    where=st.sampled_from(ZONES),
)
def test_every_day_has_exactly_one_slot(day: date, minute: int, hour: int, where: str) -> None:
    first = datetime.combine(day, time(12), ZoneInfo(where))
    after = first.astimezone(UTC)
    until = (first + timedelta(days=40)).astimezone(UTC)
    fired = list(slots(f"{minute} {hour} * * *", where, after, until))
    days = [slot.local[:10] for slot in fired]
    assert len(days) == len(set(days))
    assert len(days) in {39, 40, 41}
    assert fired == sorted(fired, key=lambda slot: slot.at)
    assert all(after < slot.at <= until for slot in fired)


@given(
    minutes=st.integers(0, 4 * 366 * 24 * 60),
    cuts=st.lists(st.integers(0, 9000), max_size=6),
)
def test_however_time_is_cut_the_slots_are_the_same(minutes: int, cuts: list[int]) -> None:
    after = at(2024, 1, 1) + timedelta(minutes=minutes)
    edges = [
        after,
        *(after + timedelta(minutes=cut) for cut in sorted(cuts)),
        after + timedelta(minutes=9000),
    ]
    whole = list(slots("*/45 1-3 * * *", "Europe/Berlin", edges[0], edges[-1]))
    pieces = [s for a, b in pairwise(edges) for s in slots("*/45 1-3 * * *", "Europe/Berlin", a, b)]
    assert pieces == whole


@pytest.mark.parametrize(
    ("weekday", "name"),
    [
        ("0", "Sunday"),
        ("7", "Sunday"),
        ("1", "Monday"),
        ("6", "Saturday"),
        ("sun", "Sunday"),
        ("WED", "Wednesday"),
    ],
)
def test_weekdays_are_numbered_as_cron_numbers_them(weekday: str, name: str) -> None:
    first = next_times(f"0 9 * * {weekday}", "UTC", at(2026, 1, 1), 1)
    assert first[0].strftime("%A") == name


@pytest.mark.parametrize(
    ("field", "days"), [("1-5", 5), ("5-7", 3), ("fri-mon", 4), ("*/2", 4), ("0,7", 1), ("0-7", 7)]
)
def test_ranges_of_weekdays_may_go_round_the_week(field: str, days: int) -> None:
    fired = next_times(f"0 9 * * {field}", "UTC", at(2026, 1, 1), days + 1)
    assert fired[-1] - fired[0] == timedelta(days=7)


@pytest.mark.parametrize("cron", ["0 9 30 2 *", "0 9 31 4,6,9,11 *", "0 9 30-31 feb *"])
def test_a_schedule_that_never_fires_is_refused(cron: str) -> None:
    with pytest.raises(BadRequestError, match="never fires"):
        parse_cron(cron)


def test_a_leap_day_is_waited_for() -> None:
    assert next_times("0 9 29 2 *", "UTC", at(2097, 1, 1), 1) == [at(2104, 2, 29, 9)]


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "* * * *",
        "61 9 * * *",
        "0 25 * * *",
        "0 9 * * 8",
        "0 9 * * mon/0",
        "0 9 1 * mon",
        "a b c d e",
        "0 9 * 13 *",
    ],
)
def test_what_isnt_a_schedule_is_answered_with_a_sentence(cron: str) -> None:
    with pytest.raises(BadRequestError):
        parse_cron(cron)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_schedule_or_a_sentence(text: str) -> None:
    try:
        timing = parse_phrase(text, time_zone="UTC")
    except BadRequestError as error:
        said = error.sentence
    else:
        said = "."
        assert next_times(timing.cron, timing.time_zone, at(2026, 1, 1), 1)
    assert said.endswith((".", "?"))


@pytest.mark.parametrize(
    ("phrase", "cron", "where"),
    [
        ("every weekday at 07:00 Europe/Berlin", "0 7 * * mon-fri", "Europe/Berlin"),
        ("daily at 7am", "0 7 * * *", "UTC"),
        ("every day 12 am", "0 0 * * *", "UTC"),
        ("weekly", "30 8 * * mon", "UTC"),
        ("at 08:45 America/New_York", "45 8 * * mon-fri", "America/New_York"),
        ("mondays and thursdays at 18:00", "0 18 * * mon,thu", "UTC"),
        ("`0 19 * * 1-5` Asia/Tokyo", "0 19 * * 1-5", "Asia/Tokyo"),
        ("every tue-thu at noon UTC", "0 12 * * tue-thu", "UTC"),
        ("hourly", "0 * * * *", "UTC"),
    ],
)
def test_people_say_when_in_words(phrase: str, cron: str, where: str) -> None:
    timing = parse_phrase(phrase, time_zone="UTC")
    assert (timing.cron, timing.time_zone) == (cron, where)


def test_an_unknown_zone_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadRequestError, match=r"did you mean Europe/Berlin\?"):
        zone("Europe/Berln")
    with pytest.raises(BadRequestError, match="no time zone"):
        zone("../../etc/passwd")
    with pytest.raises(BadRequestError, match="no time zone"):
        parse_phrase("daily at 9 Europe/Atlantis", time_zone="UTC")


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 7 * * mon-fri", "every weekday at 07:00"),
        ("30 8 * * *", "every day at 08:30"),
        ("0 9 * * 0", "every Sunday at 09:00"),
        ("0 18 * * mon,thu", "every Monday and Thursday at 18:00"),
        ("5 * * * *", "every hour at minute 5"),
        ("*/7 1 * * *", "on `*/7 1 * * *`"),
    ],
)
def test_a_schedule_is_told_in_words(cron: str, words: str) -> None:
    assert in_words(cron) == words


@pytest.mark.parametrize(
    ("cron", "zone", "typed"),
    [
        ("0 7 * * mon-fri", "UTC", "every weekday at 07:00"),
        ("0 7 * * mon,wed", "Europe/Berlin", "every Monday and Wednesday at 07:00 Europe/Berlin"),
        ("5 * * * *", "UTC", "5 * * * *"),
        ("0 7 1 * *", "Asia/Tokyo", "0 7 1 * * Asia/Tokyo"),
    ],
)
def test_a_schedule_is_offered_as_a_person_would_type_it(cron: str, zone: str, typed: str) -> None:
    assert as_typed(cron, zone, "UTC") == typed
    assert parse_phrase(typed, time_zone="UTC") == Timing(cron, zone)


def test_how_often_a_day_a_schedule_fires() -> None:
    assert [per_day(cron) for cron in ("0 9 * * 1", "*/10 * * * *", "0 8,20 * * *")] == [1, 144, 2]


@pytest.mark.parametrize(
    ("phrase", "cron", "where"),
    [
        ("at 09:00 GMT+2", "0 9 * * mon-fri", "Etc/GMT-2"),
        ("sunday-thursday 9:00", "0 9 * * sun-thu", "UTC"),
        ("9:00 a.m.", "0 9 * * mon-fri", "UTC"),
        ("20h", "0 20 * * mon-fri", "UTC"),
        ("midnight", "0 0 * * mon-fri", "UTC"),
        ("daily at midnight Berlin", "0 0 * * *", "Europe/Berlin"),
        ("every day at 9pm New York", "0 21 * * *", "America/New_York"),
        ("9:00 UTC+5:30", "0 9 * * mon-fri", "Asia/Kolkata"),
        ("at 9 GMT-8", "0 9 * * mon-fri", "Etc/GMT+8"),
        ("20h30", "30 20 * * mon-fri", "UTC"),
        ("weekdays 7.30 pm", "30 19 * * mon-fri", "UTC"),
        ("mondays, wednesdays and fridays at 8", "0 8 * * mon,wed,fri", "UTC"),
        ("monday to friday 9am London", "0 9 * * mon-fri", "Europe/London"),
        ("friday–monday 10:00", "0 10 * * fri,sat,sun,mon", "UTC"),
        ("9:00 Germany", "0 9 * * mon-fri", "Europe/Berlin"),
        ("9:00 India", "0 9 * * mon-fri", "Asia/Kolkata"),
        ("9:00 San Francisco time", "0 9 * * mon-fri", "America/Los_Angeles"),
        ("at noon", "0 12 * * mon-fri", "UTC"),
        ("half past 9", "30 9 * * mon-fri", "UTC"),
        ("quarter to 10 pm", "45 21 * * mon-fri", "UTC"),
        ("0900", "0 9 * * mon-fri", "UTC"),
        ("monthly at 9", "0 9 1 * *", "UTC"),
        ("15th of the month at 10:00", "0 10 15 * *", "UTC"),
        ("weekends at 10", "0 10 * * sat,sun", "UTC"),
        ("every monday 9 o'clock", "0 9 * * mon", "UTC"),
        ("9 pm JST", "0 21 * * mon-fri", "Asia/Tokyo"),
        ("every morning at 7", "0 7 * * *", "UTC"),
        ("12 am", "0 0 * * mon-fri", "UTC"),
        ("12pm", "0 12 * * mon-fri", "UTC"),
        ("at 09:00 +02:00", "0 9 * * mon-fri", "Etc/GMT-2"),
        ("0 9 * * 1-5 New York", "0 9 * * 1-5", "America/New_York"),
        ("tue & thu 18:00", "0 18 * * tue,thu", "UTC"),
        ("9:00 São Paulo", "0 9 * * mon-fri", "America/Sao_Paulo"),
        ("9:00 UTC", "0 9 * * mon-fri", "UTC"),
        ("9:00 GMT", "0 9 * * mon-fri", "Etc/GMT"),
        ("8.15", "15 8 * * mon-fri", "UTC"),
        ("8 in the morning", "0 8 * * mon-fri", "UTC"),
        ("9:00 Pacific time", "0 9 * * mon-fri", "America/Los_Angeles"),
        ("at 9:00 Tokyo on weekdays", "0 9 * * mon-fri", "Asia/Tokyo"),
        ("hourly", "0 * * * *", "UTC"),
        ("9 uhr", "0 9 * * mon-fri", "UTC"),
        ("Sunday through Thursday at 9:00 AM Tel Aviv", "0 9 * * sun-thu", "Asia/Jerusalem"),
        ("17:00 Kathmandu", "0 17 * * mon-fri", "Asia/Kathmandu"),
        ("10:00 Switzerland", "0 10 * * mon-fri", "Europe/Zurich"),
        ("UTC+1 9:00", "0 9 * * mon-fri", "Etc/GMT-1"),
        ("8 in the evening", "0 20 * * mon-fri", "UTC"),
        ("every evening at 7", "0 19 * * *", "UTC"),
    ],
)  # fmt: skip
def test_times_and_zones_are_read_as_people_mean_them(phrase: str, cron: str, where: str) -> None:
    timing = parse_phrase(phrase, time_zone="UTC")
    assert (timing.cron, timing.time_zone) == (cron, where)


@pytest.mark.parametrize(
    "phrase",
    [
        "at 09:00 PST",
        "9:00 USA",
        "9:00 EST",
        "25:00",
        "9:75",
        "9:00 Xyzzyland",
        "9:00 Berln",
        "9:00 BST",
        "9:00 GMT+15",
        "9:00 utc-3:30",
    ],
)
def test_what_has_several_meanings_or_none_is_answered_with_a_sentence(phrase: str) -> None:
    with pytest.raises(BadRequestError):
        parse_phrase(phrase, time_zone="UTC")


def test_an_ambiguous_zone_is_answered_with_the_cities_and_a_fixed_one_says_its_side() -> None:
    with pytest.raises(BadRequestError, match=r"America/Los_Angeles or Asia/Manila\?"):
        zone("PST")
    with pytest.raises(BadRequestError, match="America/Chicago"):
        zone("USA")
    assert zone_in_words(zone("GMT+2").key) == "2 hours ahead of UTC (Etc/GMT-2)"
    assert zone_in_words(zone("UTC−3").key) == "3 hours behind UTC (Etc/GMT+3)"
    assert as_typed("0 9 * * mon-fri", "Etc/GMT-2", "UTC") == "every weekday at 09:00 UTC+2"


def _understood(phrase: str) -> list[str] | None:
    try:
        timing = parse_phrase(phrase, time_zone="Europe/Paris")
    except BadRequestError:
        return None
    return [timing.cron, timing.time_zone]


def test_times_of_every_kind_are_understood_or_refused_with_a_sentence() -> None:
    lines = Path(__file__).with_name("phrases.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) > 330
    wrong = [(phrase, right) for phrase, right in rows if _understood(phrase) != right]
    assert wrong == []


def test_no_suggestion_is_better_than_a_far_one() -> None:
    for name in ("Foo", "Sparta", "XYZT", "Marzipan"):
        with pytest.raises(BadRequestError) as refused:
            zone(name)
        assert "did you mean" not in refused.value.sentence


@pytest.mark.parametrize(
    "piece",
    [
        "9:00 ",
        "mon-",
        "mon ",
        "at ",
        "utc+",
        "+",
        "half past ",
        "first of ",
        "1st ",
        "every ",
        "a.m. ",
        "/",
        "\u202f",
    ],
)
def test_phrases_are_read_in_linear_time(piece: str) -> None:
    def read(text: str) -> None:
        with contextlib.suppress(BadRequestError):
            parse_phrase(text, time_zone="UTC")

    assert growth(read, repeated(piece)) < MOST
