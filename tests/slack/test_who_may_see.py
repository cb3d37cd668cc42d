"""Over HTTP: guests, strangers, demoted people and those who left, and clicks whose ids don't belong together."""

from typing import Any

import pytest
from sqlalchemy import select

from handlers.blocks import ids
from handlers.demo.slack.wire import Json
from storage.tables import Entry, League, Owner, Vote
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, Group, Person, key, shown
from tests.weeks.outside import forge_click

pytestmark = pytest.mark.slow


def joins(group: Group, name: str, channels: list[str], **what: Any) -> Person:
    """Somebody new, in these channels."""
    person = Person(group, group.slack.add_user(name, tz="UTC", **what))
    for channel in channels:
        group.slack.world.channels[channel].members.append(person.id)
    group.people[name.lower()] = person
    return person


def forged(group: Group, surface: Json, action: str, value: str) -> None:
    """Change what a button of an ephemeral message or a channel's message carries."""
    world = group.slack.world
    records = [*world.ephemeral, *(m for c in world.channels.values() for m in c.messages.values())]
    [record] = [each for each in records if each["ts"] == surface["ts"]]
    for block in record["blocks"]:
        for element in block.get("elements", ()):
            if str(element.get("action_id", "")).startswith(action):
                element["value"] = value


async def test_a_guest_begins_a_league_and_a_full_member_owns_it(group: Group, bob: Person) -> None:
    gina = joins(group, "Gina", [group.channel], guest=True)
    await gina.posts(ATTENTION)
    assert "Only a workspace admin can change the budget" in await gina.asks("/rank budget 99999")
    await gina.runs("/rank settings")
    assert "can change the settings" in shown(gina.modal)
    await group.slack.close(gina.id, clear=True)
    assert "may spend $20.00" in await bob.asks("/rank budget 20")
    assert "became its first owner" in await bob.asks("/rank log")


async def test_guests_and_strangers_are_shown_no_league_of_a_channel_they_arent_in(
    group: Group, alice: Person
) -> None:
    client = group.slack.add_channel("client-a", members=[alice.id])
    await alice.posts(" ".join(FOUR[:3]))
    await alice.runs("/rank tournament start 3 matches")
    await alice.posts(BERT, channel=client)
    for guest in (
        joins(group, "Gina", [client], guest=True),
        joins(group, "Stella", [client], team="T0OTHER"),
    ):
        for line in ("all", "", "log", "cost", "export", "attention", "history attention", "mine", "next"):
            said = await guest.asks(f"/rank {line}", channel=client)
            assert "Attention Is All" not in said, line
            assert "reading-group" not in said, line
        dm = group.slack.dm(guest.id)
        for line in ("all", "", "attention"):
            assert "Attention Is All" not in await guest.asks(f"/rank {line}", channel=dm)
        home = shown(await guest.opens_home())
        assert "client-a" in home
        assert "reading-group" not in home
    assert "Attention Is All" in await alice.asks("/rank all", channel=client)


async def test_a_guest_of_two_channels_chooses_between_their_two_leagues_and_gets_digests_of_these_alone(
    group: Group, alice: Person
) -> None:
    clients = [group.slack.add_channel(f"client-{letter}", members=[alice.id]) for letter in "ab"]
    await alice.posts(" ".join(FOUR[:2]))
    for client in clients:
        await alice.posts(BERT, channel=client)
    await alice.asks("/rank digest now")
    [digest] = group.messages(kind="digest")
    gina = joins(group, "Gina", clients, guest=True)
    dm = group.slack.dm(gina.id)
    for line in ("", "all", "settings", "cost", "duel", "start 1 match"):
        said = await gina.asks(f"/rank {line}", channel=dm)
        said += "".join(shown(view) for view in group.slack.views(gina.id))
        if group.slack.views(gina.id):
            await group.slack.close(gina.id, clear=True)
        assert "reading-group" not in said, line
        assert "Attention Is All" not in said, line
    said = await gina.asks("/rank board", channel=dm)
    assert "client-a" in said
    assert "client-b" in said
    told = await forge_click(group, gina, "digest.dm", ids.DIGEST_IN_DM.encode(ids.OfLeague(1)))
    await group.calm()
    assert "Attention Is All" not in told
    assert not any("Attention Is All" in shown(message) for message in group.private(gina.id))
    async with group.app.database.transaction(group.slack.world.team) as session:
        await outbox.want(
            session, channel=gina.id, key="forged", kind="digest", about_id=1, now=group.time.now(),
            options={"since": "2026-01-01T00:00:00+00:00", "until": "2027-01-01T00:00:00+00:00"},
        )  # fmt: skip
    await group.calm()
    assert not any("Attention Is All" in shown(message) for message in group.private(gina.id)), key(digest)


async def test_an_owner_demoted_to_guest_hands_over_and_votes_no_more(group: Group, bob: Person) -> None:
    await bob.posts(" ".join(FOUR[:2]))
    await bob.runs("/rank tournament start 1 match")
    await bob.asks("/rank vs attention | bert")
    duel = group.slack.ephemerals(bob.id)[-1]
    await bob.clicks(duel, "match.challenge")
    [poll] = [each for each in group.messages("vote.cast") if "announced" not in shown(each)][:1]
    await group.slack.change_user(bob.id, is_restricted=True)
    await group.calm()
    await bob.clicks(poll, "vote.cast")
    assert "guests can't" in shown(group.private(bob.id)[-1])
    assert "can change the budget" in await bob.asks("/rank budget 500")
    assert "reading-group" in shown(group.private(group.people["alice"].id)[-1])
    assert "may spend $30.00" in await group.people["alice"].asks("/rank budget 30")


async def test_a_private_league_stays_private_when_the_bot_loses_sight_of_it(
    group: Group, alice: Person, bob: Person
) -> None:
    room = group.slack.add_channel("open-room", members=[alice.id])
    await alice.posts(ATTENTION, channel=room)
    assert "Attention Is All" in await bob.asks("/rank attention", channel=group.slack.dm(bob.id))
    group.slack.world.channels[room].private = True
    await group.slack.leave(group.slack.bot_user, room)
    await group.calm()
    assert "Attention Is All" not in await bob.asks("/rank attention", channel=group.slack.dm(bob.id))
    assert "open-room" not in shown(await bob.opens_home())


async def test_cards_and_home_of_who_left_a_private_channel_say_nothing_new(
    group: Group, alice: Person, bob: Person
) -> None:
    room = group.slack.add_channel("secret-room", private=True, members=[alice.id, bob.id])
    await alice.posts(ATTENTION, channel=room)
    dm = group.slack.dm(bob.id)
    await bob.posts(BERT, channel=dm)
    assert "secret-room" in shown(await bob.opens_home())
    before = [m["ts"] for m in group.private(bob.id)], shown(group.slack.history(dm)[-1])
    await group.slack.leave(bob.id, room)
    await group.calm()
    assert "secret-room" not in shown(bob.home)
    await alice.runs("/rank tournament start 1 match", channel=room)
    await group.calm()
    assert ([m["ts"] for m in group.private(bob.id)], shown(group.slack.history(dm)[-1])) == before


async def test_a_page_of_one_league_with_an_entry_of_another_shows_and_shares_nothing(
    group: Group, alice: Person, bob: Person
) -> None:
    room = group.slack.add_channel("secret-room", private=True, members=[alice.id])
    await bob.posts(f"{BERT} {GPT3}")
    await alice.posts(ATTENTION, channel=room)
    async with group.app.database.reading(group.slack.world.team) as session:
        public = await session.scalar(select(League.id).where(League.channel == group.channel))
        secret = await session.scalar(select(Entry.id).where(Entry.channel == room))
        mine = await session.scalar(select(Entry.id).where(Entry.league_id == public).limit(1))
    assert public is not None
    assert secret is not None
    assert mine is not None
    for kind, first, second in (("card", secret, 0), ("history", secret, 0), ("vs", mine, secret)):
        for action in (ids.SHARE, ids.PAGE):
            await bob.asks("/rank")
            board = group.slack.ephemerals(bob.id)[-1]
            forged(group, board, "share", action.encode(ids.Page(kind, public, 0, first, second)))
            await bob.clicks(board, "share")
            assert "isn't here" in shown(group.private(bob.id)[-1])
    assert not any("Attention Is All" in shown(m) for m in group.slack.history(group.channel))
    await bob.asks("/rank")
    board = group.slack.ephemerals(bob.id)[-1]
    forged(group, board, "share", '["board",99999999999999999999999,0]')
    await bob.clicks(board, "share")
    assert "older version" in shown(group.private(bob.id)[-1])


async def test_who_has_left_the_workspace_does_nothing_by_clicks_that_come_late(
    group: Group, alice: Person, bob: Person
) -> None:
    """Slack delivers what was clicked a moment before an account ended; an owner's or voter's right has ended with it."""
    await bob.posts(" ".join(FOUR))
    await bob.runs("/rank tournament start 6 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await alice.clicks(group.messages("match.challenge")[0], "match.challenge")
    await group.calm()
    poll, card = group.messages("vote.cast")[0], group.messages(kind="card")[0]
    await bob.runs("/rank settings")
    before = await group.counts()
    await group.slack.change_user(bob.id, deleted=True)
    await group.calm()
    async with group.app.database.reading(group.slack.world.team) as session:
        caps = list(await session.scalars(select(League.monthly_cap)))
        assert bob.id not in set(await session.scalars(select(Owner.user)))
    await bob.runs("/rank budget 4321")
    await bob.runs("/rank remove #1")
    await bob.runs("/rank tournament start 2 matches")
    await bob.clicks(poll, "vote.cast:0")
    await bob.clicks(card, "menu", selected="Remove…")
    await bob.submits(cap="4321")
    await group.calm()
    after = await group.counts()
    assert (after.matches, len(after.standings)) == (before.matches, len(before.standings))
    async with group.app.database.reading(group.slack.world.team) as session:
        assert list(await session.scalars(select(League.monthly_cap))) == caps
        assert bob.id not in set(await session.scalars(select(Vote.user)))
