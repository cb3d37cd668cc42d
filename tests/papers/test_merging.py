"""Claims about identity: one work that came by two doors is one paper, and a wrong merge has its way back."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.entries import merging, same_paper
from bot.entries.card import card
from bot.entries.removals import removed_in
from bot.papers.records import PaperRecord
from bot.questions.search.entry_search import find_entry
from handlers.entries import merging_view
from handlers.entries.paper_window_view import more_modal
from storage.errors import ClosedError, NotAllowedError, NotFoundError
from storage.standings import rating_rows
from storage.tables import (
    Assessment,
    AuditLine,
    Entry,
    Follower,
    Identifier,
    League,
    Match,
    Merge,
    OutboxMessage,
    Override,
    Poll,
    Vote,
)
from tests.leagues.world import MONDAY, TEAM
from tests.papers.conftest import Site
from tests.papers.desk import Desk, a_desk, feed_entry

PREPRINT = "https://arxiv.org/abs/2001.00001"
JOURNAL = "https://doi.org/10.1000/journal"
OTHER = "https://arxiv.org/abs/2001.00002"
CSL = "application/vnd.citationstyles.csl+json"


@pytest.fixture
async def desk(site: Site, database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(site, database_url, assessors="offline") as made:
        made.people.persons["dora"] = made.people.persons.get("dora") or await made.people.person("dora")
        made.people.chiefs.add("dora")
        made.arxiv["2001.00001"] = feed_entry("2001.00001")
        made.arxiv["2001.00002"] = feed_entry("2001.00002")
        csl = {"title": "Paper 2001.00001, published", "abstract": "We study words, again."}
        site.gives("/doi/10.1000/journal", json.dumps(csl), CSL)
        yield made


async def play(desk: Desk, first: int, second: int, outcome: str) -> int:
    league = await desk.league()
    async with desk.database.transaction(TEAM) as session:
        match = Match(
            league_id=league.id, first_id=first, second_id=second, judge="offline", pool="offline",
            status="decided", verdict=outcome, outcome=outcome, planned_at=MONDAY, decided_at=MONDAY,
        )  # fmt: skip
        session.add(match)
        await session.flush()
        return match.id


async def one(desk: Desk, statement: Any) -> Any:
    async with desk.database.reading(TEAM) as session:
        return (await session.execute(statement)).scalars().one()


async def entry_of(desk: Desk, canonical: str) -> int:
    async with desk.database.reading(TEAM) as session:
        return await find_entry(session, (await desk.league()).id, canonical)


async def three_papers(desk: Desk) -> tuple[int, int, int]:
    """The preprint, its journal version and another paper, as three entries that nobody has joined."""
    await desk.posts(PREPRINT, ts="1.0")
    await desk.posts(JOURNAL, ts="2.0", user="bob")
    await desk.posts(OTHER, ts="3.0")
    await desk.works()
    return (
        await entry_of(desk, "arXiv:2001.00001"),
        await entry_of(desk, "10.1000/journal"),
        await entry_of(desk, "arXiv:2001.00002"),
    )


async def test_a_preprint_whose_source_names_its_journal_version_is_one_paper_with_it(
    desk: Desk,
) -> None:
    await desk.posts(JOURNAL, ts="1.0")
    await desk.works()
    desk.arxiv["2001.00001"] = feed_entry("2001.00001", doi="10.1000/journal")
    await desk.posts(PREPRINT, ts="2.0")
    await desk.works()
    assert (await desk.paper("arxiv:2001.00001")).id == (await desk.paper("doi:10.1000/journal")).id
    assert [entry.merged_into is None for entry in await desk.entries()] == [True, False]
    assert len(await desk.playable()) == 1
    async with desk.database.reading(TEAM) as session:
        cards = (await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "card"))).all()
        shown = str(more_modal(await card(session, (await desk.playable())[0], MONDAY)))
    assert {message.about_id for message in cards} == set(await desk.playable())
    assert "*One paper with*: arxiv:2001.00001 (arXiv names doi:10.1000/journal as the same work)" in shown


async def test_a_later_link_by_either_door_finds_the_one_paper(desk: Desk) -> None:
    desk.arxiv["2001.00001"] = feed_entry("2001.00001", doi="10.1000/journal")
    await desk.posts(PREPRINT, ts="1.0")
    await desk.works()
    taken = await desk.posts(JOURNAL, ts="2.0")
    await desk.works()
    assert (taken.new, len(taken.old)) == ((), 1)
    assert len(await desk.entries()) == 1


async def test_a_merge_moves_matches_votes_assessments_and_followers(desk: Desk) -> None:
    preprint, journal, other = await three_papers(desk)
    first, second = await play(desk, journal, other, "first"), await play(desk, other, preprint, "second")
    async with desk.database.transaction(TEAM) as session:
        poll = Poll(
            match_id=first, opened_by="bob", opened_at=MONDAY, closes_at=MONDAY, quorum=1, anonymous=False
        )
        session.add_all([poll, Follower(entry_id=journal, user="bob", since=MONDAY)])
        await session.flush()
        session.add_all(
            [
                Vote(poll_id=poll.id, user="bob", choice="first", at=MONDAY),
                Override(match_id=first, poll_id=poll.id, outcome="first", weight=2, at=MONDAY),
            ]
        )
        await merging.merge(session, preprint, journal, desk.people.viewer("dora"), MONDAY)
    async with desk.database.reading(TEAM) as session:
        figures = (await rating_rows.ratings_of(session, [preprint]))[preprint]
        assert (figures.wins, figures.losses) == (2, 0)
        match = await session.get_one(Match, first)
        assert (match.first_id, match.second_id) == (preprint, other)
        assert (await session.scalars(select(Follower.entry_id))).all() == [preprint]
        assert (await session.scalars(select(Vote.choice))).all() == ["first"]
        assert (await session.get_one(Match, second)).second_id == preprint
        assert len(await desk.playable()) == 2


async def test_matches_between_the_two_stop_counting_and_waiting_ones_are_cancelled(desk: Desk) -> None:
    preprint, journal, _other = await three_papers(desk)
    await play(desk, preprint, journal, "first")
    async with desk.database.transaction(TEAM) as session:
        waiting = Match(
            league_id=(await desk.league()).id, first_id=journal, second_id=preprint, judge="offline", planned_at=MONDAY
        )  # fmt: skip
        session.add(waiting)
        await session.flush()
        await merging.merge(session, preprint, journal, desk.people.viewer("dora"), MONDAY)
    async with desk.database.reading(TEAM) as session:
        assert await rating_rows.ratings_of(session, [preprint]) == {}, "not ranked without a match"
        assert (await session.get_one(Match, waiting.id)).status == "cancelled"


async def test_parting_brings_everything_back_and_sources_don_t_join_them_again(desk: Desk) -> None:
    preprint, journal, other = await three_papers(desk)
    match = await play(desk, journal, other, "first")
    before = await snapshot(desk)
    async with desk.database.transaction(TEAM) as session:
        merged = await merging.merge(session, preprint, journal, desk.people.viewer("dora"), MONDAY)
    assert await snapshot(desk) != before
    async with desk.database.transaction(TEAM) as session:
        await merging.unmerge(session, merged.merge, desk.people.viewer("dora"), MONDAY)
    assert await snapshot(desk) == before
    assert (await one(desk, select(Match).where(Match.id == match))).first_id == journal
    async with desk.database.transaction(TEAM) as session:
        with pytest.raises(ClosedError):
            await merging.unmerge(session, merged.merge, desk.people.viewer("dora"), MONDAY)
    async with desk.database.transaction(TEAM) as session:
        record = a_record(("arxiv", "2001.00001"), ("doi", "10.1000/journal"))
        paper = (await desk.paper("arxiv:2001.00001")).id
        assert await same_paper.store_identifiers(session, paper, record, by_page=False, now=MONDAY) == paper
    assert await snapshot(desk) == before


async def snapshot(desk: Desk) -> list[Any]:
    """What a merge may change, row by row."""
    async with desk.database.reading(TEAM) as session:
        rows: list[Any] = []
        for columns in (
            select(Entry.id, Entry.paper_id, Entry.removed_at, Entry.merged_into, Entry.submitted_by),
            select(Identifier.id, Identifier.paper_id),
            select(Match.id, Match.first_id, Match.second_id, Match.status),
            select(Assessment.id, Assessment.entry_id),
            select(Follower.entry_id, Follower.user),
            select(OutboxMessage.id, OutboxMessage.about_id),
        ):
            rows += [
                tuple(row) for row in await session.execute(columns.order_by(columns.selected_columns[0]))
            ]
        return rows


async def test_a_merged_entry_is_not_among_what_can_be_brought_back(desk: Desk) -> None:
    preprint, journal, _other = await three_papers(desk)
    async with desk.database.transaction(TEAM) as session:
        await merging.merge(session, preprint, journal, desk.people.viewer("dora"), MONDAY)
        assert await removed_in(session, (await desk.league()).id, "", MONDAY) == []


async def test_only_who_manages_all_leagues_of_a_paper_may_merge(desk: Desk) -> None:
    preprint, journal, _other = await three_papers(desk)
    await desk.posts(JOURNAL, ts="4.0", channel="C2")  # alice owns this league as well
    async with desk.database.transaction(TEAM) as session:
        with pytest.raises(NotAllowedError):
            await merging.merge(session, preprint, journal, desk.people.viewer("bob"), MONDAY)
        await merging.merge(session, preprint, journal, desk.people.viewer("alice"), MONDAY)


async def test_a_league_hidden_from_who_merges_gives_no_refusal_and_its_owner_is_told(desk: Desk) -> None:
    preprint, journal, _other = await three_papers(desk)
    desk.people.rooms["G2"] = {"bob"}
    desk.people.private.add("G2")
    for ts, link in (("5.0", PREPRINT), ("6.0", JOURNAL)):
        await desk.posts(link, user="bob", ts=ts, channel="G2")
    async with desk.database.transaction(TEAM) as session:
        made = await merging.merge(session, preprint, journal, desk.people.viewer("alice"), MONDAY)
    async with desk.database.reading(TEAM) as session:
        lines = (await session.scalars(select(AuditLine).where(AuditLine.action == "paper.merged"))).all()
        hidden = await session.scalar(select(League.id).where(League.channel == "G2"))
        assert {(line.league_id, line.user) for line in lines} == {(1, "alice"), (hidden, "sources")}
        rows = (
            await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == merging.MERGE_NOTICE))
        ).all()
        assert [(row.channel, row.options["league"]) for row in rows] == [("bob", hidden)]
        assert hidden is not None
        told = await merging.merge_notice(session, made.merge, hidden)
        assert told is not None
        said = str(merging_view.merge_notice(told))
        assert f"one paper now, in {told.league.name} too" in said
        assert "alice" not in said
    async with desk.database.transaction(TEAM) as session:
        with pytest.raises(NotAllowedError, match="can merge papers of papers"):
            await merging.unmerge(session, made.merge, desk.people.viewer("bob"), MONDAY)
        await merging.unmerge(session, made.merge, desk.people.viewer("dora"), MONDAY)
        back = await merging.merge_notice(session, made.merge, hidden)
        assert back is not None
        assert "two papers again" in str(merging_view.merge_notice(back))


async def test_a_merge_of_a_hidden_league_is_parted_from_outside_like_one_that_never_was(desk: Desk) -> None:
    desk.people.rooms["G2"] = {"bob"}
    desk.people.private.add("G2")
    for ts, link in (("5.0", PREPRINT), ("6.0", JOURNAL)):
        await desk.posts(link, user="bob", ts=ts, channel="G2")
    async with desk.database.transaction(TEAM) as session:
        entries = list(await session.scalars(select(Entry.id).order_by(Entry.id)))
        made = await merging.merge(session, entries[0], entries[1], desk.people.viewer("bob"), MONDAY)
        for user in ("alice", "dora"):
            sentences = set()
            for merge in (made.merge, made.merge + 1000):
                with pytest.raises(NotFoundError) as refused:
                    await merging.unmerge(session, merge, desk.people.viewer(user), MONDAY)
                sentences.add(refused.value.sentence)
            assert len(sentences) == 1


def a_record(*names: tuple[str, str], title: str = "Paper 2001.00001", source: str = "arXiv") -> PaperRecord:
    return PaperRecord(
        identifiers=names, title=title, authors=(), abstract="A.", categories=(), primary_category=None, published=None,
        updated=None, version=1, comment=None, withdrawn=False, licence=None, pdf_url=None, url="", source=source,
    )  # fmt: skip


async def test_a_stranger_s_page_can_t_join_two_papers_of_unlike_titles(desk: Desk) -> None:
    await three_papers(desk)
    async with desk.database.transaction(TEAM) as session:
        record = a_record(
            ("page", "https://evil.example/a"), ("arxiv", "2001.00001"), ("doi", "10.1000/journal"),
            title="Something else entirely", source="its page",
        )  # fmt: skip
        paper = (await desk.paper("arxiv:2001.00002")).id
        assert await same_paper.store_identifiers(session, paper, record, by_page=True, now=MONDAY) == paper
        assert (await session.scalars(select(Merge.id))).all() == []


async def test_two_arxiv_papers_that_name_one_doi_stay_two(desk: Desk) -> None:
    desk.arxiv["2001.00001"] = feed_entry("2001.00001", title="Words in proceedings", doi="10.1000/volume")
    desk.arxiv["2001.00002"] = feed_entry("2001.00002", title="Heat and graphs", doi="10.1000/volume")
    await desk.posts(f"{PREPRINT} {OTHER}")
    await desk.works()
    assert len(await desk.playable()) == 2
    assert await desk.rows(Merge) == []
