"""The simulated Web API: checks permissions and rates, and answers calls."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from handlers.demo.slack.faults import Fault, Faults
from handlers.demo.slack.methods import conversations
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.web_api.consent import Consent
from handlers.demo.slack.web_api.method_table import EVENT_SCOPES, HEARING, METHODS, MethodEntry
from handlers.demo.slack.web_api.tiers import Pace
from handlers.demo.slack.wire import ApiCall, Json, Refusal

_SECRETS = frozenset({"token", "client_secret", "refresh_token", "code"})


class LostResponse(Response):
    """A response that is cut off after its headers."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send headers that promise a body, and stop."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})


class Api:
    """Answers requests to `/api/<method>` and stores every call in `calls`."""

    def __init__(self, world: World, faults: Faults, pace: Pace, bot_token: str, app_token: str) -> None:
        self.world = world
        self.faults = faults
        self.pace = pace
        self.bot_token = bot_token
        self.tokens: dict[str, float | None] = {bot_token: None}
        """All bot tokens issued, with their expiry in clock seconds; None: never expires."""
        self.consent = Consent(world.clock, teams={world.team: self})
        self.others: list[Api] = []
        """APIs of other workspaces with the same app; calls with their tokens are passed to them."""
        self.organisation_tokens: set[str] = set()
        """Tokens among `tokens` that an organisation granted for all its workspaces."""
        self.app_token = app_token
        self.scopes: set[str] | None = None
        """Scopes of the bot's token; None means all scopes."""
        self.installed = True
        self.calls: list[ApiCall] = []
        self.in_flight = 0
        self.open_socket: Callable[[], str] = str
        self.after_call: Callable[[], None] = lambda: None

    async def endpoint(self, request: Request) -> Response:
        """Answer one request to the Web API."""
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
            its = self._whose(method, arguments, token)
            headers["x-oauth-scopes"] = ",".join(sorted(its.granted))
            if its is not self:
                kept_in = its
            await self.faults.released(method)
            status, answer = its._effect(method, arguments, token, fault, headers)  # noqa: SLF001 - the same class
        except Refusal as refusal:
            self.world.complain(method, refusal, self.faults.unknown_blocks)
            answer = {"ok": False, "error": refusal.error, **refusal.more}
        values = {key: value for key, value in arguments.values.items() if key not in _SECRETS}
        kept_in.calls.append(ApiCall(method, values, status, answer, self.world.clock()))
        delay = self.faults.delay(method, fault)
        if delay:
            self.after_call()
            await asyncio.sleep(delay)
        if fault == "lost":
            return LostResponse()
        return JSONResponse(answer, status, headers)

    def _whose(self, method: str, arguments: Arguments, token: str) -> "Api":
        """Return the API of the workspace that a call concerns; an organisation's token is valid in several."""
        apis = [self, *self.others]
        its = next((api for api in apis if token in api.tokens), self)
        if token not in its.organisation_tokens:
            return its
        apis = [api for api in apis if token in api.organisation_tokens]
        team = arguments.text("team_id")
        if team:
            match = next((api for api in apis if api.world.team == team), None)
            if match is None:
                raise Refusal("team_access_not_granted")
            return match
        entry = METHODS.get(method)
        if entry is not None and entry.wants_team:
            raise Refusal(
                "missing_argument",
                response_metadata={"messages": ["[ERROR] missing required field: team_id"]},
            )
        match = next((api for api in apis if api.world.holds(arguments.values)), None)
        without = [api for api in (self, *self.others) if api not in apis]
        if match is None and any(api.world.holds(arguments.values) for api in without):
            raise Refusal("team_access_not_granted")
        return match or its

    @property
    def granted(self) -> set[str]:
        """Scopes of the bot's token."""
        if self.scopes is not None:
            return self.scopes
        return {scope for entry in METHODS.values() for scope in entry.every_scope} | HEARING

    def teams_of_token(self) -> dict[str, str]:
        """Return the names of the workspaces in which this workspace's token is valid, by id."""
        apis = [api for api in self.consent.teams.values() if isinstance(api, Api)]
        sharers = [api for api in apis if api.organisation_tokens & self.organisation_tokens]
        return {api.world.team: api.world.team_name for api in sharers or [self]}

    def hears(self, kind: str) -> bool:
        """Return whether the bot's scopes allow this kind of event."""
        scopes = EVENT_SCOPES.get(kind)
        return scopes is None or bool(self.granted.intersection(scopes))

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
        if not entry.is_open:
            self._authorize(entry, arguments, token)
        is_post = method == "chat.postMessage"
        wait = self.pace.call(
            method, entry.tier, arguments.text(entry.counted_by) if entry.counted_by else ""
        )
        if not wait and is_post:
            wait = self.pace.message(arguments.text("channel"))
        if wait:
            return self._limited(wait, headers)
        answer = entry.run(self.world, arguments, self.faults)
        if is_post:
            self.pace.posted(arguments.text("channel"))
        return 200, {"ok": True, **answer}

    def _limited(self, seconds: int, headers: dict[str, str]) -> tuple[int, Json]:
        headers["retry-after"] = str(seconds)
        return 429, {"ok": False, "error": "ratelimited"}

    def _socket(self, token: str) -> str:
        if token != self.app_token:
            raise Refusal("not_allowed_token_type" if token == self.bot_token else _token_error(token))
        return self.open_socket()

    def _authorize(self, entry: MethodEntry, arguments: Arguments, token: str) -> None:
        if token == self.app_token:
            raise Refusal("not_allowed_token_type")
        if token not in self.tokens:
            raise Refusal(_token_error(token))
        if not self.installed:
            raise Refusal("account_inactive")
        expires = self.tokens[token]
        if expires is not None and expires <= self.world.clock():
            raise Refusal("token_expired")
        choices = (
            [
                (entry.scope_for(kind),)
                for kind in conversations.kinds(self.world, arguments)
                if entry.takes(kind)
            ]
            if entry.by_kind
            else [entry.scopes]
        )
        for scopes in choices:
            if scopes and not self.granted.intersection(scopes):
                scopes_held = ",".join(sorted(self.granted))
                raise Refusal("missing_scope", needed=scopes[0], provided=scopes_held)

    def calls_to(self, method: str) -> list[Any]:
        """Return the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]


def _token_error(token: str) -> str:
    return "invalid_auth" if token else "not_authed"
