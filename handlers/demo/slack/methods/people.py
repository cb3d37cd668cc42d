"""Methods about identities: auth.test, team.info, bots.info, users.*, api.test."""

from copy import deepcopy

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def auth_test(world: World, _arguments: Arguments, _faults: Faults) -> Json:
    """Answer auth.test; with an organisation's token, the answer names the organisation."""
    everywhere = world.is_enterprise_install
    return {
        "url": "https://reading-group.slack.com/",
        "team": world.enterprise_name if everywhere else world.team_name,
        "team_id": world.enterprise if everywhere else world.team,
        "user": world.users[world.bot_user]["name"],
        "user_id": world.bot_user,
        "bot_id": world.bot_id,
        "app_id": world.app_id,
        "is_enterprise_install": everywhere,
        **({"enterprise_id": world.enterprise} if world.enterprise else {}),
    }


def auth_teams_list(world: World, _arguments: Arguments, _faults: Faults) -> Json:
    """Answer auth.teams.list: the workspaces in which an organisation's token is valid."""
    return {"teams": [{"id": team, "name": name} for team, name in world.teams_of_token().items()]}


def team_info(world: World, _arguments: Arguments, _faults: Faults) -> Json:
    """Answer team.info."""
    return {"team": {"id": world.team, "name": world.team_name, "domain": "reading-group", "icon": {}}}


def bots_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer bots.info for this bot, or for an app that posts as no user."""
    bot = arguments.text("bot") or world.bot_id
    if bot in world.apps:
        return {"bot": {"id": bot, "app_id": f"A{bot[1:]}", "name": world.apps[bot], "deleted": False}}
    if bot != world.bot_id:
        raise Refusal("bot_not_found")
    name = world.users[world.bot_user]["name"]
    return {"bot": {"id": world.bot_id, "app_id": world.app_id, "user_id": world.bot_user, "name": name}}


def api_test(_world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer api.test."""
    if arguments.text("error"):
        raise Refusal(arguments.text("error"))
    return {"args": arguments.values}


def users_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer users.info."""
    return {"user": _as_seen(world, world.user(arguments.needed("user", "user_not_found")))}


def users_list(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer users.list: everyone, including bots and people who left."""
    page, more = arguments.page(list(world.users.values()), default=1000)
    return {"members": [_as_seen(world, user) for user in page], "response_metadata": more}


def _as_seen(world: World, user: Json) -> Json:
    """Return a user's record as the bot sees it; a user who shares a channel with the bot is no stranger."""
    copy = deepcopy(user)
    if copy["is_stranger"]:
        copy["is_stranger"] = not any(
            {copy["id"], world.bot_user} <= set(room.members) for room in world.channels.values()
        )
    return copy
