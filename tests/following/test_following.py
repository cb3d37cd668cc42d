import pytest

from bot.following import notices
from storage.errors import NotFoundError
from storage.following import followers
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating
from tests.leagues.world import SECRET, World


def _before(entry: int, rank: int, score: float) -> PastRating:
    return PastRating(entry, score, 30.0, rank, rank, rank, 5)


def _after(entry: int, rank: int, score: float) -> EntryRating:
    return EntryRating(entry, 0, 0, score, 30.0, rank, rank, rank, 0, 0, 0, None)


async def _moved(
    world: World, entry: int, was: tuple[int, float], now: tuple[int, float], standings: int = 1
) -> int:
    async with world.writing() as session:
        return await notices.tell_moves(
            session, standings, {entry: _before(entry, *was)}, {entry: _after(entry, *now)},
            now=world.now,
        )  # fmt: skip


async def test_a_follower_hears_of_a_rank_that_moved_past_noise_once(world: World) -> None:
    league = await world.league()
    (entry,) = await world.enters(league.id, "Alpha")
    async with world.writing() as session:
        done = await notices.follow(session, entry, world.people.viewer("bob"), now=world.now)
        assert (done.title, done.follows) == ("Alpha", True)
    assert await _moved(world, entry, (5, 1500), (3, 1520)) == 0
    assert await _moved(world, entry, (5, 1500), (5, 1600)) == 0
    assert await _moved(world, entry, (5, 1500), (1, 1600)) == 1
    (message,) = await world.messages("notice")
    assert (message.channel, message.options["was"], message.options["rank"]) == ("bob", 5, 1)


async def test_who_muted_or_left_hears_nothing(world: World) -> None:
    league = await world.league()
    (entry,) = await world.enters(league.id, "Alpha")
    async with world.writing() as session:
        for user in ("bob", "carol"):
            await notices.follow(session, entry, world.people.viewer(user), now=world.now)
        await notices.toggle_mute(session, league, "bob", world.now)
        await notices.unfollow(session, entry, world.people.viewer("carol"))
    assert await _moved(world, entry, (5, 1500), (1, 1600)) == 0


async def test_a_private_paper_cant_be_followed_from_outside(world: World) -> None:
    league = await world.league(SECRET)
    (entry,) = await world.enters(league.id, "Alpha", channel=SECRET)
    async with world.writing() as session:
        with pytest.raises(NotFoundError):
            await notices.follow(session, entry, world.people.viewer("bob"), now=world.now)
        await notices.follow(session, entry, world.people.viewer("alice"), now=world.now)


async def test_a_challenge_is_told_once_a_person_and_not_to_who_made_it(world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha", "Beta")
    async with world.writing() as session:
        for user in ("bob", "carol"):
            for entry in (a, b):
                await notices.follow(session, entry, world.people.viewer(user), now=world.now)
        for _ in range(2):
            told = await notices.tell_match(session, 7, (a, b), "challenged", 3, now=world.now, but="carol")
            assert told == 1
    assert [(m.channel, m.options["what"]) for m in await world.messages("notice")] == [("bob", "challenged")]


async def test_home_lists_what_a_person_brought_or_follows(world: World) -> None:
    league = await world.league()
    a, b, c = await world.enters(league.id, "Alpha", "Beta", "Gamma")
    await world.ranks(league.id, [b, a, c])
    async with world.writing() as session:
        await notices.follow(session, b, world.people.viewer("bob"), now=world.now)
        mine = await followers.home_entries(session, "bob", [league.id], 10)
        assert [(m.title, m.rank, m.followed) for m in mine] == [("Beta", 1, True)]
        assert len(await followers.home_entries(session, "alice", [league.id], 10)) == 3
        assert await followers.home_entries(session, "alice", [], 10) == []
