"""A private league with a paper of its own and one it shares with a public league, seen from outside."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handlers.blocks import ids
from handlers.demo.slack.wire import Json, Reply
from handlers.questions.answers import READINGS
from handlers.questions.pages import PAGES
from storage.tables import Entry, League, Match, Merge, Paper, Poll, Tournament
from tests.slack.conftest import ATTENTION, BERT, GPT3, RESNET, Group, Person

NAME = "secret-plans"
UNET = "https://arxiv.org/abs/1505.04597"
MARKS = ("Deep Residual", "1512.03385", "U-Net", "1505.04597")
"""What only the papers of the secret have in their names."""
SPEAKS = ("chat.", "views.", "files.", "reactions.")
"""Methods by which the bot shows something; what it only reads tells nobody anything."""
FAR = 1_000_000
"""Added to an id to name something that never was."""
_NUMBERS = re.compile(r"\b(?:[0-9a-f]{8}|[CVR]\d{7}|\d+(?:\.\d+)?)\b")


@dataclass(frozen=True)
class Secret:
    """What the private league holds, by id; `add` makes each name nothing."""

    league: int
    channel: str
    entries: tuple[int, ...]
    matches: tuple[int, ...]
    poll: int
    tournament: int
    merge: int
    entry_outside: int
    """The shared paper's entry in the public league."""

    def unknown(self) -> "Secret":
        """The same, of things that never were."""
        return Secret(
            self.league + FAR,
            "C9999999",
            tuple(entry + FAR for entry in self.entries),
            tuple(match + FAR for match in self.matches),
            self.poll + FAR,
            self.tournament + FAR,
            self.merge + FAR,
            self.entry_outside,
        )


async def make_secret(group: Group, *, private: bool = True) -> Secret:
    """Alice and Dan keep a private league: two papers (a third became one of them), matches, an open vote.

    In public there are three papers, one of them the same as in private. One that isn't `private` is a secret to guests
    and strangers of the other channel.
    """
    alice, dan = group.people["alice"], group.people["dan"]
    channel = group.slack.add_channel(NAME, private=private, members=[alice.id, dan.id])
    await alice.posts(f"{ATTENTION} {BERT} {GPT3}")
    await alice.posts(f"{RESNET} {ATTENTION} {UNET}", channel=channel)
    await alice.agrees(f"/rank merge {RESNET} | {UNET}", channel)
    await alice.runs("/rank tournament start 4 matches", channel)
    await group.until(lambda: any("match.challenge" in json.dumps(m) for m in _in(group, channel)))
    challenged = next(m for m in _in(group, channel) if "match.challenge" in json.dumps(m))
    await dan.clicks(challenged, "match.challenge")
    async with group.app.database.reading(group.slack.world.team) as session:
        league = await session.scalar(select(League.id).where(League.channel == channel))
        assert league is not None
        entries = tuple(await session.scalars(select(Entry.id).where(Entry.league_id == league)))
        outside = await session.scalar(
            select(Entry.id)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(Entry.league_id != league, Paper.canonical == "arxiv:1706.03762")
        )
        assert outside is not None
        matches = tuple(await session.scalars(select(Match.id).where(Match.league_id == league)))
        merge = await session.scalar(select(Merge.id))
        poll = await session.scalar(select(Poll.id))
        tournament = await session.scalar(select(Tournament.id).where(Tournament.league_id == league))
        assert poll is not None
        assert tournament is not None
        assert merge is not None
    return Secret(league, channel, entries, matches, poll, tournament, merge, outside)


def _in(group: Group, channel: str) -> list[Json]:
    found = []
    for message in group.slack.history(channel):
        found += [message, *group.slack.replies(channel, message["ts"])]
    return found


def carriers(kind: type[Any]) -> dict[str, Any]:
    """Every `Action` or `Modal` by its name."""
    return {found.name: found for found in vars(ids).values() if isinstance(found, kind)}


def payloads(name: str, payload: type[Any], of: Secret) -> list[tuple[Any, ...]]:
    """What a button or modal may carry about the secret, for each thing its numbers may mean."""
    entry, other = of.entries[0], of.entries[1]
    asked = of.league if name == "choose.league" else entry
    about = {"vote_reason": of.poll, "revert_reason": of.matches[0]}.get(name, entry)
    every: Mapping[Any, list[tuple[Any, ...]]] = {
        ids.Nothing: [()],
        ids.OfEntry: [(entry,), (other,)],
        ids.OfMatch: [(of.matches[0],)],
        ids.OfMerge: [(of.merge,)],
        ids.OfHeldLinks: [(1,)],
        ids.OfLink: [("https://example.org/no-paper",)],
        ids.OfPoll: [(of.poll,)],
        ids.Presenting: [(of.league, f"pick:{of.league}:2026-01-12", entry)],
        ids.OfPick: [(of.league, f"pick:{of.league}:2026-01-12")],
        ids.PickBallot: [(of.league, f"pick:{of.league}:2026-01-12", entry, other, "first")],
        ids.OfLeague: [(of.league,)],
        ids.OfTournament: [(of.tournament,)],
        ids.OfJudge: [("offline",)],
        ids.InChannel: [(of.channel,)],
        ids.Period: [(of.league, "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")],
        ids.Ballot: [(of.poll, 0)],
        ids.Pair: [(entry, other)],
        ids.DuelBallot: [(entry, other, "first"), (entry, of.entry_outside, "first")],
        ids.OfTopic: [(1,)],
        ids.OfToken: [(of.league, 1)],
        ids.OfWebhook: [(of.league, 1)],
        ids.JudgeChoice: [(of.league, "offline", False)],
        ids.ServeChoice: [(of.league, word) for word in ("on", "off", "renew")],
        ids.MoreLike: [(entry, True), (entry, False)],
        ids.PaperTopic: [(entry, 0), (entry, 1)],
        ids.OfReview: [(entry, 0)],
        ids.Mark: [("match", of.matches[0], True), ("assessment", 1, False)],
        ids.Switch: [(True,), (False,)],
        ids.OwnerRequest: [(of.league, "U0000001", "add papers")],
        ids.Page: [(kind, of.league, 0, entry, other, "", "") for kind in READINGS]
        + [("vs", of.league, 0, entry, of.entry_outside, "", "")],
        ids.Question: [(verb, asked, other, "residual") for verb in PAGES],
        ids.Where: [(of.league, of.channel, ""), (of.league, "", "")],
        ids.ScheduleWindow: [(of.league, of.channel, ""), (of.league, "", "")],
        ids.ModalSubject: [(about, "", "", "")],
        ids.OfWork: [("match", of.matches[0]), ("assessment", 1), ("paper", 1)],
    }
    if payload not in every:
        raise AssertionError(f"say what a {payload.__name__} may carry of a secret")
    return [payload(*values) for values in every[payload]]


STATE: Json = {
    "value": "4",
    "selected_option": {"value": "0"},
    "selected_options": [],
    "selected_date_time": None,
}


async def forge_click(group: Group, person: Person, action_id: str, value: str) -> str:
    """Click on something never shown to this person; returns all that the bot showed because of it."""
    slack = group.slack
    reply = slack._reply(person.id, group.channel, ephemeral=True)
    payload: Json = {
        "type": "block_actions",
        "actions": [
            {"action_id": action_id, "block_id": "b", "type": "button", "value": value, "action_ts": "1.0"}
        ],
        "container": {
            "type": "message", "message_ts": "1.0", "channel_id": group.channel, "is_ephemeral": True,
        },
        "channel": {"id": group.channel, "name": "reading-group"},
        "response_url": reply.response_url,
        "state": {"values": {}},
    }  # fmt: skip
    return await _interacts(group, person, payload, reply)


async def forge_submission(group: Group, person: Person, callback_id: str, metadata: str) -> str:
    """Send off a window never shown to this person, every field filled in; returns all that the bot showed."""
    slack = group.slack
    reply = slack._reply(person.id, "")
    fields = [
        "matches",
        "usd",
        "top",
        "target",
        "deadline",
        "judges",
        "purpose",
        "schedule",
        "digest",
        "cap",
        "zone",
        "import",
        "hours",
        "quorum",
        "allow",
        "choice",
        "reason",
        "other",
        "question",
        "when",
        "words",
        "text",
        "link",
        "budget",
        "raise",
        "league",
    ]
    texts = {"zone": "UTC", "other": "residual", "question": "residual", "schedule": "every weekday at 19:00"}
    texts |= {"digest": ""}
    values = {name: {name: STATE | {"value": texts.get(name, "4")}} for name in fields if name != "deadline"}
    view: Json = {
        "id": "V1", "hash": "1", "type": "modal", "callback_id": callback_id, "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "Window"}, "state": {"values": values},
        "blocks": [{"type": "input", "block_id": name} for name in fields],
    }  # fmt: skip
    payload: Json = {"type": "view_submission", "view": view, "response_urls": []}
    return await _interacts(group, person, payload, reply)


async def _interacts(group: Group, person: Person, payload: Json, reply: Reply) -> str:
    before = len(group.slack.calls)
    await group.slack._interact(person.id, payload, reply)
    await group.calm()
    return json.dumps([reply.ack.body, reply.messages, said(group, before)], ensure_ascii=False, default=str)


def said(group: Group, before: int) -> list[tuple[str, Any]]:
    """What the bot showed since then, anywhere."""
    return [
        (call.method, call.arguments) for call in group.slack.calls[before:] if call.method.startswith(SPEAKS)
    ]


def alike(told: str) -> str:
    """The answer without what differs between two askings: ids, times, view ids."""
    return _NUMBERS.sub("#", told)


def betrays(told: str, secret: Secret) -> list[str]:
    """The marks of the secret that an answer holds."""
    return [mark for mark in (NAME, secret.channel, *MARKS) if mark in told]
