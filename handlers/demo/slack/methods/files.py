"""File upload in Slack's current way: request a URL, send the bytes there, complete."""

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def get_upload_url(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer files.getUploadURLExternal."""
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
    """Answer files.completeUploadExternal; shares the files in one message if a channel is named."""
    items = arguments.loaded("files", "invalid_arguments")
    if not isinstance(items, list) or not items:
        raise Refusal("invalid_arguments")
    channel = arguments.text("channel_id") or arguments.text("channels").split(",", maxsplit=1)[0]
    conversation = world.joined_by_bot(channel) if channel else None
    uploads = []
    for each in items:
        file = world.files.get(each.get("id", ""))
        if file is None or file.complete:
            raise Refusal("file_not_found")
        if len(file.content) != file.length:
            raise Refusal("file_update_failed")
        uploads.append((file, each.get("title") or file.name))
    for file, title in uploads:
        file.title, file.complete = title, True
    descriptions = [described(world, file) for file, _ in uploads]
    if conversation is not None:
        message: Json = {"user": world.bot_user, "bot_id": world.bot_id, "app_id": world.app_id}
        message |= {"text": arguments.text("initial_comment"), "files": descriptions, "subtype": "file_share"}
        if arguments.text("thread_ts"):
            message["thread_ts"] = arguments.text("thread_ts")
        world.add_message(conversation.id, message)
        for file, _ in uploads:
            file.channels.append(conversation.id)
            file.thread_ts = arguments.text("thread_ts")
    return {"files": descriptions}


def files_info(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer files.info."""
    file = world.files.get(arguments.text("file"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return {"file": described(world, file)}


def files_delete(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer files.delete, for files of the bot; also deletes a message that contained nothing but the file."""
    file = world.files.get(arguments.needed("file", "file_not_found"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    if file.user:
        raise Refusal("cant_delete_file")
    del world.files[file.id]
    for channel in file.channels:
        for message in list(world.conversation(channel).messages.values()):
            files = [each for each in message.get("files") or [] if each["id"] != file.id]
            if len(files) < len(message.get("files") or []) and not files and not message.get("text"):
                world.remove_message(channel, message["ts"])
            elif len(files) < len(message.get("files") or []):
                world.change_message(channel, message["ts"], files=files)
    return {}


def described(world: World, file: UploadedFile) -> Json:
    """Return a file as Slack describes it."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "alt_txt": file.alt,
        "size": file.length,
        "mimetype": "image/png" if file.name.endswith(".png") else "text/plain",
        "user": file.user or world.bot_user,
        "filetype": file.name.rpartition(".")[2] or "text",
        "mode": "hosted",
        "is_external": False,
        "url_private_download": f"{world.base}/files/{file.id}",
        "url_private": f"{world.base}/files/{file.id}",
        "permalink": f"{world.base}/files/{file.id}",
    }
