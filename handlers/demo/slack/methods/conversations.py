"""The conversations.* methods."""

from copy import deepcopy

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.records import SCOPE_PREFIXES, Conversation, ConversationKind
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def kinds(world: World, arguments: Arguments) -> list[ConversationKind]:
    """Return the kinds of conversation that a call concerns: those it lists, the one it names, or the one it opens."""
    conversation = world.channels.get(arguments.text("channel"))
    if conversation is not None:
        return [conversation.kind]
    if arguments.text("users"):
        return ["mpim" if "," in arguments.text("users") else "im"]
    if arguments.text("channel"):
        return []
    return [kind for kind in SCOPE_PREFIXES if kind in arguments.text("types", "public_channel").split(",")]


def described(world: World, conversation: Conversation) -> Json:
    """Return a conversation as conversations.info describes it."""
    if conversation.kind == "im":
        partner = conversation.dm_user or next(iter(conversation.members), "")
        return {"id": conversation.id, "is_im": True, "user": partner, "created": conversation.created}
    is_shared = bool(conversation.teams) or any(
        world.users[user]["is_stranger"] for user in conversation.members
    )
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind == "public_channel",
        "is_group": conversation.kind == "private_channel",
        "is_im": False,
        "is_mpim": conversation.is_group_dm,
        "is_private": conversation.kind != "public_channel",
        "is_archived": conversation.archived,
        "is_general": False,
        "is_shared": is_shared,
        "is_org_shared": False,
        "is_ext_shared": is_shared,
        "shared_team_ids": [world.team, *conversation.teams],
        "is_member": world.bot_user in conversation.members,
        "created": conversation.created,
        "creator": conversation.members[0] if conversation.members else "",
        "num_members": len(conversation.members),
        "context_team_id": world.team,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def conversations_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.info."""
    return {"channel": described(world, world.seen_by_bot(arguments.needed("channel", "channel_not_found")))}


def conversations_list(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.list: conversations that the bot may know of, filtered by kind."""
    kinds = set(arguments.text("types", "public_channel").split(","))
    if kinds - set(SCOPE_PREFIXES):
        raise Refusal("invalid_types")
    user = arguments.text("user")
    channels = [
        described(world, conversation)
        for conversation in world.channels.values()
        if conversation.kind in kinds
        and (conversation.kind == "public_channel" or world.bot_user in conversation.members)
        and (not user or user in conversation.members)
        and not (arguments.flag("exclude_archived") and conversation.archived)
    ]
    page, more = arguments.page(channels)
    return {"channels": page, "response_metadata": more}


def users_conversations(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer users.conversations for the named user or the bot."""
    user = arguments.text("user") or world.bot_user
    world.user(user)
    return conversations_list(world, Arguments({**arguments.values, "user": user}), faults)


def conversations_members(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.members."""
    conversation = world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    page, more = arguments.page(conversation.members)
    return {"members": page, "response_metadata": more}


def shown(message: Json, *, metadata: bool) -> Json:
    """Return a message as history and replies contain it, with full metadata only if requested."""
    copy = deepcopy(message)
    if not metadata and "metadata" in copy:
        copy["metadata"] = {"event_type": copy["metadata"]["event_type"]}
    return copy


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
    """Answer conversations.history: newest first, without thread replies unless broadcast."""
    conversation = _joined(world, arguments)
    top = [
        message
        for message in reversed(conversation.messages.values())
        if message.get("thread_ts", message["ts"]) == message["ts"]
        or message.get("subtype") == "thread_broadcast"
    ]
    limit = world.history_limit
    page, more = arguments.page(_in_window(arguments, top), min(100, limit), most=999, cap=limit)
    with_metadata = arguments.flag("include_all_metadata")
    return {
        "messages": [shown(message, metadata=with_metadata) for message in page],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def conversations_replies(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.replies: the parent, then its replies, oldest first."""
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
    limit = world.history_limit
    page, more = arguments.page(parent + replies, min(1000, limit), cap=limit)
    with_metadata = arguments.flag("include_all_metadata")
    return {
        "messages": [shown(message, metadata=with_metadata) for message in page],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


def conversations_open(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.open: a direct message with one person, or a group one with up to eight."""
    if arguments.text("channel"):
        return {"channel": {"id": world.seen_by_bot(arguments.text("channel")).id}}
    users = arguments.needed("users", "users_list_not_supplied").split(",")
    if len(users) > LIMITS["group_dm.people"]:
        raise Refusal("too_many_users")
    if len(users) == 1:
        return {"channel": {"id": world.dm(users[0])}}
    return {"channel": {"id": world.dm_between(*users, with_bot=True)}}


def conversations_join(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer conversations.join for public channels."""
    conversation = world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    if conversation.kind != "public_channel":
        raise Refusal("method_not_supported_for_channel_type")
    if conversation.archived:
        raise Refusal("is_archived")
    if world.bot_user not in conversation.members:
        conversation.members.append(world.bot_user)
    return {"channel": described(world, conversation)}
