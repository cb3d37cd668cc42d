"""Checks that the readers of a message about a league may know of the league."""

from bot.leagues.viewers import roster_of
from bot.leagues.visibility import is_private, visible_to
from bot.people import People, Person
from handlers.slack.posting.sender import PERSON
from handlers.slack.services import Services
from storage.errors import NotFoundError
from storage.leagues.homes import About, homes
from storage.work.delivery import MessageRequest

LEAGUES_OF: dict[str, About] = {
    "card": About.ENTRY,
    "notice": About.ENTRY,
    "new_version": About.ENTRY,
    "deleted_link": About.ENTRY,
    "digest": About.LEAGUE,
    "digest_detail": About.LEAGUE,
    "duel": About.LEAGUE,
    "pick": About.LEAGUE,
    "match": About.MATCH,
    "poll_reminder": About.POLL,
    "poll_result": About.POLL,
    "tournament": About.TOURNAMENT,
    "picture": About.TOURNAMENT,
}
"""Type of row that `about_id` names, by kind of message, for messages about a league's content."""


async def may_read(services: Services, workspace: str, request: MessageRequest) -> bool:
    """Return whether everybody who would read the message may know of its league; asks Slack.

    Its home channel may. Elsewhere only members of a private league may, by direct message.
    """
    about = LEAGUES_OF.get(request.kind)
    if about is None or request.about_id is None:
        return True
    async with services.database.reading(workspace) as session:
        leagues = await homes(session, about, request.about_id)
    if not leagues or leagues[0].channel == request.channel:
        return True
    league = leagues[0]
    people = services.people(workspace)
    readers = await _readers(people, request.channel)
    if readers is None:
        roster = await roster_of(services.database, people, workspace, about, request.about_id)
        return not is_private(league, roster)
    for reader in readers:
        viewer = await services.viewer(workspace, reader.user, about, request.about_id)
        if not visible_to(league, reader.user, viewer):
            return False
    return True


async def _readers(people: People, channel: str) -> list[Person] | None:
    """Return the people in a direct message; None for a channel, or if Slack doesn't say."""
    if channel.startswith(PERSON):
        return [await people.person(channel)]
    try:
        if not (await people.channel(channel)).is_dm:
            return None
        members = await people.members(channel)
    except NotFoundError:
        return None
    persons = [await people.person(user) for user in sorted(members)]
    return [person for person in persons if not person.is_bot]
