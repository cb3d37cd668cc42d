"""chat.unfurl: previews that the bot shows below links."""

from typing import Final

from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal

_UNFURL: Final = frozenset({"blocks", "text", "title", "image_url", "fallback"})
"""Fields of which an unfurl needs at least one."""


def unfurl(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer chat.unfurl: previews for links of a person's message, sent or still being written.

    A sent message is named by channel and ts, one still being written by unfurl_id and source.
    """
    unfurls = arguments.loaded("unfurls", "invalid_unfurls_format")
    record = _record(world, arguments)
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refusal("missing_unfurls")
    for url, preview in unfurls.items():
        if url not in record.get("text", "").replace("&amp;", "&"):
            raise Refusal("cannot_unfurl_url")
        if not isinstance(preview, dict) or not (preview.keys() & _UNFURL):
            raise Refusal("invalid_unfurls_format")
        surfaces.check_message(preview.get("blocks", []), faults.unknown_blocks)
        preview["blocks"] = world.with_block_ids(preview.get("blocks") or [])
    attachments = [
        {"id": number, "from_url": url, "is_app_unfurl": True, "bot_id": world.bot_id, **preview}
        for number, (url, preview) in enumerate(unfurls.items(), start=1)
    ]
    if "ts" in record:
        world.change_message(record["channel"], record["ts"], attachments=attachments)
    else:
        record["attachments"] = attachments
    return {}


def _record(world: World, arguments: Arguments) -> Json:
    unfurl_id, source = arguments.text("unfurl_id"), arguments.text("source")
    channel, ts = arguments.text("channel"), arguments.text("ts")
    if unfurl_id:
        if source not in {"composer", "conversations_history"}:
            raise Refusal("invalid_source")
        if source == "composer":
            if unfurl_id not in world.composing:
                raise Refusal("cannot_find_message")
            return world.composing[unfurl_id]
        channel, _, ts = unfurl_id.partition(".")
    elif not channel or not ts:
        raise Refusal("cannot_find_channel" if not channel else "cannot_find_message")
    conversation = world.channels.get(channel)
    if conversation is None:
        raise Refusal("cannot_find_channel")
    if ts not in conversation.messages:
        raise Refusal("cannot_find_message")
    return conversation.messages[ts] | {"channel": channel}
