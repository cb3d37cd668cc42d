"""A reader's first weeks through Slack, and a private league that nobody owns any more."""

import re
from collections.abc import AsyncIterator
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
    assert "You voted" in shown(receipt.messages[-1])


async def test_a_digest_is_muted_and_unmuted_by_a_reader(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(ATTENTION)
    await bob.runs("/rank digest now")
    [digest] = group.messages("digest.mute")
    muted = await bob.clicks(digest, "digest.mute")
    assert "no more direct messages" in shown(muted.messages[-1])
    again = await bob.clicks(digest, "digest.mute")
    assert "direct messages about this league again" in shown(again.messages[-1])


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
    assert f"owned by <@{carol.id}>" in shown(group.slack.history(den)[-1])
    await carol.runs("/rank settings", den)
    assert "League settings" in shown(carol.modal)


async def test_a_league_is_called_by_its_channels_new_name(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(ATTENTION)
    await group.slack.rename_channel(group.channel, "paper-club")
    await group.calm()
    assert "paper-club" in await bob.asks("/rank attention")
