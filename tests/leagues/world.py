"""A workspace with people, channels and a league, on a real SQLite file, spoken to in sentences."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.leagues import creating
from bot.leagues.which_league import league_of_question
from bot.people import Channel, Person, Viewer
from bot.settings import Settings, read_settings
from storage.database.engine import Database, Transaction
from storage.errors import NotFoundError
from storage.standings import past_standings
from storage.standings.rating_rows import EntryRating
from storage.tables import Entry, League, Match, Occurrence, OutboxMessage, Paper, Workspace
from tests.databases import with_tables

TEAM = "T1"
HOME = "C1"
SECRET = "G1"
OTHER = "C2"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Staff:
    """People as a list; answers the `People` protocol."""

    persons: dict[str, Person] = field(default_factory=dict)
    rooms: dict[str, set[str]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    chiefs: set[str] = field(default_factory=set)

    def viewer(self, user: str) -> Viewer:
        """A person with all that is known of everything, as `bot.leagues.viewers` finds it."""
        persons = {one: replace(person, is_admin=one in self.chiefs) for one, person in self.persons.items()}
        persons.setdefault(user, Person(user, "former member", is_deleted=True, is_admin=user in self.chiefs))
        return Viewer(
            TEAM,
            persons,
            {room: self._channel(room) for room in self.rooms},
            {room: frozenset(members) for room, members in self.rooms.items()},
            frozenset(self.chiefs),
            user=user,
        )

    async def person(self, user: str) -> Person:
        return self.persons.get(user, Person(user, "former member", is_deleted=True))

    async def channel(self, channel: str) -> Channel:
        if channel.startswith("D"):
            return Channel(channel, "", is_dm=True)
        if channel not in self.rooms:
            raise NotFoundError("Invite me first.")
        return self._channel(channel)

    def _channel(self, channel: str) -> Channel:
        name = {HOME: "papers", SECRET: "secret"}.get(channel, "other")
        return Channel(channel, name, channel in self.private, is_dm=channel.startswith("D"))

    async def members(self, channel: str) -> frozenset[str]:
        return frozenset(self.rooms[channel])

    async def is_member(self, channel: str, user: str) -> bool:
        return user in self.rooms.get(channel, set())

    async def is_admin(self, user: str) -> bool:
        return user in self.chiefs

    def known_admins(self) -> frozenset[str]:
        return frozenset(self.chiefs)

    async def admins(self) -> frozenset[str]:
        return frozenset(self.chiefs)


@dataclass
class World:
    """Alice, Bob, Carol are in #papers, only Alice in the private one; Dora is an admin, Gus a guest."""

    database: Database
    people: Staff
    settings: Settings
    now: datetime = MONDAY

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        async with self.database.transaction(TEAM) as session:
            yield session

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def league(self, channel: str = HOME, user: str = "alice") -> League:
        async with self.writing() as session:
            made = await creating.ensure_league(
                session, channel, self.people.viewer(user), settings=self.settings, now=self.now
            )
            return made.league

    async def asks(self, user: str, channel: str) -> str:
        async with self.database.reading(TEAM) as session:
            return (await league_of_question(session, channel, self.people.viewer(user))).name

    async def enters(self, league: int, *titles: str, user: str = "alice", channel: str = HOME) -> list[int]:
        ids = []
        async with self.writing() as session:
            for title in titles:
                paper = await session.scalar(select(Paper).where(Paper.title == title))
                if paper is None:
                    name = title.lower().replace(" ", "-")
                    paper = Paper(
                        canonical=f"x:{name}", url=f"https://example.org/{name}", status="known",
                        title=title, title_raw=title, search_text=title.casefold(), created_at=self.now,
                    )  # fmt: skip
                    session.add(paper)
                    await session.flush()
                entry = Entry(
                    league_id=league,
                    paper_id=paper.id,
                    submitted_by=user,
                    submitted_at=self.now,
                    channel=channel,
                )
                session.add(entry)
                await session.flush()
                ids.append(entry.id)
        return ids

    async def ranks(self, league: int, entries: list[int], interval: float = 20.0) -> None:
        """Keep standings in which the entries stand in this order, 100 points apart."""
        rows = [
            EntryRating(e, 0, 0, 1800 - 100 * i, interval, i + 1, i + 1, i + 1, 0, 0, 0, None)
            for i, e in enumerate(entries)
        ]
        async with self.writing() as session:
            await past_standings.store(
                session, league, rows, cause="test", about_id=None, outcomes=0, now=self.now
            )

    async def plays(self, league: int, first: int, second: int, outcome: str) -> int:
        async with self.writing() as session:
            match = Match(
                league_id=league, first_id=first, second_id=second, judge="offline", pool="offline",
                status="decided", verdict=outcome, outcome=outcome, planned_at=self.now, decided_at=self.now,
            )  # fmt: skip
            session.add(match)
            await session.flush()
            return match.id

    async def messages(self, kind: str) -> list[OutboxMessage]:
        async with self.database.reading(TEAM) as session:
            rows = (
                await session.scalars(
                    select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
                )
            ).all()
            session.expunge_all()
            return list(rows)


async def firings(session: Transaction, schedule: int) -> list[tuple[str, str]]:
    """(local slot, status) of a schedule's firings, the oldest first."""
    rows = await session.execute(
        select(Occurrence.slot, Occurrence.status)
        .where(Occurrence.schedule_id == schedule)
        .order_by(Occurrence.at, Occurrence.id)
    )
    return [(row.slot, row.status) for row in rows]


@asynccontextmanager
async def a_world(folder: Path, url: str = "", **settings: Any) -> AsyncIterator[World]:
    database = await with_tables(url or f"sqlite:///{folder}/world.db")
    async with database.transaction(None) as session:
        session.add(Workspace(id=TEAM, name="Team", installed_at=MONDAY))
    persons = {
        "alice": Person("alice", "Alice", time_zone="Europe/Berlin"),
        "bob": Person("bob", "Bob"),
        "carol": Person("carol", "Carol"),
        "dora": Person("dora", "Dora", is_admin=True),
        "gus": Person("gus", "Gus", is_guest=True),
    }
    rooms = {HOME: {"alice", "bob", "carol", "gus"}, SECRET: {"alice"}, OTHER: {"alice", "bob"}}
    people = Staff(persons, rooms, {SECRET}, {"dora"})
    try:
        yield World(database, people, read_settings(_env_file=None, **settings))
    finally:
        await database.close()
