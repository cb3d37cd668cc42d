"""Judges tried without Slack: `paperbout assess` and `paperbout compare`."""

import asyncio
import html
import json
from collections.abc import AsyncIterator

import pytest

from bot.judges.offline_judge import OFFLINE_LABEL
from bot.papers.errors import SourceUnavailableError
from bot.settings import Settings, read_settings
from handlers.cli.judges.try_judges import assess_link, compare_links
from storage.errors import BadRequestError
from tests import offline_arxiv
from tests.judges.fault_server import REVIEW, serving
from tests.slack.conftest import ATTENTION, BERT


@pytest.fixture
async def settings() -> AsyncIterator[Settings]:
    async with offline_arxiv.serving() as url:
        yield read_settings(_env_file=None, arxiv_url=url, match_price_usd=10)


async def test_a_verdict_names_the_papers_what_each_criterion_said_and_what_it_cost(
    settings: Settings,
) -> None:
    async with serving("good") as server:
        judge = f"openai:fake@{server.url}"
        said = await compare_links(settings, ATTENTION, BERT, judge, as_json=False)
        found = json.loads(await compare_links(settings, ATTENTION, BERT, judge, as_json=True))
    assert said.startswith("Winner: Attention Is All You Need\nConfidence: 80%")
    assert "Attention Is All You Need has the better evidence." in said
    assert "rigor: Attention Is All You Need" in said
    assert "fake-1: 100 tokens read, 50 written, 0.0015 USD" in said
    assert (found["first"], found["winner"]) == ("arxiv:1706.03762", "first")
    assert found["usage"]["cost_usd"] == "0.0015"
    assert "Vaswani" not in str(server.requests)


@pytest.mark.slow
async def test_an_assessment_says_what_it_was_read_from_and_why_not_from_more(settings: Settings) -> None:
    async with serving("good") as server:
        server.answer = REVIEW
        judge = f"openai:fake@{server.url}"
        said = await assess_link(settings, ATTENTION, judge, as_json=False)
        found = json.loads(await assess_link(settings, ATTENTION, judge, as_json=True))
    assert "rating 6.5, significance 6.5, rigor 6.5, novelty 6.5, clarity 6.5" in said
    assert "Read from the abstract" in said
    assert "Full text not read: " in said
    assert found["full_text_unread"]
    assert found["read"] == "abstract"
    assert found["read"] == "abstract"


async def test_the_offline_heuristic_says_what_it_is_in_both(settings: Settings) -> None:
    for said in (
        await assess_link(settings, ATTENTION, "offline", as_json=False),
        await compare_links(settings, ATTENTION, BERT, "offline", as_json=False),
    ):
        assert OFFLINE_LABEL in said


ABSTRACT = (
    'Abstract Meaning Representation: patients with p<0.05 and age >65 years (<5 TPM) were "included" in R&D; tags '
    r"such as <think> and <answer>, code `a<b && c>d`, $O(n^2)$ and \alpha, 10⁵ cells, “quoted”, naïve, 深層学習."
)


@pytest.mark.slow
async def test_a_page_s_own_abstract_reaches_the_prompt_word_for_word() -> None:
    tags = f'<title>Of words</title><meta name="citation_abstract" content="{html.escape(ABSTRACT)}">'
    page = f"<!doctype html><html><head><meta charset='utf-8'>{tags}</head><body>x</body></html>".encode()

    async def give(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + page)
        await writer.drain()
        writer.close()

    web = await asyncio.start_server(give, "127.0.0.1", 0)
    host = f"127.0.0.1:{web.sockets[0].getsockname()[1]}"
    async with web, serving("good") as server:
        server.answer = REVIEW
        settings = read_settings(_env_file=None, allowed_hosts=host, match_price_usd=10)
        said = await assess_link(
            settings, f"http://{host}/a?id=1", f"openai:fake@{server.url}", as_json=False
        )
        with pytest.raises(BadRequestError, match="PAPERBOUT_ALLOWED_HOSTS"):
            await assess_link(read_settings(_env_file=None), f"http://{host}/a", "offline", as_json=False)
    assert said.startswith("Of words\n")
    assert ABSTRACT in server.requests[0]["messages"][-1]["content"]


@pytest.mark.slow
async def test_without_a_network_the_sentence_says_so_in_words() -> None:
    settings = read_settings(_env_file=None, arxiv_url="http://127.0.0.1:9/api/query")
    with pytest.raises(SourceUnavailableError) as caught:
        await assess_link(settings, ATTENTION, "offline", as_json=False)
    assert "No connection to 127.0.0.1 could be made" in caught.value.sentence
    assert "Error" not in caught.value.sentence


@pytest.mark.slow
async def test_a_source_that_hangs_up_is_told_from_one_that_isnt_there() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/query"
    async with server:
        with pytest.raises(SourceUnavailableError, match="broke off its answer"):
            await assess_link(
                read_settings(_env_file=None, arxiv_url=address), ATTENTION, "offline", as_json=False
            )
