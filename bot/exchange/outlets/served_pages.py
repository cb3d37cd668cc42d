"""Serves a league's pages under a secret path: owners turn it on, renew the path, and turn it off."""

import hashlib
import re
import secrets
from datetime import datetime

from bot.leagues.rights import require_owner, require_publishing
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.leagues.league_rows import League
from storage.outlets import sites
from storage.standings import rating_rows

TOKEN_BYTES = 24
"""Random bytes in a secret path or token: 192 bits."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
MOST_PAPERS = 1_000
"""Largest league, in ranked papers, whose pages are served."""
SERVED = "pages.served"
RENEWED = "pages.renewed"
STOPPED = "pages.stopped"
ACTION = "say where its pages are served"


def hash_of(token: str) -> str:
    """Return the SHA-256 under which a secret path or token is stored; its 192 random bits need no slower hash."""
    return hashlib.sha256(token.encode()).hexdigest()


async def turn_on(
    session: Transaction, league: League, viewer: Viewer, now: datetime, *, renew: bool = False
) -> str:
    """Serve a league's pages and return the new secret path, which is not stored; with `renew`, the old one ends.

    Raises `NotAllowedError` for others than owners, and for a private league whose owners haven't allowed publishing;
    `BadRequestError` if the pages are already served (without `renew`) or not served (with it), or are too many.
    """
    await require_owner(session, league, viewer, ACTION)
    require_publishing(league)
    is_served = await sites.of_league(session, league.id) is not None
    if is_served and not renew:
        raise BadRequestError(
            f"The pages of {league.name} are served already. I don't keep their address: a new one ends the old."
        )
    if renew and not is_served:
        raise BadRequestError(f"The pages of {league.name} aren't served yet.")
    if await rating_rows.count_rated(session, league.id) > MOST_PAPERS:
        raise BadRequestError(
            f"{league.name} has more than {MOST_PAPERS:,} ranked papers, too many to serve."
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await sites.turn_on(session, league.id, hash_of(token), viewer.user, now)
    if renew:
        await league_rows.note(session, league.id, viewer.user, RENEWED, {}, now)
    else:
        await league_rows.note(session, league.id, viewer.user, SERVED, {}, now)
    return token


async def turn_off(session: Transaction, league: League, viewer: Viewer, now: datetime) -> bool:
    """Serve a league's pages no longer; return whether they were served. Raises `NotAllowedError` for non-owners."""
    await require_owner(session, league, viewer, ACTION)
    was_served = await sites.turn_off(session, league.id)
    if was_served:
        await league_rows.note(session, league.id, viewer.user, STOPPED, {}, now)
    return was_served
