"""A league that lives by its schedule: papers come, evenings pass, a scripted judge decides; time is moved."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from math import exp
from pathlib import Path

from sqlalchemy import func, select

from bot.dispatch import functions
from bot.judges.interface import AssessmentAnswer, PaperText, Pool, Usage, VerdictAnswer, Winner
from bot.judges.rubric import Rubric
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.schedules.clock import catch_up
from bot.standings import refit
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from storage.tables import League, Match, Rating, Tournament
from storage.work import sweeping
from storage.work.leases import Work
from tests.leagues.world import TEAM, World, a_world

JUDGE = "openai:scripted"


def chance(text: str) -> float:
    """A number from 0 to 1 that depends on the text alone."""
    return int.from_bytes(sha256(text.encode()).digest()[:8]) / 2**64


@dataclass
class NoisyJudge:
    """Prefers the stronger paper with the chance the model of ratings says; one call in ten is a draw. Costs `price`."""

    strengths: Mapping[str, float]
    name: str = JUDGE
    pool: Pool = "real"
    family: str = "scripted"
    purposes: list[str | None] = field(default_factory=list)
    price: Decimal = Decimal(0)

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        self.purposes.append(purpose)
        better = 1 / (1 + exp(self.strengths[second.title] - self.strengths[first.title]))
        winner: Winner = (
            "draw" if chance(f"draw {nonce}") < 0.1 else "first" if chance(nonce) < better else "second"
        )
        usage = Usage(cost_usd=self.price)
        return VerdictAnswer(winner, 0.7, "Paper 1 against Paper 2.", {}, "scripted", usage)

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        del rubric
        raise AssertionError(f"nobody asked for an assessment of {paper.title} ({purpose}, {nonce})")

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        del first, second, purpose
        return self.price

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        del paper, purpose, rubric
        return Decimal(0)


class NoSources:
    """Every paper is known already."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        raise AssertionError(references)


async def _no_post(_workspace: str, _message: int) -> None:
    """Nobody reads along."""


@dataclass
class Evenings:
    """A league whose schedule plays; `played[i]` counts the matches of day i."""

    world: World
    time: MovableTime
    runtime: Runtime
    judge: NoisyJudge
    league: int
    strengths: dict[str, float]
    played: list[int] = field(default_factory=list)

    async def papers_come(self, number: int) -> list[int]:
        """So many new papers, whose strengths are spread as the prior says."""
        titles = [f"Paper {len(self.strengths) + i}" for i in range(number)]
        for title in titles:
            uniform = [chance(f"{title}/{i}") for i in range(12)]
            self.strengths[title] = 1.35 * (sum(uniform) - 6)
        self.world.now = self.time.now()
        return await self.world.enters(self.league, *titles)

    async def work(self) -> None:
        """Do everything that is due, messages aside."""
        does = functions(self.runtime, _no_post, lambda _league: ())
        while True:
            async with self.world.database.transaction(None) as session:
                swept = await sweeping.sweep(session, self.time.now())
            jobs = [job for job in swept.due if job.kind != Work.MESSAGE]
            if not jobs:
                return
            for job in jobs:
                await does[Work(job.kind)](job.workspace, job.id)

    async def day_passes(self) -> int:
        """From this moment to the same hour tomorrow; returns how many matches were decided on the way."""
        before = await self.matches()
        for hours in (9.5, 14.5):  # past the evening's tournament, then past the morning's digest
            self.time.move(timedelta(hours=hours))
            async with self.world.writing() as session:
                fired = await catch_up(session, self.time.now())
            if fired:
                await self.work()
        self.played.append(await self.matches() - before)
        return self.played[-1]

    async def matches(self) -> int:
        """How many matches were decided."""
        async with self.world.database.reading(TEAM) as session:
            found = select(func.count()).select_from(Match).where(Match.status == "decided")
            return int(await session.scalar(found) or 0)

    async def tournaments(self) -> list[Tournament]:
        async with self.world.database.reading(TEAM) as session:
            rows = list(await session.scalars(select(Tournament).order_by(Tournament.id)))
            session.expunge_all()
            return rows

    async def intervals(self) -> list[float]:
        """The half-widths of the league's intervals now, points."""
        async with self.world.database.reading(TEAM) as session:
            return list(await session.scalars(select(Rating.interval).where(Rating.league_id == self.league)))

    async def target(self) -> float:
        async with self.world.database.reading(TEAM) as session:
            return (await session.get_one(League, self.league)).target_interval

    async def refit(self) -> None:
        async with self.world.writing() as session:
            await refit.refit(session, self.league, cause="test", now=self.time.now())


@asynccontextmanager
async def evenings(folder: Path) -> AsyncIterator[Evenings]:
    """A league in #papers, as a first link makes it, with one scripted judge."""
    async with a_world(folder, judges=JUDGE, assessors="offline") as world:
        strengths: dict[str, float] = {}
        judge = NoisyJudge(strengths)
        time = MovableTime(world.now)
        runtime = Runtime(
            world.database, world.settings, time, {JUDGE: judge}, NoSources(), lambda _team: world.people
        )
        made = await world.league()
        yield Evenings(world, time, runtime, judge, made.id, strengths)
