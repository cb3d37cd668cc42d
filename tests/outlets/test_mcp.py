"""What assistants ask by the Model Context Protocol: a league, read-only, in its newest revision and older ones."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.exchange.outlets.served_pages import hash_of
from bot.work.timing import MovableTime
from handlers.outlets.mcp import LEGACY, MODERN, mcp_routes
from handlers.web.loopback_server import serve
from storage.outlets import api_tokens
from tests.questions.conftest import Asker, asker, slack, world

__all__ = ["asker", "slack", "world"]

Json = dict[str, Any]


@pytest.fixture
async def web(asker: Asker) -> AsyncIterator[httpx.AsyncClient]:
    """An assistant with a token of the asker's league."""
    async with asker.world.writing() as session:
        token_id = await api_tokens.add(session, asker.league, "t", hash_of("s" * 32), "U1", asker.world.now)
    app = Starlette(routes=mcp_routes(asker.world.database, MovableTime(asker.world.now)))
    headers = {
        "Authorization": f"Bearer pb_{token_id}_{'s' * 32}",
        "Accept": "application/json, text/event-stream",
    }
    async with (
        serve(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client,
    ):
        yield client


def legacy(method: str, **params: Any) -> Json:
    return {"json": {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}}


def modern(method: str, version: str = MODERN, **params: Any) -> Json:
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": method}
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    return legacy(method, **params, _meta=meta) | {"headers": headers}


async def test_an_assistant_of_either_age_lists_the_tools_and_reads_the_league(
    asker: Asker, web: httpx.AsyncClient
) -> None:
    begun = (await web.post("/mcp", **legacy("initialize", protocolVersion=LEGACY[1]))).json()["result"]
    assert (begun["protocolVersion"], begun["capabilities"]) == (LEGACY[1], {"tools": {}})
    notice = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (await web.post("/mcp", json=notice)).status_code == 202
    found = (await web.post("/mcp", **modern("server/discover"))).json()["result"]
    assert found["supportedVersions"] == [MODERN, *LEGACY]
    for of in (legacy, modern):
        listed = (await web.post("/mcp", **of("tools/list"))).json()["result"]
        assert ("resultType" in listed) is (of is modern)
        assert [tool["name"] for tool in listed["tools"]] == [
            "league",
            "papers",
            "paper",
            "comparisons",
            "matches",
            "board",
        ]
        assert all(tool["annotations"]["readOnlyHint"] for tool in listed["tools"])
        league = (await web.post("/mcp", **of("tools/call", name="league"))).json()["result"]
        assert league["structuredContent"]["papers"] == len(asker.entries)
    seen: list[Json] = []
    page: int | None = 1
    while page:
        arguments = {"limit": 2, "page": page}
        answer = await web.post("/mcp", **modern("tools/call", name="papers", arguments=arguments))
        content = answer.json()["result"]["structuredContent"]
        seen, page = [*seen, *content["data"]], content["next"]
    assert len({paper["id"] for paper in seen}) == len(seen) == len(asker.entries)
    since: Json = {"since": "2026-01-01T00:00:00Z"}
    of_paper: Json = {"id": seen[0]["id"]}
    for name, named in (("paper", of_paper), ("comparisons", of_paper), ("matches", since)):
        answer = await web.post("/mcp", **modern("tools/call", name=name, arguments=named))
        assert not answer.json()["result"].get("isError"), answer.text


async def test_what_an_assistant_can_put_right_is_said_in_the_result(web: httpx.AsyncClient) -> None:
    for name, arguments, words in (
        ("papers", {"limit": 1000}, "limit is a number from 1 to 100."),
        ("papers", {"limit": True}, "papers takes no such 'limit'"),
        ("papers", {"where": "1"}, "papers takes no such 'where'; it takes sort, limit, page."),
        ("papers", {"where": None}, "papers takes no such 'where'"),
        ("paper", {}, "paper needs id."),
        ("paper", {"id": "arxiv:0000.00000\0"}, "This league has no such paper."),
        ("board", {"period": "soon"}, "A period is a week"),
        ("league", [1], "league takes no such 'arguments'"),
    ):
        content = legacy("tools/call", name=name, arguments=arguments)
        result = (await web.post("/mcp", **content)).json()["result"]
        assert result["isError"], name
        assert words in result["content"][0]["text"]


async def test_requests_that_contradict_themselves_or_come_from_elsewhere_are_refused(
    web: httpx.AsyncClient,
) -> None:
    good = modern("tools/call", name="league")
    for change, status, code in (
        ({"Mcp-Name": "papers"}, 400, -32020),
        ({"Mcp-Name": "=?base64?bGVhZ3Vl?="}, 200, None),
        ({"Mcp-Method": "tools/list"}, 400, -32020),
        ({"MCP-Protocol-Version": "2025-11-25"}, 400, -32020),
        ({"Origin": "https://elsewhere.example"}, 403, -32600),
        ({"Authorization": "Bearer no"}, 401, "unauthorized"),
    ):
        answer = await web.post("/mcp", json=good["json"], headers=good["headers"] | change)
        assert (answer.status_code, answer.json().get("error", {}).get("code")) == (status, code), change
    old = (await web.post("/mcp", **modern("tools/list", "1900-01-01"))).json()["error"]
    assert (old["code"], old["data"]["requested"]) == (-32022, "1900-01-01")
    for body, code in ((b"{", -32700), (b"[]", -32600), (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600),
                       (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32600),
                       (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', -32601),
                       (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": []}}', -32602),
                       (b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', -32700),
                       (b"[" * 60_000, -32700), (b" " * 70_000, -32600)):  # fmt: skip
        assert (await web.post("/mcp", content=body)).json()["error"]["code"] == code, body[:80]
    assert (await web.post("/mcp", **modern("ping"))).status_code == 404
    assert (await web.get("/mcp")).status_code == 405
