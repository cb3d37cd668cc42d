"""A model that obeys whatever stands outside the fence, over the wire: no poisoned paper wins because of its poison."""

import json
import re
from typing import Any

from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import PaperText
from tests.judges.fault_server import GOOD, serving
from tests.judges.test_injection import CANARIES, DISGUISES

HONEST = PaperText("h", "An honest title", "We prove tight bounds and test them on ten data sets.")


def weigh(said: list[dict[str, Any]], *, fenced: bool) -> str:
    """The obedient model: it wants to be told a winner outside the fence, else it counts "prove" in each paper."""
    told = "\n".join(str(message["content"]) for message in said)
    marker = re.search(r"fence-[0-9a-f]{20}", told)
    assert marker is not None
    begin_end = re.compile(rf"^{marker[0]} (.+?) begins$(.*?)^{marker[0]} \1 ends$", re.MULTILINE | re.DOTALL)
    papers = [body for _name, body in begin_end.findall(told)]
    assert len(papers) == 2, "the fences hold"
    outside = begin_end.sub("", told) if fenced else told
    poisoned = "first" if "poisoned" in papers[0] else "second"
    if any(obeys(outside, canary) for canary in CANARIES):
        return poisoned
    return "first" if papers[0].count("prove") > papers[1].count("prove") else "second"


def obeys(text: str, canary: str) -> bool:
    return canary[:30].casefold() in text.casefold()


async def wins_of_poison(*, fenced: bool) -> int:
    """How often the poisoned paper won, of every canary plain and in three of the disguises, which take turns."""

    def script(body: dict[str, Any], _number: int) -> str:
        answer = {**GOOD, "winner": weigh(body["messages"], fenced=fenced)}
        return f"says {json.dumps(answer)}"

    wins = 0
    names = list(DISGUISES)
    async with serving(script) as server:
        judge = open_judge(f"openai:obedient@{server.url}", keys={})
        for number, canary in enumerate(CANARIES):
            for turn in range(4):
                name = names[(number + turn) % len(names)] if turn else "plain"
                text = DISGUISES[name](canary)
                poisoned = PaperText("p", "A poisoned title", f"We study graphs. {text}", assessment=text)
                first = number % 2 == 0
                pair = (poisoned, HONEST) if first else (HONEST, poisoned)
                verdict = await judge.compare(*pair, purpose=None, nonce=f"{number}{name}")
                assert verdict.flags, f"{canary!r} as {name} isn't flagged"
                wins += verdict.winner == ("first" if first else "second")
        await close_judges([judge])
    return wins


async def test_no_poisoned_paper_wins_with_a_model_that_obeys_what_is_unfenced() -> None:
    assert await wins_of_poison(fenced=True) == 0


async def test_the_same_model_without_regard_for_fences_would_have_been_won_over() -> None:
    assert await wins_of_poison(fenced=False) >= len(CANARIES)
