"""The baseline says what it is, and agrees with recorded verdicts as often as its docstring says."""

import csv
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.judging import offline
from bot.judging.offline import OFFLINE_LABEL, OfflineJudge
from bot.judging.prompts import describe, people_text, readable
from bot.judging.records import SECTIONS, PaperText
from bot.judging.rubric import read_rubric

REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"


async def test_wherever_it_speaks_it_says_that_it_is_no_assessment() -> None:
    paper = PaperText("k", "We prove it", "With experiments.")
    judge = OfflineJudge()
    review = await judge.assess(paper, purpose=None, nonce="n")
    verdict = await judge.compare(paper, paper, purpose=None, nonce="n")
    assert all(review.sections[key].startswith(OFFLINE_LABEL) for key in SECTIONS)
    assert review.contribution == OFFLINE_LABEL
    assert verdict.rationale.startswith(OFFLINE_LABEL)
    assert (verdict.winner, verdict.confidence) == ("draw", 0.5)
    scores = (review.rating, review.significance, review.rigor, review.novelty, review.clarity)
    assert all(1 <= score <= 10 and score * 2 == int(score * 2) for score in scores)


async def test_its_agreement_with_recorded_verdicts_is_what_the_docstring_says() -> None:
    if not REPLAY.exists():
        pytest.skip("the recorded verdicts aren't on this machine")
    with (REPLAY / "iclr2025_optimization_papers.csv").open(encoding="utf-8") as file:
        papers = {row["id"]: PaperText(row["id"], row["title"], None) for row in csv.DictReader(file)}
    judge, draws, agreed = OfflineJudge(), 0, 0
    with (REPLAY / "iclr2025_optimization_matches.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            first, second = papers[row["first"]], papers[row["second"]]
            winner = (await judge.compare(first, second, purpose=None, nonce="n")).winner
            draws += winner == "draw"
            agreed += winner == ("first" if row["winner"] == row["first"] else "second")
    assert offline.__doc__ is not None
    assert f"{draws:,} pairs" in offline.__doc__
    assert f" {agreed}, " in offline.__doc__


def test_another_rubric_has_another_version_and_a_missing_one_is_named(tmp_path: Path) -> None:
    shipped = read_rubric()
    (tmp_path / "own.md").write_text(shipped.text + "!")
    assert read_rubric(tmp_path / "own.md").version != shipped.version
    with pytest.raises(SettingsError, match="PAPERBOUT_RUBRIC"):
        read_rubric(tmp_path / "none.md")


def test_people_can_read_the_very_prompt_and_rubric() -> None:
    rubric = read_rubric()
    said = describe("robots that help", rubric)
    assert "robots that help" in said
    assert rubric.text in said
    assert "Which paper matters more?" in said


def test_references_and_what_lies_past_sixty_thousand_characters_are_cut() -> None:
    assert readable("Intro\n" * 20 + "References\n[1] A paper") == ("Intro\n" * 20).rstrip()
    assert len(readable("x" * 70_000)) == 60_000


def test_people_text_names_papers_once_and_leaves_other_numbers_alone() -> None:
    said = people_text("Paper 1 and Paper 2 differ; Papers 1 and 2; paper 12.", "Paper 2 revisited", "B")
    assert said == "Paper 2 revisited and B differ; Paper 2 revisited and B; paper 12."
