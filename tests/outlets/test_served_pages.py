"""Pages served under a secret path: by an owner's word only, read-only, gone at once, the same from every process."""

import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import func, select, update
from starlette.applications import Starlette

from bot.exchange.outlets.served_pages import hash_of
from handlers.outlets.site_serving import MARKER, drawn_files, site_routes
from handlers.web.loopback_server import serve
from storage.database.engine import Database
from storage.outlets import sites
from storage.outlets.sites import SiteFile
from storage.tables import League, PublishedFile, PublishedSite, Workspace
from storage.work import leases
from storage.work.leases import Work
from storage.workspaces import forget_person
from tests.publishing.leagues import a_league
from tests.slack.conftest import ATTENTION, BERT, Group, Person, a_group, shown

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOME = "https://bot.example.org"


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with a_group(tmp_path, public_url=HOME) as made:
        yield made


@pytest.fixture
def alice(group: Group) -> Person:
    return group.people["alice"]


def secret_in(said: str) -> str:
    [token] = re.findall(rf"{HOME}/published/([\w-]{{32}})/", said)
    return str(token)


async def later(group: Group) -> None:
    """Ten minutes on, and everything due done."""
    group.time.move(timedelta(minutes=11))
    await group.app.jobs.sweep()
    await group.calm()


@pytest.mark.slow
async def test_an_owner_serves_renews_and_stops_and_nothing_else_is_ever_answered(
    group: Group, alice: Person
) -> None:
    bob = group.people["bob"]
    await alice.posts(ATTENTION)
    assert "Only" in await bob.asks("/rank publish on")
    token = secret_in(await alice.asks("/rank publish on"))
    assert "served already" in await alice.asks("/rank publish on"), "it isn't shown again"
    async with (
        serve(Starlette(routes=group.app.http.routes)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as web,
    ):
        board = await web.get(f"/published/{token}/")
        assert board.status_code == 200
        assert "Attention Is All You Need" in board.text
        assert MARKER not in board.text
        assert f'content="{HOME}/published/{token}/preview.png"' in board.text
        headers = board.headers
        assert headers["content-security-policy"].startswith(
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'"
        )
        assert (headers["referrer-policy"], headers["cache-control"]) == (
            "no-referrer",
            "private, max-age=300",
        )
        assert "noindex" in headers["x-robots-tag"]
        again = await web.get(f"/published/{token}/", headers={"If-None-Match": headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (
            (await web.head(f"/published/{token}/feed.xml"))
            .headers["content-type"]
            .startswith("application/atom")
        )
        page = await web.get(f"/published/{token}/papers/arxiv-1706.03762.html")
        assert f"{HOME}/published/{token}/papers/arxiv-1706.03762.html" in page.text
        assert "published.invalid" not in page.text, "share links, too, name the real address"
        assert (await web.get(f"/published/{token}/preview.png")).content.startswith(b"\x89PNG")
        assert (await web.get(f"/published/{token}")).headers["location"] == f"{HOME}/published/{token}/"
        for path in (
            f"{token[:-1]}/", f"{'x' * 32}/", f"{token}/%2e%2e/%2e%2e/healthz", f"{token}/..%2f..%2fetc%2fpasswd",
            f"{token}/%00", f"{token}/papers", f"{token}/{'a' * 5_000}", f"{token}//index.html",
            f"{hash_of(token)}/", "' or 1=1 --/",
        ):  # fmt: skip
            answer = await web.get(f"/published/{path}")
            assert (answer.status_code, answer.text) == (404, "Not Found"), path
        assert (await web.post(f"/published/{token}/")).status_code == 405

        await alice.posts(BERT)
        assert "BERT" not in (await web.get(f"/published/{token}/")).text
        await later(group)
        assert "BERT" in (await web.get(f"/published/{token}/")).text, "pages follow the league"
        new = secret_in(await alice.asks("/rank publish renew"))
        assert (await web.get(f"/published/{token}/")).status_code == 404
        assert (await web.get(f"/published/{new}/")).status_code == 200
        async with group.app.database.transaction(group.slack.world.team) as session:
            await session.execute(update(League).values(is_private=True))
        assert (await web.get(f"/published/{new}/")).status_code == 404, "its channel has become private"
        assert "First allow its page" in await alice.asks("/rank publish renew")
        async with group.app.database.transaction(group.slack.world.team) as session:
            await session.execute(update(League).values(may_publish=True))
        assert (await web.get(f"/published/{new}/")).status_code == 200
        assert "end" in await alice.asks("/rank publish off")
        assert (await web.get(f"/published/{new}/")).status_code == 404
    async with group.app.database.reading(None) as session:
        assert await session.scalar(select(func.count()).select_from(PublishedFile)) == 0
    assert "secret address" in await alice.asks("/rank log")


@pytest.mark.slow
async def test_the_window_serves_renews_and_stops_too(alice: Person) -> None:
    await alice.posts(ATTENTION)
    await alice.presses(await alice.opens_home(), "Publish")
    await alice.presses(alice.modal, "Serve at a secret address")
    token = secret_in(shown(alice.modal))
    await alice.presses(await alice.opens_home(), "Publish")
    await alice.presses(alice.modal, "New address")
    assert secret_in(shown(alice.modal)) != token
    await alice.presses(await alice.opens_home(), "Publish")
    await alice.presses(alice.modal, "Stop serving")
    assert "no longer served" in shown(alice.modal)


def test_a_strangers_link_carries_no_secret_path_away() -> None:
    league = a_league()
    url = f"https://evil.example/?u={MARKER}&v={quote(MARKER, safe='')}"
    paper = replace(league.papers[0], paper=league.papers[0].paper.model_copy(update={"url": url}))
    league = replace(league, papers=(paper, *league.papers[1:]))
    files = {path: content.decode() for path, content, _ in drawn_files(league) if not path.endswith(".png")}
    page = files["papers/arxiv-2601.00001.html"]
    assert "https://evil.example/?u=https://published-invalid/" in page
    assert MARKER in page, "its own address"
    links = re.findall(r"https://evil[^\s\"]*", "\n".join(files.values()))
    assert [link for link in links if "published.invalid" in link] == []
    assert files == {path: text.decode() for path, text, _ in drawn_files(league) if path in files}


async def test_what_one_process_builds_another_serves(database: Database, database_url: str) -> None:
    token = "t" * 32
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="Team", installed_at=NOW))
    async with database.transaction("T1") as session:
        session.add(League(name="reading", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        league = await session.scalar(select(League.id))
        assert league is not None
        await sites.turn_on(session, league, hash_of("old"), "U1", NOW)
        await sites.turn_on(session, league, hash_of(token), "U1", NOW)
        site = await session.scalar(select(PublishedSite.id))
        assert site is not None
    frozen = SiteFile("archive/2026-W09.html", zlib.compress(MARKER.encode()), "d1", is_frozen=True)
    page = SiteFile("index.html", zlib.compress(b"one"), "d2", is_frozen=False)
    async with database.transaction("T1") as session:
        assert not await sites.put(session, site, [page]), "nobody holds the site"
        assert await leases.take(session, Work.SITE, site, NOW, 60)
        assert await sites.put(session, site, [frozen, page])
        newer = SiteFile("index.html", zlib.compress(b"two"), "d3", is_frozen=False)
        assert await sites.put(session, site, [newer])
        assert await sites.digests(session, site) == {
            "archive/2026-W09.html": ("d1", True), "index.html": ("d3", False)
        }  # fmt: skip
        await sites.finish(
            session, site, [], state="s", failure=None, now=NOW, next_at=NOW + timedelta(minutes=10)
        )
        assert not await leases.take(session, Work.SITE, site, NOW, 60), "the next look is in ten minutes"
        assert await leases.take(session, Work.SITE, site, NOW + timedelta(minutes=10), 60)
    async with database.transaction("T1") as session:
        await forget_person.forget(session, "U1")
        row = await sites.get(session, site)
        assert row is not None
        assert (row.made_by == "U1", row.state) == (False, ""), "pages that named them are built anew"
    other = Database(database_url)
    async with (
        serve(Starlette(routes=site_routes(other, HOME))) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/published/{token}") as web,
    ):
        assert (await web.get("/index.html")).text == "two"
        assert (await web.get("/archive/2026-W09.html")).text == f"{HOME}/published/{token}/"
        async with database.transaction(None) as session:
            await session.execute(update(Workspace).values(removed_at=NOW))
        assert (await web.get("/index.html")).status_code == 404, "the workspace removed the bot"
    await other.close()
