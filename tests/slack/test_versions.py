"""An owner hears of a paper's new version in a direct message, and lets it play again from there."""

from bot.entries.new_versions import NEW_VERSION
from storage.entries import entry_rows
from storage.work import outbox
from tests.slack.conftest import ATTENTION, Group, Person, shown


async def test_an_owner_is_asked_by_direct_message_and_says_yes_there(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    async with group.app.database.transaction(group.slack.world.team) as session:
        paper = await entry_rows.by_identifier(session, "arxiv", "1706.03762")
        assert paper is not None
        paper.version = 2
        ((entry, _league),) = await entry_rows.entries_of(session, paper.id)
        await outbox.want(
            session, channel=alice.id, key=f"{NEW_VERSION}:{entry}:2", kind=NEW_VERSION, about_id=entry,
            options={"from": 1, "to": 2}, now=group.time.now(),
        )  # fmt: skip
    await group.calm()
    dm = group.slack.dm(alice.id)
    question = group.slack.history(dm)[-1]
    assert "has a version 2, which differs much from version 1" in shown(question)
    await alice.clicks(question, "league.replay")
    assert "lets it play again" in shown(group.slack.history(dm)[-1])
    assert "read again and plays 0 matches" in shown(group.private(alice.id)[-1])
