"""Claims about papers that change at their source: new versions, withdrawals, and playing again."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.entries import new_versions
from bot.entries.card import card
from bot.questions import head_to_head
from handlers.blocks.ids import Page
from handlers.entries.card_view import card_message
from handlers.entries.paper_window_view import more_modal
from handlers.questions.answer_views.head_to_head_view import duel_answer
from storage.errors import ClosedError, NotAllowedError
from storage.following import followers
from storage.tables import Assessment, Entry, Match, OutboxMessage, Paper, PaperCheck, Verdict
from tests.leagues.world import MONDAY, TEAM
from tests.papers.conftest import Site
from tests.papers.desk import Desk, a_desk, feed_entry

FIRST, SECOND = "2001.00001", "2001.00002"
LINKS = f"https://arxiv.org/abs/{FIRST} https://arxiv.org/abs/{SECOND}"
OTHER_WORDS = "Nothing here resembles what stood before; graphs, heat and music instead of them."


@pytest.fixture
async def desk(site: Site, database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(site, database_url, assessors="offline") as made:
        made.arxiv |= {
            name: feed_entry(name, summary="We study the words of papers at length.")
            for name in (FIRST, SECOND)
        }
        await made.posts(LINKS)
        await made.works()
        yield made


async def met(desk: Desk) -> int:
    """A decided match of the two papers as version 1; returns the first paper's entry."""
    first, second = [entry.id for entry in await desk.entries()]
    async with desk.database.transaction(TEAM) as session:
        match = Match(
            league_id=(await desk.league()).id, first_id=first, second_id=second, judge="offline", pool="offline",
            status="decided", verdict="first", outcome="first", planned_at=MONDAY, decided_at=MONDAY,
        )  # fmt: skip
        session.add(match)
        await session.flush()
        session.add(
            Verdict(match_id=match.id, judge="offline", model="m", winner="first", confidence=1, rationale="R.",
                    first_version=1, second_version=1, at=MONDAY)
        )  # fmt: skip
    return first


async def weeks_pass(desk: Desk) -> None:
    desk.time.move(timedelta(days=22))
    await desk.works()


async def shown(desk: Desk, entry: int) -> str:
    async with desk.database.reading(TEAM) as session:
        return str(card_message(await card(session, entry, desk.time.now())))


async def questions(desk: Desk) -> list[OutboxMessage]:
    async with desk.database.reading(TEAM) as session:
        found = list(
            (
                await session.scalars(
                    select(OutboxMessage).where(OutboxMessage.kind == new_versions.NEW_VERSION)
                )
            ).all()
        )
        session.expunge_all()
        return found


async def test_a_new_version_updates_the_paper_and_is_noted_on_the_card(desk: Desk) -> None:
    desk.arxiv[FIRST] = feed_entry(
        FIRST, version=2, title=f"Paper {FIRST}", summary="We study the words of papers at some length."
    )
    before = desk.queries
    await weeks_pass(desk)
    assert desk.queries == before + 1  # both papers in one request
    paper = await desk.paper(f"arxiv:{FIRST}")
    assert (paper.version, paper.abstract) == (2, "We study the words of papers at some length.")
    (entry, _) = [entry.id for entry in await desk.entries()]
    assert "Version 2 is out; assessed as version 1" in await shown(desk, entry)
    assert await questions(desk) == []


async def test_followers_hear_of_a_new_version_once(desk: Desk) -> None:
    (entry, _) = [entry.id for entry in await desk.entries()]
    async with desk.database.transaction(TEAM) as session:
        await followers.follow(session, entry, "U9", desk.time.now())
    desk.arxiv[FIRST] = feed_entry(FIRST, version=2, title=f"Paper {FIRST}")
    await weeks_pass(desk)
    await weeks_pass(desk)
    async with desk.database.reading(TEAM) as session:
        notices = (await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice"))).all()
        assert [(notice.channel, notice.options) for notice in notices] == [
            ("U9", {"what": "version", "version": 2})
        ]


async def test_nothing_new_is_no_news_and_the_next_look_comes_later(desk: Desk) -> None:
    await weeks_pass(desk)
    asked = desk.queries
    await desk.works()
    assert desk.queries == asked
    async with desk.database.reading(TEAM) as session:
        looks = (await session.scalars(select(PaperCheck.not_before))).all()
    assert all(look is not None and look > desk.time.now() for look in looks)


async def test_a_link_to_a_newer_version_has_the_source_asked_at_once(desk: Desk) -> None:
    desk.arxiv[FIRST] = feed_entry(FIRST, version=3, summary="We study the words of papers at length.")
    await desk.posts(f"https://arxiv.org/abs/{FIRST}v3", ts="2.0")
    await desk.works()
    assert (await desk.paper(f"arxiv:{FIRST}")).version == 3


async def test_a_withdrawal_marks_the_card_and_drops_the_paper_from_new_matches(desk: Desk) -> None:
    (entry, other) = [entry.id for entry in await desk.entries()]
    desk.arxiv[FIRST] = feed_entry(
        FIRST, version=2, comment="This paper has been withdrawn due to an error in Lemma 1"
    )
    await weeks_pass(desk)
    assert "Withdrawn" in await shown(desk, entry)
    assert await desk.playable() == [other]


async def test_an_answer_of_another_source_says_nothing_of_versions(desk: Desk, site: Site) -> None:
    site.gives("/api/query", "", status=429)
    site.gives("/doi/10.48550/arxiv.2001.00001", '{"title": "Other"}', "application/json")
    await weeks_pass(desk)
    paper = await desk.paper(f"arxiv:{FIRST}")
    assert (paper.title, paper.version) == (f"Paper {FIRST}", 1)


async def test_a_major_change_asks_the_owners_once_and_old_verdicts_keep_their_version(desk: Desk) -> None:
    entry = await met(desk)
    desk.arxiv[FIRST] = feed_entry(FIRST, version=2, title="Another title altogether", summary=OTHER_WORDS)
    await weeks_pass(desk)
    await weeks_pass(desk)
    (question,) = await questions(desk)
    assert (question.channel, question.about_id, question.options) == ("alice", entry, {"from": 1, "to": 2})
    async with desk.database.reading(TEAM) as session:
        (_, other) = [entry.id for entry in await desk.entries()]
        duel = await head_to_head(session, entry, other)
        assert "judged as version 1" in str(duel_answer(duel, Page("vs", 1, 0, entry, other), 5).blocks)
        assert (await session.scalars(select(Match.outcome))).all() == ["first"]


async def test_playing_again_reads_the_new_version_and_plans_matches_with_whom_it_met(desk: Desk) -> None:
    entry = await met(desk)
    desk.arxiv[FIRST] = feed_entry(FIRST, version=2, title="Another title altogether", summary=OTHER_WORDS)
    await weeks_pass(desk)
    async with desk.database.transaction(TEAM) as session:
        with pytest.raises(NotAllowedError):
            await new_versions.play_again(
                session, desk.runtime, entry, desk.people.viewer("bob"), desk.time.now()
            )
        assert (
            await new_versions.play_again(
                session, desk.runtime, entry, desk.people.viewer("alice"), desk.time.now()
            )
            == 1
        )
    async with desk.database.transaction(TEAM) as session:
        with pytest.raises(ClosedError):
            await new_versions.play_again(
                session, desk.runtime, entry, desk.people.viewer("alice"), desk.time.now()
            )
    await desk.works()
    async with desk.database.reading(TEAM) as session:
        assert (await session.scalars(select(Match.status))).all() == ["decided", "decided"]
        read = await session.scalars(select(Assessment.paper_version).where(Assessment.entry_id == entry))
        assert read.all() == [2]


async def test_papers_that_no_league_has_are_not_asked_about(desk: Desk) -> None:
    async with desk.database.transaction(TEAM) as session:
        await session.execute(update(Entry).values(removed_at=MONDAY))
    asked = desk.queries
    await weeks_pass(desk)
    assert desk.queries == asked
    assert {paper.version for paper in await desk.rows(Paper) if isinstance(paper, Paper)} == {1}


def openalex_gives(site: Site, citations: int, *, retracted: bool = False) -> None:
    preprint = {
        "doi": f"https://doi.org/10.48550/arXiv.{FIRST}",
        "cited_by_count": 3,
        "primary_location": {"license": "cc-by", "source": {"display_name": "arXiv (Cornell University)"}},
    }
    article = {
        "doi": "https://doi.org/10.1000/x",
        "cited_by_count": citations,
        "is_retracted": retracted,
        "primary_location": {"source": {"display_name": "Annals of Tests"}},
    }
    site.gives("/openalex/works", json.dumps({"results": [preprint, article]}), "application/json")


async def test_a_preprint_s_window_says_citations_licence_venue_versions_code_and_data(
    desk: Desk, site: Site
) -> None:
    openalex_gives(site, 12)
    desk.arxiv[FIRST] = feed_entry(
        FIRST,
        version=3,
        doi="10.1000/x",
        summary="We study words. Code: https://github.com/a/b, data: https://zenodo.org/records/12.",
    )
    await weeks_pass(desk)
    (entry, _) = [entry.id for entry in await desk.entries()]
    async with desk.database.reading(TEAM) as session:
        window = str(more_modal(await card(session, entry, desk.time.now())))
    for words in (
        "*Where*: Annals of Tests",
        "by 12 works",
        "*Licence*: cc-by",
        "*Versions*: 1 (01 Jan 2020) · … · 3 (02 Feb 2020)",
        "https://github.com/a/b",
        "https://zenodo.org/records/12",
    ):
        assert words in window
    site.gives("/openalex/works", "", status=500)
    desk.arxiv[FIRST] = feed_entry(FIRST, version=4, doi="10.1000/x", summary="We study words.")
    await weeks_pass(desk)
    paper = await desk.paper(f"arxiv:{FIRST}")
    assert (paper.version, paper.citations, paper.licence) == (4, 12, "cc-by")
    assert list(paper.versions) == ["1", "3", "4"]


async def test_a_retraction_that_only_openalex_knows_ends_a_preprint_s_matches_and_stays(
    desk: Desk, site: Site
) -> None:
    desk.arxiv[FIRST] = feed_entry(FIRST, doi="10.1000/x", summary="We study the words of papers at length.")
    openalex_gives(site, 12, retracted=True)
    await weeks_pass(desk)
    assert (await desk.paper(f"arxiv:{FIRST}")).standing == "retracted"
    site.gives("/openalex/works", "", status=500)
    await weeks_pass(desk)
    paper = await desk.paper(f"arxiv:{FIRST}")
    assert (paper.standing, paper.withdrawn) == ("retracted", True)
