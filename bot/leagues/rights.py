"""Rights in a league: who may do what, and what a person reads who may not.

Owners and the workspace's admins may everything; a league can give some of it to its members as well. All of it takes
a full member: an owner who became a guest may nothing.
"""

from datetime import datetime
from enum import StrEnum

from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.errors import NotAllowedError
from storage.leagues import league_rows
from storage.tables import League

MOST_NAMED = 5


CHANGE_SETTINGS = "change its settings"


class Right(StrEnum):
    """What a league may let its members do; the value ends the sentence "… may"."""

    START = "start matches and tournaments"
    BUDGET = "change its budget"
    REVERT = "revert a decision of the team"

    @property
    def setting(self) -> str:
        """The league's setting that gives this right to members."""
        match self:
            case Right.START:
                return "members_may_start"
            case Right.BUDGET:
                return "members_may_budget"
            case Right.REVERT:
                return "members_may_revert"


async def may_manage(session: Transaction, league: League, viewer: Viewer) -> bool:
    """Whether a full member owns the league, is an admin of the workspace, or may claim the league."""
    if not viewer.is_full_member:
        return False
    return (
        viewer.is_admin
        or viewer.user in await league_rows.owners(session, league.id)
        or await _may_claim(session, league, viewer)
    )


async def claim(session: Transaction, league: League, viewer: Viewer, now: datetime) -> None:
    """Make the first full member of its channel the owner of a league that somebody began who can't own one."""
    if await _may_claim(session, league, viewer):
        await league_rows.add_owner(session, league.id, viewer.user, now)
        await league_rows.note(session, league.id, viewer.user, "owner.claimed", {}, now)


async def _may_claim(session: Transaction, league: League, viewer: Viewer) -> bool:
    is_member = viewer.is_full_member and viewer.is_in(league.channel)
    return is_member and await league_rows.awaits_owner(session, league.id)


async def may(session: Transaction, league: League, right: Right, viewer: Viewer) -> bool:
    """Whether a person has a right: owners and admins always, members where the league gives it to them.

    Members are the full members of the workspace who may start, and those in the home channel who may more.
    """
    has_setting = getattr(league, right.setting) and viewer.is_full_member
    if has_setting and (right is Right.START or viewer.is_in(league.channel)):
        return True
    return await may_manage(session, league, viewer)


async def require(
    session: Transaction, league: League, right: Right, viewer: Viewer, action: str = ""
) -> None:
    """Raise `NotAllowedError`, naming who may, unless the person has the right; `action` ends the sentence."""
    sentence = await why_not(session, league, right, viewer, action)
    if sentence is not None:
        raise NotAllowedError(sentence)


async def why_not(
    session: Transaction, league: League, right: Right, viewer: Viewer, action: str = ""
) -> str | None:
    """What a person reads who hasn't the right: who has, by name; None for who has it."""
    if await may(session, league, right, viewer):
        return None
    return await _refusal(
        session, league, viewer, action or right.value, members=getattr(league, right.setting)
    )


async def require_owner(
    session: Transaction, league: League, viewer: Viewer, action: str = "do that"
) -> None:
    """Raise `NotAllowedError`, naming who may, unless the person owns the league or is an admin."""
    if not await may_manage(session, league, viewer):
        raise NotAllowedError(await _refusal(session, league, viewer, action, members=False))


async def who_manages(session: Transaction, league: League, roster: Roster) -> str:
    """Who may everything in a league, by name, within a sentence; a league without owners names the admins."""
    owners = [
        user for user in await league_rows.owners(session, league.id) if not _is_known_outsider(roster, user)
    ]
    admins = [] if owners else sorted(roster.admins)
    names = ", ".join([roster.name(user) for user in (owners or admins)[:MOST_NAMED]])
    of_owner = f" ({names})" if owners else ""
    of_admin = f" ({names})" if admins else ""
    return f"an owner of {league.name}{of_owner} or a workspace admin{of_admin}"


def _is_known_outsider(roster: Roster, user: str) -> bool:
    person = roster.persons.get(user)
    return person is not None and not person.is_full_member


async def _refusal(session: Transaction, league: League, roster: Roster, what: str, *, members: bool) -> str:
    who = await who_manages(session, league, roster)
    if members:
        return f"Only a full member of {league.name}'s channel, {who} may {what}."
    return f"Only {who} may {what}."
