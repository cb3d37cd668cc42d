"""Every shape of message: typed, forwarded, edited, unfurled, dropped, of other apps, and not sent yet."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Team
from tests.simulator.test_kinds import events
from tests.simulator.test_messages import refused

LINK = "https://arxiv.org/abs/1706.03762"
SHARED = Path(__file__).parents[2].parent / "shared" / "cases"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Attention"}}
BUTTON = {"type": "button", "action_id": "why", "text": {"type": "plain_text", "text": "Why?"}, "value": "7"}


async def test_what_people_type_comes_as_rich_text_too(slack: Simulator, team: Team) -> None:
    await slack.post(team.alice, team.papers, f"<@{team.bob}> see {LINK} & more")
    (event,) = events(slack, "message")
    (block,) = event["blocks"]
    assert block["elements"][0]["elements"] == [
        {"type": "user", "user_id": team.bob},
        {"type": "text", "text": " see "},
        {"type": "link", "url": LINK},
        {"type": "text", "text": " & more"},
    ]


def shape(value: Any) -> Any:
    """The keys of nested objects."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


async def test_a_forward_carries_its_message_in_an_attachment(slack: Simulator, team: Team) -> None:
    other = slack.add_channel("other", members=[team.alice])
    ts = await slack.post(team.alice, team.papers, f"worth reading {LINK}")
    await slack.forward(team.alice, other, team.papers, ts)
    forwarded = events(slack, "message")[-1]
    (attachment,) = forwarded["attachments"]
    assert (forwarded["text"], attachment["is_share"]) == ("", True)
    assert LINK in json.dumps(attachment["message_blocks"])
    if not SHARED.exists():
        pytest.skip("the recorded cases aren't here")
    recorded = json.loads((SHARED / "forwarded.json").read_text())["attachments"][0]
    assert set(recorded) <= set(attachment)
    ours = shape(attachment["message_blocks"][0])
    assert {key: ours[key] for key in ("team", "channel", "ts")} == {
        "team": None,
        "channel": None,
        "ts": None,
    }
    assert "blocks" in ours["message"]


async def test_an_edit_says_so_and_calls_whom_it_mentions_again(slack: Simulator, team: Team) -> None:
    words = f"<@{slack.bot_user}> tournament start 1 match"
    ts = await slack.post(team.alice, team.papers, words)
    await slack.edit(team.alice, team.papers, ts, words + ".")
    first, second = events(slack, "app_mention")
    assert ("edited" in first, second["edited"]["user"], second["ts"]) == (False, team.alice, ts)
    changed = events(slack, "message")[-1]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["edited"] == second["edited"]
    assert changed["previous_message"]["text"] == words
    assert changed["message"]["blocks"] != changed["previous_message"]["blocks"]


async def test_slacks_own_preview_is_a_change_but_no_edit(slack: Simulator, team: Team) -> None:
    ts = await slack.post(team.alice, team.papers, LINK)
    await slack.unfurl_by_slack(team.papers, ts, "Attention Is All You Need")
    changed = events(slack, "message")[-1]
    assert "edited" not in changed["message"]
    assert changed["message"]["attachments"][0]["title_link"] == LINK


async def test_links_in_the_composer_are_heard_and_unfurled_by_their_id(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.unfurl_domains.add("arxiv.org")
    unfurl_id = await slack.compose(team.alice, team.papers, LINK)
    (event,) = events(slack, "link_shared")
    assert (event["channel"], event["source"], event["unfurl_id"]) == ("COMPOSER", "composer", unfurl_id)
    unfurls = {LINK: {"blocks": [SECTION]}}
    wrong = await refused(client.chat_unfurl(channel="COMPOSER", ts=event["message_ts"], unfurls=unfurls))
    assert wrong["error"] == "cannot_find_channel"
    await client.chat_unfurl(unfurl_id=unfurl_id, source="composer", unfurls=unfurls)
    assert slack.world.composing[unfurl_id]["attachments"][0]["from_url"] == LINK


async def test_links_are_heard_where_the_bot_isnt_too_and_say_so(slack: Simulator, team: Team) -> None:
    slack.unfurl_domains.add("arxiv.org")
    elsewhere = slack.add_channel("elsewhere", members=[team.alice], with_bot=False)
    await slack.post(team.alice, elsewhere, LINK)
    (event,) = events(slack, "link_shared")
    assert event["is_bot_user_member"] is False
    assert events(slack, "message") == []


async def test_a_button_below_a_link_hangs_on_its_attachment(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    ts = await slack.post(team.alice, team.papers, LINK)
    unfurls = {LINK: {"blocks": [SECTION, {"type": "actions", "elements": [BUTTON]}]}}
    await client.chat_unfurl(channel=team.papers, ts=ts, unfurls=unfurls)
    await slack.click(team.bob, slack.message(team.papers, ts), "why")
    payload = slack.delivered[-1].payload
    container = payload["container"]
    assert (container["type"], container["attachment_id"]) == ("message_attachment", 1)
    assert (container["app_unfurl_url"], payload["app_unfurl"]["from_url"]) == (LINK, LINK)
    assert payload["message"]["user"] == team.alice


async def test_other_apps_workflows_and_slackbot_speak_as_they_do(slack: Simulator, team: Team) -> None:
    attachment = {"id": 1, "title": "Attention", "title_link": LINK, "fallback": "Attention"}
    await slack.post_as_app("rss", team.papers, attachments=[attachment])
    await slack.post_as_workflow("weekly", team.papers, LINK)
    await slack.post_as_slackbot(team.papers, LINK)
    feed, workflow, slackbot = events(slack, "message")
    assert (feed["subtype"], feed["text"], "user" in feed) == ("bot_message", "", False)
    assert workflow["bot_profile"]["is_workflow_bot"]
    assert slackbot["user"] == "USLACKBOT"
    if SHARED.exists():
        recorded = json.loads((SHARED / "app_message.json").read_text())
        assert set(recorded) <= set(feed)


async def test_a_dropped_file_is_read_with_the_bots_token_only(slack: Simulator, team: Team) -> None:
    await slack.share_file(team.alice, team.papers, "papers.bib", b"@article{a}")
    (file,) = events(slack, "message")[-1]["files"]
    async with httpx.AsyncClient(trust_env=False) as http:
        stranger = await http.get(file["url_private_download"])
        owner = await http.get(
            file["url_private_download"], headers={"authorization": f"Bearer {slack.bot_token}"}
        )
    assert "Sign in" in stranger.text
    assert owner.content == b"@article{a}"


async def test_feedback_says_which_of_its_two_buttons(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    def side(word: str) -> dict[str, Any]:
        return {"text": {"type": "plain_text", "text": word}, "value": word.lower()}

    element = {
        "type": "feedback_buttons",
        "action_id": "fb",
        "positive_button": side("Good"),
        "negative_button": side("Bad"),
    }
    block = {"type": "context_actions", "elements": [element]}
    await client.chat_postMessage(channel=team.papers, text="verdict", blocks=[block])
    await slack.click(team.alice, slack.history(team.papers)[0], "fb", selected="Bad")
    (action,) = slack.delivered[-1].payload["actions"]
    assert (action["type"], action["value"]) == ("feedback_buttons", "bad")
    view = {"type": "modal", "title": {"type": "plain_text", "text": "No"}, "blocks": [block]}
    trigger = slack.world.new_trigger(team.alice)
    assert (await refused(client.views_open(trigger_id=trigger, view=view)))["error"] == "invalid_arguments"


async def test_an_agent_shows_a_status_until_it_answers(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    dm = slack.dm(team.alice)
    await slack.open_home(team.alice, "messages", looking_at=team.papers)
    (opened,) = events(slack, "app_home_opened")
    assert opened["context"]["entities"][0]["value"] == team.papers
    await slack.look_at(team.alice, team.papers)
    assert len(events(slack, "app_context_changed")) == 1
    ts = await slack.post(team.alice, dm, "what is new?")
    await client.assistant_threads_setStatus(channel_id=dm, thread_ts=ts, status="is reading …")
    assert slack.world.statuses == {(dm, ts): "is reading …"}
    await client.chat_postMessage(channel=dm, thread_ts=ts, text="Three papers.")
    assert slack.world.statuses == {}
    prompts = [{"title": "New", "message": "What is new?"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=dm, thread_ts=ts, prompts=prompts)
    assert dm not in slack.world.prompts, "an agent that names a thread sets nothing, and isn't told"
    await client.api_call(
        "assistant.threads.setSuggestedPrompts", json={"channel_id": dm, "prompts": prompts}
    )
    assert slack.world.prompts[dm] == prompts


async def test_a_method_can_be_held_while_others_answer(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    with slack.faults.hold("users.info"):
        asked = asyncio.create_task(client.users_info(user=team.alice))
        await client.auth_test()
        await slack.until(lambda: slack.api.in_flight == 1)
        assert not asked.done()
    assert (await asked)["user"]["id"] == team.alice


TITLE = {"type": "plain_text", "text": "Title"}


@pytest.mark.parametrize(
    ("name", "given", "error", "pointer"),
    [
        ("blocks", [{**SECTION, "text": {"type": "html"}}], "invalid_blocks", "/0/text/type"),
        ("message", {"blocks": [{"type": "hologram"}]}, "invalid_message", "/blocks/0/type"),
        (
            "view",
            {"type": "modal", "title": TITLE, "blocks": [{"type": "x"}]},
            "invalid_view",
            "/blocks/0/type",
        ),
    ],
)
async def test_blocks_are_validated_without_a_token(
    slack: Simulator, name: str, given: Any, error: str, pointer: str
) -> None:
    nobody = AsyncWebClient(base_url=slack.url)
    answer = await refused(nobody.api_call("blocks.validate", data={name: json.dumps(given)}))
    assert (answer["error"], answer["errors"][0]["pointer"]) == (error, pointer)
    assert {"code", "message", "constraint"} <= answer["errors"][0].keys()
    assert (await nobody.api_call("blocks.validate", data={"blocks": json.dumps([SECTION])}))["ok"]
    both = await refused(nobody.api_call("blocks.validate", data={"blocks": "[]", "message": "{}"}))
    assert both["error"] == "invalid_arguments"
