"""Owners of a league: naming, stepping down, handing over, and succession by admins."""

from collections.abc import Sequence
from datetime import datetime

from bot.leagues.rights import require_owner
from bot.leagues.visibility import is_private, visible_league, visible_to
from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.errors import BadRequestError, ClosedError, NotAllowedError
from storage.leagues import league_rows
from storage.tables import League
from storage.work import outbox


async def name_owner(
    session: Transaction, league: League, viewer: Viewer, other: str, *, now: datetime
) -> None:
    """Make another person an owner of a league, beside the present ones.

    They must be in the viewer's roster and able to see the league.
    """
    await require_owner(session, league, viewer, "say who owns it")
    person = viewer.persons[other]
    if not person.is_full_member:
        raise BadRequestError(f"{person.name} isn't a full member of this workspace and can't own a league.")
    if not visible_to(league, other, viewer):
        raise BadRequestError(f"{person.name} isn't in the league's channel; invite them first.")
    if await league_rows.add_owner(session, league.id, other, now):
        await league_rows.note(session, league.id, viewer.user, "owner.added", {"user": other}, now)
        if other == viewer.user:
            return
        await outbox.want(
            session,
            channel=other,
            key=f"owner:{league.id}:{int(now.timestamp())}",
            kind="owner_named",
            about_id=league.id,
            options={"by": viewer.user},
            now=now,
        )


async def drop_owner(
    session: Transaction, league: League, viewer: Viewer, other: str, *, now: datetime
) -> None:
    """Remove an owner; the last one must hand over, unless admins take over."""
    await require_owner(session, league, viewer, "say who owns it")
    owners = await league_rows.owners(session, league.id)
    if other not in owners:
        raise BadRequestError(f"{viewer.name(other)} doesn't own {league.name}.")
    if owners == [other] and not viewer.is_admin:
        raise BadRequestError(f"You are the only owner of {league.name}: name another owner first.")
    await league_rows.drop_owner(session, league.id, other)
    await league_rows.note(session, league.id, viewer.user, "owner.dropped", {"user": other}, now)


async def hand_over(
    session: Transaction, league: League, viewer: Viewer, other: str, *, now: datetime
) -> None:
    """Make another person an owner of a league in place of the viewer, who is none any more."""
    await name_owner(session, league, viewer, other, now=now)
    if other != viewer.user and await league_rows.drop_owner(session, league.id, viewer.user):
        await league_rows.note(session, league.id, viewer.user, "owner.dropped", {"user": viewer.user}, now)


async def pass_on_leagues(
    session: Transaction, user: str, *, roster: Roster, now: datetime, channel: str | None = None
) -> Sequence[int]:
    """Pass leagues on to admins after their only owner left the workspace or a `channel`, or became a guest.

    Leaving a public home channel changes nothing. Admins are told by direct message; returns the leagues passed on.
    """
    leagues: list[int] = []
    for league in await league_rows.owned_by(session, user):
        if channel is not None and (league.channel != channel or not is_private(league, roster)):
            continue
        await league_rows.drop_owner(session, league.id, user)
        await league_rows.note(session, league.id, user, "owner.left", {}, now)
        if await league_rows.owners(session, league.id):
            continue
        leagues.append(league.id)
        if await _nobody_sees(session, league, roster):
            await outbox.want(
                session,
                channel=league.channel,
                key=f"orphaned:{league.id}:{int(now.timestamp())}",
                kind="orphaned",
                about_id=league.id,
                now=now,
            )
        for admin in sorted(roster.admins - {user}):
            await outbox.want(
                session,
                channel=admin,
                key=f"succession:{league.id}:{int(now.timestamp())}",
                kind="succession",
                about_id=league.id,
                now=now,
            )
    return leagues


async def ask_owner(
    session: Transaction,
    league_id: int,
    viewer: Viewer,
    owner: str,
    wish: str,
    *,
    channel: str,
    now: datetime,
) -> bool:
    """Ask an owner or admin by direct message to do what the viewer may not; return whether they were asked.

    A person's wish is sent to each owner once.
    """
    league = await visible_league(session, league_id, viewer)
    if owner not in {*await league_rows.owners(session, league.id), *viewer.admins}:
        return False
    await outbox.want(
        session,
        channel=owner,
        key=f"asked:{league.id}:{viewer.user}:{wish}",
        kind="owner_asked",
        about_id=league.id,
        options={"by": viewer.user, "wish": wish, "channel": channel},
        now=now,
    )
    return True


async def _nobody_sees(session: Transaction, league: League, roster: Roster) -> bool:
    """Return whether the league has no owner, and no admin may see it to become one."""
    if await league_rows.owners(session, league.id):
        return False
    return not any(visible_to(league, admin, roster) for admin in roster.admins)


async def take_over(session: Transaction, league_id: int, viewer: Viewer, *, now: datetime) -> League:
    """Make a member of a private channel the owner of its league, if it has none and no admin can see it.

    Raises `NotFoundError` if the person can't see it, `NotAllowedError` for guests, `ClosedError` if it has an owner.
    """
    league = await visible_league(session, league_id, viewer)
    if not viewer.is_full_member:
        raise NotAllowedError("Only full members of this workspace can own a league.")
    if not is_private(league, viewer) or not await _nobody_sees(session, league, viewer):
        raise ClosedError(f"{league.name} has an owner again.")
    await league_rows.add_owner(session, league.id, viewer.user, now)
    await league_rows.note(session, league.id, viewer.user, "owner.took_over", {}, now)
    await outbox.bump(session, "orphaned", league.id)
    return league
