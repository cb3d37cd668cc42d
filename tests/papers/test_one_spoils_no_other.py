"""Papers that are asked for together don't share a fate: what breaks together is tried apart."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.entries import intake
from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.work.runtime import Sources
from storage.tables import Paper
from tests.leagues.world import TEAM
from tests.papers.conftest import Site
from tests.papers.desk import Desk, a_desk, feed_entry


@pytest.fixture
async def desk(site: Site, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(site, f"sqlite:///{tmp_path / 'desk.db'}") as made:
        made.arxiv[GOOD] = feed_entry(GOOD)
        yield made


GOOD, POISON = "1706.03762", "1901.00001"


@dataclass
class Shaky:
    """Breaks whenever the poison is among what it is asked; `is_away` for all the rest."""

    real: Sources
    is_away: bool = False

    async def resolve(self, references: Sequence[Reference]) -> Mapping[str, PaperRecord | SourceError]:
        if any(reference.value == POISON for reference in references):
            raise RuntimeError("this paper breaks whoever reads it")
        if self.is_away:
            error = SourceUnavailableError("The source asks to wait.", retry_after=1e20)
            return {reference.canonical: error for reference in references}
        return await self.real.resolve(references)


async def test_a_paper_that_breaks_its_request_ends_alone_and_the_others_are_read(desk: Desk) -> None:
    runtime = replace(desk.runtime, sources=Shaky(desk.runtime.sources))
    await desk.posts(f"arxiv.org/abs/{GOOD} and arxiv.org/abs/{POISON}")
    first = (await desk.paper(f"arxiv:{GOOD}")).id
    await intake.fetch(runtime, TEAM, first)
    assert (await desk.paper(f"arxiv:{GOOD}")).status == "known"
    poison = await desk.paper(f"arxiv:{POISON}")
    assert (poison.status, poison.attempts) == ("fetching", 1)
    for _ in range(4):
        desk.time.move(timedelta(hours=1))
        await intake.fetch(runtime, TEAM, poison.id)
    poison = await desk.paper(f"arxiv:{POISON}")
    assert poison.status == "failed"
    assert "breaks whoever reads it" in (poison.failure or "")


async def test_an_hour_of_a_source_that_asks_to_wait_forever_counts_as_no_attempt(desk: Desk) -> None:
    sources = Shaky(desk.runtime.sources, is_away=True)
    runtime = replace(desk.runtime, sources=sources)
    await desk.posts(f"arxiv.org/abs/{GOOD}")
    paper: Paper = await desk.paper(f"arxiv:{GOOD}")
    for _ in range(10):
        await intake.fetch(runtime, TEAM, paper.id)
        waiting = await desk.paper(f"arxiv:{GOOD}")
        assert (waiting.status, waiting.attempts) == ("fetching", 0)
        assert waiting.not_before is not None
        assert waiting.not_before - desk.time.now() <= timedelta(minutes=15)
        desk.time.move(timedelta(minutes=15))
    sources.is_away = False
    await intake.fetch(runtime, TEAM, paper.id)
    assert (await desk.paper(f"arxiv:{GOOD}")).status == "known"


async def test_a_source_that_asks_to_wait_for_ages_holds_none_of_the_other_five(desk: Desk) -> None:
    others = [f"2001.0000{number}" for number in range(1, 6)]
    desk.arxiv |= {value: feed_entry(value) for value in others}
    desk.site.gives("/doi/10.1000/slow", "", status=429, headers={"Retry-After": str(10**20)})
    began = desk.time.now()
    await desk.posts(
        " ".join([*(f"arxiv.org/abs/{value}" for value in others), "https://doi.org/10.1000/slow"])
    )
    await intake.fetch(desk.runtime, TEAM, (await desk.paper(f"arxiv:{others[0]}")).id)
    assert {(await desk.paper(f"arxiv:{value}")).status for value in others} == {"known"}
    assert desk.time.now() - began < timedelta(seconds=30)
    slow = await desk.paper("doi:10.1000/slow")
    assert (slow.status, slow.attempts) == ("fetching", 0)
    assert slow.not_before is not None
    assert slow.not_before - desk.time.now() <= timedelta(minutes=15)
