"""Windows that were open while somebody else saved, over HTTP."""

from datetime import timedelta

import pytest

from tests.slack.conftest import ATTENTION, FOUR, Group, Person, shown
from tests.slack.test_rights import gives

pytestmark = pytest.mark.slow


async def test_the_second_of_two_settings_windows_undoes_nothing_of_the_first(
    alice: Person, bob: Person
) -> None:
    await bob.posts(ATTENTION)
    await alice.runs("/rank settings")
    await bob.runs("/rank settings")
    assert not (
        await alice.submits(cap="40", purpose="matters for our work on memory", rights=["start"])
    ).errors
    assert not (await bob.submits(quorum="4")).errors
    await bob.runs("/rank settings")
    said = shown(bob.modal)
    assert '"40.00"' in said
    assert "work on memory" in said
    assert '"initial_value": "4"' in said
    await alice.runs("/rank settings")
    assert not (await bob.submits(cap="50")).errors
    reply = await alice.submits(cap="60", quorum="5")
    assert "Monthly cap, USD (now 50.00)" in shown(reply.errors)
    assert "Nothing was saved" in shown(reply.errors)
    assert "may spend $50.00" in await alice.asks("/rank budget")
    log = await alice.asks("/rank log")
    assert "votes needed to overrule: 3 → 4" in log
    assert "4 → 5" not in log


async def test_the_budgets_window_of_a_member_asks_what_a_thousand_is(alice: Person, bob: Person) -> None:
    await alice.posts(ATTENTION)
    assert "may be" in await alice.asks("/rank budget 1,000")
    assert "may spend $10.00" in await alice.asks("/rank budget")
    assert "US dollars" in await alice.asks("/rank budget 20 €")
    await gives(alice, "start", "budget")
    await bob.runs("/rank settings")
    reply = await bob.submits(cap="1.000")
    assert "1000 dollars or 1.00" in reply.errors["cap"]
    await alice.runs("/rank budget 15")
    reply = await bob.submits(cap="12")
    assert "now 15.00" in reply.errors["cap"]
    assert "may spend $15.00" in await alice.asks("/rank budget")


async def test_the_digests_window_keeps_what_another_set_meanwhile(alice: Person, bob: Person) -> None:
    await bob.posts(ATTENTION)
    for person in (alice, bob):
        await person.runs("/rank digest settings")
    assert not (await alice.submits(quiet="silent")).errors
    assert not (await bob.submits(days=["mon"])).errors
    said = await alice.asks("/rank digest")
    assert "Monday" in said
    assert "silent" in said


async def test_the_second_of_two_schedule_windows_undoes_nothing_of_the_first(
    group: Group, alice: Person, bob: Person
) -> None:
    await bob.posts(" ".join(FOUR[:2]))
    await bob.runs("/rank schedule every day at 19:00 40 matches")
    for person in (alice, bob):
        await person.runs("/rank schedule")
    assert not (await alice.submits(when="mon,tue,wed,thu,fri", when_at="18:00", usd="2")).errors
    await group.slack.click(
        bob.id, bob.modal, lambda element: element["action_id"] == "tournament.when:matches", selected="25"
    )
    await group.calm()
    assert "25" in shown(bob.modal)
    assert not (await bob.submits()).errors
    await bob.runs("/rank schedule")
    said = shown(bob.modal)
    assert '"initial_time": "18:00"' in said
    assert '"initial_value": "25"' in said
    assert '"initial_value": "2"' in said
    await alice.runs("/rank schedule")
    assert not (await bob.submits(matches="30")).errors
    reply = await alice.submits(matches="35", when="off")
    assert "Matches each time, at most (now 30)" in shown(reply.errors)
    assert "Nothing was saved" in shown(reply.errors)
    assert not (await alice.submits(matches="30", when="off")).errors
    assert "No tournament is scheduled" in await alice.asks("/rank unschedule")


async def test_digests_by_hand_and_challenges_have_a_limit_that_names_who_lifts_it(
    group: Group, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.leagues.asking_limits.MOST_DIGESTS_A_DAY", 2)
    monkeypatch.setattr("bot.leagues.asking_limits.MOST_OPEN_VOTES", 1)
    await alice.posts(" ".join(FOUR[:3]))
    await alice.runs("/rank tournament start 3 matches")
    for words in ("on its way", "on its way", "had 2 digests by hand within a day"):
        assert words in await bob.asks("/rank digest now")
        group.time.move(timedelta(minutes=2))
    assert "Alice" in await bob.asks("/rank digest now")
    assert "on its way" in await alice.asks("/rank digest now")
    for other in ("bert", "few-shot"):
        await bob.asks(f"/rank vs attention | {other}")
        await bob.clicks(group.slack.ephemerals(bob.id)[-1], "match.challenge")
    said = shown(group.slack.ephemerals(bob.id)[-1])
    assert "1 votes open in reading-group" in said
    assert "ask Alice or a workspace admin" in said
