"""Questions answered to the one who asks, paged, chosen from menus, shared with all."""

from datetime import timedelta

import pytest

from bot.exchange.recorded_files import RecordedMatch, RecordedPaper
from bot.exchange.verdict_import import load
from tests.slack.conftest import ATTENTION, BERT, FOUR, START, Group, Person, has, shown

LONG = 104


async def long_history(group: Group) -> None:
    """Two papers that met 104 times, and a third whose title begins as the first's does."""
    names = ("first", "second", "draw")
    async with group.app.database.transaction(group.slack.world.team) as session:
        await load(
            session,
            name="Long",
            papers=[
                RecordedPaper("a", "Alpha learning", {}),
                RecordedPaper("b", "Beta pruning", {}),
                RecordedPaper("c", "Alpha search", {}),
            ],
            matches=[RecordedMatch("a", "b", names[n % 3], f"judge{n % 2}", f"k{n}") for n in range(LONG)],
            channel=group.channel,
            settings=group.app.settings,
            now=group.time.now(),
        )


async def test_rank_answers_the_board_to_the_one_who_asks(either: Group) -> None:
    alice = either.people["alice"]
    await alice.posts(" ".join(FOUR))
    before = len(either.messages())
    assert "Attention Is All You Need" in await alice.asks("/rank")
    assert len(either.messages()) == before
    assert not either.slack.ephemerals(either.people["bob"].id)


async def test_a_paper_is_asked_for_by_title_by_place_and_by_link(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    await bob.runs("/rank tournament start 1 match")
    await group.until(lambda: bool(group.messages("match.challenge")))
    for words in ("attention", ATTENTION):
        assert "Attention Is All You Need" in await bob.asks(f"/rank {words}")
    assert "Attention Is All You Need" in await bob.asks("/rank #1") + await bob.asks("/rank #2")


async def test_a_title_with_several_hits_gives_a_menu_and_choosing_answers(group: Group, bob: Person) -> None:
    await long_history(group)
    reply = await bob.runs("/rank alpha")
    [menu] = [message for message in reply.messages if has(message, "choose.paper")]
    chosen = await bob.clicks(menu, "choose.paper", selected="Alpha search")
    said = "".join(map(shown, [*chosen.messages, *group.slack.ephemerals(bob.id)]))
    assert "Alpha search" in said
    assert "card.compare" in said


@pytest.mark.slow
async def test_a_history_of_104_matches_is_paged_to_its_end_within_slacks_limits(
    group: Group, bob: Person
) -> None:
    await long_history(group)
    for line in ("/rank history beta", "/rank vs alpha learning | beta", "/h2h alpha learning | beta"):
        reply = await bob.runs(line)
        seen = [shown(reply.messages[-1])]
        for _ in range(LONG):
            live = group.slack.ephemerals(bob.id)[-1]
            onward = [
                element
                for block in live["blocks"]
                for element in block.get("elements", [])
                if "action_id" in element and _is_onward(element)
            ]
            if not onward:
                break
            await bob.clicks(live, onward[0]["action_id"])
            seen.append(shown(group.slack.ephemerals(bob.id)[-1]))
        assert len(seen) > 2, line
        assert len(set(seen)) == len(seen), line
    refused = [call for call in group.slack.calls if call.answer.get("error") == "invalid_blocks"]
    assert not refused


def _is_onward(element: dict[str, str]) -> bool:
    return element["action_id"].endswith("after")


async def test_an_answer_is_shared_to_the_channel_once(group: Group, bob: Person) -> None:
    await bob.posts(ATTENTION)
    reply = await bob.runs("/rank")
    before = len(group.messages())
    await bob.clicks(reply.messages[-1], "share")
    assert len(group.messages()) == before + 1


async def test_the_digest_comes_once_at_its_hour_though_the_clock_ticks_twice(
    group: Group, alice: Person
) -> None:
    await alice.posts(" ".join(FOUR))
    await alice.asks("/rank digest at 08:30 UTC")
    group.time.move(START.replace(day=13, hour=8, minute=31) - group.time.now())
    await group.app.clock.tick()
    await group.app.clock.tick()
    await group.calm()
    assert len(group.messages(kind="digest")) == 1
    group.time.move(timedelta(hours=1))
    await group.app.clock.tick()
    await group.calm()
    assert len(group.messages(kind="digest")) == 1


async def test_help_names_every_command_on_a_click(group: Group, bob: Person) -> None:
    await bob.runs("/rank help")
    await bob.presses(group.slack.ephemerals(bob.id)[-1], "All commands")
    said = shown(group.slack.ephemerals(bob.id)[-1])
    assert "All commands of /rank." in await bob.asks("/rank help commands")
    for command in ("vs", "history", "add", "tournament", "digest", "judges"):
        assert command in said


async def test_a_private_league_is_invisible_outside_its_channel(group: Group) -> None:
    alice, dan = group.people["alice"], group.people["dan"]
    secret = group.slack.add_channel("secret", private=True, members=[alice.id])
    await alice.posts(ATTENTION, channel=secret)
    assert "Attention" in await alice.asks("/rank", channel=secret)
    for line in ("/rank", "/rank attention", "/rank all"):
        assert "Attention Is All" not in await dan.asks(line)
    assert "Attention Is All" not in await dan.asks("/rank", channel=group.slack.dm(dan.id))


async def test_a_channel_without_a_league_says_so_and_offers_to_make_one(alice: Person) -> None:
    reply = await alice.runs("/rank")
    assert "There is no league here yet." in shown(reply.messages[-1])
    await alice.presses(reply.messages[-1], "Set up a league here")
    assert "What matters" in shown(alice.modal) or "purpose" in shown(alice.modal)


async def test_a_member_of_a_public_channel_answers_a_duel(group: Group, alice: Person, bob: Person) -> None:
    await alice.posts(" ".join(FOUR[:2]))
    assert "Which matters more to you?" in await bob.asks("/rank duel")
    await bob.clicks(group.slack.ephemerals(bob.id)[-1], "duel.vote")
    assert "It counts in the ranking" in shown(group.slack.ephemerals(bob.id)[-1])
