"""The person who asks a question, with the time and the transaction in which it is answered."""

from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import visible_league
from bot.people import Viewer
from handlers.slack.calls import Call
from handlers.slack.services import Services
from storage.database.engine import Transaction
from storage.leagues.league_rows import League


@dataclass(frozen=True)
class Asker:
    """The person who asks a question, with the database transaction and the time in which it is answered."""

    session: Transaction
    services: Services
    viewer: Viewer
    now: datetime
    for_all: bool = False
    """Whether a whole channel reads the answer."""

    @classmethod
    def of(cls, call: Call, session: Transaction, viewer: Viewer) -> "Asker":
        """Return the asker for a call's person."""
        return cls(session, call.services, viewer, call.services.now())

    @property
    def user(self) -> str:
        """User id of the person."""
        return self.viewer.user

    async def name(self, user: str) -> str:
        """Return the current name of a person."""
        return (await self.services.people(self.session.workspace).person(user)).name

    async def league(self, league: int) -> League:
        """Return a league if the person may see it. Raises `NotFoundError`."""
        return await visible_league(self.session, league, self.viewer)
