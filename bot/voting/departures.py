"""What happens to everything of a person who leaves the workspace or a private channel, or becomes a guest.

| | what becomes of it |
|---|---|
| leagues that they own alone | pass to the admins, who are told; without one who sees it to a member of its channel |
| open polls | votes that they cast count; where they didn't vote they are no voters any more, and the quorum follows |
| planned matches, reviews, running calls | go on, whoever asked for them |
| tournaments and schedules that they began | go on; owners and admins steer them |
| ratings | their votes in decided polls and duels count on |
| messages | cards and notices in a direct message stop, and Home is emptied, of leagues that they can't see |
| what they follow and saved | stays, for the day they come back; nothing is posted of what they can't see |
"""

from datetime import datetime

from bot.leagues import owners
from bot.people import Roster
from bot.voting import authorship
from storage.database.engine import Transaction


async def person_left(session: Transaction, user: str, roster: Roster, now: datetime) -> None:
    """Handle a person who left the workspace or is no longer a full member: pass on leagues, update open polls."""
    await owners.pass_on_leagues(session, user, roster=roster, now=now)
    await authorship.drop_voter(session, user, now)


async def channel_left(session: Transaction, user: str, channel: str, roster: Roster, now: datetime) -> None:
    """Handle a person who left a channel: if it is a private league's home, they no longer see or own the league."""
    await owners.pass_on_leagues(session, user, roster=roster, now=now, channel=channel)
