"""Claims about a reading group's week: what is proposed and why, the vote, discussions, notes, tags, the shared list."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.following import topic_news
from bot.papers.relevance.lexical import PaperText
from bot.voting.reading_group import tags
from bot.voting.reading_group.proposals import Candidate, choose
from handlers.blocks import ids
from handlers.questions.board_words import parse_board
from handlers.voting.reading_group.tags import paper_and_tags
from storage.entries import merges
from storage.errors import BadRequestError
from storage.tables import Discussion, DuelVote, Entry, ListedPaper, Note, Tag
from storage.workspaces.forget_person import forget
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import HOME, TEAM, a_world
from tests.voting.test_daily_duels import desk

__all__ = ["desk"]

PDES = [
    "Neural operators for fluid flow",
    "Fluid flow by neural operators, faster",
    "Operators learn fluid flow",
]
PROTEINS = "Protein folding with language"


def _candidates(**more: tuple[int, int]) -> list[Candidate]:
    """Four candidates by rank: three alike, then another subject; `more` are duels asked and won, by `nRANK`."""
    return [
        Candidate(rank, rank, *more.get(f"n{rank}", (0, 0)), is_listed=False, text=PaperText(title))
        for rank, title in enumerate([*PDES, PROTEINS], 1)
    ]


def test_three_are_proposed_by_rank_votes_and_novelty() -> None:
    assert [each.entry for each in choose(_candidates(), [], 40, 2)] == [1, 4], (
        "the second isn't like the first"
    )
    discussed = [PaperText("Fluid flow with neural operators")]
    first, *_ = choose(_candidates(), discussed, 40, 3)
    assert first.entry == 4, "new to the group, and nearly as high"
    assert first.is_new_ground
    assert [each.entry for each in choose(_candidates(n3=(9, 9), n1=(9, 0)), [], 40, 1)] == [3], (
        "people's choice"
    )
    assert choose([], discussed, 0, 3) == []


async def test_the_channel_votes_by_duels_and_learns_the_result_once_somebody_presents(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, "Alpha", "Beta", "Gamma")
    await world.ranks(league, entries)
    await desk.runs("bob", "pick", "friday")
    key = f"pick:{league}:{world.now:%Y-%m-%d}"
    vote = ids.PICK_VOTE.carry(ids.OfPick(league, key))
    assert "guests and others" in await desk.clicks("gus", vote)
    assert "the others choose" in await desk.clicks("alice", vote), "they are all Alice's"
    shown = await desk.clicks("bob", vote)
    assert "Which would you rather discuss?" in shown
    assert "Gamma" not in shown
    assert "#1" not in shown, "neither rank nor others' votes before one's own"
    a, b, c = entries
    shown = await desk.clicks("bob", ids.PICK_CHOICE.carry(ids.PickBallot(league, key, a, b, "second")))
    assert "Beta" in shown
    assert "Gamma" in shown
    assert "Alpha" not in shown, "the winner meets the third"
    proposal = str(await desk.renders("pick"))
    assert "1 person voted" in proposal
    assert "for Beta" not in proposal
    shown = await desk.clicks("bob", ids.PICK_CHOICE.carry(ids.PickBallot(league, key, b, c, "second")))
    assert "You chose *Gamma*.\\nSo far 1 person voted: 1 for Gamma" in shown
    async with world.database.reading(TEAM) as session:
        assert len(list(await session.scalars(select(DuelVote)))) == 2, "they count in the ranking"
    await desk.clicks("bob", ids.PRESENT.carry(ids.Presenting(league, key, c)))
    assert "1 person voted: 1 for Gamma" in str(await desk.renders("pick"))
    again = await desk.clicks("bob", ids.PICK_AGAIN.carry(ids.OfPick(league, key)))
    assert "Alpha" in again
    assert "voted" not in str(await desk.renders("pick"))


async def test_a_paper_is_discussed_with_its_thread_and_each_writes_a_line(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, "Alpha", "Beta")
    await world.ranks(league, entries)
    await desk.runs("bob", "pick", "friday")
    key = f"pick:{league}:{world.now:%Y-%m-%d}"
    about = ids.Presenting(league, key, entries[0])
    await desk.clicks("bob", ids.PRESENT.carry(about))
    assert "We discussed it" in str(await desk.renders("pick"))
    assert "guests and others" in await desk.clicks("gus", ids.DISCUSSED.carry(about))
    assert "counts as discussed" in await desk.clicks("carol", ids.DISCUSSED.carry(about))
    shown = str(await desk.renders("pick"))
    assert "discussed, no notes yet" in shown
    assert "'text': 'Vote'" not in shown
    window = await desk.clicks("gus", ids.NOTE.carry(ids.OfEntry(entries[0])))
    assert "One line for the group" in window, "a guest of the channel may write, too"
    for user, text in (("gus", "Needs  a\nbaseline"), ("carol", "Read section 3")):
        assert "is saved" in await desk.submits(
            user, ids.NOTE_MODAL, ids.ModalSubject(entries[0], HOME), note=text
        )
    assert "300 characters" in await desk.submits(
        "carol", ids.NOTE_MODAL, ids.ModalSubject(entries[0], HOME), note="x" * 301
    )
    assert "discussed, 2 notes" in str(await desk.renders("pick"))
    window = await desk.clicks("carol", ids.MORE.carry(ids.OfEntry(entries[0])))
    for words in (
        "*Discussed*",
        "presented by <@bob>",
        "Thread",
        "Needs a baseline",
        "Read section 3",
        "My note…",
    ):
        assert words in window, words
    assert "Needs a baseline" in await desk.runs("bob", "history", "alpha")
    assert "2 notes" in await desk.runs("bob", "discussed")
    assert "is removed" in await desk.submits(
        "gus", ids.NOTE_MODAL, ids.ModalSubject(entries[0], HOME), note=""
    )
    world.later(days=7)
    await desk.runs("bob", "pick")
    assert "Alpha" not in str(await desk.renders("pick")), "what was discussed isn't proposed again"
    assert "doesn't count as discussed" in await desk.clicks(
        "bob", ids.UNDISCUSSED.carry(ids.OfEntry(entries[0]))
    )
    assert "Nothing is marked" in await desk.runs("bob", "discussed")
    assert "counts as discussed" in await desk.runs("bob", "discussed", "beta")


async def test_papers_are_tagged_by_anybody_and_filtered_on_board_and_in_the_digest(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, "Alpha", "Beta")
    await world.ranks(league, entries)
    assert "No paper has a tag yet" in await desk.runs("bob", "tag")
    assert "`moe`, `rl`" in await desk.runs("gus", "tag", "#1 RL moe")
    assert "`long-context`" in await desk.runs("bob", "tag", "alpha | long context,rl")
    board = await desk.runs("bob", "board", "tag:rl")
    assert "Alpha" in board
    assert "Beta" not in board
    assert "tagged rl" in board
    assert "#long-context" in await desk.runs("bob", "board"), "the menu filters, too"
    assert "No paper passes" in await desk.runs("bob", "board", "tag nothing")
    assert "rl" in await desk.runs("bob", "tag")
    assert "at most 8 tags" in await desk.runs("bob", "tag", "#1 a b c d e f g")
    assert "letters, digits and dashes" in await desk.runs("bob", "tag", "#1 " + "x" * 31)
    assert "doesn't have that tag" in await desk.runs("bob", "untag", "#2 rl")
    assert "`long-context`, `moe`" in await desk.runs("bob", "untag", "#1 rl")
    said = await desk.submits(
        "carol", ids.TAGS_MODAL, ids.ModalSubject(entries[1], HOME), tags="rl, to reproduce"
    )
    assert "`rl`, `to-reproduce`" in said
    assert "only of papers tagged `rl`" in await desk.runs("alice", "digest", "tag RL")
    world.later(hours=1)
    await desk.runs("alice", "digest", "now")
    digest = str(await desk.renders("digest"))
    assert "papers (tagged rl)" in digest
    assert "1 new paper." in digest
    assert "*To read*: <https://example.org/beta|Beta>" in digest
    assert "Only" in await desk.runs("bob", "digest", "tag off")
    assert "all papers again" in await desk.runs("alice", "digest", "tag off")


async def test_the_channel_shares_a_reading_list_beside_ones_own(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    entries = await world.enters(league, "Alpha", "Beta")
    await world.ranks(league, entries)
    assert "is empty" in await desk.runs("bob", "list")
    assert "Share with the channel" in await desk.clicks("bob", ids.SAVE.carry(ids.OfEntry(entries[1])))
    assert "on the channel's reading list" in await desk.clicks(
        "bob", ids.LIST.carry(ids.OfEntry(entries[1]))
    )
    await desk.runs("gus", "list", "add alpha")
    shown = await desk.runs("carol", "list")
    assert shown.index("Alpha") < shown.index("Beta")
    assert "<@gus>" in shown
    assert "Your reading list is empty" in await desk.runs("carol", "reading")
    assert "off the channel's" in await desk.runs("carol", "list", "remove #1")
    assert "Write `list`" in await desk.runs("carol", "list", "everything")


async def test_what_a_group_did_follows_a_merge_and_forgets_a_person(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    first, second = await world.enters(league, "Alpha", "Alpha again")
    await desk.runs("bob", "tag", "“Alpha again” rl")
    await desk.runs("gus", "tag", f"entry:{first} rl")
    await desk.submits("bob", ids.NOTE_MODAL, ids.ModalSubject(second, HOME), note="Mine")
    await desk.clicks("bob", ids.LIST.carry(ids.OfEntry(second)))
    await desk.runs("bob", "discussed", "Alpha again")
    async with world.writing() as session:
        papers = {
            row.id: row.paper_id
            for row in await session.scalars(select(Entry).where(Entry.league_id == league))
        }
        merge, _ = await merges.merge(
            session, papers[first], papers[second], by="bob", reason="same", now=world.now
        )
        for table in (Note, ListedPaper, Discussion):
            assert list(await session.scalars(select(table.entry_id))) == [first]
        assert sorted(await session.scalars(select(Tag.entry_id))) == [first, second], (
            "one tag is there already"
        )
        await merges.undo(session, merge.id, "bob", world.now)
        assert list(await session.scalars(select(Note.entry_id))) == [second]
        await forget(session, "bob")
        assert not list(await session.scalars(select(Note)))
        by = [*await session.scalars(select(ListedPaper.by)), *await session.scalars(select(Discussion.by))]
        assert len(by) == 2
        assert "bob" not in by


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("#3 rl", ("#3", ("rl",))),
        ("#3", ("#3", ())),
        ("attention rl", ("attention", ("rl",))),
        ("attention is all | long context, rl", ("attention is all", ("long-context", "rl"))),
        ("“Attention is all” rl moe", ("“Attention is all”", ("rl", "moe"))),
    ],
)
def test_words_after_tag_name_a_paper_and_its_tags(words: str, meaning: tuple[str, tuple[str, ...]]) -> None:
    assert paper_and_tags(words) == meaning


def test_a_board_keeps_its_tag_and_a_tag_its_limits() -> None:
    assert parse_board("tag:RL since 30d").filters() == "since 30d tag rl"
    assert parse_board(parse_board("uncertain tag rl").filters()).tag == "rl"
    with pytest.raises(BadRequestError):
        tags.tag_of("a`b")


@pytest.mark.postgres
async def test_the_week_and_the_news_stand_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with a_world(tmp_path, postgres_url) as world, a_desk(world) as desk:
        league = (await world.league()).id
        await desk.runs("bob", "follow", "keyword moles")
        world.later(minutes=1)
        entries = await world.enters(league, "Moles", "Beta", "Gamma")
        await world.ranks(league, entries)
        world.later(days=1)
        async with world.writing() as session:
            assert await topic_news.send(session, "bob", world.now)
        assert "#1 of 3" in str(await desk.renders("news"))
        await desk.runs("bob", "pick", "friday")
        key = f"pick:{league}:{world.now:%Y-%m-%d}"
        choice = ids.PickBallot(league, key, entries[0], entries[1], "first")
        assert "Gamma" in await desk.clicks("bob", ids.PICK_CHOICE.carry(choice))
        assert "counts as discussed" in await desk.runs("bob", "discussed", "#1")
        assert "counts as discussed" in await desk.runs("carol", "discussed", "#1"), "twice changes nothing"
        for text in ("Mine", "Mine, better"):
            await desk.submits("bob", ids.NOTE_MODAL, ids.ModalSubject(entries[0], HOME), note=text)
        assert "1 note" in await desk.runs("bob", "discussed")
        assert "`rl`" in await desk.runs("bob", "tag", "#2 rl")
        assert "tagged rl" in await desk.runs("bob", "board", "tag:rl")
        await desk.runs("bob", "list", "add #2")
        assert "Beta" in await desk.runs("bob", "list")
        await desk.runs("alice", "digest", "tag rl")
        await desk.runs("alice", "digest", "now")
        assert "tagged rl" in str(await desk.renders("digest"))
        async with world.writing() as session:
            await forget(session, "bob")
