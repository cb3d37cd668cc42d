"""The stand-ins keep the judges' face."""

from pathlib import Path

import pytest

from bot.judges.errors import JudgeAnswerError
from bot.judges.factory import check_spec, open_judge
from bot.judges.interface import PaperText
from bot.judges.prompts import people_text
from storage.errors import SettingsError

PROVABLE = PaperText("a", "Provable convergence bounds", "We prove tight rates.")
HYBRID = PaperText("b", "An improved hybrid method", None)


async def test_the_offline_judge_prefers_the_same_paper_in_either_order() -> None:
    judge = open_judge("offline", keys={})
    assert (await judge.compare(PROVABLE, HYBRID, purpose=None, nonce="1")).winner == "first"
    assert (await judge.compare(HYBRID, PROVABLE, purpose=None, nonce="2")).winner == "second"


async def test_a_recorded_verdict_is_turned_round_with_the_papers(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("first,second,winner,judge\na,b,b,gpt\n")
    judge = open_judge(f"recorded:{tmp_path / 'm.csv'}", keys={})
    assert (await judge.compare(PROVABLE, HYBRID, purpose=None, nonce="1")).winner == "second"
    turned = await judge.compare(HYBRID, PROVABLE, purpose=None, nonce="1")
    assert (turned.winner, turned.model) == ("first", "gpt")
    with pytest.raises(JudgeAnswerError, match="no recorded verdict"):
        await judge.compare(PROVABLE, PaperText("c", "C", None), purpose=None, nonce="1")


@pytest.mark.parametrize("spec", ["", "openai", "openai:", "nobody:model", "openai:m@ftp://x", "recorded:"])
def test_what_names_no_judge_is_refused_with_a_sentence(spec: str) -> None:
    with pytest.raises(SettingsError):
        check_spec(spec)


def test_people_read_titles_instead_of_paper_1_and_2() -> None:
    assert people_text("Paper 1 beats paper 2.", "A\\1", "B") == "A\\1 beats B."
