"""Random histories of a league: whatever leaves, merges, pauses or comes back, the rows stay true to each other."""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot import dispatch
from bot.entries import merging, removals
from bot.leagues import closed_places
from bot.matches import single_matches
from bot.spending import judge_pauses
from bot.tournaments import pausing_and_cancelling
from bot.tournaments.starting import TournamentPlan, start
from bot.voting import authorship, challenging, closing, reverting
from bot.voting.casting import cast_vote
from storage.database.engine import Transaction
from storage.errors import PaperboutError
from storage.spending import paused_judges
from storage.standings import past_standings
from storage.tables import (
    Assessment,
    Entry,
    League,
    Match,
    Merge,
    Override,
    Poll,
    Rating,
    Spending,
    Tournament,
)
from storage.work import leases, sweeping
from storage.work.leases import FAR, Work
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM

EXAMPLES = int(os.environ.get("PAPERBOUT_HISTORIES", "8"))
"""How many histories are walked; `.ci/long` walks more."""
STEPS = 30
JUDGES = ("openai:one", "anthropic:two")
PEOPLE = ("alice", "bob", "carol", "dora", "gus")
KINDS = (Work.MATCH, Work.ASSESSMENT, Work.EVIDENCE, Work.TOURNAMENT, Work.POLL, Work.OCCURRENCE)
PLACES = st.integers(0, 5)

Step = Callable[[Transaction], Awaitable[object]]


async def _no_post(_workspace: str, _row: int) -> None:
    return None


class Histories(RuleBasedStateMachine):
    """A league of six papers and two judges; refusals are fine, rows that contradict each other aren't."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())

    @initialize(winner=st.sampled_from(("first", "second", "draw")))
    def begin(self, winner: str) -> None:
        judges = [
            ScriptedJudge(JUDGES[0], cost=Decimal("0.01")),
            ScriptedJudge(JUDGES[1], script=lambda _a, _b: winner, cost=Decimal("0.02")),  # type: ignore[arg-type,return-value]
        ]
        self.room: Room = self.run(
            self.stack.enter_async_context(a_room(Path(self.folder), *judges, papers="ABCDEF"))
        )
        self.run(self.room.sets(members_may_revert=True, quorum=2))
        self.starts(number=6, top=None, budget=None, judges=None, user="bob", panel=False)
        self.all_is_done()

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def does(self, step: Step) -> None:
        """Do something in a transaction of its own; a sentence for the person leaves nothing behind."""

        async def once() -> None:
            with suppress(PaperboutError):
                async with self.room.world.writing() as session:
                    await step(session)

        self.run(once())

    def viewer(self, user: str) -> Any:
        return self.room.world.people.viewer(user)

    def of(self, rows: list[Any], place: int) -> Any:
        return rows[place % len(rows)] if rows else None

    # Papers

    @rule(place=PLACES, user=st.sampled_from(PEOPLE))
    def removes(self, place: int, user: str) -> None:
        entry, now = self.room.entries[place], self.room.time.now()
        self.does(lambda session: removals.remove_entry(session, entry, self.viewer(user), now))

    @rule(place=PLACES)
    def restores(self, place: int) -> None:
        entry, now = self.room.entries[place], self.room.time.now()
        self.does(lambda session: removals.restore_entry(session, entry, self.viewer("alice"), now))

    @rule(kept=PLACES, merged=PLACES)
    def merges(self, kept: int, merged: int) -> None:
        first, second, now = self.room.entries[kept], self.room.entries[merged], self.room.time.now()
        self.does(lambda session: merging.merge(session, first, second, self.viewer("alice"), now))

    @rule(place=PLACES)
    def parts(self, place: int) -> None:
        row = self.of(self.run(self.room.rows(Merge)), place)
        if row is not None:
            now = self.room.time.now()
            self.does(lambda session: merging.unmerge(session, row.id, self.viewer("alice"), now))

    @rule(place=PLACES, user=st.sampled_from(PEOPLE), marks=st.booleans())
    def writes(self, place: int, user: str, *, marks: bool) -> None:
        entry, now = self.room.entries[place], self.room.time.now()
        if marks:
            self.does(lambda session: authorship.mark_author_of(session, entry, self.viewer(user), now=now))
        else:
            self.does(lambda session: authorship.unmark_author_of(session, entry, self.viewer(user)))

    # Play

    @rule(
        number=st.integers(1, 12),
        top=st.sampled_from((None, None, 1, 3)),
        budget=st.sampled_from((None, None, Decimal(0), Decimal("0.05"))),
        judges=st.sampled_from((None, JUDGES[:1], JUDGES[1:])),
        panel=st.booleans(),
        user=st.sampled_from(PEOPLE[:3]),
    )
    def starts(
        self, number: int, top: int | None, budget: Decimal | None, judges: tuple[str, ...] | None, user: str,
        *, panel: bool,
    ) -> None:  # fmt: skip
        plan = TournamentPlan(number, budget, top, judges=judges, panel=panel and judges is None)
        room, now = self.room, self.room.time.now()
        self.does(
            lambda session: start(
                session, room.runtime, league=room.league, plan=plan, user=user, channel=HOME, now=now
            )
        )

    @rule(first=PLACES, second=PLACES)
    def plays_one(self, first: int, second: int) -> None:
        room, now = self.room, self.room.time.now()
        self.does(
            lambda session: single_matches.play_now(
                session, room.runtime, league=room.league, a=room.entries[first], b=room.entries[second],
                user="bob", channel=HOME, now=now,
            )
        )  # fmt: skip

    @rule(place=PLACES, step=st.sampled_from(("pause", "resume", "cancel")), user=st.sampled_from(PEOPLE))
    def steers(self, place: int, step: str, user: str) -> None:
        row = self.of(self.run(self.room.rows(Tournament)), place)
        if row is not None:
            use_case, now = getattr(pausing_and_cancelling, step), self.room.time.now()
            self.does(lambda session: use_case(session, row.id, self.viewer(user), now))

    @rule(judge=st.sampled_from(JUDGES), pauses=st.sampled_from((False, False, True)))
    def pauses_judge(self, judge: str, *, pauses: bool) -> None:
        if pauses:
            room = self.room
            self.run(judge_pauses.pause_judge(room.runtime, TEAM, room.league, judge, "it said no"))
        else:
            with suppress(PaperboutError):
                self.run(self.room.resumes("alice", judge))

    @rule(cap=st.sampled_from(("10", "10", "0.1", "0")))
    def caps(self, cap: str) -> None:
        self.run(self.room.sets(monthly_cap=Decimal(cap)))

    @rule(closes=st.sampled_from((False, False, True)))
    def closes_the_place(self, *, closes: bool) -> None:
        now = self.room.time.now()
        if closes:
            self.does(lambda session: closed_places.close_channel(session, HOME, "archived", (), now))
        else:
            self.does(lambda session: closed_places.open_channel(session, HOME))

    @rule(place=st.integers(0, 40))
    def works_once(self, place: int) -> None:
        """Any one job that is due, whichever comes first."""
        self.run(self._works(place))

    async def _works(self, place: int | None = None) -> bool:
        functions = dispatch.functions(self.room.runtime, _no_post)
        async with self.room.world.database.transaction(None) as session:
            found = await sweeping.sweep(session, self.room.time.now())
        due = [job for job in (*found.due, *(job for job, _ in found.alone)) if job.kind in KINDS]
        with leases.alone():
            for job in due if place is None else [self.of(due, place)] if due else []:
                await functions[Work(job.kind)](job.workspace, job.id)
        return any(job.kind != Work.POLL for job in due)  # an open vote is looked at by every sweep

    @rule(hours=st.sampled_from((1, 30, 24 * 20)))
    def time_passes(self, hours: int) -> None:
        self.room.later(hours=hours)

    # Votes

    @rule(place=PLACES, user=st.sampled_from(PEOPLE[:4]))
    def challenges(self, place: int, user: str) -> None:
        row = self.of(self.run(self.room.rows(Match, Match.status == "decided")), place)
        if row is not None:
            now, voters = self.room.time.now(), ("alice", "bob", "carol")
            self.does(
                lambda session: challenging.challenge(session, row.id, self.viewer(user), voters, now=now)
            )

    @rule(
        place=PLACES,
        user=st.sampled_from(PEOPLE),
        choice=st.sampled_from(("first", "second", "draw", "abstain")),
    )
    def votes(self, place: int, user: str, choice: str) -> None:
        row = self.of(self.run(self.room.rows(Poll)), place)
        if row is not None:
            self._casts(row.id, user, choice)

    def _casts(self, poll: int, user: str, choice: str) -> None:
        now = self.room.time.now()
        self.does(lambda session: cast_vote(session, poll, user, choice, now=now))

    @rule(place=PLACES, choice=st.sampled_from(("first", "second", "draw")))
    def the_team_decides(self, place: int, choice: str) -> None:
        self.challenges(place=place, user="alice")
        open_polls = self.run(self.room.rows(Poll, Poll.status == "open"))
        if open_polls:
            self._casts(open_polls[-1].id, "alice", choice)
            self._casts(open_polls[-1].id, "bob", choice)
            self.closes_vote(place=-1, user="alice")

    @rule(place=PLACES, user=st.sampled_from(PEOPLE))
    def closes_vote(self, place: int, user: str) -> None:
        row = self.of(self.run(self.room.rows(Poll)), place)
        if row is not None:
            now = self.room.time.now()
            self.does(lambda session: closing.close(session, row.id, self.viewer(user), now))

    @rule(place=PLACES, user=st.sampled_from(PEOPLE))
    def reverts(self, place: int, user: str) -> None:
        row = self.of(self.run(self.room.rows(Override)), place)
        if row is not None:
            now = self.room.time.now()
            self.does(
                lambda session: reverting.revert(session, row.match_id, self.viewer(user), "Wrong.", now=now)
            )

    # What always holds

    @rule()
    @precondition(lambda self: hasattr(self, "room"))
    def all_is_done(self) -> None:
        """Do all that is due, and recount everything."""
        for _ in range(200):
            if not self.run(self._works()):
                break
        else:
            raise AssertionError("the work never ends")
        self.run(self._recount())

    async def _recount(self) -> None:
        async with self.room.world.database.reading(TEAM) as session:
            rows: dict[Any, list[Any]] = {
                table: list(await session.scalars(select(table)))
                for table in (
                    Entry, Match, Assessment, Tournament, Poll, Override, Rating, Spending, League, Merge,
                )
            }  # fmt: skip
            _standings, latest = await past_standings.latest(session, self.room.league)
            pauses = await paused_judges(session)
        present = {entry.id for entry in rows[Entry] if entry.removed_at is None}
        self._nothing_for_who_left(rows, present)
        self._outcomes_are_the_teams_or_the_judges(rows)
        self._ratings_are_what_was_decided(rows, present, latest)
        assert [row.id for row in rows[Spending] if row.settled_at is None] == []
        if rows[League][0].closed_at is None:
            self._nothing_waits_for_nobody(rows, pauses)

    def _nothing_for_who_left(self, rows: dict[Any, list[Any]], present: set[int]) -> None:
        matches = {match.id: match for match in rows[Match]}
        for match in rows[Match]:
            if match.status in {"planned", "judging"}:
                assert {match.first_id, match.second_id} <= present, f"{match.id} is asked of who left"
        for review in rows[Assessment]:
            assert review.status != "planned" or review.entry_id in present
        for poll in rows[Poll]:
            match = matches[poll.match_id]
            assert poll.status != "open" or {match.first_id, match.second_id} <= present

    def _outcomes_are_the_teams_or_the_judges(self, rows: dict[Any, list[Any]]) -> None:
        in_force = {row.match_id: row.outcome for row in rows[Override] if row.reverted_at is None}
        for match in rows[Match]:
            if match.status == "decided":
                assert match.outcome == in_force.get(match.id, match.verdict), f"match {match.id}"

    def _ratings_are_what_was_decided(
        self, rows: dict[Any, list[Any]], present: set[int], latest: Any
    ) -> None:
        wins: Counter[int] = Counter()
        losses: Counter[int] = Counter()
        draws: Counter[int] = Counter()
        for match in rows[Match]:
            if match.status == "decided" and {match.first_id, match.second_id} <= present:
                sides = [match.first_id, match.second_id]
                if match.outcome == "draw":
                    draws.update(sides)
                else:
                    won = sides[match.outcome == "second"]
                    wins[won] += 1
                    losses[sum(sides) - won] += 1
        ratings = [row for row in rows[Rating] if row.entry_id in present]
        running = any(row.status == "running" for row in rows[Tournament])
        if not running:
            for row in ratings:
                counts = (wins[row.entry_id], losses[row.entry_id], draws[row.entry_id])
                assert (row.wins, row.losses, row.draws) == counts, f"record of {row.entry_id}"
        assert {row.entry_id for row in rows[Rating]} <= present
        by_score = sorted(ratings, key=lambda row: -row.score)
        assert [row.rank for row in by_score] == sorted(row.rank for row in ratings)
        for row in ratings:
            kept = latest[row.entry_id]
            assert (kept.rank, round(kept.score, 3)) == (row.rank, round(row.score, 3))
        assert set(latest) == {row.entry_id for row in ratings}

    def _nothing_waits_for_nobody(self, rows: dict[Any, list[Any]], pauses: dict[str, str]) -> None:
        open_in = Counter(row.tournament_id for row in rows[Match] if row.status in {"planned", "judging"})
        status = {row.id: row for row in rows[Tournament]}
        for row in rows[Tournament]:
            if row.status == "running":
                assert open_in[row.id], f"tournament {row.id} runs and nothing wakes it"
            if row.status == "paused" and row.held_for == "judge":
                assert set(row.judges) & set(pauses), (
                    f"tournament {row.id} waits for a judge that isn't paused"
                )
            if row.status in {"finished", "cancelled", "failed"}:
                assert not open_in[row.id], f"tournament {row.id} is over and has open matches"
        for match in rows[Match]:
            if match.status == "planned":
                wakes = match.not_before is not None and match.not_before < FAR
                holder = status.get(match.tournament_id)
                held = holder is not None and holder.status == "paused"
                assert wakes or held, f"match {match.id} waits for nothing"
        for review in rows[Assessment]:
            assert review.status != "assessing"
            assert review.status != "planned" or review.failure, f"review {review.id} waits for nothing"

    def teardown(self) -> None:
        try:
            if hasattr(self, "room"):
                self.all_is_done()
        finally:
            self.run(self.stack.aclose())
            self.runner.close()


@pytest.mark.slow
def test_any_history_leaves_rows_that_are_true_to_each_other() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=EXAMPLES <= 8,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
