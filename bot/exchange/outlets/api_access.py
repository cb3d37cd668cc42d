"""Tokens for programs: owners make and revoke them; each request shows one and is counted."""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.exchange.outlets.served_pages import TOKEN_BYTES, hash_of
from bot.leagues.rights import require_owner, require_publishing
from bot.people import Viewer
from storage.database.engine import Database, Transaction
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.leagues.league_rows import League
from storage.outlets import api_tokens
from storage.outlets.api_tokens import ApiToken

MADE = "token.made"
REVOKED = "token.revoked"
ACTION = "make tokens for programs"
MOST_TOKENS = 10
MOST_NAME = 60
A_MINUTE = 120
"""Most requests of a token in a minute, over all processes."""
_TOKEN = re.compile(r"pb_([0-9]{1,18})_([A-Za-z0-9_-]{32})")


class Refusal(Enum):
    """Why a request isn't answered: (HTTP status, code)."""

    NO_TOKEN = (401, "unauthorized")
    NOT_PUBLISHED = (403, "not_published")
    TOO_OFTEN = (429, "too_many_requests")


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who asks: the league that the token opens, and its workspace."""

    workspace: str
    league: int


async def make_token(session: Transaction, league: League, name: str, viewer: Viewer, now: datetime) -> str:
    """Make a token that reads a league, and return it; it is not stored and can't be shown again.

    Raises `NotAllowedError` for non-owners and private leagues without consent, `BadRequestError` beyond ten tokens.
    """
    await require_owner(session, league, viewer, ACTION)
    require_publishing(league)
    if len(await api_tokens.of_league(session, league.id)) >= MOST_TOKENS:
        raise BadRequestError(f"{league.name} has {MOST_TOKENS} tokens already. Revoke one first.")
    words = " ".join(name.split())[:MOST_NAME] or "unnamed"
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    token_id = await api_tokens.add(session, league.id, words, hash_of(secret), viewer.user, now)
    await league_rows.note(session, league.id, viewer.user, MADE, {"name": words}, now)
    return f"pb_{token_id}_{secret}"


async def revoke_token(
    session: Transaction, league: League, token_id: int, viewer: Viewer, now: datetime
) -> None:
    """Revoke a token at once. Raises `NotAllowedError` for non-owners, `NotFoundError` if there is no such token."""
    await require_owner(session, league, viewer, ACTION)
    if not await api_tokens.revoke(session, league.id, token_id):
        raise NotFoundError("That token is gone already.")
    await league_rows.note(session, league.id, viewer.user, REVOKED, {}, now)


async def tokens_of(session: Transaction, league: League, viewer: Viewer) -> Sequence[ApiToken]:
    """Return a league's tokens, oldest first. Raises `NotAllowedError` for non-owners."""
    await require_owner(session, league, viewer, ACTION)
    return await api_tokens.of_league(session, league.id)


async def admit(database: Database, authorization: str, now: datetime) -> ApiCaller | Refusal:
    """Check the token in an Authorization header and count the request; the secret is compared in constant time."""
    kind, _, token = authorization.partition(" ")
    match = _TOKEN.fullmatch(token.strip())
    if kind.lower() != "bearer" or match is None:
        return Refusal.NO_TOKEN
    token_id = int(match[1])
    async with database.reading(None) as session:
        known = await api_tokens.known(session, token_id)
    stored = known.secret_hash if known is not None else hash_of("")
    if not hmac.compare_digest(stored, hash_of(match[2])) or known is None:
        return Refusal.NO_TOKEN
    if not known.is_readable:
        return Refusal.NOT_PUBLISHED
    async with database.transaction(known.workspace, alone=False) as session:
        if not await api_tokens.take_turn(session, token_id, now, A_MINUTE):
            return Refusal.TOO_OFTEN
    return ApiCaller(known.workspace, known.league)
