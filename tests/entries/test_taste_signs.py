"""Claims about weak signs: reactions on messages about papers, and wishes for more papers like one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.entries import daily_preprints
from bot.entries.relevance import interests_of, ranked
from bot.entries.taste import reactions
from bot.papers.relevance.emoji import liking
from bot.people import Person
from handlers.blocks import ids
from handlers.entries.incoming.daily_preprints_view import preprints_message
from storage.entries import taste_signs
from storage.leagues import league_rows
from storage.tables import Entry, MoreWish, OutboxMessage, Reaction, SeenLink
from storage.workspaces.forget_person import forget
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import HOME, World, a_world
from tests.papers.test_taste import record
from tests.slack.conftest import ATTENTION, BERT, a_group


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["thumbsup"], 1),
        (["+1::skin-tone-5"], 1),
        (["team-logo"], 1),
        (["-1::skin-tone-2"], -1),
        (["fire", "thumbsdown"], -1),
        (["white_check_mark"], 0),
        (["white_check_mark", "eyes"], 1),
        ([], 0),
    ],
)
def test_an_emoji_likes_a_paper_unless_it_is_against_it_or_says_nothing(names: list[str], says: int) -> None:
    assert liking(names) == says


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_world(tmp_path) as world, a_desk(world) as made:
        yield made


async def papers(world: World) -> tuple[int, list[int]]:
    """Alpha came by the message 1.5, is shown by the card 2.5 and linked again in 3.5; Beta came by hand."""
    league = (await world.league()).id
    entries = await world.enters(league, "Alpha", "Beta")
    async with world.writing() as session:
        (await session.get_one(Entry, entries[0])).message_ts = "1.5"
        session.add(
            OutboxMessage(
                channel=HOME, key=f"card:{entries[0]}", kind="card", about_id=entries[0], status="posted",
                ts="2.5", posted_channel=HOME, created_at=world.now,
            )
        )  # fmt: skip
        session.add(SeenLink(channel=HOME, message_ts="3.5", canonical="x:alpha", at=world.now))
    return league, entries


async def reacts(desk: Desk, user: str, ts: str, name: str, kind: str = "added", **item: str) -> None:
    number = len(desk.slack.calls) + next(COUNTER)
    await desk.bot.event(
        f"reaction_{kind}", event_id=f"EvR{number}", user=user, reaction=name, item_user="alice",
        item={"type": "message", "channel": HOME, "ts": ts, **item},
    )  # fmt: skip


COUNTER = iter(range(10_000))


async def signs(world: World, league: int) -> dict[str, tuple[tuple[str, ...], ...]]:
    async with world.database.reading("T1") as session:
        return {
            paper.title: paper.reactions
            for paper in await taste_signs.signed_papers(session, league)
            if paper.reactions
        }


async def test_reactions_on_link_card_and_repost_count_once_a_person_and_go_with_the_emoji_or_the_person(
    desk: Desk,
) -> None:
    world = desk.world
    league, _ = await papers(world)
    world.people.persons["helper"] = Person("helper", "Helper", is_bot=True)
    for user in ("UBOT", "helper", "gus", "bob"):
        await reacts(desk, user, "1.5", "fire")
    assert await signs(world, league) == {"Alpha": (("fire",),)}, "no bot, no guest"
    await reacts(desk, "bob", "2.5", "eyes")
    await reacts(desk, "carol", "3.5", "thumbsdown")
    await reacts(desk, "carol", "9.9", "thumbsdown")
    assert await signs(world, league) == {"Alpha": (("eyes", "fire"), ("thumbsdown",))}
    await reacts(desk, "bob", "1.5", "fire", "removed")
    await reacts(desk, "bob", "1.5", "tada", "removed")
    assert await signs(world, league) == {"Alpha": (("eyes",), ("thumbsdown",))}
    async with world.writing() as session:
        await forget(session, "carol")
    assert await signs(world, league) == {"Alpha": (("eyes",),)}
    async with world.writing() as session:
        row = await league_rows.get(session, league)
        wish = daily_preprints.PreprintChoice(("cs.CL",), signs=False)
        await daily_preprints.set_choice(session, row, wish, "alice", world.now)
    await reacts(desk, "dora", "1.5", "fire")
    assert await signs(world, league) == {"Alpha": (("eyes",),)}, "the switch is off: none is kept"


async def test_a_reaction_on_a_list_of_papers_is_about_none_of_them(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, *"ABCD")
    async with world.writing() as session:
        for entry in entries[:3]:
            (await session.get_one(Entry, entry)).message_ts = "1.5"
    await reacts(desk, "bob", "1.5", "fire")
    assert set(await signs(world, league)) == {"A", "B", "C"}
    async with world.writing() as session:
        (await session.get_one(Entry, entries[3])).message_ts = "1.5"
    await reacts(desk, "carol", "1.5", "fire")
    assert set((await signs(world, league)).values()) == {(("fire",),)}


async def test_more_like_this_moves_what_comes_in_until_it_is_taken_back(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    folding, code = await world.enters(league, "Protein folding with diffusion", "Generating verified code")
    async with world.writing() as session:
        for entry in (folding, code):
            (await session.get_one(Entry, entry)).message_ts = None
    menu = str(preprints_message([(folding, "Protein folding", "https://x.org", "")], ["q-bio.BM"]))
    assert "Show more like this" in menu
    assert "Show fewer like this" in menu

    async def first(*, signs: bool = False) -> str:
        async with world.database.reading("T1") as session:
            row = await league_rows.get(session, league)
            interests = await interests_of(session, row, (), (), signs=signs)
        scores = await ranked(interests, [record("Verified code search"), record("Folding of a protein")])
        return scores[0].record.title

    assert await first() == "Verified code search", "the feed's order"
    said = await desk.clicks("bob", ids.MORE_LIKE_THIS.carry(ids.MoreLike(folding, more=True)))
    assert "More new preprints like “Protein folding with diffusion” will come in." in said
    assert await first() == "Folding of a protein", "said on purpose: whatever the switch of weak signs"
    await desk.clicks("bob", ids.MORE_LIKE_THIS.carry(ids.MoreLike(folding, more=False)))
    assert await first(signs=True) == "Verified code search"
    await desk.clicks("carol", ids.MORE_LIKE_THIS.carry(ids.MoreLike(folding, more=True)))
    assert "Taken back" in await desk.clicks("bob", ids.NO_WISH.carry(ids.OfEntry(folding)))
    assert await first() == "Folding of a protein"
    async with world.writing() as session:
        await forget(session, "carol")
        assert await session.scalar(select(func.count()).select_from(MoreWish)) == 0


async def test_what_was_said_of_a_paper_that_was_merged_counts_for_the_remaining_one(desk: Desk) -> None:
    world = desk.world
    league, (alpha, beta) = await papers(world)
    await reacts(desk, "bob", "1.5", "fire")
    await desk.clicks("bob", ids.MORE_LIKE_THIS.carry(ids.MoreLike(alpha, more=True)))
    async with world.writing() as session:
        row = await session.get_one(Entry, alpha)
        row.removed_at, row.merged_into = world.now, beta
        [paper] = await taste_signs.signed_papers(session, league)
    assert (paper.title, paper.reactions, paper.more) == ("Beta", (("fire",),), 1)


@pytest.mark.slow
async def test_in_slack_an_emoji_on_a_link_is_kept_and_goes_again(tmp_path: Path) -> None:
    async with a_group(tmp_path) as group:
        alice, bob = group.people["alice"], group.people["bob"]
        await alice.posts(ATTENTION)
        await alice.posts(BERT)
        [first, *_] = [m for m in group.slack.history(group.channel) if m.get("user") == alice.id]

        async def kept() -> list[str]:
            async with group.app.database.reading(group.slack.world.team) as session:
                return list(await session.scalars(select(Reaction.name)))

        await group.slack.react(bob.id, group.channel, first["ts"], "fire")
        [card, *_] = group.messages(kind="card")
        await group.slack.react(bob.id, group.channel, card["ts"], "+1")
        await group.calm()
        assert sorted(await kept()) == ["+1", "fire"], "and not the bot's own mark"
        await group.slack.react(bob.id, group.channel, first["ts"], "fire", remove=True)
        await group.calm()
        assert await kept() == ["+1"]


@pytest.mark.slow
@pytest.mark.postgres
async def test_on_postgresql_signs_are_kept_counted_and_forgotten_too(
    postgres_url: str, tmp_path: Path
) -> None:
    async with a_world(tmp_path, postgres_url) as world:
        league, (alpha, _) = await papers(world)
        bob, carol = world.people.persons["bob"], world.people.persons["carol"]
        async with world.writing() as session:
            for ts, person in (("1.5", bob), ("2.5", carol), ("3.5", carol), ("9.9", carol)):
                await reactions.react(session, HOME, ts, person, "fire", world.now)
            await reactions.wish(session, alpha, world.people.viewer("bob"), world.now, more=True)
            await reactions.wish(session, alpha, world.people.viewer("bob"), world.now, more=False)
        assert await signs(world, league) == {"Alpha": (("fire",), ("fire", "fire"))}
        async with world.writing() as session:
            paper = (await taste_signs.signed_papers(session, league))[-1]
            assert (paper.title, paper.more, paper.fewer) == ("Alpha", 0, 1)
            await forget(session, "carol")
        assert await signs(world, league) == {"Alpha": (("fire",),)}
