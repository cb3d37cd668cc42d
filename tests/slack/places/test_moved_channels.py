"""A private channel gets another id while something is under way, twice, or in the wrong order."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.demo.slack.wire import Json
from storage.tables import DuelVote, Entry, HeldLinks, League, Poll, Tag
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, RESNET, Group, Person, a_group, key, shown
from tests.slack.judges import SlowJudge
from tests.slack.test_everywhere import holding

pytestmark = pytest.mark.slow


def secret(group: Group) -> str:
    return group.slack.add_channel(
        "secret", private=True, members=[each.id for each in group.people.values()]
    )


def moved(group: Group, old: str) -> str:
    """The id changes in Slack; nobody is told yet."""
    world = group.slack.world
    room = world.channels[old]
    room.id = world.new_id("C")
    world.channels = {each.id: each for each in world.channels.values()}
    for right in world.response_urls.values():
        right.channel = room.id if right.channel == old else right.channel
    return room.id


async def told(group: Group, old: str, new: str) -> None:
    """The event arrives."""
    group.slack.world.emit({"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new})
    await group.slack._flush()
    await group.calm()


async def leagues(group: Group) -> list[tuple[str, str | None]]:
    async with group.app.database.reading(group.slack.world.team) as session:
        return [
            (each.channel, each.closed_reason)
            for each in await session.scalars(select(League).order_by(League.id))
        ]


def there(group: Group, channel: str, kind: str) -> list[Json]:
    group.channel, before = channel, group.channel
    try:
        return group.messages(kind=kind)
    finally:
        group.channel = before


async def test_while_a_tournament_plays(tmp_path: Path) -> None:
    judge = SlowJudge(price="0")
    async with a_group(tmp_path, judges=(judge.name,), models={judge.name: judge}) as group:
        alice, old = group.people["alice"], secret(group)
        await alice.posts(" ".join(FOUR), channel=old)
        judge.free.clear()
        await group.slack.command(alice.id, old, "/rank", "tournament start 4 matches")
        await group.slack.until(lambda: bool(there(group, old, "tournament")), timeout=10)
        new = await group.slack.share_channel(old)
        judge.free.set()
        await group.calm()
        group.time.move(timedelta(minutes=5))
        await group.app.clock.tick()
        await group.calm()
        assert len(there(group, new, "match")) == 4
        assert await holding(group, old) == set()
        assert len(there(group, new, "tournament")) == 1
        assert await leagues(group) == [(new, None)]
        root = there(group, new, "tournament")[0]
        assert all(match["thread_ts"] == root["ts"] for match in there(group, new, "match"))


async def test_while_a_vote_is_open(group: Group, alice: Person, bob: Person) -> None:
    old = secret(group)
    await alice.posts(" ".join(FOUR), channel=old)
    await alice.runs("/rank tournament start 3 matches", channel=old)
    await group.until(lambda: bool(there(group, old, "match")))
    match = there(group, old, "match")[0]
    await bob.clicks(match | {"channel": old}, "match.challenge")
    assert there(group, old, "poll")
    new = await group.slack.share_channel(old)
    await group.calm()
    (poll,) = there(group, new, "poll")
    for name in ("bob", "carol"):
        await group.people[name].clicks(poll | {"channel": new}, "vote.cast:0")
    group.time.move(timedelta(days=4))
    await group.app.clock.tick()
    await group.calm()
    async with group.app.database.reading(group.slack.world.team) as session:
        (row,) = await session.scalars(select(Poll))
        assert row.closed_at is not None
    assert len(there(group, new, "poll_result")) + len(there(group, new, "result")) == 1
    assert await holding(group, old) == set()


@pytest.mark.parametrize("refused", [True, False])
async def test_while_a_history_is_brought_in(group: Group, alice: Person, refused: bool) -> None:
    old = secret(group)
    await group.slack.leave(group.slack.bot_user, old)
    for link in FOUR:
        await group.slack.post(alice.id, old, f"seen {link}")
    await group.slack.join(group.slack.bot_user, old, inviter=alice.id)
    await alice.posts(ATTENTION, channel=old)
    if refused:
        with group.slack.faults.hold("conversations.history"):
            await group.slack.command(alice.id, old, "/rank", "import")
            new = await group.slack.share_channel(old)
            await group.slack.until(lambda: any(new in shown(each.payload) for each in group.slack.delivered))
    else:
        group.slack.faults.slow_methods["conversations.history"] = 0.3
        await group.slack.command(alice.id, old, "/rank", "import")
        await group.slack.until(lambda: bool(group.slack.api.calls_to("conversations.history")))
        new = await group.slack.share_channel(old)
    await group.until(lambda: any("new papers" in shown(each) for each in group.private(alice.id)))
    assert (await group.counts()).papers == 4
    assert await holding(group, old) == set()
    assert await leagues(group) == [(new, None)]


async def test_while_a_digest_is_due(group: Group, alice: Person) -> None:
    old = secret(group)
    await alice.posts(" ".join(FOUR), channel=old)
    await alice.runs("/rank digest at 9:00", channel=old)
    await alice.runs("/rank digest quiet line", channel=old)
    new = moved(group, old)
    group.time.move(timedelta(days=1))
    await group.app.clock.tick()
    await group.calm()
    await told(group, old, new)
    group.time.move(timedelta(minutes=10))
    await group.app.clock.tick()
    await group.calm()
    assert await leagues(group) == [(new, None)], "the league doesn't rest"
    assert len(there(group, new, "digest")) == 1
    assert await holding(group, old) == set()


async def test_what_was_refused_under_the_old_id_goes_on_under_the_new_one(
    group: Group, alice: Person
) -> None:
    old = secret(group)
    await alice.posts(ATTENTION, channel=old)
    new = moved(group, old)
    dm = group.slack.dm(alice.id)
    await alice.posts(BERT, channel=dm)
    await told(group, old, new)
    assert await leagues(group) == [(new, None)]
    assert "BERT" in await alice.asks("/rank", channel=new)
    await alice.posts(RESNET, channel=new)
    assert (await group.counts()).papers == 3
    assert sum("rests" in shown(each) for each in group.private(alice.id)) <= 1


async def test_links_posted_under_the_new_id_before_the_event_stay_with_the_league(
    group: Group, alice: Person
) -> None:
    old = secret(group)
    await alice.posts(f"{ATTENTION} {GPT3}", channel=old)
    new = moved(group, old)
    await alice.posts(f"{BERT} {ATTENTION}", channel=new)
    await alice.posts(" ".join(FOUR), channel=new)
    await alice.runs("/rank tag bert pretraining", channel=new)
    async with group.app.database.transaction(group.slack.world.team) as session:
        newer = await session.scalar(select(League.id).where(League.channel == new))
        known = select(Entry.paper_id).where(Entry.league_id != newer)
        others = (
            select(Entry.id).where(Entry.league_id == newer, Entry.paper_id.not_in(known)).order_by(Entry.id)
        )
        first, second, *_rest = await session.scalars(others)
        session.add(
            DuelVote(
                first_id=first, second_id=second, user=alice.id, league_id=newer, choice="first",
                at=group.app.time.now(),
            )
        )  # fmt: skip
        session.add(
            HeldLinks(
                league_id=newer, user=alice.id, channel=new, message_ts="1.0", links=[], at_once=0,
                at=group.app.time.now(),
            )
        )  # fmt: skip
    await told(group, old, new)
    assert await leagues(group) == [(new, None)]
    async with group.app.database.reading(group.slack.world.team) as session:
        [league] = await session.scalars(select(League.id))
        for table in (Tag, HeldLinks, DuelVote):
            assert list(await session.scalars(select(table.league_id))) == [league], table
    board = await alice.asks("/rank", channel=new)
    assert all(name in board for name in ("Attention", "BERT", "Few-Shot"))
    assert await holding(group, old) == set()
    await alice.posts(RESNET, channel=new)
    assert "Residual" in await alice.asks("/rank", channel=new)


async def test_twice_in_a_row(group: Group, alice: Person) -> None:
    old = secret(group)
    await alice.posts(ATTENTION, channel=old)
    middle = await group.slack.share_channel(old)
    new = await group.slack.share_channel(middle, "T0THIRD")
    await group.calm()
    await alice.posts(BERT, channel=new)
    assert await leagues(group) == [(new, None)]
    assert await holding(group, old) == await holding(group, middle) == set()
    await group.slack.unshare_channel(new, "T0THIRD")
    await group.calm()
    assert "BERT" in await alice.asks("/rank", channel=new)


async def test_twice_in_a_row_told_in_the_wrong_order(group: Group, alice: Person) -> None:
    old = secret(group)
    await alice.posts(ATTENTION, channel=old)
    middle = moved(group, old)
    new = moved(group, middle)
    await told(group, middle, new)
    await alice.posts(BERT, channel=new)
    await told(group, old, middle)
    assert await leagues(group) == [(new, None)]
    assert await holding(group, old) == await holding(group, middle) == set()
    for number, (link, late) in enumerate(((RESNET, old), (GPT3, middle)), start=3):
        event = {"type": "message", "channel": late, "channel_type": "group", "user": alice.id}
        group.slack.world.emit({**event, "text": f"<{link}>", "ts": group.slack.world.new_ts()})
        await group.slack._flush()
        await group.calm()
        assert (await group.counts()).papers == number
    assert await leagues(group) == [(new, None)]


async def test_the_event_twice_and_late_messages_under_the_old_id(group: Group, alice: Person) -> None:
    old = secret(group)
    ts = await alice.posts(ATTENTION, channel=old)
    new = await group.slack.share_channel(old)
    await group.calm()
    await told(group, old, new)
    late = group.slack.message(new, ts) | {"text": f"<{BERT}>", "ts": group.slack.world.new_ts()}
    group.slack.world.emit({"type": "message", "channel": old, "channel_type": "group", **late})
    await group.slack._flush()
    await group.calm()
    assert await leagues(group) == [(new, None)]
    assert await holding(group, old) == set()


async def test_old_buttons_work_under_the_new_id(group: Group, alice: Person) -> None:
    old = secret(group)
    await alice.posts(ATTENTION, channel=old)
    new = await group.slack.share_channel(old)
    await group.calm()
    (card,) = there(group, new, "card")
    await alice.clicks(card | {"channel": new}, "card.assessment")
    assert "Attention" in shown(alice.modal)


async def test_unshared_after_it_moved_strangers_are_gone_and_the_league_stays(
    group: Group, alice: Person
) -> None:
    old = secret(group)
    await alice.posts(ATTENTION, channel=old)
    new = await group.slack.share_channel(old)
    stranger = group.slack.add_user("Stan", team="T0OTHER")
    await group.slack.join(stranger, new)
    await group.slack.unshare_channel(new)
    await group.calm()
    assert await leagues(group) == [(new, None)]
    assert "Attention" in await alice.asks("/rank", channel=new)


async def test_follows_and_mutes_move_too(group: Group, alice: Person, bob: Person) -> None:
    old = secret(group)
    await alice.posts(f"{ATTENTION} {BERT}", channel=old)
    await bob.runs("/rank follow attention", channel=old)
    new = await group.slack.share_channel(old)
    await group.calm()
    assert "Attention" in await bob.asks("/rank following", channel=new)
    assert [key(each) for each in there(group, new, "card")]
