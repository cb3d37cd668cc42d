"""Claims about the prompt and form with which a model chooses among a day's preprints."""

import pytest

from bot.entries.relevance import Interests
from bot.judges.llm.replies.answers import UnusableAnswerError, read_answer
from bot.judges.llm.replies.preprint_choice import PreprintPick, preprint_form, preprint_prompt
from storage.entries.taste_signs import SignedPaper
from tests.judges.test_injection import CANARIES


def test_a_choice_is_of_numbers_listed_each_once_and_a_reason_is_short() -> None:
    form = preprint_form(3, 2)
    text = (
        '{"choices": [{"paper": 2, "reason": "fits"}, {"paper": 2, "reason": "x"}, {"paper": 7, "reason": "x"}, '
        '{"paper": 1, "reason": "' + "long " * 30 + '"}, {"paper": 3, "reason": ""}]}'
    )
    first, second = read_answer(text, form)
    assert first == PreprintPick(1, "fits")
    assert (second.place, len(second.reason) <= 60) == (0, True)
    for unusable in ('{"choices": []}', '{"choices": [{"paper": "2"}]}', '{"choices": 3}', "The second."):
        with pytest.raises(UnusableAnswerError):
            read_answer(unusable, form)


def test_candidates_wishes_and_titles_stay_inside_their_fences() -> None:
    for canary in CANARIES:
        prompt = preprint_prompt(canary, [canary], [canary], [(canary, canary)], 1, nonce="guessed")
        assert canary[:20] not in prompt.system
        depth = 0
        for line in prompt.user.splitlines()[1:]:
            if line.startswith(prompt.marker):
                depth += 1 if line.endswith("begins") else -1
            elif not depth and line.strip():
                assert line == "Which candidates would this team want most?"
        assert depth == 0


def paper(entry: int, **signs: object) -> SignedPaper:
    known = {"by_hand": False, "saved": 0, "read": 0, "followed": 0} | signs
    return SignedPaper(entry, f"Paper {entry}", "", None, **known)  # type: ignore[arg-type]  # counts by name


def test_a_model_is_told_what_people_liked_and_what_not_the_surest_first() -> None:
    papers = (
        paper(1, by_hand=True), paper(2, saved=1), paper(3, more=3), paper(4, fewer=1),
        paper(5, reactions=(("-1",), ("-1",))), paper(6),
    )  # fmt: skip
    assert Interests("", (), (), papers, ()).told_apart() == (["Paper 3", "Paper 2"], ["Paper 5", "Paper 4"])
    assert Interests("", (), (), papers, (), signs=False).told_apart() == (["Paper 3"], ["Paper 4"])
