"""Marks that people put on verdicts and assessments, kept by judge and shown with the judges."""

import pytest
from sqlalchemy import select

from storage.matches import feedback_rows
from storage.matches.feedback_rows import Marks
from storage.tables import Feedback
from storage.voting import authors
from storage.workspaces import forget_person
from tests.slack.conftest import Group, Person, group, has, shown
from tests.slack.test_tournaments import played

__all__ = ["group"]


async def marks(group: Group) -> list[Marks]:
    async with group.app.database.reading(group.slack.world.team) as session:
        return await feedback_rows.marks(session, 1)


@pytest.fixture
def bob(group: Group) -> Person:
    return group.people["bob"]


@pytest.mark.slow
async def test_marks_are_kept_changed_counted_and_forgotten(group: Group, bob: Person) -> None:
    await played(group)
    alice, dan = group.people["alice"], group.people["dan"]
    verdict = group.messages("judge.feedback")[0]
    (element,) = next(block for block in verdict["blocks"] if block["type"] == "context_actions")["elements"]
    assert element["type"] == "feedback_buttons"
    said = await bob.clicks(verdict, "judge.feedback", selected="Poor verdict")
    assert "0 of 1 marks on offline's verdicts are good" in shown(said.messages[-1])
    await bob.clicks(verdict, "judge.feedback", selected="Good verdict")
    await dan.clicks(verdict, "judge.feedback", selected="Poor verdict")
    assert await marks(group) == [Marks("offline", 1, 2, 0, 0)]
    card = group.messages("card.assessment")[0]
    await alice.clicks(card, "card.assessment")
    assert not has(alice.modal, "context_actions")
    await alice.presses(alice.modal, "Good review")
    assert "1 of 1 marks on offline's reviews are good" in shown(alice.modal)
    assert "1 of 2 marks on its verdicts are good, 1 of 1 marks on its reviews are good" in await bob.asks(
        "/rank judges"
    )
    async with group.app.database.transaction(group.slack.world.team) as session:
        await forget_person.forget(session, bob.id)
    async with group.app.database.reading(group.slack.world.team) as session:
        assert bob.id not in list(await session.scalars(select(Feedback.user)))
    assert (await marks(group))[0].verdicts == 2


@pytest.mark.slow
async def test_authors_and_guests_mark_nothing_and_older_workspaces_get_plain_buttons(
    group: Group, bob: Person
) -> None:
    group.slack.faults.unknown_block("context_actions")
    await played(group)
    verdict = group.messages("judge.feedback")[0]
    assert {block["type"] for block in verdict["blocks"]} >= {"actions"}
    await group.slack.change_user(group.people["dan"].id, is_restricted=True)
    await group.calm()
    refused = await group.people["dan"].presses(verdict, "Good verdict")
    assert "Only full members" in shown(refused.messages[-1])
    async with group.app.database.transaction(group.slack.world.team) as session:
        for paper in range(1, 5):
            await authors.mark_author(session, paper, bob.id, group.time.now())
    refused = await bob.presses(verdict, "Good verdict")
    assert "marked as an author" in shown(refused.messages[-1])
    assert await marks(group) == []
    await group.people["alice"].presses(verdict, "Poor verdict")
    assert await marks(group) == [Marks("offline", 0, 1, 0, 0)]
