"""The assistant.threads.* methods: the bot's status and the prompts it suggests in direct messages."""

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def set_status(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer assistant.threads.setStatus: the status shows until the bot posts in the thread or sends an empty one."""
    conversation = world.joined_by_bot(arguments.needed("channel_id", "channel_not_found"))
    thread_ts = arguments.needed("thread_ts", "invalid_thread_ts")
    if thread_ts not in conversation.messages:
        raise Refusal("invalid_thread_ts")
    if "status" not in arguments.values:
        raise Refusal("invalid_arguments")
    status = arguments.text("status")
    if status:
        world.statuses[conversation.id, thread_ts] = status
    else:
        world.statuses.pop((conversation.id, thread_ts), None)
    return {}


def set_prompts(world: World, arguments: Arguments, _faults: Faults) -> Json:
    """Answer assistant.threads.setSuggestedPrompts: at most four prompts, in a direct message."""
    conversation = world.joined_by_bot(arguments.needed("channel_id", "channel_not_found"))
    prompts = arguments.loaded("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= LIMITS["prompts"]:
        raise Refusal("invalid_arguments")
    if any(
        not isinstance(prompt, dict) or not prompt.get("title") or not prompt.get("message")
        for prompt in prompts
    ):
        raise Refusal("invalid_arguments")
    if conversation.kind != "im":
        raise Refusal("method_not_supported_for_channel_type")
    if not arguments.text(
        "thread_ts"
    ):  # an agent's call that names a thread changes nothing, without an error
        world.prompts[conversation.id] = prompts
    return {}
