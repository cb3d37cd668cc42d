"""A match ends decided or failed with a reason, whatever its judge does, and nobody's money goes astray."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot import questions
from bot.judges.errors import JudgeAnswerError
from bot.judges.interface import Usage
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyBusyError, CostlyPausedError
from bot.matches import judging
from bot.spending.paid_calls import Bill
from bot.spending.paid_calls import reserve as reserve_call
from bot.tournaments import pausing_and_cancelling, rounds
from bot.tournaments.match_contents import match_contents
from bot.tournaments.starting import TournamentPlan, start
from handlers.entries.paper_window_view import more_modal
from handlers.tournaments import tournament_view
from storage import assessments, spending
from storage.errors import MoneyReservedError, NotAllowedError
from storage.leagues import league_rows
from storage.standings import past_standings
from storage.standings.rating_rows import EntryRating
from storage.tables import Match
from storage.work import leases, sweeping
from storage.work.leases import Work
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM
from tests.statements import counted

SPENT = Usage(100, 50, Decimal("0.02"), "prices 1", 900)
CENT = Decimal("0.01")


def silent(judge: str) -> CostlyAnswerError:
    return CostlyAnswerError(f"{judge} gave no usable answer: it was empty.", SPENT)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with a_room(tmp_path, one, two) as made:
        yield made


one = ScriptedJudge("openai:one")
two = ScriptedJudge("anthropic:two")


@pytest.fixture(autouse=True)
def fresh_judges() -> None:
    for judge in (one, two):
        judge.error, judge.cost, judge.worst = None, CENT, None
        judge.script = lambda _first, _second: "first"
        judge.seen.clear()


async def test_a_verdict_is_kept_with_what_it_took(room: Room) -> None:
    match = await room.plan("openai:one")
    await room.works()
    verdict = (await room.verdicts(match))["verdict"]
    assert (await room.row(match)).outcome == "first"
    assert (verdict.tokens_in, verdict.tokens_out, verdict.latency_ms) == (100, 50, 1_200)
    assert (verdict.cost, verdict.price_version) == (CENT, "prices 1")
    (spent,) = await room.spendings()
    assert (spent.cost, spent.result) == (CENT, "ok")


async def test_a_verdict_takes_two_transactions_one_before_its_call_and_one_after(room: Room) -> None:
    tournament = await room.tournament("openai:one", number=5)
    await room.plan_many([("openai:one", 0, 1)], tournament)
    (match,) = await room.matches()
    with counted(room.world.database) as sent:
        await judging.judge_match(room.runtime, TEAM, match.id)
    assert (await room.row(match.id)).status == "decided"
    assert [statement for statement in sent if statement.startswith("BEGIN")] == ["BEGIN IMMEDIATE"] * 2
    assert len(sent) <= 21, "\n".join(sent)


async def test_a_judge_without_an_answer_hands_the_match_to_another_and_its_cost_counts(room: Room) -> None:
    one.error = silent("openai:one")
    tournament = await room.tournament("openai:one", "anthropic:two")
    match = await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    row = await room.row(match)
    assert (row.status, row.judge) == ("decided", "anthropic:two")
    assert row.tried == {"openai:one": "openai:one gave no usable answer: it was empty."}
    assert [s.cost for s in await room.spendings()] == [SPENT.cost_usd, CENT]


async def test_after_two_judges_it_ends_failed_with_both_reasons(room: Room) -> None:
    one.error, two.error = silent("openai:one"), silent("anthropic:two")
    tournament = await room.tournament("openai:one", "anthropic:two")
    match = await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    row = await room.row(match)
    assert (row.status, row.outcome) == ("failed", None)
    assert row.failure == f"{one.error} {two.error}"
    assert (len(one.seen), len(two.seen)) == (1, 1)


async def test_where_the_only_judges_server_fails_the_match_is_asked_again_later_and_five_times_end_it(
    room: Room,
) -> None:
    one.error = JudgeAnswerError("openai:one can't be reached.", again=True)
    tournament = await room.tournament("openai:one")
    match = await room.plan("openai:one", tournament=tournament)
    for attempt in range(1, 6):
        await room.works(Work.MATCH)
        row = await room.row(match)
        assert (row.attempts, row.failure) == (attempt, "openai:one can't be reached.")
        assert row.status == ("planned" if attempt < 5 else "failed")
        room.later(minutes=5)
    other = await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    one.error = None
    room.later(seconds=10)
    await room.works(Work.MATCH)
    assert (await room.row(other)).status == "decided"


async def test_it_is_handed_on_also_after_a_process_that_held_it_died(room: Room) -> None:
    one.error = silent("openai:one")
    match = await room.plan("openai:one")
    async with room.world.writing() as session:
        await leases.take(session, Work.MATCH, match, room.time.now(), 60)
    room.later(minutes=2)
    await room.works(Work.MATCH)
    assert (await room.row(match)).judge == "anthropic:two"


async def test_a_long_retry_after_puts_the_match_back_with_a_not_before_time(room: Room) -> None:
    one.error = CostlyBusyError("It asked us to wait.", 3_600, SPENT)
    match = await room.plan("openai:one")
    before = room.time.now()
    await room.works()
    row = await room.row(match)
    assert (row.status, row.attempts) == ("planned", 0)
    assert row.not_before is not None
    assert (row.not_before - before).total_seconds() == 3_600
    one.error = None
    await room.works()
    assert (await room.row(match)).status == "planned"
    room.later(hours=1)
    await room.works()
    assert (await room.row(match)).status == "decided"


async def test_a_refused_key_pauses_the_judge_and_admins_and_owners_are_told_once(room: Room) -> None:
    one.error = CostlyPausedError("openai:one gave no answer: its key was refused (HTTP 401).", SPENT)
    tournament = await room.tournament("openai:one", "anthropic:two")
    matches_ = [await room.plan("openai:one", tournament=tournament) for _ in range(3)]
    await room.works(Work.MATCH)
    assert len(one.seen) == 1
    held = await room.tournament_row(tournament)
    assert (held.status, held.held_for) == ("paused", "judge")
    assert {(await room.row(match)).status for match in matches_} == {"planned"}
    told = await room.world.messages("judge_paused")
    assert sorted(message.channel for message in told) == ["alice", "dora"]
    assert "key was refused" in told[0].options["reason"]
    assert not two.seen, "the judge isn't changed in silence"


async def test_resuming_a_judge_lets_its_tournament_and_assessments_go_on(room: Room) -> None:
    one.error = CostlyPausedError("openai:one gave no answer: its key was refused (HTTP 401).", SPENT)
    tournament = await room.tournament("openai:one")
    match = await room.plan("openai:one", tournament=tournament)
    async with room.world.writing() as session:
        await assessments.plan(session, room.entries[0], "openai:one", room.time.now())
    await room.works(Work.MATCH, Work.ASSESSMENT)
    (waiting,) = await room.assessments()
    assert (waiting.status, "key was refused" in (waiting.failure or "")) == ("planned", True)
    one.error = None
    with pytest.raises(NotAllowedError):
        await room.resumes("bob", "openai:one")
    await room.resumes("alice", "openai:one")
    await room.works(Work.MATCH, Work.ASSESSMENT)
    assert (await room.row(match)).status == "decided"
    assert (await room.assessments())[0].status == "done"


async def test_at_its_budget_a_tournament_pauses_and_only_who_answers_for_money_lets_it_go_on(
    room: Room,
) -> None:
    tournament = await room.tournament("openai:one", budget=CENT * 2)
    planned = [await room.plan("openai:one", tournament=tournament) for _ in range(4)]
    await room.works(Work.MATCH)
    held = await room.tournament_row(tournament)
    assert (held.status, held.held_for) == ("paused", "budget")
    assert held.reason == (
        "$0.02 of the tournament's budget of $0.02 is spent, and the next call may cost $0.0100."
    )
    assert [(await room.row(match)).status for match in planned] == ["decided"] * 2 + ["planned"] * 2
    async with room.world.writing() as session:
        with pytest.raises(NotAllowedError, match="workspace admin can resume a tournament"):
            await pausing_and_cancelling.resume(
                session, tournament, room.world.people.viewer("bob"), room.time.now()
            )
    async with room.world.writing() as session:
        await pausing_and_cancelling.resume(
            session, tournament, room.world.people.viewer("alice"), room.time.now()
        )
    await room.works(Work.MATCH)
    assert {(await room.row(match)).status for match in planned} == {"decided"}
    assert sum(s.cost or 0 for s in await room.spendings()) == CENT * 4


async def test_at_the_months_cap_it_pauses_too_and_says_so(room: Room) -> None:
    await room.sets(monthly_cap=CENT)
    tournament = await room.tournament("openai:one")
    for _ in range(2):
        await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    held = await room.tournament_row(tournament)
    assert (held.status, held.held_for) == ("paused", "cap")
    assert "monthly cap of $0.01" in (held.reason or "")
    room.later(days=20)
    async with room.world.writing() as session:
        await pausing_and_cancelling.resume(
            session, tournament, room.world.people.viewer("dora"), room.time.now()
        )
    await room.works(Work.MATCH)
    assert len(await room.spendings()) == 2, "a new month has a cap of its own"


async def test_eighty_percent_of_a_budget_are_told_once_in_the_channel(room: Room) -> None:
    await room.sets(monthly_cap=CENT * 50)
    tournament = await room.tournament("openai:one", budget=CENT * 5)
    for number in range(1, 6):
        await room.plan("openai:one", tournament=tournament)
        await room.works(Work.MATCH)
        assert len(await room.world.messages("budget")) == (number >= 4)
    (notice,) = await room.world.messages("budget")
    assert (notice.channel, notice.thread_key) == (HOME, f"tournament:{tournament}")
    assert (notice.options["spent"], notice.wanted) == ("0.040000", 1)
    await room.sets(monthly_cap=CENT * 7)
    await room.plan("openai:one")
    await room.works(Work.MATCH)
    month = (await room.world.messages("budget"))[-1]
    assert (month.thread_key, month.options["tournament"]) == (None, None)


async def test_an_unknown_price_is_refused_and_names_the_setting(room: Room) -> None:
    one.worst_compare = lambda *_: None  # type: ignore[method-assign]  # a model nobody knows the price of
    try:
        tournament = await room.tournament("openai:one")
        await room.plan("openai:one", tournament=tournament)
        await room.works(Work.MATCH)
    finally:
        del one.worst_compare
    held = await room.tournament_row(tournament)
    assert (held.status, not one.seen) == ("paused", True)
    assert "PAPERBOUT_PRICE_PER_MTOK_USD" in (held.reason or "")


async def test_thirty_two_reservations_at_once_never_pass_a_cap(room: Room) -> None:
    await room.sets(monthly_cap=Decimal("0.10"))
    bill = Bill(TEAM, room.league, None, "match", 0, "openai:one")

    async def reserve(number: int) -> bool:
        async with room.world.writing() as session:
            try:
                await reserve_call(session, replace(bill, about_id=number), CENT, room.time.now())
            except MoneyReservedError:
                return False
            return True

    assert sum(await asyncio.gather(*(reserve(number) for number in range(32)))) == 10


async def test_a_verdict_flipped_in_the_other_order_is_a_draw(room: Room) -> None:
    match = await room.plan("openai:one", swap=True)
    await room.works()
    row, said = await room.row(match), await room.verdicts(match)
    assert (said["verdict"].winner, said["swap"].winner, row.outcome) == ("first", "second", "draw")
    assert [pair[0].title for pair in one.seen] == ["A", "B"]


async def test_a_judge_refused_at_the_second_order_leaves_the_first_verdict(room: Room) -> None:
    match = await room.plan("openai:one", swap=True)
    refused = CostlyPausedError("openai:one gave no answer: its quota is used up.", SPENT)
    one.script = lambda first, _second: "first" if first.title == "A" else refused
    await room.works()
    assert (await room.row(match)).outcome == "first"
    async with room.world.writing() as session:
        assert "openai:one" in await spending.paused_judges(session)


async def test_judges_see_the_purpose_and_its_version_is_kept(room: Room) -> None:
    async with room.world.writing() as session:
        await league_rows.set_purpose(session, room.league, "robots at home", "alice", room.time.now())
    match = await room.plan("openai:one")
    await room.works()
    assert one.purposes[-1] == "robots at home"
    assert (await room.verdicts(match))["verdict"].purpose_version == 1


async def test_a_judge_is_shown_another_familys_assessment_and_whose_is_kept(room: Room) -> None:
    async with room.world.writing() as session:
        for entry in room.entries[:2]:
            for assessor in ("openai:one", "anthropic:two"):
                await assessments.plan(session, entry, assessor, room.time.now())
    await room.works(Work.ASSESSMENT)
    match = await room.plan("openai:one")
    await room.works()
    first, second = one.seen[-1]
    assert (first.assessment, second.assessment) == ("rigor: anthropic:two on A", "rigor: anthropic:two on B")
    verdict = (await room.verdicts(match))["verdict"]
    assert (verdict.first_assessor, verdict.second_assessor) == ("anthropic:two", "anthropic:two")


async def test_a_match_judged_twice_by_doubled_jobs_is_judged_once(room: Room) -> None:
    match = await room.plan("openai:one")
    await asyncio.gather(*(judging.judge_match(room.runtime, TEAM, match) for _ in range(5)))
    assert len(one.seen) == 1


async def test_the_criteria_show_on_the_match_and_add_up_on_the_card(room: Room) -> None:
    for second in (1, 2):
        await room.plan("openai:one", 0, second)
    match = await room.plan("anthropic:two", 3, 0)
    await room.works(Work.MATCH)
    async with room.world.database.reading(TEAM) as session:
        shown = str(tournament_view.match(await match_contents(session, match)).blocks)
        card = await questions.card(session, room.entries[0], room.time.now())
        [*_, against] = (await questions.history(session, room.entries[0])).matches
    assert "won on novelty, real-world application, rigor, breadth and timeliness" in shown
    assert card.criteria[0] == ("novelty", 2, 3)
    assert "novelty in 2 of 3 matches, real-world application in 2" in str(more_modal(card))
    assert against.decisive[:2] == ("novelty", "application")


async def test_a_match_says_which_judge_was_asked_in_vain(room: Room) -> None:
    one.error = silent("openai:one")
    match = await room.plan("openai:one")
    await room.works(Work.MATCH)
    async with room.world.database.reading(TEAM) as session:
        shown = str(tournament_view.match(await match_contents(session, match)).blocks)
    assert "Asked first, without success: openai:one gave no usable answer" in shown


async def test_a_contested_match_at_the_boundary_of_the_top_is_judged_in_both_orders(room: Room) -> None:
    async with room.world.writing() as session:
        places = [(1, 1, 2), (2, 2, 3), (3, 2, 3), (4, 3, 4)]
        rows = [
            EntryRating(entry, 0, 0.3, 1500, 60, rank, low, high, 2, 1, 0, None)
            for entry, (rank, low, high) in zip(room.entries, places, strict=True)
        ]
        await past_standings.store(
            session, room.league, rows, cause="test", about_id=None, outcomes=0, now=room.time.now()
        )
        made = await start(
            session, room.runtime, league=room.league, plan=TournamentPlan(2, top_k=2), user="alice",
            channel=HOME, now=room.time.now(),
        )  # fmt: skip
    await rounds.advance(room.runtime, TEAM, made.id)
    planned = await room.rows(Match)
    pairs = {frozenset((match.first_id, match.second_id)): match.wants_swap for match in planned}
    second_and_third = frozenset(room.entries[1:3])
    assert pairs == {pair: pair == second_and_third for pair in pairs}


async def test_a_tournament_waits_for_a_paused_judge_and_no_other_steps_in_in_silence(room: Room) -> None:
    async with room.world.writing() as session:
        await spending.pause_judge(session, "openai:one", "its quota is used up", room.time.now())
    tournament = await room.tournament("openai:one", "anthropic:two")
    await room.works(Work.TOURNAMENT, Work.MATCH)
    held = await room.tournament_row(tournament)
    assert (held.status, held.held_for, held.reason) == ("paused", "judge", "its quota is used up")
    assert not two.seen


async def test_an_assessment_without_a_usable_answer_ends_failed_and_one_of_a_failing_server_is_put_off(
    room: Room,
) -> None:
    async with room.world.writing() as session:
        await assessments.plan(session, room.entries[0], "openai:one", room.time.now())
        await assessments.plan(session, room.entries[1], "anthropic:two", room.time.now())
    one.error = silent("openai:one")
    two.error = CostlyAnswerError("anthropic:two gave no answer: the server failed.", SPENT, again=True)
    await room.works(Work.ASSESSMENT)
    by_assessor = {row.assessor: row for row in await room.assessments()}
    assert (by_assessor["openai:one"].status, by_assessor["openai:one"].failure) == ("failed", str(one.error))
    assert by_assessor["anthropic:two"].status == "planned"
    assert by_assessor["anthropic:two"].not_before is not None


async def test_a_match_judged_in_both_orders_is_held_anew_for_the_second(room: Room) -> None:
    match = await room.plan("openai:one", swap=True)
    statuses = []

    async def slowly() -> None:
        room.later(seconds=room.runtime.settings.judging_lease_s - 1)
        async with room.world.database.transaction(None) as session:
            await sweeping.sweep(session, room.time.now())
        statuses.append((await room.row(match)).status)

    one.during = slowly
    await room.works(Work.MATCH)
    one.during = None
    assert statuses == ["judging", "judging"]
