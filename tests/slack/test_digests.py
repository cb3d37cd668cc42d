"""A channel's digest: set in a window, short in the channel, in full in its window, and what changed on asking."""

from datetime import timedelta

import pytest

from storage.tournaments import schedules
from tests.slack.conftest import FOUR, Group, Person, shown


@pytest.mark.slow
async def test_a_digest_is_set_in_a_window_and_holds_what_was_chosen_with_the_rest_in_its_window(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(" ".join(FOUR))
    await alice.runs("/rank tournament start 6 matches")
    await alice.runs("/rank digest now")
    [first] = group.messages(kind="digest")
    assert "4 new papers, 6 matches." in shown(first)
    assert "*To read*" in shown(first)
    assert group.slack.replies(group.channel, first["ts"]) == [], (
        "the rest is in a window, not in the channel"
    )
    await bob.clicks(first, "digest.details")
    assert shown(bob.modal).count(f"from <@{alice.id}>") == 4
    assert "<@" not in shown(first), "nobody is called to the channel by it"
    await group.slack.close(bob.id, clear=True)
    await bob.clicks(first, "menu", selected="Settings (owners)")
    assert "Only Alice or a workspace admin can" in shown({"said": group.slack.ephemerals(bob.id)})
    await alice.clicks(first, "menu", selected="Settings (owners)")
    assert "8:30" in shown(alice.modal)
    reply = await alice.submits(days=[], zone="UTC")
    assert "at least one day" in reply.errors["days"]
    reply = await alice.submits(days=["tue", "sat"], time="07:05", zone="Nowhere/Town")
    assert "no time zone" in reply.errors["zone"]
    reply = await alice.submits(
        days=["tue", "sat"], time="07:05", zone="Asia/Tokyo", include=["leaders"], quiet="silent", tag="r/l"
    )
    assert "A tag is of letters" in reply.errors["tag"]
    reply = await alice.submits(
        days=["tue", "sat"], time="07:05", zone="Asia/Tokyo", include=["leaders"], quiet="silent", tag=""
    )
    assert not reply.errors
    said = shown(group.slack.ephemerals(alice.id)[-1])
    assert "07:05 (Asia/Tokyo)" in said
    assert "stay silent" in said
    group.time.move(timedelta(minutes=2))
    await alice.runs("/rank digest now")
    latest = group.messages(kind="digest")[-1]
    assert "*To read*" not in shown(latest)
    assert "this month" not in shown(latest)
    await alice.clicks(latest, "digest.details")
    assert "*Leaders*" in shown(alice.modal)
    assert "*New papers*" not in shown(alice.modal)
    await group.slack.close(alice.id, clear=True)
    async with group.app.database.reading(group.slack.world.team) as session:
        [kept] = await schedules.of_league(session, 1, "digest")
        assert (kept.cron, kept.options["include"]) == ("5 7 * * tue,sat", ["leaders"])
        assert not kept.options["tag"]
    await alice.runs("/rank digest settings")
    assert "Asia/Tokyo" in shown(alice.modal)
    await alice.submits(tag="RL")
    await alice.runs("/rank digest settings")
    assert "'initial_value': 'rl'" in str(alice.modal)
    await alice.submits(stop=["stop"])
    assert "gets no digest" in await alice.asks("/rank digest")
    assert "4 new" in await alice.asks("/rank changes")
