"""The chat.* methods: post, update, delete and link the bot's messages."""

import json
from copy import deepcopy
from urllib.parse import quote

from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.links import dates_without_fallback, slack_links
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def content(
    world: World, arguments: Arguments, faults: Faults, longest: int = LIMITS["message.text"]
) -> Json:
    """Check a message's text, blocks and attachments and return them. Raises `Refusal` as chat.postMessage does."""
    text, blocks = arguments.text("text"), arguments.blocks()
    attachments = arguments.loaded("attachments", "invalid_attachments") or []
    if not text and not blocks and not attachments:
        raise Refusal("no_text")
    if len(text) > longest:
        raise Refusal("msg_too_long")
    if len(attachments) > LIMITS["message.attachments"]:
        raise Refusal("too_many_attachments")
    if not text:
        world.complaints.append(
            "a message without text: notifications and screen readers have nothing to say"
        )
    world.complaints += [
        f"a date without a fallback: {token}"
        for token in dates_without_fallback(f"{text} {json.dumps(blocks, ensure_ascii=False)}")
    ]
    surfaces.check_message(blocks, faults.unknown_blocks)
    for attachment in attachments:
        surfaces.check_message(attachment.get("blocks", []), faults.unknown_blocks)
    fields: Json = {"text": slack_links(text), "blocks": blocks}
    return fields | ({"attachments": attachments} if attachments else {})


def metadata(arguments: Arguments) -> Json | None:
    """Check and return a message's metadata, or None if there is none."""
    value = arguments.loaded("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("event_type"), str):
        raise Refusal("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(value)) > LIMITS["message.metadata"]:
        raise Refusal("metadata_too_large")
    return value


def post_message(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer chat.postMessage."""
    conversation = world.joined_by_bot(arguments.needed("channel", "channel_not_found"))
    message: Json = {"user": world.bot_user, "bot_id": world.bot_id, "app_id": world.app_id}
    message |= content(world, arguments, faults)
    event = metadata(arguments)
    if event is not None:
        message["metadata"] = event
    if arguments.text("thread_ts"):
        message["thread_ts"] = arguments.text("thread_ts")
        if arguments.flag("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    record = world.add_message(conversation.id, message)
    world.statuses.pop((conversation.id, record.get("thread_ts", "")), None)
    return {"channel": conversation.id, "ts": record["ts"], "message": deepcopy(record)}


def own_message(world: World, arguments: Arguments, error: str) -> Json:
    """Return the bot's message named by `channel` and `ts`. Raises `Refusal(error)` if it is another's."""
    world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    record = world.message(arguments.text("channel"), arguments.needed("ts", "message_not_found"))
    if record.get("bot_id") != world.bot_id:
        raise Refusal(error)
    return record


def update(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer chat.update: metadata not sent stays; text alone removes the blocks and shows as edited."""
    record = own_message(world, arguments, "cant_update_message")
    channel = arguments.text("channel")
    if world.conversation(channel).archived:
        raise Refusal("is_archived")
    event = metadata(arguments)
    if not (event and not any(key in arguments.values for key in ("text", "blocks", "attachments"))):
        changes = content(world, arguments, faults, LIMITS["update.text"])
        reuses_block_ids(world, record, changes["blocks"])
        if "blocks" not in arguments.values:
            changes["blocks"] = None
        if not changes["blocks"]:
            changes["edited"] = {"user": world.bot_user, "ts": world.new_ts()}
        world.change_message(channel, record["ts"], **changes)
    if event is not None:
        record["metadata"] = event
    return {
        "channel": channel,
        "ts": record["ts"],
        "text": record.get("text", ""),
        "message": deepcopy(record),
    }


def reuses_block_ids(world: World, old: Json, blocks: list[Json]) -> None:
    """Record a complaint if a changed block keeps its block_id, because clients may keep showing the old block."""
    before = {block["block_id"]: block for block in old.get("blocks") or []}
    for block in blocks:
        block_id = block.get("block_id")
        if block_id in before and block != before[block_id]:
            world.complaints.append(f"a changed block keeps its block_id: {block_id}")


def delete(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer chat.delete."""
    record = own_message(world, arguments, "cant_delete_message")
    world.remove_message(arguments.text("channel"), record["ts"])
    return {"channel": arguments.text("channel"), "ts": record["ts"]}


def post_ephemeral(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer chat.postEphemeral: one person sees the message, and no history contains it."""
    conversation = world.joined_by_bot(arguments.needed("channel", "channel_not_found"))
    user = arguments.needed("user", "user_not_in_channel")
    if user not in conversation.members:
        raise Refusal("user_not_in_channel")
    record = add_ephemeral(
        world, user, conversation.id, content(world, arguments, faults), arguments.text("thread_ts")
    )
    return {"message_ts": record["ts"]}


def add_ephemeral(world: World, user: str, channel: str, fields: Json, thread_ts: str = "") -> Json:
    """Show a message to one person only; returns the stored record, not a copy."""
    record: Json = {"type": "message", "ts": world.new_ts(), "channel": channel, "ephemeral_to": user}
    record |= {
        "user": world.bot_user,
        "bot_id": world.bot_id,
        "app_id": world.app_id,
        "is_ephemeral": True,
        **fields,
    }
    record["blocks"] = world.with_block_ids(record.get("blocks") or [])
    if thread_ts:
        record["thread_ts"] = thread_ts
    world.ephemeral.append(record)
    return record


def get_permalink(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer chat.getPermalink."""
    channel, ts = (
        arguments.needed("channel", "channel_not_found"),
        arguments.needed("message_ts", "message_not_found"),
    )
    world.seen_by_bot(channel)
    record = world.message(channel, ts)
    link = f"https://reading-group.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    if record.get("thread_ts", ts) != ts:
        link += f"?thread_ts={quote(record['thread_ts'])}&cid={channel}"
    return {"channel": channel, "permalink": link}
