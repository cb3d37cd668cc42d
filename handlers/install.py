"""Installing by OAuth: the start page, the way back from Slack, and who a request is authorised as."""

from collections.abc import Awaitable, Callable, Sequence
from html import escape
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
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from handlers.registry import SCOPES, scopes
from handlers.tokens import SealedInstallations, Tokens, workspace_of
from storage.database import Database

START = "/slack/install"
BACK = "/slack/oauth_redirect"
STATE_SECONDS = 600

log = structlog.get_logger(__name__)

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1d1c1d}}
a.go{{display:inline-block;padding:.6rem 1rem;border-radius:.4rem;background:#2b3a55;color:#fff;text-decoration:none}}
a.go.less{{background:#fff;color:#2b3a55;border:1px solid #2b3a55}}td{{vertical-align:top;padding:.1rem .6rem .1rem 0}}
</style></head><body><h1>{title}</h1>{body}</body></html>"""

_FAILURES = {
    "access_denied": "Nothing was installed: the request was declined at Slack.",
    "invalid_browser": "This way back belongs to another browser, or cookies are off. Please start again here.",
    "invalid_state": "That took longer than ten minutes, or the page was loaded twice. Please start again.",
    "missing_code": "Slack sent no code along. Please start again.",
    "invalid_code": "Slack didn't take its own code back. Please start again; if it stays so, check the client secret.",
    "unreachable": "Slack couldn't be asked for the token. The log says why. Please start again in a minute.",
    "storage_error": "The installation couldn't be kept. The log says why.",
}


def authorize_url(settings: Settings) -> str:
    """Where Slack asks people for their consent, beside the Web API that the settings name."""
    parts = urlsplit(settings.slack_api_url)
    root = PurePosixPath(parts.path).parent
    return parts._replace(path=str(root / "oauth/v2/authorize")).geturl()


class Flow(AsyncOAuthFlow):
    """Bolt's flow with our pages, offering the whole bot or the one that reads no channels."""

    def __init__(
        self, settings: Settings, database: Database, store: SealedInstallations, client: AsyncWebClient
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
                state_store=AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, database.engine),
                state_expiration_seconds=STATE_SECONDS,
                callback_options=AsyncCallbackOptions(
                    success=_installed(settings.rank_command), failure=_failed
                ),
            ),
        )

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002 - Bolt's signature
        """The start page: two ways in, and each scope with its reason."""
        smaller = f"{self._authorize_url}?{_with_scopes(url)}"
        rows = "".join(
            f"<tr><td><code>{scope}</code></td><td>{why}</td></tr>" for scope, why in SCOPES.items()
        )
        return _PAGE.format(
            title="Paperbout",
            body=f'<p>Ranks research papers with your team.</p><p><a class="go" href="{escape(url)}">Add to Slack</a> '
            f'<a class="go less" href="{escape(smaller)}">Add without reading channels</a></p>'
            "<p>Without reading channels, papers come by mention, command, message shortcut or direct message only.</p>"
            f"<h2>What it asks for</h2><table>{rows}</table>",
        )


def _with_scopes(url: str) -> str:
    fields = dict(pair.split("=", 1) for pair in urlsplit(url).query.split("&"))
    return urlencode(fields | {"scope": ",".join(scopes(smaller=True))})


def _installed(command: str) -> Callable[[AsyncSuccessArgs], Awaitable[BoltResponse]]:
    """The page after an installation; `command` is what the main command is called here."""

    async def page(args: AsyncSuccessArgs) -> BoltResponse:
        installation = args.installation
        team = escape(str(installation.team_name or installation.enterprise_name or "your workspace"))
        where = urlencode({"id": installation.app_id or "", "team": installation.team_id or ""})
        body = (
            f'<p>Paperbout is installed in {team}.</p><p><a class="go" href="slack://app?{where}">Open Slack</a></p>'
            f"<p>Invite it to a channel, paste a link to a paper, and ask <code>{escape(command)}</code>.</p>"
        )
        return _answer(args.settings, 200, _PAGE.format(title="Installed", body=body))

    return page


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not_installed", reason=args.reason, error=repr(args.error) if args.error else None)
    return _answer(args.settings, args.suggested_status_code, failure_page(args.reason))


def failure_page(reason: str) -> str:
    """The page that says why nothing was installed; `reason` is Bolt's or Slack's word for it."""
    said = _FAILURES.get(reason, f"Slack says: {escape(reason)}.")
    body = f'<p>{said}</p><p><a class="go" href="{START}">Start again</a></p>'
    return _PAGE.format(title="Not installed", body=body)


def _answer(settings: AsyncOAuthSettings, status: int, page: str) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": settings.state_utils.build_set_cookie_for_deletion(),
    }
    return BoltResponse(status=status, body=page, headers=headers)


class Authorize(AsyncAuthorize):
    """Who the bot is in the workspace of a request; nobody where it isn't installed."""

    def __init__(self, tokens: Tokens) -> None:
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
        """Bolt's question, answered from the kept installation without asking Slack."""
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
