"""Papers are found while one types, wherever one is chosen: in menus of messages and in the window that compares."""

from typing import Any

import pytest

from tests.slack.conftest import ATTENTION, FOUR, Group, Person, group, has, shown

__all__ = ["group"]


async def offered(person: Person, surface: dict[str, Any], typed: str) -> list[str]:
    """The titles that the menu offers."""
    (action_id,) = [
        element["action_id"]
        for block in surface["blocks"]
        for element in [*block.get("elements", []), block.get("element") or {}]
        if element.get("type") == "external_select"
    ]
    options = await person.group.slack.suggest(person.id, surface, action_id, typed)
    return [option["text"]["text"] for option in options]


@pytest.mark.slow
async def test_papers_are_found_while_one_types_in_messages_and_windows(group: Group) -> None:
    alice = group.people["alice"]
    await alice.posts(" ".join(FOUR))
    reply = await alice.runs("/rank history")
    menu = reply.messages[-1]
    assert has(menu, "pick.paper")
    everything = await offered(alice, menu, "")
    assert len(everything) == 4
    for typed, title in (
        ("atten", "Attention"), ("bert", "BERT"), (ATTENTION, "Attention"), ("few shot learners", "Few-Shot"),
        ("residaul lerning", "Residual"),
    ):  # fmt: skip
        titles = await offered(alice, menu, typed)
        assert titles, typed
        assert title in titles[0], typed
    assert await offered(alice, menu, "nothing of the kind zzz") == []
    options = await group.slack.suggest(
        alice.id,
        menu,
        next(e["action_id"] for e in menu["blocks"][-1]["elements"] if "query" in str(e)),
        "bert",
    )
    picked = await alice.clicks(menu, "pick.paper", selected=options[0])
    assert "BERT" in shown(picked.messages[-1])
    card = group.messages(kind="card")[0]
    await alice.clicks(card, "menu", selected="card.more [1]")
    await alice.presses(alice.modal, "Compare…")
    view = alice.modal
    options = await group.slack.suggest(alice.id, view, view["blocks"][0]["element"]["action_id"], "bert")
    await alice.submits(paper=options[0])
    assert "BERT" in shown(alice.modal)
    assert "Attention" in shown(alice.modal)


async def test_nobody_finds_papers_of_a_league_they_cant_see(group: Group) -> None:
    alice, bob = group.people["alice"], group.people["bob"]
    secret = group.slack.add_channel("secret", private=True, members=[alice.id])
    for link in FOUR[:2]:
        await alice.posts(link, channel=secret)
    menu = (await alice.runs("/rank history", channel=secret)).messages[-1]
    assert await offered(alice, menu, "attention") != []
    theirs = dict(menu) | {"ephemeral_to": bob.id}
    group.slack.world.ephemeral.append(theirs | {"ts": menu["ts"] + "1"})
    assert await offered(bob, group.slack.world.ephemeral[-1], "attention") == []


async def test_a_papers_nickname_goes_before_a_part_of_another_papers_words(group: Group) -> None:
    alice = group.people["alice"]
    await alice.posts(" ".join(FOUR))
    answer = shown((await alice.runs("/rank vs resnet | transformer")).messages[-1])
    assert "Residual" in answer
    assert "Attention" in answer
    assert "BERT" not in answer
