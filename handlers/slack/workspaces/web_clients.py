"""Web API clients: which errors each retries by itself, and counts of Slack's refusals."""

import asyncio
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import Settings
from bot.work.metrics import Metrics
from handlers.slack.workspaces.outages import SlackAwayError, seconds_to_wait
from storage.database.network_guard import check_no_transaction


class Use(StrEnum):
    """Purpose of a client, which decides what it retries by itself."""

    ASKING = "asking"
    CHANGING = "changing"
    """Updates of posted messages; the outbox handles rate limits, so the client doesn't wait."""
    POSTING = "posting"
    """First posts; a failed one may have arrived, so only the outbox retries it, after looking for the message."""


LONGEST_SLEEP_S = 30
"""Most seconds that a client sleeps because of Slack's rate limit, since a person may be waiting."""


class _Counted(AsyncRetryHandler):
    """Counts Slack's refusals and errors; as a retry handler that never retries, it sees every answer."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    async def can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the base class names it
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Count the answer if it is a refusal or error; returns False, so that nothing is retried."""
        method = urlsplit(request.url).path.rsplit("/", 1)[-1]
        if error is not None:
            self._metrics.slack_refused(method, type(error).__name__)
        elif response is not None and response.status_code != HTTPStatus.OK:
            self._metrics.slack_refused(method, f"http_{response.status_code}")
        elif response is not None and response.body and not response.body.get("ok"):
            self._metrics.slack_refused(method, str(response.body.get("error")))
        return False


class WebClient(AsyncWebClient):
    """Web API client that forbids calls in a write transaction, and raises `SlackAwayError` for unreadable answers."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call a method of the Web API. Raises `SlackAwayError` for an unreadable answer."""
        check_no_transaction(api_method)
        try:
            return await super().api_call(api_method, **options)
        except (
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
        ) as error:  # of whoever reads an answer that isn't one
            raise SlackAwayError(f"Slack's answer to {api_method} can't be read: {error!r}") from error


class _WaitsAsAsked(AsyncRateLimitErrorRetryHandler):
    """Retry handler that waits once for as long as Slack asks, up to `LONGEST_SLEEP_S`."""

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002 - the base class names it
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - same
    ) -> None:
        """Sleep for as long as Slack asks, and request another attempt."""
        headers = None if response is None else response.headers
        await asyncio.sleep(min(seconds_to_wait(headers), LONGEST_SLEEP_S))
        state.next_attempt_requested = True
        state.increment_current_attempt()


def options(settings: Settings, metrics: Metrics, use: Use = Use.ASKING) -> dict[str, Any]:
    """Return the arguments for creating an `AsyncWebClient` for this purpose."""
    again: dict[Use, list[AsyncRetryHandler]] = {
        Use.ASKING: [
            AsyncConnectionErrorRetryHandler(),
            _WaitsAsAsked(max_retry_count=1),
            AsyncServerErrorRetryHandler(),
        ],
        Use.CHANGING: [AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler()],
        Use.POSTING: [],
    }
    return {
        "base_url": settings.slack_api_url,
        "timeout": 20,
        "retry_handlers": [_Counted(metrics), *again[use]],
    }
