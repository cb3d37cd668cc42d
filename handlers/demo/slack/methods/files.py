"""File upload in Slack's present way: ask for a URL, send the bytes there, complete."""

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def get_upload_url(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """files.getUploadURLExternal."""
    name, length = arguments.needed("filename"), arguments.needed("length")
    if not length.isdecimal() or int(length) == 0:
        raise Refusal("invalid_arguments")
    file_id = world.new_id("F")
    alt = arguments.text("alt_txt")
    if len(alt) > LIMITS["file.alt"]:
        raise Refusal("invalid_arguments")
    world.files[file_id] = UploadedFile(file_id, name, int(length), alt=alt)
    return {"upload_url": f"{world.base}/upload/{file_id}", "file_id": file_id}


def complete_upload(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """files.completeUploadExternal: shares the files in one message when a channel is named."""
    wanted = arguments.loaded("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise Refusal("invalid_arguments")
    channel = arguments.text("channel_id") or arguments.text("channels").split(",", maxsplit=1)[0]
    conversation = world.joined_by_bot(channel) if channel else None
    done = []
    for each in wanted:
        kept = world.files.get(each.get("id", ""))
        if kept is None or kept.complete:
            raise Refusal("file_not_found")
        if len(kept.content) != kept.length:
            raise Refusal("file_update_failed")
        done.append((kept, each.get("title") or kept.name))
    for kept, title in done:
        kept.title, kept.complete = title, True
    shown = [described(world, kept) for kept, _ in done]
    if conversation is not None:
        message: Json = {"user": world.bot_user, "bot_id": world.bot_id, "app_id": world.app_id}
        message |= {"text": arguments.text("initial_comment"), "files": shown, "subtype": "file_share"}
        if arguments.text("thread_ts"):
            message["thread_ts"] = arguments.text("thread_ts")
        world.add_message(conversation.id, message)
        for kept, _ in done:
            kept.channels.append(conversation.id)
            kept.thread_ts = arguments.text("thread_ts")
    return {"files": shown}


def files_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """files.info."""
    kept = world.files.get(arguments.text("file"))
    if kept is None or not kept.complete:
        raise Refusal("file_not_found")
    return {"file": described(world, kept)}


def described(world: World, kept: UploadedFile) -> Json:
    """A file as Slack describes it."""
    return {
        "id": kept.id,
        "name": kept.name,
        "title": kept.title,
        "alt_txt": kept.alt,
        "size": kept.length,
        "mimetype": "image/png" if kept.name.endswith(".png") else "text/plain",
        "user": kept.user or world.bot_user,
        "filetype": kept.name.rpartition(".")[2] or "text",
        "mode": "hosted",
        "is_external": False,
        "url_private_download": f"{world.base}/files/{kept.id}",
        "url_private": f"{world.base}/files/{kept.id}",
        "permalink": f"{world.base}/files/{kept.id}",
    }
