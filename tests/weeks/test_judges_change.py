"""A team that tried the bot with the offline judge names a real one: what it decided by vote stays decided."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from storage.standings import counted_outcomes, rating_rows
from storage.tables import League, Match, Override
from tests.judges.fault_server import serving
from tests.slack.conftest import ATTENTION, BERT, GPT3, Group, a_group, shown


async def _counted(group: Group) -> list[Match]:
    """The matches that the ratings go by."""
    async with group.app.database.reading(group.slack.world.team) as session:
        league = await session.scalar(select(League.id))
        assert league is not None
        return list(await session.scalars(select(Match).where(counted_outcomes.counting(league))))


async def _overrule(group: Group) -> Match:
    """Three people decide the first match against the judge; returns it as it counts now."""
    await group.people["bob"].clicks(group.messages("match.challenge")[0], "match.challenge")
    (poll,) = group.messages("vote.cast")
    async with group.app.database.reading(group.slack.world.team) as session:
        (match,) = (await session.scalars(select(Match).where(Match.status == "decided").limit(1))).all()
    choice = "1" if match.verdict == "first" else "0"
    buttons = [
        element
        for block in poll["blocks"]
        for element in block.get("elements", ())
        if str(element.get("action_id", "")).startswith("vote.cast")
    ]
    label = buttons[int(choice)]["text"]["text"]
    for name in ("alice", "bob", "carol"):
        await group.people[name].presses(group.messages("vote.cast")[0], label)
    async with group.app.database.reading(group.slack.world.team) as session:
        override = await session.scalar(select(Override))
        assert override is not None
        found: Match = await session.get_one(Match, override.match_id)
        session.expunge_all()
    return found


@pytest.mark.slow
async def test_an_override_of_an_offline_verdict_counts_with_its_weight_after_a_real_judge_took_over(
    tmp_path: Path,
) -> None:
    async with a_group(tmp_path) as group:
        await group.people["alice"].posts(f"{ATTENTION} {BERT} {GPT3}")
        await group.people["alice"].runs("/rank tournament start 1 match")
        await group.until(lambda: bool(group.messages("match.challenge")))
        decided = await _overrule(group)
        await group.people["alice"].runs("/rank tournament start 2 matches")
        assert len(await _counted(group)) == 3
    async with serving("good") as server:
        real = f"openai:gpt-5.2@{server.url}"
        settings: dict[str, Any] = {
            "judges": (real,), "openai_api_key": SecretStr("sk-1"), "match_price_usd": Decimal(0),
        }  # fmt: skip
        async with a_group(tmp_path, **settings) as group:
            alice = group.people["alice"]
            await alice.runs("/rank tournament start 3 matches")
            await group.until(lambda: "is over" in "".join(map(shown, group.messages(kind="tournament"))))
            assert server.requests, "the judge was asked over the wire"
            counted = await _counted(group)
            assert {row.judge for row in counted} == {"offline", real}
            (ours,) = [row for row in counted if row.judge == "offline"]
            assert (ours.id, ours.outcome, ours.weight) == (decided.id, decided.outcome, 2.0)
            assert decided.outcome != decided.verdict
            history = await alice.asks("/rank history attention") + await alice.asks("/rank history bert")
            history += await alice.asks("/rank history few-shot")
            assert history.count("decided by the team's vote") == 2, "both papers' histories say so"
            won = {"first": decided.first_id, "second": decided.second_id}[str(decided.outcome)]
            async with group.app.database.reading(group.slack.world.team) as session:
                figures = (await rating_rows.ratings_of(session, [won]))[won]
            played = [row for row in counted if won in (row.first_id, row.second_id)]
            assert figures.matches == len(played)
            [card] = (await alice.runs(f"/rank #{figures.rank}")).messages
            await alice.clicks(card, "menu", selected="More about it")
            assert f"{figures.wins} – {figures.losses} – {figures.draws} of {figures.matches}" in shown(
                alice.modal
            )
