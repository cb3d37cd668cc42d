"""The reactions.* methods."""

from copy import deepcopy

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.records import EVENT_KINDS
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def change_reaction(world: World, user: str, channel: str, ts: str, name: str, *, add: bool) -> None:
    """Add or remove a reaction and emit its event. Raises `Refusal` as reactions.add and reactions.remove do."""
    record = world.message(channel, ts)
    if not name or not name.replace("_", "").replace("-", "").replace("+", "").replace("'", "").isalnum():
        raise Refusal("invalid_name")
    reactions = record.setdefault("reactions", [])
    reaction = next((entry for entry in reactions if entry["name"] == name), None)
    if add:
        if reaction is None:
            reaction = {"name": name, "users": [], "count": 0}
            reactions.append(reaction)
        if user in reaction["users"]:
            raise Refusal("already_reacted")
        reaction["users"].append(user)
    else:
        if reaction is None or user not in reaction["users"]:
            raise Refusal("no_reaction")
        reaction["users"].remove(user)
        if not reaction["users"]:
            reactions.remove(reaction)
    reaction["count"] = len(reaction["users"])
    if not reactions:
        del record["reactions"]
    if world.bot_user in world.conversation(channel).members:
        kind = EVENT_KINDS[world.conversation(channel).kind]
        item = {"type": "message", "channel": channel, "ts": ts, "channel_type": kind}
        event = {
            "type": "reaction_added" if add else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": item,
        }
        author = {"item_user": record["user"]} if record.get("user") else {}  # a webhook's message has none
        world.emit(event | author)


def add_reaction(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer reactions.add."""
    channel, ts = (
        arguments.needed("channel", "channel_not_found"),
        arguments.needed("timestamp", "no_item_specified"),
    )
    world.joined_by_bot(channel)
    change_reaction(world, world.bot_user, channel, ts, arguments.text("name"), add=True)
    return {}


def remove_reaction(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer reactions.remove."""
    channel, ts = (
        arguments.needed("channel", "channel_not_found"),
        arguments.needed("timestamp", "no_item_specified"),
    )
    world.joined_by_bot(channel)
    change_reaction(world, world.bot_user, channel, ts, arguments.text("name"), add=False)
    return {}


def get_reactions(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer reactions.get."""
    channel, ts = (
        arguments.needed("channel", "channel_not_found"),
        arguments.needed("timestamp", "no_item_specified"),
    )
    world.seen_by_bot(channel)
    return {"type": "message", "channel": channel, "message": deepcopy(world.message(channel, ts))}
