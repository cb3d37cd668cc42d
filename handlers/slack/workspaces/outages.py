"""Distinguishes Slack's outages from refusals, and says how long to wait."""

from collections.abc import Mapping
from http import HTTPStatus

from slack_sdk.errors import SlackApiError, SlackClientError

BRIEFLY_S, LONGEST_WAIT_S = 5, 600
OF_SLACK = frozenset(
    {
        "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited",
        "team_added_to_org", "org_login_required", "server_error",
    }
)  # fmt: skip
"""Slack's error codes about Slack itself, after which trying again may help."""


class SlackAwayError(SlackClientError):
    """Slack's answer can't be read: HTML, unexpected JSON, nothing at all, or a refusal without a reason."""


def is_outage(error: Exception) -> bool:
    """Return whether an error is an outage, unrelated to the request itself, so that trying again makes sense."""
    if not isinstance(error, SlackApiError):
        return True
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
    }:
        return True
    answer = getattr(error.response, "data", error.response)
    reason = answer.get("error") if isinstance(answer, dict) else None
    if status == HTTPStatus.OK:
        return not isinstance(reason, str) or not reason or reason in OF_SLACK
    return reason in OF_SLACK


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of a refusal; 200 if it isn't known."""
    for name in ("status_code", "status"):
        status = getattr(error.response, name, None)
        if isinstance(status, int):
            return status
    return 200


def seconds_to_wait(headers: Mapping[str, object] | None) -> int:
    """Return the seconds to wait by a Retry-After header, at most ten minutes; a few seconds if unreadable."""
    value = next((value for name, value in (headers or {}).items() if name.lower() == "retry-after"), None)
    if isinstance(value, list):
        value = value[0] if value else None
    text = str(value or "").strip()
    if not text.isascii() or not text.isdecimal():
        return BRIEFLY_S
    return LONGEST_WAIT_S if len(text) > len(str(LONGEST_WAIT_S)) else min(int(text), LONGEST_WAIT_S)
