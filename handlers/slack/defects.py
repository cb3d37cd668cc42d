"""Logs internal errors under a number that the person reads."""

import secrets

import structlog

from handlers.blocks import phrases
from handlers.slack.calls import Call

log = structlog.get_logger(__name__)


def defect(call: Call, name: str) -> str:
    """Log the current exception and return the sentence for the person; `name` is the listener's name."""
    number = secrets.token_hex(4)
    log.exception(  # noqa: LOG004 - called only where an exception is being handled
        "listener_failed",
        defect=number,
        listener=name,
        workspace=call.workspace,
        user=call.user,
        channel=call.channel,
        event_id=call.event_id or None,
    )
    return phrases.defect(number)
