"""A real judge over HTTP, in a workspace: paused, told of by DM, resumed by a click."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.standings import judges_at_chance
from storage.tables import DuelVote, Match
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


@pytest.mark.slow
async def test_owners_read_in_slack_that_a_judge_is_at_chance_and_a_click_lets_it_count(
    tmp_path: Path,
) -> None:
    async with a_group(tmp_path) as group:
        alice, slack, app = group.people["alice"], group.slack, group.app
        await alice.posts(f"{ATTENTION} {BERT}")
        await alice.runs("/rank tournament start 1 match")
        await group.until(lambda: bool(group.messages("match.challenge")))
        async with app.database.transaction(slack.world.team) as session:
            match = (await session.scalars(select(Match))).one()
            low, high = sorted((match.first_id, match.second_id))
            preferred = "second" if (match.verdict == "first") is (low == match.first_id) else "first"
            session.add_all(
                DuelVote(
                    first_id=low, second_id=high, user=f"U{number}", league_id=match.league_id,
                    choice=preferred, at=app.time.now(),
                )
                for number in range(25)
            )  # fmt: skip
        await judges_at_chance.look_everywhere(app.runtime)
        dm = slack.dm(alice.id)
        await group.until(lambda: any(has(each, "judge.choose") for each in slack.history(dm)))
        [message] = [each for each in slack.history(dm) if has(each, "judge.choose")]
        assert "on 25 votes: no more than a coin would" in shown(message)
        group.time.move(timedelta(days=7))
        await judges_at_chance.look_everywhere(app.runtime)
        await group.until(lambda: "no longer count" in shown(slack.message(dm, message["ts"])))
        await alice.clicks(slack.message(dm, message["ts"]), "judge.choose")
        await group.until(lambda: "said so" in shown(slack.message(dm, message["ts"])))
