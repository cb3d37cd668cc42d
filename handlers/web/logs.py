"""Structured logs: one line an event, with the ids that were bound to it."""

import logging
import re
import sys

import structlog

from bot.settings import Settings

_SECRET = re.compile(
    r"(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+"  # Slack's tokens
    r"|\bsk-[\w-]{8,}|\bAIza[\w-]{20,}"  # keys of model providers
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password in an address
)

_EXPECTED = "`token` will be unused"
"""Bolt says so at each start, because it finds SLACK_BOT_TOKEN by itself; our client brings the token."""


def without_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Black out whatever looks like a token or key, in whichever field or traceback it stands."""
    return {key: _SECRET.sub("…", value) if isinstance(value, str) else value for key, value in event.items()}


def configure(settings: Settings) -> None:
    """Log to standard output at the settings' level, as JSON or for a console; libraries' warnings alike."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    end: list[structlog.types.Processor] = [
        structlog.processors.format_exc_info,
        without_secrets,
        renderer,
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            stamp,
            *end,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    libraries = logging.StreamHandler(sys.stdout)
    libraries.addFilter(lambda record: _EXPECTED not in record.getMessage())
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, stamp],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[libraries])


def quiet() -> None:
    """Log errors only, to standard error: for commands whose output is for people."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger().setLevel(logging.CRITICAL)
