"""A reader's first weeks through Slack, and a private league that nobody owns any more."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.slack.conftest import ATTENTION, BERT, Group, a_group, has, shown


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with a_group(tmp_path) as made:
        yield made


async def test_a_reader_asks_why_a_paper_lost_challenges_from_elsewhere_and_votes(group: Group) -> None:
    alice, bob = group.people["alice"], group.people["bob"]
    await bob.posts(f"{ATTENTION} {BERT}")
    await alice.runs("/rank tournament start 1 matches")
    dm = group.slack.dm(bob.id)
    why = await bob.runs("/rank vs attention | bert", dm)
    assert "beat" in shown(why.messages[-1]) or "draw" in shown(why.messages[-1])
    challenged = await bob.clicks(why.messages[-1], "match.challenge")
    said = shown(challenged.messages[-1])
    way = re.search(r"<(http[^|>]+)\|", said)
    assert way is not None, said
    [poll] = group.messages("vote.cast")
    again = await bob.clicks(why.messages[-1], "match.challenge")
    assert "Go to the vote" in shown(again.messages[-1])
    receipt = await bob.clicks(poll, "vote.cast")
    assert "Your vote for" in shown(receipt.messages[-1])


async def test_a_digest_is_muted_and_unmuted_by_a_reader(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(ATTENTION)
    await bob.runs("/rank digest now")
    [digest] = group.messages(kind="digest")
    muted = await bob.clicks(digest, "menu", selected="Mute: no more DMs to me")
    assert "no more direct messages" in shown(muted.messages[-1])
    again = await bob.clicks(digest, "menu", selected="Mute: no more DMs to me")
    assert "direct messages about reading-group again" in shown(again.messages[-1])


async def test_a_private_channel_hears_who_may_take_its_league_over(group: Group) -> None:
    bob, carol = group.people["bob"], group.people["carol"]
    den = group.slack.add_channel("den", members=[bob.id, carol.id], private=True)
    await bob.posts(ATTENTION, channel=den)
    await group.slack.leave(bob.id, den)
    await group.calm()
    asked = group.slack.history(den)[-1]
    assert "Any full member here may take it over" in shown(asked)
    taken = await carol.clicks(asked, "league.own")
    assert f"<@{carol.id}>" in shown(taken.messages[-1])
    assert not has(group.slack.history(den)[-1], "league.own")
    assert "owned by Carol" in shown(group.slack.history(den)[-1])
    await carol.runs("/rank settings", den)
    assert "League settings" in shown(carol.modal)


async def test_a_league_is_called_by_its_channels_new_name(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(ATTENTION)
    await group.slack.rename_channel(group.channel, "paper-club")
    await group.calm()
    assert "paper-club" in await bob.asks("/rank board")


def _said(group: Group) -> str:
    """All that the bot's messages in the channel say now."""
    return "".join(shown({"text": each["text"], "blocks": each.get("blocks")}) for each in group.messages())


@pytest.mark.slow
async def test_who_left_the_workspace_is_a_former_member_wherever_people_are_named(group: Group) -> None:
    alice, bob, carol = (group.people[name] for name in ("alice", "bob", "carol"))
    await bob.posts(f"{ATTENTION} {BERT}")
    await bob.runs("/rank tournament start 1 match")
    await bob.clicks(group.messages("match.challenge")[0], "match.challenge")
    for voter in (alice, bob, carol):
        await voter.presses(group.messages("vote.cast")[0], "Draw")
    await bob.runs("/rank digest now")
    await bob.runs(f"/rank owner <@{carol.id}>")
    assert "Bob" in _said(group), "the digest's paper to read"
    await alice.clicks(group.messages("vote.result")[0], "vote.result")
    assert "Bob" in shown(alice.modal), "who voted"
    await group.slack.change_user(bob.id, deleted=True)
    await group.calm()
    assert "Bob" not in _said(group)
    assert bob.id not in _said(group)
    assert "former member" in "".join(map(shown, group.messages(kind="digest")))
    await alice.clicks(group.messages("vote.result")[0], "vote.result")
    assert "former member" in shown(alice.modal)
    assert "Bob" not in shown(alice.modal)
    group.slack.world.user(carol.id)["deleted"] = True  # and nobody told the bot
    group.time.move(timedelta(minutes=6))
    for line in ("/rank owners", "/rank log", "/rank attention", "/rank how", "/rank board from former"):
        told = await alice.asks(line)
        assert not {bob.id, carol.id} & set(re.findall(r"U\d{7}", told)), line
    assert "owned by former member and" in await alice.asks("/rank owners")
    assert "Carol" not in shown(await alice.opens_home())
