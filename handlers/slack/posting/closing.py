"""Closes leagues whose channel can't receive messages; without a valid token, all leagues of the workspace."""

from bot.leagues import closed_places
from bot.leagues.viewers import admins_without_owners
from handlers.slack.posting import refusal_reasons
from handlers.slack.services import Services
from storage.leagues import league_rows
from storage.leagues.homes import About


async def close_place(services: Services, workspace: str, channel: str, reason: str) -> None:
    """Close the league of a home channel and tell its owners; does nothing if the channel is no league's home."""
    async with services.database.reading(workspace) as session:
        league = await league_rows.of_home(session, channel)
    if league is None or league.closed_at is not None:
        return
    admins = await admins_without_owners(
        services.database, services.people(workspace), workspace, About.LEAGUE, [league.id]
    )
    async with services.database.transaction(workspace) as session:
        await closed_places.close_channel(session, channel, reason, admins, services.now())


async def close_after(services: Services, workspace: str, channel: str, code: str) -> None:
    """Close leagues after Slack refused a message with the error `code`.

    If the bot's token is invalid that is every league of the workspace, else the one of the channel: an organisation
    may take the bot from one of its workspaces only.
    """
    reason = refusal_reasons.ENDED.get(code, "")
    if code in refusal_reasons.CLOSING:
        await close_place(services, workspace, channel, refusal_reasons.CLOSING[code])
    elif reason in refusal_reasons.FOR_THE_TOKEN:
        async with services.database.transaction(workspace) as session:
            await closed_places.close_workspace(session, reason, services.now())
