"""Histories across features: what becomes of matches, reviews, polls and tournaments when something leaves or pauses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import dispatch
from bot.digests import digest_schedules
from bot.entries import intake, merging, new_versions, removals, same_paper
from bot.following import notices, reading_list
from bot.leagues.setup import Setup, set_up_league
from bot.matches import judging
from bot.papers.links import Reference
from bot.spending import judge_pauses
from bot.spending.held_tournaments import hold_tournament
from bot.tournaments import highlights, pausing_and_cancelling, rounds, scheduled_tournaments, stopping
from bot.tournaments.starting import TournamentPlan, start
from bot.voting import authorship, challenging, departures, duels
from bot.voting.casting import cast_vote
from bot.voting.poll_contents import poll_contents
from handlers.voting import poll_view
from storage import assessments, digests, spending
from storage.entries import entry_rows, version_checks
from storage.errors import ClosedError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.standings import past_standings, rating_rows
from storage.standings.personal_votes import personal_votes
from storage.tables import (
    Assessment,
    Entry,
    Evidence,
    Follower,
    JudgePause,
    League,
    Match,
    Occurrence,
    Override,
    PaperCheck,
    Poll,
    Saved,
    Schedule,
    Tournament,
    Voter,
    Workspace,
)
from storage.tournaments import schedules
from storage.tournaments.schedules import Firing
from storage.voting import polls
from storage.work import delivery, leases, outbox, sweeping
from storage.work.leases import Work
from tests.judges.room import Newsroom, Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM

one = ScriptedJudge("openai:one", cost=Decimal("0.01"))
two = ScriptedJudge("anthropic:two", cost=Decimal("0.01"))


@pytest.fixture(autouse=True)
def fresh_judges() -> None:
    for judge in (one, two):
        judge.error, judge.worst, judge.during = None, None, None
        judge.seen.clear()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.slow])])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Room]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with a_room(tmp_path, one, two, url=url) as made:
        yield made


async def _removes(room: Room, entry: int) -> None:
    async with room.world.writing() as session:
        await removals.remove_entry(
            session, room.entries[entry], room.world.people.viewer("alice"), room.time.now()
        )


async def _merges(room: Room, kept: int, merged: int) -> int:
    async with room.world.writing() as session:
        made = await merging.merge(
            session,
            room.entries[kept],
            room.entries[merged],
            room.world.people.viewer("alice"),
            room.time.now(),
        )
        return made.merge


async def _plans_review(room: Room, entry: int) -> None:
    async with room.world.writing() as session:
        await assessments.plan(session, room.entries[entry], "openai:one", room.time.now())


async def _challenges(room: Room, match: int, user: str = "alice") -> int:
    async with room.world.writing() as session:
        view = await challenging.challenge(
            session, match, room.world.people.viewer(user), ("alice", "bob", "carol"), now=room.time.now()
        )
        return view.poll


async def _due(room: Room) -> set[str]:
    async with room.world.database.transaction(None) as session:
        return {job.kind for job in (await sweeping.sweep(session, room.time.now())).due}


async def _advances(room: Room, tournament: int) -> Tournament:
    await rounds.advance(room.runtime, TEAM, tournament)
    return await room.tournament_row(tournament)


# Rights


async def test_who_set_a_league_up_is_known_after_any_number_of_lines(room: Room) -> None:
    async def press(user: str) -> None:
        async with room.world.writing() as session:
            await set_up_league(
                session, HOME, room.world.people.viewer(user), Setup(), settings=room.world.settings,
                now=room.time.now(),
            )  # fmt: skip

    await press("alice")
    async with room.world.writing() as session:
        for _ in range(250):
            await league_rows.note(session, room.league, "alice", "digest.set", {}, room.time.now())
    with pytest.raises(NotAllowedError):
        await press("bob")


async def test_what_played_again_is_known_after_any_number_of_lines(room: Room) -> None:
    async with room.world.writing() as session:
        detail = {"entry": room.entries[0], "version": 2}
        await league_rows.note(session, room.league, "alice", new_versions.REPLAYED, detail, room.time.now())
        for _ in range(550):
            await league_rows.note(session, room.league, "alice", "digest.set", {}, room.time.now())
        assert await new_versions.who_replayed(session, room.league, room.entries[0], 2) == "alice"


async def test_a_members_own_tournament_ends_no_judges_pause(room: Room) -> None:
    tournament = await room.tournament("openai:one", "anthropic:two")
    async with room.world.writing() as session:
        await spending.pause_judge(session, "openai:one", "no key", room.time.now())
    async with room.world.writing() as session:
        now = room.time.now()
        await pausing_and_cancelling.pause(session, tournament, room.world.people.viewer("bob"), now)
        await pausing_and_cancelling.resume(session, tournament, room.world.people.viewer("bob"), now)
    assert [row.judge for row in await room.rows(JudgePause)] == ["openai:one"]
    await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    assert (await room.tournament_row(tournament)).held_for == "judge"
    async with room.world.writing() as session:
        with pytest.raises(NotAllowedError):
            await pausing_and_cancelling.resume(session, tournament, room.world.people.viewer("bob"), now)


async def test_an_owner_who_resumes_one_tournament_of_a_judge_resumes_all(room: Room) -> None:
    held = [await room.tournament("openai:one") for _ in range(2)]
    async with room.world.writing() as session:
        await spending.pause_judge(session, "openai:one", "no key", room.time.now())
        for tournament in held:
            await hold_tournament(session, tournament, "no key", "judge", room.time.now())
        await pausing_and_cancelling.resume(
            session, held[0], room.world.people.viewer("alice"), room.time.now()
        )
    assert [(await room.tournament_row(tournament)).status for tournament in held] == ["running"] * 2


# Counted


async def test_what_is_decided_before_a_pause_is_rated_at_once_and_what_ends_in_it_too(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    first = await room.plan("openai:one", 0, 1, tournament)
    await room.works(Work.MATCH)
    second = await room.plan("openai:one", 2, 3, tournament)

    async def pauses() -> None:
        async with room.world.writing() as session:
            await hold_tournament(session, tournament, "the cap", "cap", room.time.now())
            ratings = await rating_rows.ratings_of(session, room.entries)
            assert ratings[room.entries[0]].wins == 1

    one.during = pauses
    await room.works(Work.MATCH)
    assert {(await room.row(match)).status for match in (first, second)} == {"decided"}
    async with room.world.database.reading(TEAM) as session:
        ratings = await rating_rows.ratings_of(session, room.entries)
    assert ratings[room.entries[2]].wins == 1


# Who left


async def test_nothing_is_asked_of_a_removed_paper_and_its_tournament_goes_on(room: Room) -> None:
    tournament = await room.tournament("openai:one", number=1)
    match = await room.plan("openai:one", 0, 1, tournament)
    await _plans_review(room, 0)
    await _removes(room, 0)
    assert (await room.row(match)).status == "cancelled"
    assert {row.status for row in await room.assessments()} == {"cancelled"}
    assert Work.TOURNAMENT in await _due(room)
    await room.works()
    assert (one.seen, await room.spendings()) == ([], [])
    async with room.world.writing() as session:
        await removals.restore_entry(
            session, room.entries[0], room.world.people.viewer("alice"), room.time.now()
        )
    assert {row.status for row in await room.assessments()} == {"planned"}


async def test_a_match_planned_with_who_left_is_cancelled_when_its_turn_comes(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    await _removes(room, 0)
    match = await room.plan("openai:one", 0, 1, tournament)
    await room.works(Work.MATCH)
    assert ((await room.row(match)).status, one.seen) == ("cancelled", [])


async def test_an_open_poll_on_a_removed_paper_closes_with_a_sentence_and_can_be_opened_again(
    room: Room,
) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    poll = await _challenges(room, match)
    await _removes(room, 0)
    async with room.world.database.reading(TEAM) as session:
        view = await poll_contents(session, poll)
    assert (view.is_open, view.result, view.closed_by) == (False, "stands", "left")
    assert [row.status for row in await room.rows(Evidence)] == ["skipped"]
    async with room.world.writing() as session:
        await removals.restore_entry(
            session, room.entries[0], room.world.people.viewer("alice"), room.time.now()
        )
    await _challenges(room, match)
    assert [row.status for row in await room.rows(Evidence)] == ["planned"]


async def test_what_a_withdrawn_paper_waited_for_ends_and_begins_again_once_it_isnt_withdrawn_any_more(
    room: Room,
) -> None:
    source = Newsroom()
    room.runtime = replace(room.runtime, sources=source)
    tournament = await room.tournament("openai:one", number=1)
    match = await room.plan("openai:one", 0, 1, tournament)
    poll = await _challenges(room, await room.decided("openai:one", 0, 2, "first"))
    await _plans_review(room, 0)

    async def looks(*, withdrawn: bool) -> None:
        async with room.world.writing() as session:
            paper = (await entry_rows.entry(session, room.entries[0]))[1]
            paper.source = "test"
            (source.withdrawn.add if withdrawn else source.withdrawn.discard)(paper.canonical)
            await version_checks.plan(session, paper.id, None)
        await new_versions.check_source(room.runtime, TEAM, paper.id)

    await looks(withdrawn=True)
    assert (await room.row(match)).status == "cancelled"
    assert Work.TOURNAMENT in await _due(room)
    await room.works()
    assert (one.seen, await room.spendings()) == ([], [])
    async with room.world.database.reading(TEAM) as session:
        view = await poll_contents(session, poll)
    assert (view.is_open, view.closed_by) == (False, "left")
    assert "one of the papers left the league" in poll_view.announcement(view, None, {}).text
    await looks(withdrawn=False)
    assert {row.status for row in await room.assessments()} == {"planned"}


async def test_after_a_merge_no_pair_is_paid_twice_and_nobody_reviews_who_went(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    kept, gone = (
        await room.plan("openai:one", 0, 2, tournament),
        await room.plan("openai:one", 1, 2, tournament),
    )
    itself = await room.plan("openai:one", 0, 1, tournament)
    await _plans_review(room, 0)
    await _plans_review(room, 1)
    await _merges(room, 0, 1)
    assert [(await room.row(match)).status for match in (kept, gone, itself)] == [
        "planned", "cancelled", "cancelled",
    ]  # fmt: skip
    assert {row.entry_id: row.status for row in await room.assessments()} == {
        room.entries[0]: "planned", room.entries[1]: "cancelled",
    }  # fmt: skip


async def test_a_merge_that_takes_the_last_open_match_wakes_the_tournament(room: Room) -> None:
    tournament = await room.tournament("openai:one", number=1)
    await room.plan("openai:one", 0, 1, tournament)
    async with room.world.writing() as session:
        row = await session.get_one(Tournament, tournament)
        row.deadline = row.not_before = room.time.now() + timedelta(days=3)
    await _merges(room, 0, 1)
    assert Work.TOURNAMENT in await _due(room)


# Tournaments


async def test_a_top_goal_of_a_league_that_shrank_is_settled(room: Room) -> None:
    async with room.world.writing() as session:
        tournament = (
            await start(
                session, room.runtime, league=room.league, plan=TournamentPlan(10, top_k=3), user="bob",
                channel=HOME, now=room.time.now(),
            )
        ).id  # fmt: skip
    await _removes(room, 3)
    row = await _advances(room, tournament)
    assert (row.status, row.reason) == ("finished", "the top 3 is settled: 3 papers are left to play")


async def test_a_schedule_with_a_top_goal_beyond_its_league_plays(room: Room) -> None:
    async with room.world.writing() as session:
        schedule = await scheduled_tournaments.set_schedule(
            session,
            await league_rows.get(session, room.league),
            room.world.people.viewer("alice"),
            "every day at 19:00",
            {"top": 10},
            now=room.time.now(),
        )
        started = await scheduled_tournaments.start_scheduled(
            session, room.runtime, schedule, room.time.now()
        )
    assert started is not None
    assert started.top_k is None


async def test_a_tournament_names_the_real_reason_of_its_end(room: Room) -> None:
    gone = await room.tournament("openai:gone")
    row = await _advances(room, gone)
    assert row.reason == "no judge is left: openai:gone aren't configured any more"
    for entry in (1, 2, 3):
        await _removes(room, entry)
    left = await _advances(room, await room.tournament("openai:one"))
    assert (left.status, left.reason) == ("finished", "one paper is left to play")


async def test_a_pause_past_its_deadline_ends_the_tournament_and_the_next_may_start(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    match = await room.plan("openai:one", tournament=tournament)
    async with room.world.writing() as session:
        row = await session.get_one(Tournament, tournament)
        row.deadline = room.time.now() + timedelta(hours=1)
        await session.flush()
        await hold_tournament(session, tournament, "paused", "person", room.time.now())
    assert Work.TOURNAMENT not in await _due(room)
    room.later(hours=2)
    assert Work.TOURNAMENT in await _due(room)
    ended = await _advances(room, tournament)
    assert (ended.status, ended.reason) == ("finished", "the deadline was reached")
    assert (await room.row(match)).status == "cancelled"


async def test_a_paused_tournament_past_its_deadline_holds_up_no_schedule(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    async with room.world.writing() as session:
        row = await session.get_one(Tournament, tournament)
        row.deadline = room.time.now() + timedelta(hours=1)
        await session.flush()
        await hold_tournament(session, tournament, "paused", "person", room.time.now())
    room.later(hours=2)
    async with room.world.writing() as session:
        await start(
            session, room.runtime, league=room.league, plan=TournamentPlan(10), user="bob", channel=HOME,
            now=room.time.now(),
        )  # fmt: skip
    assert (await room.tournament_row(tournament)).status == "finished"


async def test_a_judge_that_is_dropped_leaves_its_matches_to_the_others_and_that_is_said(room: Room) -> None:
    tournament = await room.tournament("openai:one", "anthropic:two")
    match = await room.plan("openai:one", tournament=tournament)
    room.runtime.judges.pop("openai:one")  # type: ignore[attr-defined]  # a mapping that the room made as a dict
    await room.works(Work.MATCH)
    decided = await room.row(match)
    assert (decided.status, decided.judge) == ("decided", "anthropic:two")
    row = await room.tournament_row(tournament)
    assert row.status == "running"
    assert row.reason is not None
    assert row.reason.startswith("openai:one isn't among this installation's judges any more")


async def test_a_tournament_waits_for_no_judge_that_the_settings_dropped(room: Room) -> None:
    shared, alone = await room.tournament("openai:one", "anthropic:two"), await room.tournament("openai:one")
    waits = await room.tournament("openai:one", "anthropic:two")
    match = await room.plan("openai:one", tournament=shared)
    async with room.world.writing() as session:
        await spending.pause_judge(session, "openai:one", "no key", room.time.now())
        for tournament in (shared, alone):
            await hold_tournament(session, tournament, "no key", "judge", room.time.now())
    room.runtime.judges.pop("openai:one")  # type: ignore[attr-defined]  # a mapping that the room made as a dict
    await judge_pauses.drop_everywhere(room.world.database, set(room.runtime.judges))
    assert await room.rows(JudgePause) == []
    row = await room.tournament_row(shared)
    assert (row.status, row.reason) == (
        "running", "openai:one isn't among this installation's judges any more; the other judges play on",
    )  # fmt: skip
    await room.works(Work.MATCH)
    assert (await room.row(match)).judge == "anthropic:two"
    ended = await _advances(room, alone)
    assert (ended.status, ended.reason) == (
        "finished", "no judge is left: openai:one aren't configured any more",
    )  # fmt: skip
    async with room.world.writing() as session:
        await spending.pause_judge(session, "anthropic:two", "no quota", room.time.now())
        await hold_tournament(session, waits, "no quota", "judge", room.time.now())
    await judge_pauses.drop_everywhere(room.world.database, set(room.runtime.judges))
    assert (await room.tournament_row(waits)).status == "paused"


async def test_a_stopped_schedules_waiting_firing_starts_nothing(room: Room) -> None:
    async with room.world.writing() as session:
        league = await league_rows.get(session, room.league)
        schedule = await scheduled_tournaments.set_schedule(
            session, league, room.world.people.viewer("alice"), "every day at 19:00", {}, now=room.time.now()
        )
        firing = Firing(schedule.id, session.workspace, "2026-11-23T19:00", room.time.now())
        await schedules.add_occurrences(session, [firing])
        await scheduled_tournaments.stop_schedule(
            session, league, room.world.people.viewer("alice"), now=room.time.now()
        )
    (occurrence,) = await room.rows(Occurrence)
    await dispatch.run_occurrence(room.runtime, TEAM, occurrence.id)
    assert (await room.rows(Tournament), (await room.rows(Occurrence))[0].status) == ([], "done")


async def test_a_budget_of_nothing_becomes_something_when_it_is_let_go_on(room: Room) -> None:
    tournament = await room.tournament("openai:one", budget=Decimal(0))
    async with room.world.writing() as session:
        await hold_tournament(session, tournament, "no money", "budget", room.time.now())
        await pausing_and_cancelling.resume(
            session, tournament, room.world.people.viewer("alice"), room.time.now()
        )
    row = await room.tournament_row(tournament)
    assert row.budget is not None
    assert row.budget > 0


async def test_a_tournament_given_up_has_its_end_and_what_it_decided_counts(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    await room.plan("openai:one", tournament=tournament)
    await room.works(Work.MATCH)
    async with room.world.writing() as session:
        (await session.get_one(Tournament, tournament)).status = "failed"
        await session.flush()
        await stopping.give_up(session, tournament, room.time.now())
        ratings = await rating_rows.ratings_of(session, room.entries)
    row = await room.tournament_row(tournament)
    assert (row.ended_at, row.after_id is None) == (room.time.now(), False)
    assert ratings[room.entries[0]].wins == 1


# Old buttons


async def test_old_buttons_of_a_merged_paper_act_on_the_one_that_stayed_and_parting_works(room: Room) -> None:
    match = await room.decided("openai:one", 0, 2, "first")
    poll = await _challenges(room, match)
    merge = await _merges(room, 0, 1)
    now, old = room.time.now(), room.entries[1]
    async with room.world.writing() as session:
        await notices.follow(session, old, room.world.people.viewer("carol"), now=now)
        await reading_list.save(session, old, room.world.people.viewer("carol"), now=now)
        await authorship.mark_author_of(session, old, room.world.people.viewer("bob"), now=now)
    kept = room.entries[0]
    assert [row.entry_id for row in await room.rows(Follower)] == [kept]
    assert [row.entry_id for row in await room.rows(Saved)] == [kept]
    async with room.world.writing() as session:
        with pytest.raises(NotAllowedError):
            await cast_vote(session, poll, "bob", "first", now=now)
        await merging.unmerge(session, merge, room.world.people.viewer("alice"), now)
        await notices.unfollow(session, kept, room.world.people.viewer("carol"))
    assert await room.rows(Follower) == []


async def test_removing_by_an_old_button_removes_the_paper_that_stayed(room: Room) -> None:
    await _merges(room, 0, 1)
    await _removes(room, 1)
    async with room.world.database.reading(TEAM) as session:
        entry, _paper = await entry_rows.entry(session, room.entries[0])
        assert entry.removed_at is not None


async def test_an_author_of_the_merged_paper_is_one_of_the_kept_and_votes_no_more(room: Room) -> None:
    match = await room.decided("openai:one", 0, 2, "first")
    poll = await _challenges(room, match)
    async with room.world.writing() as session:
        await authorship.mark_author_of(
            session, room.entries[1], room.world.people.viewer("bob"), now=room.time.now()
        )
    await _merges(room, 0, 1)
    excluded = [row.user for row in await room.rows(Voter, Voter.poll_id == poll) if row.author]
    assert excluded == ["bob"]


async def test_a_removed_entry_whose_paper_was_merged_meanwhile_is_the_merged_one(room: Room) -> None:
    await _removes(room, 1)
    async with room.world.writing() as session:
        papers = [(await entry_rows.entry(session, entry))[1].id for entry in room.entries[:2]]
        await same_paper.join(session, *papers, by="alice", reason="said", now=room.time.now())
    async with room.world.writing() as session:
        with pytest.raises(ClosedError, match="in the league already"):
            await removals.restore_entry(
                session, room.entries[1], room.world.people.viewer("alice"), room.time.now()
            )
    removed = [row.id for row in await room.rows(Entry, Entry.removed_at.is_not(None))]
    assert removed == [room.entries[1]]


async def test_posting_a_link_again_after_thirty_days_brings_the_paper_back_with_its_matches(
    room: Room,
) -> None:
    await room.decided("openai:one", 0, 1, "first")
    async with room.world.writing() as session:
        paper = (await entry_rows.entry(session, room.entries[0]))[1]
        await entry_rows.add_identifiers(session, paper.id, [("page", paper.url)])
        url = paper.url

    async def posts(ts: str) -> intake.Intake:
        async with room.world.writing() as session:
            return await intake.take_in(
                session, league=room.league, references=[Reference("page", url, None, url)], user="bob",
                channel=HOME, ts=ts, thread_ts=None, assessors=("openai:one",), now=room.time.now(),
            )  # fmt: skip

    await _removes(room, 0)
    room.later(days=29)
    assert (await posts("1.0")).old == (room.entries[0],)
    assert (await room.rows(Entry))[0].removed_at is not None
    room.later(days=2)
    with pytest.raises(ClosedError, match="post its link again"):
        async with room.world.writing() as session:
            await removals.restore_entry(
                session, room.entries[0], room.world.people.viewer("alice"), room.time.now()
            )
    assert (await posts("2.0")).new == (room.entries[0],)
    assert (await room.rows(Entry))[0].removed_at is None
    async with room.world.database.reading(TEAM) as session:
        assert (await rating_rows.ratings_of(session, room.entries))[room.entries[0]].wins == 1


# Polls


async def test_followers_of_a_closed_poll_hear_of_it_though_its_job_was_lost(room: Room) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    poll = await _challenges(room, match)
    async with room.world.writing() as session:
        await notices.follow(session, room.entries[0], room.world.people.viewer("carol"), now=room.time.now())
        await polls.close(session, poll, "deadline", room.time.now())
        await polls.set_result(session, poll, "stands")
    assert Work.POLL in await _due(room)
    await room.works(Work.POLL)
    assert [message.channel for message in await room.world.messages("notice")] == ["carol"]
    assert Work.POLL not in await _due(room)


async def test_unmarking_an_author_gives_a_poll_the_quorum_it_opened_with(room: Room) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    poll = await _challenges(room, match)
    await room.sets(quorum=1)
    async with room.world.writing() as session:
        now = room.time.now()
        await authorship.mark_author_of(session, room.entries[0], room.world.people.viewer("bob"), now=now)
        await authorship.unmark_author_of(session, room.entries[0], room.world.people.viewer("bob"))
    assert [row.quorum for row in await room.rows(Poll, Poll.id == poll)] == [3]


async def test_a_confirmed_verdict_promises_no_revert(room: Room) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    poll = await _challenges(room, match)
    async with room.world.writing() as session:
        for user in ("alice", "bob", "carol"):
            await cast_vote(session, poll, user, "first", now=room.time.now())
    with pytest.raises(ClosedError) as refused:
        await _challenges(room, match)
    assert "revert" not in refused.value.sentence
    assert await room.rows(Override) == []


async def test_a_result_keeps_its_rating_changes_after_a_merge_and_after_parting(room: Room) -> None:
    match = await room.decided("openai:one", 1, 2, "first")
    async with room.world.writing() as session:
        await past_standings.latest_id(session, room.league)
    poll = await _challenges(room, match)
    async with room.world.writing() as session:
        for user in ("alice", "bob", "carol"):
            await cast_vote(session, poll, user, "second", now=room.time.now())
        before = (await poll_contents(session, poll)).rating_changes
    assert all(change.after is not None for change in before)
    merge = await _merges(room, 0, 1)
    async with room.world.database.reading(TEAM) as session:
        merged = (await poll_contents(session, poll)).rating_changes
    assert [change.after for change in merged] == [change.after for change in before]
    async with room.world.writing() as session:
        await merging.unmerge(session, merge, room.world.people.viewer("alice"), room.time.now())
        assert (await poll_contents(session, poll)).rating_changes == before


async def test_failed_evidence_is_asked_for_again(room: Room) -> None:
    match = await room.decided("openai:one", 0, 1, "first")
    await _challenges(room, match)
    async with room.world.writing() as session:
        (await session.scalars(select(Evidence))).one().status = "failed"
        (await session.get_one(Poll, 1)).status = "closed"
    await _challenges(room, match)
    assert [row.status for row in await room.rows(Evidence)] == ["planned"]


async def test_no_vote_opens_on_a_match_of_a_removed_or_withdrawn_paper(room: Room) -> None:
    removed, withdrawn = (
        await room.decided("openai:one", 0, 1, "first"),
        await room.decided("openai:one", 2, 3, "first"),
    )
    await _removes(room, 0)
    async with room.world.writing() as session:
        (await entry_rows.entry(session, room.entries[3]))[1].withdrawn = True
    for match in (removed, withdrawn):
        with pytest.raises(ClosedError, match="removed or withdrawn"):
            await _challenges(room, match)


async def test_who_left_is_waited_for_in_no_open_vote_and_what_they_said_counts(room: Room) -> None:
    polls_of = [
        await _challenges(room, await room.decided("openai:one", 0, other, "first")) for other in (1, 2)
    ]
    now, roster = room.time.now(), room.world.people.viewer("dora")
    async with room.world.writing() as session:
        await cast_vote(session, polls_of[0], "carol", "second", now=now)
        await departures.person_left(session, "carol", roster, now)
        assert [(await polls.get(session, poll)).quorum for poll in polls_of] == [3, 2]
        await cast_vote(session, polls_of[0], "alice", "second", now=now)
        await cast_vote(session, polls_of[0], "bob", "second", now=now)
        await cast_vote(session, polls_of[1], "alice", "second", now=now)
        await departures.person_left(session, "bob", roster, now)
        rows = [await polls.get(session, poll) for poll in polls_of]
    assert [(row.status, row.result) for row in rows] == [("closed", "second"), ("closed", "second")]
    assert {row.user for row in await room.rows(Voter, Voter.poll_id == polls_of[1])} == {"alice"}


async def test_answers_to_duels_go_to_the_paper_that_stayed_and_back_and_old_buttons_act_on_it(
    room: Room,
) -> None:
    first, merged, third, fourth = room.entries
    now, bob, carol = room.time.now(), room.world.people.viewer("bob"), room.world.people.viewer("carol")

    async def answered() -> set[tuple[str, int, int, str]]:
        async with room.world.database.reading(TEAM) as session:
            votes = await personal_votes(session, room.league)
        return {(vote.user, vote.first, vote.second, vote.choice) for vote in votes}

    async with room.world.writing() as session:
        await duels.answer(session, merged, third, "first", bob, now)
        await duels.answer(session, first, merged, "first", bob, now)
    merge = await _merges(room, 0, 1)
    assert await answered() == {("bob", first, third, "first")}
    async with room.world.writing() as session:
        result = await duels.answer(session, third, merged, "first", carol, now)
        assert (result.second[0], result.others) == (first, {"first": 0, "second": 1, "skip": 0})
    assert await answered() == {("bob", first, third, "first"), ("carol", first, third, "second")}
    async with room.world.writing() as session:
        await duels.take_back(session, merged, third, carol, now)
        with pytest.raises(ClosedError, match="one paper by now"):
            await duels.answer(session, first, merged, "first", bob, now)
        await merging.unmerge(session, merge, room.world.people.viewer("alice"), now)
    assert await answered() == {("bob", merged, third, "first"), ("bob", first, merged, "first")}
    await _removes(room, 3)
    async with room.world.writing() as session:
        with pytest.raises(ClosedError, match="removed or withdrawn"):
            await duels.answer(session, first, fourth, "first", bob, now)


# Small ones of the kind


async def test_digests_count_no_match_of_a_removed_paper(room: Room) -> None:
    await room.decided("openai:one", 0, 1, "first")
    await _removes(room, 0)
    since = room.time.now() - timedelta(days=1)
    async with room.world.database.reading(TEAM) as session:
        assert await digests.decided_matches(session, room.league, since, room.time.now()) == []


async def test_a_tournaments_upsets_count_no_match_of_a_removed_paper(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    await room.world.ranks(room.league, room.entries)
    match = await room.decided("openai:one", 0, 3, "second")
    async with room.world.writing() as session:
        (await session.get_one(Match, match)).tournament_id = tournament
        row = await session.get_one(Tournament, tournament)
        row.before_id = await past_standings.latest_id(session, room.league)
        assert [upset.match for upset in await highlights.upsets(session, row)] == [match]
    await _removes(room, 3)
    async with room.world.writing() as session:
        assert await highlights.upsets(session, await session.get_one(Tournament, tournament)) == ()


async def test_a_paper_enters_no_league_of_another_workspace(room: Room) -> None:
    async with room.world.database.transaction(None) as session:
        session.add(Workspace(id="T2", name="Other", installed_at=room.time.now()))
    async with room.world.database.transaction("T2") as session:
        paper, _ = await entry_rows.find_or_add(
            session, "arxiv", "1706.03762", "https://x.org", room.time.now()
        )
        with pytest.raises(NotFoundError):
            await entry_rows.enter(
                session,
                league=room.league,
                paper=paper.id,
                user="eve",
                channel="C9",
                ts=None,
                now=room.time.now(),
            )


async def test_offline_matches_count_again_once_the_only_real_one_is_gone(room: Room) -> None:
    await room.world.plays(room.league, room.entries[2], room.entries[3], "first")
    await room.decided("openai:one", 0, 1, "first")
    await _removes(room, 0)
    async with room.world.database.reading(TEAM) as session:
        ratings = await rating_rows.ratings_of(session, room.entries)
    assert ratings[room.entries[2]].wins == 1


async def test_a_renamed_channel_gives_its_league_its_own_name_back(room: Room) -> None:
    async with room.world.writing() as session:
        (await session.get_one(League, room.league)).name = "papers 2"
        session.add(League(name="papers", channel="C9", created_by="alice", created_at=room.time.now()))
        await session.flush()
        await league_rows.rename(session, HOME, "papers")
        assert (await session.get_one(League, room.league)).name == "papers 2"


async def test_an_hourly_schedule_fires_on_though_its_zone_moved_west(room: Room) -> None:
    now = room.time.now()
    async with room.world.writing() as session:
        row = Schedule(
            league_id=room.league, kind="digest", channel="C2", cron="0 * * * *", time_zone="Europe/Berlin",
            options={}, created_by="alice", created_at=now, active=True,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        firing = Firing(row.id, session.workspace, "2026-11-23T10:00", now)
        assert await schedules.add_occurrences(session, [firing]) == 1
        row.time_zone, row.created_at = "America/New_York", now + timedelta(minutes=5)
        await session.flush()
        later = replace(firing, at=now + timedelta(hours=6))
        assert await schedules.add_occurrences(session, [later]) == 1
        assert await schedules.add_occurrences(session, [later]) == 0


async def test_a_digest_after_a_change_of_zone_tells_what_came_since_the_last_one(room: Room) -> None:
    alice, now = room.world.people.viewer("alice"), room.time.now()
    morning = now.replace(hour=7, minute=30)  # 08:30 in Berlin
    async with room.world.writing() as session:
        league = await league_rows.get(session, room.league)
        schedule = await digest_schedules.set_digest(
            session, league, HOME, alice, "every day at 08:30 Europe/Berlin", now=morning - timedelta(days=1)
        )
        await schedules.add_occurrences(
            session, [schedules.Firing(schedule.id, TEAM, "2026-11-23T08:30", morning)]
        )
    await room.works(Work.OCCURRENCE)
    async with room.world.writing() as session:
        league = await league_rows.get(session, room.league)
        await digest_schedules.set_digest(
            session, league, HOME, alice, "every day at 08:30 America/New_York", now=now
        )
        again = schedules.Firing(schedule.id, TEAM, "2026-11-23T08:30", morning + timedelta(hours=6))
        assert await schedules.add_occurrences(session, [again]) == 1
    room.later(hours=5)
    await room.works(Work.OCCURRENCE)
    periods = [(row.options["since"], row.options["until"]) for row in await room.world.messages("digest")]
    assert [until for _since, until in periods] == [
        morning.isoformat(), (morning + timedelta(hours=6)).isoformat(),
    ]  # fmt: skip
    assert periods[1][0] == morning.isoformat()


async def test_a_newer_wanted_state_survives_a_message_that_failed(room: Room) -> None:
    now = room.time.now()
    async with room.world.writing() as session:
        row = await outbox.want(session, channel=HOME, key="k", kind="card", about_id=1, now=now)
        assert await leases.take(session, Work.MESSAGE, row, now, 60)
        held = await delivery.request_of(session, row)
        await outbox.bump(session, "card", 1)
        assert held.held_until is not None
        await delivery.end_message(session, row, held.held_until, "failed", "too long", held.version)
    (message,) = [message for message in await room.world.messages("card") if message.key == "k"]
    assert (message.status, message.attempts) == ("due", 0)


async def test_a_merged_papers_check_is_due_no_more(room: Room) -> None:
    async with room.world.writing() as session:
        _entry, paper = await entry_rows.entry(session, room.entries[1])
        session.add(PaperCheck(id=paper.id))
    merge = await _merges(room, 0, 1)
    assert await room.rows(PaperCheck) == []
    async with room.world.writing() as session:
        await merging.unmerge(session, merge, room.world.people.viewer("alice"), room.time.now())
    assert [row.id for row in await room.rows(PaperCheck)] == [paper.id]


async def test_running_calls_count_for_the_paper_that_stayed(room: Room) -> None:
    tournament = await room.tournament("openai:one")
    match = await room.plan("openai:one", 1, 2, tournament)

    async def merges_meanwhile() -> None:
        await _merges(room, 0, 1)

    one.during = merges_meanwhile
    await judging.judge_match(room.runtime, TEAM, match)
    row = await room.row(match)
    assert (row.status, row.first_id) == ("decided", room.entries[0])
    assert [m.status for m in await room.rows(Match)] == ["decided"]
    assert await room.rows(Assessment) == []
