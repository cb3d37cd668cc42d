from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from handlers.blocks import ids
from storage.tables import OutboxMessage
from storage.tournaments import schedules
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import HOME, TEAM, World

DIGEST = "digest"


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    async with a_desk(world) as made:
        yield made


async def test_the_digest_is_set_stopped_and_started_in_words(desk: Desk, world: World) -> None:
    league = await world.league()
    assert "every weekday at 08:30 (Europe/Berlin)" in await desk.runs("bob", DIGEST)
    assert "every weekday at 07:15 (Asia/Tokyo)" in await desk.runs("alice", DIGEST, "at 07:15 Asia/Tokyo")
    assert "every Monday at 07:15" in await desk.runs("alice", DIGEST, "weekly")
    assert "quiet days stay silent" in await desk.runs("alice", DIGEST, "quiet silent")
    assert "is off" in await desk.runs("alice", DIGEST, "off")
    assert "gets no digest" in await desk.runs("alice", DIGEST)
    said = await desk.runs("alice", DIGEST, "on")
    assert "every Monday at 07:15 (Asia/Tokyo)" in said
    assert "stay silent" in said
    async with world.database.reading(TEAM) as session:
        assert len(await schedules.of_league(session, league.id, "digest")) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("at 25:00", "isn't a time of day"),
        ("at 8 Mars/Base", "no time zone"),
        ("sometimes", "I don't understand"),
        ("0 0 30 2 *", "never fires"),
        ("quiet loud", "stays `silent`"),
        ("x" * 4000, "too long to be a time"),
    ],
)
async def test_what_cant_be_a_digests_time_is_a_sentence(
    desk: Desk, world: World, words: str, sentence: str
) -> None:
    await world.league()
    assert sentence in await desk.runs("alice", DIGEST, words)


async def test_others_are_told_who_may_and_where(desk: Desk, world: World) -> None:
    await world.league()
    assert " or a workspace admin can set its digest" in await desk.runs("bob", DIGEST, "off")
    assert "in its own channel" in await desk.runs("alice", DIGEST, "off", channel="D1")
    assert "in its own channel" in await desk.runs("alice", DIGEST, "now", channel="D1")


async def test_now_posts_a_digest_that_offers_mute_and_a_dm(desk: Desk, world: World) -> None:
    league = await world.league()
    await world.enters(league.id, "A <!channel> & *bold* title", "B", "C", "D", "E")
    assert "on its way" in await desk.runs("bob", DIGEST, "now")
    assert "a moment ago" in await desk.runs("bob", DIGEST, "now")
    shown = await desk.renders("digest")
    assert shown is not None
    assert "<!channel>" not in str(shown)
    assert "Send me this by DM" in str(shown)
    assert "5 new papers" in str(shown)
    async with world.writing() as session:
        row = (await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest"))).one()
        row.ts, row.posted_channel = "1.0", HOME
    assert "direct message" in await desk.clicks("bob", ids.DIGEST_IN_DM.carry(ids.OfLeague(league.id)))
    assert [m.channel for m in await world.messages("digest")] == [HOME, "bob"]
    in_dm = str(await desk.renders("digest"))
    assert "Send me this by DM" not in in_dm
    assert "Everything new" in in_dm
    assert "no more direct" in await desk.clicks("bob", ids.MUTE_DIGEST.carry(ids.OfLeague(league.id)))
    assert "again" in await desk.clicks("bob", ids.MUTE_DIGEST.carry(ids.OfLeague(league.id)))


async def test_a_digest_of_hundreds_of_papers_keeps_slacks_limits(desk: Desk, world: World) -> None:
    league = await world.league()
    await world.enters(league.id, *(f"{'Very long title ' * 20}{n}" for n in range(300)))
    await desk.runs("bob", DIGEST, "now")
    shown = await desk.renders("digest")
    assert shown is not None
    assert len(shown.blocks) <= 50
    assert "300 new papers" in str(shown)
    row: list[dict[str, str]] = [e for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]  # type: ignore[attr-defined]  # blocks are plain data
    [details] = [e for e in row if "Everything new" in str(e)]
    said = await desk.clicks("bob", (details["action_id"], details["value"]), trigger_id="t")
    assert "… and 200 more" in said, "a hundred papers are listed, the rest is counted"
