"""How far a league's strengths spread, for whoever estimates what matches bring."""

from bot.ranking import TYPICAL_SPREAD
from storage.database.engine import Transaction
from storage.standings import rating_rows


async def league_spread(session: Transaction, league: int) -> float:
    """In logits, as learned from the league's matches; the typical one where nothing was rated yet."""
    return await rating_rows.spread(session, league) or TYPICAL_SPREAD
