"""Rights in a league: who may do what, and the sentence for people who may not.

Owners and workspace admins may do everything; a league can give some rights to its members. All rights need a full
member: an owner who became a guest has none.
"""

from datetime import datetime
from enum import StrEnum

from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.errors import NotAllowedError
from storage.leagues import league_rows
from storage.tables import League

MOST_NAMED = 5


CHANGE_SETTINGS = "change the settings"


class Right(StrEnum):
    """A right that a league can give its members; the value ends the sentence "… may"."""

    START = "start matches and tournaments"
    BUDGET = "change the budget"
    REVERT = "revert a decision of the team"

    @property
    def setting(self) -> str:
        """Name of the league setting that gives this right to members."""
        match self:
            case Right.START:
                return "members_may_start"
            case Right.BUDGET:
                return "members_may_budget"
            case Right.REVERT:
                return "members_may_revert"


def may_publish(league: League) -> bool:
    """Return whether a league's contents may leave Slack: a public league's, or a private one's if owners allowed it."""
    return not league.is_private or league.may_publish


def require_publishing(league: League) -> None:
    """Raise `NotAllowedError`, with what an owner can do, for a league whose contents may not leave Slack."""
    if not may_publish(league):
        raise NotAllowedError(
            f"{league.name} belongs to a private channel. First allow its page in the league's settings."
        )


async def may_manage(session: Transaction, league: League, viewer: Viewer) -> bool:
    """Return whether the person may do everything in a league.

    True for full members who own it, are admins of the workspace, or may claim it.
    """
    if not viewer.is_full_member:
        return False
    return (
        viewer.is_admin
        or viewer.user in await league_rows.owners(session, league.id)
        or await _may_claim(session, league, viewer)
    )


async def claim(session: Transaction, league: League, viewer: Viewer, now: datetime) -> None:
    """Make the person owner of a league that was created by somebody who can't own one, if they may claim it."""
    if await _may_claim(session, league, viewer):
        await league_rows.add_owner(session, league.id, viewer.user, now)
        await league_rows.note(session, league.id, viewer.user, "owner.claimed", {}, now)


async def _may_claim(session: Transaction, league: League, viewer: Viewer) -> bool:
    is_member = viewer.is_full_member and viewer.is_in(league.channel)
    return is_member and await league_rows.awaits_owner(session, league.id)


async def may(session: Transaction, league: League, right: Right, viewer: Viewer) -> bool:
    """Return whether a person has a right: owners and admins always, members if the league gives it to them.

    For `START`, members are all full members of the workspace; for other rights, those in the home channel.
    """
    has_setting = getattr(league, right.setting) and viewer.is_full_member
    if has_setting and (right is Right.START or viewer.is_in(league.channel)):
        return True
    return await may_manage(session, league, viewer)


async def require(
    session: Transaction, league: League, right: Right, viewer: Viewer, action: str = ""
) -> None:
    """Raise `NotAllowedError`, naming who may, unless the person has the right; `action` ends the sentence."""
    if not await may(session, league, right, viewer):
        members = getattr(league, right.setting)
        raise await refusal(session, league, viewer, action or right.value, members=members)


async def why_not(session: Transaction, league: League, right: Right, viewer: Viewer) -> str | None:
    """Return the sentence for a person without the right, naming who has it; None if the person has it."""
    if await may(session, league, right, viewer):
        return None
    members = getattr(league, right.setting)
    return (await refusal(session, league, viewer, right.value, members=members)).sentence


async def require_owner(session: Transaction, league: League, viewer: Viewer, action: str) -> None:
    """Raise `NotAllowedError`, naming who may, unless the person owns the league or is an admin."""
    if not await may_manage(session, league, viewer):
        raise await refusal(session, league, viewer, action)


async def who_manages(session: Transaction, league: League, roster: Roster) -> str:
    """Return the names of those who may do everything in a league: its owners, or the admins if it has none."""
    names = [name for _user, name in await _managers(session, league, roster)]
    if await league_rows.owners(session, league.id):
        return f"{', '.join(names)} or a workspace admin" if names else "a workspace admin"
    return f"a workspace admin ({', '.join(names)})" if names else "a workspace admin"


async def _managers(session: Transaction, league: League, roster: Roster) -> tuple[tuple[str, str], ...]:
    """Return (user id, name) of a league's owners, or of known admins where it has none; the first few."""
    owners = [
        user for user in await league_rows.owners(session, league.id) if not _is_known_outsider(roster, user)
    ]
    return tuple((user, roster.name(user)) for user in (owners or sorted(roster.admins))[:MOST_NAMED])


def _is_known_outsider(roster: Roster, user: str) -> bool:
    person = roster.persons.get(user)
    return person is not None and not person.is_full_member


async def refusal(
    session: Transaction,
    league: League,
    roster: Roster,
    wish: str,
    *,
    members: bool = False,
    others: str = "",
) -> NotAllowedError:
    """Build the error for an action that a person may not do; its sentence names who may.

    `wish` is the action, `others` describes further people in words; members, owners and admins are named as needed.
    """
    who = await who_manages(session, league, roster)
    if members:
        who = f"full members of {league.name}'s channel, {who}"
    if others:
        who = f"{others}, {who}"
    people = await _managers(session, league, roster)
    return NotAllowedError(f"Only {who} can {wish}.", league=league.id, wish=wish, people=people)
