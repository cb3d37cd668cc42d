"""Any words after any command give an answer within Slack's limits, and never "something went wrong"."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.features import FEATURES
from tests.slack.conftest import FOUR, Group, a_group, shown

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("PAPERBOUT_WORDS", "120"))
"""How many lines are tried; `.ci/long` tries more."""

NAMES = sorted({name for feature in FEATURES for command in feature.commands for name in command.names})
NUMBERS = (
    "0",
    "-1",
    "1",
    "99999999999999999999999",
    "9" * 400,
    "1e999",
    "nan",
    "inf",
    "٢٥",
    "½",
    "1,000",
    "1.000,5",
)
TIMES = (
    "9999y", "9999d", "0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "last week", "since yesterday",
    "every day at 25:00", "at 08:30 Mars/Base", "0 0 30 2 *", "* * * * *", "every 0 days", "at 09:00 GMT+2", "noon",
)  # fmt: skip
PLACES = (
    "#1",
    "#0",
    "#99999999999999999999",
    "#1 | #2",
    "attention | bert",
    "|",
    "attention |",
    "| | |",
    "<#C0|1>",
)
ODD = (
    "%", "_", "\\", "in %", "in " + "x" * 60, "in Computation and Language", "from @nobody", "from <@U0000001>",
    "from <@U999>", "page 2", "page 0", "page 99999999999", "<!channel>", "<https://arxiv.org/abs/1706.03762>",
    "https://example.org/" + "a" * 2500, "\u202e\u0000x", "🦜", "*_~`", "“”", '"', "''", "a" * 3000, "&amp;&lt;",
    "{}", "${x}", "top", "top -3", "±", "±99999999999", "judge", "judge nobody", "for 9999d", "$", "$1,000", "panel",
    "quiet", "quiet loud", "on", "off", "now", "settings", "help", "bib", "ris", "csl", "30d", "rating", "uncertain",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(NUMBERS), st.sampled_from(TIMES), st.sampled_from(PLACES), st.sampled_from(ODD), st.text(max_size=12)
)  # fmt: skip
LINES = st.tuples(st.sampled_from(NAMES), st.lists(WORDS, max_size=3)).map(
    lambda pair: f"{pair[0]} {' '.join(pair[1])}".strip()[:3900]
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Group]]:
    """One group for all lines, with papers and a few matches: what a line leaves behind, the next ones meet."""
    yield from _world(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Group]]:
    """A group of its own, in which no drawn line has removed or merged a paper."""
    yield from _world(tmp_path_factory.mktemp("untouched"))


def _world(folder: Path) -> Iterator[tuple[asyncio.Runner, Group]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Group:
            group = await stack.enter_async_context(a_group(folder))
            await group.people["alice"].posts(" ".join(FOUR))
            await group.people["alice"].runs("/rank tournament start 4 matches")
            return group

        group = runner.run(begin())
        yield runner, group
        runner.run(stack.aclose())


async def _answers(group: Group, line: str) -> None:
    alice = group.people["alice"]
    reply = await alice.runs(f"/rank {line}")
    views = group.slack.views(alice.id)
    answer = "".join(map(shown, [*reply.messages, *views]))
    while group.slack.views(alice.id):
        await group.slack.close(alice.id, clear=True)
    assert reply.ack.ok
    assert answer, line
    assert "omething went wrong" not in answer, line
    assert group.slack.complaints == [], line


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(line=LINES)
def test_any_words_are_answered(world: tuple[asyncio.Runner, Group], line: str) -> None:
    runner, group = world
    runner.run(_answers(group, line))


@pytest.mark.parametrize(
    "line",
    [
        "new 9999y", "board since 9999y", "at 0001-01-01", "pause 99999999999999999999999", "board in " + "x" * 60,
        "board in " + "é" * 200, "board in %", "board in _", "board since yesterday", "changes since 0001-01-01",
        "cancel 9223372036854775808", "resume ٣", "start top 99999999999999999999", "new -1d",
        "start 9999999 matches for 9999d", "schedule " + "x" * 2000, "digest at 99:99", "budget 1e999", "page 2",
        "mine page 2", "#99999999999999999999", "history #99999999999999999999", "vs #1 | #99999999999999999999",
    ],
)  # fmt: skip
def test_words_that_broke_once(world: tuple[asyncio.Runner, Group], line: str) -> None:
    runner, group = world
    runner.run(_answers(group, line))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("board in %", "No paper passes this filter"),
        ("board in c_", "No paper passes this filter"),
        ("board in Computation and Language", "BERT"),
        ("board since yesterday", "BERT"),
        ("board since 9999y", "further back than I keep anything"),
        ("at 0001-01-01", "no standings that old"),
        ("pause 99999999999999999999999", "isn't a tournament's number"),
    ],
)
def test_what_these_words_mean(untouched: tuple[asyncio.Runner, Group], line: str, answer: str) -> None:
    runner, group = untouched
    assert answer in runner.run(group.people["alice"].asks(f"/rank {line}"))
