"""A month of five people through Slack's wire protocol: duels, reactions, follows, Fridays' papers, notes and tags.

A guest and one who leaves are among them. Each has a taste of their own around the team's; the judge shares it in part.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from bot.judges.interface import PaperText, Usage, VerdictAnswer
from handlers.demo.papers import PAPERS
from handlers.demo.slack.wire import Json
from storage.tables import DuelVote, Entry, Match, Paper, Rating, Verdict
from tests.slack.conftest import Group, Person, a_group, has, key, shown
from tests.slack.judges import SlowJudge

JUDGE = "slow:model"
CHOSEN = PAPERS[:16]
LATER = {3: PAPERS[1], 10: PAPERS[8], 17: PAPERS[6]}
"""Papers that Alice brings later, by the day of the month."""
SECRET = PAPERS[16]
DRAW = np.random.default_rng(24)
TEAM = {paper.title: float(value) for paper, value in zip(CHOSEN, DRAW.normal(0, 1.3, 16), strict=True)}
"""What each paper is worth to the team, in logits."""
OWN = {
    name: {title: float(DRAW.normal(worth, 0.5)) for title, worth in TEAM.items()}
    for name in ("alice", "bob", "carol", "dan")
}
JUDGED = {title: 0.5 * worth + float(DRAW.normal(0, 0.9)) for title, worth in TEAM.items()}
VOTERS = ("alice", "bob", "carol", "dan")
LEAVES = 15
"""Day of the month on which Dan leaves the workspace."""


class TasteJudge(SlowJudge):
    """Prefers the paper that it values more; a paper of no known worth loses."""

    def __init__(self) -> None:
        super().__init__(JUDGE, "0")

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        del purpose, nonce
        better = JUDGED.get(first.title, -9) > JUDGED.get(second.title, -9)
        usage = Usage(cost_usd=Decimal(0))
        return VerdictAnswer("first" if better else "second", 0.8, "It is clearer.", {}, JUDGE, usage)


@dataclass
class Month:
    """The group, and what was counted: clicks, words read in a duel, and messages by person, day and kind."""

    group: Group
    clicks: Counter[str] = field(default_factory=Counter)
    words: list[int] = field(default_factory=list)
    told: dict[tuple[str, int], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    day: int = 0
    seen: int = 0

    def person(self, name: str) -> Person:
        return self.group.people[name]

    def count_messages(self) -> None:
        """Note what was posted since the last look: to the channel itself, and to each person by direct message."""
        people = {person.id: name for name, person in self.group.people.items()}
        people |= {self.group.slack.dm(person.id): name for name, person in self.group.people.items()}
        for call in self.group.slack.calls[self.seen :]:
            place = str(call.arguments.get("channel"))
            if call.method != "chat.postMessage" or not call.answer["ok"]:
                continue
            kind = key(call.arguments).partition(":")[0]
            if place in people:
                self.told[people[place], self.day][kind] += 1
            elif place == self.group.channel and "thread_ts" not in call.arguments:
                self.told["channel", self.day][kind] += 1
        self.seen = len(self.group.slack.calls)

    async def hours_pass(self, hours: float) -> None:
        self.group.time.move(timedelta(hours=hours))
        await self.group.app.clock.tick()
        await self.group.calm()

    async def scores(self) -> dict[str, float]:
        """The league's scores by title."""
        async with self.group.app.database.reading(self.group.slack.world.team) as session:
            rows = await session.execute(
                select(Paper.title, Rating.score)
                .join(Entry, Entry.paper_id == Paper.id)
                .join(Rating, Rating.entry_id == Entry.id)
            )
            return {row.title: row.score for row in rows if row.title in TEAM}


def correlation(scores: Mapping[str, float]) -> float:
    """Rank correlation (Spearman) of scores with what the papers are worth to the team."""
    titles = sorted(scores)
    ranks = [np.argsort(np.argsort([table[title] for title in titles])) for table in (scores, TEAM)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


@pytest.fixture
async def month(tmp_path: Path) -> AsyncIterator[Month]:
    """Alice owns the league; Bob, Carol and Dan are members, Gus is a guest of the channel."""
    models = {JUDGE: TasteJudge()}
    async with a_group(tmp_path, judges=(JUDGE,), models=models) as group:
        group.slack.pace.per_minute["chat.update"] = 0  # weeks pass in seconds here
        gus = group.slack.add_user("Gus", guest=True, tz="UTC")
        await group.slack.join(gus, group.channel)
        group.people["gus"] = Person(group, gus)
        await group.people["alice"].runs("/rank settings")
        await group.people["alice"].submits(zone="UTC", cap="5")
        await group.calm()
        yield Month(group)


def _titles(message: Json, action: str) -> list[str]:
    """The two papers that buttons of this action name, the one shown first first; empty if there aren't two."""
    elements = [
        element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if str(element.get("action_id")).startswith((f"{action}:first", f"{action}:second"))
    ]
    names = [str(element.get("accessibility_label") or element["text"]["text"]) for element in elements]
    titles = [title for name in names for title in TEAM if title.startswith(name.rstrip("…"))]
    return titles if len(titles) == 2 else []


async def _answers(month: Month, name: str, surface: Json, action: str) -> Json | None:
    """Choose by one's own taste with one click; returns what was answered, None if one may not or there is no pair."""
    if not _titles(surface, action):
        return None
    first, second = _titles(surface, action)
    choice = "first" if OWN[name][first] >= OWN[name][second] else "second"
    reply = await month.person(name).clicks(surface, f"{action}:{choice}")
    month.clicks["duel"] += "You chose" in shown(reply.messages[-1]) if reply.messages else 0
    return reply.messages[-1] if reply.messages else None


async def _morning(month: Month) -> None:
    """The digest's pair and one more by `/rank duel`: each of the voters answers with a click each."""
    digests = [message for message in month.group.messages(kind="digest") if has(message, "duel.vote")]
    voters = VOTERS if month.day < LEAVES else VOTERS[:3]
    for name in voters:
        if digests:
            await _answers(month, name, digests[-1], "duel.vote")
            month.clicks["pairs of digests"] += 1
        reply = await month.person(name).runs("/rank duel")
        if reply.messages and has(reply.messages[-1], "duel.vote"):
            month.words.append(len(re.findall(r"\w+", _spoken(reply.messages[-1]))))
            await _answers(month, name, reply.messages[-1], "duel.vote")


def _spoken(message: Json) -> str:
    """The words of a message's sections and buttons, without links and markup."""
    texts = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    texts += [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
    return re.sub(r"<[^|>]*\|", "", " ".join(texts))


async def _friday(month: Month) -> None:
    """Bob proposes three papers; all vote, the first voter volunteers; last week's paper is discussed and noted."""
    people = month.group.people
    earlier = [message for message in month.group.messages(kind="pick") if has(message, "pick.discussed")]
    for message in earlier:
        reply = await people["carol"].clicks(message, "pick.discussed")
        await people["carol"].clicks(reply.messages[-1], "note.write")
        await people["carol"].submits(note=f"Week {month.day // 7}: needs a baseline")
        await people["gus"].clicks(month.group.messages("note.write")[-1], "note.write")
        await people["gus"].submits(note="I liked section 3")
    await people["bob"].runs("/rank pick friday")
    [proposal] = [
        message
        for message in month.group.messages(kind="pick")
        if has(message, "pick.vote") and message["ts"] == month.group.messages(kind="pick")[-1]["ts"]
    ]
    for name in VOTERS if month.day < LEAVES else VOTERS[:3]:
        reply = await people[name].clicks(proposal, "pick.vote")
        month.clicks["vote on Friday's paper"] += 1
        while reply.messages and has(reply.messages[-1], "pick.choice"):
            first, second = _titles(reply.messages[-1], "pick.choice")
            choice = "first" if OWN[name][first] >= OWN[name][second] else "second"
            reply = await people[name].clicks(reply.messages[-1], f"pick.choice:{choice}")
            month.clicks["vote on Friday's paper"] += 1
        month.clicks["people voting on Friday's paper"] += 1
    refused = await people["gus"].clicks(proposal, "pick.vote")
    assert "guests" in shown(refused.messages[-1])
    await people["bob"].clicks(month.group.messages(kind="pick")[-1], "pick.present")
    await people["gus"].runs(f"/rank tag #1 week-{month.day // 7}")
    await people["carol"].runs("/rank list add #2")


async def _links_come(month: Month) -> None:
    """Each brings papers; in a private channel Alice and Bob keep one of their own that fits what others follow."""
    slack, people = month.group.slack, month.group.people
    for place, name in enumerate((*VOTERS, "gus")):
        links = " ".join(
            f"https://arxiv.org/abs/{paper.arxiv}"
            for paper in CHOSEN[place::5]
            if paper not in LATER.values()
        )
        await people[name].posts(links)
    await people["carol"].runs("/rank follow keyword transformers")
    await people["gus"].runs("/rank follow keyword language")
    await people["dan"].runs("/rank follow keyword image")
    await people["dan"].runs("/rank follow #1")
    await people["bob"].runs("/rank save bert")
    room = slack.add_channel("secret", private=True, members=[people["alice"].id, people["bob"].id])
    await people["alice"].posts(f"https://arxiv.org/abs/{SECRET.arxiv}", channel=room)
    card = month.group.messages(kind="card")[0]
    await slack.react(people["bob"].id, month.group.channel, str(card.get("thread_ts") or card["ts"]), "fire")
    await month.group.calm()


async def _a_day(month: Month) -> None:
    """From 10 in the morning past the evening's matches to the next morning at 10, and then the people."""
    await month.hours_pass(9.1)
    await month.hours_pass(13.5)
    await month.hours_pass(1.4)
    month.day += 1
    month.count_messages()
    if month.day in LATER:
        await month.person("alice").posts(f"https://arxiv.org/abs/{LATER[month.day].arxiv}")
    if month.group.time.now().isoweekday() <= 5:
        await _morning(month)
    if month.group.time.now().isoweekday() == 5:
        await _friday(month)
    month.count_messages()


async def _agreement(month: Month) -> tuple[float, float, float]:
    """What `/rank judges` says of the judge's agreement with the team: share and interval, percent."""
    said = await month.person("alice").asks("/rank judges")
    match = re.search(r"(\d+)\s% \(likely (\d+)–(\d+)\)", said)
    assert match is not None, said
    return float(match[1]), float(match[2]), float(match[3])


async def _true_agreement(month: Month) -> float:
    """In how many of the pairs that people chose on the judge values the same paper more, percent."""
    async with month.group.app.database.reading(month.group.slack.world.team) as session:
        titles = {
            row.id: row.title
            for row in await session.execute(
                select(Entry.id, Paper.title).join(Paper, Paper.id == Entry.paper_id)
            )
        }
        votes = list(await session.scalars(select(DuelVote).where(DuelVote.choice != "skip")))
        judged = {
            frozenset((row.first_id, row.second_id))
            for row in await session.scalars(select(Match).join(Verdict, Verdict.match_id == Match.id))
        }
    same = [
        (JUDGED[titles[vote.first_id]] > JUDGED[titles[vote.second_id]]) == (vote.choice == "first")
        for vote in votes
        if frozenset((vote.first_id, vote.second_id)) in judged
    ]
    return 100 * float(np.mean(same))


def _report(month: Month, start: float, end: float, agreement: Any, truth: float) -> str:
    by_person = {
        name: sum(count.total() for (who, _), count in month.told.items() if who == name)
        for name in (*month.group.people, "channel")
    }
    return json.dumps(
        {
            "days": month.day, "messages": by_person, "clicks": month.clicks, "correlation": [start, end],
            "agreement": agreement, "truth": truth, "words of a duel": float(np.median(month.words)),
            "pairs by command": len(month.words),
        }
    )  # fmt: skip


@pytest.mark.slow
async def test_a_month_of_five_people_brings_the_ranking_to_their_taste_without_noise(month: Month) -> None:
    await _links_come(month)
    await month.hours_pass(9.1)  # the first evening's matches, before anybody was asked
    start = correlation(await month.scores())
    await month.hours_pass(14.9)
    month.day += 1
    month.count_messages()
    while month.day < 30:
        if month.day == LEAVES:
            await month.group.slack.change_user(month.person("dan").id, deleted=True)
            for room in (month.group.channel,):
                await month.group.slack.leave(month.person("dan").id, room)
            await month.group.calm()
        await _a_day(month)
    end, agreement, truth = (
        correlation(await month.scores()),
        await _agreement(month),
        await _true_agreement(month),
    )
    print(_report(month, start, end, agreement, truth))

    assert end > start + 0.1, "people's choices move the ranking to their taste"
    assert agreement[1] <= truth <= agreement[2]
    assert np.median(month.words) <= 75, "five seconds are for two titles and a sentence each"
    assert month.clicks["vote on Friday's paper"] <= 3 * month.clicks["people voting on Friday's paper"]

    for (who, day), kinds in month.told.items():
        if who == "channel":
            assert set(kinds) <= {"digest", "tournament", "pick", "greeting", "league"}, (day, kinds)
            assert kinds["digest"] <= 1
            assert kinds["pick"] <= 1
        else:
            assert set(kinds) <= {"news", "notice", "judge-at-chance"}, (who, day, kinds)
            assert kinds["news"] <= 1
    assert not [day for (who, day), kinds in month.told.items() if who == "bob" and kinds], (
        "who asked for nothing"
    )
    assert not [day for (who, day), kinds in month.told.items() if who == "dan" and day > LEAVES and kinds]
    heard = json.dumps(
        [month.group.private(month.person(name).id) for name in ("carol", "gus", "dan")], ensure_ascii=False
    )
    assert SECRET.title not in heard, "a private league stays among its people"
    assert "new paper" in heard
    discussed = await month.person("gus").asks("/rank discussed")
    assert "Thread" in discussed
    assert "2 notes" in discussed
    assert "week-" in await month.person("bob").asks("/rank tag")
    assert "discussed" in await month.person("dan").group.people["carol"].asks("/rank list")
