"""The page in headless Chromium: what a bot sends is drawn, and what a person does reaches the bot."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.browser.conftest import showing
from tests.simulator.conftest import Team
from tests.simulator.listening import bolt, over_http
from tests.simulator.test_blocks import button, chart, data_table, plain, section

EVERY_BLOCK: list[dict[str, Any]] = [
    {"type": "header", "text": plain("Leaderboard")},
    section("*bold* _italic_ `code` <https://x.org|a link> &amp; <!date^1780000000^{date_short}|then>"),
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "#12 of 184"}]},
    {"type": "divider"},
    data_table(8, page_size=3),
    chart(2, 5, "Score"),
    {
        "type": "data_visualization",
        "title": "Verdicts",
        "chart": {"type": "pie", "segments": [{"label": "won", "value": 3}, {"label": "lost", "value": 1}]},
    },
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}],
    },
    {"type": "actions", "elements": [button("Assessment", action_id="open", value="7", style="primary")]},
]
MODAL = {
    "type": "modal",
    "callback_id": "reason",
    "title": plain("Why"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture
async def page(browser: Browser, slack: Simulator, team: Team) -> AsyncIterator[Page]:
    async with showing(browser, slack, team.alice, team.papers) as page:
        yield page


async def test_every_block_is_drawn(page: Page, team: Team, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=team.papers, text="fallback", blocks=EVERY_BLOCK)
    await page.get_by_role("heading", name="Leaderboard").wait_for()
    assert await page.get_by_text("can't draw").count() == 0
    assert await page.locator("article svg").count() == 2
    assert await page.locator("article tbody tr").count() == 3
    assert await page.get_by_role("link", name="a link").get_attribute("href") == "https://x.org"


async def test_bars_stand_on_nought_and_a_table_is_sorted_and_filtered(
    page: Page, team: Team, client: AsyncWebClient
) -> None:
    drawn = chart(1, 2)
    drawn["chart"]["type"] = "bar"
    drawn["chart"]["series"][0]["data"][0]["value"] = -7
    head = [{"type": "raw_text", "text": "Paper"}, {"type": "raw_text", "text": "Place"}]
    rows: list[list[dict[str, Any]]] = [head]
    rows += [
        [
            {"type": "raw_text", "text": f"paper {place}"},
            {"type": "raw_number", "value": place, "text": str(place)},
        ]
        for place in range(1, 12)
    ]
    table = {"type": "data_table", "caption": "Board", "rows": rows, "page_size": 5}
    await client.chat_postMessage(channel=team.papers, text="fallback", blocks=[drawn, table])
    await expect(page.locator("article svg line.zero")).to_have_count(1)
    first = page.locator("article tbody tr").first
    await page.get_by_role("button", name="Place").click()
    await page.get_by_role("button", name="Place").click()
    await expect(first).to_contain_text("paper 11")
    await page.get_by_label("Filter Board").fill("paper 7")
    await expect(first).to_contain_text("paper 7")
    await expect(page.locator(".pager")).to_contain_text("1–1 of 1")


async def test_a_button_to_a_message_here_opens_its_thread_and_no_other_page(
    page: Page, team: Team, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=team.papers, text="the vote")
    link = await client.chat_getPermalink(channel=team.papers, message_ts=str(posted["ts"]))
    button = {"type": "button", "action_id": "way", "text": {"type": "plain_text", "text": "Vote"}}
    blocks = [{"type": "actions", "elements": [{**button, "url": link["permalink"]}]}]
    await client.chat_postMessage(channel=team.papers, text="go there", blocks=blocks)
    await page.get_by_role("button", name="Vote", exact=True).click()
    await expect(page.locator("#thread")).to_contain_text("the vote")
    assert len(page.context.pages) == 1


async def test_the_guide_leads_to_the_vote_that_waits_and_is_ticked_once_it_is_over(
    page: Page, slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    root = (await client.chat_postMessage(channel=team.papers, text="the match"))["ts"]
    button = {"type": "button", "action_id": "vote.cast:0", "text": {"type": "plain_text", "text": "A"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in ("waits", "newer")]
    polls = [
        str(
            (
                await client.chat_postMessage(
                    channel=team.papers, text="vote", thread_ts=root,
                    blocks=[block, {"type": "actions", "elements": [button]}],
                )
            )["ts"]
        )
        for block in blocks
    ]  # fmt: skip
    step = {"channel": team.papers, "action": "vote.cast", "ts": polls[0], "user": team.alice}
    slack.guide = [{"label": "Vote", **step}]
    slack.touch()
    await page.get_by_role("button", name="1 Vote").click()
    await expect(page.locator("#replies article.found")).to_contain_text("waits")
    await expect(page.get_by_role("button", name="1 Vote")).to_be_visible()
    await client.chat_update(channel=team.papers, ts=polls[0], text="over", blocks=[])
    await expect(page.get_by_role("button", name="✓ Vote")).to_be_visible()


async def test_the_guides_first_step_shows_the_answer_in_its_thread(
    page: Page, slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    link = "https://arxiv.org/abs/1706.03762"
    slack.guide = [{"label": "Paste", "channel": team.papers, "text": link}]
    slack.touch()
    await page.get_by_role("button", name="1 Paste").click()
    await expect(page.locator("#messages")).to_contain_text(link)
    await expect(page.locator("#thread")).to_be_hidden()
    posted = slack.history(team.papers)[-1]["ts"]
    await client.chat_postMessage(channel=team.papers, text="the card", thread_ts=posted)
    await expect(page.locator("#replies")).to_contain_text("the card")
    await page.reload()
    await expect(page.locator("#replies"), "the page loaded anew shows the same").to_contain_text("the card")
    await page.locator("#thread-close").click()
    await client.chat_postMessage(channel=team.papers, text="more", thread_ts=posted)
    await expect(page.locator("#messages")).to_contain_text("2 replies")
    await expect(page.locator("#thread")).to_be_hidden()


async def test_a_page_whose_workspace_is_started_again_forgets_what_it_showed(
    page: Page, slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=team.papers, text="of the first run")
    await expect(page.locator("#messages")).to_contain_text("of the first run")
    await page.evaluate("window.old = true; document.querySelector('#problem').textContent = 'left over'")
    slack.run = "another"
    slack.touch()
    await expect(page.locator("#problem")).to_have_text("")
    assert not await page.evaluate("window.old ?? false")


async def test_a_person_posts_presses_a_button_and_answers_the_modal(
    page: Page, slack: Simulator, team: Team
) -> None:
    app = bolt(slack)
    heard: list[str] = []

    @app.event("message")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text="card", blocks=EVERY_BLOCK[-1:], thread_ts=event["ts"])

    @app.action("open")
    async def opened(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("reason")
    async def submitted(ack: Any, view: dict[str, Any], client: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(view["state"]["values"]["why"]["text"]["value"])
        await client.chat_postEphemeral(channel=team.papers, user=body["user"]["id"], text="thank you")

    async with over_http(slack, app):
        await page.fill("#composer-text", "https://arxiv.org/abs/1706.03762")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="1 reply").click()
        await page.locator("#thread").get_by_role("button", name="Assessment").click()
        await page.locator("#modal textarea, #modal input").fill("because")
        await page.locator("#modal").get_by_role("button", name="Send").click()
        await page.get_by_text("thank you").wait_for()
    assert heard == ["because"]
    await expect(page.locator("#modal")).to_be_hidden()


async def test_a_command_is_completed_and_its_answer_seen_by_one_person(
    page: Page, slack: Simulator, team: Team
) -> None:
    app = bolt(slack)
    slack.commands["/rank"] = "[paper | vs A | B]"

    @app.command("/rank")
    async def rank(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"you asked for {command['text']}")

    async with over_http(slack, app):
        await slack.post(team.bob, team.papers, "hello")
        await page.get_by_text("hello").wait_for()
        await page.locator("#composer-text").press_sequentially("/ra")
        await page.keyboard.press("Tab")
        await page.locator("#composer-text").press_sequentially("attention")
        await page.keyboard.press("Enter")
        await page.get_by_text("you asked for attention").wait_for()
        await page.select_option("#user", team.bob)
        await page.get_by_text("you asked for attention").wait_for(state="detached")
    assert await page.get_by_text("hello").count() == 1
