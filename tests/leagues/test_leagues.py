from decimal import Decimal
from typing import Any

import pytest

from bot.entries import removals
from bot.leagues import owners, rights
from bot.leagues.settings import change_settings
from bot.leagues.setup import Setup, set_up_league
from bot.leagues.visibility import visible, visible_league
from bot.leagues.which_league import WhichLeagueError
from storage.errors import BadRequestError, ClosedError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import League, Schedule
from storage.tournaments import schedules
from tests.leagues.world import HOME, OTHER, SECRET, TEAM, World, a_world


async def _set_up(world: World, user: str, setup: Setup, channel: str = HOME) -> League:
    async with world.writing() as session:
        return await set_up_league(
            session, channel, world.people.viewer(user), setup, settings=world.settings, now=world.now
        )


async def _schedules(world: World, league: int) -> dict[str, Schedule]:
    async with world.database.reading(TEAM) as session:
        rows = {row.kind: row for row in await schedules.of_league(session, league)}
        session.expunge_all()
        return rows


async def test_a_first_link_begins_a_league_without_ceremony(world: World) -> None:
    league = await world.league()
    assert (league.name, league.channel, league.is_private, league.time_zone) == (
        "papers", HOME, False, "Europe/Berlin",
    )  # fmt: skip
    assert (await world.league(user="bob")).id == league.id
    made = await _schedules(world, league.id)
    assert made["tournament"].cron == "0 19 * * mon-fri"
    assert made["tournament"].options == {"new": True}
    assert made["digest"].cron == "30 8 * * mon-fri"
    assert await world.messages("greeting") == []


async def test_a_league_that_would_cost_spends_nothing_until_it_is_set_up(tmp_path: object) -> None:
    async with a_world(tmp_path, judges="openai:gpt-5.2") as world:  # type: ignore[arg-type]  # pytest's path
        assert (await world.league()).announced == []
        assert [m.channel for m in await world.messages("greeting")] == [HOME]
        league = await _set_up(world, "bob", Setup())
        assert league.monthly_cap == 10
        assert league.announced == ["offline", "openai:gpt-5.2"]


async def test_a_question_goes_to_the_channels_league_or_the_persons_only_one(world: World) -> None:
    with pytest.raises(NotFoundError, match="no league here"):
        await world.asks("alice", HOME)
    await world.league(HOME)
    assert await world.asks("bob", HOME) == "papers"
    assert await world.asks("bob", OTHER) == "papers"
    assert await world.asks("bob", "D1") == "papers"
    await world.league(SECRET)
    assert await world.asks("bob", "D1") == "papers"
    with pytest.raises(WhichLeagueError) as several:
        await world.asks("alice", "D1")
    assert [name for _, name in several.value.choices] == ["papers", "secret"]


async def test_a_private_league_is_the_same_as_none_to_those_outside(world: World) -> None:
    league = await world.league(SECRET)
    for user in ("bob", "dora", "gus"):
        with pytest.raises(NotFoundError, match="no league here"):
            await world.asks(user, SECRET)
        async with world.database.reading(TEAM) as session:
            with pytest.raises(NotFoundError) as hidden:
                await visible_league(session, league.id, world.people.viewer(user))
            with pytest.raises(NotFoundError) as unknown:
                await visible_league(session, 999, world.people.viewer(user))
        assert hidden.value.sentence == unknown.value.sentence
    world.people.rooms[SECRET].discard("alice")
    with pytest.raises(NotFoundError):
        await world.asks("alice", SECRET)


async def test_a_channel_made_private_hides_its_league(world: World) -> None:
    league = await world.league(HOME)
    world.people.private.add(HOME)
    assert visible(league, world.people.viewer("bob"))
    assert not visible(league, world.people.viewer("dora"))


async def test_setting_up_says_purpose_schedule_digest_and_cap(world: World) -> None:
    setup = Setup("Matters for our work on agents", "daily at 20:00", None, Decimal("2.5"), "Asia/Tokyo")
    league = await _set_up(world, "bob", setup)
    async with world.database.reading(TEAM) as session:
        league = await league_rows.get(session, league.id)
        assert await league_rows.owners(session, league.id) == ["bob"]
        session.expunge_all()
    assert (league.purpose, league.purpose_version) == ("Matters for our work on agents", 1)
    assert (league.monthly_cap, league.time_zone) == (Decimal("2.5"), "Asia/Tokyo")
    made = await _schedules(world, league.id)
    assert set(made) == {"tournament"}
    assert (made["tournament"].cron, made["tournament"].time_zone) == ("0 20 * * *", "Asia/Tokyo")


async def test_the_first_to_set_up_owns_too_and_then_only_owners_may(world: World) -> None:
    league = await world.league(user="alice")
    await _set_up(world, "bob", Setup())
    async with world.database.reading(TEAM) as session:
        assert set(await league_rows.owners(session, league.id)) == {"alice", "bob"}
    with pytest.raises(
        NotAllowedError, match=r"^Only Alice, Bob or a workspace admin can set it up again\.$"
    ):
        await _set_up(world, "carol", Setup())
    with pytest.raises(NotAllowedError, match="full members"):
        await _set_up(world, "gus", Setup())
    await _set_up(world, "dora", Setup())


@pytest.mark.parametrize(
    ("setup", "sentence"),
    [
        (Setup(tournament="0 0 30 2 *"), "never fires"),
        (Setup(digest="whenever"), "don't understand"),
        (Setup(tournament="* * * * *"), "more than 24 times"),
        (Setup(time_zone="Mars/Base"), "no time zone"),
        (Setup(monthly_cap=Decimal(-1)), "monthly cap"),
        (Setup(monthly_cap=Decimal("NaN")), "monthly cap"),
        (Setup(purpose="x" * 1001), "at most 1000"),
    ],
)
async def test_what_cant_be_set_is_answered_and_leaves_nothing(
    world: World, setup: Setup, sentence: str
) -> None:
    with pytest.raises(BadRequestError, match=sentence):
        await _set_up(world, "alice", setup)
    with pytest.raises(NotFoundError):
        await world.asks("alice", HOME)


async def test_settings_change_and_schedules_move_with_the_zone(world: World) -> None:
    league = await world.league()
    wanted: dict[str, Any] = {
        "vote_hours": 24, "quorum": 2, "unfurls": True, "monthly_cap": Decimal(25), "time_zone": "Asia/Tokyo",
    }  # fmt: skip
    async with world.writing() as session:
        changed = await change_settings(
            session, league.id, world.people.viewer("alice"), wanted, now=world.now
        )
        assert (changed.vote_hours, changed.quorum, changed.unfurls, changed.monthly_cap) == (
            24,
            2,
            True,
            Decimal(25),
        )
    assert {row.time_zone for row in (await _schedules(world, league.id)).values()} == {"Asia/Tokyo"}
    for bad in ({"quorum": 0}, {"vote_hours": 0}, {**wanted, "time_zone": "Moon/Base"}):
        async with world.writing() as session:
            with pytest.raises(BadRequestError):
                await change_settings(session, league.id, world.people.viewer("alice"), bad, now=world.now)
    async with world.writing() as session:
        with pytest.raises(NotAllowedError):
            await change_settings(session, league.id, world.people.viewer("bob"), wanted, now=world.now)


async def test_owners_name_others_and_hand_over(world: World) -> None:
    league = await world.league()
    async with world.writing() as session:
        with pytest.raises(NotAllowedError):
            await owners.name_owner(session, league, world.people.viewer("bob"), "bob", now=world.now)
        with pytest.raises(BadRequestError, match="full member"):
            await owners.name_owner(session, league, world.people.viewer("alice"), "gus", now=world.now)
        with pytest.raises(BadRequestError, match="only owner"):
            await owners.drop_owner(session, league, world.people.viewer("alice"), "alice", now=world.now)
        await owners.hand_over(session, league, world.people.viewer("alice"), "bob", now=world.now)
        assert await league_rows.owners(session, league.id) == ["bob"]
        assert not await rights.may_manage(session, league, world.people.viewer("alice"))
        assert await rights.may_manage(session, league, world.people.viewer("dora"))


async def test_when_the_last_owner_leaves_admins_own_it_and_are_told(world: World) -> None:
    league = await world.league()
    async with world.writing() as session:
        await owners.name_owner(session, league, world.people.viewer("alice"), "bob", now=world.now)
        assert (
            await owners.pass_on_leagues(session, "alice", roster=world.people.viewer("alice"), now=world.now)
            == []
        )
        assert (
            await owners.pass_on_leagues(
                session, "bob", roster=world.people.viewer("bob"), now=world.now, channel=HOME
            )
            == []
        )
        assert await owners.pass_on_leagues(
            session, "bob", roster=world.people.viewer("bob"), now=world.now
        ) == [league.id]
    assert [message.channel for message in await world.messages("succession")] == ["dora"]


async def test_a_private_league_nobody_owns_is_taken_over_by_a_full_member_of_its_channel_only(
    world: World,
) -> None:
    league = await world.league(SECRET)
    world.people.rooms[SECRET] |= {"bob", "gus"}

    async def takes(user: str, number: int = league.id) -> None:
        async with world.writing() as session:
            await owners.take_over(session, number, world.people.viewer(user), now=world.now)

    with pytest.raises(ClosedError, match="has an owner again"):
        await takes("bob")
    async with world.writing() as session:
        await owners.pass_on_leagues(
            session, "alice", roster=world.people.viewer("alice"), now=world.now, channel=SECRET
        )
    assert [message.channel for message in await world.messages("orphaned")] == [SECRET]
    with pytest.raises(NotFoundError) as hidden:
        await takes("carol")
    with pytest.raises(NotFoundError) as unknown:
        await takes("carol", league.id + 1000)
    assert hidden.value.sentence == unknown.value.sentence
    with pytest.raises(NotAllowedError, match="full members"):
        await takes("gus")
    world.people.rooms[SECRET].add("dora")
    with pytest.raises(ClosedError):  # an admin came in: it is theirs
        await takes("bob")
    world.people.rooms[SECRET].discard("dora")
    await takes("bob")
    with pytest.raises(ClosedError):
        await takes("alice")
    async with world.database.reading(TEAM) as session:
        assert await league_rows.owners(session, league.id) == ["bob"]


async def test_a_removed_paper_comes_back_for_thirty_days(world: World) -> None:
    league = await world.league()
    soon, late = await world.enters(league.id, "Soon", "Late")
    async with world.writing() as session:
        for entry in (soon, late):
            await removals.remove_entry(session, entry, world.people.viewer("alice"), world.now)
    world.later(days=29)
    async with world.writing() as session:
        assert len(await removals.removed_in(session, league.id, "", world.now)) == 2
        back = await removals.restore_entry(session, soon, world.people.viewer("alice"), world.now)
        assert back.title == "Soon"
    world.later(days=2)
    async with world.writing() as session:
        assert await removals.removed_in(session, league.id, "", world.now) == []
        with pytest.raises(ClosedError, match="30 days"):
            await removals.restore_entry(session, late, world.people.viewer("alice"), world.now)


async def test_who_brought_a_paper_removes_it_within_an_hour_and_owners_always(world: World) -> None:
    league = await world.league()
    early, late = await world.enters(league.id, "Early", "Late", user="bob")
    world.later(minutes=59)
    async with world.writing() as session:
        with pytest.raises(NotAllowedError, match="somebody else brought"):
            await removals.remove_entry(session, early, world.people.viewer("carol"), world.now)
        await removals.remove_entry(session, early, world.people.viewer("bob"), world.now)
    world.later(minutes=2)
    async with world.writing() as session:
        with pytest.raises(NotAllowedError, match="hour"):
            await removals.remove_entry(session, late, world.people.viewer("bob"), world.now)
        await removals.remove_entry(session, late, world.people.viewer("alice"), world.now)
