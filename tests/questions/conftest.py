"""A league with six papers and all that happened to them, and a bot to ask about it over Slack's wire."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.judges.offline_judge import OfflineJudge
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.work.runtime import Runtime
from bot.work.timing import RealTime
from handlers import features
from handlers.blocks import ids
from handlers.blocks.builders import message
from handlers.blocks.degrading import LEVELS, degrade
from handlers.demo.slack.checks.surfaces import check_message, check_view
from handlers.slack.services import Services
from storage.entries import entry_rows
from storage.standings import past_standings
from storage.standings.rating_rows import EntryRating
from storage.tables import Assessment, Identifier, Match, Override, Paper, Poll, Verdict
from tests.handlers.conftest import Bot, Slack
from tests.leagues.world import HOME, World, a_world

TITLES = (
    "Attention Is All You Need",
    "Denoising Diffusion Probabilistic Models",
    "Attention Based Pooling",
    "Deep Residual Learning",
    "نظام التعلم العميق 🙂",
    "<!channel> & Scaling Laws",
)


ANSWERS = {"chat.postEphemeral", "views.open"}


def keeps_limits(fields: dict[str, Any]) -> None:
    """What was answered is what Slack takes, as it is and in each simpler form."""
    if "view" in fields:
        check_view(fields["view"], "modal")
        return
    for level in range(LEVELS):
        shown = degrade(message(fields["text"], fields.get("blocks", ())), level)
        check_message(list(shown.blocks))


@dataclass
class Asker:
    """The bot, its league and what was answered."""

    world: World
    bot: Bot
    slack: Slack
    league: int
    entries: list[int]

    async def runs(
        self, text: str, user: str = "alice", channel: str = HOME, command: str = "/rank"
    ) -> dict[str, Any]:
        before = len(self.slack.calls)
        await self.bot.command(text, user_id=user, channel_id=channel, command=command)
        return self._answer(before)

    async def clicks(
        self, answer: dict[str, Any], text: str, user: str = "alice", channel: str = HOME
    ) -> dict[str, Any]:
        """Press the button, or choose the menu's option, that shows this text."""
        for element in elements(answer):
            if label(element) == text:
                return await self.chooses(element["action_id"], element["value"], user, channel)
            for option in element.get("options", ()):
                if label(option) == text:
                    return await self.chooses(*ids.from_menu(option["value"]), user, channel)
        raise AssertionError(f"nothing here shows {text!r}")

    async def chooses(
        self, action_id: str, value: str, user: str = "alice", channel: str = HOME
    ) -> dict[str, Any]:
        before = len(self.slack.calls)
        await self.bot.click(action_id, value, user={"id": user, "team_id": "T1"}, channel={"id": channel})
        return self._answer(before)

    def _answer(self, before: int) -> dict[str, Any]:
        said = [
            fields
            for name, fields in self.slack.calls[before:]
            if name in ANSWERS or (name == "chat.postMessage" and str(fields.get("channel")).startswith("D"))
        ]
        for fields in said:
            keeps_limits(fields)
        return said[-1] if said else {}


def elements(answer: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = answer.get("blocks") or []
    found = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
    return found + [block["accessory"] for block in blocks if "accessory" in block]


def label(element: dict[str, Any]) -> str:
    return str((element.get("text") or {}).get("text", ""))


def words(answer: dict[str, Any]) -> str:
    """Everything that can be read in an answer."""

    def texts(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [
                text
                for key, value in part.items()
                for text in (
                    [value] if key in {"text", "caption"} and isinstance(value, str) else texts(value)
                )
            ]
        return [text for element in part for text in texts(element)] if isinstance(part, list) else []

    return "\n".join(texts(answer))


async def _fill(world: World, league: int, entries: list[int]) -> None:
    async with world.writing() as session:
        for place, entry in enumerate(entries):
            paper = await paper_of(session, entry)
            paper.search_text = f"{paper.title} author{place}".casefold()
            paper.authors = [f"Author {place}"]
            paper.abstract = "A short summary. " * 30
            paper.category = "cs.CL" if place % 2 == 0 else "cs.LG"
            paper.published = world.now - timedelta(days=100 * place + 1)
            session.add(Identifier(paper_id=paper.id, scheme="arxiv", value=f"1706.0376{place}"))
            for assessor, rating in (("one:m", 6.0), ("two:m", 7.0 if place else 8.0)):
                session.add(
                    Assessment(
                        entry_id=entry,
                        assessor=assessor,
                        status="done",
                        rating=rating - place / 2,
                        significance=7,
                        rigor=5,
                        novelty=6.5,
                        clarity=6,
                        contribution="Shows something new.",
                        created_at=world.now,
                    )
                )
    for at, order in enumerate(([1, 0, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])):
        rows = [
            EntryRating(
                entries[e],
                (3 - i) / 2,
                0.3,
                1700 - 100 * i,
                60.0 + i,
                i + 1,
                max(1, i),
                i + 2,
                2,
                1,
                0,
                6.0 - e / 2,
            )
            for i, e in enumerate(order)
        ]
        async with world.writing() as session:
            await past_standings.store(
                session,
                league,
                rows,
                cause="tournament",
                about_id=at,
                outcomes=0,
                now=world.now + timedelta(hours=at),
            )
    for number in range(24):
        await _play(world, league, entries, number)
    world.later(hours=30)


async def paper_of(session: Any, entry: int) -> Paper:
    return (await entry_rows.entry(session, entry))[1]


async def _play(world: World, league: int, entries: list[int], number: int) -> None:
    first, second = entries[0], entries[1 + number % 4]
    outcome = ("first", "second", "first", "draw")[number % 4]
    at = world.now + timedelta(minutes=number)
    async with world.writing() as session:
        match = Match(
            league_id=league,
            first_id=first,
            second_id=second,
            judge="one:m" if number % 3 else "two:m",
            pool="real",
            status="decided",
            verdict=outcome,
            outcome="second" if number == 20 else outcome,
            planned_at=at,
            decided_at=at,
        )
        session.add(match)
        await session.flush()
        session.add(
            Verdict(
                match_id=match.id,
                judge=match.judge,
                model="m",
                swapped=number % 2 == 1,
                winner=outcome,
                confidence=0.8,
                rationale="Paper 1 says more than Paper 2.",
                cost=Decimal("0.0123"),
                at=at,
            )
        )
        if number == 20:
            poll = Poll(
                match_id=match.id,
                status="closed",
                opened_by="alice",
                opened_at=at,
                closes_at=at,
                quorum=1,
                anonymous=False,
                result="second",
            )
            session.add(poll)
            await session.flush()
            session.add(Override(match_id=match.id, poll_id=poll.id, outcome="second", weight=2.0, at=at))
        if number < 4:
            session.add(
                Verdict(
                    match_id=match.id,
                    kind="swap",
                    judge=match.judge,
                    model="m",
                    swapped=True,
                    confidence=0.6,
                    winner=outcome if number else "draw",
                    rationale="Again.",
                    at=at,
                )
            )


class Unasked:
    """Sources that nobody asks here."""

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        raise AssertionError(references)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack()
    app = web.Application()
    app.router.add_route("*", "/{method}", slack.handle)
    server = TestServer(app)
    await server.start_server()
    slack.url = str(server.make_url("/"))
    yield slack
    await server.close()


@pytest.fixture
async def asker(world: World, slack: Slack) -> Asker:
    league = await world.league()
    entries = await world.enters(league.id, *TITLES)
    await _fill(world, league.id, entries)
    needed: dict[str, Any] = {
        "commands": features.COMMANDS,
        "database": world.database,
        "settings": world.settings,
        "now": lambda: world.now,
        "people": lambda _workspace: world.people,
        "runtime": Runtime(
            world.database,
            world.settings,
            RealTime(),
            {"offline": OfflineJudge()},
            Unasked(),
            lambda _: world.people,
        ),
    }
    unused = dict.fromkeys(
        set(Services.__dataclass_fields__) - set(needed) - {"open_beside", "outsiders", "shelves"}
    )
    services = Services(**needed, **unused)  # type: ignore[arg-type]  # questions call no judge
    bot = Bot(slack, services, AsyncWebClient("xoxb-1", base_url=slack.url))
    features.register_features(bot.on)
    return Asker(world, bot, slack, league.id, entries)


__all__ = ["TITLES", "Asker", "elements", "ids", "label", "paper_of", "words"]
