import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.voting import challenging, feedback
from bot.voting.casting import cast_vote
from storage.database.engine import Database
from storage.errors import BadRequestError, ClosedError, NotAllowedError, NotFoundError
from storage.tables import Match, Mute, OutboxMessage, Override, Standings, Vote
from storage.voting import votes
from tests.voting.conftest import HOME, TEAM, Team, found_team


async def test_a_challenge_opens_a_poll_for_full_members_and_posts_it_under_its_match(team: Team) -> None:
    view = await team.challenge("U1")
    assert view.opened
    assert view.is_open
    assert (view.eligible, view.voted, view.quorum) == (5, 0, 3)
    assert view.closes_at == team.now + timedelta(hours=48)
    assert view.wants_evidence
    assert (
        view.verdict.rationale == "Attention Is All You Need reaches further than Deep <Residual> Learning."
    )
    poll, match = await team.message(f"poll:{view.poll}"), await team.message(f"match:{team.match}")
    assert poll is not None
    assert poll.thread_key == f"match:{team.match}"
    assert match is not None


async def test_a_second_challenge_shows_the_poll_already_open(team: Team) -> None:
    first = await team.challenge("U1")
    second = await team.challenge("U2")
    assert (second.poll, second.opened) == (first.poll, False)


@pytest.mark.parametrize("user", ["UOUT", "UGUEST", "UBOT", "UFAR"])
async def test_only_full_members_of_the_home_channel_challenge(team: Team, user: str) -> None:
    with pytest.raises(NotAllowedError):
        await team.challenge(user)


async def test_a_match_of_a_private_league_is_unknown_outside(team: Team) -> None:
    await team.change_league(is_private=True)
    with pytest.raises(NotFoundError) as private:
        await team.challenge("UOUT")
    team.match += 1000
    with pytest.raises(NotFoundError) as unknown:
        await team.challenge("UOUT")
    assert private.value.sentence == unknown.value.sentence


async def test_an_undecided_match_has_nothing_to_challenge(team: Team) -> None:
    async with team.database.transaction(TEAM) as session:
        (await session.get_one(Match, team.match)).status = "planned"
    with pytest.raises(ClosedError):
        await team.challenge()


async def test_three_of_five_for_the_other_paper_overrule_the_judge_at_once(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second")
    await team.vote("U2", "second", "The baselines are stronger")
    assert (await team.view()).tally is None
    receipt = await team.vote("U3", "second")
    assert receipt.closed
    view = await team.view()
    assert (view.result, view.override is not None, view.confirmed) == ("second", True, False)
    assert await team.outcome() == ("second", 2.0)
    first, second = view.rating_changes
    assert first.before is None  # no standings had been kept before
    assert second.after is not None
    assert first.after is not None
    assert second.after.score > first.after.score
    assert await team.message(f"poll_result:{view.poll}") is not None
    assert [ballot.reason for ballot in view.ballots if ballot.reason] == ["The baselines are stronger"]


async def test_confirming_the_verdict_is_no_override(team: Team) -> None:
    await team.challenge()
    for user in ("U1", "U2", "U3"):
        await team.vote(user, "first")
    view = await team.view()
    assert (view.confirmed, view.override, view.result) == (True, None, "first")
    assert await team.outcome() == ("first", 2.0)
    with pytest.raises(ClosedError):
        await team.challenge()


async def test_too_few_votes_leave_the_verdict_contested(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second")
    await team.vote("U2", "second")
    team.later(48)
    assert await team.settle()
    view = await team.view()
    assert view.contested
    assert view.closed_by == "deadline"
    assert await team.outcome() == ("first", 1.0)
    assert (await team.challenge()).opened  # nothing was decided, so it may be asked again


async def test_a_tie_leaves_the_verdict_and_yet_each_vote_counts_in_the_ratings(team: Team) -> None:
    await team.challenge()
    for user, choice in (("U1", "second"), ("U2", "first"), ("U3", "second"), ("U4", "abstain")):
        await team.vote(user, choice)
    receipt = await team.vote("U0", "first")
    assert receipt.closing is not None
    assert receipt.closing.contested
    assert await team.outcome() == ("first", 1.0)
    async with team.database.reading(TEAM) as session:
        cause = await session.scalar(select(Standings.cause).order_by(Standings.id.desc()).limit(1))
    assert cause == "vote", "the ratings are new at once, and not by surprise with the next match"


async def test_a_vote_can_be_changed_until_the_close_and_counts_once(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second", "because")
    receipt = await team.vote("U1", "draw")
    assert (receipt.previous, receipt.choice, receipt.reason) == ("second", "draw", "because")
    assert (await team.view()).voted == 1
    assert (await team.vote("U1", "draw", " ")).reason is None
    view = await team.close()
    assert view.tally is not None
    assert (view.tally.second, view.tally.draw) == (0, 1)
    with pytest.raises(ClosedError):
        await team.vote("U1", "first")
    with pytest.raises(ClosedError):
        await team.vote("U2", "first")


async def test_no_vote_counts_after_the_deadline_even_before_the_job_ran(team: Team) -> None:
    await team.challenge()
    team.later(48)
    with pytest.raises(ClosedError):
        await team.vote("U1", "first")


async def test_abstaining_is_voting_but_decides_nothing(team: Team) -> None:
    await team.challenge()
    for user in team.users[:4]:
        await team.vote(user, "abstain")
    view = await team.view()
    assert (view.is_open, view.result, view.closed_by) == (False, "stands", "settled")


@pytest.mark.parametrize("user", ["UOUT", "UGUEST", "UBOT", "UFAR"])
async def test_who_was_no_full_member_at_the_opening_has_no_vote(team: Team, user: str) -> None:
    await team.challenge()
    with pytest.raises(NotAllowedError):
        await team.vote(user, "first")


async def test_a_first_vote_on_its_way_while_the_poll_closes_early_is_kept(team: Team) -> None:
    await team.challenge()
    for user in ("U1", "U2", "U3"):
        await team.vote(user, "second")
    receipt = await team.vote("U4", "first")
    assert receipt.late
    with pytest.raises(ClosedError):
        await team.vote("U4", "second")
    view = await team.view()
    assert view.tally is not None
    assert (view.tally.first, view.tally.second, view.result) == (1, 3, "second")
    team.later(1)
    with pytest.raises(ClosedError):
        await team.vote("U0", "first")


async def test_authors_have_no_vote_and_the_quorum_is_lowered_to_what_can_be_reached(team: Team) -> None:
    for user in ("U1", "U2", "U3"):
        await team.author(user)
    view = await team.challenge()
    assert (view.eligible, view.quorum, view.wanted_quorum, view.quorum_lowered) == (2, 2, 3, True)
    with pytest.raises(NotAllowedError, match="author"):
        await team.vote("U1", "first")


async def test_a_match_only_authors_could_vote_on_cannot_be_challenged(team: Team) -> None:
    for user in team.users:
        await team.author(user, paper=1)
    with pytest.raises(NotAllowedError):
        await team.challenge()


async def test_who_takes_authorship_back_votes_again_and_the_quorum_goes_up_again(team: Team) -> None:
    await team.challenge()
    await team.vote("U2", "second")
    for user in ("U2", "U3", "U4"):
        await team.author(user)
    assert (await team.view()).quorum == 2
    assert (await team.view()).voted == 0
    back = await team.no_author("U2")
    assert back.changed
    assert back.polls == (team.poll,)
    assert ((await team.view()).quorum, (await team.view()).voted) == (3, 1)
    await team.vote("U2", "first")
    assert not (await team.no_author("U2")).changed


async def test_an_author_of_both_papers_stays_out_until_they_take_both_back(team: Team) -> None:
    await team.challenge()
    await team.author("U2")
    await team.author("U2", paper=1)
    assert (await team.no_author("U2")).polls == ()
    with pytest.raises(NotAllowedError, match="author"):
        await team.vote("U2", "first")
    assert (await team.no_author("U2", paper=1)).polls == (team.poll,)
    await team.vote("U2", "first")


async def test_an_author_who_says_so_later_loses_the_vote_they_cast(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second")
    marked = await team.author("U1")
    assert (marked.changed, marked.polls) == (True, (team.poll,))
    view = await team.view()
    assert (view.eligible, view.voted) == (4, 0)
    assert not (await team.author("U1")).changed


async def test_owners_and_admins_close_by_hand_and_nobody_else(team: Team) -> None:
    team.people.chiefs = frozenset({"UOUT"})
    await team.challenge()
    with pytest.raises(NotAllowedError):
        await team.close("U1")
    view = await team.close("UOUT")
    assert (view.is_open, view.closed_by) == (False, "UOUT")
    with pytest.raises(ClosedError):
        await team.close("U0")


async def test_one_reminder_a_day_before_the_end_to_who_has_not_voted(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "first")
    async with team.database.transaction(TEAM) as session:
        session.add(Mute(league_id=team.league, user="U2", at=team.now))
    key = f"poll_reminder:{team.poll}"
    team.later(23)
    await team.settle()
    assert await team.message(key, "U0") is None
    team.later(1)
    assert not await team.settle()
    reminded = [user for user in team.users if await team.message(key, user) is not None]
    assert reminded == ["U0", "U3", "U4"]
    team.later(1)
    await team.settle()
    sent = await team.message(key, "U0")
    assert sent is not None
    assert sent.wanted == 1
    assert await team.message(key, HOME) is None


async def test_a_poll_of_a_friday_reminds_once_on_monday_and_not_at_the_weekend(team: Team) -> None:
    team.later(96)
    view = await team.challenge()
    assert view.closes_at == team.now + timedelta(hours=96), "48 hours of weekdays"
    key = f"poll_reminder:{view.poll}"
    for hours in (25, 24):  # Saturday, Sunday
        team.later(hours)
        assert not await team.settle()
        assert await team.message(key, "U0") is None
    team.later(23)  # Monday, a day before the end
    for _ in range(3):
        assert not await team.settle()
        team.later(5)
    sent = await team.message(key, "U0")
    assert sent is not None
    assert sent.wanted == 1
    team.later(24)
    assert await team.settle()


async def test_exactly_one_of_many_closings_wins(team: Team) -> None:
    await team.challenge()
    for user in ("U1", "U2"):
        await team.vote(user, "second")
    await team.vote("U3", "draw")
    team.later(48)
    assert all(await asyncio.gather(*(team.settle() for _ in range(10))))
    async with team.database.reading(TEAM) as session:
        assert await session.scalar(select(func.count()).select_from(Override)) == 0


async def test_an_owner_reverts_with_a_reason_and_the_verdict_counts_again(team: Team) -> None:
    await team.challenge()
    for user in ("U1", "U2", "U3"):
        await team.vote(user, "draw")
    with pytest.raises(NotAllowedError):
        await team.revert("U1", "no")
    with pytest.raises(BadRequestError):
        await team.revert("U0", "   ")
    view = await team.revert("U0", "Wrong version was read")
    assert await team.outcome() == ("first", 1.0)
    assert view.result == "draw"  # the record keeps what the team said
    assert view.revert is not None
    assert (view.revert.by, view.revert.reason) == ("U0", "Wrong version was read")
    assert len(view.revert.rating_changes) == 2
    posted = await team.message(f"revert:{view.override}")
    assert posted is not None
    assert posted.thread_key == f"match:{team.match}"
    with pytest.raises(ClosedError):
        await team.revert("U0", "again")
    assert (await team.challenge()).opened


async def test_an_anonymous_poll_shows_no_names_after_the_close(team: Team) -> None:
    await team.change_league(anonymous_votes=True)
    await team.challenge()
    await team.vote("U1", "draw", "Even")
    view = await team.close()
    assert [(ballot.user, ballot.reason) for ballot in view.ballots] == [(None, "Even")]


async def test_a_forgotten_person_leaves_the_tally_without_name_and_note(team: Team) -> None:
    await team.challenge()
    await team.vote("U1", "second", "My words")
    async with team.database.transaction(TEAM) as session:
        assert await votes.forget_voter(session, "U1") == 1
    view = await team.close()
    assert view.tally is not None
    assert view.tally.second == 1
    assert view.ballots[0].reason is None
    assert view.ballots[0].user != "U1"


async def test_an_open_vote_waits_no_more_for_who_is_forgotten(team: Team) -> None:
    await team.challenge()
    async with team.database.transaction(TEAM) as session:
        for user in ("U1", "U2", "U3"):
            assert await votes.forget_voter(session, user) == 0
    view = await team.view()
    assert (view.eligible, view.quorum) == (2, 2)
    with pytest.raises(NotAllowedError):
        await team.vote("U1", "draw")
    team.later(25)
    await team.settle()
    async with team.database.reading(TEAM) as session:
        reminded = await session.scalars(
            select(OutboxMessage.channel).where(OutboxMessage.kind == "poll_reminder")
        )
        assert sorted(reminded) == ["U0", "U4"]


async def test_another_workspace_finds_no_poll(team: Team) -> None:
    await team.challenge()
    async with team.database.transaction("T2") as session:
        with pytest.raises(NotFoundError):
            await cast_vote(session, team.poll, "U1", "first", now=team.now)


@pytest.mark.slow
@pytest.mark.parametrize("choices", [("second",), ("first", "second", "draw", "abstain")])
async def test_two_hundred_people_voting_at_once_are_two_hundred_votes(
    database: Database, choices: tuple[str, ...]
) -> None:
    team = await found_team(database, 200)
    await team.challenge()
    receipts = await asyncio.gather(
        *(team.vote(user, choices[n % len(choices)]) for n, user in enumerate(team.users))
    )
    assert len(receipts) == 200
    async with database.reading(TEAM) as session:
        assert await session.scalar(select(func.count()).select_from(Vote)) == 200
    view = await team.view()
    assert view.tally is not None
    assert view.voted == 200
    assert view.result == ("second" if len(choices) == 1 else "stands")


async def test_members_of_the_channel_revert_where_the_league_lets_them_and_no_guest_does(team: Team) -> None:
    await team.challenge()
    for user in ("U1", "U2", "U3"):
        await team.vote(user, "draw")
    with pytest.raises(NotAllowedError, match=r"Only Person 0 or a workspace admin can"):
        await team.revert("U1", "no")
    await team.change_league(members_may_revert=True)
    for user in ("UGUEST", "UFAR", "UOUT"):
        with pytest.raises(NotAllowedError, match="Only full members of Reading's channel, Person 0"):
            await team.revert(user, "no")
    assert (await team.revert("U1", "Wrong version was read")).members_revert
    assert await team.outcome() == ("first", 1.0)


async def test_people_of_other_workspaces_vote_and_mark_where_a_setting_says_so_and_guests_never(
    team: Team,
) -> None:
    with pytest.raises(NotAllowedError, match="Only full members"):
        await team.challenge("UFAR")
    await team.change_league(strangers_vote=True)
    view = await team.challenge("UFAR")
    assert view.eligible == len(team.users) + 1
    assert (await team.vote("UFAR", "second")).choice == "second"
    with pytest.raises(NotAllowedError):
        await team.vote("UGUEST", "second")
    viewers = [team.people.viewer(user) for user in ("UFAR", "UGUEST", "U1")]

    async def refused() -> list[str]:
        async with team.database.reading(TEAM) as session:
            return list(await challenging.refusals(session, team.poll, viewers))

    assert await refused() == ["UGUEST"]
    await team.change_league(strangers_vote=False)
    assert await refused() == ["UFAR", "UGUEST"]
    async with team.database.transaction(TEAM) as session:
        with pytest.raises(NotAllowedError, match="Only full members"):
            await feedback.mark(session, "match", team.match, viewers[0], is_good=True, now=team.now)
