"""Links that unfold in channels without a league, once an admin of the workspace turned that on."""

from typing import Any

import pytest

from tests.slack.conftest import ATTENTION, BERT, GPT3, Group, Person, shown


def previews(group: Group, channel: str, ts: str) -> list[Any]:
    return group.slack.message(channel, ts).get("attachments") or []


@pytest.mark.slow
async def test_links_unfold_where_the_bot_isnt_once_an_admin_says_so(
    group: Group, alice: Person, bob: Person
) -> None:
    slack = group.slack
    slack.unfurl_domains.add("arxiv.org")
    secret = slack.add_channel("secret", private=True, members=[alice.id])
    elsewhere = slack.add_channel("elsewhere", members=[bob.id], with_bot=False)
    await alice.posts(ATTENTION)
    await alice.posts(BERT, channel=secret)
    assert "Channels without a league" not in shown(await bob.opens_home())
    ts = await bob.posts(ATTENTION, channel=elsewhere)
    assert previews(group, elsewhere, ts) == []
    await alice.presses(await alice.opens_home(), "Turn on")
    assert "unfold with their rank" in shown(alice.home)
    public, hidden, unknown = [await bob.posts(link, channel=elsewhere) for link in (ATTENTION, BERT, GPT3)]
    (preview,) = previews(group, elsewhere, public)
    assert "in reading-group" in shown(preview)
    assert previews(group, elsewhere, hidden) == previews(group, elsewhere, unknown) == []
    card = await bob.presses(slack.message(elsewhere, public), "Show")
    assert "Attention" in shown(card.messages[-1])
    draft = await slack.compose(bob.id, elsewhere, ATTENTION)
    await group.calm()
    assert len(slack.world.composing[draft]["attachments"]) == 1
    own = await bob.posts(f"again {ATTENTION}")
    assert previews(group, group.channel, own) == [], "a card answers what people post in a league's channel"
    await alice.presses(await alice.opens_home(), "Turn off")
    ts = await bob.posts(ATTENTION, channel=elsewhere)
    assert previews(group, elsewhere, ts) == []
