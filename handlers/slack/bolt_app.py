"""Bolt's app with the listeners of all features, over HTTP or Socket Mode."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from time import perf_counter
from typing import Any

import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.people import People
from bot.settings import Settings
from bot.work.metrics import Metrics
from bot.work.timing import Time
from handlers.blocks.phrases import NOT_INSTALLED
from handlers.slack.boundary import Boundary
from handlers.slack.calls import called_from
from handlers.slack.posting.poster import Poster
from handlers.slack.posting.refusal_reasons import FOR_THE_TOKEN
from handlers.slack.posting.sender import Clients
from handlers.slack.services import Renderer, Services
from handlers.slack.workspaces.block_support import Levels, error_code
from handlers.slack.workspaces.directory import CACHED_BYTES, Directory, DirectoryCache
from handlers.slack.workspaces.oauth import Authorize, Flow, failure_page
from handlers.slack.workspaces.tokens import BotTokens, NoTokenError, SealedInstallations, WorkspaceClient
from handlers.slack.workspaces.web_clients import Use, WebClient, options
from handlers.web.entrance import HttpEntrance
from storage.database.bounded_cache import BoundedCache
from storage.database.engine import Database
from storage.errors import SettingsError
from storage.workspaces import restored_copies, workspace_rows
from storage.workspaces.token_sealing import Keyring

MOST_PERMALINKS = 5_000
MOST_WORKSPACES = 2_000
"""Workspaces whose clients a process keeps; beyond that number they are created again when needed."""
ENDS = ("app_uninstalled", "tokens_revoked")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Workspace and bot user to which a bot token belongs."""

    workspace: str
    name: str
    bot_user: str | None


class _TimedApp(AsyncApp):
    """Bolt's app, with the time of every request until its acknowledgement measured."""

    metrics: Metrics
    note_dropped: Callable[[str, datetime], Awaitable[None]]
    """Function that notes from which minute on Slack dropped a workspace's events."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Handle a request and record the time until its acknowledgement."""
        if req.body.get("type") == "app_rate_limited":
            minute = datetime.fromtimestamp(int(req.body.get("minute_rate_limited") or 0), UTC)
            workspace = str(req.body.get("team_id") or "")
            log.warning("events_dropped_by_slack", workspace=workspace, minute=minute.isoformat())
            await self.note_dropped(workspace, minute)
            return BoltResponse(status=HTTPStatus.OK)
        began = perf_counter()
        try:
            return await super().async_dispatch(req)
        finally:
            body = req.body
            kind = "command" if "command" in body else str(body.get("type") or "other")
            self.metrics.acked(kind, perf_counter() - began)


class SlackSide:
    """Everything of one installation that talks with Slack: clients, people, listeners, and the poster of messages."""

    def __init__(
        self,
        settings: Settings,
        time: Time,
        database: Database | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.time = time
        token = settings.slack_bot_token
        self.client = WebClient(
            None if token is None else token.get_secret_value(), **options(settings, self.metrics)
        )
        self.tokens: BotTokens | None = None
        self._flow: Flow | None = None
        if settings.many_workspaces and database is not None:
            self._prepare_many(settings, database)
        self.levels = Levels()
        self._clients: dict[tuple[str, Use], AsyncWebClient] = {}
        self._directories: dict[str, Directory] = {}
        self._directory_cache: DirectoryCache = BoundedCache(CACHED_BYTES)
        self._known: set[str] = set()
        self._permalinks: dict[tuple[str, str, str], str | None] = {}
        self.boundary: Boundary | None = None
        self._app: AsyncApp | None = None

    def _prepare_many(self, settings: Settings, database: Database) -> None:
        assert settings.slack_client_id is not None
        assert settings.slack_client_secret is not None
        store = SealedInstallations(
            database,
            settings.slack_client_id,
            Keyring(settings.secret_keys),
            self.time,
            self.forget_workspace,
        )
        secret = settings.slack_client_secret.get_secret_value()
        self.tokens = BotTokens(database, store, self.client, settings.slack_client_id, secret, self.time)
        self._flow = Flow(settings, database, store, self.client, self.time)

    def client_of(self, workspace: str, use: Use = Use.ASKING) -> AsyncWebClient:
        """Return a client that calls Slack's Web API as the bot of this workspace, with its current token.

        `use` says what it is for, which decides what it retries by itself.
        """
        key = (workspace, use)
        if key not in self._clients:
            if len(self._clients) >= MOST_WORKSPACES:
                self._clients.clear()
            client_options = options(self.settings, self.metrics, use)
            self._clients[key] = (
                WebClient(self.client.token, **client_options)
                if self.tokens is None
                else WorkspaceClient(self.tokens, workspace, **client_options)
            )
        return self._clients[key]

    def forget_workspace(self, workspace: str) -> None:
        """Forget cached data of a workspace that was removed or reinstalled, so that it is read again."""
        self._known.discard(workspace)
        directory = self._directories.pop(workspace, None)
        if directory is not None:
            directory.clear()  # its answers lie in a cache shared by all workspaces
        if self.tokens is not None:
            self.tokens.forget(workspace)

    def people(self, workspace: str) -> People:
        """Return the people and channels of a workspace, as Slack knows them."""
        return self.directory(workspace)

    def directory(self, workspace: str) -> Directory:
        """Return the cached look-up of a workspace's people and channels."""
        if workspace not in self._directories:
            if len(self._directories) >= MOST_WORKSPACES:
                for forgotten in list(self._directories):
                    self._directories.pop(forgotten).clear()
            self._directories[workspace] = Directory(
                self.client_of(workspace),
                workspace,
                self.time.now,
                self._directory_cache,
                sleep=self.time.sleep,
            )
        return self._directories[workspace]

    async def permalink(self, workspace: str, channel: str, ts: str) -> str | None:
        """Return the permalink of one of our messages, cached; None if Slack doesn't give one."""
        place = (workspace, channel, ts)
        if place not in self._permalinks:
            try:
                answer = await self.client_of(workspace).chat_getPermalink(channel=channel, message_ts=ts)
            except SlackApiError as error:
                log.info("permalink_unknown", workspace=workspace, channel=channel, error=error_code(error))
                return None
            if len(self._permalinks) >= MOST_PERMALINKS:
                self._permalinks.clear()
            self._permalinks[place] = str(answer.get("permalink") or "") or None
        return self._permalinks[place]

    async def identify(self) -> Identity:
        """Ask Slack to whom the bot token belongs. Raises `SettingsError` with Slack's answer."""
        return (await self.identify_with_scopes())[0]

    async def identify_with_scopes(self, workspace: str = "") -> tuple[Identity, frozenset[str]]:
        """Return a token's identity and its scopes (empty if the server doesn't say).

        Checks the stored token of the workspace, or SLACK_BOT_TOKEN without one. Raises `SettingsError`.
        """
        client = self.client_of(workspace) if workspace else self.client
        which = f"the token of {workspace}" if workspace else "SLACK_BOT_TOKEN"
        how = "Install the bot again." if workspace else "Copy it again from your app's OAuth page."
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            hint = "" if workspace else _misplaced(self.settings.slack_bot_token, "xoxb-", "a bot token")
            raise SettingsError(f"Slack doesn't accept {which} ({error_code(error)}). {how}{hint}") from error
        except NoTokenError as error:
            raise SettingsError(f"There is no token of {workspace}: {error}") from error
        except (OSError, TimeoutError) as error:
            raise SettingsError(
                f"Slack can't be reached at {self.settings.slack_api_url}: {error}"
            ) from error
        identity = Identity(
            str(answer.get("team_id") or ""), str(answer.get("team") or ""), answer.get("user_id")
        )
        scopes = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes", "")
        return identity, frozenset(part.strip() for part in str(scopes).split(",") if part.strip())

    def poster(self, services: Services, renderers: Mapping[str, Renderer]) -> Poster:
        """Return the poster that sends outbox messages; `renderers` by kind of message."""
        clients = Clients(
            again=lambda workspace: self.client_of(workspace, Use.CHANGING),
            once=lambda workspace: self.client_of(workspace, Use.POSTING),
        )
        return Poster(services, renderers, clients, self.time, self.levels)

    def listen(self, services: Services, register: Callable[[Boundary], None]) -> AsyncApp:
        """Create Bolt's app; `register` adds the features' listeners."""
        app = _TimedApp(
            name="paperbout",  # without one Bolt looks through the call stack for a file's, a quarter of a second's work
            client=self.client,
            authorize=None if self.tokens is None else Authorize(self.tokens),  # type: ignore[arg-type]  # Bolt takes its own class too
            oauth_flow=self._flow,
            request_verification_enabled=False,  # `HttpEntrance` verifies, by the program's own clock
            ignoring_self_events_enabled=True,
            raise_error_for_unhandled_request=False,
            user_facing_authorize_error_message=NOT_INSTALLED,
        )

        app.metrics = self.metrics

        async def note_dropped(workspace: str, minute: datetime) -> None:
            async with services.database.transaction(workspace) as session:
                await restored_copies.mark_behind(session, workspace, minute)

        app.note_dropped = note_dropped

        async def known_workspace(
            context: AsyncBoltContext,
            body: dict[str, Any],
            next: Callable[[], Awaitable[None]],  # noqa: A002 - Bolt passes arguments by name
        ) -> None:
            workspace = called_from(body, context)
            is_end = (body.get("event") or {}).get("type") in ENDS
            if workspace and workspace not in self._known and not is_end:
                await self._meet(services.database, workspace)
            await next()

        app.use(known_workspace)
        self.levels.remember_in(services.database, self.time.now)
        on = Boundary(app, services, self.levels)
        register(on)
        self.boundary = on
        self._app = app
        return app

    async def _meet(self, database: Database, workspace: str) -> None:
        """Store a workspace; one that removed the bot is stored as present again only if Slack accepts its token."""
        async with database.transaction(None) as session:
            row = await workspace_rows.meet(session, workspace, self.time.now())
        if row.is_removed:
            try:
                await self.client_of(workspace).auth_test()
            except (SlackApiError, NoTokenError):
                log.info("late_call_of_removed_workspace", workspace=workspace)
                return
            await workspace_rows.ensure(database, workspace, self.time.now(), token_reasons=FOR_THE_TOKEN)
        self._known.add(workspace)

    def entrance(self) -> HttpEntrance:
        """Return the HTTP endpoint for all requests from Slack; call `listen` first. Raises `SettingsError`."""
        assert self._app is not None
        secret = self.settings.slack_signing_secret
        if secret is None:
            raise SettingsError(
                "SLACK_SIGNING_SECRET is not set: copy it from your app's Basic Information page."
            )
        handle = AsyncSlackRequestHandler(self._app).handle
        return HttpEntrance(handle, secret.get_secret_value(), self.time)

    @property
    def start_page(self) -> bool:
        """Whether the installation has a page from which workspaces install the bot."""
        return self._flow is not None

    async def install(self, request: Request) -> Response:
        """Serve the installation page and the return from Slack; call `listen` first."""
        assert self._app is not None
        try:
            return await AsyncSlackRequestHandler(self._app).handle(request)
        except Exception:
            log.exception("install_failed", path=request.url.path)
            return HTMLResponse(failure_page("unreachable"), HTTPStatus.BAD_GATEWAY)

    def socket(self) -> AsyncSocketModeHandler:
        """Return an unconnected Socket Mode handler; call `listen` first."""
        assert self._app is not None
        token = self.settings.slack_app_token
        assert token is not None
        return AsyncSocketModeHandler(self._app, token.get_secret_value())

    async def connected(self) -> AsyncSocketModeHandler:
        """Return a connected Socket Mode handler. Raises `SettingsError` if Slack refuses the app token."""
        handler = self.socket()
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        except SlackApiError as error:
            await handler.close_async()  # type: ignore[no-untyped-call]  # same
            raise self._app_token_refused(error) from error
        return handler

    async def check_app_token(self) -> None:
        """Check the app token by requesting a Socket Mode URL. Raises `SettingsError` if Slack refuses it."""
        token = self.settings.slack_app_token
        assert token is not None
        try:
            await self.client.apps_connections_open(app_token=token.get_secret_value())
        except SlackApiError as error:
            raise self._app_token_refused(error) from error

    def _app_token_refused(self, error: SlackApiError) -> SettingsError:
        hint = _misplaced(self.settings.slack_app_token, "xapp-", "an app-level token")
        return SettingsError(
            f"Slack doesn't accept SLACK_APP_TOKEN ({error.response.get('error')}). Make an app-level token with the "
            f"scope connections:write on your app's Basic Information page.{hint}"
        )


def _misplaced(token: SecretStr | None, prefix: str, kind: str) -> str:
    """Return a hint if a token begins unlike tokens of its kind, else ""."""
    text = "" if token is None else token.get_secret_value()
    return (
        ""
        if text.startswith((prefix, f"xoxe.{prefix}"))
        else f" It should begin with {prefix}, as {kind} does."
    )
