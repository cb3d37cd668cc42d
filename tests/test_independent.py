"""The independent checkers bite: each limit, just passed, is told by at least one library that isn't ours."""

from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.checks.problems import Problems
from tests.independent import message_faults, view_faults

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Attention", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Challenge", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "a", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(options: int, text: str = "one", value: str = "v") -> Json:
    entries = [{"text": plain(text), "value": f"{value}{number}"} for number in range(options)]
    return {"type": "static_select", "action_id": "m", "placeholder": plain("Choose"), "options": entries}


def table(rows: int, caption: str = "Board", cell: str = "x") -> Json:
    cells = [[{"type": "raw_text", "text": cell}] for _ in range(rows)]
    return {"type": "data_table", "caption": caption, "rows": cells}


def chart(title: str = "History", points: int = 2, series: int = 1, **more: Any) -> Json:
    labels = [f"day {number}" for number in range(points)]
    one = [{"label": label, "value": 1} for label in labels]
    drawn = [{"name": f"s{number}", "data": one} for number in range(series)]
    axes = {"axis_config": {"categories": labels}}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": "line", "series": drawn, **axes, **more},
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Settings"), "blocks": list(blocks), **more}


def question(element: Json, label: str = "Cap") -> Json:
    return {"type": "input", "label": plain(label), "element": element}


GOOD: dict[str, list[Json]] = {
    "section": [section("x" * 3_000)],
    "header": [{"type": "header", "text": plain("x" * 150)}],
    "buttons": [actions(*(button(action_id=f"a{n}", value="v" * 2_000) for n in range(25)))],
    "menu": [actions(menu(100))],
    "data table": [table(101)],
    "chart": [chart("x" * 50, 20, 6), chart()],
    "fifty": [section()] * 50,
}
BAD: dict[str, list[Json]] = {
    "a section of 3,001 characters": [section("x" * 3_001)],
    "an empty section": [section("")],
    "a header of 151": [{"type": "header", "text": plain("x" * 151)}],
    "eleven fields": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
    "a field of 2,001": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2_001}]}],
    "eleven texts in small print": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
    "26 elements in a row": [actions(*(button(action_id=f"a{n}") for n in range(26)))],
    "a button of 76": [actions(button("x" * 76))],
    "a value of 2,001": [actions(button(value="x" * 2_001))],
    "a style that isn't": [actions(button(style="green"))],
    "an action id of 256": [actions(button(action_id="x" * 256))],
    "a list of 101 options": [actions(menu(101))],
    "an option of 76": [actions(menu(1, text="x" * 76))],
    "an option's value of 151": [actions(menu(1, value="v" * 150))],
    "six in the … menu": [section(accessory={**menu(6), "type": "overflow"})],
    "a question of 301": [
        actions(
            button(
                confirm={
                    "title": plain("t"),
                    "text": plain("x" * 301),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                }
            )
        )
    ],
    "51 blocks": [section()] * 51,
    "a block id twice": [section(block_id="b"), section("other", block_id="b")],
    "a block id of 256": [section(block_id="b" * 256)],
    "an action id twice in a row": [actions(button(), button("Other"))],
    "a block nobody knows": [{"type": "hologram"}],
    "a key nobody knows": [section(colour="red")],
    "an input that nobody knows": [question({"type": "slider", "action_id": "a"})],
    "a table of 202 rows": [table(202)],
    "a table without a caption": [table(3, caption="")],
    "an empty cell": [table(3, cell="")],
    "a table of 20,001 characters": [table(3, cell="x" * 7_000)],
    "a chart's title of 51": [chart("x" * 51)],
    "a chart of 21 points": [chart(points=21)],
    "a chart whose series lack a point": [chart(axis_config={"categories": ["day 0", "day 1", "day 2"]})],
    "three charts": [chart(), chart(), chart()],
}
BAD_VIEWS: dict[str, Json] = {
    "101 blocks": modal(*([section()] * 101)),
    "a title of 25": modal(section(), title=plain("x" * 25)),
    "a submit of 25": modal(section(), submit=plain("x" * 25)),
    "3,001 characters carried": modal(section(), private_metadata="x" * 3_001),
    "an input without submit": modal(question({"type": "plain_text_input", "action_id": "a"})),
    "a label of 2,001": modal(
        question({"type": "plain_text_input", "action_id": "a"}, "x" * 2_001), submit=plain("Save")
    ),
    "a table in a modal": modal(table(3)),
    "a home with a submit": {"type": "home", "blocks": [section()], "submit": plain("Save")},
    "a home of 101 blocks": {"type": "home", "blocks": [section()] * 101},
}


@pytest.mark.parametrize("found", GOOD.values(), ids=GOOD.keys())
def test_what_is_at_a_limit_passes(found: list[Json]) -> None:
    assert message_faults(found) == []


@pytest.mark.parametrize("found", BAD.values(), ids=BAD.keys())
def test_a_message_over_a_limit_is_told(found: list[Json]) -> None:
    assert message_faults(found)


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_a_view_over_a_limit_is_told(view: Json) -> None:
    assert view_faults(view)


def test_a_view_at_its_limits_passes() -> None:
    assert view_faults(modal(*([section()] * 100), title=plain("x" * 24), private_metadata="x" * 3_000)) == []


@pytest.fixture
def lax(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that takes everything."""
    monkeypatch.setattr(surfaces, "message_problems", lambda _blocks, _unknown: Problems())
    monkeypatch.setattr(surfaces, "view_problems", lambda _view, _kind, _unknown: Problems())


TOO_LONG = [section("x" * 3_001)]


@pytest.mark.usefixtures("lax")
async def test_whatever_way_a_message_takes_its_test_fails_by_it(
    within_limits_as_others_know_them: list[str],
) -> None:
    told = within_limits_as_others_know_them
    async with Simulator(message_seconds=0) as slack:
        alice = slack.add_user("Alice")
        papers = slack.add_channel("papers", members=[alice])
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.url)
        link = "https://arxiv.org/abs/1706.03762"
        posted = await slack.post(alice, papers, link)
        reply = await slack.command(alice, papers, "/rank")

        async def answers(**body: object) -> None:
            async with httpx.AsyncClient(trust_env=False) as http:
                await http.post(reply.response_url, json=body)

        async def told_of(call: Awaitable[object]) -> bool:
            await call
            found = any("3000" in fault for fault in told)
            told.clear()
            return found

        more: Json = {"channel": papers, "text": "x", "blocks": TOO_LONG}
        own = await client.chat_postMessage(channel=papers, text="x")
        assert await told_of(client.chat_postMessage(**more))
        assert await told_of(client.chat_update(ts=own["ts"], **more))
        assert await told_of(client.chat_postEphemeral(user=alice, **more))
        assert await told_of(
            client.chat_unfurl(channel=papers, ts=posted, unfurls={link: {"blocks": TOO_LONG}})
        )
        assert await told_of(answers(text="x", blocks=TOO_LONG))
        home = {"type": "home", "blocks": TOO_LONG}
        assert await told_of(client.views_publish(user_id=alice, view=home))
        trigger = slack.world.new_trigger(alice)
        opened = await client.views_open(trigger_id=trigger, view=modal(section()))
        assert told == []
        long = modal(*TOO_LONG)
        assert await told_of(client.views_update(view_id=opened["view"]["id"], view=long))
        pushing = slack.world.new_trigger(alice, opened["view"]["id"])
        assert await told_of(client.views_push(trigger_id=pushing, view=long))
