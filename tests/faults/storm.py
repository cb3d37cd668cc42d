"""A reading group in a storm: a long tournament, eight people who vote, and processes that die while they do."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from handlers.demo.slack import Simulator
from handlers.demo.slack.web_api.method_table import METHODS
from handlers.demo.slack.wire import Json
from storage.database.engine import Database, Transaction
from storage.errors import StorageError
from storage.migrations import running
from storage.tables import (
    Entry,
    Evidence,
    League,
    Match,
    OutboxMessage,
    Owner,
    Paper,
    Poll,
    Rating,
    Tournament,
    Verdict,
    Vote,
    Workspace,
)
from storage.work.delivery import NOTHING_TO_SHOW
from tests.faults.judge import ScriptedJudge, judging, title
from tests.faults.processes import Processes, Program, free_port, nursery, settings_for

ENTRIES, WARM_UP, MATCHES, POLLS, VOTERS, SILENT = 60, 12, 160, 6, 8, 9
SEED = int(os.environ.get("PAPERBOUT_FAULTS_SEED", random.randrange(10**6)))
"""Of the moments and choices; printed with each result, so that a run can be repeated."""
LEASE_S, CALL_DEADLINE_S = 15, 5
"""A match is held for the lease, or three deadlines of a call where that is longer."""
JUDGE_PORT = free_port()
"""The same for every run: the address is part of the judge's name, and whose turn it is goes by names."""
LATENCY_S = 0.3
CHOICES = ("first", "second", "draw", "abstain")
CLOSE = "Close now… (owners and admins)"
SOON_S, LONG_S = 60.0, 240.0


@dataclass(frozen=True)
class Result:
    """What stands in the tables when all is over, by titles, so that runs can be compared."""

    matches: tuple[tuple[int, str, str, str | None, str | None, float], ...]
    ratings: dict[str, tuple[float, float, int]]
    votes: dict[tuple[int, str], str]


@dataclass
class Storm:
    """The group, the program's processes, and what they have been put through."""

    slack: Simulator
    judge: ScriptedJudge
    processes: Processes
    database: Database
    roles: dict[str, str]
    dice: random.Random
    channel: str = ""
    owner: str = ""
    voters: list[str] = field(default_factory=list)
    port: int = 0
    lost: Counter[frozenset[int]] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    receipts: dict[tuple[str, str], str] = field(default_factory=dict)

    # the processes

    async def start(self, name: str) -> Program:
        """Start, or start again, one of the processes."""
        role = self.roles[name]
        return await self.processes.start(role, name, self.port if role in {"web", "run"} else 0)

    async def start_all(self) -> None:
        """Start every process, and wait until Slack finds somebody."""
        for name in self.roles:
            program = await self.start(name)
            if program.port:
                await self.processes.answers(program)
        self.slack.deliver_to(f"http://127.0.0.1:{self.port}/slack/events")

    async def kill(self, name: str) -> None:
        """kill -9 in the middle of whatever it does; what it had asked the judge and not kept is lost."""
        await self.freeze(name)
        await self.processes.kill(self.processes.programs[name])
        self.kills[name] += 1

    async def freeze(self, name: str) -> None:
        """SIGSTOP; what it has asked the judge and not kept counts as lost."""
        program = self.processes.programs[name]
        program.freeze()
        peers = program.peers(self.judge.port)
        kept = await self.kept()
        asked: Counter[frozenset[int]] = Counter(each.papers for each in self.judge.asked)
        for papers in {each.papers for each in self.judge.asked if each.peer in peers}:
            self.lost[papers] += max(asked[papers] - kept[papers] - self.lost[papers], 0)

    async def busy(self, name: str) -> None:
        """Wait until this process waits for the judge's answer."""

        async def waits() -> bool:
            return bool(self.processes.programs[name].peers(self.judge.port) & self.judge.waiting)

        await self.until(waits, SOON_S, f"{name} asks the judge")

    async def cut(self, cut: Callable[[], Awaitable[None]]) -> None:
        """Take the database away under the processes: what is in flight then, or asked until it is back, may be lost."""
        for name in self.roles:
            await self.freeze(name)
        before = len(self.judge.asked)
        away = asyncio.ensure_future(cut())
        for name in self.roles:
            self.processes.programs[name].thaw()
        await away
        self.lost.update(each.papers for each in self.judge.asked[before:])

    # the tables

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """What the tables hold now; a database that is away is waited for."""
        async with self.database.reading(self.slack.world.team) as session:
            yield session

    async def count(self, statement: Any) -> int:
        """A number from the tables."""
        async with self.reading() as session:
            return await session.scalar(statement) or 0

    async def kept(self) -> Counter[frozenset[int]]:
        """Verdicts kept, by the two papers' numbers."""
        async with self.reading() as session:
            rows = await session.execute(
                select(Match.first_id, Match.second_id).join(Verdict, Verdict.match_id == Match.id)
            )
            numbers = await numbers_of(session)
            return Counter(frozenset((numbers[row.first_id], numbers[row.second_id])) for row in rows)

    async def decided(self) -> int:
        """Matches decided so far."""
        return await self.count(select(func.count()).select_from(Match).where(Match.status == "decided"))

    async def until(self, holds: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
        """Wait until something holds."""
        end = asyncio.get_running_loop().time() + seconds

        async def does_hold() -> bool:
            try:
                return await holds()
            except StorageError:  # the database is away
                return False

        while not await does_hold():
            if asyncio.get_running_loop().time() > end:
                tails = "\n".join(
                    f"== {program.name}\n{self.processes.tail(program, 15)}"
                    for program in self.processes.programs.values()
                )
                raise AssertionError(f"not within {seconds} s: {what}\n{await self.state()}\n{tails}")
            await asyncio.sleep(0.02)

    async def state(self) -> str:
        """Where everything stands, for a failure."""
        async with self.reading() as session:
            matches = (await session.execute(select(Match.status, func.count()).group_by(Match.status))).all()
            messages = (
                await session.execute(
                    select(
                        OutboxMessage.kind, OutboxMessage.status, OutboxMessage.failure, func.count()
                    ).group_by(OutboxMessage.kind, OutboxMessage.status, OutboxMessage.failure)
                )
            ).all()
            tournaments = (
                await session.execute(select(Tournament.id, Tournament.status, Tournament.failure))
            ).all()
        return f"matches {matches}\nmessages {messages}\ntournaments {tournaments}\nkills {self.kills}"

    async def over(self, tournaments: int) -> bool:
        """Whether so many tournaments have ended."""
        statement = select(func.count()).select_from(Tournament).where(Tournament.status == "finished")
        return await self.count(statement) == tournaments

    async def calm(self) -> bool:
        """Whether no row has work any more."""
        waiting = (
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.status.in_(("due", "posting"))),
            select(func.count()).select_from(Match).where(Match.status.in_(("planned", "judging"))),
            select(func.count()).select_from(Evidence).where(Evidence.status.in_(("planned", "judging"))),
        )
        return not any([await self.count(statement) for statement in waiting])

    # what people see and do

    def messages(self) -> list[Json]:
        """The bot's messages in the channel and its threads."""
        found: list[Json] = []
        for message in self.slack.history(self.channel):
            found += [message, *self.slack.replies(self.channel, message["ts"])]
        return [message for message in found if key(message)]

    def named(self, name: str) -> Json | None:
        """The message with this key, or None while there is none."""
        return next((message for message in self.messages() if key(message) == name), None)

    async def click(self, user: str, surface: Json, action: str) -> str:
        """Click until it is acked; what the person was told then and since."""
        while True:
            before = len(self.slack.ephemerals(user))
            live = self.slack.message(self.channel, surface["ts"])
            reply = await self.slack.click(
                user, live | {"channel": self.channel}, lambda element: is_named(element, action)
            )
            if reply.ack.ok:
                break
            await asyncio.sleep(0.2)

        def told() -> str:
            return reply.text + "".join(str(said["text"]) for said in self.slack.ephemerals(user)[before:])

        for _ in range(40):
            if told():
                break
            await asyncio.sleep(0.05)
        return told()

    async def vote(self, user: str, poll: str, choice: str) -> None:
        """Vote until there is a receipt for it, as a person would who got none."""
        place = CHOICES.index(choice)
        while True:
            surface = self.named(poll)
            assert surface is not None
            if "Your vote for" in await self.click(user, surface, f"vote.cast:{place}"):
                self.receipts[poll, user] = choice
                return

    async def votes_on(self, user: str, polls: list[str], seconds: float) -> None:
        """Vote here and there, changing one's mind, until cancelled."""
        while True:
            await self.vote(user, self.dice.choice(polls), self.dice.choice(CHOICES))
            await asyncio.sleep(seconds * self.dice.random())

    async def command(self, text: str, begun: Callable[[], Awaitable[bool]]) -> None:
        """Run a slash command until it has had its effect."""
        while not await begun():
            await self.slack.command(self.owner, self.channel, "/rank", text)
            for _ in range(40):
                if await begun():
                    break
                await asyncio.sleep(0.05)

    async def begins(self, matches: int, number: int) -> None:
        """Start the tournament that is to be the `number`-th."""

        async def begun() -> bool:
            return await self.count(select(func.count()).select_from(Tournament)) == number

        await self.command(f"tournament start {matches} matches", begun)

    async def challenges(self) -> list[str]:
        """Challenge some matches of the first tournament; the keys of their polls."""
        challenged = [name for name in sorted(map(key, self.messages())) if name.startswith("match:")]
        for number, name in enumerate(challenged[:POLLS], start=1):
            surface = self.named(name)
            assert surface is not None
            while await self.count(select(func.count()).select_from(Poll)) < number:
                await self.click(self.voters[number], surface, "match.challenge")
        async with self.reading() as session:
            rows = await session.scalars(select(Poll.id).order_by(Poll.match_id))
            polls = [f"poll:{poll}" for poll in rows]

        async def posted() -> bool:
            return all(self.named(poll) for poll in polls)

        await self.until(posted, SOON_S, "every poll has its message")
        return polls

    async def closes(self, polls: list[str]) -> None:
        """The owner closes every poll."""
        for number, poll in enumerate(polls, start=1):
            closed = select(func.count()).select_from(Poll).where(Poll.status == "closed")
            surface = self.named(poll)
            assert surface is not None
            while await self.count(closed) < number:
                await self.close_by_hand(surface)

    async def close_by_hand(self, surface: Json) -> None:
        """Choose "Close now…" and confirm, in the window; whatever a kill takes is done again by the caller."""
        live = self.slack.message(self.channel, surface["ts"]) | {"channel": self.channel}
        reply = await self.slack.click(
            self.owner, live, lambda element: is_named(element, "menu"), selected=CLOSE
        )
        for _ in range(40):
            if not reply.ack.ok or self.slack.views(self.owner):
                break
            await asyncio.sleep(0.05)
        if self.slack.views(self.owner):
            await self.slack.submit(self.owner)
        await asyncio.sleep(0.2)

    # the end

    def report(self) -> str:
        """What happened, in a line."""
        taken_back = len(self.processes.logged("doubled_message_taken_back"))
        return (
            f"kills {dict(self.kills)}; {len(self.judge.asked)} calls, {sum(self.lost.values())} of them in flight at "
            f"a kill; {len(self.slack.calls)} calls of Slack, {taken_back} doubled messages taken back"
        )

    async def result(self) -> Result:
        """What stands in the tables, by titles."""
        async with self.reading() as session:
            titles = {
                row.id: row.title
                for row in await session.execute(
                    select(Entry.id, Paper.title).join(Paper, Paper.id == Entry.paper_id)
                )
            }
            matches = await session.execute(select(Match).order_by(Match.id))
            ratings = await session.scalars(select(Rating))
            places = {
                row.id: place
                for place, row in enumerate(await session.execute(select(Poll.id).order_by(Poll.match_id)))
            }
            votes = await session.execute(select(Vote.poll_id, Vote.user, Vote.choice))
            return Result(
                tuple(
                    (m.round, titles[m.first_id], titles[m.second_id], m.verdict, m.outcome, m.weight)
                    for m in matches.scalars()
                ),
                {titles[r.entry_id]: (r.theta, r.stderr, r.rank) for r in ratings},
                {(places[row.poll_id], row.user): row.choice for row in votes},
            )


def key(message: Json) -> str:
    """Under which key the program posted a message."""
    return str((message.get("metadata") or {}).get("event_payload", {}).get("key", ""))


def is_named(element: Json, action: str) -> bool:
    """Whether an element's action id begins so."""
    return str(element.get("action_id", "")).startswith(action)


async def numbers_of(session: Transaction) -> dict[int, int]:
    """Entry id → the number in its paper's title."""
    rows = await session.execute(select(Entry.id, Paper.title).join(Paper, Paper.id == Entry.paper_id))
    return {row.id: int(str(row.title).rsplit(" ", 1)[1]) for row in rows}


async def found(database: Database, slack: Simulator, channel: str, owner: str) -> None:
    """A league of known papers, none of them assessed, in which each match costs one call."""
    team, now = slack.world.team, datetime.now(UTC)
    async with database.transaction(None) as session:
        session.add(Workspace(id=team, name="Team", bot_user=slack.bot_user, installed_at=now))
    async with database.transaction(team) as session:
        league = League(name="Storm", channel=channel, created_by=owner, created_at=now, swap_share=0.0)
        session.add(league)
        await session.flush()
        session.add(Owner(league_id=league.id, user=owner, since=now))
        for number in range(ENTRIES):
            paper = Paper(
                canonical=f"x:{number}", url=f"https://example.org/{number}", status="known", created_at=now,
                title=title(number), title_raw=title(number), search_text=title(number).casefold(),
                abstract="What it says.",
            )  # fmt: skip
            session.add(paper)
            await session.flush()
            session.add(
                Entry(
                    league_id=league.id, paper_id=paper.id, submitted_by=owner, submitted_at=now, channel=channel
                )
            )  # fmt: skip


@asynccontextmanager
async def brewing(
    folder: Path,
    database_url: str,
    seed: int,
    *,
    workers: int = 3,
    latency: float = LATENCY_S,
    **settings: str,
) -> AsyncIterator[Storm]:
    """The group and its processes: one `run` on SQLite; web, clock and workers on PostgreSQL."""
    on_sqlite = database_url.startswith("sqlite")
    roles = {"run": "run"} if on_sqlite else {"web": "web", "clock": "clock"}
    if not on_sqlite:
        roles |= {f"worker{number}": "worker" for number in range(1, workers + 1)}
    async with (
        judging(latency, JUDGE_PORT) as judge,
        Simulator(message_seconds=0, retry_seconds=(0.3, 2, 5, 10)) as slack,
    ):
        slack.pace.per_minute = dict.fromkeys(METHODS, 0)
        owner = slack.add_user("Owner", admin=True)
        voters = [slack.add_user(f"Voter {number}") for number in range(VOTERS)]
        silent = [slack.add_user(f"Silent {number}") for number in range(SILENT)]
        channel = slack.add_channel("reading-group", members=[owner, *voters, *silent])
        environment = settings_for(
            slack,
            database_url,
            PAPERBOUT_JUDGES=f"openai:scripted@{judge.url}",
            PAPERBOUT_PRICE_PER_MTOK_USD="0",
            PAPERBOUT_LEASE_S=str(LEASE_S),
            PAPERBOUT_CALL_DEADLINE_S=str(CALL_DEADLINE_S),
            OPENAI_API_KEY="none",
            NURSERY_RETRY_S="1,1,2,2,2",
            **settings,
        )
        database = Database(database_url)
        try:
            await running.upgrade(database)
            await found(database, slack, channel, owner)
            async with nursery(folder, environment) as processes:
                storm = Storm(
                    slack, judge, processes, database, roles, random.Random(seed), channel, owner, voters,
                    free_port(),
                )  # fmt: skip
                await storm.start_all()
                yield storm
        finally:
            await database.close()


def last_choice(poll: int, voter: int) -> str:
    """What a voter wants in the end: some polls overrule the judge, some don't."""
    return "draw" if poll % 3 == 0 else CHOICES[(poll + voter) % 2] if poll % 3 == 1 else "second"


async def play(storm: Storm, trouble: Callable[[Storm], Awaitable[None]] | None) -> Result:
    """The whole story: a first tournament, challenges, the long one with votes and trouble, the closes."""
    await storm.begins(WARM_UP, 1)

    async def warm() -> bool:
        challenges = [
            m for m in storm.messages() if key(m).startswith("match:") and "match.challenge" in str(m)
        ]
        return await storm.over(1) and len(challenges) == WARM_UP

    await storm.until(warm, SOON_S * 2, "the first tournament is over and each match has its message")
    polls = await storm.challenges()
    await storm.begins(MATCHES, 2)
    if trouble is not None:
        voting = [asyncio.create_task(storm.votes_on(voter, polls, 4.0)) for voter in storm.voters]
        await trouble(storm)
        for task in voting:
            task.cancel()
        for outcome in await asyncio.gather(*voting, return_exceptions=True):
            if not isinstance(outcome, asyncio.CancelledError):
                raise outcome if isinstance(outcome, BaseException) else AssertionError("voting ended")
    await storm.until(lambda: storm.over(2), LONG_S, "the long tournament is over")
    await asyncio.gather(
        *(
            storm.vote(voter, poll, last_choice(place, number))
            for number, voter in enumerate(storm.voters)
            for place, poll in enumerate(polls)
        )
    )
    await storm.closes(polls)
    await storm.until(storm.calm, LONG_S, "nothing is left to do")
    await storm.slack.settle(quiet=0.5, timeout=SOON_S)
    return await storm.result()


async def check(storm: Storm, result: Result, clean: Result) -> None:
    """Nothing lost, nothing doubled, and the same end as without any trouble."""
    # every match decided exactly once
    assert len(result.matches) == WARM_UP + MATCHES
    async with storm.reading() as session:
        undecided = await session.execute(
            select(Match.id, Match.status, Match.failure, Match.attempts).where(Match.status != "decided")
        )
        assert undecided.all() == []
    assert all(outcome is not None for *_rest, outcome, _weight in result.matches)
    assert await storm.decided() == WARM_UP + MATCHES
    doubled = (
        select(Verdict.match_id)
        .where(Verdict.kind == "verdict")
        .group_by(Verdict.match_id)
        .having(func.count() > 1)
    )
    assert await storm.count(select(func.count()).select_from(doubled.subquery())) == 0
    # every vote counted once, and as the last receipt said
    async with storm.reading() as session:
        polls = await session.scalars(select(Poll.id).order_by(Poll.match_id))
        places = {f"poll:{poll}": place for place, poll in enumerate(polls)}
    receipts = {(places[poll], voter): choice for (poll, voter), choice in storm.receipts.items()}
    assert result.votes == receipts
    assert len(receipts) == POLLS * VOTERS
    # every message present exactly once
    present = Counter(map(key, storm.messages()))
    async with storm.reading() as session:
        rows = {
            row.key: (row.status, row.failure, row.ts, row.tried_at, row.lapses)
            for row in await session.scalars(
                select(OutboxMessage).where(OutboxMessage.channel == storm.channel)
            )
        }
    standing = {name for name, (_status, _failure, ts, *_rest) in rows.items() if ts is not None}
    nothing = {name for name, (_status, failure, *_rest) in rows.items() if failure == NOTHING_TO_SHOW}
    assert {name: row for name, row in rows.items() if row[0] != "posted" and name not in nothing} == {}
    unlike = {name: rows.get(name) for name in set(present) ^ standing}
    assert unlike == {}, "messages whose rows don't know of them, and rows whose messages aren't there"
    assert set(present.values()) == {1}
    # ratings as in a run without trouble
    differing = [pair for pair in zip(result.matches, clean.matches, strict=True) if pair[0] != pair[1]]
    assert not differing, f"{len(differing)} differ, first {differing[:3]}"
    assert result.ratings.keys() == clean.ratings.keys()
    for name, (theta, stderr, rank) in result.ratings.items():
        expected = clean.ratings[name]
        assert abs(theta - expected[0]) < 1e-9, name
        assert abs(stderr - expected[1]) < 1e-9, name
        assert rank == expected[2], name
    # no more calls than matches, evidence for the polls, and those in flight when a process died
    kept = await storm.kept()
    assert sum(kept.values()) == WARM_UP + MATCHES + POLLS
    asked = Counter(each.papers for each in storm.judge.asked)
    needless = {tuple(papers): n for papers, n in (asked - kept - storm.lost).items()}
    assert needless == {}, f"asked more than once without need: {needless}"
