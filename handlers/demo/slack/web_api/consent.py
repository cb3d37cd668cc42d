"""Slack's OAuth: the consent page, codes valid once for ten minutes, and tokens that may expire."""

import base64
import binascii
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal

CODE_SECONDS = 600
TOKEN_SECONDS = 43_200


class Granting(Protocol):
    """Web API of a workspace in which the app can be installed."""

    world: World
    scopes: set[str] | None
    installed: bool
    tokens: dict[str, float | None]
    organisation_tokens: set[str]


@dataclass(slots=True)
class _Code:
    team: str
    user: str
    scope: str
    redirect_uri: str
    issued: float
    used: bool = False


@dataclass
class Consent:
    """An app's OAuth credentials and the installations granted to it.

    `rotates` is the manifest's `token_rotation_enabled`.
    """

    clock: Callable[[], float]
    client_id: str = "1234567890.0987654321"
    client_secret: str = "simulator-client-secret"  # noqa: S105  # a made-up one
    redirect_uris: set[str] = field(default_factory=set)
    """Allowed redirect addresses, including what lies below them; empty: any address."""
    rotates: bool = False
    optional: frozenset[str] = frozenset()
    """The manifest's `bot_optional`: scopes that the installer may decline."""
    teams: dict[str, Granting] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _refreshing: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Team and access token, by refresh token."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def page(self, request: Request) -> Response:
        """Serve `/oauth/v2/authorize`: a page that lists the requested scopes, with buttons to allow or cancel."""
        query = dict(request.query_params)
        problem = self._problem(query)
        if problem:
            return PlainTextResponse(problem, 400)
        team = query.get("team") or next(iter(self.teams))
        if team not in self.teams and not self._of_organisation(team):
            return PlainTextResponse("invalid_team_for_non_distributed_app", 400)
        decision = query.pop("decision", "")
        refusals = set(query.pop("declined", "").split(",")) & self.optional
        query["scope"] = ",".join(scope for scope in query["scope"].split(",") if scope not in refusals)
        if decision == "deny":
            return self._back(query, error="access_denied")
        if decision == "allow":
            return self._back(query, code=self._code(team, query))
        optional = sorted(self.optional.intersection(query["scope"].split(",")))
        decisions = [("allow", "Allow", ""), ("deny", "Cancel", "")]
        if optional:
            decisions.insert(1, ("allow", "Allow without what is optional", ",".join(optional)))
        links = "".join(
            f'<p><a href="?{escape(urlencode(query | {"decision": word, "declined": without}))}">{label}</a></p>'
            for word, label, without in decisions
        )
        return HTMLResponse(f"<h1>Paperbout asks for</h1><p>{escape(query['scope'])}</p>{links}")

    def _problem(self, query: dict[str, str]) -> str:
        if query.get("client_id") != self.client_id:
            return "invalid_client_id"
        if not query.get("scope"):
            return "missing_scope"
        uri = query.get("redirect_uri", "")
        if self.redirect_uris and not any(uri.startswith(address) for address in self.redirect_uris):
            return "bad_redirect_uri"
        return ""

    @staticmethod
    def _back(query: dict[str, str], **answer: str) -> Response:
        state = {"state": query["state"]} if query.get("state") else {}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer | state)}", 302)

    def _code(self, team: str, query: dict[str, str]) -> str:
        people = self._granting(team)[0].world.users
        user = query.get("user") or next(name for name, each in people.items() if not each["is_bot"])
        code = f"code.{team}.{next(self._numbers)}"
        self._codes[code] = _Code(team, user, query["scope"], query["redirect_uri"], self.clock())
        return code

    def _of_organisation(self, enterprise: str) -> list[Granting]:
        return [api for api in self.teams.values() if api.world.enterprise == enterprise]

    def _granting(self, place: str) -> list[Granting]:
        """Return the workspace with this id, or all workspaces of the organisation with this id."""
        return [self.teams[place]] if place in self.teams else self._of_organisation(place)

    def access(self, arguments: Arguments, authorization: str) -> Json:
        """Answer `oauth.v2.access` for a code or a refresh token. Raises `Refusal` with Slack's error names."""
        client_id, secret = _credentials(arguments, authorization)
        if client_id != self.client_id:
            raise Refusal("invalid_client_id")
        if secret != self.client_secret:
            raise Refusal("bad_client_secret")
        grant = arguments.text("grant_type", "authorization_code")
        if grant == "refresh_token":
            return self._refresh(arguments.text("refresh_token"))
        if grant != "authorization_code":
            raise Refusal("invalid_grant_type")
        code = self._codes.get(arguments.text("code"))
        if code is None or self.clock() - code.issued > CODE_SECONDS:
            raise Refusal("invalid_code")
        if code.used:
            raise Refusal("code_already_used")
        if arguments.text("redirect_uri") != code.redirect_uri:
            raise Refusal("bad_redirect_uri")
        code.used = True
        for api in self._granting(code.team):
            if not api.installed:
                api.tokens.clear()  # those of the installation before
            api.installed, api.scopes = True, set(code.scope.split(","))
        return self._granted(code.team, code.scope) | {"authed_user": {"id": code.user}}

    def _refresh(self, refresh_token: str) -> Json:
        grant = self._refreshing.pop(refresh_token, None)
        if grant is None or not self._granting(grant[0])[0].installed:
            raise Refusal("invalid_refresh_token")
        return self._granted(grant[0], ",".join(sorted(self._granting(grant[0])[0].scopes or ())))

    def _granted(self, place: str, scope: str) -> Json:
        number, everywhere = next(self._numbers), place not in self.teams
        token = f"xoxe.xoxb-{place}-{number}" if self.rotates else f"xoxb-{place}-{number}"
        for api in self._granting(place):
            api.tokens[token] = self.clock() + TOKEN_SECONDS if self.rotates else None
            api.world.is_enterprise_install = everywhere
            if everywhere:
                api.organisation_tokens.add(token)
        world = self._granting(place)[0].world
        answer: Json = {
            "access_token": token,
            "token_type": "bot",
            "scope": scope,
            "bot_user_id": world.bot_user,
            "app_id": world.app_id,
            "team": None if everywhere else {"id": place, "name": world.team_name},
            "enterprise": world.enterprise_described,
            "is_enterprise_install": everywhere,
        }
        if self.rotates:
            refresh_token = f"xoxe-1-{place}-{number}"
            self._refreshing[refresh_token] = (place, token)
            answer |= {"refresh_token": refresh_token, "expires_in": TOKEN_SECONDS}
        return answer


def _credentials(arguments: Arguments, authorization: str) -> tuple[str, str]:
    if not authorization.startswith("Basic "):
        return arguments.text("client_id"), arguments.text("client_secret")
    try:
        client_id, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refusal("invalid_client_id") from error
    return client_id, secret
