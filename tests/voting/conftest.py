"""A league whose one match a team votes on, on a real SQLite file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.leagues.viewers import voters_in
from bot.people import Channel, Person, Viewer
from bot.voting import authorship, challenging, reverting
from bot.voting.authorship import Authorship
from bot.voting.casting import Receipt, cast_vote
from bot.voting.closing import close, settle_due
from bot.voting.poll_contents import PollContents, poll_contents
from storage.database.engine import Database, Transaction
from storage.errors import NotFoundError
from storage.tables import Entry, League, Match, OutboxMessage, Owner, Paper, Verdict, Workspace
from tests.databases import migrate_file

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOME = "C1HOME"
TEAM = "T1"


@dataclass
class Staff:
    """People as a list; answers the `People` protocol."""

    persons: dict[str, Person]
    channels: dict[str, frozenset[str]]
    private: frozenset[str] = frozenset()
    chiefs: frozenset[str] = frozenset()

    def viewer(self, user: str) -> Viewer:
        persons = {one: replace(person, is_admin=one in self.chiefs) for one, person in self.persons.items()}
        persons.setdefault(user, Person(user, "former member", is_deleted=True))
        rooms = {room: Channel(room, room.lower(), is_private=room in self.private) for room in self.channels}
        return Viewer(TEAM, persons, rooms, self.channels, self.chiefs, user=user)

    async def person(self, user: str) -> Person:
        return self.persons.get(user, Person(user, "former member", is_deleted=True))

    async def channel(self, channel: str) -> Channel:
        if channel not in self.channels:
            raise NotFoundError("invite me first")
        return Channel(channel, channel.lower(), is_private=channel in self.private)

    async def members(self, channel: str) -> frozenset[str]:
        return self.channels[channel]

    async def is_member(self, channel: str, user: str) -> bool:
        return user in self.channels[channel]

    async def is_admin(self, user: str) -> bool:
        return user in self.chiefs

    def known_admins(self) -> frozenset[str]:
        return frozenset(self.chiefs)

    async def admins(self) -> frozenset[str]:
        return self.chiefs


@dataclass
class Team:
    """A team and its challenged match, spoken to in sentences."""

    database: Database
    people: Staff
    now: datetime = MONDAY
    poll: int = 0
    match: int = 0
    entries: tuple[int, int] = (0, 0)
    papers: tuple[int, int] = (0, 0)
    league: int = 0
    users: list[str] = field(default_factory=list)

    async def challenge(self, user: str = "U0") -> PollContents:
        async with self.database.reading(TEAM) as session:
            electorate = await challenging.electorate_of(session, self.match)
        voters = await voters_in(self.people, electorate.channel, strangers=electorate.strangers)
        async with self.database.transaction(TEAM) as session:
            view = await challenging.challenge(
                session, self.match, self.people.viewer(user), voters, now=self.now
            )
        self.poll = view.poll
        return view

    async def vote(self, user: str, choice: str, reason: str | None = None) -> Receipt:
        async with self.database.transaction(TEAM) as session:
            return await cast_vote(session, self.poll, user, choice, reason, now=self.now)

    async def close(self, by: str = "U0") -> PollContents:
        async with self.database.transaction(TEAM) as session:
            return await close(session, self.poll, self.people.viewer(by), self.now)

    async def settle(self) -> bool:
        async with self.database.transaction(TEAM) as session:
            return await settle_due(session, self.poll, self.now)

    async def author(self, user: str, paper: int = 0) -> Authorship:
        async with self.database.transaction(TEAM) as session:
            return await authorship.mark_author_of(
                session, self.entries[paper], self.people.viewer(user), now=self.now
            )

    async def no_author(self, user: str, paper: int = 0) -> Authorship:
        async with self.database.transaction(TEAM) as session:
            return await authorship.unmark_author_of(session, self.entries[paper], self.people.viewer(user))

    async def revert(self, user: str, reason: str) -> PollContents:
        async with self.database.transaction(TEAM) as session:
            return await reverting.revert(session, self.match, self.people.viewer(user), reason, now=self.now)

    async def view(self) -> PollContents:
        async with self.database.reading(TEAM) as session:
            return await poll_contents(session, self.poll)

    async def outcome(self) -> tuple[str | None, float]:
        async with self.database.reading(TEAM) as session:
            match = await session.get_one(Match, self.match)
            return match.outcome, match.weight

    async def message(self, key: str, channel: str = HOME) -> OutboxMessage | None:
        async with self.database.reading(TEAM) as session:
            found = await session.scalar(
                select(OutboxMessage).where(OutboxMessage.key == key, OutboxMessage.channel == channel)
            )
            if found is not None:
                session.expunge(found)
            return found

    async def change_league(self, **values: object) -> None:
        async with self.database.transaction(TEAM) as session:
            league = await session.get_one(League, self.league)
            for name, value in values.items():
                setattr(league, name, value)

    def later(self, hours: float) -> None:
        self.now += timedelta(hours=hours)


async def _paper(session: Transaction, number: int, title: str) -> Paper:
    paper = Paper(
        canonical=f"arxiv:1706.0{number}", url=f"https://arxiv.org/abs/1706.0{number}", title=title,
        status="known", created_at=MONDAY,
    )  # fmt: skip
    session.add(paper)
    await session.flush()
    return paper


@dataclass(frozen=True)
class Seeded:
    """Ids of a league with one decided match."""

    league: int
    match: int
    entries: tuple[int, int]
    papers: tuple[int, int]


async def seed(database: Database, workspace: str, home: str, owner: str) -> Seeded:
    """A workspace, a league of two papers and a decided match; the judge chose the first."""
    async with database.transaction(workspace) as session:
        session.add(Workspace(id=workspace, installed_at=MONDAY))
        await session.flush()
        league = League(name="Reading", channel=home, created_by=owner, created_at=MONDAY)
        session.add(league)
        await session.flush()
        session.add(Owner(league_id=league.id, user=owner, since=MONDAY))
        papers = [
            await _paper(session, 1, "Attention Is All You Need"),
            await _paper(session, 2, "Deep <Residual> Learning"),
        ]
        entries = [
            Entry(
                league_id=league.id, paper_id=paper.id, submitted_by=owner, submitted_at=MONDAY, channel=home
            )
            for paper in papers
        ]
        session.add_all(entries)
        await session.flush()
        match = Match(
            league_id=league.id, first_id=entries[0].id, second_id=entries[1].id, judge="openai:gpt",
            status="decided", verdict="first", outcome="first", planned_at=MONDAY, decided_at=MONDAY,
        )  # fmt: skip
        session.add(match)
        await session.flush()
        session.add(
            Verdict(
                match_id=match.id, judge="openai:gpt", model="gpt", winner="first", confidence=0.72,
                at=MONDAY, rationale="Paper 1 reaches further than Paper 2.",
            )
        )  # fmt: skip
    first, second = entries
    return Seeded(league.id, match.id, (first.id, second.id), (papers[0].id, papers[1].id))


async def found_team(database: Database, users: int) -> Team:
    """A seeded league and full members U0, U1, …; U0 owns it."""
    names = [f"U{n}" for n in range(users)]
    persons = {user: Person(user, f"Person {user[1:]}") for user in names}
    persons |= {
        "UBOT": Person("UBOT", "Bot", is_bot=True),
        "UGUEST": Person("UGUEST", "Guest", is_guest=True),
        "UFAR": Person("UFAR", "Far", is_stranger=True),
        "UOUT": Person("UOUT", "Outside"),
    }
    people = Staff(persons, {HOME: frozenset(names) | {"UBOT", "UGUEST", "UFAR"}})
    seeded = await seed(database, TEAM, HOME, "U0")
    return Team(
        database, people, match=seeded.match, league=seeded.league, users=names,
        entries=seeded.entries, papers=seeded.papers,
    )  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    await migrate_file(tmp_path / "paperbout.db")
    database = Database(f"sqlite:///{tmp_path / 'paperbout.db'}")
    yield database
    await database.close()


@pytest.fixture
async def team(database: Database) -> Team:
    """Five people and a decided match, not yet challenged."""
    return await found_team(database, 5)
