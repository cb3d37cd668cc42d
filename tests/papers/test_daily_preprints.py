"""Claims about the daily intake of arXiv's new preprints."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.entries import daily_preprints
from bot.entries.daily_preprints import CRON, EASTERN, PreprintChoice, categories_of
from bot.judges.factory import close_judges, open_judge
from bot.schedules.clock import catch_up, next_times
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.tables import League, Occurrence, OutboxMessage, Spending
from tests.judges.fault_server import serving
from tests.leagues.world import TEAM
from tests.papers.conftest import Site
from tests.papers.desk import Desk, a_desk
from tests.papers.test_arxiv import RSS, item

OLD = "https://arxiv.org/abs/2401.00001"


@pytest.fixture
async def desk(site: Site, database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(site, database_url, assessors="offline") as made:
        feed = "".join(
            [item("2402.00001", "new"), item("2402.00002", "cross"), item("2402.00003", "replace")]
            + [item(f"2402.000{n}", "new") for n in range(10, 20)]
        )
        site.gives("/rss/cs.CL", RSS.format(feed), "application/rss+xml")
        site.gives("/rss/cs.LG", RSS.format(item("2402.00030", "new")), "application/rss+xml")
        await made.posts(OLD)
        yield made


async def wishes(desk: Desk, wanted: PreprintChoice) -> None:
    async with desk.database.transaction(TEAM) as session:
        await daily_preprints.set_choice(session, await desk.league(), wanted, "alice", desk.time.now())


async def a_day_passes(desk: Desk) -> None:
    desk.time.move(timedelta(days=1))
    async with desk.database.transaction(TEAM) as session:
        await catch_up(session, desk.time.now(), timedelta(days=1))
    await desk.works()


async def taken_in(desk: Desk) -> list[str]:
    names = sorted(entry.paper_id for entry in await desk.entries())
    async with desk.database.reading(TEAM) as session:
        return [(await entry_rows.get(session, paper)).canonical for paper in names][1:]


async def feeds_asked(desk: Desk) -> int:
    return sum(request.path.startswith("/rss") for request in desk.site.asked)


async def test_a_league_takes_in_new_preprints_at_most_so_many_a_day_categories_in_turn(desk: Desk) -> None:
    await wishes(desk, PreprintChoice(("cs.CL", "cs.LG"), 3))
    await a_day_passes(desk)
    assert await taken_in(desk) == ["arxiv:2402.00001", "arxiv:2402.00030", "arxiv:2402.00010"]
    assert len([row for row in await desk.assessments() if row.status == "done"]) == 3
    async with desk.database.reading(TEAM) as session:
        (told,) = (
            await session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == daily_preprints.ANNOUNCED)
            )
        ).all()
        assert len(told.options["entries"]) == 3


async def test_what_fits_the_keywords_comes_first_with_the_reason_and_the_rest_is_remembered(
    desk: Desk,
) -> None:
    await wishes(desk, PreprintChoice(("cs.CL",), 1, keywords=("Title 2402.00011",)))
    await a_day_passes(desk)
    assert await taken_in(desk) == ["arxiv:2402.00011"]
    async with desk.database.reading(TEAM) as session:
        (told,) = (
            await session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == daily_preprints.ANNOUNCED)
            )
        ).all()
        league = (await desk.league()).id
        missed = await daily_preprints.missed(session, league, desk.time.now())
        assert await daily_preprints.missed(session, league, desk.time.now() + timedelta(days=8)) == []
    assert list(told.options["reasons"].values()) == ["keyword: Title 2402.00011"]
    assert "2402.00001" in str(missed)
    assert "2402.00011" not in str(missed)


async def test_what_the_league_has_is_skipped_and_each_feed_is_asked_once_a_day(desk: Desk) -> None:
    await wishes(desk, PreprintChoice(("cs.CL",), 2))
    await a_day_passes(desk)
    assert await feeds_asked(desk) == 1
    await a_day_passes(desk)
    assert await taken_in(desk) == [f"arxiv:2402.000{n}" for n in ("01", "10", "11", "12")]
    assert await feeds_asked(desk) == 2


async def test_cross_listed_preprints_come_in_if_wanted_and_replacements_never(desk: Desk) -> None:
    await wishes(desk, PreprintChoice(("cs.CL",), 50, cross=True))
    await a_day_passes(desk)
    found = await taken_in(desk)
    assert "arxiv:2402.00002" in found
    assert "arxiv:2402.00003" not in found


async def test_a_feed_that_is_away_is_asked_again_for_hours_and_the_others_papers_are_in_meanwhile(
    desk: Desk, site: Site
) -> None:
    def firings(status: str) -> list[tuple[str, int]]:
        return [
            (row.slot, row.attempts) for row in rows if isinstance(row, Occurrence) and row.status == status
        ]

    site.gives("/rss/cs.CL", "", status=500)
    site.gives("/openreview/notes", "", status=500)
    await wishes(desk, PreprintChoice(("cs.CL", "ICLR.cc/2026/Conference"), 3))
    await a_day_passes(desk)
    for _ in range(9):
        desk.time.move(daily_preprints.LOOK_AGAIN)
        await desk.works()
    rows = await desk.rows(Occurrence)
    assert [attempts for _, attempts in firings("planned")] == [0], "whoever is away costs no attempt"
    assert await taken_in(desk) == []
    site.gives("/rss/cs.CL", RSS.format(item("2402.00001", "new")), "application/rss+xml")
    desk.time.move(daily_preprints.LOOK_AGAIN)
    await desk.works()
    assert await taken_in(desk) == ["arxiv:2402.00001"]
    rows = await desk.rows(Occurrence)
    [(slot, attempts)] = firings("planned")
    assert (slot.endswith(" late: ICLR.cc/2026/Conference"), attempts) == (True, 0)
    desk.time.move(daily_preprints.PATIENCE)
    await desk.works()
    rows = await desk.rows(Occurrence)
    assert firings("planned") == []
    async with desk.database.reading(TEAM) as session:
        told = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == daily_preprints.ANNOUNCED)
        )
        assert "ICLR.cc/2026/Conference: " in told.all()[-1].options["failures"][0]


async def test_no_categories_end_the_intake(desk: Desk) -> None:
    await wishes(desk, PreprintChoice(("cs.CL",), 2))
    await wishes(desk, PreprintChoice())
    await a_day_passes(desk)
    assert await feeds_asked(desk) == 0
    async with desk.database.reading(TEAM) as session:
        assert await daily_preprints.choice_of(session, await desk.league()) == PreprintChoice()


def test_it_comes_after_midnight_in_new_york_and_never_at_weekends() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    (monday,) = next_times(CRON, EASTERN, friday, 1)
    assert monday == datetime(2026, 11, 30, 5, 30, tzinfo=UTC)


def test_categories_are_read_as_people_write_them() -> None:
    assert categories_of("cs.cl, CS.LG; hep-th cs.CL") == ("cs.CL", "cs.LG", "hep-th")
    assert categories_of("") == ()
    assert categories_of("cmp-lg") == ("cs.CL",)
    with pytest.raises(BadRequestError, match=r"arXiv has no category cs\.XX"):
        categories_of("cs.XX")


@pytest.mark.slow
async def test_a_model_chooses_among_the_best_within_the_cap_with_its_reasons_and_else_the_free_order_stands(
    desk: Desk,
) -> None:
    state = {"broken": False}
    async with serving(lambda _body, _number: "quota" if state["broken"] else "good") as server:
        judge = open_judge(f"openai:fake@{server.url}", keys={}, price_per_mtok=Decimal(10))
        desk.runtime.judges[judge.name] = judge  # type: ignore[index]  # a dict here
        server.answer = {
            "choices": [
                {"paper": 5, "reason": "matters for agents"},
                {"paper": 3, "reason": ""},
                {"paper": 99},
            ]
        }
        for broken, cap, may, purpose, number, chosen in (
            (False, 1_000, True, "agents", 1, ["2402.00013", "2402.00011"]),
            (False, 1, True, "agents", 1, ["2402.00001", "2402.00010"]),  # over its share of the cap
            (False, 1_000, False, "agents", 1, ["2402.00012", "2402.00014"]),  # switched off
            (False, 1_000, True, None, 1, ["2402.00015", "2402.00016"]),  # nothing is known of its wishes
            (True, 1_000, True, "agents", 2, ["2402.00017", "2402.00018"]),  # refused
        ):
            state["broken"] = broken
            async with desk.database.transaction(TEAM) as session:
                league = await session.get_one(League, (await desk.league()).id)
                league.purpose, league.monthly_cap, league.announced = purpose, Decimal(cap), None
            await wishes(desk, PreprintChoice(("cs.CL",), 2, model=may, signs=False))
            before = set(await taken_in(desk))
            if desk.time.now().weekday() == 4:  # nothing is announced at weekends
                desk.time.move(timedelta(days=2))
            await a_day_passes(desk)
            new = [name for name in await taken_in(desk) if name not in before]
            assert new == [f"arxiv:{value}" for value in chosen]
            assert len({json.dumps(request, default=str) for request in server.requests}) == number
        async with desk.database.reading(TEAM) as session:
            first = (
                await session.scalars(
                    select(OutboxMessage)
                    .where(OutboxMessage.kind == daily_preprints.ANNOUNCED)
                    .order_by(OutboxMessage.id)
                )
            ).first()
            assert first is not None
            assert list(first.options["reasons"].values()) == ["matters for agents", ""]
            kinds = [
                (row.kind, row.result)
                for row in await session.scalars(select(Spending))
                if row.kind == "preprints"
            ]
        assert kinds == [("preprints", "ok"), ("preprints", kinds[-1][1])]
        assert kinds[-1][1] != "ok"
        await close_judges([judge])
