"""Claims about how far judges agree with the team."""

import math

import numpy as np
import pytest

from bot.judges.agreement import Cycles, Decisions
from bot.judges.order_statistics import wilson
from bot.questions.judge_reports import Judges
from bot.ranking import Agreement
from bot.standings.misjudged_kinds import MisjudgedKind, misjudged_kinds
from bot.standings.team_agreement import is_at_chance, with_team
from handlers.blocks.ids import Page
from handlers.judges.judges_view import judges_answer
from storage.matches.feedback_rows import VerdictMark
from storage.matches.verdict_statistics import PaperKinds
from storage.standings.personal_votes import PersonalVote


def decisions(*rows: tuple[int, int, int, int]) -> Decisions:
    return Decisions(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def test_a_judge_agrees_where_it_says_what_people_say_whichever_paper_stood_first() -> None:
    said = decisions(*((n, n + 1, 0, 1) for n in range(10)), *((n + 1, n, 1, 1) for n in range(10)))
    votes = [PersonalVote("U1", n, n + 1, "first" if n < 8 else "second") for n in range(10)]
    shares, among = with_team(["alike", "against"], said, votes)
    assert [(one.judge, round(one.share.share, 2), one.share.votes) for one in shares] == [
        ("alike", 0.8, 10),
        ("against", 0.2, 10),
    ]
    assert all(one.share.low < one.share.share < one.share.high for one in shares)
    assert among is None, "one person has nobody to agree with"


def test_few_votes_say_nothing_and_a_draw_is_half() -> None:
    said = decisions(*((n, n + 1, 0, 0) for n in range(6)))
    votes = [PersonalVote("U1", n, n + 1, "first") for n in range(6)]
    assert with_team(["even"], said, votes[:4]) == ((), None)
    [even], _ = with_team(["even"], said, votes)
    assert even.share.share == pytest.approx(0.5)


def test_a_mark_counts_as_a_vote_of_who_gave_none_on_that_pair() -> None:
    said = decisions(*((n, n + 1, 0, 1) for n in range(8)))
    votes = [PersonalVote("U1", n, n + 1, "first") for n in range(4)]
    marks = [VerdictMark(user, "judge", 0, 1, is_good=False) for user in ("U1", "U2")]
    [share], _ = with_team(["judge"], said, votes, marks)
    assert (share.share.votes, share.marks) == (5, 1), "U1 voted on that pair"
    assert share.share.share == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("low", "high", "at_chance"), [(0.41, 0.59, True), (0.41, 0.61, False), (0.52, 0.59, False)]
)
def test_a_judge_is_at_chance_where_votes_show_it(low: float, high: float, at_chance: bool) -> None:
    assert is_at_chance(Agreement((low + high) / 2, low, high, 100)) is at_chance


def test_judges_says_it_in_words_with_interval_and_votes() -> None:
    said = decisions(*((n, n + 1, 0, 1) for n in range(10)))
    votes = [
        PersonalVote(user, n, n + 1, "first" if n < 8 else "second")
        for n in range(10)
        for user in ("U1", "U2")
    ]
    report = Judges(
        "papers",
        (),
        (),
        (),
        None,
        Cycles(0, 0, math.nan),
        wilson(0, 0),
        *with_team(["openai:gpt"], said, votes),
    )
    shown = str(judges_answer(report, Page("judges", 1, 0)).blocks)
    assert "*openai:gpt* agrees with you in 80" in shown
    assert "on 20 votes" in shown
    assert "Two of you agree with each other in 100" in shown


PAPERS = {n: PaperKinds(f"Paper {n}", ("q-bio.BM", "cs.LG") if n % 2 else ("cs.LG",)) for n in range(20)}
"""Odd ones are of one kind more than even ones."""


def pairs(kind: int, differs: int, rest: int, differs_elsewhere: int) -> list[tuple[int, int, int, int]]:
    """Decisions on `kind` pairs of an odd paper, which the team chooses, and `rest` pairs of two even ones."""
    mine = [(2 * n, 2 * n + 1, 0, 1 if n < differs else -1) for n in range(kind)]
    return mine + [(2 * n, 2 * n + 2, 0, 1 if n < differs_elsewhere else -1) for n in range(rest)]


@pytest.mark.parametrize(
    ("kind", "differs", "elsewhere", "voters", "says"),
    [
        (8, 6, 1, 1, (6, 6)),
        (8, 4, 1, 1, None),  # four votes are too few
        (8, 4, 1, 2, (4, 8)),
        (8, 6, 8, 1, None),  # it differs as often elsewhere
        (1, 1, 0, 9, None),  # one pair is no kind
    ],
)
def test_a_judge_misjudges_the_kind_on_which_it_differs_more_than_elsewhere(
    kind: int, differs: int, elsewhere: int, voters: int, says: tuple[int, int] | None
) -> None:
    said = pairs(kind, differs, 9, elsewhere)
    votes = [
        PersonalVote(f"U{user}", second, first, "first")
        for first, second, *_ in said
        for user in range(voters)
    ]
    results = misjudged_kinds(["judge"], decisions(*said), votes, PAPERS)
    assert [(one.kind, one.pairs, len(one.differing), one.votes) for one in results] == (
        [] if says is None else [("Biomolecules", kind, *says)]
    )
    assert all(one.differing[0] == ("Paper 0", "Paper 1") for one in results)


def test_a_pair_on_which_as_many_chose_each_paper_and_one_of_unknown_papers_say_nothing() -> None:
    said = pairs(8, 8, 0, 0)
    split = [PersonalVote(f"U{word}", a, b, word) for a, b, *_ in said for word in ("first", "second")]
    assert misjudged_kinds(["judge"], decisions(*said), split, PAPERS) == ()
    votes = [PersonalVote("U1", a, b, "second") for a, b, *_ in said]
    assert misjudged_kinds(["judge"], decisions(*said), votes, {}) == ()


def test_a_reader_is_told_the_pairs_that_they_voted_on_and_those_of_closed_polls() -> None:
    said = pairs(8, 8, 9, 0)
    votes = [
        PersonalVote("U2" if place < 7 else "U1", second, first, "first", 5 if place == 6 else None)
        for place, (first, second, *_) in enumerate(said)
    ]
    for reader, named in ((None, 8), ("U1", 2), ("U2", 7), ("", 1)):
        [kind] = misjudged_kinds(["judge"], decisions(*said), votes, PAPERS, reader)
        assert (len(kind.differing), kind.hidden) == (named, 8 - named)
    none = MisjudgedKind("openai:gpt", "Biomolecules", 8, 6, (), 6)
    report = Judges("papers", (), (), (), None, Cycles(0, 0, math.nan), wilson(0, 0),
        *with_team(["openai:gpt"], decisions(*((n, n + 1, 0, 1) for n in range(5))),
                   [PersonalVote("U1", n, n + 1, "first") for n in range(5)]), misjudged=(none,))  # fmt: skip
    shown = str(judges_answer(report, Page("judges", 1, 0)).blocks)
    assert "on 6 of the 8 pairs where you chose one (6 votes), it chose the other paper." in shown


def test_judges_names_the_kind_that_a_judge_misjudges_with_the_pairs() -> None:
    kind = MisjudgedKind("openai:gpt", "Biomolecules", 8, 6, (("A & B", "C"), *[("D", "E")] * 5))
    report = Judges(
        "papers", (), (), (), None, Cycles(0, 0, math.nan), wilson(0, 0),
        *with_team(["openai:gpt"], decisions(*((n, n + 1, 0, 1) for n in range(5))),
                   [PersonalVote("U1", n, n + 1, "first") for n in range(5)]),
        misjudged=(kind,),
    )  # fmt: skip
    assert (
        "*openai:gpt* likes papers in Biomolecules less than you do: on 6 of the 8 pairs where you chose one "
        "(6 votes), it chose the other paper, as “A &amp; B” over “C”, “D” over “E”, “D” over “E” and 3 more."
    ) in str(judges_answer(report, Page("judges", 1, 0)).blocks)
