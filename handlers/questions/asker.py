"""Who asks a question: the person and the moment, with the transaction it is answered in."""

from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import visible_league
from bot.people import People
from handlers.services import Services
from handlers.slack.calls import Call
from storage.database.engine import Transaction
from storage.tables import League


@dataclass(frozen=True)
class Asker:
    """A person who asks, within one transaction."""

    session: Transaction
    services: Services
    people: People
    user: str
    now: datetime

    @classmethod
    def of(cls, call: Call, session: Transaction) -> "Asker":
        """The caller."""
        return cls(session, call.services, call.people, call.user, call.services.now())

    async def league(self, league: int) -> League:
        """The league of a page, if the person may see it."""
        return await visible_league(self.session, league, self.user, self.people)
