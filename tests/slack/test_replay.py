"""The recorded ICLR verdicts as a league: questions are answered, a tournament plays on them to its end."""

from pathlib import Path

import pytest

from bot.exchange.recorded_files import read_matches, read_papers
from bot.exchange.verdict_import import load
from tests.slack.conftest import REPLAY, Group, a_group

PAPERS = REPLAY / "iclr2025_optimization_papers.csv"
MATCHES = REPLAY / "iclr2025_optimization_matches.csv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not MATCHES.exists(), reason="the recorded verdicts of ../shared/data/replay are missing"
    ),
]


async def bring_in(group: Group, *, verdicts: bool) -> tuple[int, int]:
    """Load the recorded papers, with their verdicts or without; returns how many of each."""
    papers = read_papers(PAPERS)
    matches = read_matches(MATCHES, frozenset(paper.id for paper in papers)) if verdicts else []
    async with group.app.database.transaction(group.slack.world.team) as session:
        loaded = await load(
            session,
            name="ICLR",
            papers=papers,
            matches=matches,
            channel=group.channel,
            settings=group.app.settings,
            now=group.time.now(),
        )
    return loaded.papers, loaded.matches


async def test_the_recorded_league_answers_every_question_and_loads_once(group: Group) -> None:
    assert await bring_in(group, verdicts=True) == (197, 2951)
    assert await bring_in(group, verdicts=True) == (0, 0)
    alice = group.people["alice"]
    assert "197" in await alice.asks("/rank")
    assert "%" in await alice.asks("/rank vs #1 | #2")
    assert "page" in await alice.asks("/rank history #1")
    assert "gpt-5.4" in await alice.asks("/rank judges")
    assert all(call.answer.get("error") != "invalid_blocks" for call in group.slack.calls)


async def test_a_tournament_on_recorded_verdicts_plays_to_its_end(tmp_path: Path) -> None:
    async with a_group(tmp_path, judges=(f"recorded:{MATCHES}",)) as group:
        await bring_in(group, verdicts=False)
        await group.people["alice"].runs("/rank tournament start 40 matches")
        await group.until(lambda: bool(group.messages("match.challenge")))
        counts = await group.counts()
        assert (counts.tournaments_over, counts.matches) == (1, 40)
