"""Claims about what may be fetched, and how much of it."""

# ruff: noqa: E501 - lists of addresses

import contextlib
import gzip
import zlib

import pytest
from aiohttp import web

from bot.papers.errors import ForbiddenAddressError, PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.public_addresses import is_public
from tests.papers.conftest import Site, Waits


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::", "2002:808:808::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001:0:1::1", "fec0::1", "x",
    ],
)  # fmt: skip
def test_no_private_or_disguised_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://[::1]/", "http://[::ffff:7f00:1]/", "http://169.254.169.254/latest/meta-data/", "http://arxiv.org@127.0.0.1/",
        "file:///etc/passwd", "gopher://8.8.8.8/", "http://8.8.8.8:22/", "http:///x", "http://[::1", "http://127.0.0.1.:80/",
    ],
)  # fmt: skip
async def test_a_forbidden_address_is_refused_before_any_connection(url: str) -> None:
    async with Fetcher() as fetcher:
        with pytest.raises(ForbiddenAddressError):
            await fetcher.get(url)


async def test_a_name_that_resolves_to_loopback_is_refused(site: Site) -> None:
    async def lookup(host: str, port: int) -> tuple[str, ...]:
        del host, port
        return ("8.8.8.8", "127.0.0.1")

    async with Fetcher(lookup=lookup) as fetcher:
        with pytest.raises(ForbiddenAddressError, match=r"innocent\.example"):
            await fetcher.get("http://innocent.example/")
    assert site.asked == []


async def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    answers = [("127.0.0.1",)]

    async def lookup(host: str, port: int) -> tuple[str, ...]:
        del host, port
        return answers.pop()  # a second look-up, as DNS rebinding needs, would fail

    site.gives("/", "hello")
    port = site.host.partition(":")[2]
    async with Fetcher(frozenset({f"mirror.example:{port}"}), lookup=lookup) as fetcher:
        assert (await fetcher.get(f"http://mirror.example:{port}/")).text == "hello"
    assert site.asked[0].host == f"mirror.example:{port}"


async def test_a_redirect_to_the_metadata_address_is_refused(site: Site, fetcher: Fetcher) -> None:
    site.gives("/r", "", status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    with pytest.raises(ForbiddenAddressError, match=r"169\.254"):
        await fetcher.get(f"{site.address}/r")


async def test_redirects_end_after_five(site: Site, fetcher: Fetcher) -> None:
    site.gives("/loop", "", status=302, headers={"Location": "/loop"})
    with pytest.raises(SourceError, match="more than 5"):
        await fetcher.get(f"{site.address}/loop")
    assert len(site.asked) == 6


async def test_an_endless_body_is_cut_off_at_the_limit(site: Site, fetcher: Fetcher) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except ConnectionError:
            return response

    site.routes["/endless"] = endless
    with pytest.raises(SourceError, match="larger than"):
        await fetcher.get(f"{site.address}/endless", most_bytes=1_000_000)


async def test_a_gzip_bomb_is_bounded_after_decompression(site: Site, fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    site.gives("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="larger than"):
        await fetcher.get(f"{site.address}/bomb")


@pytest.mark.parametrize("piece", [b"\0" * 1_000, b"\0\0\0\xff\xff" * 200])
async def test_compressed_bodies_that_go_on_without_content_are_cut_off(
    site: Site, fetcher: Fetcher, piece: bytes
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": "deflate"})
        await response.prepare(request)
        packer = zlib.compressobj()
        head = packer.compress(b"<p>") + packer.flush(zlib.Z_FINISH if piece[-1] == 0 else zlib.Z_SYNC_FLUSH)
        with contextlib.suppress(ConnectionError):
            await response.write(head)
            while True:
                await response.write(piece)
        return response

    site.routes["/endless"] = endless
    if piece[-1] == 0:  # after the end
        assert (await fetcher.get(f"{site.address}/endless")).body == b"<p>"
    else:  # blocks that hold nothing
        with pytest.raises(SourceError, match="larger"):
            await fetcher.get(f"{site.address}/endless", most_bytes=50_000)


async def test_compressed_answers_are_read(site: Site, fetcher: Fetcher) -> None:
    site.gives("/zip", gzip.compress(b"words"), headers={"Content-Encoding": "gzip"})
    assert (await fetcher.get(f"{site.address}/zip")).body == b"words"


async def test_a_slow_answer_ends_at_the_deadline(site: Site) -> None:
    import asyncio

    never = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.wait_for(never.wait(), 5)
        return web.Response()

    site.routes["/slow"] = silent
    async with Fetcher(frozenset({site.host}), total_s=0.05) as fetcher:
        with pytest.raises(SourceUnavailableError, match="didn't answer"):
            await fetcher.get(f"{site.address}/slow")
    never.set()


async def test_a_busy_host_is_left_alone_for_as_long_as_it_asked(
    site: Site, fetcher: Fetcher, waits: Waits
) -> None:
    site.gives("/busy", "", status=429, headers={"Retry-After": "60"})
    with pytest.raises(SourceUnavailableError) as first:
        await fetcher.get(f"{site.address}/busy")
    with pytest.raises(SourceUnavailableError):
        await fetcher.get(f"{site.address}/busy")
    assert first.value.retry_after == 60
    assert len(site.asked) == 1
    waits.time += 61
    site.gives("/busy", "free again")
    assert (await fetcher.get(f"{site.address}/busy")).text == "free again"


async def test_a_cached_answer_is_asked_again_with_its_validator(site: Site, fetcher: Fetcher) -> None:
    async def tagged(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(text="words", headers={"ETag": '"1"'})

    site.routes["/tagged"] = tagged
    texts = [(await fetcher.get(f"{site.address}/tagged")).text for _ in range(2)]
    assert texts == ["words", "words"]
    assert len(site.asked) == 2


async def test_the_user_agent_says_who_asks_and_no_proxy_is_taken(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.gives("/", "ok")
    await fetcher.get(f"{site.address}/")
    assert (
        site.asked[0].headers["User-Agent"] == "Paperbout/0.1 (research-paper Slack bot; papers@example.org)"
    )


async def test_secrets_don_t_follow_a_redirect_to_another_host(site: Site) -> None:
    port = site.host.partition(":")[2]
    site.gives("/from", "", status=302, headers={"Location": f"http://localhost:{port}/to"})
    site.gives("/to", "ok")
    async with Fetcher(frozenset({"127.0.0.1", "localhost"})) as fetcher:
        await fetcher.get(f"{site.address}/from", headers={"Authorization": "Bearer secret"})
    assert "Authorization" in site.asked[0].headers
    assert "Authorization" not in site.asked[1].headers


@pytest.mark.parametrize(
    ("status", "kind"), [(404, PaperNotFoundError), (503, SourceUnavailableError), (403, SourceError)]
)
async def test_each_refusal_has_its_own_error(
    site: Site, fetcher: Fetcher, status: int, kind: type[SourceError]
) -> None:
    site.gives("/x", "", status=status)
    with pytest.raises(kind):
        await fetcher.get(f"{site.address}/x")


async def test_requests_to_one_host_begin_half_a_second_apart(site: Site, waits: Waits) -> None:
    site.gives("/", "ok")
    async with Fetcher(
        frozenset({site.host}), now=waits.now, sleep=waits.sleep, between_s=0.5, pace_allowed=True
    ) as fetcher:
        for _ in range(3):
            await fetcher.get(f"{site.address}/")
    assert waits.slept == [0.5, 0.5]


async def test_a_posted_object_arrives_and_a_redirect_of_it_is_not_followed(
    site: Site, fetcher: Fetcher
) -> None:
    async def echo(request: web.Request) -> web.StreamResponse:
        return web.json_response({"method": request.method, "got": await request.json()})

    site.routes["/echo"] = echo
    site.gives("/moved", "", status=307, headers={"Location": "/echo"})
    answer = await fetcher.post_json(f"{site.address}/echo", {"id": "a"})
    assert answer.text == '{"method": "POST", "got": {"id": "a"}}'
    with pytest.raises(SourceError):
        await fetcher.post_json(f"{site.address}/moved", {"id": "a"})
    async with Fetcher() as strict:
        with pytest.raises(ForbiddenAddressError):
            await strict.post_json(f"{site.address}/echo", {"id": "a"})
