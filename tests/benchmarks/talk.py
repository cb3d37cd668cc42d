"""Sentences through the whole bot: what is answered over the stand-in's wire, and how long it takes.

`python -m tests.benchmarks.talk [FILE] [--quiet]`; FILE has lines of "where, tab, sentence": dm, mention, thread (of the
first paper's card) or two (turns with " / " between them). Without it, the lists of the tests.
"""

import asyncio
import csv
import json
import logging
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import structlog

from handlers.demo import day
from handlers.demo.papers import PAPERS
from storage.questions import conversations

LISTS = Path(__file__).parents[1] / "questions" / "unseen_sentences.tsv"
PATIENCE_S = 5.0
SAID = frozenset({"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal", "reactions.add"})


def sentences(file: Path | None) -> list[tuple[str, str]]:
    """Where each sentence is said, and the sentence."""
    if file is not None:
        rows = [line.split("\t") for line in file.read_text().splitlines() if "\t" in line]
        return [(row[0], row[1]) for row in rows]
    with LISTS.open(newline="") as lists:
        return [(row["where"] or "dm", row["sentence"]) for row in csv.DictReader(lists, delimiter="\t")]


def words_of(part: Any) -> list[str]:
    """All texts of a message, in their order."""
    if isinstance(part, list):
        return [word for each in part for word in words_of(each)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [word for value in part.values() for word in words_of(value)]


class Talk:
    """A person of the demo who talks to the bot after the demo's day."""

    def __init__(self, demo: day.Demo, cards: str) -> None:
        self.demo = demo
        self.who = demo.people["noor"]
        self.dm = demo.slack.dm(self.who)
        self.cards = cards

    def told(self) -> dict[str, dict[str, Any]]:
        """What the bot said where the person reads, by its text and time."""
        slack, told = self.demo.slack, []
        told += slack.ephemerals(self.who)
        for room in (self.dm, self.demo.channel):
            for message in slack.history(room):
                told += [message, *slack.replies(room, message["ts"])]
        return {
            f"{each['ts']}{json.dumps(each.get('blocks'))}": each
            for each in told
            if each.get("user") == slack.bot_user
        }

    async def says(self, where: str, text: str) -> tuple[str, float]:
        """The answer to a sentence, and the seconds until it stood there."""
        slack = self.demo.slack
        before, began = self.told().keys(), perf_counter()
        known = len(slack.calls)
        mention = f"<@{slack.bot_user}> {text}"
        room, said, thread = {
            "mention": (self.demo.channel, mention, None),
            "thread": (self.demo.channel, mention, self.cards),
        }.get(where, (self.dm, text, None))
        sending = asyncio.ensure_future(slack.post(self.who, room, said, thread))
        while (  # noqa: ASYNC110 - the stand-in's calls have no event
            not any(call.method in SAID for call in slack.calls[known:])
            and perf_counter() - began < PATIENCE_S
        ):
            await asyncio.sleep(0.005)
        took = perf_counter() - began
        await sending
        await self.demo.calm()
        new = [message for key, message in self.told().items() if key not in before]
        return " ¦ ".join(word for message in new for word in words_of(message.get("blocks"))), took


async def main(file: Path | None, quiet: bool) -> None:
    """Play the demo's day, then send each sentence."""
    async with day.open_demo() as demo:
        cards = ""
        for place, paper in enumerate(PAPERS):
            ts = await demo.slack.post(
                [*demo.people.values()][place % 4], demo.channel, f"Worth reading: {paper.link}"
            )
            cards = cards or ts
        await day.play(demo, lambda *_: None, visitor=True)
        talk, times = Talk(demo, cards), []
        for where, text in sentences(file):
            async with demo.app.database.transaction(demo.slack.world.team) as session:
                await conversations.forget(session, talk.who)
            for turn in text.split(" / "):
                answer, took = await talk.says(where, turn)
                times.append(took)
                if not quiet:
                    print(f"{took:.3f} s  {turn}\n         {answer[:300]!r}")
        ordered = sorted(times)
        slow = ordered[int(0.95 * len(ordered))]
        print(
            f"{len(times)} turns: median {median(times):.3f} s, 95 % {slow:.3f} s, longest {ordered[-1]:.3f} s"
        )


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    given = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    asyncio.run(main(Path(given[0]) if given else None, "--quiet" in sys.argv))
