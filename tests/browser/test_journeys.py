"""What a team does with the bot, done on the page by clicking and typing, with the whole program behind it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from handlers.demo.day import furnish
from handlers.demo.papers import PAPERS
from tests.browser.conftest import picture, showing
from tests.slack.conftest import ATTENTION, FOUR, START, Group, a_group

CARD = "#replies article"


class Reader:
    """One person at the page of a group; `becomes` makes them another."""

    def __init__(self, page: Page, group: Group) -> None:
        self.page = page
        self.group = group

    async def says(self, text: str) -> None:
        """Type into the message box and send it."""
        await self.page.locator("#composer-text").fill(text)
        await self.page.keyboard.press("Enter")

    async def becomes(self, name: str) -> None:
        """Be somebody else."""
        await self.page.select_option("#user", self.group.people[name].id)
        await self.page.locator(f"body[data-user={self.group.people[name].id}]").wait_for()

    async def opens_thread_of(self, text: str) -> None:
        """Open the thread under the last message of the channel that says so."""
        message = self.page.locator("#messages article", has_text=text).last
        await message.locator("button.replies").click()

    async def answer(self, text: str) -> Locator:
        """The last message in the channel that says so, once it is there."""
        found = self.page.locator("#messages article", has_text=text).last
        await found.wait_for()
        return found

    async def keeps(self, name: str) -> None:
        """Keep a picture of what is seen now."""
        await picture(self.page, name)


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with a_group(tmp_path) as made:
        furnish(made.slack, made.app, made.time)
        yield made


@pytest.fixture
async def alice(group: Group, browser: Browser) -> AsyncIterator[Reader]:
    async with showing(browser, group.slack, group.people["alice"].id, group.channel) as page:
        yield Reader(page, group)


@pytest.fixture
async def on_a_phone(group: Group, browser: Browser) -> AsyncIterator[Reader]:
    alice = group.people["alice"].id
    async with showing(browser, group.slack, alice, group.channel, narrow=True) as page:
        yield Reader(page, group)


async def played(group: Group, papers: int = 4, matches: int = 6) -> None:
    links = [f"https://arxiv.org/abs/{paper.arxiv}" for paper in PAPERS[:papers]]
    await group.people["bob"].posts(" ".join(links))
    await group.people["bob"].runs(f"/rank tournament start {matches} matches")
    await group.until(lambda: bool(group.messages("match.challenge")))


async def test_a_pasted_link_becomes_a_card_that_opens_the_assessment(alice: Reader) -> None:
    await alice.says(f"Worth reading: {ATTENTION}")
    await alice.opens_thread_of("Worth reading")
    card = alice.page.locator(CARD).last
    await expect(card).to_contain_text("Attention Is All You Need")
    await expect(card).to_contain_text("irst matches")
    await expect(card).to_contain_text("Rubric")
    await alice.keeps("journey-card")
    await card.get_by_role("button", name="Assessment").click()
    await expect(alice.page.locator("#modal")).to_contain_text("Attention Is All You Need")
    await alice.keeps("journey-assessment")
    await alice.page.keyboard.press("Escape")
    await expect(alice.page.locator("#modal")).to_be_hidden()


async def test_a_tournament_is_started_in_its_modal_and_finishes(alice: Reader, group: Group) -> None:
    await group.people["bob"].posts(" ".join(FOUR))
    await alice.says("/rank tournament start")
    modal = alice.page.locator("#modal")
    await modal.get_by_label("Matches").fill("")
    await modal.locator("footer .primary").click()
    await expect(modal.locator(".error").filter(has_text="required")).to_be_visible()
    await modal.get_by_label("Matches").fill("6")
    await alice.keeps("journey-tournament-modal")
    await modal.locator("footer .primary").click()
    await expect(modal).to_be_hidden()
    over = await alice.answer("is over")
    await over.get_by_role("button", name="Details").click()
    await expect(modal).to_contain_text("Leaders")
    await alice.keeps("journey-tournament-details")
    await alice.page.keyboard.press("Escape")
    await expect(modal).to_be_hidden()
    await over.locator("button.replies").click()
    await expect(alice.page.locator(CARD, has_text="🏆").first).to_be_visible()
    await alice.keeps("journey-tournament")


async def test_three_people_vote_and_the_rating_changes(alice: Reader, group: Group) -> None:
    await played(group)
    before = {row.title: row.score for row in (await group.counts()).standings}
    await alice.opens_thread_of("is over")
    match = alice.page.locator(CARD, has_text="🏆").first
    loser = await match.locator("a").nth(1).inner_text()
    await match.get_by_role("button", name="Challenge").click()
    await alice.page.locator("#question").get_by_role("button", name="Open the vote").click()
    poll = alice.page.locator(CARD, has_text="asks for your vote")
    await expect(poll).to_be_in_viewport()
    await alice.keeps("journey-poll")
    for name in ("bob", "carol", "dan"):
        await alice.becomes(name)
        await poll.get_by_role("button", name=loser).click()
        await expect(alice.page.locator(CARD, has_text="Only visible to you").last).to_contain_text(loser)
    result = alice.page.locator(CARD, has_text="The vote overruled").last
    await expect(result).to_contain_text("3 to 0")
    await alice.keeps("journey-override")
    after = {row.title: row.score for row in (await group.counts()).standings}
    assert after[loser] > before[loser]


async def test_two_papers_are_compared(alice: Reader, group: Group) -> None:
    await played(group)
    await alice.says("/rank vs attention | bert")
    answer = await alice.answer("Head to head")
    await expect(answer).to_contain_text("Attention Is All You Need")
    await expect(answer).to_contain_text("BERT")
    await alice.keeps("journey-head-to-head")


async def test_a_history_is_read_page_by_page(alice: Reader, group: Group) -> None:
    await played(group, papers=14, matches=84)
    await alice.says("/rank history attention")
    answer = await alice.answer("History")
    first = await answer.inner_text()
    await alice.keeps("journey-history")
    await answer.get_by_role("button", name="Earlier").click()
    await expect(answer).not_to_contain_text(first.splitlines()[8])
    await expect(answer.get_by_role("button", name="Later")).to_be_visible()


async def test_the_clock_is_moved_and_the_digest_comes(alice: Reader, group: Group) -> None:
    await played(group)
    await alice.page.get_by_role("button", name="+1 day").click()
    digest = await alice.answer("new papers")
    await expect(digest).to_contain_text("new papers")
    await alice.keeps("journey-digest")
    await group.until(lambda: group.time.now() - START >= timedelta(days=1))


async def test_on_a_phone_nothing_runs_out_of_the_window(on_a_phone: Reader, group: Group) -> None:
    page = on_a_phone.page
    await played(group)
    wider = "document.documentElement.scrollWidth > innerWidth"
    await on_a_phone.says("/rank")
    await on_a_phone.answer("half-width")
    await on_a_phone.keeps("phone-board")
    assert not await page.evaluate(wider)
    await expect(page.get_by_role("columnheader", name="Score")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="Requests")).to_be_in_viewport(ratio=1)
    await on_a_phone.opens_thread_of("is over")
    await expect(page.locator("#thread")).to_be_visible()
    await on_a_phone.keeps("phone-thread")
    assert not await page.evaluate(wider)
    await page.get_by_role("button", name="Close thread").click()
    await page.get_by_role("button", name="Channels", exact=True).click()
    await page.locator("#rooms").get_by_role("button", name="paperbout").click()
    await expect(page.locator("#messages")).to_contain_text("Leagues in your channels")
    await on_a_phone.keeps("phone-home")
    assert not await page.evaluate(wider)


async def test_a_cards_menu_opens_inside_a_phones_window_and_works_by_arrow_keys(on_a_phone: Reader) -> None:
    page = on_a_phone.page
    await on_a_phone.says(ATTENTION)
    await on_a_phone.opens_thread_of("1706.03762")
    await expect(page.locator(CARD).last).to_contain_text("Rubric")
    await page.locator(CARD).last.get_by_role("button", name="More options").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(":focus")).to_have_text("More about it")
    await expect(page.locator(":focus")).to_be_in_viewport(ratio=1)
    await on_a_phone.keeps("phone-card-menu")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(":focus")).to_have_text("Remove…")
    await expect(page.locator(":focus")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal")).to_contain_text("Submitted")


async def test_everything_is_reached_by_keyboard(alice: Reader) -> None:
    page = alice.page
    await alice.says(ATTENTION)
    await alice.opens_thread_of("1706.03762")
    await expect(page.locator("#reply-text")).to_be_focused()
    await page.locator(CARD).last.get_by_role("button", name="Assessment").wait_for()
    await page.locator(CARD).last.get_by_role("button", name="Compare…").focus()
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Assessment")
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal")).to_contain_text("Rating")
    assert await page.evaluate("document.querySelector('#modal').contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(page.locator("#modal")).to_be_hidden()
    await expect(page.locator(":focus")).to_have_text("Assessment")
