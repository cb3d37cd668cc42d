"""Two web processes, ten thousand events, a fifth of them repeats: each has its effect exactly once."""

import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import func, select

from handlers.demo.papers import PAPERS
from handlers.demo.slack.wire import Json
from storage.tables import Event, OutboxMessage, SeenLink
from tests import offline_arxiv
from tests.faults.processes import free_port
from tests.faults.storm import LONG_S, SEED, Storm, brewing, key

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

EVENTS, REPEATED, WITH_LINK, A_SECOND = 8_000, 2_000, 0.1, 80
"""Deliveries are EVENTS + REPEATED; a repeat comes at once, or late, and to the other process."""


def message(storm: Storm, number: int, paper: str | None) -> Json:
    """An event as Slack writes it; a message with a link is there for others to see."""
    world, user = storm.slack.world, storm.voters[number % len(storm.voters)]
    text, ts = f"Good morning number {number}", f"17{number:08d}.000100"
    if paper:
        text = f"Look at <https://arxiv.org/abs/{paper}>"
        ts = world.add_message(storm.channel, {"user": user, "text": text})["ts"]
    return {
        "token": "verification-token",
        "team_id": world.team,
        "api_app_id": world.app_id,
        "type": "event_callback",
        "event_id": f"EvLOAD{number:06d}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": world.team, "user_id": world.bot_user, "is_bot": True}],
        "event": {
            "type": "message",
            "user": user,
            "channel": storm.channel,
            "channel_type": "channel",
            "text": text,
            "ts": ts,
            "event_ts": ts,
        },
    }


async def check(storm: Storm, linked: list[str]) -> None:
    """Each of these messages was taken in once, and has one card."""
    links = select(func.count()).select_from(SeenLink)

    async def are_taken() -> bool:
        return await storm.count(links) >= len(linked)

    # An event is acked after two seconds at most, done or not: on a slow machine the last ones are still under way.
    await storm.until(are_taken, LONG_S, "each message was taken in")
    async with storm.reading() as session:
        seen = Counter((await session.scalars(select(SeenLink.message_ts))).all())
        kept = await session.scalar(select(func.count()).select_from(Event).where(Event.done_at.is_not(None)))
    assert seen == Counter(linked)
    assert kept is not None
    assert kept >= len(linked)
    cards = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "card")

    async def are_posted() -> bool:
        return await storm.count(cards.where(OutboxMessage.ts.is_not(None))) == len(linked)

    await storm.until(are_posted, LONG_S, "each link has its card")
    present = Counter(key(message) for message in storm.messages() if key(message).startswith("card:"))
    assert await storm.count(cards) == len(linked)
    assert len(present) == len(linked)
    assert set(present.values()) == {1}


async def test_ten_thousand_events_at_two_web_processes_have_their_effect_exactly_once(
    tmp_path: Path, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(SEED)
    async with (
        offline_arxiv.serving() as source,
        brewing(tmp_path, postgres_url, SEED, workers=1, PAPERBOUT_ARXIV_URL=source) as storm,
    ):
        second = await storm.processes.start("web", "web2", free_port())
        await storm.processes.answers(second)
        urls = [f"http://127.0.0.1:{port}/slack/events" for port in (storm.port, second.port)]
        await storm.begins(3_000, 1)  # the judges are busy all the while
        linked = {number for number in range(EVENTS) if dice.random() < WITH_LINK}
        events = [
            message(storm, number, PAPERS[number % len(PAPERS)].arxiv if number in linked else None)
            for number in range(EVENTS)
        ]
        storm.slack.world.events.clear()  # they are delivered here, not by the stand-in
        deliveries = [(number, number % 2) for number in range(EVENTS)]
        for number in dice.sample(range(EVENTS), REPEATED):
            deliveries.insert(
                min(number + dice.choice((0, 1, 50, 2000)), len(deliveries)), (number, 1 - number % 2)
            )
        taken: list[float] = []
        answers: Counter[int] = Counter()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        async with httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as client:

            async def deliver(number: int, where: int) -> None:
                body = json.dumps(events[number])
                for _attempt in range(60):
                    headers = {"content-type": "application/json", **storm.slack.deliveries.signature(body)}
                    began = time.perf_counter()
                    try:
                        answer = await client.post(urls[where], content=body, headers=headers)
                    except httpx.TransportError:  # Slack delivers again too
                        answers[0] += 1
                        continue
                    taken.append(1000 * (time.perf_counter() - began))
                    answers[answer.status_code] += 1
                    if answer.is_success:
                        return
                    await asyncio.sleep(1)
                raise AssertionError(f"event {number} was never acked: {answers}")

            began = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for place, (number, where) in enumerate(deliveries):
                    await asyncio.sleep(max(began + place / A_SECOND - time.perf_counter(), 0))
                    group.create_task(deliver(number, where))
            seconds = time.perf_counter() - began
        await check(storm, [events[number]["event"]["ts"] for number in linked])
        p99 = float(np.percentile(taken, 99))
        with capsys.disabled():
            print(
                f"\nseed {SEED}: {len(deliveries)} deliveries in {seconds:.0f} s, answers {dict(answers)}, ack p50 "
                f"{np.percentile(taken, 50):.0f} ms, p99 {p99:.0f} ms, {len(storm.judge.asked)} calls of the judge"
            )
