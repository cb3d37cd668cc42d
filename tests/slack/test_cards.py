"""Cards, boards and links as people use them: filtered, exported, put elsewhere, unfolded, followed."""

import pytest

from storage.following import followers
from storage.leagues import league_rows
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, Group, Person, has, shown


@pytest.mark.slow
async def test_a_boards_menus_filter_together_and_its_button_exports(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    await bob.posts(GPT3)
    await alice.runs("/rank")
    live = group.slack.ephemerals(alice.id)[-1]
    await alice.clicks(live, "page:from", selected="Bob")
    live = group.slack.ephemerals(alice.id)[-1]
    assert "Few-Shot" in shown(live)
    assert "Attention" not in shown(live)
    await alice.clicks(live, "page:since", selected="Last 7 days")
    live = group.slack.ephemerals(alice.id)[-1]
    assert f"from <@{bob.id}>" in shown(live)
    assert "since {date" in shown(live)
    assert "▲▼ since" not in shown(live), "nothing moved"
    await alice.clicks(live, "page:from", selected="Everybody")
    live = group.slack.ephemerals(alice.id)[-1]
    assert "Attention Is All You Need" in shown(live)
    await alice.presses(live, "Export CSV")
    assert {"reading-group-standings.csv", "reading-group-matches.csv"} == {
        file.name for file in group.slack.files
    }


@pytest.mark.slow
async def test_a_paper_goes_to_another_league_from_its_card(group: Group, alice: Person, bob: Person) -> None:
    other = group.slack.add_channel("vision", members=[alice.id, bob.id])
    secret = group.slack.add_channel("secret", private=True, members=[alice.id])
    await alice.posts(FOUR[3], channel=other)
    await alice.posts(BERT, channel=secret)
    await alice.posts(ATTENTION)
    [card] = group.messages("card.assessment")
    await bob.clicks(card, "menu", selected="More about it")
    await bob.presses(bob.modal, "Add to another league…")
    assert "vision" in shown(bob.modal)
    assert "secret" not in shown(bob.modal)
    [block] = [block for block in bob.modal["blocks"] if block["type"] == "input"]
    await bob.submits(league=block["element"]["options"][0]["value"])
    assert "Attention Is All You Need" in await bob.asks("/rank", channel=other)
    assert any("Attention" in shown(message) for message in group.slack.history(other))
    await bob.clicks(card, "menu", selected="More about it")
    await bob.presses(bob.modal, "Add to another league…")
    assert "Every league you can see has this paper" in shown(bob.modal)


async def test_a_known_link_unfolds_in_two_lines_and_another_apps_unknown_link_offers_to_add_it(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    async with group.app.database.transaction(group.slack.world.team) as session:
        (await league_rows.get(session, 1)).unfurls = True
    robot = group.slack.add_user("Feed", bot=True)
    group.slack.world.conversation(group.channel).members.append(robot)
    for url in (ATTENTION, BERT):
        news = {"user": robot, "bot_id": "B9", "subtype": "bot_message", "text": f"New: <{url}>"}
        ts = group.slack.world.add_message(group.channel, news)["ts"]
        group.slack.world.emit(
            {
                "type": "link_shared", "user": robot, "channel": group.channel, "message_ts": ts,
                "links": [{"domain": "arxiv.org", "url": url}],
            }
        )  # fmt: skip
        await group.slack._flush()
        await group.calm()
        unfolded = group.slack.message(group.channel, ts).get("attachments") or []
        assert len(unfolded) == 1, url
        assert len(unfolded[0]["blocks"]) == 1
        said = shown(unfolded[0])
        if url == ATTENTION:
            assert "not ranked yet in reading-group" in said
        else:
            assert "isn't in reading-group yet" in said
            await alice.presses(group.slack.message(group.channel, ts), "Add")
    assert "BERT" in await alice.asks("/rank")


async def test_links_unfold_only_where_a_channel_asked_for_it_and_never_beside_a_card(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(ATTENTION)
    robot = group.slack.add_user("Feed", bot=True)
    group.slack.world.conversation(group.channel).members.append(robot)

    async def shared_by(user: str) -> int:
        """How often something unfolded because a link was shared whose message hasn't been heard of."""
        before = len(group.slack.api.calls_to("chat.unfurl"))
        group.slack.world.emit(
            {
                "type": "link_shared", "user": user, "channel": group.channel, "message_ts": "1.000001",
                "links": [{"domain": "arxiv.org", "url": ATTENTION}],
            }
        )  # fmt: skip
        await group.slack._flush()
        await group.calm()
        return len(group.slack.api.calls_to("chat.unfurl")) - before

    assert await shared_by(robot) == 0, "off until somebody turns it on"
    async with group.app.database.transaction(group.slack.world.team) as session:
        (await league_rows.get(session, 1)).unfurls = True
    assert await shared_by(robot) == 1
    assert await shared_by(bob.id) == 0, "a card answers what people post"
    before = len(group.messages(kind="card"))
    await bob.posts(f"again {ATTENTION}")
    assert len(group.messages(kind="card")) == before + 1
    assert len(group.slack.api.calls_to("chat.unfurl")) == 1


@pytest.mark.slow
async def test_history_leads_to_the_match_and_to_the_vote_and_followers_are_led_there_too(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(" ".join(FOUR))
    async with group.app.database.transaction(group.slack.world.team) as session:
        for entry in range(1, 5):
            await followers.follow(session, entry, bob.id, group.time.now())
    await alice.runs("/rank tournament start 6 matches")
    match = next(each for each in group.messages("match.challenge") if "Attention" in shown(each))
    await alice.clicks(match, "match.challenge")
    said = await alice.asks("/rank history attention")
    assert "/archives/" in said
    assert "|a vote on it is open>" in said
    assert "|the match>" in said
    notices = group.slack.history(group.slack.dm(bob.id))
    assert any("See where" in shown(notice) and "was challenged" in shown(notice) for notice in notices)
    assert has(notices[-1], "card.unfollow")
