"""Windows while Slack fails, direct messages of every kind, and shared channels' people."""

from datetime import timedelta
from typing import Any

import pytest

from tests.slack.conftest import ATTENTION, BERT, FOUR, RESNET, Group, Person, shown

pytestmark = pytest.mark.slow

WINDOWS = ("settings", "tournament start", "vs")


async def test_no_window_stays_at_one_moment_where_slack_tells_nothing_of_people(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    for words in WINDOWS:
        forget_all(group, alice)
        group.slack.faults.script("users.info", "error", "error", "error", "error")
        await alice.runs(f"/rank {words}")
        assert [view for view in group.slack.views(alice.id) if "One moment" in shown(view)] == [], words
        if group.slack.views(alice.id):
            await group.slack.close(alice.id, clear=True)


def forget_all(group: Group, person: Person) -> None:
    """Let the program ask Slack again."""
    group.app.services.forget_person(group.slack.world.team, person.id, None)
    group.app.services.forget_channel(group.slack.world.team, group.channel)


async def test_home_opens_again_after_slack_failed(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    for method in ("users.info", "conversations.members", "conversations.info"):
        forget_all(group, alice)
        group.slack.faults.script(method, "error", "error", "error", "error")
        await group.slack.open_home(alice.id)
        await group.calm()
    assert "reading-group" in shown(await alice.opens_home())


async def arrives(group: Group, **event: Any) -> str:
    ts = group.slack.world.new_ts()
    group.slack.world.emit({"type": "message", "ts": ts, **event})
    await group.slack._flush()
    await group.calm()
    return ts


def posted(group: Group) -> int:
    return sum(call.method in {"chat.postMessage", "chat.postEphemeral"} for call in group.slack.calls)


async def test_what_comes_to_the_bots_dm(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    dm = group.slack.dm(alice.id)
    place = {"channel": dm, "channel_type": "im"}
    quiet: list[dict[str, Any]] = [
        {"user": "USLACKBOT", "text": "help"},
        {"user": group.slack.bot_user, "bot_id": "B0BOT", "text": "help"},
        {"user": alice.id, "text": "help", "bot_id": "B0OTHER", "app_id": "A0OTHER"},
        {"user": alice.id, "text": "help", "subtype": "message_deleted", "deleted_ts": "1.1"},
        {"user": alice.id, "text": "Paperbout", "subtype": "assistant_app_thread"},
        {"user": alice.id, "text": "help", "edited": {"user": alice.id, "ts": "1.1"}},
        {
            "subtype": "message_changed",
            "message": {"user": alice.id, "text": "help", "ts": "1.1"},
            "previous_message": {},
        },
        {"user": alice.id, "text": "joined", "subtype": "channel_join"},
        {"text": "nobody"},
    ]
    for event in quiet:
        before = posted(group)
        await arrives(group, **place, **event)
        assert posted(group) == before, event
    answered: list[dict[str, Any]] = [
        {"user": alice.id, "text": "help"},
        {"user": alice.id, "text": "board", "subtype": "me_message"},
        {"user": alice.id, "text": "attention", "thread_ts": group.slack.world.new_ts()},
        {"user": alice.id, "text": "attention &amp; more"},
        {"user": alice.id, "text": "&lt;script&gt; *bold* `code`"},
        {"user": alice.id, "text": "?"},
        {"user": alice.id, "text": "👋"},
        {"user": alice.id, "text": "cost", "team": "T0", "client_msg_id": "x", "blocks": None},
        {"user": alice.id, "text": "x" * 12_000},
    ]
    for event in answered:
        before = posted(group)
        await arrives(group, **place, **event)
        assert posted(group) > before, event


async def test_people_of_another_workspace_read_and_are_gone_after(group: Group, alice: Person) -> None:
    await alice.posts(" ".join(FOUR))
    await group.slack.share_channel(group.channel)
    stan = Person(group, group.slack.add_user("Stan", team="T0OTHER"))
    await group.slack.join(stan.id, group.channel)
    await group.calm()
    assert "Attention" in await stan.asks("/rank")
    for words in ("tournament start 3 matches", "budget 100", "remove attention", "stop"):
        await stan.asks(f"/rank {words}")
    assert (await group.counts()).tournaments_over == 0
    assert (await group.counts()).papers == 4
    await group.slack.unshare_channel(group.channel)
    await group.calm()
    group.time.move(timedelta(minutes=10))
    assert "Attention" not in await stan.asks("/rank", channel=group.slack.dm(stan.id))
    assert "Attention" in await alice.asks("/rank")


async def test_left_and_invited_again(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    for _ in range(2):
        await group.slack.leave(group.slack.bot_user, group.channel)
        await group.calm()
        await group.slack.join(group.slack.bot_user, group.channel, inviter=alice.id)
        await group.calm()
        assert "Attention" in await alice.asks("/rank")
    await alice.posts(BERT)
    assert (await group.counts()).papers == 2
    assert len(group.messages(kind="greeting")) <= 3


async def test_a_link_composed_and_sent_unfolds_without_a_word_too_many(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    before = posted(group)
    await group.slack.compose(alice.id, group.channel, f"look {ATTENTION} and {RESNET}")
    await group.calm()
    assert posted(group) == before
    await alice.posts(f"look {ATTENTION} and {RESNET}")
    assert (await group.counts()).papers == 2
    assert [call.answer for call in group.slack.api.calls_to("chat.unfurl") if not call.answer["ok"]] == []
