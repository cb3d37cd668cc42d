"""Events that other programs are told of: signed, once under one id, for three days, and only to public addresses."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.exchange.outlets import webhook_sending
from bot.exchange.outlets.webhook_addresses import checked
from bot.exchange.outlets.webhook_sending import WAITS, seal, send, signed_headers, unseal
from bot.papers.errors import ForbiddenAddressError
from bot.papers.fetching.fetcher import Fetcher
from bot.settings import Settings
from bot.work import announcements
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from handlers.web.loopback_server import serve
from storage.database.engine import Database
from storage.errors import BadRequestError
from storage.outlets import webhooks
from storage.tables import (
    Entry,
    League,
    Match,
    OutboxMessage,
    Owner,
    Paper,
    Webhook,
    WebhookDelivery,
    Workspace,
)
from storage.work import sweeping
from storage.workspaces.token_sealing import new_key
from tests.slack.conftest import ATTENTION, BERT, Group, a_group, shown
from tests.slack.test_tournaments import overturned

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmn").decode()


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether headers sign a body, by the specification's words and none of our code."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    key = base64.b64decode(secret.split("_", 1)[1])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split()


@dataclass
class Receiver:
    """Another program: what it was sent, and the statuses that it answers, the last one from then on."""

    statuses: list[int] = field(default_factory=lambda: [200])
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: Request) -> Response:
        self.taken.append((dict(request.headers), await request.body()))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return Response(status_code=status, headers={"Location": "/elsewhere"})

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What it was told of this kind."""
        bodies = [json.loads(body) for _headers, body in self.taken]
        return [body["data"] for body in bodies if body["type"] == kind]


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(statuses or (200,)))
    async with serve(Starlette(routes=[Route("/{path:path}", receiver.answer, methods=["POST"])])) as port:
        receiver.url = f"http://127.0.0.1:{port}/hook"
        yield receiver


async def a_webhook(database: Database, url: str) -> int:
    """The id of an address of a league with one owner."""
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="Team", installed_at=NOW))
    async with database.transaction("T1") as session:
        session.add(League(name="reading", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        league = await session.scalar(select(League.id))
        assert league is not None
        session.add(Owner(league_id=league, user="U1", since=NOW))
        return await webhooks.add(session, league, url, SECRET, "U1", NOW)


async def queued(database: Database, webhook: int) -> int:
    """The id of an event on its way."""
    async with database.transaction("T1") as session:
        await webhooks.queue(session, [webhook], announcements.body_of("webhook.test", {"é": 1}, NOW), NOW)
        return (await session.scalars(select(WebhookDelivery.id).order_by(WebhookDelivery.id.desc()))).all()[
            0
        ]


def a_runtime(database: Database, time: MovableTime, hooks: Fetcher, **settings: Any) -> Runtime:
    return Runtime(database, Settings(_env_file=None, **settings), time, {}, None, None, hooks=hooks)  # type: ignore[arg-type]  # sending asks nobody


async def status_of(database: Database, delivery: int) -> tuple[str, int]:
    async with database.reading("T1") as session:
        row = await session.get_one(WebhookDelivery, delivery)
        return row.status, row.tries


async def test_an_event_is_signed_and_tried_again_under_its_id_until_it_is_taken(database: Database) -> None:
    time = MovableTime(NOW)
    async with receiving(500, 302, 404, 200) as receiver, Fetcher(frozenset({"127.0.0.1"})) as hooks:
        runtime = a_runtime(database, time, hooks)
        delivery = await queued(database, await a_webhook(database, receiver.url))
        for tries, status in enumerate(("due", "due", "due", "sent"), 1):
            await send(runtime, "T1", delivery)
            await send(runtime, "T1", delivery)  # a second job finds nothing to do
            assert len(receiver.taken) == tries
            assert await status_of(database, delivery) == (status, min(tries, 3))
            time.move(WAITS[tries - 1])
        await send(runtime, "T1", delivery)
    assert len(receiver.taken) == 4
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1
    assert len({body for _headers, body in receiver.taken}) == 1
    moments = [int(headers["webhook-timestamp"]) for headers, _body in receiver.taken]
    assert [later - earlier for earlier, later in pairwise(moments)] == [5, 300, 1_800]
    for headers, body in receiver.taken:
        assert is_signed(SECRET, headers, body)
        assert not is_signed(SECRET, headers, body + b" ")
        assert not is_signed(SECRET.replace("M", "N"), headers, body)
        assert json.loads(body) == {
            "type": "webhook.test",
            "timestamp": "2026-03-02T09:00:00Z",
            "data": {"é": 1},
        }


async def test_slow_addresses_hold_no_place_of_others_work_and_their_answers_aren_t_read(
    database: Database,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)  # lets the server see that its reader is gone
            yield b"x" * 65_536

    async def answer(_request: Request) -> Response:
        return StreamingResponse(endless())

    routes = [Route("/hook", answer, methods=["POST"])]
    async with serve(Starlette(routes=routes)) as port, Fetcher(frozenset({"127.0.0.1"})) as hooks:
        runtime = a_runtime(database, MovableTime(NOW), hooks)
        delivery = await queued(database, await a_webhook(database, f"http://127.0.0.1:{port}/hook"))
        await send(replace(runtime, posting=asyncio.Semaphore(0)), "T1", delivery)
        assert await status_of(database, delivery) == ("due", 0), "the sweep brings it"
        await send(runtime, "T1", delivery)
        assert await status_of(database, delivery) == ("sent", 0)


async def test_an_address_that_takes_nothing_is_turned_off_and_its_owners_are_told_once(
    database: Database,
) -> None:
    time = MovableTime(NOW)
    async with receiving(500) as receiver, Fetcher(frozenset({"127.0.0.1"})) as hooks:
        runtime = a_runtime(database, time, hooks)
        webhook = await a_webhook(database, receiver.url)
        first, second = await queued(database, webhook), await queued(database, webhook)
        for wait in (*WAITS, timedelta(0)):
            await send(runtime, "T1", first)
            time.move(wait)
        assert len(receiver.taken) == len(WAITS) + 1
        assert timedelta(days=3) < sum(WAITS, timedelta()) < timedelta(days=4)
        await send(runtime, "T1", second)
        assert len(receiver.taken) == len(WAITS) + 1, "what was on its way is dropped"
        assert {await status_of(database, first), await status_of(database, second)} == {
            ("lost", 10),
            ("lost", 0),
        }
        async with database.reading("T1") as session:
            assert (await session.get_one(Webhook, webhook)).disabled_at is not None
            notices = (await session.scalars(select(OutboxMessage))).all()
            league = await session.scalar(select(League.id))
            assert league is not None
            assert await webhooks.listening(session, league) == []
        assert [(notice.channel, notice.kind) for notice in notices] == [("U1", webhook_sending.KIND)]


async def test_an_address_that_is_gone_is_turned_off_at_once_and_a_private_league_tells_nothing(
    database: Database,
) -> None:
    time = MovableTime(NOW)
    async with receiving(410) as receiver, Fetcher(frozenset({"127.0.0.1"})) as hooks:
        runtime = a_runtime(database, time, hooks)
        webhook = await a_webhook(database, receiver.url)
        delivery = await queued(database, webhook)
        async with database.transaction("T1") as session:
            await session.execute(update(League).values(is_private=True))
        await send(runtime, "T1", delivery)
        assert receiver.taken == []
        async with database.transaction("T1") as session:
            await session.execute(update(League).values(may_publish=True))
        await send(runtime, "T1", await queued(database, webhook))
        assert len(receiver.taken) == 1
        async with database.reading("T1") as session:
            assert (await session.get_one(Webhook, webhook)).disabled_at is not None


async def test_a_process_that_died_while_sending_doubles_nothing_but_under_the_same_id(
    database: Database,
) -> None:
    time = MovableTime(NOW)
    async with receiving(200) as receiver, Fetcher(frozenset({"127.0.0.1"})) as hooks:
        runtime = a_runtime(database, time, hooks)
        delivery = await queued(database, await a_webhook(database, receiver.url))

        async def dies(*_: object, **__: object) -> bool:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(webhooks, "settle", dies)
            with pytest.raises(KeyboardInterrupt):
                await send(runtime, "T1", delivery)
        assert (await status_of(database, delivery))[0] == "sending"
        time.move(timedelta(days=1, minutes=-1))
        async with database.transaction(None) as session:
            jobs = (await sweeping.sweep(session, time.now())).due
        assert [(job.kind, job.id) for job in jobs] == [("hook", delivery)]
        await send(runtime, "T1", delivery)
        assert await status_of(database, delivery) == ("sent", 0)
    assert len(receiver.taken) == 2
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1


ALLOWED = Settings(_env_file=None, allowed_hosts=frozenset({"hooks.lan:8080"}))


def test_only_public_https_addresses_are_accepted() -> None:
    for url in ("https://example.org/x", "https://a.example.org:443/", "https://93.184.216.34/x"):
        assert checked(url, ALLOWED) == url
    assert checked("http://hooks.lan:8080/x", ALLOWED), "an operator may allow a host"
    for url in (
        "http://example.org/x", "https://localhost/x", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/",
        "https://169.254.169.254/latest", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "ftp://e.org/",
        "https://user@example.org/", "https://example.org:8443/", "https://db.internal/", "hello", "https://",
        f"https://example.org/{'x' * 600}", "https://example.org/a b", "https://[bad/",
    ):  # fmt: skip
        with pytest.raises(BadRequestError, match="https"):
            checked(url, ALLOWED)


async def test_a_name_that_leads_to_a_private_address_is_never_posted_to() -> None:
    async def inside(_host: str, _port: int) -> tuple[str, ...]:
        return ("10.0.0.7",)

    async with Fetcher(lookup=inside) as hooks:
        for url in ("https://rebound.example.org/", "http://example.org/", "https://127.0.0.1/"):
            with pytest.raises(ForbiddenAddressError):
                await hooks.post(url, b"{}", {})


def test_secrets_are_sealed_where_there_is_a_key() -> None:
    settings = Settings(_env_file=None, secret_key=new_key())
    stored = seal(SECRET, settings)
    assert SECRET not in stored
    assert unseal(stored, settings) == SECRET
    plain = Settings(_env_file=None)
    assert seal(SECRET, plain) == unseal(SECRET, plain) == SECRET
    headers = signed_headers(SECRET, "evt_1", "{}", NOW)
    assert is_signed(SECRET, headers, b"{}")


@pytest.mark.slow
async def test_a_league_tells_of_new_leaders_tournaments_and_overrides(tmp_path: Path) -> None:
    async with receiving() as receiver, a_group(tmp_path) as group:
        alice, bob = group.people["alice"], group.people["bob"]
        await alice.posts(f"{ATTENTION} {BERT}")
        assert "Only" in await bob.asks(f"/rank webhook {receiver.url}")
        assert "begins with https://" in await alice.asks("/rank webhook http://10.0.0.1/x")
        said = await alice.asks(f"/rank webhook {receiver.url}")
        secret = said[said.index("whsec_") :].split("`")[0]
        await calm(group)
        assert receiver.events("webhook.test") == [{"league": "reading-group"}]
        await overturned(group)
        await calm(group)
        assert [event["status"] for event in receiver.events("tournament.ended")] == ["finished"]
        [leader] = receiver.events("leader.changed")[-1:]
        assert leader["leader"]["id"].startswith("arxiv:")
        assert len(receiver.events("override.made")) == 1
        for headers, body in receiver.taken:
            assert is_signed(secret, headers, body)
        reply = await alice.runs("/rank webhook")
        assert secret not in shown(reply.messages[0])
        await alice.clicks(reply.messages[0], "webhook.remove")
        assert "tells no address" in await alice.asks("/rank webhook")
        async with group.app.database.reading(group.slack.world.team) as session:
            assert await session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0


async def calm(group: Group) -> None:
    await group.calm()
    await group.app.jobs.sweep()
    await group.calm()


async def test_an_override_is_told_with_its_papers_and_by_the_transaction_that_made_it(
    database: Database,
) -> None:
    webhook = await a_webhook(database, "https://example.org/x")
    assert webhook
    async with database.transaction("T1") as session:
        league = await session.scalar(select(League.id))
        assert league is not None
        papers = [
            Paper(canonical=f"x:{n}", url="https://e.org", title=f"T{n}", created_at=NOW) for n in (1, 2)
        ]
        session.add_all(papers)
        await session.flush()
        entries = [
            Entry(league_id=league, paper_id=paper.id, submitted_by="U1", submitted_at=NOW, channel="C1")
            for paper in papers
        ]
        session.add_all(entries)
        await session.flush()
        match = Match(
            league_id=league, first_id=entries[0].id, second_id=entries[1].id, judge="offline", planned_at=NOW,
            verdict="first", status="decided",
        )  # fmt: skip
        session.add(match)
        await session.flush()
        await announcements.override(session, match, announcements.OVERRIDE, "second", NOW)
        await announcements.new_leader(session, league, entries[1].id, entries[0].id, NOW)
        assert [job for job in session.info["due"] if job.kind == "hook"]
        bodies = [json.loads(body) for body in await session.scalars(select(WebhookDelivery.body))]
    first, second = ({"id": f"x:{n}", "title": f"T{n}"} for n in (1, 2))
    assert [body["data"] for body in bodies] == [
        {
            "match": bodies[0]["data"]["match"],
            "first": first,
            "second": second,
            "verdict": "first",
            "outcome": "second",
        },
        {"leader": second, "before": first},
    ]
