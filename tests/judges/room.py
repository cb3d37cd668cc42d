"""A league with papers, judges that do as they are told, and the program's work done until nothing is due."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from bot import dispatch
from bot.judges.interface import AssessmentAnswer, Judge, PaperText, Pool, Usage, VerdictAnswer, Winner
from bot.judges.rubric import Rubric
from bot.leagues import upkeep
from bot.leagues.visibility import visible_leagues
from bot.papers.records import PaperRecord
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from storage.entries.entry_rows import entry as entry_of
from storage.errors import JudgeError
from storage.matches import match_rows
from storage.matches.match_rows import Pairing
from storage.tables import Assessment, Base, Evidence, League, Match, Spending, Tournament, Verdict
from storage.work import leases, sweeping
from storage.work.leases import Work
from tests.leagues.world import HOME, TEAM, World, a_world

COST = Decimal("0.01")
CRITERIA = ("novelty", "application", "rigor", "breadth", "timeliness")


Row = TypeVar("Row", bound=Base)


@dataclass
class ScriptedJudge:
    """Says what its script says of the two papers as shown: a winner, or an error to raise."""

    name: str
    script: Callable[[PaperText, PaperText], Winner | Exception] = lambda _first, _second: "first"
    cost: Decimal = Decimal(0)
    worst: Decimal | None = None
    pool: Pool = "real"
    family: str = ""
    seen: list[tuple[PaperText, PaperText]] = field(default_factory=list)
    purposes: list[str | None] = field(default_factory=list)
    error: Exception | None = None
    is_examined: bool = False
    during: Callable[[], Awaitable[None]] | None = None
    """What happens while it judges."""

    def __post_init__(self) -> None:
        self.family = self.family or self.name.partition(":")[0]

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        del nonce
        self.seen.append((first, second))
        self.purposes.append(purpose)
        if self.during is not None:
            await self.during()
        said = self.error or self.script(first, second)
        if isinstance(said, Exception):
            raise said
        better = "even" if said == "draw" else said
        return VerdictAnswer(
            winner=said, confidence=0.75, rationale="Paper 1 or Paper 2.",
            criteria=dict.fromkeys(CRITERIA, better), model=f"{self.name}-model", usage=self.usage,
        )  # fmt: skip

    @property
    def usage(self) -> Usage:
        return Usage(100, 50, self.cost, "prices 1", 1_200)

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        del nonce, rubric
        self.purposes.append(purpose)
        if self.error is not None:
            raise self.error
        return AssessmentAnswer(
            6, 6, 6, 6, 6, {"rigor": f"{self.name} on {paper.title}"}, "One line.", (), "abstract",
            f"{self.name}-model", self.usage, "rubric-1",
        )  # fmt: skip

    def worst_compare(self, first: PaperText, second: PaperText, purpose: str | None) -> Decimal | None:
        del first, second, purpose
        return self.cost if self.worst is None else self.worst

    def worst_assess(
        self, paper: PaperText, purpose: str | None, rubric: Rubric | None = None
    ) -> Decimal | None:
        del paper, purpose, rubric
        return self.cost if self.worst is None else self.worst


class NoSources:
    async def resolve(self, references: Any) -> Any:
        del references
        raise AssertionError("nothing is fetched here")


class Newsroom:
    """A source that knows every paper, and says of some that they were withdrawn."""

    def __init__(self) -> None:
        self.withdrawn: set[str] = set()

    async def resolve(self, references: Any) -> dict[str, PaperRecord]:
        return {each.canonical: self._record(each) for each in references}

    def _record(self, reference: Any) -> PaperRecord:
        return PaperRecord(
            identifiers=((reference.scheme, reference.value),), title=reference.value, authors=(), categories=(),
            abstract="An abstract.", primary_category=None, published=None, updated=None, version=None,
            comment=None, withdrawn=reference.canonical in self.withdrawn, licence=None, pdf_url=None,
            url=reference.url, source="test",
            standing="withdrawn" if reference.canonical in self.withdrawn else None,
        )  # fmt: skip


@dataclass
class Room:
    """The league's world with its runtime; `entries` are those of papers A, B, C, …"""

    world: World
    runtime: Runtime
    time: MovableTime
    league: int
    entries: list[int]
    ended: Any = None
    """What a test reads before the database closes."""

    async def plan(
        self,
        judge: str,
        first: int = 0,
        second: int = 1,
        tournament: int | None = None,
        *,
        swap: bool = False,
    ) -> int:
        found = self.runtime.judge(judge)
        assert found is not None
        async with self.world.writing() as session:
            pairing = Pairing(self.entries[first], self.entries[second], judge, found.pool, swap)
            (match,) = await match_rows.plan(
                session, league=self.league, tournament=tournament, round_number=1, pairings=[pairing],
                now=self.time.now(),
            )  # fmt: skip
            return match

    async def plan_many(self, pairs: list[tuple[str, int, int]], tournament: int) -> None:
        """Plan matches of (judge, first, second) in one transaction."""
        async with self.world.writing() as session:
            pairings = [
                Pairing(self.entries[first], self.entries[second], judge, "real")
                for judge, first, second in pairs
            ]
            await match_rows.plan(
                session, league=self.league, tournament=tournament, round_number=1, pairings=pairings,
                now=self.time.now(),
            )  # fmt: skip

    async def matches(self) -> list[Match]:
        return await self.rows(Match)

    async def all_verdicts(self) -> list[Verdict]:
        return await self.rows(Verdict)

    async def decided(self, judge: str, first: int, second: int, winner: str, *, swap: str = "") -> int:
        """A match decided long ago, its verdicts as the tables hold them."""
        async with self.world.writing() as session:
            now = self.time.now()
            match = Match(
                league_id=self.league, first_id=self.entries[first], second_id=self.entries[second], judge=judge,
                pool="real", status="decided", verdict=winner, outcome=winner, planned_at=now, decided_at=now,
            )  # fmt: skip
            session.add(match)
            await session.flush()
            for kind, said in (("verdict", winner), ("swap", swap)):
                if said:
                    session.add(
                        Verdict(
                            match_id=match.id, kind=kind, judge=judge, model=judge, swapped=kind == "swap",
                            winner=said, confidence=0.7, rationale="Said.", at=now,
                        )
                    )  # fmt: skip
            return match.id

    async def tournament(self, *judges: str, budget: Decimal | None = None, number: int = 100) -> int:
        async with self.world.writing() as session:
            row = Tournament(
                league_id=self.league, status="running", round=1, budget_matches=number, budget=budget,
                judges=list(judges), channel=HOME, started_by="bob", created_at=self.time.now(),
                started_at=self.time.now(),
            )  # fmt: skip
            session.add(row)
            await session.flush()
            return row.id

    async def works(self, *kinds: Work) -> None:
        """Do all that is due, of these kinds, until nothing is."""
        asked = kinds or (Work.MATCH, Work.ASSESSMENT, Work.EVIDENCE)
        functions = dispatch.functions(self.runtime, _no_post, lambda _league: ())
        for _ in range(50):
            async with self.world.database.transaction(None) as session:
                found = await sweeping.sweep(session, self.time.now())
            due = [job for job in (*found.due, *(job for job, _ in found.alone)) if job.kind in asked]
            if not due:
                return
            with leases.alone():
                for job in due:
                    await functions[Work(job.kind)](job.workspace, job.id)
        raise AssertionError("the work never ends")

    async def row(self, match: int) -> Match:
        return (await self.rows(Match, Match.id == match))[0]

    async def tournament_row(self, tournament: int) -> Tournament:
        return (await self.rows(Tournament, Tournament.id == tournament))[0]

    async def verdicts(self, match: int) -> dict[str, Verdict]:
        return {row.kind: row for row in await self.rows(Verdict, Verdict.match_id == match)}

    async def spendings(self) -> list[Spending]:
        return await self.rows(Spending)

    async def evidence(self, match: int) -> Evidence:
        return (await self.rows(Evidence, Evidence.match_id == match))[0]

    async def assessments(self) -> list[Assessment]:
        return await self.rows(Assessment)

    async def rows(self, table: type[Row], *where: Any) -> list[Row]:
        async with self.world.database.reading(TEAM) as session:
            found = (
                await session.scalars(select(table).where(*where).order_by(*table.__table__.primary_key))
            ).all()
            session.expunge_all()
            return list(found)

    async def sets(self, **values: Any) -> None:
        """Change the league's settings."""
        async with self.world.writing() as session:
            league = await session.get_one(League, self.league)
            for name, value in values.items():
                setattr(league, name, value)

    async def resumes(self, user: str, judge: str) -> None:
        async with self.world.writing() as session:
            seen = await visible_leagues(session, self.world.people.viewer(user))
            await upkeep.resume_judge(session, judge, seen, self.world.people.viewer(user), self.time.now())

    def later(self, **by: float) -> datetime:
        self.time.move(timedelta(**by))
        return self.time.now()


async def _no_post(_workspace: str, _row: int) -> None:
    return None


@asynccontextmanager
async def a_room(
    folder: Path, *judges: Judge, papers: str = "ABCD", sources: Any = None, **settings: Any
) -> AsyncIterator[Room]:
    by_name: Mapping[str, Judge] = {judge.name: judge for judge in judges}
    names = tuple(by_name) or ("offline",)
    async with a_world(folder, judges=names, assessors=names[:1], **settings) as world:
        league = (await world.league()).id
        entries = await world.enters(league, *papers)
        async with world.writing() as session:
            for entry in entries:
                (await entry_of(session, entry))[1].abstract = "An abstract."
        time = MovableTime(world.now)
        runtime = Runtime(
            database=world.database, settings=world.settings, time=time, judges=by_name, sources=sources or NoSources(),
            people=lambda _workspace: world.people,
        )  # fmt: skip
        room = Room(world, runtime, time, league, entries)
        await room.sets(swap_share=0.0, monthly_cap=Decimal(10), announced=None)
        yield room


__all__ = ["COST", "JudgeError", "Room", "ScriptedJudge", "a_room"]
