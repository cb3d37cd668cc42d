"""Windows as people fill them in: menus that search, and every wrong field marked at once."""

import json

from tests.slack.conftest import ATTENTION, BERT, Group, Person, shown


async def test_every_wrong_field_is_marked_at_once_and_nothing_is_saved(alice: Person) -> None:
    await alice.posts(ATTENTION)
    await alice.runs("/rank settings")
    wrong = {
        "zone": "Nowhere/Town", "cap": "much", "hours": "long", "quorum": "0",
        "arxiv": "cs.NOTHING", "most": "99",
    }  # fmt: skip
    reply = await alice.submits(**wrong)
    assert set(reply.errors) == set(wrong)
    assert "may spend $10.00 a month" in await alice.asks("/rank budget")


async def test_the_first_windows_wrong_fields_are_marked_at_once(alice: Person) -> None:
    reply = await alice.runs("/rank")
    await alice.presses(reply.messages[-1], "Set up a league here")
    reply = await alice.submits(zone="Nowhere/Town", cap="-1")
    assert set(reply.errors) == {"zone", "cap"}


async def test_a_time_zone_is_found_by_its_city_and_saved(group: Group, alice: Person) -> None:
    await alice.posts(ATTENTION)
    await alice.runs("/rank settings")
    offers = await group.slack.suggest(alice.id, alice.modal, "zone.pick", "munich")
    assert offers[0]["value"] == "Europe/Berlin"
    assert not (await alice.submits(zone=offers[0]["value"])).errors
    await alice.runs("/rank settings")
    assert '"value": "Europe/Berlin"' in shown(alice.modal)


async def test_compare_alone_opens_a_window_with_a_menu_for_each_paper(group: Group, alice: Person) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    await alice.runs("/rank vs")
    [first, second] = [block for block in alice.modal["blocks"] if block["type"] == "input"]
    found = await group.slack.suggest(alice.id, alice.modal, first["element"]["action_id"], "bert")
    other = await group.slack.suggest(alice.id, alice.modal, second["element"]["action_id"], "attention")
    await alice.submits(first=found[0]["value"], paper=other[0]["value"])
    assert "never met" in shown(alice.modal)
    assert "Attention Is All You Need" in shown(alice.modal)


async def test_a_refusal_of_what_was_submitted_is_a_window_on_top_with_a_button_by_name(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(f"{ATTENTION} {BERT}")
    await bob.runs("/rank tournament start")
    await alice.runs("/rank settings")
    await alice.submits(rights=[])
    await bob.submits(matches="2")
    assert "can start matches and tournaments" in shown(bob.modal)
    await bob.presses(bob.modal, "Ask Alice")
    assert group.messages(kind="tournament") == []


async def test_when_papers_play_is_chosen_in_a_menu_of_days_and_a_clock(alice: Person, bob: Person) -> None:
    await alice.posts(ATTENTION)
    await alice.runs("/rank settings")
    assert not (await alice.submits(schedule="tue", schedule_at="18:30")).errors
    assert "(every Tuesday)" in await bob.asks("/rank schedule")
    await alice.runs("/rank settings")
    assert not (await alice.submits(schedule="off")).errors
    assert "Next matches" not in await bob.asks("/rank schedule")


async def test_times_that_a_menu_cant_express_stay_as_they_are_unless_somebody_changes_them(
    alice: Person, bob: Person
) -> None:
    await alice.posts(ATTENTION)
    for times, now in (
        ("tuesdays and thursdays at 18:00", "every Tuesday and Thursday"),
        ("every 6 hours", "As now: "),
        ("every weekday at 7:00 Asia/Tokyo", "As now: every weekday at 07:00 Asia/Tokyo"),
    ):
        await alice.runs(f"/rank tournament schedule {times}")
        before = json.loads(await bob.asks("/rank schedule"))["text"]
        await alice.runs("/rank settings")
        assert now in shown(alice.modal)
        assert not (await alice.submits(quorum="2")).errors
        assert json.loads(await bob.asks("/rank schedule"))["text"] == before
