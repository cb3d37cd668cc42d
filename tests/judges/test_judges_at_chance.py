"""A judge that agrees with people no more than a coin would counts for nothing, a week after owners were told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.ranking import Agreement
from bot.standings import judges_at_chance, refit
from bot.standings.judges_at_chance import NOTICE, look
from bot.standings.team_agreement import LeagueAgreement, TeamAgreement, league_agreement
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from handlers.blocks import ids
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.standings import chance_rows
from storage.tables import DuelVote, Match, Rating, Verdict
from storage.workspaces.forget_person import forget
from tests.leagues.slack import Desk, NoSources, a_desk
from tests.leagues.world import SECRET, World, a_world
from tests.statements import counted

JUDGE = "openai:coin"
VOTERS = ("bob", "carol", "dora")


def share(value: float, half: float, votes: int = 100) -> Agreement:
    return Agreement(value, value - half, value + half, votes)


@pytest.mark.parametrize(
    ("judge", "people", "is_at_chance"),
    [
        (share(0.5, 0.09), None, True),
        (share(0.5, 0.11), None, False),  # it may be useful
        (share(0.56, 0.03), None, False),  # better than a coin
        (share(0.3, 0.1), None, True),  # worse than a coin
        (share(0.3, 0.1, 19), None, False),  # few votes
        (share(0.3, 0.1, 20), None, True),
        (share(0.5, 0.09), share(0.74, 0.1), True),
        (share(0.5, 0.09), share(0.5, 0.09), False),  # people don't agree with each other either
    ],
)
def test_a_judge_is_at_chance_by_its_interval_and_not_where_people_are_too(
    judge: Agreement, people: Agreement | None, is_at_chance: bool
) -> None:
    agreement = LeagueAgreement((TeamAgreement("a", judge),), people, 100)
    assert ("a" in judges_at_chance.judges_at_chance(agreement)) is is_at_chance


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_world(tmp_path) as world, a_desk(world) as made:
        yield made


async def judged(world: World, agreeing: int) -> tuple[int, list[int]]:
    """A league of seven papers in which a judge agrees with three people on so many of 21 pairs."""
    league = (await world.league()).id
    entries = await world.enters(league, *"ABCDEFG")
    pairs = [(a, b) for a in entries for b in entries if a < b]
    async with world.writing() as session:
        for a, b in pairs:
            match = Match(
                league_id=league, first_id=a, second_id=b, judge=JUDGE, pool="real", status="decided",
                verdict="first", outcome="first", planned_at=world.now, decided_at=world.now,
            )  # fmt: skip
            session.add(match)
            await session.flush()
            session.add(
                Verdict(
                    match_id=match.id, kind="verdict", judge=JUDGE, model=JUDGE, swapped=False, winner="first",
                    confidence=0.7, rationale="Said.", at=world.now,
                )
            )  # fmt: skip
    await votes(world, league, pairs, agreeing)
    return league, entries


async def votes(world: World, league: int, pairs: list[tuple[int, int]], agreeing: int) -> None:
    async with world.writing() as session:
        await session.execute(delete(DuelVote))
        session.add_all(
            DuelVote(
                first_id=a, second_id=b, user=user, league_id=league,
                choice="first" if place < agreeing else "second", at=world.now,
            )
            for place, (a, b) in enumerate(pairs)
            for user in VOTERS
        )  # fmt: skip


async def looks(world: World, league: int, **later: float) -> int:
    """Look some time later; returns how many verdicts of the judge count in the ratings then."""
    world.later(**later)
    async with world.writing() as session:
        await look(session, league, world.now)
        board = await refit.fit_input(session, league)
        return len(board.outcomes) - len(VOTERS) * 21


async def actions(world: World, league: int) -> list[str]:
    async with world.database.reading("T1") as session:
        return [line.action for line in await league_rows.log(session, league, 20)][::-1]


async def test_owners_are_told_a_week_before_and_may_keep_it_and_it_comes_back(desk: Desk) -> None:
    world = desk.world
    league, entries = await judged(world, 8)
    assert await looks(world, league) == 21
    [message] = await world.messages("judge_at_chance")
    assert message.channel == "alice"
    notice = await desk.renders("judge_at_chance")
    assert r"agrees with you in 38\xa0% (likely 26–50), on 63 votes: no more than a coin would." in str(
        notice
    )
    assert "its verdicts won't count" in str(notice)
    assert "Keep counting it" in str(notice)
    said = await desk.runs("bob", "judges")
    assert "The verdicts of *openai:coin* count" in said
    assert said.count("no more than a coin would") == 1

    assert await looks(world, league, days=6) == 21
    assert await looks(world, league, days=1) == 0, "a week is over"
    assert "no longer count" in str(await desk.renders("judge_at_chance"))
    said = await desk.runs("bob", "judges")
    assert "The verdicts of *openai:coin* don't count." in said
    assert "plays in one match of ten, doesn't count" in said
    async with world.database.reading("T1") as session:
        rating = await session.scalar(select(Rating).where(Rating.entry_id == entries[0]))
        assert rating is not None
        assert (rating.wins, rating.losses) == (0, 0), "the card leaves its verdicts out"

    keep = ids.CHOOSE_JUDGE.carry(ids.JudgeChoice(league, JUDGE, counts=True))
    assert "Only Alice" in await desk.clicks("bob", keep)
    assert "count from now on" in await desk.clicks("alice", keep)
    assert "already count" in await desk.clicks("alice", keep)
    assert await looks(world, league, days=8) == 21, "kept for good"
    assert "count, because <@alice> said so" in await desk.runs("bob", "judges")
    assert "Don't count it" in str(await desk.renders("judge_at_chance"))
    await desk.clicks("alice", ids.CHOOSE_JUDGE.carry(ids.JudgeChoice(league, JUDGE, counts=False)))
    assert await looks(world, league) == 0

    await votes(world, league, [(a, b) for a in entries for b in entries if a < b], 16)
    assert await looks(world, league, days=1) == 21, "people's votes agree with it again"
    assert "does better than a coin again" in str(await desk.renders("judge_at_chance"))
    assert "agrees with the team again" in await desk.clicks("alice", keep)
    assert await actions(world, league) == [
        "league.created", "judge.at_chance", "judge.left_out", "judge.kept", "judge.put_out", "judge.recovered",
    ]  # fmt: skip
    log = await desk.runs("bob", "log")
    assert "left the verdicts of openai:coin out" in log
    assert len(await world.messages("judge_at_chance")) == 1


@pytest.mark.slow
@pytest.mark.postgres
async def test_on_postgresql_its_verdicts_are_left_out_too(postgres_url: str, tmp_path: Path) -> None:
    async with a_world(tmp_path, postgres_url) as world:
        league, _ = await judged(world, 8)
        assert await looks(world, league) == 21
        assert await looks(world, league, days=7) == 0
        async with world.writing() as session:
            await judges_at_chance.choose(session, league, JUDGE, "alice", world.now, counts=True)
        assert await looks(world, league) == 21


async def test_nobody_is_told_where_people_agree_with_it_and_a_forgotten_owner_is_nobody(desk: Desk) -> None:
    world = desk.world
    league, entries = await judged(world, 16)
    assert await looks(world, league) == 21
    assert await world.messages("judge_at_chance") == []
    await votes(world, league, [(a, b) for a in entries for b in entries if a < b], 8)
    await looks(world, league)
    async with world.writing() as session:
        await judges_at_chance.choose(session, league, JUDGE, "alice", world.now, counts=True)
        await forget(session, "alice")
        row = await chance_rows.get(session, league, JUDGE)
        assert row is not None
        assert row.kept_by not in {None, "alice"}
        assert row.counts_until - row.told_at == NOTICE == timedelta(days=7)
        assert await session.scalar(select(Match.id).limit(1))


def runtime_of(world: World) -> Runtime:
    return Runtime(
        world.database,
        world.settings,
        MovableTime(world.now),
        {},
        NoSources(),
        lambda _workspace: world.people,
    )


async def test_a_look_that_changes_nothing_waits_for_no_writer(desk: Desk) -> None:
    world = desk.world
    league, _entries = await judged(world, 8)

    async def writes() -> bool:
        with counted(world.database) as sent:
            await judges_at_chance.look_everywhere(runtime_of(world))
        return "BEGIN IMMEDIATE" in sent

    assert await writes(), "owners are told"
    world.later(days=1)
    assert not await writes(), "its week isn't over"
    async with world.writing() as session:
        await judges_at_chance.choose(session, league, JUDGE, "alice", world.now, counts=True)
    world.later(days=7)
    assert not await writes(), "somebody kept it"


async def test_a_league_whose_look_fails_keeps_no_other_from_being_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.world
    broken = (await world.league(SECRET)).id
    league, _entries = await judged(world, 8)
    agreement_of = league_agreement

    async def agreement(session: Transaction, of: int) -> LeagueAgreement:
        if of == broken:
            raise ValueError("a row that a fit trips over")
        return await agreement_of(session, of)

    monkeypatch.setattr(judges_at_chance, "league_agreement", agreement)
    await judges_at_chance.look_everywhere(runtime_of(world))
    assert broken < league
    assert "judge.at_chance" not in await actions(world, broken)
    assert "judge.at_chance" in await actions(world, league)
