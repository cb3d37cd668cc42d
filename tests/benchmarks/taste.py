"""A month of feeds: how many of the papers that a team would put into its top tenth are among the day's five.

python -m tests.benchmarks.taste FOLDER [seeds]  (FOLDER holds human/ and replay/ of the recorded leagues)
"""

import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean

from bot.papers.relevance.lexical import PaperText
from bot.papers.relevance.taste import Known, Liking, Preference, wanted

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


def month(every: Sequence[Listed], cares: Sequence[str], seed: int, *, purpose: bool) -> tuple[float, float]:
    """Play a month; return the share of the top tenth among the day's five after two weeks, chosen and by feed order."""
    draw = random.Random(seed)
    feed = draw.sample(every, len(every))
    days = [feed[day * A_DAY : (day + 1) * A_DAY] for day in range(DAYS)]
    days = [day for day in days if len(day) == A_DAY]
    late = [paper for day in days[LEARNING:] for paper in day]
    top = set(sorted(late, key=lambda paper: -value(paper, cares))[: max(1, len(late) // 10)])
    seen: list[Listed] = []
    likings: list[Liking] = []
    preferences: list[Preference] = []
    hits = first = 0
    words = " ".join(TOPICS[topic] for topic in cares) if purpose else ""
    for number, day in enumerate(days):
        known = Known(words, [PaperText(paper.title) for paper in seen], likings, preferences)
        scores = wanted(known, [PaperText(paper.title) for paper in day])
        order = sorted(range(len(day)), key=lambda place: -scores[place].score)
        chosen = [day[place] for place in order[:CHOSEN]]
        if number >= LEARNING:
            hits += len(top & set(chosen))
            first += len(top & set(day[:CHOSEN]))
            continue
        start = len(seen)
        seen += chosen
        for place, paper in enumerate(chosen, start):
            reacts = sum(draw.random() < 0.3 for _ in range(PEOPLE))
            likings += [
                Liking(place, 1.0 if value(paper, cares) > 1.0 + 0.3 * draw.random() else -1.0)
            ] * reacts
            if not reacts:
                likings.append(Liking(place, -0.1))
        a, b = draw.sample(range(len(seen)), 2)
        for _ in range(3):
            gap = value(seen[a], cares) - value(seen[b], cares) + draw.gauss(0, 0.25)
            preferences.append(Preference(a, b) if gap > 0 else Preference(b, a))
    return hits / len(top), first / len(top)


def main() -> None:
    """Print the table: topics cared for, with and without a purpose."""
    folder, seeds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10
    every = papers(folder)
    print(f"{len(every)} papers, {A_DAY} a day, five chosen; after {LEARNING} days of signs")
    print("cares for                 no purpose  purpose  first five")
    rows = []
    for cares in [*((topic,) for topic in TOPICS), *combinations(TOPICS, 2)]:
        bare, told = ([month(every, cares, seed, purpose=p) for seed in range(seeds)] for p in (False, True))
        row = (mean(hit for hit, _ in bare), mean(hit for hit, _ in told), mean(first for _, first in bare))
        rows.append(row)
        print(f"{' + '.join(cares):26}" + "".join(f"{share:10.0%}" for share in row))
    print(f"{'mean':26}" + "".join(f"{mean(row[i] for row in rows):10.0%}" for i in range(3)))


if __name__ == "__main__":
    main()
