"""The HTTP endpoint by which assistants ask about a league: the Model Context Protocol, read-only, without sessions.

It speaks the revision in which each request names its version, and those that begin with `initialize`. Tools are
addresses of the JSON interface, so the same tokens open them and the same limits hold.
"""

import base64
import binascii
import json
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.exchange.outlets.api_access import ApiCaller
from bot.work.timing import Time
from handlers.outlets import api, mcp_view
from handlers.outlets.mcp_view import TOOLS, Json, Tool
from storage.database.engine import Database
from storage.errors import PaperboutError, StorageError

PATH = "/mcp"
MODERN = "2026-07-28"
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
"""Revisions that begin with `initialize`, newest first."""
MOST_BYTES = 65_536
KINDS: Final[dict[str, type]] = {"string": str, "integer": int}
"""Python's types of the parameters' types."""
FRESH_MS = 3_600_000
"""How long an assistant may keep the list of tools."""
OF_PROTOCOL = "io.modelcontextprotocol/"
"""What the protocol's own keys in `_meta` begin with."""
SERVER: Final = {"name": "paperbout", "title": "Paperbout", "version": version("paperbout")}
PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022


class RpcError(Exception):
    """An error as JSON-RPC has it: code, sentence, HTTP status and data."""

    def __init__(self, code: int, sentence: str, status: int = 400, data: Json | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.error: Json = {"code": code, "message": sentence} | ({"data": data} if data else {})


def mcp_routes(database: Database, time: Time) -> list[Route]:
    """Return the route of the endpoint."""

    async def answer(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return _failed(None, RpcError(INVALID_REQUEST, mcp_view.FOREIGN, 403))
        return await api.answered(database, time.now(), request, lambda caller: result(caller, request))

    async def result(caller: ApiCaller, request: Request) -> Response:
        message: Json = {}
        try:
            message = await _message_in(request)
            if "id" not in message:
                return Response(status_code=202, headers=api.ALWAYS)
            content = await _result_of(database, caller, request, message)
        except RpcError as error:
            return _failed(message.get("id"), error)
        return JSONResponse({"jsonrpc": "2.0", "id": message["id"], "result": content}, headers=api.ALWAYS)

    return [Route(PATH, answer, methods=["POST"])]


def _failed(request_id: Any, error: RpcError) -> Response:
    content = {"jsonrpc": "2.0", "id": request_id, "error": error.error}
    return JSONResponse(content, error.status, headers=api.ALWAYS)


async def _message_in(request: Request) -> Json:
    """Return a request's JSON-RPC message. Raises `RpcError`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RpcError(INVALID_REQUEST, mcp_view.TOO_LARGE, 413)
    try:
        message = json.loads(body)
        json.dumps(
            message, ensure_ascii=False
        ).encode()  # half a character could be neither looked up nor sent back
    except (ValueError, RecursionError):
        raise RpcError(PARSE_ERROR, mcp_view.NO_JSON) from None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, mcp_view.NO_REQUEST)
    if "id" in message and (isinstance(message["id"], bool) or not isinstance(message["id"], str | int)):
        message.pop("id")
        raise RpcError(INVALID_REQUEST, mcp_view.NO_REQUEST)
    if not isinstance(message.get("method"), str) or not isinstance(message.get("params", {}), dict):
        raise RpcError(INVALID_REQUEST, mcp_view.NO_REQUEST)
    return message


async def _result_of(database: Database, caller: ApiCaller, request: Request, message: Json) -> Json:
    method, params = message["method"], message.get("params", {})
    is_modern = _is_modern(request, method, params)
    more: Json = (
        {"resultType": "complete", "_meta": {f"{OF_PROTOCOL}serverInfo": SERVER}} if is_modern else {}
    )
    kept: Json = {"ttlMs": FRESH_MS, "cacheScope": "private"} if is_modern else {}
    match method:
        case "tools/call":
            return more | await _called(database, caller, params)
        case "tools/list":
            return more | kept | {"tools": [tool.described() for tool in TOOLS]}
        case "server/discover" if is_modern:
            return more | kept | {"supportedVersions": [MODERN, *LEGACY], **_about()}
        case "initialize" if not is_modern:
            wish = params.get("protocolVersion")
            return {
                "protocolVersion": wish if wish in LEGACY else LEGACY[0],
                "serverInfo": SERVER,
                **_about(),
            }
        case "ping" if not is_modern:
            return {}
    raise RpcError(NO_METHOD, mcp_view.unknown_method(method), 404 if is_modern else 200)


def _about() -> Json:
    return {"capabilities": {"tools": {}}, "instructions": mcp_view.INSTRUCTIONS}


def _is_modern(request: Request, method: str, params: Json) -> bool:
    """Return whether a request names its version itself; then its headers must agree. Raises `RpcError`."""
    header = request.headers.get("mcp-protocol-version")
    meta = params.get("_meta")
    wish = meta.get(f"{OF_PROTOCOL}protocolVersion") if isinstance(meta, dict) else None
    if wish is None and (header is None or header in LEGACY):
        return False
    if header != wish:
        raise RpcError(HEADER_MISMATCH, mcp_view.mismatch("MCP-Protocol-Version"))
    if wish != MODERN:
        data = {"supported": [MODERN, *LEGACY], "requested": wish}
        raise RpcError(UNSUPPORTED_VERSION, mcp_view.NO_VERSION, data=data)
    if request.headers.get("mcp-method") != method:
        raise RpcError(HEADER_MISMATCH, mcp_view.mismatch("Mcp-Method"))
    if method == "tools/call" and _decoded(request.headers.get("mcp-name", "")) != params.get("name"):
        raise RpcError(HEADER_MISMATCH, mcp_view.mismatch("Mcp-Name"))
    return True


def _decoded(header: str) -> str:
    """Return a header's value, which may be written in Base64 as the protocol says."""
    if not (header.startswith("=?base64?") and header.endswith("?=")):
        return header
    try:
        return base64.b64decode(header[9:-2], validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


async def _called(database: Database, caller: ApiCaller, params: Json) -> Json:
    """Return a tool's result; what an assistant can put right is a result that says so. Raises `RpcError`."""
    name, arguments = params.get("name"), params.get("arguments") or {}
    tool = next((each for each in TOOLS if each.name == name), None)
    if tool is None:
        raise RpcError(INVALID_PARAMS, mcp_view.unknown_tool(str(name)), 200)
    try:
        question = _question(tool, arguments)
        async with database.reading(caller.workspace) as session:
            content = await api.READS[tool.path](session, caller, question)
    except StorageError:
        raise
    except (api.ApiError, PaperboutError) as error:
        sentence = error.sentence if isinstance(error, PaperboutError) else str(error)
        return {"content": [{"type": "text", "text": sentence}], "isError": True}
    if "next" in content:
        content["next"] = content["page"] + 1 if content["next"] else None
    text = json.dumps(content, ensure_ascii=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": content}


def _question(tool: Tool, arguments: Any) -> Request:
    """Return a tool's arguments as a request to the JSON interface. Raises `ApiError` unless the tool takes them."""
    values: dict[str, str] = {}
    for name, value in arguments.items() if isinstance(arguments, dict) else [("arguments", arguments)]:
        kind = tool.parameters.get(name, {}).get("type")
        if isinstance(value, bool) or kind is None or not isinstance(value, KINDS[kind]):
            raise api.ApiError(400, "bad_request", mcp_view.unknown_argument(str(name), tool))
        values[name] = str(value)
    for name in tool.required:
        if name not in values:
            raise api.ApiError(400, "bad_request", mcp_view.missing_argument(name, tool))
    path = {name: values.pop(name) for name in tool.required}
    query = urlencode(values, errors="replace").encode()
    scope = {"type": "http", "method": "GET", "path": tool.path, "path_params": path, "query_string": query}
    return Request({**scope, "headers": []})
