"""Where the bot is met: channels that change their id, group DMs, its own DM, DMs between others, large workspaces."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, String, cast, exists, func, select

from storage.tables import Base, Event, League, OutboxMessage, Schedule
from tests.slack.conftest import ATTENTION, BERT, GPT3, RESNET, Group, Person, a_group, has, shown

MOST_CALLS = 60
SHARED = Path(__file__).parents[2].parent / "shared" / "cases"


async def holding(group: Group, text: str) -> set[str]:
    """The columns, as table.column, that hold a text somewhere, JSON included."""
    places: set[str] = set()
    async with group.app.database.connection() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, String | JSON):
                    continue
                found = cast(column, String).contains(text, autoescape=True)
                if await connection.scalar(exists().where(found).select()):
                    places.add(f"{table.name}.{column.name}")
    return places


def calls(group: Group, *methods: str) -> list[str]:
    return [call.method for call in group.slack.calls if call.method in methods]


async def test_all_that_is_kept_moves_with_a_channel_that_gets_a_new_id(group: Group, alice: Person) -> None:
    slack = group.slack
    old = slack.add_channel("secret", private=True, members=[alice.id, group.people["bob"].id])
    await alice.posts(ATTENTION, channel=old)
    await alice.runs("/rank digest at 9:00", channel=old)
    await alice.posts(f"<@{slack.bot_user}> attention", channel=old)
    await alice.runs("/rank duel", channel=old)
    new = await slack.share_channel(old)
    await group.calm()
    async with group.app.database.reading(slack.world.team) as session:
        rows = list(await session.scalars(select(OutboxMessage.channel)))
        rows += list(await session.scalars(select(Schedule.channel)))
    assert new in rows
    assert await holding(group, old) == set(), "no column of any table holds the old id"
    await alice.posts(BERT, channel=new)
    board = await alice.asks("/rank", channel=new)
    assert "Attention" in board
    assert "BERT" in board
    async with group.app.database.reading(slack.world.team) as session:
        assert list(await session.scalars(select(League.channel))) == [new]
    assert not [call for call in slack.calls if call.answer.get("error") == "channel_not_found"]


async def test_an_edited_mention_runs_nothing_again(group: Group, alice: Person) -> None:
    for link in (ATTENTION, BERT, RESNET):
        await alice.posts(link)
    words = f"<@{group.slack.bot_user}> tournament start 1 match"
    ts = await alice.posts(words)
    before = (await group.counts()).tournaments_over
    said = len(group.slack.ephemerals(alice.id)) + len(group.messages())
    await alice.edits(ts, words + ".")
    assert (await group.counts()).tournaments_over == before
    assert len(group.slack.ephemerals(alice.id)) + len(group.messages()) == said


async def test_an_edited_mention_still_brings_a_link_it_got(group: Group, alice: Person) -> None:
    ts = await alice.posts(f"<@{group.slack.bot_user}> look at this")
    await alice.edits(ts, f"<@{group.slack.bot_user}> look at this {ATTENTION}")
    assert (await group.counts()).papers == 1


async def test_an_edited_direct_message_runs_nothing_again(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    dm = group.slack.dm(alice.id)
    ts = await alice.posts("help", channel=dm)
    answers = len(group.slack.replies(dm, ts))
    assert answers == 1
    await group.slack.edit(alice.id, dm, ts, "help me")
    await group.calm()
    assert len(group.slack.replies(dm, ts)) == answers


async def test_in_its_own_dm_answers_are_messages_in_the_thread_of_the_question(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    dm = group.slack.dm(alice.id)
    ts = await alice.posts("where is my paper?", channel=dm)
    (answer,) = group.slack.replies(dm, ts)
    assert "Attention" in shown(answer)
    assert group.slack.ephemerals(alice.id, dm) == []
    reply = await alice.runs("/rank help", channel=dm)
    assert reply.messages[-1]["ts"] in {message["ts"] for message in group.slack.history(dm)}
    group.slack.reload(alice.id)
    assert len(group.slack.history(dm)) == 2
    ts = await alice.posts(ATTENTION, channel=dm)
    (card,) = group.slack.replies(dm, ts)
    await alice.presses(card | {"channel": dm}, "Post to #reading-group")
    assert len(group.messages(kind="shared")) == 1


async def test_between_two_people_the_answer_comes_by_the_response_url(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    between = group.slack.dm_between(alice.id, group.people["bob"].id)
    reply = await alice.runs("/rank attention", channel=between)
    assert "Attention" in shown(reply.messages[-1])
    reply = await alice.runs(f"/rank add {ATTENTION}", channel=between)
    assert has(reply.messages[-1], "card") or "Attention" in shown(reply.messages[-1])
    new = await alice.runs(f"/rank add {BERT}", channel=between)
    assert f"<#{group.channel}>" in shown(new.messages[-1])
    assert (await group.counts()).papers == 2
    assert any("BERT" in shown(message) for message in group.messages(kind="card"))
    known = await alice.runs(f"/rank add {BERT}", channel=between)
    posted = await group.slack.click(alice.id, known.messages[-1], "Post to #reading-group")
    await group.calm()
    assert f"Posted to <#{group.channel}>" in shown(posted.messages[-1])
    assert any("BERT" in shown(message) for message in group.messages(kind="shared"))


async def test_a_group_dm_is_answered_in_its_thread(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    many = group.slack.dm_between(alice.id, group.people["bob"].id, with_bot=True)
    await alice.posts(f"<@{group.slack.bot_user}> attention", channel=many)
    assert any("Attention" in shown(message) for message in group.slack.ephemerals(alice.id, many))
    await alice.posts(BERT, channel=many)
    assert (await group.counts()).papers == 2


async def test_what_workflows_and_slackbot_post_is_read_and_never_answered(group: Group) -> None:
    await group.slack.post_as_workflow("weekly", group.channel, f"<@{group.slack.bot_user}> {ATTENTION}")
    await group.slack.post_as_workflow("monthly", group.channel, f"<@{group.slack.bot_user}> cost")
    await group.slack.post_as_slackbot(group.channel, BERT)
    await group.calm()
    assert (await group.counts()).papers == 2
    assert calls(group, "chat.postEphemeral") == []


async def test_in_a_large_workspace_nobody_lists_everybody_to_open_settings_or_home(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    readers = [group.slack.add_user(f"Reader {number}") for number in range(20_000)]
    group.slack.world.conversation(group.channel).members.extend(readers)
    group.slack.calls.clear()
    group.app.slack.forget_workspace(group.slack.world.team)
    await group.slack.command(alice.id, group.channel, "/rank", "settings")
    await group.slack.until(lambda: any(view["submit"] for view in group.slack.views(alice.id)))
    await group.slack.open_home(group.people["bob"].id)
    await group.slack.until(lambda: group.slack.home(group.people["bob"].id) is not None)
    assert calls(group, "users.list") == []
    assert len(group.slack.calls) <= MOST_CALLS, "what costs time is a call for each of so many people"


async def test_commands_may_come_with_ids(group: Group, alice: Person) -> None:
    group.slack.world.escapes_commands = True
    await alice.runs(f"/rank add {ATTENTION}")
    await group.people["bob"].posts(BERT)
    await alice.runs("/rank tournament start 1 match")
    await group.until(lambda: bool(group.messages("match.challenge")))
    board = await alice.asks("/rank board from @bob")
    assert "BERT" in board
    assert "Attention" not in board
    group.slack.add_channel("1", members=[alice.id])
    assert "Attention" in await alice.asks("/rank #1") + await alice.asks("/rank #2")


async def test_in_the_agents_dm_questions_are_suggested_and_work_is_shown(
    group: Group, alice: Person
) -> None:
    slack, dm = group.slack, group.slack.dm(alice.id)
    await alice.posts(ATTENTION)
    other = slack.add_channel("other", members=[alice.id])
    await alice.posts(BERT, channel=other)
    await slack.open_home(alice.id, "messages", looking_at=group.channel)
    await group.calm()
    assert {"title": "What is new?", "message": "new"} in slack.world.prompts[dm]
    await slack.look_at(alice.id, other)
    ts = await alice.posts("board", channel=dm)
    (choice,) = slack.replies(dm, ts)
    offered = [element["text"]["text"] for element in choice["blocks"][-1]["elements"][0].get("options", [])]
    assert offered[0] == "other"
    status = [call for call in slack.calls if call.method == "assistant.threads.setStatus"]
    assert (status[-1].arguments["thread_ts"], status[-1].answer["ok"]) == (ts, True)
    assert slack.world.statuses == {}
    slack.api.scopes = slack.api.granted - {"assistant:write"}
    assert len(slack.replies(dm, await alice.posts("help", channel=dm))) == 1


async def test_what_slack_dropped_is_read_from_the_history(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)

    async def dropped(link: str, cards: int) -> None:
        group.slack.deliveries.subscribed = set()
        await alice.posts(link)
        group.slack.deliveries.subscribed = None
        await group.slack.deliveries.rate_limited()
        assert group.slack.delivered[-1].ack.ok
        group.time.move(timedelta(minutes=6))
        await group.until(lambda: len(group.messages(kind="card")) == cards)

    await dropped(BERT, 2)
    await dropped(RESNET, 3)
    assert (await group.counts()).papers == 3


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded cases aren't here")
async def test_recorded_mentions_run_once(tmp_path: Path) -> None:
    first, second = (
        json.loads((SHARED / name).read_text()) for name in ("mention.json", "mention_edited.json")
    )
    async with a_group(tmp_path) as group:
        alice = group.people["alice"]
        for link in (ATTENTION, BERT, RESNET):
            await alice.posts(link)
        for event in (first, second):
            text = event["text"].replace("U0BOT", group.slack.bot_user)
            more = {"user": alice.id, "channel": group.channel, "text": text}
            group.slack.world.emit({**event, **more})
            await group.slack.deliveries.flush()
            await group.calm()
        assert (await group.counts()).tournaments_over == 1


async def test_a_workflow_posts_as_no_user_and_in_private_channels(group: Group, alice: Person) -> None:
    await alice.posts(GPT3)
    bot = f"<@{group.slack.bot_user}>"
    secret = group.slack.add_channel("secret", private=True, members=[alice.id])
    await group.slack.post_as_workflow("weekly", group.channel, ATTENTION, as_user=False)
    await group.slack.post_as_workflow("weekly", group.channel, f"{bot} {RESNET}", as_user=False)
    await group.slack.post_as_workflow("weekly", secret, BERT, as_user=False)
    await group.slack.post_as_workflow("weekly", group.channel, f"{bot} cost", as_user=False)
    await group.calm()
    assert (await group.counts()).papers == 4
    assert calls(group, "chat.postEphemeral") == []
    assert (await group.app.slack.directory(group.slack.world.team).person("B0WEEKLY")).name == "weekly"
    assert "BERT" in await alice.asks("/rank", channel=secret)


async def test_links_of_feeds_are_taken_in_where_the_league_says_so(group: Group, alice: Person) -> None:
    await alice.posts(GPT3)
    feed = {"id": 1, "title": "Attention Is All You Need", "title_link": ATTENTION, "fallback": "Attention"}
    other = group.slack.add_channel("other", members=[alice.id])

    async def posts(link: str, channel: str) -> int:
        attachments = [{**feed, "title_link": link}]
        await group.slack.post_as_app("rss", channel, f"<@{group.slack.bot_user}>", attachments=attachments)
        await group.calm()
        return (await group.counts()).papers

    assert await posts(ATTENTION, group.channel) == 1
    async with group.app.database.transaction(group.slack.world.team) as session:
        (league,) = await session.scalars(select(League))
        league.takes_app_links = True
    assert await posts(ATTENTION, group.channel) == 2
    assert await posts(BERT, other) == 2, "a feed begins no league"
    assert calls(group, "chat.postEphemeral") == []
    (card,) = [each for each in group.messages(kind="card") if "Attention" in shown(each)]
    await alice.clicks(card, "card.assessment")
    assert "<@B0" not in shown(alice.modal)
    person = await group.app.slack.directory(group.slack.world.team).person("B0RSS")
    assert (person.name, person.is_bot) == ("rss", True)


async def test_statuses_of_many_people_cost_no_row_and_guests_are_handled_once(group: Group) -> None:
    guests = [group.slack.add_user(f"Guest {number}", guest=True) for number in range(5)]
    for round_ in range(4):
        for user in (*guests, group.people["bob"].id):
            await group.slack.change_user(user, status=f"out {round_}")
    await group.calm()
    assert len(calls(group, "views.publish")) == len(guests)
    assert calls(group, "users.list") == []
    async with group.app.database.reading(group.slack.world.team) as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == len(guests)
    await group.slack.change_user(guests[0], is_restricted=False)
    await group.slack.change_user(guests[0], is_restricted=True)
    await group.calm()
    assert len(calls(group, "views.publish")) == len(guests) + 1, "a member who becomes a guest is news"


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["/rank judges", "/rank duel", "/rank board from @reader 7", "/rank mine", "/rank follow #1"]
)
async def test_in_a_large_workspace_a_question_costs_few_calls(
    group: Group, alice: Person, line: str
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    readers = [group.slack.add_user(f"Reader {number}") for number in range(20_000)]
    group.slack.world.conversation(group.channel).members.extend(readers)
    group.slack.calls.clear()
    group.app.slack.forget_workspace(group.slack.world.team)
    await alice.runs(line)
    assert calls(group, "users.list") == []
    assert len(group.slack.calls) <= MOST_CALLS
