"""A league on a real SQLite file whose papers come over HTTP from a stand-in for arXiv, and its work done by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from aiohttp import web
from sqlalchemy import select

from bot.dispatch import functions
from bot.entries import intake
from bot.entries.paper_sources import preprint_feeds
from bot.judges.interface import SECTIONS, AssessmentAnswer, Judge, PaperText, Pool, Usage
from bot.judges.offline_judge import OfflineJudge
from bot.judges.rubric import Rubric
from bot.leagues import creating
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import find
from bot.papers.reading.fulltext import FullTexts
from bot.papers.resolving import Resolver
from bot.people import Person
from bot.settings import read_settings
from bot.work.host_turns import SharedTurns
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from storage.database.engine import Database
from storage.entries import entry_rows
from storage.tables import Assessment, Base, Entry, League, Paper, Workspace
from storage.work import sweeping
from storage.work.leases import Work
from tests.databases import with_tables
from tests.leagues.world import HOME, MONDAY, TEAM, Staff
from tests.papers.conftest import Site

READER = "openai:reader"
NAMESPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'


def feed_entry(
    value: str,
    *,
    title: str = "",
    summary: str = "We study words.",
    doi: str = "",
    version: int = 1,
    comment: str = "",
) -> str:
    """An entry of arXiv's Atom feed."""
    return (
        f"<entry><id>http://arxiv.org/abs/{value}v{version}</id><title>{title or f'Paper {value}'}</title>"
        f"<updated>2020-02-02T00:00:00Z</updated><published>2020-01-01T12:00:00Z</published>"
        f"<summary>{summary}</summary><author><name>Ada A.</name></author>"
        + (f"<arxiv:comment>{comment}</arxiv:comment>" if comment else "")
        + (f"<arxiv:doi>{doi}</arxiv:doi>" if doi else "")
        + "<category term='cs.AI'/><arxiv:primary_category term='cs.AI'/></entry>"
    )


class HurryingTime(MovableTime):
    """Stands still but for sleeps, which pass at once."""

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.move(timedelta(seconds=seconds))


class ReadingJudge(OfflineJudge):
    """An assessor that reads full texts and remembers what it was given."""

    pool: Pool = "real"
    family = "openai"

    def __init__(self) -> None:
        super().__init__(READER)
        self.given: list[PaperText] = []

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        del purpose, nonce, rubric
        self.given.append(paper)
        return AssessmentAnswer(
            rating=7, significance=7, rigor=7, novelty=7, clarity=7,
            sections=dict.fromkeys(SECTIONS, "Words."), contribution="A line.", flags=(),
            basis="full text" if paper.full_text else "abstract", model="reader-1",
            usage=Usage(cost_usd=Decimal(0)), rubric_version="1",
        )  # fmt: skip


@dataclass
class Desk:
    """The league of `channel`; `arxiv` maps ids to entries of the feed, which may be changed."""

    site: Site
    runtime: Runtime
    time: MovableTime
    reader: ReadingJudge
    people: Staff
    arxiv: dict[str, str] = field(default_factory=dict)
    queries: int = 0

    @property
    def database(self) -> Database:
        return self.runtime.database

    async def query(self, request: web.Request) -> web.StreamResponse:
        self.queries += 1
        asked = request.query["id_list"].split(",")
        found = "".join(self.arxiv[one] for one in asked if one in self.arxiv)
        return web.Response(text=f"<feed {NAMESPACES}>{found}</feed>", content_type="application/atom+xml")

    async def posts(
        self, text: str, ts: str = "1.0", channel: str = HOME, user: str = "alice"
    ) -> intake.Intake:
        """Post a message with links; what it leads to is done by `works`."""
        async with self.database.transaction(TEAM) as session:
            league = (
                await creating.ensure_league(
                    session,
                    channel,
                    self.people.viewer(user),
                    settings=self.runtime.settings,
                    now=self.time.now(),
                )
            ).league
            return await intake.take_in(
                session, league=league.id, references=find(text), user=user, channel=channel, ts=ts,
                thread_ts=None, assessors=self.runtime.settings.assessors, now=self.time.now(),
            )  # fmt: skip

    async def works(self) -> None:
        """Do all work that is due, until none is."""
        todo = functions(self.runtime, self._posted, lambda _league: ())
        for _ in range(50):
            async with self.database.transaction(None) as session:
                jobs = [
                    job for job in (await sweeping.sweep(session, self.time.now())).due
                    if job.kind not in {Work.MESSAGE.value, Work.TOURNAMENT.value}
                ]  # fmt: skip
            if not jobs:
                return
            for job in jobs:
                await todo[Work(job.kind)](job.workspace, job.id)
        raise AssertionError("the work never ends")

    async def _posted(self, workspace: str, message: int) -> None:
        raise AssertionError(f"nothing is posted here, not {message} of {workspace}")

    async def paper(self, canonical: str) -> Paper:
        """The paper that goes by this name now."""
        async with self.database.reading(TEAM) as session:
            found = await entry_rows.by_identifier(session, *canonical.split(":", 1))
            assert found is not None
            return found

    async def rows(self, table: type[Base]) -> list[Base]:
        """All rows of a table."""
        async with self.database.reading(TEAM) as session:
            return list((await session.scalars(select(table))).all())

    async def assessments(self) -> list[Assessment]:
        return [row for row in await self.rows(Assessment) if isinstance(row, Assessment)]

    async def entries(self) -> list[Entry]:
        return [row for row in await self.rows(Entry) if isinstance(row, Entry)]

    async def league(self) -> League:
        async with self.database.reading(TEAM) as session:
            return (await session.scalars(select(League).where(League.channel == HOME))).one()

    async def playable(self) -> list[int]:
        async with self.database.reading(TEAM) as session:
            return await entry_rows.playable(session, (await self.league()).id)


@asynccontextmanager
async def a_desk(site: Site, database_url: str, *, assessors: str = READER) -> AsyncIterator[Desk]:
    time = HurryingTime(MONDAY)
    database = await with_tables(database_url)
    async with database.transaction(None) as session:
        session.add(Workspace(id=TEAM, name="Team", installed_at=MONDAY))
    base = site.address
    local = base.replace("127.0.0.1", "localhost")
    settings = read_settings(
        _env_file=None, PAPERBOUT_ASSESSORS=assessors, PAPERBOUT_JUDGES="offline", PAPERBOUT_ARXIV_URL=base
    )
    people = Staff(
        persons={user: Person(user, user.title()) for user in ("alice", "bob", "dora")},
        rooms={HOME: {"alice", "bob"}, "C2": {"alice"}},
    )
    reader = ReadingJudge()
    judges: dict[str, Judge] = {READER: reader, "offline": OfflineJudge()}
    turn = SharedTurns(database, time)
    async with Fetcher(frozenset({site.host, local.removeprefix("http://")}), total_s=10) as fetcher:
        resolver = Resolver(
            fetcher,
            addresses={
                "arxiv": base, "doi": f"{local}/doi", "openalex": f"{local}/openalex", "semantic_scholar": f"{local}/s2",
            }, turn=turn, sleep=time.sleep,
        )  # fmt: skip
        runtime = Runtime(
            database=database, settings=settings, time=time, judges=judges, sources=resolver,
            people=lambda _: people,
            reader=FullTexts(fetcher, turn, settings.arxiv_site),
            feeds=preprint_feeds(
                fetcher, turn, settings, {"biorxiv": f"{local}/biorxiv", "openreview": f"{local}/openreview"}
            ),
        )  # fmt: skip
        desk = Desk(site, runtime, time, reader, people)
        site.routes["/api/query"] = desk.query
        yield desk
    await database.close()
