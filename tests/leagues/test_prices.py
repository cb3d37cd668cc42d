"""What things cost is said as typical first, then as the most it can be."""

from dataclasses import replace
from decimal import Decimal

from bot.spending.price_estimates import Prices, prices_so_far
from bot.work.runtime import Runtime
from bot.work.timing import MovableTime
from handlers.leagues.settings_windows_view import price_line
from storage.tables import Spending
from tests.leagues.slack import NoSources
from tests.leagues.world import SECRET, World
from tests.slack.judges import SlowJudge

PAID = Prices(Decimal("0.35"), Decimal("0.29"), (), ("openai:gpt",))


def test_without_a_history_it_is_the_most_and_no_figure_is_made_up() -> None:
    line = price_line(PAID, 12, Decimal(10))
    assert "at most $3.83 a paper; most calls cost less" in line
    assert "typically" not in line


def test_with_a_history_the_typical_comes_first_and_says_what_the_cap_covers() -> None:
    so_far = replace(PAID, usual_paper=Decimal("0.04"), usual_match=Decimal("0.03"))
    line = price_line(so_far, 12, Decimal(10))
    assert (
        "typically about $0.40 a paper, never more than $3.83; $10.00 a month covers about 25 papers." in line
    )


async def test_the_typical_is_the_average_of_calls_that_were_paid(world: World) -> None:
    league, other = await world.league(), await world.league(SECRET)
    judge = SlowJudge()
    runtime = Runtime(
        world.database, world.settings.model_copy(update={"judges": (judge.name,), "assessors": (judge.name,)}),
        MovableTime(world.now), {judge.name: judge}, NoSources(), lambda _workspace: world.people,
    )  # fmt: skip
    async with world.writing() as session:
        assert (await prices_so_far(session, runtime)).usual_match is None
        for kind, cost in (("assessment", "0.04"), ("match", "0.01"), ("match", "0.03")):
            session.add(
                Spending(
                    league_id=league.id, kind=kind, about_id=1, judge=judge.name, reserved=1, cost=Decimal(cost),
                    result="ok", at=world.now, settled_at=world.now,
                )
            )  # fmt: skip
        await session.flush()
        so_far = await prices_so_far(session, runtime)
        session.add(
            Spending(
                league_id=other.id, kind="match", about_id=1, judge=judge.name, reserved=1, cost=Decimal("0.20"),
                result="ok", at=world.now, settled_at=world.now,
            )
        )  # fmt: skip
        await session.flush()
        for about, usual in ((league.id, "0.02"), (other.id, "0.20"), (None, "0.08")):
            own = (await prices_so_far(session, runtime, league=about)).usual_match
            assert round(own or Decimal(0), 6) == Decimal(usual)
        session.add(
            Spending(
                league_id=league.id, kind="match", about_id=1, judge="recorded:free", reserved=0, cost=Decimal(0),
                result="ok", at=world.now, settled_at=world.now,
            )
        )  # fmt: skip
        await session.flush()
        both = (await prices_so_far(session, runtime, [judge.name, "recorded:free"], league.id)).usual_match
        assert round(both or Decimal(0), 6) == Decimal("0.01"), "what cost nothing is known to cost nothing"
    assert so_far.usual_paper is not None
    assert so_far.usual_match is not None
    assert (round(so_far.usual_paper, 6), round(so_far.usual_match, 6)) == (Decimal("0.04"), Decimal("0.02"))
