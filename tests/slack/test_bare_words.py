"""What people type without the word before it does what it says, and never looks for a paper called so first."""

import pytest

from storage.following import followers
from storage.tables import Paper
from storage.tournaments import schedules
from tests.slack.conftest import FOUR, Group, Person, shown
from tests.slack.test_tournaments import overturned


async def test_schedule_is_shown_and_set_without_the_word_tournament(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(FOUR[0])
    assert "Next matches: <!date" in await bob.asks("/rank schedule")
    assert "Only Alice or a workspace admin can set when it plays by itself" in await bob.asks(
        "/rank schedule every monday at 7:00"
    )
    await alice.runs("/rank schedule")
    assert '"initial_time": "19:00"' in shown(alice.modal)
    await group.slack.close(alice.id, clear=True)
    said = await alice.asks("/rank schedule every monday at 07:15 40 matches")
    assert "Scheduled every Monday at 07:15, UTC: at most 40 matches each time. Next: <!date" in said
    said = await alice.asks("/rank schedule tournament every friday at 18:00")
    assert "Scheduled every Friday at 18:00, UTC: papers whose score isn't known to ±300 points yet." in said
    assert "isn't a time of day" in await alice.asks("/rank schedule whenever you like at 25:00")
    assert "as a time. Write for example" in await alice.asks("/rank schedule whenever you like")
    assert "The schedule is stopped" in await alice.asks("/rank schedule off")
    async with group.app.database.reading(group.slack.world.team) as session:
        assert await schedules.of_league(session, 1, "tournament") == []


@pytest.mark.slow
async def test_a_tournament_is_steered_without_the_word(group: Group, alice: Person, bob: Person) -> None:
    await alice.posts(" ".join(FOUR[:2]))
    for verb in ("pause", "resume", "cancel", "pause the tournament"):
        assert "No tournament is running in reading-group." in await alice.asks(f"/rank {verb}")
    assert "No tournament was played" in await bob.asks("/rank status")
    await bob.runs("/rank start")
    assert bob.modal["callback_id"] == "tournament_start"
    await group.slack.close(bob.id, clear=True)
    assert "The tournament begins" in await bob.asks("/rank start a tournament 1 match")
    assert "I don't understand “nonsense” there" in await bob.asks("/rank start nonsense")


async def test_mute_and_unmute_say_what_they_did(group: Group, alice: Person, bob: Person) -> None:
    await alice.posts(FOUR[0])
    for _ in range(2):
        assert "no more direct messages about reading-group" in await bob.asks("/rank mute")
    async with group.app.database.reading(group.slack.world.team) as session:
        assert await followers.muted(session, 1, bob.id)
    assert "`/rank unfollow <paper>` ends those about one paper" in (
        await bob.asks("/rank mute everything")
    ).replace("&lt;", "<").replace("&gt;", ">")
    assert "direct messages about reading-group again" in await bob.asks("/rank unmute")
    assert "You follow" in await bob.asks("/rank follow attention")
    assert "You follow no author, keyword or venue" in await bob.asks("/rank follow")
    assert "Name a paper" in await bob.asks("/rank unfollow")


@pytest.mark.slow
async def test_votes_lists_what_waits_and_challenge_leads_to_the_matches(
    group: Group, alice: Person, bob: Person
) -> None:
    assert "No vote waits for you" in await bob.asks("/rank vote")
    await overturned(group)
    carol = group.people["carol"]
    undecided = [m for m in group.messages("match.challenge") if "Challenge" in shown(m)]
    await bob.clicks(undecided[0], "match.challenge")
    said = await carol.asks("/rank votes")
    assert "Votes waiting for you" in said
    assert "open until" in said
    assert "https://" in said
    assert "A verdict is challenged by the button on its match" in await alice.asks("/rank challenge")
    for verb in ("challenge", "vote", "compare"):
        assert "Head to head" in await alice.asks(f"/rank {verb} attention | bert")


async def test_a_title_that_begins_like_a_command_is_still_found(group: Group, alice: Person) -> None:
    await alice.posts(FOUR[0])
    async with group.app.database.transaction(group.slack.world.team) as session:
        paper = await session.get_one(Paper, 1)
        paper.title = "Schedule-Free Start of Voting Budget"
        paper.search_text = paper.title.casefold()
    for words in ("schedule free", "start of voting", "budget voting"):
        assert "Schedule-Free Start of Voting Budget" in await alice.asks(f"/rank {words}"), words
    assert "I don't understand “schedule-free”" in await alice.asks("/rank start schedule-free nonsense")
