"""The edges of schedules: each case is one off from another that means something else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedules import clock, zones
from bot.schedules.cron import days_and_time, in_words, is_cron, moment, next_times, parse_cron, per_day
from bot.schedules.phrases import parse_phrase
from bot.schedules.zones import stored_zone, zone, zone_as_typed, zone_in_words
from storage.errors import BadRequestError
from storage.tables import League, Schedule
from storage.tournaments import schedules
from tests.leagues.world import World
from tests.schedules.test_clock import _clock, _fired, _schedule

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("30 8 * * sun-thu", "every Sunday, Monday, Tuesday, Wednesday and Thursday at 08:30"),
        ("30 8 * * tue-sat", "every Tuesday, Wednesday, Thursday, Friday and Saturday at 08:30"),
        ("30 8 * * 1-4", "every Monday, Tuesday, Wednesday and Thursday at 08:30"),
        ("30 8 * * 0-6", "every day at 08:30"),
        ("0 9 1 * *", "on `0 9 1 * *`"),
        ("0 9 * 2 *", "on `0 9 * 2 *`"),
        ("0 9-11 * * *", "on `0 9-11 * * *`"),
        ("5 * * * mon", "on `5 * * * mon`"),
    ],
)
def test_words_name_days_unless_they_are_all_or_the_working_ones(cron: str, words: str) -> None:
    assert in_words(cron) == words


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("30 8 * * fri-mon", (("mon", "fri", "sat", "sun"), "08:30")),
        ("5 19 * * *", (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "19:05")),
        ("*/5 8 * * mon", None),
        ("0 * * * mon", None),
        ("0 9 1 * *", None),
        ("0 9 * 2 *", None),
    ],
)
def test_days_and_time_are_said_only_of_what_fires_once_a_day(cron: str, days: object) -> None:
    assert days_and_time(cron) == days


def test_weekdays_with_a_step_end_at_saturday() -> None:
    fired = next_times("0 9 * * 1/2", "UTC", NEW_YEAR, 4)
    assert [at.strftime("%a") for at in fired] == ["Fri", "Mon", "Wed", "Fri"]


def test_the_first_day_of_a_year_is_one_that_comes() -> None:
    parse_cron("0 0 1 1 *")
    assert next_times("0 0 1 1 *", "UTC", NEW_YEAR - timedelta(minutes=1), 1) == [NEW_YEAR]
    assert next_times("0 0 1 1 *", "UTC", NEW_YEAR, 1) == [NEW_YEAR.replace(year=2027)]


def test_every_minute_of_a_day_is_counted() -> None:
    assert per_day("* * * * *") == 24 * 60
    assert per_day("59 23 31 12 *") == 1


def test_three_times_are_told_and_a_slot_has_its_moment() -> None:
    assert len(next_times("0 9 * * *", "UTC", NEW_YEAR)) == 3
    minutes = [NEW_YEAR + timedelta(minutes=minute) for minute in (1, 2, 3)]
    assert next_times("* * * * *", "UTC", NEW_YEAR) == minutes
    assert moment("2026-10-25T02:30", "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for skipped in ("02:14", "02:15"):
        assert moment(f"2026-03-29T{skipped}", "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("0 9 * * 1", True), ("0 9 * *", False), ("0 nine * * 1", False), ("zero 9 * * 1", False), ("`0 9 * * 1`", True),
     ("0 9 ? * 1", True)],
)  # fmt: skip
def test_five_fields_that_begin_with_numbers_are_cron(words: str, expected: bool) -> None:
    assert is_cron(words.split()) is expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("UTC+14", "Etc/GMT-14"), ("UTC-12", "Etc/GMT+12"), ("UTC+0", "UTC"), ("UTC-9:30", "Pacific/Marquesas"),
        ("+5", "Etc/GMT-5"), ("gmt+05:30", "Asia/Kolkata"), ("UTC+5.5", "Asia/Kolkata"), ("UTC+5.50", "Asia/Kolkata"),
        ("UTC+5.75", "Asia/Kathmandu"),
    ],
)  # fmt: skip
def test_offsets_reach_as_far_as_places_do(name: str, key: str) -> None:
    assert zone(name).key == key


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("UTC+15", "No place is"),
        ("UTC-13", "No place is"),
        ("UTC+5:10", "No place is"),
        ("UTC-3:30", r"moves with summer time there: write America/St_Johns\."),
        ("UTC+10:30", r"Australia/Adelaide or Australia/Lord_Howe\."),
        ("x" * 70, f"“{'x' * 60}”"),
    ],
)
def test_a_zone_that_isnt_one_gets_its_own_sentence(name: str, sentence: str) -> None:
    with pytest.raises(BadRequestError, match=sentence):
        zone(name)


def test_fixed_distances_are_said_as_people_say_them() -> None:
    assert zone_in_words("Etc/GMT+1") == "1 hour behind UTC (Etc/GMT+1)"
    assert zone_in_words("Etc/GMT-0") == "Etc/GMT-0"
    assert zone_in_words("Europe/Berlin") == "Europe/Berlin"
    assert (zone_as_typed("Etc/GMT+3"), zone_as_typed("Asia/Tokyo")) == ("UTC-3", "Asia/Tokyo")
    assert (stored_zone("EST").key, stored_zone("Kiev").key) == ("EST", "Europe/Kyiv")


_LONG = "America/North_Dakota/New_Salem"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Amsterdm", r"did you mean Europe/Amsterdam\?"), ("Berln", r"did you mean Europe/Berlin\?"),
        (_LONG.ljust(40, "x"), rf"did you mean {_LONG}\?"), (_LONG.ljust(41, "x"), "write a city"),
        ("Ozlo", "write a city"), ("Pars", "write a city"), ("Xondon", "write a city"),
    ],
)  # fmt: skip
def test_a_near_name_is_suggested_unless_it_is_short_or_very_long_or_begins_otherwise(
    name: str, hint: str
) -> None:
    with pytest.raises(BadRequestError, match=hint):
        zone(name)


def test_a_name_without_a_city_is_its_own_zone_and_one_that_is_new_is_known() -> None:
    assert [zone(name).key for name in ("uct", "greenwich", "Singapore")] == [
        "UCT",
        "Greenwich",
        "Asia/Singapore",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zones, "_names", dict)
        assert zone(" Asia/Tokyo ").key == "Asia/Tokyo", "which the database got while this process ran"


def test_comments_and_empty_lines_of_the_zone_database_are_no_countries() -> None:
    assert zones._rows("#\n# code\tname\n\nDE\tGermany\n") == [("DE", "Germany")]


@pytest.mark.parametrize(
    ("phrase", "cron"),
    [
        ("quarter past 9", "15 9 * * mon-fri"), ("half past 23", "30 23 * * mon-fri"),
        ("quarter to 0", "45 23 * * mon-fri"), ("28th of the month at 9", "0 9 28 * *"),
        ("first day of the month at 9", "0 9 1 * *"), ("monday to monday 9:00", "0 9 * * mon-mon"),
        ("saturday-sunday 9:00", "0 9 * * sat,sun"), ("11 in the evening", "0 23 * * mon-fri"),
        ("1 at night", "0 1 * * mon-fri"), ("4 at night", "0 4 * * mon-fri"), ("5 at night", "0 17 * * mon-fri"),
        ("11 at night", "0 23 * * mon-fri"), ("1 in the afternoon", "0 13 * * mon-fri"),
        ("13 in the afternoon", "0 13 * * mon-fri"), ("12 in the afternoon", "0 12 * * mon-fri"),
        ("1 pm", "0 13 * * mon-fri"), ("0:00", "0 0 * * mon-fri"), ("23:59", "59 23 * * mon-fri"),
        ("every monday and every day at 9", "0 9 * * *"), ("weekly at 9", "0 9 * * mon"),
        ("9:00 " + " " * 295, "0 9 * * mon-fri"),
        ("weekday evenings", "0 19 * * mon-fri"), ("nightly", "0 21 * * *"), ("24:00", "0 0 * * mon-fri"),
        ("every 6 hours", "0 */6 * * *"), ("every 24 hours at 10", "0 10 * * *"),
        ("mon-wed except wednesday at 9", "0 9 * * mon,tue"),
        ("mon-thu except thu at 9", "0 9 * * mon-wed"), ("every day except sunday at 9", "0 9 * * mon-sat"),
        ("every day except mon, tue and wed at 9", "0 9 * * thu,fri,sat,sun"),
        ("every day except wednesday at 9", "0 9 * * mon,tue,thu,fri,sat,sun"),
        ("every day except weekends at 9", "0 9 * * mon-fri"),
    ],
)  # fmt: skip
def test_phrases_at_their_edges(phrase: str, cron: str) -> None:
    assert parse_phrase(phrase, time_zone="UTC").cron == cron


@pytest.mark.parametrize(
    "phrase", ["13 pm", "0 am", "24:01", "9:60", "29th of the month", "0th of the month", "9:00 " + " " * 296,
               "15th of the month on monday 9:00", "", "every 2 days", "every other day", "every other hour",
               "every 5 hours", "mon and tue except mon and tue at 9"]
)  # fmt: skip
def test_phrases_past_their_edges_are_refused(phrase: str) -> None:
    with pytest.raises(BadRequestError):
        parse_phrase(phrase, time_zone="UTC")


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("24:01", "“24:01” isn't a time of day"), ("half past 25", "“half past 25” isn't a time of day"),
        ("9:60", "“9:60” isn't a time of day"),
        ("9:00 blah", "I don't understand “blah” as a time"), ("9:00 XYZT", "There is no time zone “XYZT”"),
        ("9:00 here/there", "There is no time zone “here/there”"), ("9:00 berln", r"did you mean Europe/Berlin\?"),
        ("9:00 pst", "“pst” can be several time zones"),
    ],
)  # fmt: skip
def test_a_refusal_quotes_what_was_typed_and_says_what_is_wrong_with_it(phrase: str, sentence: str) -> None:
    with pytest.raises(BadRequestError, match=sentence):
        parse_phrase(phrase, time_zone="UTC")


def test_wide_letters_of_other_keyboards_are_read() -> None:
    assert parse_phrase("\uff11\uff10\uff1a\uff10\uff19", time_zone="UTC").cron == "9 10 * * mon-fri"
    for half in ("\uff41\uff2d", "\uff21\uff4d"):
        assert parse_phrase(f"\uff19 {half}", time_zone="UTC").cron == "0 9 * * mon-fri"


@pytest.mark.parametrize(
    ("words", "first", "last", "otherwise"),
    [("every morning", 5, 11, "0 9"), ("every afternoon", 12, 17, "0 14"), ("every evening", 17, 23, "0 19"),
     ("every night", 19, 23, "0 21"), ("nightly", 19, 23, "0 21")],
)  # fmt: skip
def test_the_usual_time_is_kept_in_the_part_of_the_day_that_is_named(
    words: str, first: int, last: int, otherwise: str
) -> None:
    for hour in range(24):
        time = f"30 {hour}" if first <= hour <= last else otherwise
        assert parse_phrase(words, time_zone="UTC", at=f"{hour}:30").cron == f"{time} * * *"


def test_what_a_phrase_leaves_out_is_filled_in() -> None:
    assert parse_phrase("daily", time_zone="UTC", at="9").cron == "0 9 * * *"
    assert parse_phrase("at 10", time_zone="UTC", days="mon").cron == "0 10 * * mon"
    assert parse_phrase("hourly", time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(("late", "status"), [(0, "planned"), (1, "missed")])
async def test_a_slot_fires_up_to_six_hours_late(world: World, late: int, status: str) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    world.now = datetime(2026, 11, 23, 18, late, tzinfo=UTC)
    assert await _clock(world).tick() == (1 if status == "planned" else 0)
    assert await _fired(world, schedule) == [("2026-11-23T12:00", status)]


async def test_missed_slots_are_recorded_for_a_week_back(world: World) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    world.now = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
    async with world.writing() as session:
        assert await clock.catch_up(session, world.now) == 1
    fired = await _fired(world, schedule)
    assert (fired[0], len(fired)) == (("2026-12-14T12:00", "missed"), 7)


@pytest.mark.parametrize("archived", [False, True])
async def test_a_schedule_at_rest_is_looked_at_again_in_an_hour(world: World, archived: bool) -> None:
    schedule = await _schedule(world, "0 12 * * *", "UTC")
    async with world.writing() as session:
        row = await session.get(Schedule, schedule)
        assert row is not None
        if archived:
            league = await session.get(League, row.league_id)
            assert league is not None
            league.archived_at = world.now
        else:
            row.time_zone = "Nowhere/Gone"
    world.later(hours=5)
    await _clock(world).tick()
    async with world.database.reading("T1") as session:
        at_rest = await session.get(Schedule, schedule)
        assert at_rest is not None
        assert at_rest.next_at == world.now + timedelta(hours=1)
        assert await schedules.due_ids(session, world.now, 9) == ([], False)


async def test_a_started_clock_looks_each_full_minute_once_at_a_time_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    async def tick(_clock: clock.Clock) -> int:
        return 0

    monkeypatch.setattr(clock.Clock, "tick", tick)
    ticking = _clock(world)
    ticking.stop()
    ticking.start()
    scheduler = ticking._scheduler
    assert scheduler is not None
    (job,) = scheduler.get_jobs()
    half_past = NEW_YEAR.replace(second=30)
    assert job.trigger.get_next_fire_time(None, half_past) == NEW_YEAR + timedelta(minutes=1)
    assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)
    ticking.stop()
    await asyncio.sleep(0)
    assert not scheduler.running
