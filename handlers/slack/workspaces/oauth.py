"""Installing by OAuth: the start page, the return from Slack, and the authorisation of requests."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

import structlog
from slack_bolt.async_app import AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.work.timing import Time
from handlers.slack.workspaces import install_pages
from handlers.slack.workspaces.oauth_states import SealedStates
from handlers.slack.workspaces.scopes_and_events import OPTIONAL, SCOPES, scopes
from handlers.slack.workspaces.tokens import BotTokens, SealedInstallations, workspace_of
from storage.database.engine import Database
from storage.workspaces.token_sealing import Keyring

START = "/slack/install"
BACK = "/slack/oauth_redirect"
STATE_SECONDS = 600

log = structlog.get_logger(__name__)


def authorize_url(settings: Settings) -> str:
    """Return Slack's OAuth consent URL, on the same server as the Web API in the settings."""
    parts = urlsplit(settings.slack_api_url)
    root = PurePosixPath(parts.path).parent
    return parts._replace(path=str(root / "oauth/v2/authorize")).geturl()


class Flow(AsyncOAuthFlow):
    """Bolt's OAuth flow with our pages; it requests all scopes, of which some may be declined."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        store: SealedInstallations,
        client: AsyncWebClient,
        time: Time,
    ) -> None:
        assert settings.slack_client_id is not None
        assert settings.slack_client_secret is not None
        self._authorize_url = authorize_url(settings)
        super().__init__(
            client=client,
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=settings.slack_client_secret.get_secret_value(),
                scopes=scopes(),
                redirect_uri=f"{settings.public_url}{BACK}",
                install_path=START,
                redirect_uri_path=BACK,
                authorization_url=self._authorize_url,
                installation_store=store,
                state_store=SealedStates(Keyring(settings.secret_keys), database, time, STATE_SECONDS),
                state_expiration_seconds=STATE_SECONDS,
                callback_options=AsyncCallbackOptions(
                    success=_installed(settings.rank_command), failure=_failed
                ),
            ),
        )

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - Bolt's signature
        """Return the start page, which lists each scope with its reason."""
        return install_pages.start_page(url, SCOPES, OPTIONAL)


def _installed(command: str) -> Callable[[AsyncSuccessArgs], Awaitable[BoltResponse]]:
    """Return the function that makes the page after an installation; `command` is the main slash command's name."""

    async def page(args: AsyncSuccessArgs) -> BoltResponse:
        installation = args.installation
        team = installation.team_name or installation.enterprise_name
        where = urlencode({"id": installation.app_id or "", "team": installation.team_id or ""})
        return _answer(args.settings, 200, install_pages.installed_page(team, where, command))

    return page


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not_installed", reason=args.reason, error=repr(args.error) if args.error else None)
    return _answer(args.settings, args.suggested_status_code, failure_page(args.reason))


def failure_page(reason: str) -> str:
    """Return the page that explains a failed installation; `reason` is Bolt's or Slack's code."""
    return install_pages.not_installed(reason, START)


def _answer(settings: AsyncOAuthSettings, status: int, page: str) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html;charset=utf-8",
        "Set-Cookie": settings.state_utils.build_set_cookie_for_deletion(),
    }
    return BoltResponse(status=status, body=page, headers=headers)


class Authorize(AsyncAuthorize):
    """Authorises a request as the bot of its workspace; None if the bot isn't installed there."""

    def __init__(self, tokens: BotTokens) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002 - Bolt's signature
        actor_team_id: str | None = None,  # noqa: ARG002 - same
        actor_user_id: str | None = None,  # noqa: ARG002 - same
    ) -> AuthorizeResult | None:
        """Return the authorisation from the stored installation, without asking Slack; None if there is none."""
        is_organisation = bool(context.is_enterprise_install)
        workspace = workspace_of(team_id, enterprise_id, is_organisation=is_organisation)
        bot = await self._tokens.bot(workspace)
        if bot is None:
            log.warning("not_installed_there", workspace=workspace)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=bot.bot_user_id,
            bot_id=bot.bot_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
            user_id=user_id,
        )
