"""The rubric judge: the paper with the better assessments wins, without any call to a model."""

from bot.judges.errors import JudgeAnswerError
from bot.judges.interface import AssessmentAnswer, FreeJudge, PaperText, Pool, Usage, VerdictAnswer, Winner
from bot.judges.rubric import Rubric

VERSION = "rubric-1"
_SURE, _A_POINT = 0.95, 0.15
_CLEAR_LEAD = 1.0


class RubricJudge(FreeJudge):
    """Judge that compares the median ratings by assessors; reads neither title nor abstract.

    On the recorded leagues (`shared/data/replay`) it agrees with a model's verdict in 85 to 87 % of the pairs it decides;
    `tests/judges/test_rubric_judge.py` counts again.
    """

    name = "rubric"
    family = "rubric"
    pool: Pool = "real"

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """Decide by rating: the higher one wins, equal ones are a draw.

        Raises `JudgeAnswerError` while one is missing.
        """
        del purpose, nonce
        if first.rating is None or second.rating is None:
            raise JudgeAnswerError("rubric gave no answer: a paper has no assessment yet.", again=True)
        lead = first.rating - second.rating
        winner: Winner = "draw" if lead == 0 else "first" if lead > 0 else "second"
        return VerdictAnswer(
            winner=winner,
            confidence=round(min(_SURE, 0.5 + _A_POINT * abs(lead)), 2),
            rationale=f"Assessors rated Paper 1 {first.rating:g} and Paper 2 {second.rating:g} of 10.",
            criteria={},
            model=VERSION,
            usage=Usage(),
            margin=None if lead == 0 else "clear" if abs(lead) >= _CLEAR_LEAD else "slight",
        )

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        """Raise `JudgeAnswerError`, because this judge writes no assessments."""
        del paper, purpose, nonce, rubric
        raise JudgeAnswerError("rubric compares assessments and writes none.")
