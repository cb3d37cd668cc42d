"""The conversations.* methods."""

from copy import deepcopy

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.world import Conversation, World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def described(world: World, conversation: Conversation) -> Json:
    """A conversation as conversations.info answers it."""
    if conversation.dm_user:
        return {
            "id": conversation.id,
            "is_im": True,
            "user": conversation.dm_user,
            "created": conversation.created,
        }
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": conversation.private,
        "is_archived": conversation.archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": any(world.users[user]["is_stranger"] for user in conversation.members),
        "is_member": world.bot_user in conversation.members,
        "created": conversation.created,
        "creator": conversation.members[0] if conversation.members else "",
        "num_members": len(conversation.members),
        "context_team_id": world.team,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def conversations_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.info."""
    return {"channel": described(world, world.seen_by_bot(arguments.needed("channel", "channel_not_found")))}


def conversations_list(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.list and users.conversations: those the bot may know of, by kinds."""
    kinds = set(arguments.text("types", "public_channel").split(","))
    if kinds - {"public_channel", "private_channel", "im", "mpim"}:
        raise Refusal("invalid_types")
    user = arguments.text("user")
    found = [
        described(world, conversation)
        for conversation in world.channels.values()
        if ("im" if conversation.dm_user else "private_channel" if conversation.private else "public_channel")
        in kinds
        and (not conversation.private or world.bot_user in conversation.members)
        and (not user or user in conversation.members)
        and not (arguments.flag("exclude_archived") and conversation.archived)
    ]
    page, more = arguments.page(found)
    return {"channels": page, "response_metadata": more}


def users_conversations(world: World, arguments: Arguments, faults: Faults) -> Json:
    """users.conversations: of the user named, or of the bot."""
    user = arguments.text("user") or world.bot_user
    world.user(user)
    return conversations_list(world, Arguments({**arguments.values, "user": user}), faults)


def conversations_members(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.members."""
    conversation = world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    page, more = arguments.page(conversation.members)
    return {"members": page, "response_metadata": more}


def shown(message: Json, *, metadata: bool) -> Json:
    """A message as history and replies answer it, with its metadata only where asked for."""
    found = deepcopy(message)
    if not metadata and "metadata" in found:
        found["metadata"] = {"event_type": found["metadata"]["event_type"]}
    return found


def _in_window(arguments: Arguments, messages: list[Json]) -> list[Json]:
    oldest, latest = float(arguments.text("oldest") or 0), float(arguments.text("latest") or "inf")
    if arguments.flag("inclusive"):
        return [message for message in messages if oldest <= float(message["ts"]) <= latest]
    return [message for message in messages if oldest < float(message["ts"]) < latest]


def _joined(world: World, arguments: Arguments) -> Conversation:
    conversation = world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    if world.bot_user not in conversation.members:
        raise Refusal("not_in_channel")
    return conversation


def conversations_history(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.history: newest first, without replies in threads unless broadcast."""
    conversation = _joined(world, arguments)
    top = [
        message
        for message in reversed(conversation.messages.values())
        if message.get("thread_ts", message["ts"]) == message["ts"]
        or message.get("subtype") == "thread_broadcast"
    ]
    page, more = arguments.page(_in_window(arguments, top), most=999)
    asked = arguments.flag("include_all_metadata")
    return {
        "messages": [shown(message, metadata=asked) for message in page],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def conversations_replies(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.replies: the parent first, then its replies, oldest first."""
    conversation = _joined(world, arguments)
    ts = arguments.needed("ts", "thread_not_found")
    if ts not in conversation.messages:
        raise Refusal("thread_not_found")
    root = conversation.messages[ts].get("thread_ts", ts)
    thread = [
        message
        for message in conversation.messages.values()
        if root in {message["ts"], message.get("thread_ts")}
    ]
    parent, replies = thread[:1], _in_window(arguments, thread[1:])
    page, more = arguments.page(parent + replies, default=1000)
    asked = arguments.flag("include_all_metadata")
    return {
        "messages": [shown(message, metadata=asked) for message in page],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def conversations_open(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.open, for a direct message with one person."""
    users = arguments.text("users")
    if arguments.text("channel"):
        return {"channel": {"id": world.seen_by_bot(arguments.text("channel")).id}}
    if "," in users:
        raise Refusal("method_not_supported_for_channel_type")
    return {"channel": {"id": world.dm(users)}}


def conversations_join(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """conversations.join, of public channels."""
    conversation = world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    if conversation.private or conversation.dm_user:
        raise Refusal("method_not_supported_for_channel_type")
    if conversation.archived:
        raise Refusal("is_archived")
    if world.bot_user not in conversation.members:
        conversation.members.append(world.bot_user)
    return {"channel": described(world, conversation)}
