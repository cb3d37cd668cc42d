"""Web page that shows the simulated Slack and lets a person act in it; only reachable from this machine."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from handlers.demo.slack.wire import ApiCall, Delivered, Json, Refusal
from handlers.demo.slack.workspace import Workspace

_FILES: Final = Path(__file__).parent
_FOLDERS: Final = (_FILES, _FILES / "blocks")
_ANEW: Final = {"cache-control": "no-cache"}
"""Headers by which a browser asks for each file again, so that it mixes none with those of another version."""
_SHOWN_CALLS: Final = 60
_WAIT_SECONDS: Final = 20.0

PageAction = Callable[[Workspace, Json], Awaitable[Json | None]]


def page_routes(slack: Workspace) -> list[Route]:
    """Return the page's routes: `/` and its files, `/page/state` to read, `/page/act` to act."""

    async def index(request: Request) -> Response:
        return _refused(request) or FileResponse(_FILES / "index.html", headers=_ANEW)

    async def file(request: Request) -> Response:
        path = _FILES / request.path_params["name"]
        is_known = path.suffix in {".js", ".css"} and path.parent in _FOLDERS and path.is_file()
        return FileResponse(path, headers=_ANEW) if is_known else PlainTextResponse("not found", 404)

    async def state(request: Request) -> Response:
        query = request.query_params
        number = int(query.get("seen", "-1"))
        if query.get("run", slack.run) == slack.run:
            with suppress(TimeoutError):
                await slack.until(lambda: slack.activity != number, _WAIT_SECONDS)
        if query.get("seen") == "-1" and query.get("user") in slack.world.users:
            slack.reload(query["user"])  # the page was loaded anew
        return _refused(request) or JSONResponse(
            _state(slack, query.get("user", ""), query.get("channel", ""), requests="requests" in query)
        )

    async def act(request: Request) -> Response:
        refusal = _refused(request)
        if refusal is not None:
            return refusal
        if request.headers.get("content-type") != "application/json":
            return PlainTextResponse("JSON only", 415)
        action: Json = await request.json()
        try:
            answer = await _ACTIONS[action.pop("do")](slack, action)
        except (Refusal, LookupError, ValueError) as problem:
            return JSONResponse({"problem": str(problem)})
        return JSONResponse(answer or {})

    return [
        Route("/", index),
        Route("/page/state", state),
        Route("/page/act", act, methods=["POST"]),
        Route("/page/{name:path}", file),
    ]


def _refused(request: Request) -> Response | None:
    """Return a 403 response unless the request uses this machine's own name, to keep other sites out."""
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
        "run": slack.run,
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
        "guide": [{**step, "done": _is_done(slack, step)} for step in slack.guide],
        "note": slack.note,
        "calls": _latest(slack.calls) if requests else [],
        "deliveries": _latest(slack.delivered) if requests else [],
    }


def _is_done(slack: Workspace, step: Json) -> bool:
    """Return whether a step of the guide was taken: its text posted, such a button clicked, or its message's used up."""
    if "text" in step:
        return any(step["text"] in act for act in slack.acts)
    if "ts" not in step:
        return any(act.startswith(step["action"]) for act in slack.acts)
    message = slack.world.conversation(step["channel"]).messages.get(step["ts"] or "")
    return message is not None and f'"action_id": "{step["action"]}' not in json.dumps(message)


def _people_of(slack: Workspace, members: Sequence[str], user: str) -> str:
    """Return the names of the other people in a direct message between people."""
    return ", ".join(slack.world.users[each]["real_name"] for each in members if each != user)


def _latest(items: Sequence[ApiCall | Delivered]) -> list[Json]:
    first = max(0, len(items) - _SHOWN_CALLS)
    return [{"number": first + index, **asdict(each)} for index, each in enumerate(items[first:])]


async def _post(slack: Workspace, action: Json) -> None:
    slack.acts.add(action["text"])
    await slack.post(action["user"], action["channel"], action["text"], action.get("thread_ts"))


async def _command(slack: Workspace, action: Json) -> None:
    await slack.command(action["user"], action["channel"], action["command"], action.get("text", ""))


async def _click(slack: Workspace, action: Json) -> None:
    slack.acts.add(action["action_id"])
    await slack.click(
        action["user"],
        action["surface"],
        action["action_id"],
        action.get("value"),
        selected=action.get("selected"),
        block=action.get("block_id"),
        drawn=action.get("drawn"),
    )


async def _submit(slack: Workspace, action: Json) -> Json:
    reply = await slack.submit(action["user"], action["view"], action["values"])
    return {"errors": reply.errors}


async def _suggest(slack: Workspace, action: Json) -> Json:
    options = await slack.suggest(action["user"], action["surface"], action["action_id"], action["text"])
    return {"options": options}


async def _close(slack: Workspace, action: Json) -> None:
    await slack.close(action["user"], clear=bool(action.get("clear")))


async def _react(slack: Workspace, action: Json) -> None:
    remove = bool(action.get("remove"))
    await slack.react(action["user"], action["channel"], action["ts"], action["name"], remove=remove)


async def _edit(slack: Workspace, action: Json) -> None:
    await slack.edit(action["user"], action["channel"], action["ts"], action["text"])


async def _delete(slack: Workspace, action: Json) -> None:
    await slack.delete_message(action["user"], action["channel"], action["ts"])


async def _dismiss(slack: Workspace, action: Json) -> None:
    slack.dismiss(action["user"], action["ts"])


async def _channel(slack: Workspace, action: Json) -> Json:
    people = [user for user, record in slack.world.users.items() if not record["is_bot"]]
    private, name = bool(action.get("private")), str(action["name"])
    if not re.fullmatch(r"[a-z0-9_-]{1,80}", name):
        raise ValueError("A channel's name has small letters, digits, hyphens and underscores.")
    members = [action["user"], *(user for user in people if user != action["user"])]
    return {"channel": slack.add_channel(name, private=private, members=members, with_bot=False)}


async def _invite(slack: Workspace, action: Json) -> None:
    await slack.join(slack.world.user(action["who"])["id"], action["channel"], inviter=action["user"])


async def _remove(slack: Workspace, action: Json) -> None:
    await slack.leave(slack.world.user(action["who"])["id"], action["channel"])


async def _shortcut(slack: Workspace, action: Json) -> None:
    await slack.shortcut(action["user"], action["callback_id"], action.get("surface"))


async def _home(slack: Workspace, action: Json) -> None:
    await slack.open_home(action["user"])


async def _clock(slack: Workspace, action: Json) -> None:
    if slack.on_move_clock is None:
        raise ValueError("This clock can't be moved.")
    if float(action["to"]) < slack.world.clock():
        raise ValueError("This clock only moves forward.")
    await slack.on_move_clock(float(action["to"]))
    slack.touch()


_ACTIONS: Final[dict[str, PageAction]] = {
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
