"""chat.unfurl: previews that the bot puts below links."""

from typing import Final

from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal

_UNFURL: Final = frozenset({"blocks", "text", "title", "image_url", "fallback"})
"""An unfurl has at least one of these."""


def unfurl(world: World, arguments: Arguments, faults: Faults) -> Json:
    """chat.unfurl: previews for links of a person's message."""
    world.seen_by_bot(arguments.needed("channel", "channel_not_found"))
    record = world.conversation(arguments.text("channel")).messages.get(arguments.text("ts"))
    unfurls = arguments.loaded("unfurls", "invalid_unfurls_format")
    if record is None:
        raise Refusal("cannot_find_message")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refusal("missing_unfurls")
    for url, preview in unfurls.items():
        if url not in record.get("text", "").replace("&amp;", "&"):
            raise Refusal("cannot_unfurl_url")
        if not isinstance(preview, dict) or not (preview.keys() & _UNFURL):
            raise Refusal("invalid_unfurls_format")
        surfaces.check_message(preview.get("blocks", []), faults.unknown_blocks)
        preview["blocks"] = world.with_block_ids(preview.get("blocks") or [])
    shown = [{"from_url": url, "is_app_unfurl": True, **preview} for url, preview in unfurls.items()]
    world.change_message(arguments.text("channel"), record["ts"], attachments=shown)
    return {}
