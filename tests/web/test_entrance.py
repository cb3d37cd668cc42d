"""The HTTP entrance refuses what is large, unsigned, stale, broken or never comes, before anything is parsed."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.work.metrics import Metrics
from bot.work.timing import RealTime
from handlers.web import entrance, loopback_server
from handlers.web.entrance import HttpEntrance
from handlers.web.health_and_metrics import metrics_route
from handlers.web.loopback_server import serve
from storage.database.engine import Database

SECRET = "a signing secret"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def handled() -> list[bytes]:
    return []


@pytest.fixture
async def address(handled: list[bytes]) -> AsyncIterator[str]:
    async def handle(request: Request) -> Response:
        handled.append(await request.body())
        return PlainTextResponse("let in")

    door = HttpEntrance(handle, SECRET, RealTime())
    async with serve(Starlette(routes=[Route("/slack/events", door.answer, methods=["POST"])])) as port:
        yield f"http://127.0.0.1:{port}/slack/events"


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def signed(body: bytes, *, moment: str = "", secret: str = SECRET, kind: str = JSON) -> dict[str, str]:
    moment = moment or str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}", "content-type": kind}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type": "event_callback"}', JSON),
        ('{"text": "深層"}'.encode(), "application/json; charset=utf-8"),
        (b"command=%2Frank&text=", FORM),
        (b"payload=%7B%22type%22%3A%22block_actions%22%7D", FORM),
        (b"ssl_check=1&token=x", FORM),
    ],
)
async def test_what_slack_signed_is_let_in(
    body: bytes, kind: str, address: str, browser: httpx.AsyncClient, handled: list[bytes]
) -> None:
    answer = await browser.post(address, content=body, headers=signed(body, kind=kind))
    assert (answer.status_code, answer.text, handled) == (200, "let in", [body])


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "v0=ü".encode()},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-request-timestamp": "٣٤"},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": ""},
    ],
)
async def test_a_signature_that_is_none_of_slacks_is_401(
    change: dict[str, str | bytes], address: str, browser: httpx.AsyncClient, handled: list[bytes]
) -> None:
    headers = {name.encode(): value.encode() for name, value in signed(b"{}").items()}
    headers |= {
        name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in change.items()
    }
    answer = await browser.post(address, content=b"{}", headers=list(headers.items()))
    assert (answer.status_code, handled) == (401, [])


@pytest.mark.parametrize("away", [-400, 400])
async def test_a_signature_of_another_hour_is_401(
    away: int, address: str, browser: httpx.AsyncClient
) -> None:
    headers = signed(b'{"a": 1}', moment=str(int(time.time()) + away))
    assert (await browser.post(address, content=b'{"a": 1}', headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", JSON),
        (b"[1, 2]", JSON),
        (b"", JSON),
        (b"null", JSON),
        (b"[" * 100_000, JSON),
        ('{"a": 1}'.encode("utf-16"), "application/json; charset=utf-16"),
        (b'{"a": ' + b"9" * 5_000 + b"}", JSON),
        (b"payload=%7Bnot", FORM),
        (b"payload=7", FORM),
        (b"&".join(b"a%d=1" % i for i in range(200)), FORM),
        (b"", ""),
    ],
)
async def test_what_is_signed_but_no_delivery_is_400(
    body: bytes, kind: str, address: str, browser: httpx.AsyncClient, handled: list[bytes]
) -> None:
    answer = await browser.post(address, content=body, headers=signed(body, kind=kind))
    assert (answer.status_code, handled) == (400, [])


async def test_a_body_over_a_megabyte_is_refused_unread(address: str, handled: list[bytes]) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
    await writer.drain()
    assert (await reader.readline()).split()[1] == b"413"
    writer.close()
    assert handled == []


async def test_a_body_without_length_is_read_to_a_megabyte_only(
    address: str, browser: httpx.AsyncClient, handled: list[bytes]
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(400):
            sent += 65_536
            yield b"x" * 65_536

    try:
        answer = await browser.post(address, content=endless(), headers=signed(b""))
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # the connection was closed while the client still wrote: refused all the same
    assert handled == []
    assert sent < 400 * 65_536


async def _closed(address: str, first: bytes) -> bytes:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(first)
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback_server, "HEAD_S", 0.1)
    monkeypatch.setattr(entrance, "BODY_S", 0.1)


@pytest.mark.usefixtures("hurried")
async def test_a_connection_that_says_nothing_is_closed(address: str) -> None:
    assert await _closed(address, b"") == b""
    assert await _closed(address, b"POST /slack/events HTTP/1.1\r\nHost: x\r\n") == b""


@pytest.mark.usefixtures("hurried")
async def test_a_second_request_whose_head_never_ends_is_closed(address: str) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 404 " in (await reader.readuntil(b"\r\n\r\nNot Found"))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
    try:
        assert await asyncio.wait_for(reader.read(), 2) == b""
    except ConnectionResetError:
        pass  # closed all the same
    finally:
        writer.close()


@pytest.mark.usefixtures("hurried")
async def test_a_body_that_comes_byte_by_byte_is_408(address: str) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    line = asyncio.create_task(reader.readline())
    for _ in range(50):
        writer.write(b"1\r\n{\r\n")
        await asyncio.sleep(0.01)
        if line.done():
            break
    assert b" 408 " in await line
    writer.close()


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        (b"Content-Length: -5", b"", 400),
        (b"Content-Length: abc", b"", 400),
        (b"Content-Length: 2\r\nContent-Length: 900", b"{}", 400),
        (b"Content-Length: 2\r\nTransfer-Encoding: gzip", b"{}", 400),
        (b"Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 900", b"2\r\n{}\r\n0\r\n\r\n", 401),
        (b"X-Slack-Signature: v0=\xff\xfe\r\nContent-Length: 2", b"{}", 401),
        (b"Content-Type: application/json\r\nContent-Length: 100000", b"[" * 100_000, 401),
    ],
)
async def test_odd_heads_and_unsigned_nonsense_never_reach_a_parser(
    head: bytes, body: bytes, status: int, address: str, handled: list[bytes],
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body)
    answer = await asyncio.wait_for(reader.readline(), 2)
    writer.close()
    assert (answer.split()[1], handled) == (str(status).encode(), [])
    assert "Traceback" not in capsys.readouterr().err + caplog.text


POST = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
TWO = b"Content-Length: 2\r\n\r\n{}"
STRANGE: tuple[tuple[str, bytes, bytes], ...] = (
    ("TLS on a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, b"400"),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"4"),
    ("HTTP/1.0 without a host", b"POST /slack/events HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", b"401"),
    ("HTTP/9.9", b"POST /slack/events HTTP/9.9\r\nHost: x\r\n\r\n", b"4"),
    ("a request line of 200 KB", b"POST /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"4"),
    ("a header of 200 KB", POST + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n", b"4"),
    ("ten thousand headers", POST + b"X-A: b\r\n" * 10_000 + b"\r\n", b"4"),
    ("a folded header", POST + b"X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}", b"4"),
    ("a NUL in a header", POST + b"X-A: \x00\r\nContent-Length: 2\r\n\r\n{}", b"4"),
    ("a header without a colon", POST + b"nonsense\r\n\r\n", b"4"),
    ("a space before the colon", POST + b"Content-Length : 2\r\n\r\n{}", b"4"),
    ("a plus before the length", POST + b"Content-Length: +2\r\n\r\n{}", b"4"),
    ("a length beyond all numbers", POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"4"),
    ("a chunk's extension of 200 KB", POST + b"Transfer-Encoding: chunked\r\n\r\n2;" + b"a" * 200_000 + b"\r\n{}", b"4"),
    ("a chunk of a negative size", POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n", b"4"),
    ("a chunk larger than memory", POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}", b"4"),
    ("trailers", POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n", b"401"),
    ("chunked twice", POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", b"4"),
    ("two signatures", POST + 2 * b"X-Slack-Signature: v0=a\r\n" + TWO, b"401"),
    ("another protocol wanted", POST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}", b"4"),
    ("leave to go on wanted", POST + b"Expect: 100-continue\r\nContent-Length: 5000000\r\n\r\n", b"413"),
    ("another method", b"TRACE /slack/events HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
    ("a whole address", b"POST http://evil.example/slack/events HTTP/1.1\r\nHost: x\r\n" + TWO, b"4"),
    ("a way out of the folder", b"POST /slack/../../etc/passwd HTTP/1.1\r\nHost: x\r\n" + TWO, b"404"),
)  # fmt: skip


async def _first_line(address: str, sent: bytes) -> bytes:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.readline(), 5)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.usefixtures("hurried")
async def test_what_no_browser_sends_is_refused_without_a_traceback_and_others_go_on(
    address: str, handled: list[bytes], browser: httpx.AsyncClient,
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    answers: dict[str, bytes] = {}
    for name, sent, status in STRANGE:
        answer = await _first_line(address, sent)
        code = answer.partition(b" ")[2][:3]
        if not code.startswith(status) and answer:  # closing without a word is an answer, too
            answers[name] = answer[:80]
    assert answers == {}
    assert handled == []
    assert "Traceback" not in capsys.readouterr().err + caplog.text
    let_in = await browser.post(address, content=b'{"a": 1}', headers=signed(b'{"a": 1}'))
    assert let_in.status_code == 200


async def test_of_requests_sent_in_one_breath_each_is_answered_by_its_own_signature(
    address: str, handled: list[bytes]
) -> None:
    good, bad = b'{"a": 1}', b'{"b": 2}'

    def request(body: bytes, headers: dict[str, str]) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return POST + f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body

    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request(good, signed(good)) + request(bad, signed(good)) + request(good, signed(good)))
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert handled == [good], "after a refusal nothing of the same connection is read"
    assert answer.count(b"HTTP/1.1 ") == 2
    assert b" 401 " in answer


@pytest.mark.usefixtures("hurried")
async def test_a_body_that_never_comes_is_408(address: str) -> None:
    answer = await _closed(address, b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{")
    assert b" 408 " in answer.split(b"\r\n")[0]


async def test_connections_beyond_the_bound_are_closed_and_the_others_answered(
    address: str, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback_server, "MOST_CONNECTIONS", 3)
    parts = urlsplit(address)
    held = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(3)]
    assert await _closed(address, b"GET / HTTP/1.1\r\n") == b""
    held[0][1].close()
    await held[0][1].wait_closed()
    for _ in range(50):
        await asyncio.sleep(0)
    answer = await browser.post(address, content=b'{"a": 1}', headers=signed(b'{"a": 1}'))
    assert answer.status_code == 200
    for _reader, writer in held[1:]:
        writer.close()


@pytest.mark.parametrize(
    ("headers", "everybody", "status"),
    [
        ({}, False, 200),
        ({"x-forwarded-for": "203.0.113.9"}, False, 404),
        ({"x-forwarded-for": "203.0.113.9"}, True, 200),
    ],
)
@pytest.mark.slow
async def test_the_figures_are_for_this_computer_unless_a_setting_says_otherwise(
    headers: dict[str, str], status: int, browser: httpx.AsyncClient, tmp_path: Path, *, everybody: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'figures.db'}")
    route = metrics_route(Metrics(), database, RealTime(), everybody=everybody)
    async with serve(Starlette(routes=[route])) as port:
        answer = await browser.get(f"http://127.0.0.1:{port}/metrics", headers=headers)
    await database.close()
    assert answer.status_code == status
