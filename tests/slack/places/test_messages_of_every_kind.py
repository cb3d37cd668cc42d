"""Messages and people of every kind: what brings a paper brings it once, and who is named is found."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.demo.slack.wire import Json
from storage.tables import Entry
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, RESNET, Group, Person, shown

pytestmark = pytest.mark.slow


async def arrives(group: Group, event: Json) -> None:
    """An event as it is."""
    group.slack.world.emit(event)
    await group.slack._flush()
    await group.calm()


def message(group: Group, person: Person, **fields: Any) -> Json:
    ts = group.slack.world.new_ts()
    return {
        "type": "message",
        "channel": group.channel,
        "channel_type": "channel",
        "user": person.id,
        "ts": ts,
        **fields,
    }


async def papers(group: Group) -> int:
    return (await group.counts()).papers


LINK = f"<{ATTENTION}>"
PDF = {"id": "F1", "name": "1706.03762v5.pdf", "title": "Attention"}
RICH = [
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": ATTENTION}]}],
    }
]


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"text": LINK, "subtype": "thread_broadcast", "thread_ts": "1768212000.000001"}, 1),
        ({"text": LINK, "subtype": "me_message"}, 1),
        ({"text": "", "blocks": RICH}, 1),
        (
            {
                "text": "see",
                "subtype": "file_share",
                "files": [PDF],
            },
            1,
        ),
        ({"text": LINK, "subtype": "file_share", "files": [{"id": "F1", "mode": "tombstone"}]}, 1),
        ({"text": "x" * 39_000 + " " + LINK}, 1),
        ({"text": LINK, "subtype": "channel_topic"}, 0),
        ({"text": LINK, "subtype": "bot_message", "bot_id": "B1"}, 0),
        ({"text": LINK, "subtype": "channel_join"}, 0),
        ({"text": LINK, "hidden": True, "subtype": "message_deleted", "deleted_ts": "1.2"}, 0),
        ({"text": f"{LINK} {LINK} <{ATTENTION}v5> <https://arxiv.org/pdf/1706.03762>"}, 1),
        ({"text": None}, 0),
        ({"text": LINK, "user": None}, 0),
        ({"text": LINK, "blocks": None, "attachments": None, "files": None}, 1),
    ],
    ids=range(14),
)
async def test_a_message(group: Group, alice: Person, fields: Json, count: int) -> None:
    await arrives(group, message(group, alice, **fields))
    assert await papers(group) == count


async def test_an_event_twice_and_in_the_wrong_order(group: Group, alice: Person) -> None:
    first = message(group, alice, text=LINK)
    changed = {
        "type": "message", "subtype": "message_changed", "channel": group.channel, "channel_type": "channel",
        "message": {**first, "text": f"{LINK} <{BERT}>", "edited": {"user": alice.id, "ts": group.slack.world.new_ts()}},
        "previous_message": first, "ts": group.slack.world.new_ts(), "hidden": True,
    }  # fmt: skip
    await arrives(group, changed)
    await arrives(group, first)
    await arrives(group, first)
    assert await papers(group) == 2
    async with group.app.database.reading(group.slack.world.team) as session:
        assert {each.message_ts for each in await session.scalars(select(Entry))} == {first["ts"]}


async def test_a_mention_and_its_message_in_either_order(group: Group, alice: Person) -> None:
    words = f"<@{group.slack.bot_user}> {LINK}"
    plain = message(group, alice, text=words)
    mention = {**plain, "type": "app_mention"}
    for event in (mention, plain):
        await arrives(group, event)
    assert await papers(group) == 1
    posts = [call.arguments for call in group.slack.calls if call.method == "chat.postMessage"]
    assert sum("card:" in str(post.get("metadata")) for post in posts) == 1


async def test_deliveries_that_come_twice_bring_one(group: Group, alice: Person) -> None:
    group.slack.faults.script("deliveries", "duplicate", "duplicate", "duplicate")
    await alice.posts(f"{ATTENTION} {BERT}")
    await alice.runs("/rank tournament start 1 match")
    await group.until(lambda: bool(group.messages(kind="match")))
    assert len(group.messages(kind="card")) == 2
    assert len(group.messages(kind="tournament")) == 1


NAMES = ("Maya Chen", "José Ñandú", "李雷", "Dr. O’Neil", "j.p.morgan", "Łukasz", "van der Berg")


async def test_names_typed_by_hand_are_found(group: Group, alice: Person) -> None:
    links = [
        *FOUR,
        "https://arxiv.org/abs/1412.6980",
        "https://arxiv.org/abs/1406.2661",
        "https://arxiv.org/abs/1312.5602",
    ]
    users = {}
    for name, link in zip(NAMES, links, strict=True):
        user = users[name] = group.slack.add_user(name)
        await group.slack.join(user, group.channel)
        await group.slack.post(user, group.channel, link)
        await group.calm()
    for name, link in zip(NAMES, links, strict=True):
        for typed in (name, name.lower(), name.upper(), name.replace(" ", "."), name.split()[-1]):
            board = await alice.asks(f"/rank board from @{typed}")
            assert "Nobody called" not in board, typed
            assert {each for each in links if each in board} == {link}, typed
        await alice.runs(f"/rank owner @{name}")
    owners = await alice.asks("/rank owners")
    assert [name for name in NAMES if users[name] not in owners] == []
    assert "Mention a person" in await alice.asks("/rank owner @nobody at all")
    assert "Mention a person" in await alice.asks("/rank owner maya chen")
    assert users["Maya Chen"] not in await alice.asks("/rank owner drop @maya.chen")
    assert "Nobody called" in await alice.asks("/rank board from @nobody at all")
    for rest in ("since 30d", "page 1", "top 3", "rating", "in cs.CL"):
        assert "Nobody" not in await alice.asks(f"/rank board from @josé ñandú {rest}"), rest


async def test_people_of_enterprise_ids(group: Group, alice: Person) -> None:
    wanda = Person(group, group.slack.add_user("Wanda", user="W012ABCDE"))
    await group.slack.join(wanda.id, group.channel)
    await wanda.posts(" ".join(FOUR))
    await wanda.runs("/rank follow attention")
    await alice.runs("/rank tournament start 3 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await wanda.clicks(group.messages("match.challenge")[0], "match.challenge")
    (poll,) = group.messages(kind="poll")
    await wanda.clicks(poll, "vote.cast:0")
    board = await alice.asks("/rank board from @wanda")
    assert "Attention" in board
    assert "BERT" in board
    home = await wanda.opens_home()
    assert "Attention" in shown(home)
    assert "Attention" in await wanda.asks("/rank mine")


async def test_somebody_deactivated(group: Group, alice: Person, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT} {GPT3}")
    await bob.runs("/rank follow attention")
    await group.slack.change_user(bob.id, deleted=True)
    await group.calm()
    await alice.runs("/rank tournament start 2 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await alice.clicks(group.messages("match.challenge")[0], "match.challenge")
    assert "Attention" in await alice.asks("/rank board from <@" + bob.id + ">")
    group.time.move(timedelta(days=5))
    await group.app.clock.tick()
    await group.calm()
    told = [call for call in group.slack.calls if call.method == "chat.postMessage" and not call.answer["ok"]]
    assert told == []


async def test_renamed_archived_and_open_again(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    await group.slack.rename_channel(group.channel, "lesegruppe-ü")
    await group.calm()
    assert "lesegruppe-ü" in await alice.asks("/rank status") + await alice.asks("/rank")
    await group.slack.archive(group.channel)
    await group.calm()
    dm = group.slack.dm(alice.id)
    assert "rests" in await alice.asks("/rank tournament start 1 match", channel=dm)
    await group.slack.unarchive(group.channel)
    await group.calm()
    await alice.posts(BERT)
    assert await papers(group) == 2


async def test_in_a_group_dm_commands_and_buttons_answer(group: Group, alice: Person, bob: Person) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    for with_bot in (True, False):
        room = group.slack.dm_between(alice.id, bob.id, group.people["carol"].id, with_bot=with_bot)
        for words in ("attention", "help", "board", f"add {RESNET}", "vs attention | bert", "new", "cost"):
            reply = await alice.runs(f"/rank {words}", channel=room)
            assert reply.messages, (with_bot, words)
        assert group.slack.ephemerals(bob.id, room) == []
    assert await papers(group) == 3


async def test_a_window_sent_when_its_response_url_is_over_still_answers(group: Group, alice: Person) -> None:
    await alice.posts(" ".join(FOUR))
    between = group.slack.dm_between(alice.id, group.people["bob"].id)
    for room in (group.channel, between):
        before = len(group.private(alice.id))
        await alice.runs("/rank tournament start", channel=room)
        group.time.move(timedelta(minutes=31))
        reply = await alice.submits(matches="1")
        assert not reply.errors
        await group.until(lambda: len(group.messages(kind="match")) > 0)
        await group.calm()
        assert len(group.private(alice.id)) > before, room
        group.time.move(timedelta(hours=1))


@pytest.mark.parametrize("where", ["channel", "between", "group"])
async def test_where_the_response_url_answers_no_more_another_way_does(
    group: Group, alice: Person, bob: Person, where: str
) -> None:
    await alice.posts(ATTENTION)
    room = {
        "channel": group.channel,
        "between": group.slack.dm_between(alice.id, bob.id),
        "group": group.slack.dm_between(alice.id, bob.id, group.people["carol"].id, with_bot=True),
    }[where]
    group.slack.faults.script("response_url", "error", "error", "error")
    before = len(group.private(alice.id))
    await alice.runs("/rank attention", channel=room)
    answers = [each for each in group.private(alice.id)[before:] if "Attention" in shown(each)]
    assert len(answers) == 1


async def test_what_workflows_and_slackbot_ask_is_nobodys_question(group: Group) -> None:
    bot = f"<@{group.slack.bot_user}>"
    for words in ("cost", "tournament start 5 matches", "help", "remove #1"):
        await group.slack.post_as_workflow("weekly", group.channel, f"{bot} {words}")
        await group.slack.post_as_slackbot(group.channel, f"{bot} {words}")
    await group.calm()
    assert (await group.counts()).tournaments_over == 0
    posts = [each.arguments for each in group.slack.calls if each.method == "chat.postMessage"]
    assert [post for post in posts if "greeting" not in str(post.get("metadata"))] == []
    assert group.slack.api.calls_to("chat.postEphemeral") == []
