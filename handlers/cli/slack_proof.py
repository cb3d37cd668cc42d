"""Checks against the real Slack: whether it accepts our messages and views, also when posted to a channel."""

import json
from collections import Counter
from collections.abc import Awaitable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.work.metrics import Metrics
from handlers.blocks.degrading import LEVELS
from handlers.cli.doctor import Finding
from handlers.demo import day
from handlers.demo.tour import Tour
from handlers.slack.blocks_corpus import Sample, samples
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.web_clients import options

MOST_TOLD = 5
CSV = "paper,score\nA test of Paperbout,1500\n"


async def slack_findings(settings: Settings, *, blocks: bool, channel: str | None) -> list[Finding]:
    """Return the findings of `paperbout doctor --blocks` and `--live`."""
    every = await corpus()
    findings = await validated(settings, every) if blocks else []
    return findings + ([] if channel is None else await live(settings, channel, every))


async def corpus() -> list[Sample]:
    """Play the demo's day offline, walk through what it shows; returns a sample of every shape of message and view."""
    async with day.open_demo() as demo:
        await day.play(demo, lambda _words, _share: None)
        await Tour(demo, "maya").walk()
        calls = [(call.method, call.arguments) for call in demo.slack.calls]
        calls += [("response_url", message) for message in demo.slack.world.ephemeral]
    return samples(calls)


async def validated(settings: Settings, samples: list[Sample]) -> list[Finding]:
    """Check each sample with Slack's blocks.validate (no token needed); returns a finding per level of simplification."""
    client = AsyncWebClient(None, **options(settings, Metrics()))
    counts, refusals = Counter[int](), list[tuple[Sample, str]]()
    for sample in samples:
        counts[sample.level] += 1
        try:
            argument = {sample.what: json.dumps(sample.content, ensure_ascii=False)}
            await client.api_call("blocks.validate", data=argument)
        except SlackApiError as error:
            if error_code(error) == "unknown_method":
                return [Finding("blocks", False, "this server doesn't know blocks.validate")]
            refusals.append((sample, _reasons(error)))
    return [_of_level(level, counts[level], refusals) for level in range(LEVELS)]


def _of_level(level: int, count: int, refusals: list[tuple[Sample, str]]) -> Finding:
    lines = [f"{sample.what} {sample.kind}: {why}" for sample, why in refusals if sample.level == level]
    name = f"blocks, level {level}"
    if not lines:
        return Finding(name, True, f"Slack takes all {count} messages and views")
    after = "" if level == LEVELS - 1 else " In its place goes the next simpler form."
    return Finding(name, False, f"{len(lines)} of {count} refused. {'; '.join(lines[:MOST_TOLD])}.{after}")


def _reasons(error: SlackApiError) -> str:
    errors = error.response.get("errors") or []
    reasons = [
        f"{error_at.get('pointer')} {error_at.get('message')}"
        if isinstance(error_at, dict)
        else str(error_at)
        for error_at in errors
    ]
    return ", ".join(reasons[:MOST_TOLD]) or error_code(error)


async def live(settings: Settings, channel: str, samples: list[Sample]) -> list[Finding]:
    """Post, change, reply to, upload and delete one message of each kind; returns a finding for each."""
    token = settings.slack_bot_token
    client = AsyncWebClient(
        None if token is None else token.get_secret_value(), **options(settings, Metrics())
    )
    try:
        place = await _place(client, channel.lstrip("#"))
    except SlackApiError as error:
        return [Finding("live", False, f"the channels can't be listed: {error_code(error)}")]
    if place is None:
        return [Finding("live", False, f"the bot isn't in {channel}: type /invite there first")]
    richest = [sample for sample in samples if sample.what == "message" and sample.level == 0]
    kinds = {sample.kind: sample for sample in reversed(richest)}
    return [await _walked(client, place, kinds[kind]) for kind in sorted(kinds)] + [
        await _uploaded(client, place)
    ]


async def _place(client: AsyncWebClient, name: str) -> str | None:
    """Return the id of a channel that the bot is in, given its name or id; None if there is none."""
    try:
        return await _place_in(client, name, None)
    except SlackApiError as error:
        if error_code(error) != "missing_argument":
            raise
    for team in (await client.auth_teams_list()).get("teams") or []:  # an organisation's token names its team
        if place := await _place_in(client, name, str(team["id"])):
            return place
    return None


async def _place_in(client: AsyncWebClient, name: str, team: str | None) -> str | None:
    cursor = ""
    while True:
        answer = await client.users_conversations(
            types="public_channel,private_channel", limit=200, cursor=cursor or None, team_id=team
        )
        for channel in answer.get("channels") or []:
            if name in {channel["id"], channel.get("name")}:
                return str(channel["id"])
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return None


async def _walked(client: AsyncWebClient, channel: str, sample: Sample) -> Finding:
    """Post a sample, change it, reply to it, delete it; returns a finding."""
    steps: list[str] = []
    text, blocks = sample.content["text"], sample.content["blocks"]
    request = client.chat_postMessage(
        channel=channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
    )
    message_ts = await _step("post", request, steps)
    if message_ts is None:
        return Finding(f"live {sample.kind}", False, "; ".join(steps))
    await _step("update", client.chat_update(channel=channel, ts=message_ts, text=text, blocks=blocks), steps)
    request_in_thread = client.chat_postMessage(channel=channel, thread_ts=message_ts, text="In its thread")
    reply = await _step("thread", request_in_thread, steps)
    await _step("react", client.reactions_add(channel=channel, timestamp=message_ts, name="eyes"), steps)
    await _step("permalink", client.chat_getPermalink(channel=channel, message_ts=message_ts), steps)
    for ts in (reply, message_ts):
        if ts is not None:
            await _step("delete", client.chat_delete(channel=channel, ts=ts), steps)
    summary = "; ".join(steps) or "posted, changed, answered and deleted"
    return Finding(f"live {sample.kind}", not steps, summary)


async def _uploaded(client: AsyncWebClient, channel: str) -> Finding:
    steps: list[str] = []
    try:
        answer = await client.files_upload_v2(channel=channel, filename="paperbout.csv", content=CSV)
    except SlackApiError as error:
        return Finding("live upload", False, f"upload: {_reasons(error)}")
    for file in answer.get("files") or []:
        await _step("delete", client.files_delete(file=str(file["id"])), steps)
    return Finding("live upload", not steps, "; ".join(steps) or "a file was uploaded and deleted")


async def _step(name: str, call: Awaitable[object], steps: list[str]) -> str | None:
    """Make one call to Slack.

    Returns the message's ts, "" if there is none, or None if Slack refused (noted in `steps`).
    """
    try:
        answer = await call
    except SlackApiError as error:
        steps.append(f"{name}: {_reasons(error)}")
        return None
    get = getattr(answer, "get", None)
    return str((get("ts") if get is not None else "") or "")
