"""The bot's direct message as Slack's agent view: suggested questions, a status, and the channel open beside it."""

from handlers.blocks import phrases
from handlers.slack.attempts import decorate
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.workspaces.manifest import PROMPTS
from storage.leagues import league_rows

MOST_REMEMBERED = 5_000
STATUS_WITHIN_S = 1.0
"""How long an answer waits for its status to be shown."""


def register_agent(on: Boundary) -> None:
    """Register the listeners of the agent view: the conversation was opened, or another channel beside it."""
    on.event("app_home_opened", _opened)
    on.event("app_context_changed", _remember, is_noted=False)


async def _opened(call: Call) -> None:
    """Suggest questions in the direct message that a person opened."""
    if call.event.get("tab") != "messages":
        return
    await _remember(call)
    prompts = [{"title": title, "message": question} for title, question in PROMPTS]
    coroutine = call.client.api_call(
        "assistant.threads.setSuggestedPrompts",
        json={"channel_id": str(call.event.get("channel") or ""), "prompts": prompts},
    )
    await decorate(coroutine)


async def _remember(call: Call) -> None:
    """Store which channel a person has open beside the conversation."""
    beside = call.services.open_beside
    entities = (call.event.get("context") or {}).get("entities") or ()
    channels = [entity["value"] for entity in entities if entity.get("type") == "slack#/types/channel_id"]
    if len(beside) >= MOST_REMEMBERED:
        beside.clear()
    if channels:
        beside[call.workspace, call.user] = str(channels[0])
    else:
        beside.pop((call.workspace, call.user), None)


async def show_working(call: Call) -> None:
    """Show in a question's thread that the bot is preparing an answer; Slack removes the status with the answer."""
    if not call.message_ts:
        return
    coroutine = call.client.assistant_threads_setStatus(
        channel_id=call.channel, thread_ts=call.thread_ts or call.message_ts, status=phrases.LOOKING_UP
    )
    await decorate(coroutine, within_s=STATUS_WITHIN_S)


async def beside_first(call: Call, choices: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
    """Return the leagues to choose from, with that of the channel open beside the conversation first."""
    channel = call.services.open_beside.get((call.workspace, call.user))
    if channel is None or not call.in_dm:
        return choices
    async with call.services.database.reading(call.workspace) as session:
        league = await league_rows.of_channel(session, channel)
    league_id = None if league is None else league.id
    return tuple(sorted(choices, key=lambda choice: choice[0] != league_id))
