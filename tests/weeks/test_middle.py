"""A tournament is steered truly in its middle: a judge is held, so that calls are in flight while people click."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.judges.interface import PaperText, VerdictAnswer
from tests.slack.conftest import FOUR, Group, a_group, shown
from tests.weeks.priced import NAME, PricedJudge


class HeldJudge(PricedJudge):
    """Answers `most` matches and then waits until it is let go."""

    most = 3

    @property
    def matches(self) -> int:
        """How many matches it was asked to judge so far."""
        return sum(kind == "match" for kind, _purpose in self.asked)

    def hold_after(self, more: int) -> None:
        """Answer so many matches more."""
        self.most = self.matches + more

    def let_go(self) -> None:
        """Answer all."""
        self.most = 1_000
        self.free.set()

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        if self.matches >= self.most:
            self.free.clear()
        return await super().compare(first, second, purpose=purpose, nonce=nonce)


@pytest.fixture
def judge() -> HeldJudge:
    return HeldJudge("0.001")


@pytest.fixture
async def group(tmp_path: Path, judge: HeldJudge) -> AsyncIterator[Group]:
    async with a_group(tmp_path, judges=(NAME,), models={NAME: judge}) as made:
        alice = made.people["alice"]
        await alice.posts(" ".join(FOUR))
        [greeting] = made.messages("league.create")
        await alice.clicks(greeting, "league.create")
        await alice.submits(cap="5")
        yield made
        judge.let_go()


def _root(group: Group) -> str:
    return "".join(map(shown, group.messages(kind="tournament")))


@pytest.mark.slow
async def test_a_tournament_keeps_what_is_decided_when_it_is_paused_and_cancelled_with_calls_in_flight(
    group: Group, judge: HeldJudge
) -> None:
    alice, slack = group.people["alice"], group.slack
    judge.hold_after(3)
    await slack.command(alice.id, group.channel, "/rank", "tournament start 30 matches")
    await slack.until(lambda: not judge.free.is_set())
    await slack.until(lambda: group.messages("tournament.pause"))
    await slack.click(alice.id, group.messages("tournament.pause")[0], "Pause")
    await slack.until(lambda: "is paused" in _root(group))
    asked = judge.matches
    judge.let_go()
    await group.calm()
    group.time.move(timedelta(hours=2))
    await group.calm()
    decided = (await group.counts()).matches
    assert decided > 0
    assert judge.matches <= asked + 1, "a match in flight may be asked in the other order, no other is begun"
    before = judge.matches
    judge.hold_after(0)
    await slack.click(alice.id, group.messages("tournament.resume")[0], "Resume")
    await slack.until(lambda: not judge.free.is_set())
    await slack.until(lambda: group.messages("tournament.pause"))
    await slack.click(alice.id, group.messages("tournament.pause")[0], "Cancel")
    await slack.until(lambda: "was cancelled" in _root(group))
    asked = judge.matches
    judge.let_go()
    await group.calm()
    assert judge.matches == asked
    kept = (await group.counts()).matches - decided
    assert kept == asked - before, "what was asked before it was cancelled is paid, so it counts"
