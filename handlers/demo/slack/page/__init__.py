"""The page to look at the stand-in with: what it shows, and what a person does there. Loopback only."""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from handlers.demo.slack.wire import Call, Delivered, Json, Refusal
from handlers.demo.slack.workspace import Workspace

_FILES: Final = Path(__file__).parent
_SHOWN_CALLS: Final = 60
_WAIT_SECONDS: Final = 20.0

Action = Callable[[Workspace, Json], Awaitable[Json | None]]


def page_routes(slack: Workspace) -> list[Route]:
    """`/` and what it loads, `/page/state` to read and `/page/act` to do something."""

    async def index(request: Request) -> Response:
        return _refused(request) or FileResponse(_FILES / "index.html")

    async def file(request: Request) -> Response:
        path = _FILES / request.path_params["name"]
        known = path.suffix in {".js", ".css"} and path.parent == _FILES and path.is_file()
        return FileResponse(path) if known else PlainTextResponse("not found", 404)

    async def state(request: Request) -> Response:
        seen = int(request.query_params.get("seen", "-1"))
        with suppress(TimeoutError):
            await slack.until(lambda: slack.activity != seen, _WAIT_SECONDS)
        query = request.query_params
        if query.get("seen") == "-1" and query.get("user") in slack.world.users:
            slack.reload(query["user"])  # the page was loaded anew
        return _refused(request) or JSONResponse(
            _state(slack, query.get("user", ""), query.get("channel", ""), requests="requests" in query)
        )

    async def act(request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        if request.headers.get("content-type") != "application/json":
            return PlainTextResponse("JSON only", 415)
        asked: Json = await request.json()
        try:
            done = await _ACTIONS[asked.pop("do")](slack, asked)
        except (Refusal, LookupError, ValueError) as problem:
            return JSONResponse({"problem": str(problem)})
        return JSONResponse(done or {})

    return [
        Route("/", index),
        Route("/page/state", state),
        Route("/page/act", act, methods=["POST"]),
        Route("/page/{name}", file),
    ]


def _refused(request: Request) -> Response | None:
    """Other sites may not reach the page under a name of theirs."""
    here = request.url.hostname in {"127.0.0.1", "localhost"}
    return None if here else PlainTextResponse("loopback only", 403)


def _state(slack: Workspace, user: str, channel: str, *, requests: bool) -> Json:
    world = slack.world
    people = [each for each in world.users.values() if not each["is_bot"] and not each["deleted"]]
    user = user if user in world.users else (people[0]["id"] if people else "")
    if user:
        world.dm(user)
    rooms: list[Json] = [
        {
            "id": each.id,
            "name": each.name or _people_of(slack, each.members, user),
            "private": each.private,
            "dm": bool(each.dm_user),
            "archived": each.archived,
            "members": len(each.members),
            "latest": next(reversed(each.messages), ""),
        }
        for each in world.channels.values()
        if user in each.members
    ]
    ids: list[str] = [room["id"] for room in rooms]
    channel = channel if channel in ids else (ids[0] if ids else "")
    top = slack.history(channel) if channel else []
    return {
        "activity": slack.activity,
        "now": world.clock(),
        "movable": slack.on_move_clock is not None,
        "bot": world.bot_user,
        "user": user,
        "channel": channel,
        "users": [
            {
                "id": each["id"],
                "name": each["real_name"],
                "bot": each["is_bot"],
                "admin": each["is_admin"],
                "guest": each["is_restricted"],
                "tz": each["tz"],
            }
            for each in world.users.values()
        ],
        "channels": rooms,
        "messages": [{**each, "replies": slack.replies(channel, each["ts"])} for each in top],
        "ephemeral": slack.ephemerals(user, channel) if channel else [],
        "views": slack.views(user),
        "home": slack.home(user),
        "commands": slack.commands,
        "shortcuts": slack.shortcuts,
        "guide": slack.guide,
        "calls": _latest(slack.calls) if requests else [],
        "deliveries": _latest(slack.delivered) if requests else [],
    }


def _people_of(slack: Workspace, members: Sequence[str], user: str) -> str:
    """Who else is in a direct message between people; the bot's own is known by the bot."""
    return ", ".join(slack.world.users[each]["real_name"] for each in members if each != user)


def _latest(kept: Sequence[Call | Delivered]) -> list[Json]:
    first = max(0, len(kept) - _SHOWN_CALLS)
    return [{"number": first + index, **asdict(each)} for index, each in enumerate(kept[first:])]


async def _post(slack: Workspace, asked: Json) -> None:
    await slack.post(asked["user"], asked["channel"], asked["text"], asked.get("thread_ts"))


async def _command(slack: Workspace, asked: Json) -> None:
    await slack.command(asked["user"], asked["channel"], asked["command"], asked.get("text", ""))


async def _click(slack: Workspace, asked: Json) -> None:
    await slack.click(
        asked["user"],
        asked["surface"],
        asked["action_id"],
        asked.get("value"),
        selected=asked.get("selected"),
        block=asked.get("block_id"),
    )


async def _submit(slack: Workspace, asked: Json) -> Json:
    reply = await slack.submit(asked["user"], asked["view"], asked["values"])
    return {"errors": reply.errors}


async def _suggest(slack: Workspace, asked: Json) -> Json:
    options = await slack.suggest(asked["user"], asked["surface"], asked["action_id"], asked["text"])
    return {"options": options}


async def _close(slack: Workspace, asked: Json) -> None:
    await slack.close(asked["user"], clear=bool(asked.get("clear")))


async def _react(slack: Workspace, asked: Json) -> None:
    remove = bool(asked.get("remove"))
    await slack.react(asked["user"], asked["channel"], asked["ts"], asked["name"], remove=remove)


async def _edit(slack: Workspace, asked: Json) -> None:
    await slack.edit(asked["user"], asked["channel"], asked["ts"], asked["text"])


async def _delete(slack: Workspace, asked: Json) -> None:
    await slack.delete_message(asked["user"], asked["channel"], asked["ts"])


async def _dismiss(slack: Workspace, asked: Json) -> None:
    slack.dismiss(asked["user"], asked["ts"])


async def _channel(slack: Workspace, asked: Json) -> Json:
    people = [user for user, record in slack.world.users.items() if not record["is_bot"]]
    private, name = bool(asked.get("private")), str(asked["name"])
    if not re.fullmatch(r"[a-z0-9_-]{1,80}", name):
        raise ValueError("A channel's name has small letters, digits, hyphens and underscores.")
    members = [asked["user"], *(user for user in people if user != asked["user"])]
    return {"channel": slack.add_channel(name, private=private, members=members, with_bot=False)}


async def _invite(slack: Workspace, asked: Json) -> None:
    await slack.join(slack.world.user(asked["who"])["id"], asked["channel"], inviter=asked["user"])


async def _remove(slack: Workspace, asked: Json) -> None:
    await slack.leave(slack.world.user(asked["who"])["id"], asked["channel"])


async def _shortcut(slack: Workspace, asked: Json) -> None:
    await slack.shortcut(asked["user"], asked["callback_id"], asked.get("surface"))


async def _home(slack: Workspace, asked: Json) -> None:
    await slack.open_home(asked["user"])


async def _clock(slack: Workspace, asked: Json) -> None:
    if slack.on_move_clock is None:
        raise ValueError("This clock can't be moved.")
    if float(asked["to"]) < slack.world.clock():
        raise ValueError("This clock only moves forward.")
    await slack.on_move_clock(float(asked["to"]))
    slack.touch()


_ACTIONS: Final[dict[str, Action]] = {
    "post": _post,
    "command": _command,
    "click": _click,
    "submit": _submit,
    "suggest": _suggest,
    "close": _close,
    "react": _react,
    "edit": _edit,
    "delete": _delete,
    "dismiss": _dismiss,
    "channel": _channel,
    "invite": _invite,
    "remove": _remove,
    "shortcut": _shortcut,
    "home": _home,
    "clock": _clock,
}
