from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.digests import digest_contents, digest_schedules, sending
from bot.following import notices
from bot.ranking import Agreement
from bot.standings.team_agreement import LeagueAgreement, TeamAgreement
from bot.voting import closing
from bot.voting.duels import Duel, DuelSide
from handlers.digests import digest_view
from handlers.digests.digest_view import TALLEST
from handlers.digests.sections_view import NAMES, SECTIONS, DigestLinks, is_told
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotAllowedError, NotFoundError
from storage.leagues import failed_work
from storage.tables import League, Occurrence, OutboxMessage, Override, Poll, Schedule, Spending
from storage.tournaments import schedules
from storage.work import leases
from storage.work.delivery import NOTHING_TO_SHOW
from tests.benchmarks.texts import height, lines_of_text
from tests.leagues.world import HOME, OTHER, SECRET, TEAM, World

TUESDAY_SLOT = "2026-11-24T08:30"
TUESDAY = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


async def _schedule_of(world: World, league: League) -> Schedule:
    async with world.database.reading(TEAM) as session:
        found = await schedules.find(session, league.id, "digest", HOME)
        assert found is not None
        session.expunge(found)
        return found


async def _make(world: World, schedule: Schedule, slot: str) -> int | None:
    async with world.writing() as session:
        return await sending.want_scheduled_digest(session, schedule, slot, world.now)


async def _content(world: World) -> digest_contents.Digest:
    message = (await world.messages("digest"))[-1]
    since, until = (datetime.fromisoformat(message.options[name]) for name in ("since", "until"))
    async with world.database.reading(TEAM) as session:
        assert message.about_id is not None
        return await digest_contents.digest_of_period(session, message.about_id, since, until)


async def _text(world: World) -> str:
    return str(digest_view.digest(await _content(world)))


async def _window(world: World) -> str:
    return str(digest_view.detail(await _content(world), NAMES, DigestLinks()))


async def _opens_poll(session: Transaction, match: int, now: datetime) -> Poll:
    poll = Poll(
        match_id=match, opened_by="bob", opened_at=now, closes_at=now + timedelta(days=2), quorum=3, anonymous=False
    )  # fmt: skip
    session.add(poll)
    await session.flush()
    return poll


async def test_a_digest_loses_its_vote_buttons_once_the_vote_is_closed(world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha", "Beta")
    match = await world.plays(league.id, a, b, "first")
    await world.ranks(league.id, [a, b])
    async with world.writing() as session:
        number = (await _opens_poll(session, match, world.now)).id
    schedule = await _schedule_of(world, league)
    await _make(world, schedule, TUESDAY_SLOT)
    assert "'Vote for Alpha'" in await _text(world)
    [before] = await world.messages("digest")
    async with world.writing() as session:
        await closing.close_as_void(session, number, TUESDAY + timedelta(hours=5))
    [after] = await world.messages("digest")
    assert after.wanted == before.wanted + 1, "the message is made anew"
    text = await _text(world)
    assert "Vote for" not in text
    assert "*The vote is over*: *Alpha* or *Beta*" in text
    assert "*Alpha* or *Beta*: over" in await _window(world)


async def test_a_day_is_told_once_with_all_that_happened(world: World) -> None:
    league = await world.league()
    a, b, c, d = await world.enters(league.id, "Alpha", "Beta", "Gamma", "Delta")
    world.now -= timedelta(days=2)
    await world.ranks(league.id, [a, b, c, d])
    world.now += timedelta(days=2)
    match = await world.plays(league.id, d, a, "first")
    await world.ranks(league.id, [d, a, b, c])
    async with world.writing() as session:
        poll = await _opens_poll(session, match, world.now)
        session.add(Override(match_id=match, poll_id=poll.id, outcome="second", weight=2, at=world.now))
        session.add(
            Spending(
                league_id=league.id, kind="match", about_id=match, judge="x", reserved=3, cost=1, at=world.now
            )
        )
    schedule = await _schedule_of(world, league)
    world.now = TUESDAY
    assert await _make(world, schedule, TUESDAY_SLOT) is not None
    assert await _make(world, schedule, TUESDAY_SLOT) is None
    (message,) = await world.messages("digest")
    assert (message.key, message.channel) == (f"digest:{schedule.id}:{TUESDAY_SLOT}", HOME)
    text = await _text(world)
    for said in (
        "*papers*: 4 new papers, 1 match, 1 overturned. <!date^",
        "*To read*: <https://example.org/delta|Delta>, #1 of 4, from <@alice>.", "'Show paper'",
        "*Your vote?* *Delta* or *Alpha*, <!date^", "'Vote for Delta'", "'Vote for Draw'",
        "'Read match'", "Next matches:", "'Everything new'",
    ):  # fmt: skip
        assert said in text
    assert "*Overturned*" not in text, "one line is about a match: the open vote"
    window = await _window(world)
    for said in (
        "New papers", "Alpha> from <@alice>", "1. <https://example.org/delta|Delta> 1800 ± 20",
        "▲ up 3 to #1: <https://example.org/delta|Delta> (", "Why #1?",
        "• *Delta* (#1) beat *Alpha* (#2), chance",
        "• *Alpha* now beats *Delta*", "Votes*\\n• *Delta* or *Alpha*, <!date^",
        "Spent: $1.00 in this time, $1.00 of $10.00 this month.",
    ):  # fmt: skip
        assert said in window


async def test_a_digest_is_five_lines_whatever_happened(world: World) -> None:
    league = await world.league()
    entries = await world.enters(
        league.id, *(f"{SUBJECT} by a network that remembers, part {n}" for n in range(12))
    )
    world.now -= timedelta(days=2)
    await world.ranks(league.id, entries)
    world.now += timedelta(days=2)
    matches = [await world.plays(league.id, entry, entries[0], "first") for entry in entries[6:]]
    await world.ranks(league.id, entries[::-1])
    async with world.writing() as session:
        for match in matches:
            poll = await _opens_poll(session, match, world.now)
            session.add(Override(match_id=match, poll_id=poll.id, outcome="second", weight=2, at=world.now))
    await _make(world, await _schedule_of(world, league), TUESDAY_SLOT)
    content = _with_everything(await _content(world))
    for include in (NAMES, ("new", "votes"), ("overrides", "movers"), ("upsets", "duel")):
        for month in (content, replace(content, agreement=None)):
            shown = digest_view.digest(month, include=include)
            assert sum(map(lines_of_text, shown.blocks)) <= TALLEST
            assert sum(map(height, shown.blocks)) <= 18, "lines of 48 characters, with four rows of buttons"
    whole = str(digest_view.digest(content))
    assert "from two black holes" not in whole, "the month's judges take the place of the second line"
    assert "from two black holes" in str(digest_view.digest(replace(content, agreement=None)))
    window = str(digest_view.detail(content, NAMES, DigestLinks()))
    assert window.count("'Read'") == 12, "each overturned match, and each surprise"
    assert "*Judges and you*" in window


SUBJECT = "Observation of gravitational waves"


def _with_everything(content: digest_contents.Digest) -> digest_contents.Digest:
    """Add what isn't read with a period: why to read a paper, a pair to compare, and the month's judges."""
    why = "The first direct detection of gravitational waves, from two black holes of about 36 and 29 solar masses"
    first, second = (DuelSide(n, f"{SUBJECT}, part {n}", f"https://example.org/{n}", "") for n in (1, 2))
    share = Agreement(0.71, 0.61, 0.8, 58)
    return replace(
        content,
        name="a reading group with a very long name",
        new_entries=tuple(replace(new, contribution=why) for new in content.new_entries),
        duel=Duel(content.league, first, second),
        agreement=LeagueAgreement((TeamAgreement("gpt-5.2", share),), share, 58),
    )


async def test_moves_within_the_error_bars_are_no_news(world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha", "Beta")
    world.now -= timedelta(days=2)
    await world.ranks(league.id, [a, b], interval=400)
    world.now += timedelta(days=2)
    await world.plays(league.id, b, a, "first")
    await world.ranks(league.id, [b, a], interval=400)
    await _make(world, await _schedule_of(world, league), TUESDAY_SLOT)
    text = await _text(world)
    assert "No rank moved by more than its error bar." in await _window(world)
    for noise in ("Moved", "Why #", "Surprise"):
        assert noise not in text
        assert noise not in await _window(world)


def test_a_section_is_declared_once_and_named_everywhere_by_it() -> None:
    assert len(set(NAMES)) == len(SECTIONS)
    modal = str(digest_view.digest_modal(digest_view.DigestForm("papers", HOME), "{}"))
    assert all(section.label in modal for section in SECTIONS)
    with pytest.raises(ValueError, match="no section"):
        is_told("gossip", NAMES)


async def test_a_digest_reads_the_same_when_it_is_rendered_later(world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha", "Beta")
    await world.ranks(league.id, [a, b])
    schedule = await _schedule_of(world, league)
    world.now = TUESDAY
    await _make(world, schedule, TUESDAY_SLOT)
    first = await _text(world)
    world.later(hours=5)
    await world.ranks(league.id, [b, a])
    await world.enters(league.id, "Gamma")
    assert await _text(world) == first


async def test_monday_tells_the_weekend_too(world: World) -> None:
    world.now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    league = await world.league()
    world.later(days=1)
    await world.enters(league.id, "Saturday paper")
    schedule = await _schedule_of(world, league)
    world.now = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)
    await _make(world, schedule, "2026-11-30T08:30")
    assert "Saturday paper" in await _text(world)


async def test_moves_are_told_of_the_week_and_are_no_news_alone(world: World) -> None:
    league = await world.league()
    schedule = await _schedule_of(world, league)
    world.now = TUESDAY - timedelta(days=8)
    a, b, c, d = await world.enters(league.id, "Alpha", "Beta", "Gamma", "Delta")
    await world.ranks(league.id, [a, b, c, d])
    world.now = TUESDAY - timedelta(days=3)
    await world.ranks(league.id, [d, a, b, c])
    world.now = TUESDAY
    async with world.database.reading(TEAM) as session:
        quiet = await digest_contents.digest_of_period(
            session, league.id, TUESDAY - timedelta(days=1), TUESDAY
        )
    assert quiet.quiet
    assert len(quiet.moves) == 4, "100 points, with ± 20"
    world.now = TUESDAY - timedelta(hours=3)
    await world.enters(league.id, "News")
    world.now = TUESDAY
    await _make(world, schedule, TUESDAY_SLOT)
    text = await _window(world)
    week_ago = int((TUESDAY - timedelta(days=7)).timestamp())
    assert f"*Moved <!date^{week_ago}^since" in text
    assert "▲ up 3 to #1: <https://example.org/delta|Delta> (" in text


async def test_a_quiet_day_is_a_line_or_silence(world: World) -> None:
    league = await world.league()
    schedule = await _schedule_of(world, league)
    world.now = TUESDAY
    assert await _make(world, schedule, TUESDAY_SLOT) is not None
    assert "is quiet: nothing new" in await _text(world)
    async with world.writing() as session:
        schedule = await digest_schedules.set_digest(
            session, league, HOME, world.people.viewer("alice"), "daily", now=world.now, quiet="silent"
        )
    assert await _make(world, schedule, "2026-11-25T08:30") is None
    assert len(await world.messages("digest")) == 1


async def test_owners_set_the_time_and_others_are_told_who_may(world: World) -> None:
    league = await world.league()
    async with world.writing() as session:
        row = await digest_schedules.set_digest(
            session, league, HOME, world.people.viewer("alice"), "at 09:15 Asia/Tokyo", now=world.now
        )
        assert (row.cron, row.time_zone) == ("15 9 * * mon-fri", "Asia/Tokyo")
        row = await digest_schedules.set_digest(
            session, league, HOME, world.people.viewer("dora"), "weekly", now=world.now
        )
        assert (row.cron, row.time_zone) == ("15 9 * * mon", "Asia/Tokyo")
    async with world.writing() as session:
        with pytest.raises(NotAllowedError, match="Only Alice or a workspace admin can set its digest"):
            await digest_schedules.stop_digest(
                session, league, HOME, world.people.viewer("bob"), now=world.now
            )
        with pytest.raises(BadRequestError, match="own channel"):
            await digest_schedules.stop_digest(
                session, league, OTHER, world.people.viewer("alice"), now=world.now
            )
        with pytest.raises(BadRequestError, match="no time zone"):
            await digest_schedules.set_digest(
                session, league, HOME, world.people.viewer("alice"), "at 9 Mars/Base", now=world.now
            )
        with pytest.raises(BadRequestError, match="at most 24 times"):
            await digest_schedules.set_digest(
                session, league, HOME, world.people.viewer("alice"), "*/5 * * * *", now=world.now
            )
        assert await digest_schedules.stop_digest(
            session, league, HOME, world.people.viewer("alice"), now=world.now
        )
        assert not await digest_schedules.stop_digest(
            session, league, HOME, world.people.viewer("alice"), now=world.now
        )


async def test_now_tells_the_time_since_the_last_one_even_if_quiet(world: World) -> None:
    league = await world.league()
    async with world.writing() as session:
        assert await sending.want_digest_now(session, league.id, HOME, now=world.now) is not None
        assert await sending.want_digest_now(session, league.id, HOME, now=world.now) is None
        with pytest.raises(NotFoundError):
            await sending.want_digest_now(session, league.id, OTHER, now=world.now)


async def test_a_digest_goes_to_a_dm_of_those_who_may_see_it(world: World) -> None:
    league = await world.league(SECRET)
    async with world.writing() as session:
        schedule = await schedules.find(session, league.id, "digest", SECRET)
        assert schedule is not None
        await sending.want_scheduled_digest(session, schedule, TUESDAY_SLOT, world.now)
        message = (await session.scalars(select(OutboxMessage))).one()
        message.ts, message.posted_channel = "1.2", SECRET
        await session.flush()
        await sending.send_to_person(session, world.people.viewer("alice"), SECRET, "1.2", now=world.now)
        with pytest.raises(NotFoundError):
            await sending.send_to_person(session, world.people.viewer("bob"), SECRET, "1.2", now=world.now)
        with pytest.raises(NotFoundError):
            await sending.send_to_person(session, world.people.viewer("alice"), SECRET, "9.9", now=world.now)
    assert [m.channel for m in await world.messages("digest")] == [SECRET, "alice"]


async def test_mute_is_for_the_person_and_can_be_undone(world: World) -> None:
    league = await world.league()
    async with world.writing() as session:
        assert await notices.toggle_mute(session, league, "bob", world.now)
        assert not await notices.toggle_mute(session, league, "bob", world.now)


async def test_a_message_with_nothing_to_show_any_more_is_no_failure(world: World) -> None:
    async with world.writing() as session:
        for key, reason in (("a", NOTHING_TO_SHOW), ("b", "Slack answered invalid_blocks"), ("c", None)):
            session.add(
                OutboxMessage(
                    channel=HOME, key=key, kind="card", status="failed", failure=reason, created_at=world.now
                )
            )
    async with world.database.reading(TEAM) as session:
        found = await leases.failures(session, failed_work.ENDED)
    assert [reason for _, _, reason in found] == ["Slack answered invalid_blocks", "no reason kept"]


async def test_the_months_report_comes_with_its_first_digest_though_a_silent_day_was_before(
    world: World,
) -> None:
    league = await world.league()
    async with world.writing() as session:
        schedule = await digest_schedules.set_digest(
            session,
            league,
            HOME,
            world.people.viewer("alice"),
            "daily at 08:30",
            now=world.now,
            quiet="silent",
        )
        session.expunge(schedule)
    told: list[bool] = []
    for day, title in (("11-30", "November"), ("12-01", None), ("12-02", "December"), ("12-03", "Winter")):
        at = datetime.fromisoformat(f"2026-{day}T07:30:00+00:00")
        if title is not None:
            world.now = at - timedelta(hours=1)
            await world.enters(league.id, title)
        world.now = at
        made = await _make(world, schedule, f"2026-{day}T08:30")
        async with world.writing() as session:
            session.add(Occurrence(schedule_id=schedule.id, slot=f"2026-{day}T08:30", at=at, status="done"))
        if made is not None:
            told.append((await world.messages("digest"))[-1].options["judges"])
    assert told == [False, True, False]


async def test_a_digests_last_section_stays(world: World) -> None:
    league = await world.league()
    alice = world.people.viewer("alice")
    async with world.writing() as session:
        await digest_schedules.set_digest(
            session, league, HOME, alice, "daily", now=world.now, include=("new", "duel")
        )
        await digest_schedules.leave_out(session, league, HOME, alice, "duel", NAMES, now=world.now)
        with pytest.raises(BadRequestError, match="at least one section"):
            await digest_schedules.leave_out(session, league, HOME, alice, "new", NAMES, now=world.now)
        schedule = await schedules.find(session, league.id, "digest", HOME)
        assert schedule is not None
        assert schedule.options["include"] == ["new"]
