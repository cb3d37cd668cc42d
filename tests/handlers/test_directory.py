"""People and channels are what Slack says, a few minutes late at most."""

import asyncio
import json
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.people import Person
from handlers.blocks.builders import message, section
from handlers.blocks.degrading import LEVELS, degrade
from handlers.blocks.tables import Mention, table
from handlers.slack.posting.display_names import with_names
from handlers.slack.workspaces.directory import Directory
from storage.errors import NotFoundError
from tests.handlers.conftest import Clock, Slack
from tests.leagues.world import Staff

ALICE = {"id": "U1", "team_id": "T1", "tz": "Europe/Berlin", "profile": {"display_name": "alice"}}


async def test_a_person_is_asked_for_once_in_five_minutes(
    slack: Slack, directory: Directory, clock: Clock
) -> None:
    slack.answers["users.info"] = [{"ok": True, "user": ALICE}]
    alice = await directory.person("U1")
    assert alice == Person("U1", "alice", time_zone="Europe/Berlin")
    assert alice.is_full_member
    await directory.person("U1")
    assert len(slack.called("users.info")) == 1
    clock.passes(minutes=5)
    await directory.person("U1")
    assert len(slack.called("users.info")) == 2
    directory.person_changed("U1")
    await directory.person("U1")
    assert len(slack.called("users.info")) == 3


@pytest.mark.parametrize(
    "more",
    [{"is_bot": True}, {"is_restricted": True}, {"deleted": True}, {"team_id": "T2"}, {"is_stranger": True}],
)
async def test_only_full_members_of_this_workspace_count(
    slack: Slack, directory: Directory, more: dict[str, object]
) -> None:
    slack.answers["users.info"] = [{"ok": True, "user": {**ALICE, **more}}]
    assert not (await directory.person("U1")).is_full_member


async def test_someone_slack_no_longer_knows_is_a_former_member(slack: Slack, directory: Directory) -> None:
    slack.refuses("users.info", "user_not_found")
    assert await directory.person("U9") == Person("U9", "former member", is_deleted=True)


async def test_who_was_forgotten_or_never_was_anybody_is_named_without_asking_slack(
    slack: Slack, directory: Directory
) -> None:
    names = [(await directory.person(user)).name for user in ("forgotten-0a1b", "import", "sources")]
    assert names == ["former member", "an import", "Paperbout"]
    assert slack.called("users.info") == []


async def test_a_server_without_the_method_still_lets_people_act(slack: Slack, directory: Directory) -> None:
    slack.refuses("users.info", "unknown_method")
    with capture_logs() as logs:
        person = await directory.person("U1")
    assert person.is_full_member
    assert logs[0]["event"] == "person_unknown"


async def test_members_come_from_every_page(slack: Slack, directory: Directory) -> None:
    slack.answers["conversations.members"] = [
        {"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": "a"}},
        {"ok": True, "members": ["U2"], "response_metadata": {"next_cursor": ""}},
    ]
    assert await directory.members("C1") == {"U1", "U2"}


async def test_a_server_that_repeats_its_cursor_is_not_asked_for_ever(
    slack: Slack, directory: Directory
) -> None:
    page = {"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": "a"}}
    slack.answers["conversations.members"] = [page]
    assert await directory.members("C1") == {"U1"}
    assert len(slack.called("conversations.members")) == 2


async def test_someone_who_just_joined_is_a_member_at_once(slack: Slack, directory: Directory) -> None:
    slack.answers["conversations.members"] = [
        {"ok": True, "members": ["U1"]},
        {"ok": True, "members": ["U1", "U2"]},
    ]
    await directory.members("C1")
    assert await directory.is_member("C1", "U2")


async def test_a_channel_that_can_not_be_seen_asks_for_an_invitation(
    slack: Slack, directory: Directory
) -> None:
    for method in ("conversations.info", "conversations.members"):
        slack.refuses(method, "channel_not_found")
    with pytest.raises(NotFoundError, match="Invite me"):
        await directory.channel("C1")
    with pytest.raises(NotFoundError, match="Invite me"):
        await directory.members("C1")


async def test_a_channel_is_private_where_slack_says_so(slack: Slack, directory: Directory) -> None:
    slack.answers["conversations.info"] = [
        {"ok": True, "channel": {"id": "C1", "name": "secret", "is_private": True, "is_member": True}},
        {"ok": True, "channel": {"id": "D1", "is_im": True}},
    ]
    secret, direct = await directory.channel("C1"), await directory.channel("D1")
    assert (secret.name, secret.is_private, secret.is_dm, secret.has_bot) == ("secret", True, False, True)
    assert direct.is_dm


async def test_admins_and_owners_are_found_on_every_page(slack: Slack, directory: Directory) -> None:
    slack.answers["users.list"] = [
        {"ok": True, "members": [{**ALICE, "is_admin": True}], "response_metadata": {"next_cursor": "a"}},
        {"ok": True, "members": [{**ALICE, "id": "U2", "is_owner": True}, {**ALICE, "id": "U3"}]},
    ]
    assert await directory.admins() == {"U1", "U2"}


async def test_a_large_channels_people_come_in_pages_and_not_one_by_one(
    slack: Slack, directory: Directory, clock: Clock
) -> None:
    users = [f"U{n}" for n in range(300)]
    people = [{**ALICE, "id": user} for user in users]
    slack.answers["users.info"] = [{"ok": True, "user": ALICE}]
    slack.answers["users.list"] = [
        {"ok": True, "members": people[:200], "response_metadata": {"next_cursor": "a"}},
        {"ok": True, "members": people[200:]},
    ]
    for user in users:
        await directory.person(user)
    assert len(slack.called("users.list")) == 2
    assert len(slack.called("users.info")) <= 20
    clock.passes(minutes=4)
    for user in users:
        await directory.person(user)
    assert len(slack.called("users.list")) == 2


async def test_who_left_or_was_forgotten_is_a_former_member_in_text_and_tables() -> None:
    people = Staff({"U1": Person("U1", "Ann <&"), "U2": Person("U2", "former member", is_deleted=True)})
    cells = table(["Who"], [(Mention("U1"),), (Mention("U2"),)], "Who")
    shown = message("<@U1> and <@U2|ben>", [section("by <@U2> for <@U1>"), cells])
    told = await with_names(shown, people)
    assert told.text == "<@U1> and former member"
    assert told.blocks[0]["text"] == section("by former member for <@U1>")["text"]
    assert '"user_id": "U1"' in json.dumps(told.blocks)
    assert '"user_id": "U2"' not in json.dumps(told.blocks)
    for level in range(LEVELS):
        assert "former member" in json.dumps(degrade(told, level).blocks)
    quiet = await with_names(shown, people, may_call=False)
    assert quiet.text == "Ann &lt;&amp; and former member", "a name is text, and calls nobody"
    nobody = message("nobody", [section("nobody")])
    assert await with_names(nobody, people) is nobody


async def test_everybody_of_a_large_workspace_is_listed_once_at_slacks_pace_and_only_where_needed(
    slack: Slack, client: AsyncWebClient, clock: Clock
) -> None:
    async def sleep(seconds: float) -> None:
        clock.passes(seconds=seconds)

    directory = Directory(client, "T1", clock, sleep=sleep)
    pages = [
        {
            "ok": True,
            "members": [{**ALICE, "id": f"U{page}x{n}", "is_admin": n == page == 0} for n in range(1_000)],
            "response_metadata": {"next_cursor": f"p{page}" if page < 19 else ""},
        }
        for page in range(20)
    ]
    slack.answers["users.info"] = [{"ok": True, "user": ALICE}]
    slack.answers["users.list"] = pages
    began = clock()
    admins = await asyncio.gather(directory.admins(), directory.admins())
    assert list(admins) == [frozenset({"U0x0"})] * 2
    assert len(slack.called("users.list")) == 20
    assert timedelta(minutes=1) <= clock() - began < timedelta(minutes=2)
    directory.person_changed("U5x5", is_admin=True)
    directory.person_changed("U0x0", is_admin=False)
    assert await directory.admins() == {"U5x5"}
    assert len(slack.called("users.list")) == 20, "a changed status lists nobody again"
    await asyncio.gather(*(directory.person(f"U{n % 20}x{n // 20}") for n in range(20_000)))
    assert len(slack.called("users.list")) == 20
    assert len(slack.called("users.info")) <= 2


async def test_a_listing_waits_as_slack_asks_and_goes_on(
    slack: Slack, client: AsyncWebClient, clock: Clock
) -> None:
    slack.answers["users.list"] = [
        {"ok": False, "error": "ratelimited", "http": 429},
        {"ok": True, "members": [{**ALICE, "is_owner": True}]},
    ]
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    assert await Directory(client, "T1", clock, sleep=sleep).admins() == {"U1"}
    assert len(waits) == 1


async def test_a_workspace_that_is_forgotten_is_asked_for_again(slack: Slack, directory: Directory) -> None:
    slack.answers["users.info"] = [{"ok": True, "user": ALICE}, {"ok": True, "user": ALICE}]
    await directory.person("U1")
    await directory.person("U1")
    assert len(slack.called("users.info")) == 1
    directory.clear()
    await directory.person("U1")
    assert len(slack.called("users.info")) == 2
