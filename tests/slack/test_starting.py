"""Tournaments begun, scheduled and steered from windows and buttons, with what they cost said first."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.judges.interface import Judge
from bot.judges.offline_judge import OfflineJudge
from storage.leagues import league_rows
from storage.tournaments import schedules
from tests.slack.conftest import FOUR, Group, Person, a_group, shown
from tests.slack.judges import SlowJudge


@pytest.fixture
def judge() -> SlowJudge:
    return SlowJudge()


@pytest.fixture
async def priced(tmp_path: Path, judge: SlowJudge) -> AsyncIterator[Group]:
    models: dict[str, Judge] = {judge.name: judge, "offline": OfflineJudge()}
    async with a_group(tmp_path, judges=(judge.name, "offline"), models=models) as made:
        await made.people["alice"].posts(" ".join(FOUR))
        async with made.app.database.transaction(made.slack.world.team) as session:
            league = await league_rows.get(session, 1)
            league.monthly_cap, league.announced = Decimal(5), None
        yield made


async def test_the_window_says_what_a_tournament_costs_and_brings_and_follows_its_number(
    priced: Group,
) -> None:
    alice = priced.people["alice"]
    await alice.runs("/rank tournament start")
    assert "12 matches among 4 papers: about 6 a paper. Scores would then be known to about ±" in shown(
        alice.modal
    )
    assert "$0.063" in shown(alice.modal)
    before = shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.estimate", selected="100")
    assert "100 matches among 4 papers: about 50 a paper" in shown(alice.modal)
    assert "At most" not in before
    assert shown(alice.modal).split("about ±")[1][:3] < before.split("about ±")[1][:3]
    assert "goal" not in before, "one field says how many: nothing is asked that depends on a choice not made"
    reply = await alice.submits(top="9", matches="2")
    assert "top goal" in reply.errors["top"]
    reply = await alice.submits(matches="2", usd="0.5", judges=["0"], top="")
    assert not reply.errors
    [root] = priced.messages(kind="tournament")
    await alice.clicks(root, "tournament.details")
    assert "judges: slow:model" in shown(alice.modal)
    assert "of $0.50" in shown(root)
    assert "The tournament begins" in shown(priced.slack.ephemerals(alice.id)[-1])


async def test_a_schedule_is_set_by_menus_with_its_next_three_dates_and_stopped_there(
    priced: Group,
) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    assert "Only Alice or a workspace admin can" in await bob.asks(
        "/rank tournament schedule every monday at 07:15"
    )
    await alice.runs("/rank tournament start")
    await alice.presses(alice.modal, "Play on a schedule instead…")
    await alice.clicks(alice.modal, "tournament.when:when", selected="mon")
    await alice.clicks(alice.modal, "tournament.when:when_at", selected="07:15")
    assert "every Monday at 07:15 (UTC)" in shown(alice.modal)
    assert shown(alice.modal).split("Next:")[1].count("<!date") == 3
    await alice.submits(when="mon", when_at="07:15", matches="40", top="2")
    async with priced.app.database.reading(priced.slack.world.team) as session:
        [kept] = await schedules.of_league(session, 1, "tournament")
        assert (kept.cron, kept.options["matches"], kept.options["top"]) == ("15 7 * * mon", 40, 2)
    assert "scheduled tournaments every Monday at 07:15 (UTC): at most 40 matches" in await alice.asks(
        "/rank log"
    )
    await priced.slack.close(alice.id, clear=True)
    await alice.runs("/rank tournament schedule")
    assert '"initial_time": "07:15"' in shown(alice.modal)
    await alice.submits(when="off")
    async with priced.app.database.reading(priced.slack.world.team) as session:
        assert await schedules.of_league(session, 1, "tournament") == []


async def test_a_panel_and_fewer_judges_are_chosen_in_the_window_which_says_what_that_costs(
    priced: Group,
) -> None:
    alice = priced.people["alice"]
    await alice.runs("/rank tournament start")
    assert "About $0.063" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.estimate:decides", selected="panel")
    assert "About $0.13" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.estimate:judges", selected=["0"])
    assert "About $0.13" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.estimate:decides", selected="turn")
    assert "About $0.13" in shown(alice.modal)
    await alice.submits(matches="2", judges=["0", "1"], decides="panel")
    await alice.clicks(priced.messages(kind="tournament")[0], "tournament.details")
    assert "each match judged by slow:model and offline together" in shown(alice.modal)


async def test_what_a_schedule_plays_and_costs_is_said_before_it_plays_and_is_kept_in_its_window(
    priced: Group,
) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    await alice.runs("/rank tournament schedule")
    assert "Now it would play 4 papers: about" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.when:matches", selected="10")
    assert "about 10 matches. About $0.052, at most" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.when:decides", selected="panel")
    assert "about 10 matches. About $0.10" in shown(alice.modal)
    await alice.submits(
        when="mon",
        when_at="07:15",
        matches="10",
        usd="0.5",
        top="2",
        target="150",
        decides="panel",
    )
    assert "About $0.10" in shown(priced.slack.ephemerals(alice.id)[-1])
    assert "about 10 matches. About $0.10" in await bob.asks("/rank next")
    await alice.runs("/rank tournament schedule")
    blocks = {block["block_id"]: block["element"] for block in alice.modal["blocks"] if "element" in block}
    assert [blocks[name]["initial_value"] for name in ("matches", "usd", "top", "target")] == [
        "10", "0.5", "2", "150",
    ]  # fmt: skip
    assert blocks["decides"]["initial_option"]["value"] == "panel"


@pytest.mark.slow
async def test_a_schedule_in_batches_says_what_they_save_and_that_results_come_by_morning(
    priced: Group, judge: SlowJudge
) -> None:
    alice = priced.people["alice"]
    await alice.runs("/rank tournament schedule")
    assert "In batches" not in shown(alice.modal)
    judge.batches = object()
    await alice.runs("/rank tournament schedule")
    assert "In batches: about half the price, results by morning" in shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.when:matches", selected="10")
    before = shown(alice.modal)
    await alice.clicks(alice.modal, "tournament.when:pace", selected="batch")
    assert "Batches save about $0.026; results come by morning." in shown(alice.modal)
    assert "Batches save" not in before
    await alice.submits(when="mon", when_at="07:15", matches="10", pace="batch")
    assert "Batches save" in shown(priced.slack.ephemerals(alice.id)[-1])
    await alice.runs("/rank tournament schedule")
    blocks = {block["block_id"]: block["element"] for block in alice.modal["blocks"] if "element" in block}
    assert blocks["pace"]["initial_option"]["value"] == "batch"
    assert "in batches" in await alice.asks("/rank log")


async def test_a_pressed_pause_shows_at_once_whatever_else_waits_for_its_turn_in_the_channel(
    priced: Group, judge: SlowJudge
) -> None:
    alice = priced.people["alice"]
    judge.free.clear()
    line = "tournament start 30 matches judge slow:model"
    await priced.slack.command(alice.id, priced.channel, "/rank", line)
    await priced.slack.until(lambda: priced.messages("tournament.pause"))
    reply = await priced.slack.click(alice.id, priced.messages(kind="tournament")[0], "Pause")
    await priced.slack.until(lambda: reply.messages)
    assert "is paused" in shown(reply.messages[-1]), "by the click's own response_url, not by a paced update"
    judge.free.set()
    await priced.calm()
    assert "Paused by Alice." in shown(priced.messages(kind="tournament")[0])


async def test_a_tournament_is_paused_resumed_and_cancelled_by_those_who_may(
    priced: Group, judge: SlowJudge
) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    judge.free.clear()
    await priced.slack.command(
        alice.id, priced.channel, "/rank", "tournament start 30 matches judge slow:model"
    )
    await priced.slack.until(lambda: priced.messages("tournament.pause"))
    running = priced.messages(kind="tournament")[0]
    await priced.slack.click(bob.id, running, "Details")
    await priced.slack.until(lambda: priced.slack.views(bob.id))
    assert "pause or cancel it" in shown(bob.modal)
    await priced.slack.open_home(bob.id)
    await priced.slack.until(lambda: priced.slack.home(bob.id))
    assert "Pause" not in shown(bob.home)
    await priced.slack.click(bob.id, priced.messages(kind="tournament")[0], "Pause")
    await priced.slack.until(
        lambda: "Only Alice or a workspace admin" in shown({"said": priced.slack.ephemerals(bob.id)})
    )
    await priced.slack.open_home(alice.id)
    await priced.slack.until(lambda: "Pause" in shown(priced.slack.home(alice.id) or {}))
    await priced.slack.click(alice.id, alice.home, "Pause")
    await priced.slack.until(lambda: "Resume" in shown(alice.home))
    judge.free.set()
    await priced.calm()
    [root] = priced.messages(kind="tournament")
    assert "is paused" in shown(root)
    assert "Paused by Alice." in shown(root)
    decided = (await priced.counts()).matches
    judge.free.clear()
    await priced.slack.click(alice.id, root, "Resume")
    await priced.slack.until(lambda: priced.messages("tournament.pause"))
    await priced.slack.click(alice.id, priced.messages(kind="tournament")[0], "Cancel")
    await priced.slack.until(lambda: "was cancelled" in shown(priced.messages(kind="tournament")[0]))
    judge.free.set()
    await priced.calm()
    assert (await priced.counts()).matches == decided
    assert not priced.messages("tournament.pause")


@pytest.mark.slow
async def test_the_ranks_of_a_tournament_are_told_once_in_its_thread(priced: Group, judge: SlowJudge) -> None:
    judge.favours = "Few-Shot"
    await priced.people["alice"].runs("/rank tournament start 12 matches judge slow:model")
    await priced.until(lambda: bool(priced.messages(kind="picture")))
    [courses] = priced.messages(kind="picture")
    [root] = priced.messages(kind="tournament")
    assert courses["thread_ts"] == root["ts"]
    assert "At the top now:\\n1. Language Models are Few-Shot Learners" in shown(courses)
    assert "is over: " in shown(root)


@pytest.mark.slow
async def test_a_server_that_takes_no_uploads_gets_the_tournament_all_the_same(
    priced: Group, judge: SlowJudge
) -> None:
    judge.favours = "Few-Shot"
    priced.slack.faults.unknown_method("files.getUploadURLExternal")
    await priced.people["alice"].runs("/rank tournament start 12 matches judge slow:model")
    [root] = priced.messages(kind="tournament")
    assert "is over: " in shown(root)
    assert "couldn't" not in shown(await priced.people["alice"].opens_home())


async def test_a_match_that_the_month_cant_pay_for_isnt_begun(priced: Group, judge: SlowJudge) -> None:
    alice = priced.people["alice"]
    judge.price = judge.price * 5_000
    reply = await alice.runs("/rank vs attention | bert")
    answer = reply.messages[-1]
    assert "at most" in shown(answer)
    await alice.presses(answer, "Play now")
    said = shown({"said": priced.slack.ephemerals(alice.id)})
    assert "left this month" in said
    assert (await priced.counts()).matches == 0


@pytest.mark.slow
async def test_two_papers_that_never_met_play_once_the_cost_was_seen(group: Group, alice: Person) -> None:
    await alice.posts(" ".join(FOUR[:2]))
    reply = await alice.runs("/h2h attention | bert")
    await alice.presses(reply.messages[-1], "Play now")
    await group.until(lambda: bool(group.messages("match.challenge")))
    assert (await group.counts()).matches == 1


@pytest.mark.slow
async def test_a_tournament_asked_for_in_words_says_what_it_may_cost(priced: Group) -> None:
    alice = priced.people["alice"]
    said = await alice.asks("/rank tournament schedule every weekday at 19:00 40 matches")
    assert "About $0.13, at most $0.21; $5.00 of this month's cap is left." in said, "24 of 40 are expected"
    said = await alice.asks("/rank tournament start 6 matches by a panel")
    assert "About $0.063, at most $0.063; $5.00 of this month's cap is left." in said


async def test_the_log_reads_like_sentences_of_people(alice: Person, bob: Person) -> None:
    await alice.posts(FOUR[0])
    await alice.runs("/rank tournament schedule every weekday at 19:00 40 matches")
    await alice.removes("attention")
    await alice.runs(f"/rank owner <@{bob.id}>")
    said = await alice.asks("/rank log")
    assert "*Alice* scheduled tournaments every weekday at 19:00 (UTC): at most 40 matches" in said
    assert "|Attention Is All You Need> out" in said
    assert "*Alice* made Bob an owner" in said
    for raw in ("cron", "None", "False", "entry", bob.id):
        assert raw not in said
