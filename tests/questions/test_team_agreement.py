"""Claims about how far judges agree with the team."""

import math

import numpy as np
import pytest

from bot.judges.agreement import Cycles, Decisions
from bot.judges.order_statistics import wilson
from bot.questions.judge_reports import Judges
from bot.ranking import Agreement
from bot.standings.team_agreement import with_team
from handlers.blocks.ids import Page
from handlers.blocks.judge_agreement import is_at_chance
from handlers.judges.judges_view import judges_answer
from storage.matches.feedback_rows import VerdictMark
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
