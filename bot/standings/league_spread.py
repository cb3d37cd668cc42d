"""How far a league's strengths spread, for estimating the effect of matches."""

from bot.ranking import TYPICAL_SPREAD
from storage.database.engine import Transaction
from storage.standings import rating_rows


async def league_spread(session: Transaction, league: int) -> float:
    """Return the spread of a league's strengths in logits, learned from its matches; a typical value before any."""
    return await rating_rows.spread(session, league) or TYPICAL_SPREAD
