"""The Web API: who may call what, how often, and what each call answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from handlers.demo.slack.faults import Fault, Faults
from handlers.demo.slack.methods import chat, conversations, files, people, reactions, unfurls, views
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.web_api.consent import Consent
from handlers.demo.slack.web_api.tiers import Pace
from handlers.demo.slack.wire import Call, Json, Refusal

Method = Callable[[World, Arguments, Faults], Json]

_SECRETS = frozenset({"token", "client_secret", "refresh_token", "code"})
_SPECIAL, _TIER2, _TIER3, _TIER4 = 0, 20, 50, 100


@dataclass(frozen=True, slots=True)
class _Entry:
    run: Method
    tier: int
    scopes: tuple[str, ...] = ()
    """Any one of them will do."""


_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")

_HEARING: Final = frozenset({"app_mentions:read", "commands", "links:read"})
"""Scopes that no method here wants: they let a bot hear of something."""

METHODS: Final[dict[str, _Entry]] = {
    "api.test": _Entry(people.api_test, _SPECIAL),
    "auth.test": _Entry(people.auth_test, _SPECIAL),
    "bots.info": _Entry(people.bots_info, _TIER3, ("users:read",)),
    "chat.delete": _Entry(chat.delete, _TIER3, ("chat:write",)),
    "chat.getPermalink": _Entry(chat.get_permalink, _SPECIAL),
    "chat.postEphemeral": _Entry(chat.post_ephemeral, _TIER4, ("chat:write",)),
    "chat.postMessage": _Entry(chat.post_message, _SPECIAL, ("chat:write",)),
    "chat.unfurl": _Entry(unfurls.unfurl, _TIER3, ("links:write",)),
    "chat.update": _Entry(chat.update, _TIER3, ("chat:write",)),
    "conversations.history": _Entry(conversations.conversations_history, _TIER3, _HISTORY),
    "conversations.info": _Entry(conversations.conversations_info, _TIER3, _READ),
    "conversations.join": _Entry(conversations.conversations_join, _TIER3, ("channels:join",)),
    "conversations.list": _Entry(conversations.conversations_list, _TIER2, _READ),
    "conversations.members": _Entry(conversations.conversations_members, _TIER4, _READ),
    "conversations.open": _Entry(conversations.conversations_open, _TIER3, ("im:write", "mpim:write")),
    "conversations.replies": _Entry(conversations.conversations_replies, _TIER3, _HISTORY),
    "files.completeUploadExternal": _Entry(files.complete_upload, _TIER4, ("files:write",)),
    "files.getUploadURLExternal": _Entry(files.get_upload_url, _TIER4, ("files:write",)),
    "files.info": _Entry(files.files_info, _TIER4, ("files:read",)),
    "reactions.add": _Entry(reactions.add_reaction, _TIER3, ("reactions:write",)),
    "reactions.get": _Entry(reactions.get_reactions, _TIER3, ("reactions:read",)),
    "reactions.remove": _Entry(reactions.remove_reaction, _TIER2, ("reactions:write",)),
    "team.info": _Entry(people.team_info, _TIER3, ("team:read",)),
    "users.conversations": _Entry(conversations.users_conversations, _TIER3, _READ),
    "users.info": _Entry(people.users_info, _TIER4, ("users:read",)),
    "users.list": _Entry(people.users_list, _TIER2, ("users:read",)),
    "views.open": _Entry(views.views_open, _TIER4),
    "views.publish": _Entry(views.views_publish, _TIER4),
    "views.push": _Entry(views.views_push, _TIER4),
    "views.update": _Entry(views.views_update, _TIER4),
}


class LostResponse(Response):
    """An answer that never arrives whole: the connection is cut after the headers."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Promise a body and hang up."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


class Api:
    """Answers `/api/<method>`, and keeps every call in `calls`."""

    def __init__(self, world: World, faults: Faults, pace: Pace, bot_token: str, app_token: str) -> None:
        self.world = world
        self.faults = faults
        self.pace = pace
        self.bot_token = bot_token
        self.tokens: dict[str, float | None] = {bot_token: None}
        """Every token given out for the bot, and when it expires by the clock; None is never."""
        self.consent = Consent(world.clock, teams={world.team: self})
        self.others: list[Api] = []
        """Other workspaces of the same app: a call with a token of theirs is theirs."""
        self.app_token = app_token
        self.scopes: set[str] | None = None
        """Scopes of the bot's token; None means all there are."""
        self.installed = True
        self.calls: list[Call] = []
        self.in_flight = 0
        self.open_socket: Callable[[], str] = str
        self.after_call: Callable[[], None] = lambda: None

    async def endpoint(self, request: Request) -> Response:
        """One request to the Web API."""
        self.in_flight += 1
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1
            for api in (self, *self.others):
                api.after_call()

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        body = await request.body()
        fault = self.faults.draw(method)
        arguments, kept_in = Arguments({}), self
        status, headers = 200, {"x-oauth-scopes": ",".join(sorted(self.granted))}
        try:
            arguments = Arguments.parse(request.url.query, body, request.headers.get("content-type", ""))
            authorization = request.headers.get("authorization", "")
            token = authorization.removeprefix("Bearer ") or arguments.text("token")
            its = next((other for other in self.others if token in other.tokens), self)
            headers["x-oauth-scopes"] = ",".join(sorted(its.granted))
            if its is not self:
                kept_in = its
            status, answer = its._effect(method, arguments, token, fault, headers)  # noqa: SLF001 - the same class
        except Refusal as refusal:
            self.world.complain(method, refusal, self.faults.unknown_blocks)
            answer = {"ok": False, "error": refusal.error, **refusal.more}
        values = {key: value for key, value in arguments.values.items() if key not in _SECRETS}
        kept_in.calls.append(Call(method, values, status, answer, self.world.clock()))
        if fault == "slow":
            self.after_call()
            await asyncio.sleep(self.faults.slow_seconds)
        if fault == "lost":
            return LostResponse()
        return JSONResponse(answer, status, headers)

    @property
    def granted(self) -> set[str]:
        """The scopes the bot's token has."""
        return (
            {scope for entry in METHODS.values() for scope in entry.scopes} | _HEARING
            if self.scopes is None
            else self.scopes
        )

    def _effect(
        self, method: str, arguments: Arguments, token: str, fault: Fault, headers: dict[str, str]
    ) -> tuple[int, Json]:
        if fault == "error":
            return 500, {"ok": False, "error": "internal_error"}
        if fault == "ratelimited":
            return self._limited(self.faults.retry_after, headers)
        if method == "apps.connections.open" and method not in self.faults.unknown_methods:
            return 200, {"ok": True, "url": self._socket(token)}
        if method == "oauth.v2.access" and method not in self.faults.unknown_methods:
            return 200, {"ok": True, **self.consent.access(arguments, token)}
        entry = METHODS.get(method)
        if entry is None or method in self.faults.unknown_methods:
            raise Refusal("unknown_method", req_method=method)
        if method != "api.test":
            self._authorize(entry, token)
        posting = method == "chat.postMessage"
        wait = self.pace.call(method, entry.tier)
        if not wait and posting:
            wait = self.pace.message(arguments.text("channel"))
        if wait:
            return self._limited(wait, headers)
        answer = entry.run(self.world, arguments, self.faults)
        if posting:
            self.pace.posted(arguments.text("channel"))
        return 200, {"ok": True, **answer}

    def _limited(self, seconds: int, headers: dict[str, str]) -> tuple[int, Json]:
        headers["retry-after"] = str(seconds)
        return 429, {"ok": False, "error": "ratelimited"}

    def _socket(self, token: str) -> str:
        if token != self.app_token:
            raise Refusal("not_allowed_token_type" if token == self.bot_token else _token_error(token))
        return self.open_socket()

    def _authorize(self, entry: _Entry, token: str) -> None:
        if token == self.app_token:
            raise Refusal("not_allowed_token_type")
        if token not in self.tokens:
            raise Refusal(_token_error(token))
        if not self.installed:
            raise Refusal("account_inactive")
        expires = self.tokens[token]
        if expires is not None and expires <= self.world.clock():
            raise Refusal("token_expired")
        if entry.scopes and not self.granted.intersection(entry.scopes):
            provided = ",".join(sorted(self.granted))
            raise Refusal("missing_scope", needed=entry.scopes[0], provided=provided)

    def calls_to(self, method: str) -> list[Any]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]


def _token_error(token: str) -> str:
    return "invalid_auth" if token else "not_authed"
