"""A month of feeds: how many of the papers that a team would put into its top tenth are among the day's five.

python -m tests.benchmarks.taste FOLDER [seeds] [on]  (FOLDER holds human/ and replay/ of the recorded leagues;
"on": people go on saying what they like after the two weeks)
"""

import asyncio
import csv
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import mean

from bot.entries.daily_preprints import MISSED
from bot.entries.relevance import Interests, ranked
from bot.papers.records import PaperRecord
from storage.entries.taste_signs import SignedPaper

A_DAY, CHOSEN, DAYS, LEARNING = 15, 5, 30, 14
PEOPLE = 5
TOPICS = {"pdes": "partial differential equations, simulation and physics",
          "codegen": "code generation and programs", "protein": "protein design and biology",
          "optimization": "optimization"}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A paper of the recorded leagues; `worth` from 0 to 1 is its place within its topic by reviewers or rubric."""

    title: str
    topic: str
    worth: float


def papers(folder: Path) -> list[Listed]:
    """Read the titles of the four topics, each with its worth within the topic."""
    out = []
    for topic in TOPICS:
        files = [*folder.glob(f"human/*{topic}_papers.csv"), *folder.glob(f"replay/*{topic}_papers.csv")]
        with files[0].open() as file:
            rows = [
                (row["title"], float(row.get("human_mean") or row.get("rating") or 5))
                for row in csv.DictReader(file)
            ]
        order = sorted(score for _, score in rows)
        out += [Listed(title, topic, order.index(score) / max(1, len(order) - 1)) for title, score in rows]
    return out


def value(paper: Listed, cares: Sequence[str]) -> float:
    """How much a team that cares for these topics wants a paper."""
    return (1.0 if paper.topic in cares else 0.0) + 0.6 * paper.worth


@dataclass
class Team:
    """A league of five people: what came in, what each said of it, and what was left out."""

    purpose: str
    seen: list[Listed] = field(default_factory=list)
    emoji: defaultdict[int, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    wishes: defaultdict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    choices: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def interests(self) -> Interests:
        """What the product knows of the team."""
        papers = [
            SignedPaper(
                place, paper.title, "", None, by_hand=False, saved=0, read=0, followed=0,
                reactions=tuple(self.emoji[place]), more=sum(self.wishes[place]),
                fewer=len(self.wishes[place]) - sum(self.wishes[place]),
            )
            for place, paper in enumerate(self.seen)
        ]  # fmt: skip
        return Interests(
            self.purpose, (), (), tuple(papers), tuple(self.choices), left_out=tuple(self.left_out)
        )

    def speaks(self, chosen: Sequence[Listed], cares: Sequence[str], draw: random.Random) -> None:
        """Let people speak of the day's five: three in ten of each, by emoji or menu; three vote on a pair."""
        for paper in chosen:
            place = len(self.seen)
            self.seen.append(paper)
            for _ in range(PEOPLE):
                if draw.random() < 0.3:
                    likes = value(paper, cares) > 1.0 + 0.3 * draw.random()
                    if draw.random() < 0.5:
                        self.emoji[place].append(("+1" if likes else "-1",))
                    else:
                        self.wishes[place].append(likes)
        a, b = draw.sample(range(len(self.seen)), 2)
        for _ in range(3):
            gap = value(self.seen[a], cares) - value(self.seen[b], cares) + draw.gauss(0, 0.25)
            self.choices.append((a, b) if gap > 0 else (b, a))


def as_record(paper: Listed) -> PaperRecord:
    """The paper as a source tells it: its title alone."""
    return PaperRecord(
        identifiers=(("arxiv", paper.title),), title=paper.title, authors=(), abstract=None, categories=(),
        primary_category=None, published=None, updated=None, version=1, comment=None, withdrawn=False,
        licence=None, pdf_url=None, url=paper.title, source="arXiv",
    )  # fmt: skip


def month(
    every: Sequence[Listed], cares: Sequence[str], seed: int, *, purpose: bool, goes_on: bool = False
) -> tuple[float, float]:
    """Play a month through the product's own choice; what is said ends after two weeks unless `goes_on`.

    Returns the share of the top tenth among the day's five after two weeks, chosen and by feed order.
    """
    draw = random.Random(seed)
    feed = draw.sample(every, len(every))
    days = [feed[day * A_DAY : (day + 1) * A_DAY] for day in range(DAYS)]
    days = [day for day in days if len(day) == A_DAY]
    late = [paper for day in days[LEARNING:] for paper in day]
    top = set(sorted(late, key=lambda paper: -value(paper, cares))[: max(1, len(late) // 10)])
    team = Team(" ".join(TOPICS[topic] for topic in cares) if purpose else "")
    hits = first = 0
    for number, day in enumerate(days):
        by_title = {paper.title: paper for paper in day}
        scored = asyncio.run(ranked(team.interests(), [as_record(paper) for paper in day]))
        order = [by_title[each.record.title] for each in scored]
        if number >= LEARNING:
            hits += len(top & set(order[:CHOSEN]))
            first += len(top & set(day[:CHOSEN]))
        if number < LEARNING or goes_on:
            team.speaks(order[:CHOSEN], cares, draw)
        team.left_out += [paper.title for paper in order[CHOSEN : CHOSEN + MISSED]]
    return hits / len(top), first / len(top)


def main() -> None:
    """Print the table: topics cared for, with and without a purpose."""
    folder, seeds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10
    every, goes_on = papers(folder), sys.argv[3:4] == ["on"]
    print(f"{len(every)} papers, {A_DAY} a day, five chosen; after {LEARNING} days of signs")
    print("cares for                 no purpose  purpose  first five")
    rows = []
    for cares in [*((topic,) for topic in TOPICS), *combinations(TOPICS, 2)]:
        bare, told = (
            [month(every, cares, seed, purpose=p, goes_on=goes_on) for seed in range(seeds)]
            for p in (False, True)
        )
        row = (mean(hit for hit, _ in bare), mean(hit for hit, _ in told), mean(first for _, first in bare))
        rows.append(row)
        print(f"{' + '.join(cares):26}" + "".join(f"{share:10.0%}" for share in row))
    print(f"{'mean':26}" + "".join(f"{mean(row[i] for row in rows):10.0%}" for i in range(3)))


if __name__ == "__main__":
    main()
