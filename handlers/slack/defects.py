"""Logs internal errors under a number that the person reads."""

import secrets
import sys

import structlog
from slack_sdk.errors import SlackApiError

from handlers.blocks import phrases
from handlers.slack.calls import Call
from handlers.slack.workspaces.outages import SlackAwayError, is_outage

log = structlog.get_logger(__name__)


def defect(call: Call, name: str) -> str:
    """Log the current exception and return the sentence for the person; `name` is the listener's name.

    That Slack is away, or was asked too much, is no defect of ours, and is told as what it is.
    """
    error, number = sys.exception(), secrets.token_hex(4)
    log.exception(  # noqa: LOG004 - called only where an exception is being handled
        "listener_failed",
        defect=number,
        listener=name,
        workspace=call.workspace,
        user=call.user,
        channel=call.channel,
        event_id=call.event_id or None,
    )
    is_away = isinstance(error, SlackApiError | SlackAwayError) and is_outage(error)
    return phrases.slack_away(number) if is_away else phrases.defect(number)
