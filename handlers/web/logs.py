"""Structured logs: one line per event, with the ids bound to it."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr

from bot.settings import Settings

_SECRET = re.compile(
    r"(?:xox[a-z]|xapp|xoxe\.xox[a-z])(?:-|%2D)[\w%-]+"  # Slack's tokens
    r"|\b(?:sk|gsk|hf|gh[oprsu]|glpat|pk|rk|nvapi|r8|pplx|csk|tgp|xai)[-_][\w-]{8,}"  # of model providers and others
    r"|\b(?:npm|fw|pb)_[\w-]{8,}|\bwhsec_[\w+/=-]{8,}|\bv1,[\w+/=]{20,}"  # pb_, whsec_ and v1 are of our own making
    r"|(?i:(?<=/published/)|(?<=%2Fpublished%2F))[\w-]{16,}"  # secret paths of served pages
    r"|(?<=PRIVATE KEY-----)[^-]{8,10000}"
    r"|\bgithub_pat_\w{20,}|\bAIza[\w-]{20,}|\bya29\.[\w.-]{10,}|\bA(?:KIA|SIA)[0-9A-Z]{16}\b"
    r"|\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?"  # JSON web tokens
    r"|\bgAAAA[\w=-]{20,}"  # what a Fernet key sealed
    r"|(?<=://)[^/\s:@\"']{0,100}:[^\s\"'<>]{1,200}(?=@)"  # user and password in an address, whatever signs are in it
    r"|(?<=://)[\w-]{16,200}(?=@)"
    r"|(?:(?<=hooks\.slack\.com/)|(?<=/webhooks/)|(?<=/hooks/catch/))[\w/-]{8,}"  # where anybody may answer
    r"|(?i:(?<=[?&\s]code=)|(?<=^code=)|(?<=[?&]state=)|(?<=[?&]key=))[^\s&\"']{8,}"  # of installations and sources
    r"|(?i:(?<=bearer\s)|(?<=basic\s))\s{0,5}[\w.~+/=-]{8,}"
    r"|(?i:(?<=cookie:\s))[^\r\n]{8,}|(?i:cookie['\"]\s*[:,]\s*b?['\"])[^'\"]{8,}"
    r"|(?i:(?:password|passwd|passphrase|secret|token|api[-_]?key|x-api-key|signature|authorization)(?:_access_key|_key)?)"
    r"(?:\s?=\s?[\"']?|%3D|\"\s*[:,]\s*b?\"|'\s*[:,]\s*b?'|:\s)[^\s&\"',;}]{8,}"
)
_LEAST = 8
"""Shortest secret that is masked in logs; shorter ones would also hide ordinary words."""
_known_secrets: set[str] = set()


def hide_secrets(settings: Settings) -> None:
    """Mask all secrets of the settings in logs from now on."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            _known_secrets.update(re.split(r"[,=\s]+", value.get_secret_value()), [value.get_secret_value()])
    password = urlsplit(settings.database_url).password
    _known_secrets.update({password, unquote(password)} if password else ())
    _known_secrets.difference_update([secret for secret in _known_secrets if len(secret) < _LEAST])


def masked(value: Any) -> Any:
    """Return a log value with all secrets masked, at any depth."""
    if isinstance(value, str):
        for secret in sorted(_known_secrets, key=len, reverse=True):
            value = value.replace(secret, "…")
        return _SECRET.sub("…", value)
    if isinstance(value, bytes):
        return masked(value.decode(errors="replace"))
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked(item) for item in value]
    if isinstance(value, BaseException):
        return masked(repr(value))
    return value


_EXPECTED = "`token` will be unused"
"""Bolt's warning at each start that is suppressed: it finds SLACK_BOT_TOKEN, but our client has the token."""


def without_secrets(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Mask everything that looks like a token or key, in all fields and tracebacks of a log line."""
    return {key: masked(value) for key, value in event.items()}


def configure(settings: Settings) -> None:
    """Log to standard output at the settings' level, as JSON or for a console, including libraries' warnings."""
    hide_secrets(settings)
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


def log_errors_only() -> None:
    """Log only errors, to standard error, for commands with output for people."""
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
