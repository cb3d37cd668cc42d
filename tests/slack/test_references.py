"""References to a league's papers, a filtered board's or one's reading list, as files in direct messages."""

import json
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import rispy
from pybtex.database import parse_string
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.papers.errors import SourceError
from bot.papers.sources.paper_lists import ListFile, PaperList
from handlers.demo.papers import PAPERS
from handlers.web.loopback_server import serve
from storage.tables import Entry, League, Paper
from tests.slack.conftest import ATTENTION, BERT, GPT3, Group, Person, a_group, shown


async def exported(group: Group, person: Person, words: str) -> tuple[str, str]:
    """The file that a person gets, and what is answered."""
    before = len(group.slack.world.files)
    answer = await person.asks(f"/rank export {words}")
    files = list(group.slack.world.files.values())[before:]
    return (files[0].content.decode() if files else ""), answer


async def pages_of(group: Group, count: int) -> tuple[str, int]:
    """Whom the page of the newest of so many ZIP files names as having added its paper, and how often."""
    assert len(group.slack.world.files) == count
    with ZipFile(BytesIO(list(group.slack.world.files.values())[-1].content)) as archive:
        page = archive.read("reading-group/papers/arxiv-1706.03762.html").decode()
    named = re.findall(r"Added by [^<]*?(?= on)", page)
    return (named[0] if named else ""), len(named)


async def test_a_league_is_exported_for_three_reference_managers(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, "bib")
    entries = parse_string(text, "bibtex").entries
    assert {entry.fields["eprint"] for entry in entries.values()} == {"1706.03762", "1810.04805"}
    assert "vaswani2017attention" in entries
    assert "with 2 references" in answer
    text, _ = await exported(group, bob, "zotero")
    assert {entry["title"] for entry in rispy.loads(text.replace("\r\n", "\n"))} >= {
        "Attention Is All You Need"
    }
    text, _ = await exported(group, bob, "csl")
    assert {item["type"] for item in json.loads(text)} == {"article"}


async def test_an_owner_gets_the_league_as_pages_and_nobody_else(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    refusal = await bob.asks("/rank publish")
    assert "Only" in refusal
    assert group.slack.world.files == {}
    assert "reading-group.zip is in our direct messages" in await alice.asks("/rank publish")
    [file] = group.slack.world.files.values()
    with ZipFile(BytesIO(file.content)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        board = archive.read("reading-group/index.html").decode()
    assert {f"reading-group/{name}" for name in ("feed.xml", "references.bib", "by-title.html")} <= names
    assert "reading-group/papers/arxiv-1706.03762.html" in names
    assert "Attention Is All You Need" in board
    assert alice.id not in board
    assert [group.slack.world.conversation(channel).kind for channel in file.channels] == ["im"]


@pytest.mark.slow
async def test_an_owner_publishes_from_home_and_a_private_league_only_with_a_yes(
    group: Group, alice: Person, bob: Person
) -> None:
    await bob.posts(ATTENTION)
    await alice.presses(await alice.opens_home(), "Publish")
    assert "is private" not in shown(alice.modal)
    await alice.submits(choices=["names"])
    assert await pages_of(group, 1) == ("Added by Bob", 1)
    async with group.app.database.transaction(group.slack.world.team) as session:
        await session.execute(update(League).values(is_private=True))
    assert "Publish its pages all the same?" in shown((await alice.runs("/rank publish")).messages[0])
    reply = await alice.runs("/rank publish")
    await alice.presses(reply.messages[0], "Publish…")
    assert "is private" in shown(alice.modal)
    refusal = await alice.submits(choices=[])
    assert "Tick this" in str(refusal.errors), "nothing is published without a yes"
    assert len(group.slack.world.files) == 1
    await alice.submits(private=["yes"], choices=[])
    assert await pages_of(group, 2) == ("", 0)
    assert "is in our direct messages" in await alice.asks("/rank publish"), "the yes is kept"


@pytest.mark.parametrize(("words", "count"), [("bib in cs.CL", 2), ("bib in math", 0), ("ris from @bob", 2)])
async def test_a_board_is_exported_with_its_filters(
    group: Group, bob: Person, words: str, count: int
) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, words)
    assert bool(text) is bool(count)
    assert ("No paper fits" in answer) is not bool(count)


async def test_ones_own_reading_list_is_exported_and_nobody_elses(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, "bib reading")
    assert (text, "No paper fits" in answer) == ("", True)


async def test_other_words_after_the_format_are_refused_with_a_sentence(group: Group, bob: Person) -> None:
    await bob.posts(ATTENTION)
    text, answer = await exported(group, bob, "bib nonsense")
    assert text == ""
    assert "I don't understand" in answer


@pytest.mark.slow
async def test_papers_of_a_dropped_file_come_in_once_and_the_rest_is_told(group: Group, bob: Person) -> None:
    bib = f"@misc{{a, url={{{ATTENTION}}}}}\n@misc{{b, eprint={{1810.04805}}, archiveprefix={{arXiv}}}}"
    bib += "\n@book{c, title={No Link}}"
    for text in (f"our list, and {GPT3}", "once more"):
        await group.slack.share_file(bob.id, group.channel, "refs.bib", bib.encode(), text)
        await group.calm()
    async with group.app.database.reading(group.slack.world.team) as session:
        assert {paper.canonical for paper in (await session.scalars(select(Paper))).all()} == {
            "arxiv:1706.03762",
            "arxiv:1810.04805",
            "arxiv:2005.14165",
        }
        assert len((await session.scalars(select(Entry))).all()) == 3
    said = "".join(map(shown, group.private(bob.id)))
    assert "refs.bib: 2 papers. Without a DOI, an arXiv id or a link I can't look up “No Link”." in said


@pytest.mark.slow
async def test_more_than_twenty_of_a_file_wait_with_their_number_and_cost(group: Group, bob: Person) -> None:
    many = "\n".join(f"https://doi.org/10.1000/paper.{number}" for number in range(30))
    await group.slack.share_file(bob.id, group.channel, "links.txt", many.encode())
    await group.calm()
    said = "".join(map(shown, group.messages()))
    assert "20 papers of this message came in without asking; 10 links wait for a click" in said
    assert "Reading them costs" in said


@pytest.mark.slow
async def test_files_that_hold_no_papers_or_arent_given_are_silent_or_told(group: Group, bob: Person) -> None:
    before = len(group.private(bob.id))
    await group.slack.share_file(bob.id, group.channel, "package.json", b'{"name": "x"}')
    await group.calm()
    assert len(group.private(bob.id)) == before, "not every JSON is a list of papers"
    for name, content, says in (
        ("big.bib", b"x" * 2_000_001, "larger than 2\u00a0MB"),
        ("broken.ris", b"\x00\x01", "no text file"),
    ):
        await group.slack.share_file(bob.id, group.channel, name, content)
        await group.calm()
        assert says in shown(group.private(bob.id)[-1])


@pytest.mark.slow
async def test_buttons_cite_a_board_a_list_and_a_paper(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    board = await bob.runs("/rank board")
    before = len(group.slack.files)
    await bob.presses(board.messages[-1], "BibTeX")
    await bob.asks("/rank save attention is all you need")
    listed = await bob.runs("/rank reading")
    await bob.presses(listed.messages[-1], "BibTeX")
    files = [file.content.decode() for file in group.slack.files[before:]]
    assert [len(parse_string(text, "bibtex").entries) for text in files] == [2, 1]
    card = next(m for m in group.messages() if "Attention Is All You Need" in shown(m))
    await bob.clicks(card, "menu", selected="More about it")
    await bob.clicks(bob.modal, "card.cite")
    assert "@misc{vaswani2017attention" in shown(bob.modal)
    assert "TY  - " in shown(bob.modal)
    assert "@misc{vaswani2017attention" in await bob.asks("/rank cite attention is all you need")


@pytest.mark.slow
async def test_a_zotero_groups_papers_come_in_by_its_link(tmp_path: Path) -> None:
    requests: list[dict[str, str]] = []

    async def items(request: Request) -> Response:
        requests.append({**request.query_params, "group": request.path_params["group"]})
        if request.path_params["group"] == "7":
            return Response("Forbidden", 403)
        page = {
            "items": [
                {"title": "A", "DOI": "10.1000/a"},
                {"title": "B", "URL": ATTENTION},
                {"title": "No Link"},
            ]
        }
        return JSONResponse(page, headers={"Total-Results": "620"})

    async with (
        serve(Starlette(routes=[Route("/groups/{group}/items/top", items)])) as port,
        a_group(tmp_path, zotero_url=f"http://127.0.0.1:{port}") as group,
    ):
        bob = group.people["bob"]
        await bob.posts(
            "our library: https://www.zotero.org/groups/12345/reading_group and zotero.org/groups/7"
        )
        said = "".join(map(shown, group.private(bob.id)))
        assert "Zotero group 12345: 2 papers. Without a DOI, an arXiv id or a link I can't look up" in said
        assert "It has 620 items; I read the 500 newest." in said
        assert "That Zotero group isn't public" in said
        async with group.app.database.reading(group.slack.world.team) as session:
            papers = {paper.canonical for paper in (await session.scalars(select(Paper))).all()}
        assert {"doi:10.1000/a", "arxiv:1706.03762"} <= papers
        assert [each["start"] for each in requests if each["group"] == "12345"] == [
            "0",
            "100",
            "200",
            "300",
            "400",
        ]


class ShownLists:
    """A list's answer, made here."""

    def __init__(self, papers: int, total: int) -> None:
        self.file = ListFile("day.txt", "\n".join(paper.link for paper in PAPERS[:papers]).encode(), total)

    async def read(self, papers: PaperList) -> ListFile:
        """The same for each list."""
        if papers.kind == "venue":
            raise SourceError("Its site doesn't let me read that list.")
        return self.file


@pytest.mark.slow
async def test_a_lists_papers_come_in_once_and_more_than_twenty_after_a_word_on_the_cost(
    group: Group, bob: Person
) -> None:
    runtime = group.app.runtime
    link = "https://huggingface.co/papers/date/2026-01-12"

    async def papers() -> int:
        return (await group.counts()).papers

    object.__setattr__(runtime, "lists", ShownLists(3, 3))
    await bob.posts(f"today's: {link} and https://openreview.net/group?id=ICLR.cc/2024/Conference")
    said = "".join(map(shown, group.private(bob.id)))
    assert "Hugging Face papers of 2026-01-12: 3 papers." in said
    assert "doesn't let me read that list" in said
    assert await papers() == 3
    await bob.posts(f"again {link}")
    assert await papers() == 3
    object.__setattr__(runtime, "lists", ShownLists(26, 900))
    before = len(group.private(bob.id))
    await bob.posts(f"many {link}")
    said = "".join(map(shown, group.private(bob.id)[before:]))
    assert "It has 900 papers; I read the first 26." in said
    assert await papers() == 20, "the first twenty, and a button for the rest"
    assert "6 links wait for a click" in "".join(map(shown, group.messages()))
