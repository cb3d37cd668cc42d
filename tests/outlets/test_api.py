"""What programs read with a token: JSON a page at a time, for whoever has a token, as long as it isn't revoked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update
from starlette.applications import Starlette

from bot.exchange.outlets import api_access
from bot.exchange.outlets.api_access import ApiCaller, Refusal, admit
from bot.exchange.outlets.served_pages import hash_of
from bot.exchange.published_league import read_published
from bot.work.timing import MovableTime
from handlers.outlets.api import api_routes
from handlers.outlets.mcp import mcp_routes
from handlers.outlets.site_serving import site_routes
from handlers.web.loopback_server import serve
from storage.database.engine import Database
from storage.outlets import api_tokens
from storage.tables import ApiToken, Entry, League, Paper, Verdict, Workspace
from tests.questions.conftest import Asker, asker, slack, world
from tests.slack.conftest import ATTENTION, Group, Person, alice, bob, group, shown

__all__ = ["alice", "asker", "bob", "group", "slack", "world"]

NOW = datetime(2026, 3, 2, 9, 0, 20, tzinfo=UTC)


@pytest.fixture
async def web(asker: Asker) -> AsyncIterator[httpx.AsyncClient]:
    """A program with a token of the asker's league."""
    async with asker.world.writing() as session:
        token_id = await api_tokens.add(session, asker.league, "t", hash_of("s" * 32), "U1", asker.world.now)
    app = Starlette(routes=api_routes(asker.world.database, MovableTime(asker.world.now)))
    async with (
        serve(app) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}/api/v1",
            headers={"Authorization": f"Bearer pb_{token_id}_{'s' * 32}"},
        ) as client,
    ):
        yield client


async def test_programs_read_the_whole_league_a_page_at_a_time(asker: Asker, web: httpx.AsyncClient) -> None:
    league = (await web.get("/league")).json()
    assert league["papers"] == len(asker.entries)
    seen, address, page = [], "/api/v1/papers?limit=2", {"total": 0}
    while address:
        page = (await web.get(f"{str(web.base_url).removesuffix('/api/v1/')}{address}")).json()
        seen += page["data"]
        address = page["next"]
    assert len({paper["id"] for paper in seen}) == len(seen) == page["total"] == len(asker.entries)
    ranks = [paper["rating"]["rank"] for paper in seen if paper["rating"]]
    assert ranks == sorted(ranks)
    assert [paper["rating"] is None for paper in seen] == sorted(paper["rating"] is None for paper in seen)
    for sort in ("certainty", "matches", "title", "added"):
        assert (await web.get("/papers", params={"sort": sort})).json()["total"] == len(seen)
    leader = seen[0]
    whole = (await web.get(f"/papers/{leader['id']}")).json()
    assert whole.items() >= leader.items()
    assert {"abstract", "assessments"} <= whole.keys()
    matches = (await web.get(f"/papers/{leader['id']}/matches", params={"limit": 100})).json()
    async with asker.world.writing() as session:
        published = await read_published(
            session, await session.get_one(League, asker.league), asker.world.now
        )
    [on_page] = [paper for paper in published.papers if paper.id == leader["id"]]
    assert [(match["result"], match["rationale"], match["by_team"]) for match in matches["data"]] == [
        (match.result, match.opinions[0].rationale, match.by_team) for match in on_page.matches
    ], "the same as on its page"
    assert matches["total"] == len(matches["data"])
    assert "Paper 1" not in matches["data"][0]["rationale"]
    assert {"won", "lost", "drawn"} >= {match["result"] for match in matches["data"]}
    played = (await web.get("/matches", params={"limit": 100})).json()
    decided = [match["at"] for match in played["data"]]
    assert (played["total"], decided) == (len(decided), sorted(decided))
    of_leader = [m for m in played["data"] if leader["id"] in (m["first"]["id"], m["second"]["id"])]
    assert {(m["match"], m["rationale"]) for m in of_leader} == {
        (m["match"], m["rationale"]) for m in matches["data"]
    }
    later = (await web.get("/matches", params={"since": decided[-1], "limit": 1})).json()
    assert later["total"] == decided.count(decided[-1])
    assert later["next"] is None or "since=" in later["next"]
    today = (await web.get(f"/boards/{asker.world.now:%Y-%m-%d}")).json()
    assert [paper["rank"] for paper in today["data"]] == sorted(paper["rank"] for paper in today["data"])
    answer = await web.get("/league")
    assert answer.headers["cache-control"] == "private, no-store"
    async with asker.world.writing() as session:
        users = set((await session.scalars(select(Entry.submitted_by))).all())
    assert not [user for user in users if user in str(seen) + str(whole) + str(matches)], (
        "people aren't named"
    )


async def test_each_match_tells_what_every_judge_said_as_its_page_does(
    asker: Asker, web: httpx.AsyncClient
) -> None:
    [match, *_] = (await web.get("/matches", params={"limit": 1})).json()["data"]
    async with asker.world.writing() as session:
        session.add(
            Verdict(
                match_id=match["match"], kind="panel:three:m", judge="three:m", model="m-3", swapped=True,
                winner="second", confidence=0.7, margin="clear", rationale="Paper 1 is new.", cost=Decimal("0.5"),
                criteria={"novelty": "second", "rigor": "even"}, at=asker.world.now,
            )
        )  # fmt: skip
        published = await read_published(
            session, await session.get_one(League, asker.league), asker.world.now
        )
    [match, *_] = (await web.get("/matches", params={"limit": 1})).json()["data"]
    first, second = match["first"], match["second"]
    assert [said["kind"] for said in match["opinions"]] == ["verdict", "panel", "swap"]
    assert match["opinions"][1] == {
        "kind": "panel", "judge": "three:m", "model": "m-3", "said": "second", "grade": "clear", "confidence": 0.7,
        "criteria": {"novelty": "second", "rigor": "even"}, "rationale": f"{second['title']} is new.",
        "shown_first": second["id"], "cost_usd": 0.5, "at": asker.world.now.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    assert match["opinions"][0]["shown_first"] == first["id"]
    assert match["opinions"][0]["rationale"] == match["rationale"]
    for paper in (first, second):
        of_paper = (await web.get(f"/papers/{paper['id']}/matches", params={"limit": 100})).json()["data"]
        [on_page] = [each for each in published.papers if each.id == paper["id"]]
        assert [
            [(o["kind"], o["said"], o["confidence"], o["rationale"], o["criteria"]) for o in each["opinions"]]
            for each in of_paper
        ] == [
            [(o.kind, o.said, o.confidence, o.rationale, dict(o.criteria)) for o in each.opinions]
            for each in on_page.matches
        ]
    async with asker.world.writing() as session:
        await session.execute(
            update(Entry)
            .where(Entry.paper_id.in_(select(Paper.id).where(Paper.canonical == second["id"])))
            .values(removed_at=asker.world.now)
        )
    of_first = (await web.get(f"/papers/{first['id']}/matches", params={"limit": 100})).json()["data"]
    [same] = [each for each in of_first if each["match"] == match["match"]]
    assert same["opponent"] is None
    assert same["opinions"][1]["rationale"] == "the other paper is new."
    assert same["opinions"][1]["shown_first"] is None


async def test_bad_requests_get_a_clear_answer_and_nothing_else_does_anything(
    asker: Asker, web: httpx.AsyncClient
) -> None:
    for path, status, code in (
        ("/papers?limit=0", 400, "bad_request"), ("/papers?limit=101", 400, "bad_request"),
        ("/papers?page=x", 400, "bad_request"), ("/papers?page=-1", 400, "bad_request"),
        ("/papers?limit=%D9%A3", 400, "bad_request"), ("/papers?sort=price", 400, "bad_request"),
        ("/papers/arxiv:9999.99999", 404, "not_found"), ("/papers/%00", 404, "not_found"),
        ("/papers/x:/matches", 404, "not_found"), (f"/papers/{'a' * 5_000}", 404, "not_found"),
        ("/matches?since=soon", 400, "bad_request"), ("/matches?since=0001-01-01T00%3A00%2B14%3A00", 400, "bad_request"),
        ("/boards/2026-W60", 400, "bad_request"), ("/boards/2026-13", 400, "bad_request"),
        ("/boards/9999-12-31", 400, "bad_request"), ("/boards/1999-01", 404, "not_found"), ("/x", 404, "not_found"),
    ):  # fmt: skip
        answer = await web.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path
    assert (await web.post("/papers")).status_code == 405
    assert (await web.delete("/league")).status_code == 405
    good = web.headers["authorization"]
    for bad in (
        "",
        "Bearer",
        good[:-1],
        f"{good}x",
        good.replace("pb_", "pb_9"),
        good.replace("s" * 32, "S" * 32),
        f"Basic {good[7:]}",
    ):
        refused = await web.get("/league", headers={"Authorization": bad})
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), bad
    async with asker.world.writing() as session:
        await session.execute(update(League).where(League.id == asker.league).values(is_private=True))
    assert (await web.get("/league")).status_code == 403
    async with asker.world.writing() as session:
        await session.execute(update(League).where(League.id == asker.league).values(may_publish=True))
    assert (await web.get("/league")).status_code == 200
    async with asker.world.writing() as session:
        await session.execute(update(ApiToken).where(ApiToken.id > 0).values(used=api_access.A_MINUTE - 1))
    assert (await web.get("/league")).status_code == 200
    late = await web.get("/league")
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 60
    async with asker.world.writing() as session:
        await api_tokens.revoke(session, asker.league, int(good.split("_")[1]))
    assert (await web.get("/league")).status_code == 401


async def test_a_token_is_counted_over_all_processes_and_opens_its_own_league_only(
    database: Database, database_url: str
) -> None:
    async with database.transaction(None) as session:
        session.add_all([Workspace(id=name, name=name, installed_at=NOW) for name in ("T1", "T2")])
    tokens: dict[str, str] = {}
    for workspace in ("T1", "T2"):
        async with database.transaction(workspace) as session:
            session.add(League(name="reading", channel="C1", created_by="U1", created_at=NOW))
            await session.flush()
            league = await session.scalar(select(League.id))
            assert league is not None
            token_id = await api_tokens.add(session, league, "t", hash_of("s" * 32), "U1", NOW)
            tokens[workspace] = f"Bearer pb_{token_id}_{'s' * 32}"
    callers = [await admit(database, token, NOW) for token in tokens.values()]
    assert [caller.workspace for caller in callers if isinstance(caller, ApiCaller)] == ["T1", "T2"]
    other = Database(database_url)
    left = api_access.A_MINUTE - 1
    answers = await asyncio.gather(
        *(admit(process, tokens["T1"], NOW) for process in (database, other) for _ in range(left // 2 + 5))
    )
    await other.close()
    assert sum(isinstance(answer, ApiCaller) for answer in answers) == left
    assert {answer for answer in answers if not isinstance(answer, ApiCaller)} == {Refusal.TOO_OFTEN}
    assert isinstance(await admit(database, tokens["T2"], NOW), ApiCaller), "each token has its own count"
    assert isinstance(await admit(database, tokens["T1"], NOW + timedelta(minutes=1)), ApiCaller)
    async with database.transaction("T2") as session:
        row = await session.scalar(select(ApiToken))
        assert row is not None
        assert "s" * 32 not in str(vars(row)), "the secret isn't stored"


@pytest.mark.slow
async def test_an_owner_makes_a_token_sees_it_once_and_revokes_it(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(ATTENTION)
    assert "Only" in await bob.asks("/rank api new mine")
    said = await alice.asks("/rank api new dash <board>")
    [token] = {word for word in said.replace("`", " ").split() if word.startswith("pb_")}
    reply = await alice.runs("/rank api")
    listed = "".join(map(shown, reply.messages))
    assert "dash &lt;board&gt;" in listed
    assert token not in listed
    now = group.time.now()
    assert isinstance(await admit(group.app.database, f"Bearer {token}", now), ApiCaller)
    await alice.clicks(reply.messages[0], "api.revoke")
    assert await admit(group.app.database, f"Bearer {token}", now) is Refusal.NO_TOKEN
    assert "No program has a token" in await alice.asks("/rank api")
    async with group.app.database.transaction(group.slack.world.team) as session:
        assert await session.scalar(select(func.count()).select_from(ApiToken)) == 0
        await session.execute(update(League).values(is_private=True))
    assert "First allow its page" in await alice.asks("/rank api new again")


async def test_while_the_database_is_away_programs_and_readers_are_told_to_come_later(
    tmp_path: Path,
) -> None:
    away = Database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    app = Starlette(
        routes=[
            *api_routes(away, MovableTime(NOW)),
            *mcp_routes(away, MovableTime(NOW)),
            *site_routes(away, "https://bot.example.org"),
        ]
    )
    async with serve(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        client.headers["Authorization"] = f"Bearer pb_1_{'s' * 32}"
        for path in ("/api/v1/league", f"/published/{'t' * 32}/"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30"), answer.text
        answer = await client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30"), answer.text
    await away.close()
