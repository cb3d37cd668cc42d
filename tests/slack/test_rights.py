"""Rights as settings of a league: refused with who may, given by an owner, used by a member, all in the log."""

import pytest

from tests.slack.conftest import FOUR, Group, Person, shown
from tests.slack.test_tournaments import overturned


async def gives(owner: Person, *rights: str) -> None:
    """Let members do just this, in the settings."""
    await owner.runs("/rank settings")
    reply = await owner.submits(rights=list(rights))
    assert not reply.errors


@pytest.mark.slow
async def test_a_member_changes_the_budget_once_the_league_lets_members(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(FOUR[0])
    refusal = "Only Alice or a workspace admin can change the budget."
    assert refusal in await bob.asks("/rank budget 25")
    assert refusal in await bob.asks("/rank budget")
    await bob.runs("/rank settings")
    assert "can change the settings" in shown(bob.modal)
    await group.slack.close(bob.id, clear=True)
    assert "Budget" not in shown(await bob.opens_home())
    await gives(alice, "start", "budget")
    said = await bob.asks("/rank budget")
    assert "may spend $10.00 a month; it has spent $0.00 this month. `/rank budget 25` changes it." in said
    assert "may spend $25.00 a month" in await bob.asks("/rank budget 25 USD")
    await bob.presses(await bob.opens_home(), "Budget")
    assert "25.00" in shown(bob.modal)
    await group.slack.close(bob.id, clear=True)
    await bob.runs("/rank settings")
    assert "What matters" not in shown(bob.modal)
    reply = await bob.submits(cap="much")
    assert "amount in USD" in reply.errors["cap"]
    await bob.submits(cap="30")
    assert "may spend $30.00 a month" in shown(group.slack.ephemerals(bob.id)[-1])
    said = await alice.asks("/rank log")
    assert "*Bob* changed the monthly cap: $10.00 → $25.00" in said
    assert "*Alice* changed members may change the budget: no → yes" in said
    await gives(alice, "start")
    assert refusal in await bob.asks("/rank budget 5")


@pytest.mark.slow
async def test_a_member_reverts_once_the_league_lets_members_and_owners_never_lose_it(
    group: Group, alice: Person, bob: Person
) -> None:
    await overturned(group)
    [result] = group.messages("override.revert")
    await bob.clicks(result, "override.revert")
    said = shown(group.slack.ephemerals(bob.id)[-1])
    assert "Only Alice or a workspace admin can revert a decision" in said
    await gives(alice, "start", "revert")
    await bob.clicks(result, "override.revert")
    await bob.submits(reason="The vote was about another paper.")
    assert (await group.counts()).overrides == 0
    said = await alice.asks("/rank log")
    assert "*Alice* changed members may revert a decision: no → yes" in said
    assert "*Bob* reverted the team's decision on" in said
    assert "“The vote was about another paper.”" in said
    assert "members of the channel and workspace admins can revert" in await bob.asks("/rank how")


async def test_who_may_start_is_named_and_nothing_ticked_leaves_it_to_owners_and_admins(
    alice: Person, bob: Person
) -> None:
    await alice.posts(" ".join(FOUR[:2]))
    await gives(alice)
    said = await bob.asks("/rank tournament start 1 match")
    assert "Only Alice or a workspace admin can start matches and tournaments." in said
    await gives(alice, "start")
    assert "begins" in await bob.asks("/rank tournament start 1 match")


async def test_a_refusal_offers_to_ask_the_one_who_may_by_name(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(FOUR[0])
    for _time in range(2):
        await bob.asks("/rank budget 25")
        await bob.presses(group.slack.ephemerals(bob.id)[-1], "Ask Alice")
        assert "is asked by direct message" in shown(group.slack.ephemerals(bob.id)[-1])
    [asked] = [message for message in group.private(alice.id) if "asks you to" in shown(message)]
    assert "asks you to change the budget (reading-group), from" in shown(asked)
