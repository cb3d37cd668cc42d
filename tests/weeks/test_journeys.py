"""An owner's first weeks through Slack, with nothing read but what the bot says."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.tables import Assessment, Match, Spending, Verdict
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, Group, a_group, shown
from tests.weeks.priced import NAME, PricedJudge

PURPOSE = "matters for our work on agents"


@pytest.fixture
def judge() -> PricedJudge:
    return PricedJudge()


@pytest.fixture
async def priced(tmp_path: Path, judge: PricedJudge) -> AsyncIterator[Group]:
    async with a_group(tmp_path, judges=(NAME,), assessors=(NAME,), models={NAME: judge}) as made:
        yield made


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    async with a_group(tmp_path) as made:
        yield made


async def _spent(group: Group) -> Decimal:
    async with group.app.database.reading(group.slack.world.team) as session:
        return Decimal(await session.scalar(select(func.sum(Spending.cost))) or 0)


async def _decided(group: Group) -> int:
    async with group.app.database.reading(group.slack.world.team) as session:
        found = select(func.count()).select_from(Match).where(Match.status == "decided")
        return int(await session.scalar(found) or 0)


async def _set_up(group: Group, cap: str) -> None:
    """Alice sets the league up with the button of the greeting."""
    alice = group.people["alice"]
    [greeting] = group.messages("league.create")
    await alice.clicks(greeting, "league.create")
    assert "What it costs" in shown(alice.modal)
    assert "reading a paper at most $0.010, a match at most $0.010" in shown(alice.modal)
    assert "at most $0.13 a paper; most calls cost less" in shown(alice.modal)
    reply = await alice.submits(purpose=PURPOSE, cap=cap)
    assert not reply.errors
    await group.calm()


@pytest.mark.slow
async def test_nothing_is_paid_for_before_somebody_saw_the_price_and_then_what_waited_goes_on(
    priced: Group, judge: PricedJudge
) -> None:
    await priced.people["bob"].posts(f"{ATTENTION} {BERT}")
    assert judge.asked == []
    assert await _spent(priced) == 0
    [greeting] = priced.messages("league.create")
    assert "nothing is spent until somebody sets up" in shown(greeting)
    for card in priced.messages(kind="card"):
        assert "the month's cap is reached" not in shown(card), "nobody has agreed to any cap yet"
        assert "Waits until somebody sets the league up" in shown(card)
    await _set_up(priced, "1")
    assert judge.asked == [("paper", PURPOSE)] * 2
    assert await _spent(priced) == Decimal("0.01")
    await priced.people["alice"].runs("/rank tournament start 1 matches")
    await priced.until(lambda: ("match", PURPOSE) in judge.asked)
    async with priced.app.database.reading(priced.slack.world.team) as session:
        assert set(await session.scalars(select(Assessment.purpose_version))) == {1}
        assert set(await session.scalars(select(Verdict.purpose_version))) == {1}
    await _purpose_changes(priced, judge)


async def _purpose_changes(priced: Group, judge: PricedJudge) -> None:
    """What was judged keeps the purpose it was judged for, and everybody can see which that was."""
    alice, bob = priced.people["alice"], priced.people["bob"]
    assert "version 2" in await alice.asks("/rank purpose matters for our work on robots")
    await alice.runs("/rank tournament start 1 matches")
    await priced.until(lambda: ("match", "matters for our work on robots") in judge.asked)
    how = await bob.asks("/rank how")
    assert "“matters for our work on robots”; 1 verdict and 0 assessments were made for it" in how
    assert f"“{PURPOSE}”; 1 verdict and 2 assessments were made for it" in how
    assert (await bob.asks("/rank vs attention | bert")).count("judged for purpose 1") == 1
    await bob.clicks(priced.messages("card.assessment")[0], "card.assessment")
    assert "judged for purpose 1" in shown(bob.modal)


@pytest.mark.slow
async def test_an_owner_reaches_the_cap_raises_it_and_resumes(priced: Group) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    await alice.posts(" ".join(FOUR))
    await _set_up(priced, "0.05")
    await alice.runs("/rank tournament start 12 matches")
    await priced.until(lambda: "monthly cap" in "".join(map(shown, priced.messages(kind="tournament"))))
    assert await _spent(priced) <= Decimal("0.05")
    played = await _decided(priced)
    assert "0.05" in await alice.asks("/rank cost")
    for card in priced.messages(kind="card"):
        assert "Waits for money: the month's cap is reached" in shown(card)
        assert "Plays" not in shown(card)
    [root] = priced.messages(kind="tournament")
    await bob.clicks(root, "tournament.raise")
    assert "can resume a tournament that waits for money" in shown(bob.modal)
    assert await _decided(priced) == played
    await alice.runs("/rank settings")
    assert "What it costs" in shown(alice.modal)
    await alice.submits(cap="5")
    answer = priced.slack.ephemerals(alice.id)[-1]
    assert "waits since the cap was reached" in shown(answer)
    await alice.clicks(answer, "tournament.resume")
    await priced.until(lambda: "is over" in shown(priced.messages(kind="tournament")[0]))
    assert await _decided(priced) > played
    assert "Waits for money" not in "".join(map(shown, priced.messages(kind="card")))
    await alice.runs("/rank tournament unschedule")
    for card in priced.messages(kind="card"):
        await alice.clicks(card, "menu", selected="More about it")
        assert "when somebody starts a tournament" in shown(alice.modal) or "Settled" in shown(alice.modal)


@pytest.mark.slow
async def test_a_tournament_at_the_cap_offers_the_window_that_raises_it_and_goes_on_once_there_is_room(
    priced: Group,
) -> None:
    alice = priced.people["alice"]
    await alice.posts(" ".join(FOUR))
    await _set_up(priced, "0.05")
    await alice.runs("/rank tournament start 12 matches")
    await priced.until(lambda: "monthly cap" in "".join(map(shown, priced.messages(kind="tournament"))))
    [root] = priced.messages(kind="tournament")
    assert not any("tournament.resume" in shown(message) for message in priced.messages())
    threads = "".join(map(shown, priced.messages(kind="match")))
    assert ("To be played: " in threads, "Playing: " in threads) == (True, False)
    posted = len(priced.slack.api.calls_to("chat.update"))
    refused = await alice.asks("/rank tournament resume")
    assert re.search(r"has \$0\.0\d left this month of its cap of \$0\.05", refused)
    assert "budget 0.06`" in refused
    assert len(priced.slack.api.calls_to("chat.update")) == posted, "it neither went on nor paused again"
    await alice.clicks(root, "tournament.raise")
    assert "The tournament waits for money. reading-group may spend $0.050 a month" in shown(alice.modal)
    assert "What it costs" in shown(alice.modal)
    reply = await alice.submits(cap="0.05")
    assert "A cap of $0.06 or more leaves room" in reply.errors["cap"]
    reply = await alice.submits(cap="5")
    assert not reply.errors
    said = shown(priced.slack.ephemerals(alice.id)[-1])
    assert "may spend $5.00 a month" in said
    assert "The tournament goes on." in said
    await priced.until(lambda: "is over" in shown(priced.messages(kind="tournament")[0]))


@pytest.mark.slow
async def test_a_cap_that_pays_for_no_match_is_said_and_no_tournament_begins_under_it(
    priced: Group, judge: PricedJudge
) -> None:
    alice = priced.people["alice"]
    await alice.posts(" ".join(FOUR))
    await _set_up(priced, "0.05")
    assert "may not pay for one match" not in "".join(map(shown, priced.messages("league.settings")))
    assert "With a cap of $0.00 no paid model" in await alice.asks("/rank budget 0")
    said = await alice.asks("/rank budget 0.05")
    assert "$0.050 a month" in said
    assert "may not pay for one match" not in said
    judge.price = Decimal("0.30")
    assert "A cap of $0.10 may not pay for one match (at most $0.30)" in await alice.asks("/rank budget 0.10")
    said = await alice.asks("/rank tournament start 4 matches")
    assert "a match may cost $0.3000. A cap of $0.32 or more leaves room" in said
    await alice.runs("/rank budget 5")
    said = await alice.asks("/rank tournament start 4 matches 0.20 usd")
    assert "A budget of $0.20 doesn't pay for one match" in said
    await alice.runs("/rank tournament start")
    reply = await alice.submits(matches="4", usd="0.2")
    assert "doesn't pay for one match" in reply.errors["usd"]
    assert (await priced.counts()).matches == 0
    assert priced.messages(kind="tournament") == []


@pytest.mark.slow
async def test_a_challenge_says_what_asking_the_judge_again_costs(priced: Group) -> None:
    alice = priced.people["alice"]
    await alice.posts(f"{ATTENTION} {BERT}")
    await _set_up(priced, "1")
    await alice.runs("/rank tournament start 1 matches")
    await priced.until(lambda: bool(priced.messages("match.challenge")))
    reply = await alice.clicks(priced.messages("match.challenge")[0], "match.challenge")
    said = shown(priced.slack.ephemerals(alice.id)[-1]) + "".join(map(shown, reply.messages))
    assert "The judge is asked again with the papers swapped, for voters to compare: at most $0.010." in said


async def test_an_owner_removes_a_wrong_paper_brings_it_back_and_hands_over(priced: Group) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    await alice.posts(f"{ATTENTION} {BERT}")
    await _set_up(priced, "1")
    question = await alice.runs("/rank remove attention")
    assert "Its matches stop counting" in shown(question.messages[-1])
    assert "irst matches" in await bob.asks("/rank attention"), "asked, not yet removed"
    removed = await alice.clicks(question.messages[-1], "card.remove_now")
    assert "It can be brought back" in shown(removed.messages[-1])
    assert "No paper here" in await bob.asks("/rank attention")
    await alice.clicks(removed.messages[-1], "card.restore")
    assert "irst matches" in await bob.asks("/rank attention")
    assert f"<@{bob.id}>" in await alice.asks(f"/rank owner hand <@{bob.id}>")
    [told] = priced.slack.history(priced.slack.dm(bob.id))
    assert f"<@{alice.id}> made you an owner of *reading-group*" in shown(told)
    await bob.runs("/rank settings")
    assert "League settings" in shown(bob.modal)


async def test_a_channel_without_the_bot_is_told_to_invite_it(group: Group) -> None:
    alice = group.people["alice"]
    elsewhere = group.slack.add_channel("elsewhere", members=[alice.id], with_bot=False)
    assert "Invite me first" in await alice.asks(f"/rank add {ATTENTION}", elsewhere)
    await alice.runs("/rank settings", elsewhere)
    assert "Invite me first" in shown(alice.modal)


@pytest.mark.slow
async def test_one_window_sets_a_channel_up_with_the_links_that_were_there_before(group: Group) -> None:
    alice, bob = group.people["alice"], group.people["bob"]
    general = group.slack.add_channel("general", members=[alice.id, bob.id], with_bot=False)
    await bob.posts(f"from last year: {ATTENTION}", channel=general)
    await bob.posts("hello", channel=general)
    await group.slack.join(group.slack.bot_user, general, alice.id)
    await group.calm()
    greeting = group.slack.history(general)[-1]
    await alice.clicks(greeting, "league.create")
    await alice.submits(
        purpose=PURPOSE,
        schedule="mon,tue,wed,thu,fri,sat,sun",
        schedule_at="18:00",
        digest="mon",
        cap="3",
        zone="Asia/Tokyo",
        **{"import": ["yes"]},
    )
    dm = group.slack.dm(alice.id)
    await group.until(lambda: any("1 new paper" in shown(told) for told in group.slack.history(dm)))
    assert "Attention Is All You Need" in await bob.asks("/rank", general)
    assert f"owned by <@{alice.id}>" in await bob.asks("/rank owners", general)
    assert PURPOSE in await bob.asks("/rank purpose", general)
    assert "$3.00" in await bob.asks("/rank cost", general)
    assert "every day at 18:00 (Asia/Tokyo)" in shown(group.slack.message(general, greeting["ts"]))
    assert not [m for m in group.slack.history(general) if m.get("reply_count")], "no card for what is old"


async def test_everything_delivered_three_times_happens_once(group: Group) -> None:
    alice = group.people["alice"]
    group.slack.faults.script("deliveries", *(("duplicate",) * 16))
    general = group.slack.add_channel("general", members=[alice.id], with_bot=False)
    await group.slack.join(group.slack.bot_user, general, alice.id)
    await group.calm()
    assert len(group.slack.history(general)) == 1
    ts = await alice.posts(f"{ATTENTION} {BERT}", channel=general)
    assert len(group.slack.replies(general, ts)) == 2
    await group.slack.delete_message(alice.id, general, ts)
    await group.calm()
    asked = group.slack.history(group.slack.dm(alice.id))
    assert len(asked) == 2
    await alice.clicks(asked[0], "card.remove_now")
    assert (await group.counts()).papers == 2


async def test_in_a_direct_message_several_leagues_are_a_menu_once(
    group: Group,
) -> None:
    alice = group.people["alice"]
    other = group.slack.add_channel("vision", members=[alice.id])
    await alice.posts(ATTENTION)
    await alice.posts(BERT, channel=other)
    dm = group.slack.dm(alice.id)
    reply = await alice.runs("/rank", dm)
    board = await alice.clicks(reply.messages[-1], "choose.league", selected="vision")
    assert "BERT" in shown(board.messages[-1])
    for line, expected in (("/rank owners", "vision is owned by"), ("/rank remove bert", "brought back")):
        assert expected in await alice.asks(line, dm), f"{line}: the league chosen before is remembered"
    await alice.posts(GPT3, channel=dm)
    assert "Few-Shot" in await alice.asks("/rank", other), "the link went to the league of this conversation"
    await group.slack.shortcut(alice.id, "ask_rank")
    await alice.submits(question="few-shot")
    assert "several leagues" in shown(alice.modal)


@pytest.mark.slow
async def test_a_league_set_up_without_a_word_changed_works_and_costs_no_more_than_it_said(
    priced: Group, judge: PricedJudge
) -> None:
    alice, bob = priced.people["alice"], priced.people["bob"]
    await bob.posts(f"{ATTENTION} {BERT}")
    priced.time.move(timedelta(days=1))  # past an evening and a morning
    await priced.app.clock.tick()
    await priced.calm()
    assert judge.asked == []
    assert await _spent(priced) == 0
    [greeting] = priced.messages("league.create")
    await alice.clicks(greeting, "league.create")
    said = shown(alice.modal)
    assert "reading a paper at most $0.010, a match at most $0.010" in said
    assert '"10.00"' in said, "and no more than that a month"
    reply = await alice.submits()
    assert not reply.errors
    await priced.calm()
    card = priced.messages(kind="card")[0]
    assert "irst matches" in shown(card)
    priced.time.move(timedelta(hours=10))  # past this evening
    await priced.app.clock.tick()
    await priced.until(lambda: "is over" in "".join(map(shown, priced.messages(kind="tournament"))))
    papers, matches = (sum(kind == one for kind, _ in judge.asked) for one in ("paper", "match"))
    assert papers == 2
    assert matches > 0
    assert 0 < await _spent(priced) <= Decimal("0.010") * (papers + matches)
    assert " of 2*" in await bob.asks("/rank attention")
    priced.time.move(timedelta(hours=14))  # past the next morning's digest
    await priced.app.clock.tick()
    await priced.calm()
    assert "matches" in "".join(map(shown, priced.messages(kind="digest")))
    asked = len(judge.asked)
    priced.time.move(timedelta(hours=34))  # past an evening on which nothing is new
    await priced.app.clock.tick()
    await priced.calm()
    assert len(judge.asked) == asked, "a league at rest costs nothing"
