"""Votes as people cast them: clicks go through Slack's wire protocol, messages through the outbox."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.settings import Settings
from bot.voting import authorship
from bot.voting.closing import settle_due
from bot.voting.poll_contents import poll_contents
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from handlers.blocks import builders, ids
from handlers.blocks.builders import Message as Shown
from handlers.demo.slack import Simulator
from handlers.slack.boundary import Boundary
from handlers.slack.posting.poster import Poster
from handlers.slack.posting.sender import Clients
from handlers.slack.services import Services
from handlers.slack.words.commands import Commands
from handlers.slack.workspaces.block_support import Levels
from handlers.slack.workspaces.directory import Directory
from handlers.voting import listeners
from storage.database.engine import Database, Transaction
from storage.leagues.homes import About
from storage.tables import League
from storage.work import leases, outbox, sweeping
from storage.work.delivery import MessageRequest
from tests.simulator.listening import bolt, over_http
from tests.voting.conftest import MONDAY, Seeded, seed

Json = dict[str, Any]
CLOSE = "Close now… (owners and admins)"


async def _match(_session: Transaction, wanted: MessageRequest, _services: Services) -> Shown:
    """A match message with nothing but its button."""
    assert wanted.about_id is not None
    challenge = builders.button("Challenge", *ids.CHALLENGE.carry(ids.OfMatch(wanted.about_id)))
    return builders.message("A match", [builders.section("A match"), builders.actions(challenge)])


class NoSources:
    """A vote fetches nothing."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        raise AssertionError(references)


@dataclass
class Room:
    """A channel in the stand-in, with the bot's voting side listening."""

    slack: Simulator
    database: Database
    poster: Poster
    on: Boundary
    home: str
    users: list[str]
    seeded: Seeded
    clock: MovableTime
    poll: Json = field(default_factory=dict)

    async def settled(self) -> None:
        """Everything that was clicked has been done, and everything wanted is posted."""
        await self.on.drain()
        async with self.database.transaction(None) as session:
            found = await sweeping.sweep(session, self.clock.now())
        for job in found.due:
            if job.kind == leases.Work.POLL:
                async with self.database.transaction(job.workspace) as session:
                    await settle_due(session, job.id, self.clock.now())
        for _ in range(3):
            async with self.database.transaction(None) as session:
                found = await sweeping.sweep(session, self.clock.now())
            for job in found.due:
                if job.kind == leases.Work.MESSAGE:
                    await self.poster.post(job.workspace, job.id)

    async def click(self, user: str, surface: Json, wanted: str, value: str | None = None) -> None:
        await self.slack.click(user, surface, wanted, value)
        await self.settled()

    async def choose(self, user: str, surface: Json, option: str) -> None:
        """Choose in the message's ⋯ menu."""
        await self.slack.click(
            user, surface, lambda element: element.get("action_id") == ids.MENU_ID, selected=option
        )
        await self.settled()

    async def challenge(self, user: str) -> None:
        async with self.database.transaction(self.slack.world.team) as session:
            await outbox.want(
                session, channel=self.home, key=f"match:{self.seeded.match}", kind="match",
                about_id=self.seeded.match, now=self.clock.now(),
            )  # fmt: skip
        await self.settled()
        await self.click(user, self.slack.history(self.home)[0], "Challenge")

    def thread(self) -> list[Json]:
        parent = self.slack.history(self.home)[0]
        return self.slack.replies(self.home, parent["ts"])

    async def vote(self, user: str, label: str) -> None:
        await self.click(user, self.thread()[0], label)

    def told(self, user: str) -> str:
        """The newest thing the bot said to this person alone."""
        return str(self.heard(user)[-1]["text"])

    def heard(self, user: str) -> list[Json]:
        """All it said to them alone: ephemeral messages, and answers in their direct message."""
        dm = self.slack.dm(user)
        replies = [one for each in self.slack.history(dm) for one in self.slack.replies(dm, each["ts"])]
        return sorted([*self.slack.ephemerals(user), *replies], key=lambda each: float(each["ts"]))


@contextlib.asynccontextmanager
async def opened(database: Database, people: Sequence[str]) -> AsyncIterator[Room]:
    """A channel with these people, the first of whom owns its league."""
    async with Simulator(message_seconds=0) as slack:
        users = [slack.add_user(name) for name in people]
        home = slack.add_channel("reading", members=users)
        clock = MovableTime(MONDAY)
        app = bolt(slack)
        directory = Directory(app.client, slack.world.team, clock.now)
        settings = Settings(_env_file=None, PAPERBOUT_POST_INTERVAL_S=0)

        async def permalink(_workspace: str, channel: str, ts: str) -> str | None:
            try:
                answer = await app.client.chat_getPermalink(channel=channel, message_ts=ts)
            except SlackApiError:
                return None
            return str(answer["permalink"])

        runtime = Runtime(database, settings, clock, {}, NoSources(), lambda _workspace: directory)
        services = Services(
            database=database,
            settings=settings,
            commands=Commands(()),
            now=clock.now,
            people=lambda _workspace: directory,
            judges={},
            runtime=runtime,
            forget_channel=lambda _workspace, channel: directory.channel_changed(channel),
            forget_person=lambda _workspace, user, is_admin: directory.person_changed(
                user, is_admin=is_admin
            ),
            forget_workspace=lambda _workspace: None,
            permalink=permalink,
        )
        on = Boundary(app, services)
        listeners.register(on)
        clients = Clients(lambda _workspace: app.client, lambda _workspace: app.client)
        poster = Poster(services, {**listeners.MESSAGES, "match": _match}, clients, clock, Levels())
        seeded = await seed(database, slack.world.team, home, users[0])
        async with over_http(slack, app):
            yield Room(slack, database, poster, on, home, users, seeded, clock)


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with opened(database, ("ada", "grace", "barbara", "mary", "edith")) as room:
        yield room


async def test_three_people_overrule_the_judge_and_the_owner_reverts(room: Room) -> None:
    ada, grace, barbara, mary, edith = room.users
    await room.challenge(mary)
    assert "The vote is open" in room.told(mary)
    poll = room.thread()[0]
    assert "0 of 5 voted" in str(poll["blocks"])
    await room.vote(ada, "Deep <Residual> Learning")
    assert "Your vote for *Deep &lt;Residual&gt; Learning* is in" in room.told(ada)
    assert "1 of 5 voted" in str(room.thread()[0]["blocks"])
    await room.vote(grace, "Draw")
    await room.vote(grace, "Deep <Residual> Learning")
    assert "Your vote is now for" in room.told(grace)
    await room.vote(barbara, "Deep <Residual> Learning")
    assert "*Deep &lt;Residual&gt; Learning* beats" in room.told(barbara)
    poll, result = room.thread()
    assert "This vote is over" in str(poll["blocks"])
    assert "actions" not in {block["type"] for block in poll["blocks"]}
    assert "The vote overruled" in result["text"]
    assert len(result["blocks"]) == 3, "a sentence, what moved, and buttons"
    await room.click(mary, result, "Details")
    assert "ada, grace, barbara" in str(room.slack.views(mary)[-1])

    await room.click(edith, result, "Revert…")
    assert "Only ada or a workspace admin can" in room.told(edith)
    await room.click(ada, result, "Revert…")
    refused = await room.slack.submit(ada, values={"reason": {"value": " "}})
    assert refused.errors
    await room.slack.submit(ada, values={"reason": {"value": "The wrong version"}})
    await room.settled()
    assert "Your reason is in the thread" in room.told(ada)
    posted = room.thread()[-1]
    assert "The wrong version" in str(posted["blocks"])


async def test_a_reason_is_given_in_a_modal_and_quoted_after_the_close(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(grace)
    await room.choose(grace, room.thread()[0], "Vote with a reason…")
    await room.slack.submit(
        grace, values={"choice": {"value": "Draw"}, "reason": {"value": "Both <!here> matter"}}
    )
    await room.settled()
    assert "Your vote for *Draw* is in" in room.told(grace)
    await room.choose(grace, room.thread()[0], CLOSE)
    assert "Only ada or a workspace admin can" in room.told(grace)
    await room.choose(ada, room.thread()[0], CLOSE)
    assert "1 of 5 voted" in str(room.slack.views(ada)[-1])
    await room.slack.submit(ada)
    await room.settled()
    assert "is closed" in room.told(ada)
    await room.click(ada, room.thread()[-1], "Details")
    assert "Both &lt;!here&gt; matter" in str(room.slack.views(ada)[-1])


async def test_a_vote_is_announced_once_it_stands_with_the_way_to_it(room: Room) -> None:
    ada = room.users[0]
    await room.challenge(ada)
    [announced] = [
        message for message in room.slack.history(room.home) if "asks for your vote" in message["text"]
    ]
    assert f"p{room.thread()[0]['ts'].replace('.', '')}" in str(announced["blocks"])
    assert "edited" not in announced


async def test_how_a_vote_works_stands_behind_its_menu(room: Room) -> None:
    ada = room.users[0]
    await room.challenge(ada)
    await room.choose(ada, room.thread()[0], "How this vote works")
    window = str(room.slack.views(ada)[-1])
    assert "more than half of the votes, and at least 3 votes" in window
    assert "more than half" not in str(room.thread()[0]["blocks"])


async def test_an_author_says_so_on_the_poll_and_has_no_vote(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(ada)
    await room.choose(grace, room.thread()[0], "I'm an author")
    await room.click(grace, room.slack.ephemerals(grace)[-1], "I'm an author")
    assert "you are an author" in room.told(grace)
    assert "0 of 4 voted" in str(room.thread()[0]["blocks"])
    await room.vote(grace, "Draw")
    assert "authors don't vote" in room.told(grace)


async def test_who_said_by_mistake_that_they_are_an_author_takes_it_back_and_votes(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(ada)
    await room.choose(grace, room.thread()[0], "I'm an author")
    await room.click(grace, room.slack.ephemerals(grace)[-1], "I'm an author")
    await room.click(grace, room.slack.ephemerals(grace)[-1], "I'm not an author")
    assert "You may vote again in 1 open vote" in room.told(grace)
    assert "0 of 5 voted" in str(room.thread()[0]["blocks"])
    await room.vote(grace, "Draw")
    assert "Your vote for *Draw* is in" in room.told(grace)


async def test_who_left_a_private_channel_finds_no_vote_behind_old_buttons(room: Room) -> None:
    ada, grace = room.users[:2]
    async with room.database.transaction(room.slack.world.team) as session:
        (await session.get_one(League, room.seeded.league)).is_private = True
    await room.challenge(ada)
    room.clock.move(timedelta(hours=24, minutes=1))
    await room.settled()
    (reminder,) = room.slack.history(room.slack.dm(grace))
    await room.slack.leave(grace, room.home)
    room.clock.move(timedelta(minutes=6))  # what the directory knows is at most five minutes old
    for button in ("Draw", "Attention Is All You Need"):
        await room.click(grace, reminder, button)
        assert room.told(grace) == "That vote isn't here any more."
    assert "0 of 5 voted" in str(room.thread()[0]["blocks"])


async def test_a_second_challenge_links_to_the_vote(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(ada)
    await room.click(grace, room.slack.history(room.home)[0], "Challenge")
    assert "already open" in room.told(grace)
    assert "|Go to the vote>" in room.told(grace)


async def test_a_quorum_that_cannot_be_reached_is_said_at_the_opening_and_lowered(room: Room) -> None:
    entry, _other = room.seeded.entries
    team = room.slack.world.team
    for user in room.users[:3]:
        viewer = await room.on.services.viewer(team, user, About.ENTRY, entry)
        async with room.database.transaction(team) as session:
            await authorship.mark_author_of(session, entry, viewer, now=room.clock.now())
    await room.challenge(room.users[3])
    assert "Only 2 can vote, so 2 votes are enough, not 3" in room.told(room.users[3])
    assert "2 votes" in str(room.thread()[0]["blocks"])
    for user in room.users[3:]:
        await room.vote(user, "Draw")
    assert "This vote is over" in str(room.thread()[0]["blocks"])
    assert "The vote overruled" in room.thread()[-1]["text"]


async def test_where_no_address_can_be_had_a_challenge_says_where_the_vote_is(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(ada)
    room.slack.faults.unknown_method("chat.getPermalink")
    await room.click(grace, room.slack.history(room.home)[0], "Challenge")
    assert "already open: " in room.told(grace)
    assert f"It is in <#{room.home}>, in the match's thread" in room.told(grace)


@pytest.mark.slow
async def test_a_reminder_comes_by_direct_message_and_can_be_voted_on(room: Room) -> None:
    ada, grace = room.users[:2]
    await room.challenge(ada)
    await room.vote(ada, "Draw")
    room.clock.move(timedelta(hours=24, minutes=1))
    await room.settled()
    assert not room.slack.history(room.slack.dm(ada))
    (reminder,) = room.slack.history(room.slack.dm(grace))
    assert "Your vote is missing" in reminder["text"]
    await room.click(grace, reminder, "Draw")
    assert "2 of 5 voted" in str(room.thread()[0]["blocks"])
    room.clock.move(timedelta(hours=24))
    await room.settled()
    assert "The verdict stands" in room.thread()[-1]["text"]
    assert "is over" in room.slack.history(room.slack.dm(grace))[0]["text"]
    await room.click(grace, room.heard(grace)[-1], "Add a reason")
    assert "over" in room.told(grace)


@pytest.mark.slow
async def test_two_hundred_people_clicking_at_once_are_two_hundred_votes(database: Database) -> None:
    async with opened(database, [f"person{n}" for n in range(200)]) as room:
        room.slack.pace.per_minute["users.info"] = 0  # this is about votes, not about who the voters are
        room.slack.deliveries.ack_seconds = 60  # nor about how fast this machine is
        await room.challenge(room.users[0])
        poll = room.thread()[0]
        await asyncio.gather(
            *(room.slack.click(user, poll, "Deep <Residual> Learning") for user in room.users)
        )
        await room.settled()
        async with database.reading(room.slack.world.team) as session:
            view = await poll_contents(session, 1)
        assert view.voted == 200
        assert view.result == "second"
        assert all("Your vote for" in room.told(user) for user in room.users)
