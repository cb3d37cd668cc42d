"""A real judge over HTTP, in a workspace: paused, told of by DM, resumed by a click."""

from pathlib import Path
from typing import Any

import pytest

from tests.judges.fault_server import serving
from tests.slack.conftest import ATTENTION, BERT, a_group, has, shown


@pytest.mark.slow
async def test_a_refused_key_is_told_by_dm_and_a_click_lets_the_judge_play_again(tmp_path: Path) -> None:
    mended = False

    def script(_body: dict[str, Any], _number: int) -> str:
        return "good" if mended else "quota"

    async with (
        serving(script) as server,
        a_group(tmp_path, judges=(f"openai:fake@{server.url}",), match_price_usd=0) as group,
    ):
        alice, bob, slack = group.people["alice"], group.people["bob"], group.slack
        await bob.posts(f"{ATTENTION} {BERT}")
        await bob.runs("/rank tournament start 1 match")
        await group.until(lambda: bool(slack.history(slack.dm(alice.id))))
        [told] = [m for m in slack.history(slack.dm(alice.id)) if has(m, "home.judge")]
        assert "its quota or credit is used up" in shown(told)
        [tournament] = group.messages(kind="tournament")
        assert "quota" in shown(tournament)
        mended = True
        await alice.clicks(told, "home.judge")
        await group.until(lambda: bool(group.messages("match.challenge")))
        assert (await group.counts()).matches == 1
        assert "plays again" in shown(slack.message(slack.dm(alice.id), told["ts"]))
