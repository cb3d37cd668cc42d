"""The home tab: what waits, what to read, one's papers and leagues, and what owners look after."""

import pytest

from storage import spending
from storage.tables import Match, Paper
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, FOUR, Group, Person, shown


async def test_a_saved_paper_stands_on_the_reading_list_by_rank_and_is_read_from_there(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(" ".join(FOUR))
    await alice.runs("/rank tournament start 6 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    cards = group.messages("card.assessment")
    await bob.clicks(cards[3], "menu", selected="Save for reading")
    await bob.clicks(cards[0], "menu", selected="Save for reading")
    home = await bob.opens_home()
    lines = [block["text"]["text"] for block in home["blocks"] if "card.read" in shown(block)]
    assert len(lines) == 2
    assert lines == sorted(lines, key=lambda line: int(line.split()[0].lstrip("#")))
    await bob.presses(home, "Mark as read")
    assert shown(bob.home).count("card.read") == 1
    assert shown(bob.home).count("card.unsave") == 1
    await bob.presses(bob.home, "Take off")
    assert "card.unsave" not in shown(bob.home)
    assert "card.read" not in shown(await alice.opens_home())
    assert "1 to read" in await bob.asks("/rank reading")
    listed = group.slack.ephemerals(bob.id)[-1]
    await bob.presses(listed, "Mark as read")
    read = group.slack.ephemerals(bob.id)[-1]
    assert "counts as read" in shown(read)
    await bob.presses(read, "Not read yet")
    assert "To read" in await bob.asks("/rank reading")
    assert "Your reading list is empty" in await alice.asks("/rank reading")


async def test_a_paper_on_the_home_tab_opens_in_a_window_with_its_history(alice: Person) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    home = await alice.opens_home()
    await alice.presses(home, "Show")
    assert "BERT" in shown(alice.modal)
    await alice.presses(alice.modal, "Compare…")
    assert "Compare" in shown(alice.modal)
    await alice.group.slack.close(alice.id, clear=True)
    await alice.presses(alice.home, "Show")
    await alice.presses(alice.modal, "More about it")
    await alice.presses(alice.modal, "History")
    assert "It hasn't played yet" in shown(alice.modal)
    assert len(alice.group.slack.views(alice.id)) == 3
    await alice.group.slack.close(alice.id, clear=True)
    await alice.presses(alice.home, "Board")
    assert "Attention Is All You Need" in shown(alice.modal)


async def test_an_owner_tries_failed_work_again_and_resumes_a_judge(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts("https://arxiv.org/abs/9999.99999")
    await alice.posts(FOUR[0])
    async with group.app.database.transaction(group.slack.world.team) as session:
        await spending.pause_judge(session, "offline", "the key was refused", group.time.now())
        paper = await session.get_one(Paper, 1)
        paper.status, paper.failure = "failed", "arXiv didn't answer"
    assert "Retry" not in shown(await bob.opens_home())
    home = await alice.opens_home()
    assert "arXiv didn't answer" in shown(home)
    assert "$10.00 this month" in shown(home)
    await alice.presses(home, "Retry")
    assert "arXiv didn't answer" not in shown(alice.home)
    assert "offline* is paused: the key was refused" in shown(alice.home)
    await alice.clicks(alice.home, "home.judge")
    assert "is paused" not in shown(alice.home)
    said = await alice.asks("/rank log")
    assert (
        "had this tried again: reading Attention Is All You Need, which had failed: “arXiv didn't answer”"
        in said
    )
    assert "resumed the judge offline" in said


async def test_a_failed_match_is_offered_again_only_while_it_could_still_count(
    group: Group, alice: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    async with group.app.database.transaction(group.slack.world.team) as session:
        match = Match(
            league_id=1, first_id=1, second_id=2, judge="offline", pool="offline", status="failed",
            failure="the model answered twice in no known form", planned_at=group.time.now(), attempts=5,
        )  # fmt: skip
        session.add(match)
        await session.flush()
        number = match.id
        await outbox.want(
            session,
            channel=group.channel,
            key=f"match:{number}",
            kind="match",
            about_id=number,
            now=group.time.now(),
        )
    home = await alice.opens_home()
    assert "in no known form" in shown(home)
    await alice.presses(home, "Retry")
    assert (await group.counts()).matches == 1


@pytest.mark.slow
async def test_a_first_opening_while_slack_cant_say_who_opened_it_is_told_and_filled_later(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(ATTENTION)
    for has_before in (False, True):
        group.app.services.forget_person(group.slack.world.team, bob.id, None)
        for _ in range(40):
            group.slack.faults.script("users.info", "error")
        said = shown(await bob.opens_home())
        assert ("can't tell me who you are" in said) is not has_before, "what it showed before stays"
        group.slack.faults._scripts.clear()
        assert "Leagues in your channels" in shown(await bob.opens_home())
