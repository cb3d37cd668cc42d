"""Every limit of Slack's, at it and past it."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import LIMITS, Refusal, Simulator
from handlers.demo.slack.checks.surfaces import check_message, check_view
from tests.independent import message_faults
from tests.simulator.conftest import Team


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def menu(count: int, text: str = "x", value: str = "v") -> dict[str, Any]:
    options = [{"text": plain(text), "value": f"{value}{number}"[:200]} for number in range(count)]
    return {"type": "static_select", "action_id": "menu", "options": options}


def data_table(rows: int, columns: int = 2, text: str = "x", **more: Any) -> dict[str, Any]:
    cell = {"type": "raw_text", "text": text}
    return {"type": "data_table", "caption": "Ranks", "rows": [[cell] * columns for _ in range(rows)], **more}


def table(rows: int, columns: int = 2) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]}


def chart(series: int = 1, points: int = 3, title: str = "t", name: str = "s") -> dict[str, Any]:
    labels = [str(number) for number in range(points)]
    points_of = [{"label": label, "value": 1.5} for label in labels]
    lines = [{"name": f"{name[:-1]}{number}", "data": points_of} for number in range(series)]
    drawn = {"type": "line", "series": lines, "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": title, "chart": drawn}


def with_chart(**drawn: Any) -> dict[str, Any]:
    return chart() | {"chart": chart()["chart"] | drawn}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


TAKEN: list[list[dict[str, Any]]] = [
    [section("x" * 3000)],
    [section()] * 50,
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(*(button(action_id=f"a{number}") for number in range(25)))],
    [actions(button("x" * 75, value="x" * 2000, action_id="x" * 255))],
    [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 10}],
    [{**section(), "accessory": menu(100, "x" * 75)}],
    [data_table(101, page_size=100)],
    [table(100, 20)],
    [chart(6, 20, "x" * 50, "x" * 20)] * 2,
    [{"type": "divider"}, {"type": "image", "image_url": "https://x.org/a.png", "alt_text": "a"}],
    [{"type": "markdown", "text": "x" * 12_000}],
    [rich({"type": "link", "url": "https://x.org", "text": "x", "style": {"bold": True}})],
    [{"type": "rich_text", "elements": [{**rich()["elements"][0], "type": "rich_text_quote"}]}],
    [actions({**menu(3), "initial_option": menu(3)["options"][2]}, {"type": "timepicker"})],
]

REFUSED: list[tuple[list[dict[str, Any]], str]] = [
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters"),
    ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "section"}], "missing required field"),
    ([{"type": "section", "text": {"type": "markdown", "text": "x"}}], "must be one of: plain_text, mrkdwn"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be one of: plain_text"),
    ([actions(*(button(action_id=f"a{number}") for number in range(26)))], "no more than 25 items"),
    ([actions(button("x" * 76))], "must be less than 76"),
    ([actions(button(value="x" * 2001))], "must be less than 2001"),
    ([actions(button(action_id="x" * 256))], "must be less than 256"),
    ([actions(button(style="blue"))], "must be one of: primary, danger"),
    ([actions(button(action_id="a"), button(action_id="a"))], "duplicate action_id: a"),
    ([actions()], "no fewer than 1 items"),
    ([{**section(), "block_id": "b"}, {**section(), "block_id": "b"}], "duplicate block_id: b"),
    ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}], "no more than 10 items"),
    ([{**section(), "accessory": menu(101)}], "no more than 100 items"),
    ([{**section(), "accessory": menu(1, "x" * 76)}], "must be less than 76"),
    ([{**section(), "accessory": menu(1, value="v" * 151)}], "must be less than 151"),
    (
        [{**section(), "accessory": {"type": "overflow", "options": menu(6)["options"]}}],
        "no more than 5 items",
    ),
    ([{"type": "picture"}], "unsupported type: picture"),
    ([{**section(), "color": "red"}], "no more properties allowed, found: color"),
    (
        [{"type": "image", "image_url": "https://x.org/a.png"}],
        "must be a string [json-pointer:/blocks/0/alt_text]",
    ),
    ([data_table(1)], "no fewer than 2 items"),
    ([data_table(102)], "no more than 101 items"),
    ([data_table(2, 21)], "no more than 20 items"),
    ([data_table(2, page_size=101)], "must be between 1 and 100"),
    ([data_table(2, caption="")], "missing required field: caption"),
    ([data_table(3, text="x" * 2000)], "must be less than 10001 characters across all cells"),
    ([data_table(3, text="x" * 1000)] * 2, "must be less than 10001 characters across all tables"),
    ([table(101)], "no more than 100 items"),
    ([table(1), table(1)], "only_one_table_allowed"),
    ([chart(7)], "no more than 6 items"),
    ([chart(points=21)], "no more than 20 items"),
    ([chart(title="x" * 51)], "must be less than 51"),
    ([chart(name="x" * 21)], "must be less than 21"),
    ([with_chart(series=[chart()["chart"]["series"][0]] * 2)], "must be distinct: 0"),
    ([with_chart(axis_config={"categories": ["0", "1", "2", "2"]})], "must be distinct: 2"),
    ([with_chart(axis_config={"categories": ["0", "1", "2", "3"]})], "must have a point for every category"),
    ([chart()] * 3, "no more than 2 data_visualization blocks"),
    ([{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}], "must be one of: rich_text_list"),
    ([rich({"type": "link", "url": "javascript:x"})], "must be a valid URL"),
    ([rich({"type": "user"})], "missing required field: user_id"),
    ([rich({"type": "marquee", "text": "x"})], "must be one of: broadcast"),
    ([rich({"type": "text", "text": "x", "style": {"big": True}})], "found: big"),
    ([{**table(1), "rows": [[{"type": "raw_number", "value": 1}]]}], "must be one of: raw_text, rich_text"),
    ([{**table(1), "column_settings": [{"align": "middle"}]}], "must be one of: left, center, right"),
    ([actions({"type": "datepicker", "initial_date": "1 June"})], "does not match the format"),
    ([actions({"type": "timepicker", "initial_time": "24:00"})], "does not match the format"),
    ([actions({"type": "datetimepicker", "initial_date_time": 1})], "must be an integer of 10 digits"),
    ([actions({"type": "users_select", "initial_users": ["U1"]})], "found: initial_users"),
    ([actions({**menu(2), "initial_option": menu(3)["options"][2]})], "must be one of the provided options"),
    ([actions(*({"type": "datepicker", "focus_on_load": True} for _ in range(2)))], "only one element may"),
    ([{**section(), "accessory": button(confirm={"title": plain("?")})}], "must be an object"),
]


@pytest.mark.parametrize("blocks", TAKEN)
def test_blocks_at_the_limit_are_taken_here_and_by_others(blocks: list[dict[str, Any]]) -> None:
    check_message(blocks)
    assert message_faults(blocks) == []


@pytest.mark.parametrize(("blocks", "reason"), REFUSED)
def test_blocks_past_a_limit_are_refused_with_the_reason(blocks: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_message(blocks)
    assert caught.value.error == "invalid_blocks"
    assert reason in "\n".join(caught.value.more["response_metadata"]["messages"])


def test_all_blocks_of_a_message_together_have_a_limit() -> None:
    with pytest.raises(Refusal, match="msg_blocks_too_long"):
        check_message([section("x" * 2700)] * 5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001"),
        ({"blocks": [section()] * 101}, "no more than 100 items"),
        ({"blocks": [table(2)]}, "unsupported type: table"),
        ({"blocks": [data_table(2)]}, "unsupported type: data_table"),
        ({"callback_id": "x" * 256}, "must be less than 256"),
        ({"type": "home"}, "must be modal"),
        (
            {"blocks": [{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}]},
            "a submit is required",
        ),
    ],
)
def test_views_past_a_limit_are_refused_with_the_reason(change: dict[str, Any], reason: str) -> None:
    view = {"type": "modal", "title": plain("Title"), "blocks": [section()]}
    check_view(view, "modal")
    with pytest.raises(Refusal) as caught:
        check_view(view | change, "modal")
    assert caught.value.error == "invalid_arguments"
    assert reason in "\n".join(caught.value.more["response_metadata"]["messages"])


async def test_the_client_hears_the_reason(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=team.papers, text="x", blocks=[section("x" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert "must be less than 3001" in caught.value.response["response_metadata"]["messages"][0]
    assert slack.history(team.papers) == []


async def test_a_workspace_may_lack_a_block(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    slack.faults.unknown_block("data_table")
    with pytest.raises(SlackApiError, match="unsupported type: data_table"):
        await client.chat_postMessage(channel=team.papers, text="x", blocks=[data_table(2)])
    await client.chat_postMessage(channel=team.papers, text="x", blocks=[table(2)])


async def test_what_breaks_limits_or_advice_is_held_against_the_bot(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    said = await client.chat_postMessage(
        channel=team.papers, text="x", blocks=[{**section(), "block_id": "b"}]
    )
    await client.chat_update(channel=team.papers, ts=said["ts"], text="x", blocks=[section("new")])
    slack.faults.unknown_block("data_table")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=team.papers, text="x", blocks=[data_table(2)])
    with pytest.raises(SlackApiError):
        await client.conversations_info(channel="C404")
    assert slack.complaints == []
    said = await client.chat_postMessage(
        channel=team.papers, text="x", blocks=[{**section(), "block_id": "b"}]
    )
    changed = [{**section("new"), "block_id": "b"}]
    await client.chat_update(channel=team.papers, ts=said["ts"], text="x", blocks=changed)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=team.papers, text="x", blocks=[section("x" * 3001)])
    with pytest.raises(SlackApiError):
        await client.views_publish(user_id=team.alice, view={"type": "home", "blocks": [table(2)]})
    with pytest.warns(UserWarning, match="text"):
        await client.chat_postEphemeral(channel=team.papers, user=team.alice, blocks=[section()])
    await client.chat_postMessage(channel=team.papers, text="by <!date^1768212000^{date}^1 Jan>")
    await client.chat_postMessage(channel=team.papers, text="by <!date^1768212000^{date}|1 Jan>")
    kept, long, view, silent, date = slack.complaints
    assert "keeps its block_id" in kept
    assert "3001" in long
    assert "unsupported type: table" in view
    assert "without text" in silent
    assert "without a fallback: <!date^1768212000^{date}^1 Jan>" in date


@pytest.mark.parametrize(
    ("preview", "error"),
    [
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section()] * 51}, "invalid_blocks"),
        ({"color": "red"}, "invalid_unfurls_format"),
    ],
)
async def test_an_unfurl_keeps_the_limits_too(
    slack: Simulator, team: Team, client: AsyncWebClient, preview: dict[str, Any], error: str
) -> None:
    url = "https://arxiv.org/abs/1706.03762"
    ts = await slack.post(team.alice, team.papers, url)
    with pytest.raises(SlackApiError, match=error):
        await client.chat_unfurl(channel=team.papers, ts=ts, unfurls={url: preview})
    assert len(slack.complaints) == 1


def test_the_limits_are_slacks() -> None:
    assert (LIMITS["message.blocks"], LIMITS["view.blocks"], LIMITS["view.stack"]) == (50, 100, 3)
