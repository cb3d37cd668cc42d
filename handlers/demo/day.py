"""The demo's day: links, assessments, a tournament, a vote, questions, a digest."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings
from bot.tournaments import highlights
from bot.tournaments.match_contents import match_contents
from bot.work.timing import MovableTime
from handlers.app import Paperbout, open_app, prepare, serving, working
from handlers.blocks import ids
from handlers.demo.offline_sources import OFFERS, OfflineSources
from handlers.demo.papers import PAPERS
from handlers.demo.recordings import EVIDENCE, INFLUENCE, REVIEWS, recorded_judges
from handlers.demo.slack import Reply, Simulator
from handlers.slack.workspaces.scopes_and_events import SHORTCUTS
from storage.errors import SettingsError
from storage.questions import workspace_counts
from storage.questions.workspace_counts import WorkspaceCounts

START = datetime(2026, 1, 12, 7, 30, tzinfo=UTC)
"""When the demo's day begins: a Monday morning."""
SPEED = 40.0
"""How many times faster than real time the demo's clock runs, so that its paced messages wait three seconds in all."""
POST_INTERVAL_S = 1.1
"""Seconds between messages, slightly above Slack's limit, because a message sent too early waits again."""
MATCHES = 60
"""Matches in the demo's tournament; fewer than recorded pairs, so that some are left for visitors."""
DEBATES = (("1406.2661", "1312.6114"), ("2001.08361", "2203.15556"), ("1810.04805", "2005.14165"))
"""Pairs (arXiv ids) on which the two recorded judges disagree; the team votes on the first that was played."""
NOTE = "Reviews and verdicts here were recorded for this demo by a language model."
VOTE = "vote.cast"
"""Beginning of the action ids of a vote's buttons."""
PATIENCE_S = 40
STEP = timedelta(hours=4)
STEP_PATIENCE_S = 10.0
"""Seconds that the demo's clock waits for work begun while it was moved."""
Say = Callable[[str, float], None]
"""Function that reports what happens now and the progress of the day (0 to 1)."""


@dataclass
class Demo:
    """The running demo: simulated Slack, program, clock, channel and people."""

    slack: Simulator
    app: Paperbout
    time: MovableTime
    channel: str
    people: dict[str, str] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)
    answers: dict[str, str] = field(default_factory=dict)

    async def tallies(self) -> WorkspaceCounts:
        """Return how many rows of each kind the demo's database has."""
        async with self.app.database.reading(self.slack.world.team) as session:
            return await workspace_counts.count_workspace(session)

    async def calm(self) -> None:
        """Wait until neither the program nor the simulated Slack is doing anything."""
        await self.slack.settle(quiet=0.1, timeout=PATIENCE_S)
        await self.app.settle()
        await self.slack.settle(quiet=0.1, timeout=PATIENCE_S)

    def bot_messages(self) -> list[dict[str, Any]]:
        """Return all messages of the bot in the demo's channel, threads included."""
        messages = []
        for message in self.slack.history(self.channel):
            messages += [message, *self.slack.replies(self.channel, message["ts"])]
        return [message for message in messages if message.get("user") == self.slack.bot_user]


@asynccontextmanager
async def open_demo(port: int = 0, *, online: bool = False) -> AsyncIterator[Demo]:
    """Start the simulated Slack and the whole program inside this block.

    `online` uses the real paper sources. Raises `SettingsError` if the port is taken.
    """
    time = MovableTime(START, SPEED)

    def seconds() -> float:
        return time.now().timestamp()

    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="paperbout-demo-"))
        simulator = Simulator(clock=seconds, port=port, pace_timer=seconds)
        try:
            slack = await stack.enter_async_context(simulator)
        except OSError as error:
            why = f"The demo can't listen on port {port} ({error.strerror})."
            raise SettingsError(f"{why} Choose another with --port.") from error
        people = {
            "maya": slack.add_user("Maya", admin=True, tz="UTC"),
            "noor": slack.add_user("Noor", tz="UTC"),
            "tomas": slack.add_user("Tomás", tz="UTC"),
            "wei": slack.add_user("Wei", tz="UTC"),
        }
        channel = slack.add_channel("reading-group", members=list(people.values()))
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(slack.bot_token),
            slack_signing_secret=SecretStr(slack.signing_secret),
            slack_api_url=slack.url,
            database_url=f"sqlite:///{Path(folder) / 'paperbout.db'}",
            judges=(EVIDENCE, INFLUENCE),
            assessors=(REVIEWS,),
            post_interval_s=POST_INTERVAL_S,
        )
        offline: dict[str, Any] = {} if online else {"sources": OfflineSources(), "offers": OFFERS}
        app = await stack.enter_async_context(
            open_app(settings, time=time, judges=recorded_judges(), **offline)
        )
        await prepare(app, migrate=True)
        await stack.enter_async_context(working(app))
        bound = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
        slack.deliver_to(f"http://127.0.0.1:{bound}/slack/events")
        furnish(slack, app, time)
        slack.guide, slack.note = guide(channel, people["maya"]), NOTE
        yield Demo(slack, app, time, channel, people)


def guide(
    channel: str, voter: str, poll: dict[str, Any] | None = None, match: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the steps of the tour on the demo's page, which lead to these messages once they are there.

    `poll` is the message of the vote that waits for `voter`'s, `match` that of a match on which the judges disagree.
    """
    offer, ts, match_ts = OFFERS[0], poll["ts"] if poll else None, match["ts"] if match else None
    return [
        {"label": f"Paste a paper: {offer.name}", "channel": channel, "text": offer.link},
        {"label": "Open a paper's assessment", "channel": channel, "action": ids.ASSESSMENT.id()},
        {
            "label": "Challenge a debatable verdict",
            "channel": channel,
            "action": ids.CHALLENGE.id(),
            "ts": match_ts,
        },
        {"label": "Vote as Maya: hers decides", "channel": channel, "action": VOTE, "ts": ts, "user": voter},
    ]


def furnish(slack: Simulator, app: Paperbout, time: MovableTime) -> None:
    """Give the demo's page the program's commands and shortcuts, and a movable clock."""
    slack.commands = {
        app.settings.rank_command: "[paper | vs A | B | history PAPER | tournament start | help]",
        app.settings.h2h_command: "A | B",
    }
    slack.shortcuts = {shortcut.callback_id: shortcut.name for shortcut in SHORTCUTS}

    async def move_clock(to: float) -> None:
        """Move the clock to a Unix time in steps, so that no scheduled event is missed, and wait for work it starts."""
        end = datetime.fromtimestamp(to, UTC)
        while (rest := end - time.now()) > timedelta(0):
            time.move(min(rest, STEP))
            count = await app.clock.tick()
            await app.jobs.sweep()
            if count:
                with suppress(TimeoutError):
                    async with asyncio.timeout(STEP_PATIENCE_S):
                        await app.settle()

    slack.on_move_clock = move_clock


async def play(demo: Demo, say: Say, *, visitor: bool = False) -> None:
    """Play the whole day; with `visitor`, the last vote is left to the visitor, who is Maya on the page."""
    slack, people, channel = demo.slack, demo.people, demo.channel
    posters = list(people.values())
    say("The team posts papers", 0.02)
    for place in range(0, len(PAPERS), 2):
        lines = [paper.link for paper in PAPERS[place : place + 2]]
        await slack.post(posters[place // 2 % len(posters)], channel, "Worth reading: " + " and ".join(lines))
        say(
            f"The team posts papers ({min(place + 2, len(PAPERS))} of {len(PAPERS)})",
            0.02 + 0.2 * place / len(PAPERS),
        )
    say("Papers are fetched and assessed", 0.25)
    await _until(demo, lambda now: now.papers == len(PAPERS) and now.assessments >= len(PAPERS))
    say(f"A tournament of {MATCHES} matches, each with two judges", 0.4)
    await slack.command(people["maya"], channel, "/rank", f"tournament start {MATCHES} matches panel")
    await _until(demo, lambda now: now.tournaments_over == 1)
    await demo.calm()
    say("The judges disagree on a match, and the team votes", 0.7)
    await _vote(demo, visitor=visitor)
    say("Questions", 0.8)
    first, second = PAPERS[0].title, PAPERS[2].title
    for text in ("", first, f"vs {first} | {second}", f"history {first}"):
        await _ask(demo, "wei", text)
    await demo.calm()
    say("The next morning brings the digest", 0.9)
    demo.time.move(_until_morning(demo.time.now()))
    await demo.app.clock.tick()
    await _until(demo, lambda now: now.digests >= 1)
    await demo.calm()
    say("The day is over", 1.0)


async def _ask(demo: Demo, who: str, text: str) -> Reply:
    """Run `/rank TEXT` as a person of the demo and wait for the answer."""
    reply = await demo.slack.command(demo.people[who], demo.channel, "/rank", text)
    await demo.slack.until(partial(getattr, reply, "messages"), timeout=PATIENCE_S)
    demo.answers[f"/rank {text}".strip()] = reply.text
    return reply


def _until_morning(now: datetime) -> timedelta:
    morning = now.replace(hour=8, minute=31, second=0, microsecond=0)
    return (morning if morning > now else morning + timedelta(days=1)) - now


async def _until(demo: Demo, is_over: Callable[[WorkspaceCounts], bool]) -> None:
    end = monotonic() + PATIENCE_S
    while not is_over(await demo.tallies()):
        if monotonic() > end:
            raise TimeoutError(f"the demo got stuck: {await demo.tallies()}")
        await demo.app.jobs.idle()
        await demo.time.sleep(SPEED * 0.15)


async def open_vote(demo: Demo, who: str) -> tuple[str, str]:
    """Let a person challenge a match on which the judges disagree; returns the two papers' titles."""
    titles, answer = await _debate(demo)
    await demo.slack.click(demo.people[who], answer, "match.challenge")
    await demo.slack.until(lambda: _with_button(demo, VOTE), timeout=PATIENCE_S)
    return titles


async def _vote(demo: Demo, *, visitor: bool) -> None:
    """Challenge a match on which the judges disagree; three people vote two to one, and Maya or the visitor decides."""
    slack = demo.slack
    titles = await open_vote(demo, "noor")
    for name, side in (("noor", 0), ("tomas", 1), ("wei", 0), *(() if visitor else (("maya", 0),))):
        poll = _with_button(demo, VOTE)[0]
        await slack.click(demo.people[name], poll, _choice(poll, titles[side]))
    if visitor:
        poll, match = _with_button(demo, VOTE)[0], await _debatable(demo)
        slack.guide = guide(demo.channel, demo.people["maya"], poll, match)
        slack.touch()
    else:
        await _until(demo, lambda now: now.overrides == 1)
    await demo.calm()


async def _debate(demo: Demo) -> tuple[tuple[str, str], dict[str, Any]]:
    """Return the titles of the pair to vote on, and the answer whose match can be challenged."""
    titles = {paper.arxiv: paper.title for paper in PAPERS}
    async with demo.app.database.reading(demo.slack.world.team) as session:
        pairs = [(row.first, row.second) for row in await highlights.disagreements(session, 1)]
    for first, second in (*((titles[key], titles[other_key]) for key, other_key in DEBATES), *pairs):
        answer = (await _ask(demo, "noor", f"vs {first} | {second}")).messages[-1]
        if any(element.get("action_id", "").startswith("match.challenge") for element in _elements(answer)):
            return (first, second), answer
    raise LookupError("the recorded judges agree on every pair that was played")


async def _debatable(demo: Demo) -> dict[str, Any] | None:
    """Return the newest message of a match that one judge gave to one paper, another to the other; None without one."""
    for message in _with_button(demo, ids.CHALLENGE.id())[::-1]:
        _kind, _, match = message.get("metadata", {}).get("event_payload", {}).get("key", "").partition(":")
        if match.isdecimal():
            async with demo.app.database.reading(demo.slack.world.team) as session:
                panel = (await match_contents(session, int(match))).panel
            if {"first", "second"} <= {voice.winner for voice in panel}:
                return message
    return None


def _choice(poll: dict[str, Any], title: str) -> str:
    """Return the action id of the button that votes for the paper with this title."""
    return next(
        str(element["action_id"])
        for element in _elements(poll)
        if element.get("action_id", "").startswith("vote.cast") and title[:20] in element["text"]["text"]
    )


def _elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        element
        for block in message.get("blocks", [])
        for element in (*block.get("elements", []), block.get("accessory"))
        if isinstance(element, dict)
    ]


def _with_button(demo: Demo, action: str) -> list[dict[str, Any]]:
    """Return the bot's messages that have a button whose action id starts with `action`, oldest first."""
    return [
        message
        for message in demo.bot_messages()
        if any(element.get("action_id", "").startswith(action) for element in _elements(message))
    ]


async def summary(demo: Demo) -> dict[str, Any]:
    """Return the day's figures from the database and from the messages that the simulated Slack received."""
    now = await demo.tallies()
    return {
        "papers": now.papers,
        "assessments": now.assessments,
        "matches": now.matches,
        "draws": now.draws,
        "overrides": now.overrides,
        "digests": sum(
            message.get("metadata", {}).get("event_payload", {}).get("key", "").startswith("digest:")
            for message in demo.bot_messages()
        ),
        "messages": len(demo.bot_messages()),
        "seconds": round(monotonic() - demo.began, 2),
        "standings": [row.as_json() for row in now.standings],
    }
