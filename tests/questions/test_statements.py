"""Answers stay few statements and few rows, whatever a league holds: each is a round trip to the database."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot import questions
from bot.standings import refit
from storage.database.engine import Transaction
from storage.standings import decided_matches, past_standings
from tests.questions.conftest import Asker
from tests.statements import counted

Ask = Callable[[Transaction, Asker], Awaitable[object]]

# Beside the one that begins the transaction. Judges at chance, whose verdicts don't count, are read with one.
ANSWERS: dict[str, tuple[int, Ask]] = {
    "board": (9, lambda s, a: questions.leaderboard(s, a.league)),
    "a late page": (9, lambda s, a: questions.leaderboard(s, a.league, offset=15, sort="uncertain")),
    "a category": (10, lambda s, a: questions.leaderboard(s, a.league, category="cs")),
    "new": (10, lambda s, a: questions.newest(s, a.league, span=timedelta(days=7), now=a.world.now)),
    "find": (1, lambda s, a: questions.find_entry(s, a.league, "all you need")),
    "card": (12, lambda s, a: questions.card(s, a.entries[0], a.world.now)),
    "vs": (8, lambda s, a: questions.head_to_head(s, a.entries[0], a.entries[1])),
    "history": (8, lambda s, a: questions.history(s, a.entries[0])),
    "at": (4, lambda s, a: questions.standings_at(s, a.league, a.world.now)),
    "gap": (2, lambda s, a: questions.gap(s, a.league)),
    "all": (3, lambda s, a: questions.overall(s, (a.league,))),
    "judges": (17, lambda s, a: questions.judges(s, a.league)),
    "cost": (4, lambda s, a: questions.cost(s, a.league, a.world.now)),
    "log": (6, lambda s, a: questions.log(s, a.league)),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_takes_no_more_statements_than_before(asker: Asker, name: str) -> None:
    most, ask = ANSWERS[name]
    with counted(asker.world.database) as sent:
        async with asker.world.database.reading("T1") as session:
            await ask(session, asker)
    assert len(sent) - 1 <= most, "\n".join(sent)


async def test_a_refit_takes_twelve_statements_and_reads_no_row_a_match(asker: Asker) -> None:
    with counted(asker.world.database) as sent:
        async with asker.world.writing() as session:
            await refit.refit(session, asker.league, cause="match", now=asker.world.now)
    assert len(sent) - 1 <= 12, "\n".join(sent)  # polls and duels are read with one each
    async with asker.world.database.reading("T1") as session:
        groups = await decided_matches.outcomes_that_count(session, asker.league)
    assert (
        len(groups) <= 2 * (3 + 2) + 2
    )  # judges, outcomes, wins in both orders, what the team decided, and the verdict that it corrected
    assert sum(len(group.matches) for group in groups if group.counts) == 24


async def test_some_entries_are_cut_out_of_kept_standings_as_they_are_in_them(asker: Asker) -> None:
    async with asker.world.database.reading("T1") as session:
        latest = await past_standings.latest_id(session, asker.league)
        assert latest is not None
        whole = await past_standings.load(session, latest)
        some = asker.entries[2:4]
        assert await past_standings.load_entries(session, latest, [*some, 99]) == {
            entry: whole[entry] for entry in some
        }
        assert await past_standings.load_entries(session, latest, asker.entries) == whole
