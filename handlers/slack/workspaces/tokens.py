"""Bot tokens of the workspaces: stored encrypted, refreshed before they expire."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.work.timing import Time
from handlers.slack.posting.refusal_reasons import FOR_THE_TOKEN
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.web_clients import WebClient
from storage.database.engine import Database
from storage.workspaces import installations, workspace_rows
from storage.workspaces.token_sealing import Keyring

KEPT = timedelta(minutes=1)
"""How long a token is cached before it is read from the database again."""

REFRESH_BEFORE = timedelta(hours=2)
"""Tokens that expire sooner than this are refreshed; they live twelve hours."""
LONGEST_LIFE = timedelta(days=1)

LEASE = timedelta(seconds=30)
_SECRETS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")

log = structlog.get_logger(__name__)


class NoTokenError(SlackClientError):
    """Raised when a workspace has no valid bot token: the bot was removed, or the token couldn't be refreshed."""


def workspace_of(team: str | None, enterprise: str | None, *, is_organisation: bool) -> str:
    """Return the workspace id: the team, or the organisation that installed the bot for all its teams."""
    return str((enterprise if is_organisation else team) or enterprise or "")


class SealedInstallations(AsyncInstallationStore):
    """slack_sdk's SQLAlchemy store with all tokens encrypted.

    `forget` is called with each newly installed workspace.
    """

    def __init__(
        self,
        database: Database,
        client_id: str,
        keyring: Keyring,
        time: Time,
        forget: Callable[[str], None] = lambda _workspace: None,
    ) -> None:
        self._forget = forget
        self._database = database
        self._keyring = keyring
        self._time = time
        self._store = AsyncSQLAlchemyInstallationStore(client_id, database.engine)
        self._reads = AsyncSQLAlchemyInstallationStore(client_id, database.reading_engine)

    async def async_save(self, installation: Installation) -> None:
        """Store an installation and its workspace."""
        copy = Installation(**self._changed(installation.to_dict_for_copying(), self._keyring.seal))
        await self._store.async_save(copy)
        is_organisation = bool(installation.is_enterprise_install)
        workspace = workspace_of(
            installation.team_id, installation.enterprise_id, is_organisation=is_organisation
        )
        async with self._database.transaction(None) as session:
            await installations.keep_newest(session, workspace)
        await workspace_rows.ensure(
            self._database,
            workspace,
            self._time.now(),
            name=(installation.enterprise_name if is_organisation else installation.team_name) or "",
            bot_user=installation.bot_user_id,
            enterprise=installation.enterprise_id,
            token_reasons=FOR_THE_TOKEN,
        )
        self._forget(workspace)
        log.info("installed", workspace=workspace, organisation=is_organisation)

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a bot's refreshed token in place of the old one."""
        copy = Bot(**self._changed(bot.to_dict_for_copying(), self._keyring.seal))
        await self._store.async_save_bot(copy)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the newest bot of a team or organisation, with its token decrypted, or None."""
        bot = await self._reads.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        if bot is None:
            return None
        return Bot(**self._changed(bot.to_dict_for_copying(), self._keyring.unseal))

    @staticmethod
    def _changed(values: dict[str, Any], change: Any) -> dict[str, Any]:
        return values | {name: change(values[name]) for name in _SECRETS if values.get(name)}


class BotTokens:
    """The current bot token of each workspace; `refresher` calls `oauth.v2.access`."""

    def __init__(
        self,
        database: Database,
        store: SealedInstallations,
        refresher: AsyncWebClient,
        client_id: str,
        client_secret: str,
        time: Time,
    ) -> None:
        self._database = database
        self._store = store
        self._refresher = refresher
        self._client_id = client_id
        self._client_secret = client_secret
        self._time = time
        self._known: dict[str, tuple[datetime, Bot | None]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, workspace: str) -> str:
        """Return a workspace's current token. Raises `NoTokenError` if there is none."""
        bot = await self.bot(workspace)
        if bot is None:
            raise NoTokenError(f"{workspace} has no bot token: the bot isn't installed there (any more)")
        return bot.bot_token

    async def bot(self, workspace: str) -> Bot | None:
        """Return a workspace's bot with a token that stays valid for a while; None if the bot isn't installed."""
        entry = self._known.get(workspace)
        if entry is None or self._time.now() - entry[0] >= KEPT:
            entry = (self._time.now(), await self._read(workspace))
            self._known[workspace] = entry
        bot = entry[1]
        if bot is None or not self._is_short(bot, REFRESH_BEFORE):
            return bot
        async with self._locks[workspace]:
            bot = await self._refreshed(workspace)
            self._known[workspace] = (self._time.now(), bot)
        return bot

    def forget(self, workspace: str) -> None:
        """Forget a workspace's cached token, because the bot was reinstalled or removed."""
        self._known.pop(workspace, None)

    def _is_short(self, bot: Bot, margin: timedelta) -> bool:
        """Return whether a token ends within `margin`, or so late that a clock that was ahead must have said so."""
        expires = bot.bot_token_expires_at
        if expires is None:
            return False
        left = datetime.fromtimestamp(expires, UTC) - self._time.now()
        return left <= margin or (bool(margin) and left > LONGEST_LIFE)

    async def _read(self, workspace: str) -> Bot | None:
        async with self._database.reading(None) as session:
            row = await workspace_rows.state_of(session, workspace)
        if row is None or row.is_removed:
            return None
        return await self._store.async_find_bot(
            enterprise_id=row.enterprise, team_id=workspace, is_enterprise_install=row.is_organisation
        )

    async def _refreshed(self, workspace: str) -> Bot | None:
        """Refresh a workspace's token in one process at a time, because Slack accepts each refresh token once."""
        while True:
            bot = await self._read(workspace)
            if bot is None or not self._is_short(bot, REFRESH_BEFORE):
                return bot
            now = self._time.now()
            async with self._database.transaction(None) as session:
                is_ours = await workspace_rows.take_refreshing(session, workspace, now, now + LEASE)
            if is_ours:
                try:
                    bot = await self._read(workspace)  # who held the lease before may have exchanged it
                    if bot is None or not self._is_short(bot, REFRESH_BEFORE):
                        return bot
                    return await self._exchange(workspace, bot)
                finally:
                    async with self._database.transaction(None) as session:
                        await workspace_rows.end_refreshing(session, workspace)
            if not self._is_short(bot, timedelta(0)):
                return bot  # another process is at it; this token still works
            await self._time.sleep(1)

    async def _exchange(self, workspace: str, bot: Bot) -> Bot | None:
        try:
            answer = await self._refresher.oauth_v2_access(
                client_id=self._client_id,
                client_secret=self._client_secret,
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
        except SlackApiError as error:
            is_over = self._is_short(bot, timedelta(0))
            log.exception("token_not_refreshed", workspace=workspace, error=error_code(error), over=is_over)
            if is_over:
                raise NoTokenError(
                    f"{workspace}'s token expired and Slack doesn't renew it ({error_code(error)}): install again"
                ) from error
            return bot
        fresh = Bot(**bot.to_dict_for_copying())
        fresh.bot_token = str(answer["access_token"])
        fresh.bot_refresh_token = answer.get("refresh_token")
        lifetime = min(timedelta(seconds=int(answer["expires_in"])), LONGEST_LIFE)
        fresh.bot_token_expires_at = int((self._time.now() + lifetime).timestamp())
        await self._store.async_save_bot(fresh)
        log.info("token_refreshed", workspace=workspace)
        return fresh


class WorkspaceClient(WebClient):
    """Web API client of one workspace that uses the current token in each call."""

    def __init__(self, tokens: BotTokens, workspace: str, **options: Any) -> None:
        super().__init__(**options)
        self._tokens = tokens
        self._workspace = workspace

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call a method of the Web API with the current token."""
        self.token = await self._tokens.of(self._workspace)
        return await super().api_call(api_method, **options)
