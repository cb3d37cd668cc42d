"""Claims about duels: who is asked what, what an answer counts for, and how it is taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from bot.people import Person
from bot.voting import duels
from bot.voting.duels import Duel, DuelResult, best_pair
from handlers.voting import duels_view as views
from storage.database.engine import Database
from storage.entries import merges
from storage.errors import NotAllowedError, NotFoundError
from storage.standings import rating_rows
from storage.tables import AuthorMark, Entry, League, Match, Paper, Workspace
from storage.voting import duels as stored
from storage.voting.duels import DuelPaper, PairVotes
from storage.workspaces.forget_person import forget
from tests.voting.conftest import TEAM, Team
from tests.voting.test_votes_in_ratings import board_of, people_s


async def answers(team: Team, user: str, choice: str) -> DuelResult:
    first, second = team.entries
    async with team.database.transaction(TEAM) as session:
        return await duels.answer(session, first, second, choice, team.people.viewer(user), team.now)


async def asked(team: Team, user: str) -> Duel:
    async with team.database.reading(TEAM) as session:
        return await duels.next_duel(session, team.league, team.people.viewer(user), team.now)


async def test_an_answer_counts_as_a_persons_and_is_changed_or_taken_back(team: Team) -> None:
    first, second = team.entries
    await answers(team, "U1", "first")
    assert people_s(await board_of(team)) == [(first, second, 1.0)]
    await answers(team, "U1", "second")
    assert people_s(await board_of(team)) == [(first, second, 0.0)]
    await answers(team, "U1", "skip")
    assert people_s(await board_of(team)) == [], "“can't say” says nothing"
    await answers(team, "U1", "first")
    async with team.database.transaction(TEAM) as session:
        await duels.take_back(session, first, second, team.people.viewer("U1"), team.now)
    assert people_s(await board_of(team)) == []


async def test_a_league_played_by_people_alone_is_a_ranking(team: Team) -> None:
    first, second = team.entries
    async with team.database.transaction(TEAM) as session:
        await session.delete(await session.get_one(Match, team.match))
    for user in ("U1", "U2", "U3"):
        await answers(team, user, "second")
    async with team.database.reading(TEAM) as session:
        ratings = await rating_rows.ratings_of(session, team.entries)
    assert {entry: row.rank for entry, row in ratings.items()} == {second: 1, first: 2}


async def test_the_same_answer_counts_alike_whichever_paper_was_shown_first(team: Team) -> None:
    first, second = team.entries
    async with team.database.transaction(TEAM) as session:
        viewer = team.people.viewer("U1")
        turned = await duels.answer(session, second, first, "second", viewer, team.now)
    assert turned.choice == "second"
    assert people_s(await board_of(team)) == [(first, second, 1.0)]


async def test_what_others_and_judges_said_is_told_after_ones_own_answer_only(team: Team) -> None:
    await answers(team, "U1", "first")
    shown = str(views.duel(await asked(team, "U2")))
    assert "#" not in shown.replace("#fff", "")
    assert "judge" not in shown
    assert "other" not in shown
    result = await answers(team, "U2", "first")
    assert result.others == {"first": 1, "second": 0, "skip": 0}
    said = views.result(result).text
    assert "1 other person: 1 for" in said
    assert "The judges:" in said


async def test_no_pair_is_put_to_a_person_twice_and_none_of_their_own_papers(team: Team) -> None:
    await asked(team, "U1")
    await answers(team, "U1", "skip")
    with pytest.raises(NotFoundError, match="No pair of papers is left"):
        await asked(team, "U1")
    async with team.database.transaction(TEAM) as session:
        entry = await session.get_one(Entry, team.entries[0])
        session.add(AuthorMark(workspace_id=TEAM, paper_id=entry.paper_id, user="U2", at=team.now))
        entry.submitted_by = "U3"
    for user in ("U2", "U3"):
        with pytest.raises(NotFoundError):
            await asked(team, user)
        with pytest.raises(NotAllowedError, match="is yours"):
            await answers(team, user, "first")


async def test_guests_bots_strangers_and_people_outside_the_channel_answer_none(team: Team) -> None:
    plain = Person("U1", "one")
    for person in (
        replace(plain, is_guest=True),
        replace(plain, is_bot=True),
        replace(plain, is_stranger=True),
    ):
        team.people.persons["U1"] = person
        with pytest.raises((NotAllowedError, NotFoundError)):
            await answers(team, "U1", "first")
    with pytest.raises((NotAllowedError, NotFoundError)):
        await answers(team, "U404", "first")
    assert people_s(await board_of(team)) == []


async def test_whoever_is_forgotten_leaves_the_answer_and_no_name(team: Team) -> None:
    await answers(team, "U1", "first")
    async with team.database.transaction(TEAM) as session:
        await forget(session, "U1")
    assert len(people_s(await board_of(team))) == 1
    assert (await answers(team, "U2", "first")).others["first"] == 1
    async with team.database.reading(TEAM) as session:
        votes = await stored.votes_on(session, *team.entries)
    assert "U1" not in votes.choices


def paper(entry: int, theta: float | None = 0.0) -> DuelPaper:
    return DuelPaper(entry, f"Paper {entry}", "https://x.org", theta, 0.3)


def ids_of(pair: tuple[DuelPaper, DuelPaper] | None) -> set[int]:
    assert pair is not None
    return {side.entry for side in pair}


def test_a_pair_that_others_began_comes_first_until_three_have_answered() -> None:
    papers = [paper(n) for n in range(1, 6)]
    begun = {(2, 4): PairVotes({"U8": "first"})}
    assert ids_of(best_pair(papers, begun, {}, "U1", 7)) == {2, 4}
    enough = {(2, 4): PairVotes({"U8": "first", "U9": "first", "U7": "skip"})}
    assert ids_of(best_pair(papers, enough, {}, "U1", 7)) != {2, 4}


def test_an_open_pair_teaches_more_than_one_that_is_clear_and_a_judged_one_more_than_one_that_is_not() -> (
    None
):
    papers = [paper(1, 5.0), paper(2, 0.1), paper(3, 0.0)]
    assert ids_of(best_pair(papers, {}, {}, "U1", 1)) == {2, 3}
    level = [paper(n) for n in range(1, 4)]
    assert ids_of(best_pair(level, {}, {(1, 3): False}, "U1", 1)) == {1, 3}


def test_neither_place_is_favoured() -> None:
    shown = [best_pair([paper(1), paper(2)], {}, {}, "U1", seed) for seed in range(40)]
    assert {pair[0].entry for pair in shown if pair is not None} == {1, 2}


def test_each_pair_is_put_once_and_none_when_all_are_answered() -> None:
    papers, pairs = [paper(n) for n in range(1, 7)], []
    votes: dict[tuple[int, int], PairVotes] = {}
    while (pair := best_pair(papers, votes, {}, "U1", len(votes))) is not None:
        low, high = sorted(ids_of(pair))
        pairs.append((low, high))
        votes[low, high] = PairVotes({"U1": "first"})
    assert sorted(pairs) == list(combinations(range(1, 7), 2))


class Counted(Sequence[DuelPaper]):
    """Papers that count how often one is looked at."""

    def __init__(self, number: int) -> None:
        self.papers, self.looks = [paper(n) for n in range(number)], 0

    def __len__(self) -> int:
        return len(self.papers)

    def __getitem__(self, place: int) -> DuelPaper:  # type: ignore[override]  # no slices are asked for
        self.looks += 1
        return self.papers[place]


def test_a_large_league_is_drawn_from_and_not_listed_pair_by_pair() -> None:
    papers = Counted(3_500)
    assert best_pair(papers, {}, {}, "U1", 1) is not None
    assert papers.looks < 2 * len(papers)


async def test_answers_go_along_when_papers_are_joined_and_come_back_when_they_are_parted(
    database: Database,
) -> None:
    """An answer about the joined paper is about the one that stays, whichever of the pair has the lower id."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    async with database.transaction(None) as session:
        session.add(Workspace(id=TEAM, name="T", installed_at=now))
    async with database.transaction(TEAM) as session:
        session.add(League(id=1, name="L", channel="C1", created_by="U1", created_at=now))
        for n in range(1, 5):
            session.add(Paper(id=n, canonical=f"x:{n}", url="u", status="known", created_at=now))
        await session.flush()
        for n in range(1, 5):
            session.add(
                Entry(id=n, league_id=1, paper_id=n, submitted_by="U9", submitted_at=now, channel="C1")
            )
        await session.flush()
        for a, b, user, choice in (
            (1, 2, "alice", "first"), (2, 4, "alice", "second"), (2, 4, "bob", "skip"), (3, 4, "bob", "first"),
            (2, 3, "carol", "first"),
        ):  # fmt: skip
            await stored.cast_duel(session, 1, a, b, user, choice, now)
    before = await pairs(database)
    async with database.transaction(TEAM) as session:
        merge, _leagues = await merges.merge(session, 3, 2, by="alice", reason="said", now=now)
        merge_id = merge.id
    assert await pairs(database) == {
        (1, 3): {"alice": "first"},
        (3, 4): {"alice": "second", "bob": "first"},
        (2, 4): {"bob": "skip"},
        (2, 3): {"carol": "first"},
    }
    async with database.transaction(TEAM) as session:
        merge, _leagues = await merges.merge(session, 4, 3, by="alice", reason="said", now=now)
        last = merge.id
    assert (await pairs(database))[1, 4] == {"alice": "first"}
    for each in (last, merge_id):
        async with database.transaction(TEAM) as session:
            await merges.undo(session, each, "alice", now)
    assert await pairs(database) == before


async def pairs(database: Database) -> dict[tuple[int, int], dict[str, str]]:
    async with database.reading(TEAM) as session:
        return {pair: dict(votes.choices) for pair, votes in (await stored.votes_by_pair(session, 1)).items()}
