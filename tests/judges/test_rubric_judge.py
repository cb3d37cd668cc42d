"""The rubric judge decides by assessors' ratings, and agrees with recorded verdicts where it decides."""

import csv
from pathlib import Path

import pytest

from bot.judges.errors import JudgeAnswerError
from bot.judges.factory import open_judge
from bot.judges.interface import PaperText

REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"


async def verdict(first: float | None, second: float | None) -> str:
    judge = open_judge("rubric", keys={})
    one, two = PaperText("a", "A", None, rating=first), PaperText("b", "B", None, rating=second)
    answer = await judge.compare(one, two, purpose=None, nonce="n")
    assert answer.usage.cost_usd == 0
    return f"{answer.winner} {answer.margin}"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(7, 5, "first clear"), (5, 5.5, "second slight"), (6, 6, "draw None"), (6, 7, "second clear")],
)
async def test_the_better_assessed_paper_wins_and_equal_ratings_are_a_draw(
    first: float, second: float, said: str
) -> None:
    assert await verdict(first, second) == said


async def test_a_paper_without_an_assessment_is_waited_for() -> None:
    with pytest.raises(JudgeAnswerError, match="no assessment yet") as caught:
        await verdict(6, None)
    assert caught.value.again


def recorded() -> list[tuple[float, float, bool]]:
    """Pairs of ratings that differ, and whether the recorded model preferred the first."""
    pairs = []
    for papers in REPLAY.glob("*_papers.csv"):
        with papers.open(encoding="utf-8") as file:
            ratings = {row["id"]: float(row["rating"]) for row in csv.DictReader(file) if row.get("rating")}
        with Path(str(papers).replace("_papers", "_matches")).open(encoding="utf-8") as file:
            pairs += [
                (ratings[row["first"]], ratings[row["second"]], row["winner"] == row["first"])
                for row in csv.DictReader(file)
                if row["winner"] != "draw" and {row["first"], row["second"]} <= ratings.keys()
            ]
    return [pair for pair in pairs if pair[0] != pair[1]]


async def test_on_recorded_verdicts_it_agrees_in_more_than_four_of_five_pairs_it_decides() -> None:
    pairs = recorded()
    if not pairs:
        pytest.skip("the recorded verdicts are not on this machine")
    agreed = [((await verdict(one, two)).startswith("first")) == first_won for one, two, first_won in pairs]
    assert len(agreed) > 500
    assert 0.8 < sum(agreed) / len(agreed) < 0.95
