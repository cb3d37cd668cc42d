"""What Slack's answers mean when they aren't about the request: an outage, told from a refusal, and how long to wait."""

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
"""Answers about Slack itself; asking later may help."""


class SlackAwayError(SlackClientError):
    """Slack's answer isn't one: HTML, another shape of JSON, nothing at all, or no reason for a refusal."""


def is_outage(error: Exception) -> bool:
    """Whether an error says nothing about the request itself, so that it may be tried again for as long as it takes."""
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
    """The HTTP status of a refusal; 200 where none is known."""
    for name in ("status_code", "status"):
        status = getattr(error.response, name, None)
        if isinstance(status, int):
            return status
    return 200


def seconds_to_wait(headers: Mapping[str, object] | None) -> int:
    """Seconds that a Retry-After asks for, at most ten minutes; a few where it says nothing that can be read."""
    value = next((value for name, value in (headers or {}).items() if name.lower() == "retry-after"), None)
    if isinstance(value, list):
        value = value[0] if value else None
    text = str(value or "").strip()
    if not text.isascii() or not text.isdecimal():
        return BRIEFLY_S
    return LONGEST_WAIT_S if len(text) > len(str(LONGEST_WAIT_S)) else min(int(text), LONGEST_WAIT_S)
