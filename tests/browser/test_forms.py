"""The page in headless Chromium: forms of every kind, App Home, the clock and the drawer of requests."""

from typing import Any

from playwright.async_api import Page
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.browser.test_page import page
from tests.simulator.conftest import Clock, Team
from tests.simulator.listening import bolt, over_http
from tests.simulator.test_blocks import menu, plain, section

__all__ = ["page"]


def field(block_id: str, element: dict[str, Any]) -> dict[str, Any]:
    shown = {"action_id": block_id, **element}
    return {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": plain(block_id),
        "element": shown,
    }


def form(user: str) -> dict[str, Any]:
    options = menu(3, "choice")["options"]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Every input"),
        "submit": plain("Send"),
        "blocks": [
            field("words", {"type": "plain_text_input", "multiline": True, "initial_value": "start"}),
            field("number", {"type": "number_input", "is_decimal_allowed": False}),
            field("day", {"type": "datepicker", "initial_date": "2026-06-01"}),
            field("hour", {"type": "timepicker", "initial_time": "07:00"}),
            field("one", {"type": "static_select", "options": options}),
            field(
                "many", {"type": "multi_static_select", "options": options, "initial_options": options[:2]}
            ),
            field("boxes", {"type": "checkboxes", "options": options}),
            field("radio", {"type": "radio_buttons", "options": options, "initial_option": options[1]}),
            field("who", {"type": "users_select", "initial_user": user}),
        ],
    }


async def test_every_kind_of_input_says_what_was_entered(page: Page, slack: Simulator, team: Team) -> None:
    app = bolt(slack)
    entered: dict[str, Any] = {}

    @app.view("form")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        entered.update({block: values[block] for block, values in view["state"]["values"].items()})
        await ack()

    async with over_http(slack, app):
        reply = await slack.command(team.alice, team.papers, "/form")
        await app.client.views_open(trigger_id=reply.trigger_id, view=form(team.bob))
        await page.locator("[data-block=number] input").fill("12")
        await page.locator("[data-block=one] select").select_option("v2")
        await page.locator("[data-block=boxes] input").nth(0).check()
        await page.locator("#modal").get_by_role("button", name="Send").click()
        await page.locator("#modal").wait_for(state="hidden")
    assert entered["words"]["value"] == "start"
    assert entered["number"]["value"] == "12"
    assert (entered["day"]["selected_date"], entered["hour"]["selected_time"]) == ("2026-06-01", "07:00")
    assert entered["one"]["selected_option"]["value"] == "v2"
    assert [option["value"] for option in entered["many"]["selected_options"]] == ["v0", "v1"]
    assert [option["value"] for option in entered["boxes"]["selected_options"]] == ["v0"]
    assert entered["radio"]["selected_option"]["value"] == "v1"
    assert entered["who"]["selected_user"] == team.bob


async def test_the_home_the_clock_and_the_requests_are_at_hand(
    page: Page, slack: Simulator, team: Team, clock: Clock, client: AsyncWebClient
) -> None:
    async def move(to: float) -> None:
        clock.now = to

    slack.on_move_clock = move
    before = clock.now
    await client.views_publish(user_id=team.alice, view={"type": "home", "blocks": [section("your papers")]})
    await page.get_by_role("button", name="paperbout").click()
    await page.get_by_text("your papers").wait_for()
    assert "May 28, 2026" in await page.locator("#clock").inner_text()
    await page.get_by_role("button", name="+1 day").click()
    await page.get_by_text("May 29, 2026").wait_for()
    assert clock.now == before + 86400
    await page.get_by_role("button", name="Requests").click()
    await page.get_by_text("views.publish").click()
    await page.locator("#drawer details[open] pre").last.wait_for()
