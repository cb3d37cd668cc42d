"""Two papers made one in the channel, and parted by the button of the answer."""

from tests.slack.conftest import ATTENTION, BERT, Group, Person, shown


async def test_a_merge_is_asked_for_in_the_channel_and_its_answer_parts_the_two_again(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(f"{ATTENTION} and {BERT}")
    assert "BERT" in await alice.asks("/rank")
    assert "Only Alice or a workspace admin can merge papers of reading-group" in await bob.asks(
        f"/rank merge {ATTENTION} | {BERT}"
    )
    assert "You can undo that" in await alice.asks(f"/rank merge {ATTENTION} | {BERT}")
    assert "BERT" in await alice.asks(f"/rank {BERT}"), "asked, not done"
    answer = await alice.agrees(f"/rank merge {ATTENTION} | {BERT}")
    assert "are one paper now" in shown(answer.messages[-1])
    assert "Attention Is All" in await alice.asks(f"/rank {BERT}")
    [card] = (await alice.runs(f"/rank {BERT}")).messages
    await alice.clicks(card, "menu", selected="More about it")
    assert "One paper with" in shown(alice.modal)
    await alice.clicks(answer.messages[-1], "paper.unmerge")
    assert "are two papers again" in shown(group.slack.ephemerals(alice.id)[-1])
    assert "BERT" in await alice.asks(f"/rank {BERT}")
    assert "No other paper was merged" in await alice.asks(f"/rank unmerge {BERT}")
