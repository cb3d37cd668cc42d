"""Answers by response_url: valid five times in half an hour, to post, replace or delete a message."""

import json
from copy import deepcopy

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.methods.chat import add_ephemeral, content, reuses_block_ids
from handlers.demo.slack.state.records import ResponseUrl
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def respond(world: World, key: str, body: bytes, faults: Faults) -> None:
    """Use a response_url once. Raises `Refusal` with Slack's error names."""
    right = world.response_urls.get(key)
    if right is None:
        raise Refusal("invalid_url")
    if world.clock() - right.issued > LIMITS["response_url.seconds"]:
        raise Refusal("expired_url")
    if right.uses >= LIMITS["response_url.uses"]:
        raise Refusal("used_url")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Refusal("invalid_payload") from error
    if not isinstance(answer, dict):
        raise Refusal("invalid_payload")
    apply(world, right, answer, faults)
    right.uses += 1


def apply(world: World, right: ResponseUrl, answer: Json, faults: Faults) -> None:
    """Carry out an answer from a response_url or a command's acknowledgement: post, replace or delete."""
    if answer.get("delete_original"):
        _delete(world, right)
        return
    fields = content(world, Arguments(answer), faults)
    if answer.get("replace_original") and right.origin:
        right.messages.append(_replace(world, right, fields))
        return
    inside = (
        right.thread_ts if right.thread_ts != right.origin else ""
    )  # who begins a thread stands in the channel
    thread_ts = answer.get("thread_ts") or inside
    if answer.get("response_type") == "in_channel":
        message: Json = {"user": world.bot_user, "bot_id": world.bot_id, "app_id": world.app_id, **fields}
        if thread_ts:
            message["thread_ts"] = thread_ts
        if answer.get("metadata"):
            message["metadata"] = answer["metadata"]
        right.messages.append(
            deepcopy(world.add_message(right.channel, message)) | {"channel": right.channel}
        )
    else:
        right.messages.append(
            deepcopy(add_ephemeral(world, right.user, right.channel, fields, thread_ts or ""))
        )


def _ephemeral(world: World, right: ResponseUrl) -> Json:
    for record in world.ephemeral:
        if record["ts"] == right.origin:
            return record
    raise Refusal("message_not_found")


def _delete(world: World, right: ResponseUrl) -> None:
    if not right.origin:
        raise Refusal("message_not_found")
    if right.ephemeral:
        world.ephemeral.remove(_ephemeral(world, right))
    else:
        world.remove_message(right.channel, right.origin)


def _replace(world: World, right: ResponseUrl, fields: Json) -> Json:
    if right.ephemeral:
        record = _ephemeral(world, right)
        reuses_block_ids(world, record, fields["blocks"])
        record |= fields | {"blocks": world.with_block_ids(fields["blocks"])}
        return deepcopy(record)
    reuses_block_ids(world, world.message(right.channel, right.origin), fields["blocks"])
    changes = {
        **fields,
        "blocks": fields["blocks"] or None,
        "edited": {"user": world.bot_user, "ts": world.new_ts()},
    }
    return deepcopy(world.change_message(right.channel, right.origin, **changes)) | {"channel": right.channel}
