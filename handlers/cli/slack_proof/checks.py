"""Checks against the real Slack: whether it accepts our messages and views, also when posted to a channel."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.work.metrics import Metrics
from handlers.blocks.degrading import LEVELS
from handlers.cli.doctor import Finding
from handlers.cli.slack_proof.samples import Sample, corpus
from handlers.slack.posting.refusal_reasons import ENDED, unreached
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import seconds_to_wait
from handlers.slack.workspaces.web_clients import options

MOST_TOLD = 5
CSV = "paper,score\nA test of Paperbout,1500\n"
PAUSE_S = 1.5
"""Seconds between two kinds of messages: each is deleted twice with its reply, which Slack takes 50 times a minute."""
MOST_WAITS = 3
"""How often one sample waits because Slack was asked too much."""
MISSING_SCOPE = "missing_scope"
FOR_ALL = frozenset({*ENDED, MISSING_SCOPE})
"""Slack's error codes that no other message would be posted after, either."""


async def slack_findings(settings: Settings, *, blocks: bool, channel: str | None) -> list[Finding]:
    """Return the findings of `paperbout doctor --blocks` and `--live`."""
    every = corpus()
    findings = await validated(settings, every) if blocks else []
    return findings + ([] if channel is None else await live(settings, channel, every))


async def validated(settings: Settings, samples: list[Sample]) -> list[Finding]:
    """Check each sample with Slack's blocks.validate (no token needed); returns a finding per level of simplification."""
    client = AsyncWebClient(None, **options(settings, Metrics()))
    counts, refusals = Counter[int](), list[tuple[Sample, str]]()
    for sample in samples:
        counts[sample.level] += 1
        try:
            await _validate(client, sample)
        except SlackApiError as error:
            if error_code(error) == "unknown_method":
                return [Finding("blocks", False, "this server doesn't know blocks.validate")]
            refusals.append((sample, _reasons(error)))
        except (aiohttp.ClientError, TimeoutError) as error:
            return [Finding("blocks", False, unreached(error))]
    return [_of_level(level, counts[level], refusals) for level in range(LEVELS)]


async def _validate(client: AsyncWebClient, sample: Sample) -> None:
    """Ask Slack about one sample, as often as it says that it was asked too much. Raises `SlackApiError`."""
    argument = {sample.what: json.dumps(sample.content, ensure_ascii=False)}
    for waits in range(MOST_WAITS + 1):
        try:
            await client.api_call("blocks.validate", data=argument)
        except SlackApiError as error:
            if error_code(error) != "ratelimited" or waits == MOST_WAITS:
                raise
            await asyncio.sleep(seconds_to_wait(error.response.headers))
        else:
            return


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
    needed = error.response.get("needed")
    code = error_code(error)
    return ", ".join(reasons[:MOST_TOLD]) or (f"{code} ({needed})" if code == MISSING_SCOPE else code)


async def live(
    settings: Settings, channel: str, samples: list[Sample], pause_s: float = PAUSE_S
) -> list[Finding]:
    """Post, change, reply to and delete one message of each kind, and upload a file; returns a finding for each."""
    token = settings.slack_bot_token
    if token is None:
        return [Finding("live", False, "there is no token: set SLACK_BOT_TOKEN to that of one workspace")]
    client = AsyncWebClient(token.get_secret_value(), **options(settings, Metrics()))
    findings: list[Finding] = []
    try:
        place = await _place(client, channel.lstrip("#"))
        if place is None:
            return [Finding("live", False, f"the bot isn't in {channel}: type /invite there first")]
        for sample in _richest_of_each_kind(samples):
            findings.append(await _walked(client, place, sample))
            await asyncio.sleep(pause_s)
        findings.append(await _uploaded(client, place))
    except SlackApiError as error:
        findings.append(Finding("live", False, _why(error)))
    except (aiohttp.ClientError, TimeoutError) as error:
        findings.append(Finding("live", False, unreached(error)))
    return findings


def _richest_of_each_kind(samples: list[Sample]) -> list[Sample]:
    messages = [sample for sample in samples if sample.what == "message" and sample.level == 0]
    kinds = {sample.kind: sample for sample in reversed(messages)}
    return [kinds[kind] for kind in sorted(kinds)]


def _why(error: SlackApiError) -> str:
    """Return why nothing can be posted at all, as an operator reads it."""
    code = error_code(error)
    if code == MISSING_SCOPE:
        needed = error.response.get("needed") or "a scope"
        return (
            f"the token lacks {needed}: reinstall the app with `paperbout manifest` (Slack answered {code})"
        )
    return f"{ENDED.get(code, 'Slack refuses')} (Slack answered {code})"


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
    message_ts = await _step("post", request, steps, ends=FOR_ALL)
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


async def _step(
    name: str, call: Awaitable[object], steps: list[str], ends: frozenset[str] = frozenset()
) -> str | None:
    """Make one call to Slack.

    Returns the message's ts, "" if there is none, or None if Slack refused (noted in `steps`). Raises `SlackApiError`
    for an error code among `ends`.
    """
    try:
        answer = await call
    except SlackApiError as error:
        if error_code(error) in ends:
            raise
        steps.append(f"{name}: {_reasons(error)}")
        return None
    get = getattr(answer, "get", None)
    return str((get("ts") if get is not None else "") or "")
