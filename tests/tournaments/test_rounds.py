"""Rounds: how many matches are planned at a time, and that a pair comes again only to swap its order or its judge."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.matches.single_matches import play_now
from bot.tournaments import rounds
from bot.tournaments.rounds import MOST_ROUNDS, batch_round_size, round_size
from bot.tournaments.starting import TournamentPlan, start
from storage.standings import chance_rows
from storage.tables import Match, Tournament, Verdict
from storage.work import outbox
from storage.work.leases import Work
from tests.judges.room import ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM

NAMES = ("openai:one", "anthropic:two", "google:three")
Order = tuple[int, int, str]


def test_a_round_plays_a_tenth_of_the_papers_and_keeps_the_judges_busy() -> None:
    assert round_size(1_000, 8, 3_000) == 100
    assert round_size(100, 8, 300) == 16
    assert round_size(1_000, 80, 3_000) == 160


def test_nobody_plays_twice_in_a_round_of_a_small_league() -> None:
    assert [round_size(players, 8, 10_000) for players in (2, 3, 5, 12)] == [1, 1, 2, 6]


def test_a_tournament_of_three_thousand_papers_refits_some_sixty_times_at_most() -> None:
    for budget in (3_000, 36_000, 50_000):
        assert budget / round_size(3_000, 8, budget) <= MOST_ROUNDS
    assert round_size(3_000, 8, 36_000) == 600


def test_rounds_in_batches_are_few_and_large() -> None:
    assert batch_round_size(100, 600) == 150
    assert batch_round_size(100, 60) == 50
    assert batch_round_size(2, 1) == 1


@dataclass
class Played:
    """A tournament with more budget than there is to learn: its matches, and every call as shown."""

    tournament: Tournament
    matches: list[Match]
    calls: list[Order]


async def played(
    folder: Path, judges: int, papers: str, swaps: float = 0, *, by_panel: bool = False, left_out: str = ""
) -> Played:
    """Let a tournament run until it ends."""
    scripted = [ScriptedJudge(name) for name in NAMES[:judges]]
    async with a_room(folder, *scripted, papers=papers) as room:
        await room.sets(swap_share=swaps)
        async with room.world.writing() as session:
            if left_out:
                figures, now = (0.5, 0.45, 0.55, 100), room.time.now()
                await chance_rows.add(
                    session, room.league, left_out, figures=figures, now=now, counts_until=now
                )
                await chance_rows.leave_out(session, room.league, left_out, now)
            await start(
                session, room.runtime, league=room.league, plan=TournamentPlan(90, panel=by_panel),
                user="alice", channel=HOME, now=room.time.now(),
            )  # fmt: skip
        await room.works(Work.MATCH, Work.TOURNAMENT)
        by_match = {match.id: match for match in await room.rows(Match)}
        calls = []
        for verdict in await room.rows(Verdict):
            match = by_match[verdict.match_id]
            first, second = match.first_id, match.second_id
            calls.append(
                (second, first, verdict.judge) if verdict.swapped else (first, second, verdict.judge)
            )
        return Played((await room.rows(Tournament))[-1], list(by_match.values()), calls)


@pytest.mark.slow
@pytest.mark.parametrize(("judges", "swaps"), [(1, 0.0), (2, 0.0), (3, 0.0), (2, 0.4)])
async def test_a_pair_comes_again_only_to_swap_its_order_or_its_judge(
    tmp_path: Path, judges: int, swaps: float
) -> None:
    found = await played(tmp_path, judges, "ABCD", swaps)
    assert set(Counter(found.calls).values()) == {1}
    assert len(found.calls) == 6 * 2 * judges
    assert (len(found.matches) < len(found.calls)) == bool(swaps)
    first = {frozenset((match.first_id, match.second_id)) for match in found.matches[:6]}
    assert len(first) == 6, "no rematch while fresh pairs are left"
    assert found.tournament.status == "finished"
    assert "every pair that could make ranks more certain" in str(found.tournament.reason)


async def test_a_panel_is_shown_a_pair_again_in_the_other_order_only(tmp_path: Path) -> None:
    found = await played(tmp_path, 3, "ABC", by_panel=True)
    assert set(Counter(found.calls).values()) == {1}
    assert len(found.calls) == 3 * 2 * 3
    assert len(found.matches) == 3 * 2


@pytest.mark.slow
@pytest.mark.parametrize("by_panel", [False, True])
async def test_a_judge_that_counts_for_nothing_is_seldom_asked_and_the_others_play_on_to_the_end(
    tmp_path: Path, *, by_panel: bool
) -> None:
    coin = NAMES[2]
    found = await played(tmp_path, 3, "ABCDE", by_panel=by_panel, left_out=coin)
    asked = Counter(judge for _first, _second, judge in found.calls)
    assert set(Counter(found.calls).values()) == {1}
    assert asked[coin] <= 0.3 * asked.total() / 3
    assert asked[NAMES[0]] == asked[NAMES[1]] == 10 * 2
    assert found.tournament.status == "finished"
    assert "every pair that could make ranks more certain" in str(found.tournament.reason)
    if not by_panel:
        assert {match.judge for match in found.matches} >= {NAMES[0], NAMES[1]}


async def test_a_match_wished_for_by_hand_is_shown_as_it_was_least_often(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge(NAMES[0]), ScriptedJudge(NAMES[1]), papers="AB") as room:
        for _ in range(8):
            async with room.world.writing() as session:
                await play_now(
                    session, room.runtime, league=room.league, a=room.entries[0], b=room.entries[1],
                    user="alice", channel=HOME, now=room.time.now(),
                )  # fmt: skip
            await room.works(Work.MATCH)
        shown = Counter((match.first_id, match.second_id, match.judge) for match in await room.rows(Match))
    assert sorted(shown.values()) == [2, 2, 2, 2]


async def test_a_tournament_that_waits_asks_for_no_message_that_says_the_same(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge(NAMES[0])) as room:
        tournament = await room.tournament(NAMES[0])
        await room.plan(NAMES[0], 0, 1, tournament)
        await room.plan(NAMES[0], 0, 2, tournament)
        async with room.world.writing() as session:
            await outbox.want(
                session, channel=HOME, key=f"tournament:{tournament}", kind="tournament", about_id=tournament,
                now=room.time.now(),
            )  # fmt: skip

        async def wanted() -> int:
            await rounds.advance(room.runtime, TEAM, tournament)
            return (await room.world.messages("tournament"))[0].wanted

        first = await wanted()
        assert await wanted() == first, "as in each minute of a model's outage"
        async with room.world.writing() as session:
            match = (await session.scalars(select(Match))).first()
            assert match is not None
            match.status, match.verdict, match.outcome = "decided", "first", "first"
        assert await wanted() == first + 1
