"""Everything optional declined: what reads channels isn't heard, and papers still reach their ranks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.slack.workspaces.scopes_and_events import required_scopes
from tests.slack.conftest import ATTENTION, BERT, GPT3, RESNET, Group, a_group, shown


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Group]:
    async with a_group(tmp_path) as group:
        group.slack.api.scopes = set(required_scopes())
        yield group


async def test_a_message_nobody_handed_over_is_not_even_heard(small: Group) -> None:
    await small.people["bob"].posts(ATTENTION)
    assert (await small.counts()).papers == 0
    kinds = {each.payload["event"]["type"] for each in small.slack.delivered if each.kind == "events_api"}
    assert "message" not in kinds


async def test_a_bot_that_reads_no_channel_asks_to_be_mentioned_with_links(small: Group) -> None:
    alice, slack = small.people["alice"], small.slack
    channel = slack.add_channel("fresh", members=[alice.id], with_bot=False)
    await slack.join(slack.bot_user, channel, inviter=alice.id)
    await small.calm()
    assert "Hello! Mention me with (or `/rank add`) links to papers here" in shown(slack.history(channel)[0])
    await alice.clicks(slack.history(channel)[0], "league.create")
    await alice.submits(cap="1")
    assert "Mention me with (or `/rank add`) a link to a paper and it joins." in shown(
        slack.history(channel)[0]
    )
    slack.api.scopes = None
    other = slack.add_channel("other", members=[alice.id], with_bot=False)
    await slack.join(slack.bot_user, other, inviter=alice.id)
    await small.calm()
    assert "Hello! Post links to papers here" in shown(slack.history(other)[0])


@pytest.mark.slow
async def test_mention_command_shortcut_and_direct_message_bring_papers_in_and_ranks_out(
    small: Group,
) -> None:
    bob, slack = small.people["bob"], small.slack
    ts = await bob.posts(f"<@{slack.bot_user}> {ATTENTION}")
    assert any("Attention Is All" in shown(reply) for reply in slack.replies(small.channel, ts))
    await bob.runs(f"/rank add {BERT}")
    posted = await bob.posts(GPT3)
    await slack.shortcut(bob.id, "add_paper", slack.message(small.channel, posted))
    await small.calm()
    await bob.posts(RESNET, channel=slack.dm(bob.id))
    assert (await small.counts()).papers == 4
    await bob.runs("/rank tournament start 6 matches")
    await small.until(lambda: bool(small.messages(kind="tournament")))
    await small.app.settle()
    board = await bob.asks("/rank")
    assert "Attention Is All" in board
    assert "BERT" in board
    assert (await small.counts()).matches >= 3
    # Whether a direct message is the bot's own can't be asked without im:read: it is then taken for one.
    asked_of_dms = [c for c in slack.calls if str(c.arguments.get("channel")).startswith("D")]
    refused = {c.answer.get("error") for c in slack.calls if not c.answer["ok"] and c not in asked_of_dms}
    assert "missing_scope" not in refused, [
        call for call in slack.calls if call.answer.get("error") == "missing_scope"
    ]


@pytest.mark.slow
async def test_a_vote_is_challenged_cast_and_closed_without_reading_channels(small: Group) -> None:
    bob, carol = small.people["bob"], small.people["carol"]
    await bob.posts(f"<@{small.slack.bot_user}> {ATTENTION} {BERT}")
    await bob.runs("/rank tournament start 1 match")
    await small.until(lambda: bool(small.messages("match.challenge")))
    await bob.clicks(small.messages("match.challenge")[0], "match.challenge")
    (poll,) = small.messages("vote.cast")
    reply = await carol.clicks(poll, "vote.cast")
    assert "vote" in "".join(map(shown, reply.messages)).lower()
    assert "missing_scope" not in {call.answer.get("error") for call in small.slack.calls}


@pytest.mark.slow
async def test_without_what_says_whose_a_conversation_is_direct_messages_still_work(small: Group) -> None:
    alice, bob, slack = small.people["alice"], small.people["bob"], small.slack
    await bob.posts(f"<@{slack.bot_user}> {ATTENTION}")
    dm, group_dm = slack.dm(bob.id), slack.dm_between(alice.id, bob.id, with_bot=True)
    await bob.runs("/rank attention", channel=dm)
    assert "Attention Is All" in shown(slack.history(dm)[0])
    assert "Attention Is All" in await bob.asks("/rank attention", channel=group_dm)
    ts = await bob.posts(f"<@{slack.bot_user}> add this", thread_ts=await bob.posts(BERT))
    assert any(
        "Write a link to a paper" in shown(each) for each in slack.ephemerals(bob.id, small.channel)
    ), ts
    defects = [each for each in slack.ephemerals(bob.id, small.channel) if "went wrong" in shown(each)]
    assert defects == []
