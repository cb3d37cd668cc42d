"""Guests, strangers and the demoted: what they may own, manage and see."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.leagues import budgets, owners
from bot.leagues.rights import may_manage
from bot.leagues.visibility import league_of_all, visible, visible_leagues
from bot.people import Person
from storage.database.engine import Transaction
from storage.errors import NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import League
from tests.leagues.world import HOME, OTHER, SECRET, World


async def _sets_cap(world: World, session: Transaction, league: League, user: str) -> None:
    viewer = world.people.viewer(user)
    await budgets.set_cap(session, league.id, viewer, Decimal(99_999), now=world.now)


async def test_a_guests_first_link_makes_a_league_that_the_first_full_member_owns(world: World) -> None:
    league = await world.league(user="gus")
    async with world.writing() as session:
        assert await league_rows.owners(session, league.id) == []
        with pytest.raises(NotAllowedError):
            await _sets_cap(world, session, league, "gus")
        await _sets_cap(world, session, league, "bob")
        assert await league_rows.owners(session, league.id) == ["bob"]
        with pytest.raises(NotAllowedError, match="Bob"):
            await _sets_cap(world, session, league, "carol")


async def test_the_first_full_member_who_posts_a_link_owns_what_a_stranger_began(world: World) -> None:
    world.people.persons["stella"] = Person("stella", "Stella", is_stranger=True)
    world.people.rooms[HOME].add("stella")
    league = await world.league(user="stella")
    await world.league(user="bob")
    async with world.writing() as session:
        assert await league_rows.owners(session, league.id) == ["bob"]


async def test_a_league_whose_owner_left_is_claimed_by_nobody(world: World) -> None:
    league = await world.league(user="alice")
    async with world.writing() as session:
        await owners.pass_on_leagues(session, "alice", roster=world.people.viewer("dora"), now=world.now)
        with pytest.raises(NotAllowedError):
            await _sets_cap(world, session, league, "bob")
    await world.league(user="bob")
    async with world.writing() as session:
        assert await league_rows.owners(session, league.id) == []


async def test_an_owner_who_became_a_guest_manages_nothing_and_is_named_no_more(world: World) -> None:
    league = await world.league(user="alice")
    world.people.persons["alice"] = replace(world.people.persons["alice"], is_guest=True)
    async with world.writing() as session:
        assert not await may_manage(session, league, world.people.viewer("alice"))
        with pytest.raises(NotAllowedError) as refusal:
            await _sets_cap(world, session, league, "bob")
        assert "Alice" not in refusal.value.sentence


async def test_guests_see_leagues_of_their_channels_and_of_those_that_these_follow(world: World) -> None:
    await world.league()
    other = await world.league(channel=OTHER)
    gus = world.people.viewer("gus")
    async with world.writing() as session:
        assert [league.channel for league in await visible_leagues(session, gus)] == [HOME]
        assert visible(other, world.people.viewer("carol"))
    following = replace(gus, followers={OTHER: frozenset({HOME})})
    assert visible(other, following)


async def test_a_public_channel_that_the_bot_cant_see_any_more_is_private(world: World) -> None:
    league = await world.league(channel=OTHER)
    assert visible(league, world.people.viewer("carol"))
    del world.people.rooms[OTHER]
    assert not visible(league, world.people.viewer("carol"))


async def test_the_only_owner_of_a_league_made_private_meanwhile_hands_over_by_leaving(world: World) -> None:
    league = await world.league()
    world.people.private.add(HOME)
    async with world.writing() as session:
        roster = world.people.viewer("dora")
        assert await owners.pass_on_leagues(session, "alice", roster=roster, now=world.now, channel=HOME) == [
            league.id
        ]


async def test_ids_beside_each_other_are_of_one_league_that_the_person_sees(world: World) -> None:
    public, secret = await world.league(), await world.league(channel=SECRET)
    [open_paper] = await world.enters(public.id, "Attention")
    [hidden] = await world.enters(secret.id, "Secret results", channel=SECRET)
    async with world.writing() as session:
        for user in ("alice", "bob"):
            viewer = world.people.viewer(user)
            assert (await league_of_all(session, [open_paper], viewer, public.id)).id == public.id
            for entries, league in (([hidden], public.id), ([open_paper, hidden], None)):
                with pytest.raises(NotFoundError):
                    await league_of_all(session, entries, viewer, league)
        with pytest.raises(NotFoundError):
            await league_of_all(session, [hidden], world.people.viewer("bob"), secret.id)
