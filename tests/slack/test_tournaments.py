"""A tournament by words and by modal, its one message, and a verdict overturned and restored."""

import pytest

from tests.slack.conftest import FOUR, Group, Person, shown


async def played(group: Group) -> None:
    """Four papers and a tournament among them, played to its end."""
    await group.people["alice"].posts(" ".join(FOUR))
    await group.people["alice"].runs("/rank tournament start 6 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))


@pytest.mark.parametrize("either", ["http", pytest.param("socket", marks=pytest.mark.slow)], indirect=True)
async def test_a_tournament_begun_by_words_plays_in_one_message_and_its_thread(either: Group) -> None:
    await played(either)
    counts = await either.counts()
    assert counts.tournaments_over == 1
    assert 0 < counts.matches <= 6
    assert len(either.messages(kind="tournament")) == 1
    [root] = either.messages(kind="tournament")
    updates = [call for call in either.slack.calls if call.method == "chat.update"]
    assert root["ts"] in {call.arguments["ts"] for call in updates}
    assert all(match["thread_ts"] == root["ts"] for match in either.messages(kind="match"))


@pytest.mark.slow
async def test_a_tournament_without_words_opens_its_modal_and_begins_from_it(
    group: Group, alice: Person
) -> None:
    await alice.posts(" ".join(FOUR))
    await alice.runs("/rank tournament start")
    assert alice.modal["callback_id"] == "tournament_start"
    reply = await alice.submits(matches="4")
    assert not reply.errors
    await group.until(lambda: bool(group.messages(kind="tournament")))
    assert 0 < (await group.counts()).matches <= 4


@pytest.mark.slow
async def test_a_tournament_that_is_over_is_neither_paused_nor_cancelled(group: Group, alice: Person) -> None:
    await played(group)
    for verb in ("pause", "resume", "cancel"):
        assert "No tournament is running" in await alice.asks(f"/rank tournament {verb}")
    assert "Tournament" in await alice.asks("/rank tournament status")


async def overturned(group: Group) -> None:
    """Bob challenges the first match; three people vote against its verdict."""
    await played(group)
    await group.people["bob"].clicks(group.messages("match.challenge")[0], "match.challenge")
    async with group.app.database.reading(group.slack.world.team) as session:
        from storage.questions.workspace_counts import losing_choice

        losing = await losing_choice(session)
    for name in ("bob", "carol", "dan"):
        poll = group.messages("vote.cast")
        if poll:
            await group.people[name].clicks(poll[0], f"vote.cast:{losing}")


async def stale_cards(group: Group) -> list[str]:
    """The titles of cards that show another score than the league's board: a refit moves all papers a little."""
    now = {row.title: f"{row.score:.0f} ± {row.interval:.0f}" for row in (await group.counts()).standings}
    cards = [shown(message) for message in group.messages(kind="card")]
    assert len(cards) == len(now)
    return [
        title for title, figures in now.items() for card in cards if title in card and figures not in card
    ]


@pytest.mark.parametrize("either", ["http", pytest.param("socket", marks=pytest.mark.slow)], indirect=True)
async def test_three_votes_overturn_a_verdict_and_an_admin_restores_it_with_a_reason(either: Group) -> None:
    await overturned(either)
    assert (await either.counts()).overrides == 1
    [result] = either.messages("override.revert")
    assert "→" in shown(result)
    assert await stale_cards(either) == []
    alice = either.people["alice"]
    await alice.clicks(result, "override.revert")
    modal = alice.modal
    block = next(block["block_id"] for block in modal["blocks"] if block["type"] == "input")
    await alice.submits(**{block: "The vote was about another paper."})
    assert (await either.counts()).overrides == 0
    assert await stale_cards(either) == []
    assert "The vote was about another paper." in "".join(map(shown, either.messages()))


@pytest.mark.slow
async def test_a_vote_after_closing_is_answered_and_not_counted(group: Group) -> None:
    await played(group)
    bob, alice = group.people["bob"], group.people["alice"]
    await bob.clicks(group.messages("match.challenge")[0], "match.challenge")
    [poll] = group.messages("vote.cast")
    live = group.slack.world.message(group.channel, poll["ts"])
    await alice.clicks(poll, "menu", selected="Close now… (owners and admins)")
    await alice.submits()
    live["blocks"] = poll["blocks"]
    before = len(group.slack.ephemerals(bob.id))
    reply = await bob.clicks(poll, "vote.cast")
    assert reply.messages or len(group.slack.ephemerals(bob.id)) > before
    assert "clos" in "".join(map(shown, group.slack.ephemerals(bob.id)[before:])) + reply.text
    assert (await group.counts()).overrides == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "missing", ["reactions.add", "chat.getPermalink", "users.info", "conversations.members"]
)
async def test_a_workspace_that_lacks_a_method_still_gets_its_tournament(group: Group, missing: str) -> None:
    group.slack.faults.unknown_method(missing)
    await played(group)
    assert (await group.counts()).tournaments_over == 1


async def test_cancel_pressed_just_after_the_end_is_answered(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(" ".join(FOUR))
    await bob.runs("/rank tournament start 1 matches")
    await group.until(lambda: "is over" in "".join(map(shown, group.messages(kind="tournament"))))
    [message] = group.messages(kind="tournament")
    seen = {"type": "button", "action_id": "tournament.cancel", "value": "[1]"}
    reply = await group.slack.click(bob.id, message, "tournament.cancel", block="seen", drawn=seen)
    await group.calm()
    assert "This tournament is over already." in "".join(map(shown, reply.messages))
