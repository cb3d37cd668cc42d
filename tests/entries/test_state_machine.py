"""Random histories of a league: whatever leaves, merges, pauses or comes back, the rows stay true to each other."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
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
from bot.entries import intake, merging, new_versions, removals
from bot.exchange import league_transfer
from bot.following import notices
from bot.leagues import closed_places
from bot.matches import single_matches
from bot.papers.links import Reference
from bot.spending import judge_pauses
from bot.tournaments import pausing_and_cancelling, scheduled_tournaments
from bot.tournaments.starting import TournamentPlan, start
from bot.voting import authorship, challenging, closing, departures, duels, reverting
from bot.voting.casting import cast_vote
from storage.database.engine import Transaction
from storage.entries import version_checks
from storage.errors import PaperboutError
from storage.leagues import league_rows
from storage.tables import (
    Entry,
    Identifier,
    League,
    Match,
    Merge,
    Override,
    Paper,
    Poll,
    Schedule,
    Tournament,
)
from storage.tournaments import schedules
from storage.work import leases, sweeping
from storage.work.leases import Work
from tests.entries.recount import recount
from tests.judges.room import Newsroom, Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, OTHER, TEAM
from tests.postgres import Postgres

SHORT = 8
EXAMPLES = int(os.environ.get("PAPERBOUT_HISTORIES", SHORT))
"""How many histories are walked; `.ci/long` walks more."""
STEPS = 30
JUDGES = ("openai:one", "anthropic:two")
PEOPLE = ("alice", "bob", "carol", "dora", "gus")
KINDS = (Work.MATCH, Work.ASSESSMENT, Work.EVIDENCE, Work.TOURNAMENT, Work.POLL, Work.OCCURRENCE)
PLACES = st.integers(0, 11)
"""Of the rows there are, any: papers of the league, and of the one that its export was brought into."""
MANAGERS = st.sampled_from(("alice", "dora"))

Step = Callable[[Transaction], Awaitable[object]]


async def _no_post(_workspace: str, _row: int) -> None:
    return None


class Histories(RuleBasedStateMachine):
    """A league of six papers and two judges; refusals are fine, rows that contradict each other aren't."""

    server: ClassVar[Postgres | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.sources = Newsroom()
        self.posts = 0
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())

    @initialize(winner=st.sampled_from(("first", "second", "draw")))
    def begin(self, winner: str) -> None:
        judges = [
            ScriptedJudge(JUDGES[0], cost=Decimal("0.01")),
            ScriptedJudge(JUDGES[1], script=lambda _a, _b: winner, cost=Decimal("0.02")),  # type: ignore[arg-type,return-value]
        ]
        self.judges = {judge.name: judge for judge in judges}
        url = ""
        if self.server is not None:
            url = self.server.create("histories")
            self.stack.callback(self.server.drop, url)
        self.room: Room = self.run(
            self.stack.enter_async_context(
                a_room(Path(self.folder), *judges, papers="ABCDEF", url=url, sources=self.sources)
            )
        )
        self.run(self.room.sets(members_may_revert=True, quorum=2))
        self.run(self._names_papers())
        self.starts(number=6, top=None, budget=None, judges=None, user="bob", of_league=0, panel=False)
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

    async def _names_papers(self) -> None:
        async with self.room.world.writing() as session:
            for paper in await session.scalars(select(Paper)):
                paper.source = "test"
                session.add(Identifier(paper_id=paper.id, scheme="page", value=paper.url))

    def entry(self, place: int) -> int:
        return self.room.entries[place % len(self.room.entries)]

    def league(self, place: int) -> int:
        rows = self.run(self.room.rows(League))
        return int(rows[place % len(rows)].id)

    # Papers

    @rule(place=PLACES, user=st.sampled_from(PEOPLE))
    def removes(self, place: int, user: str) -> None:
        entry, now = self.entry(place), self.room.time.now()
        self.does(lambda session: removals.remove_entry(session, entry, self.viewer(user), now))

    @rule(place=PLACES, user=MANAGERS)
    def restores(self, place: int, user: str) -> None:
        entry, now = self.entry(place), self.room.time.now()
        self.does(lambda session: removals.restore_entry(session, entry, self.viewer(user), now))

    @rule(place=PLACES, of_league=PLACES, user=st.sampled_from(PEOPLE))
    def posts_a_link(self, place: int, of_league: int, user: str) -> None:
        self.posts += 1
        now, name, league = self.room.time.now(), "abcdef"[place % 6], self.league(of_league)
        url = f"https://example.org/{name}"
        reference = Reference("page", url, None, url)
        self.does(
            lambda session: intake.take_in(
                session, league=league, references=[reference], user=user, channel=HOME,
                ts=f"{self.posts}.0", thread_ts=None, assessors=JUDGES[:1], now=now,
            )
        )  # fmt: skip

    @rule(kept=PLACES, merged=PLACES, user=MANAGERS)
    def merges(self, kept: int, merged: int, user: str) -> None:
        first, second, now = self.entry(kept), self.entry(merged), self.room.time.now()
        self.does(lambda session: merging.merge(session, first, second, self.viewer(user), now))

    @rule(place=PLACES, user=MANAGERS)
    def parts(self, place: int, user: str) -> None:
        row = self.of(self.run(self.room.rows(Merge)), place)
        if row is not None:
            now = self.room.time.now()
            self.does(lambda session: merging.unmerge(session, row.id, self.viewer(user), now))

    @rule(place=PLACES, withdraws=st.booleans())
    def the_source_says(self, place: int, *, withdraws: bool) -> None:
        """A paper is withdrawn, or it isn't any more."""
        rows = self.run(self.room.rows(Paper, Paper.status == "known"))
        paper = self.of(rows, place)
        (self.sources.withdrawn.add if withdraws else self.sources.withdrawn.discard)(paper.canonical)
        self.does(lambda session: version_checks.plan(session, paper.id, None))
        self.run(new_versions.check_source(self.room.runtime, TEAM, paper.id))

    @rule(place=PLACES, user=st.sampled_from(PEOPLE), marks=st.booleans())
    def writes(self, place: int, user: str, *, marks: bool) -> None:
        entry, now = self.entry(place), self.room.time.now()
        if marks:
            self.does(lambda session: authorship.mark_author_of(session, entry, self.viewer(user), now=now))
        else:
            self.does(lambda session: authorship.unmark_author_of(session, entry, self.viewer(user)))

    @rule(place=PLACES, user=st.sampled_from(PEOPLE), follows=st.sampled_from((True, True, False)))
    def follows(self, place: int, user: str, *, follows: bool) -> None:
        entry, now = self.entry(place), self.room.time.now()
        if follows:
            self.does(lambda session: notices.follow(session, entry, self.viewer(user), now=now))
        else:
            self.does(lambda session: notices.unfollow(session, entry, self.viewer(user)))

    @rule()
    def is_carried_over(self) -> None:
        """The league's export is brought into another league, where what came before stays."""
        self.run(self._carries_over())

    async def _carries_over(self) -> None:
        room = self.room
        async with room.world.writing() as session:
            home = await league_rows.get(session, room.league)
            exported = await league_transfer.read(session, home)
            before = await league_rows.league_named(session, "copy")
            await league_transfer.load(
                session, exported, name="copy", channel=OTHER, settings=room.world.settings,
                now=room.time.now(),
            )  # fmt: skip
            copy = await league_rows.league_named(session, "copy")
            assert copy is not None
            copied = await league_transfer.read(session, await league_transfer.named(session, "copy"))
            room.entries += [
                entry
                for entry in await session.scalars(
                    select(Entry.id).where(Entry.league_id == copy.id).order_by(Entry.id)
                )
                if entry not in room.entries
            ]
        if before is None:
            of_export = {match.key: match.outcome for match in exported.matches}
            assert {match.key: match.outcome for match in copied.matches} == of_export
            for table in ("polls", "voters", "votes", "overrides"):
                assert getattr(copied, table) == getattr(exported, table), table

    # People

    @rule(user=st.sampled_from(PEOPLE[:3]), leaves=st.booleans())
    def comes_and_goes(self, user: str, *, leaves: bool) -> None:
        """Somebody leaves the workspace, or is back again."""
        people, now = self.room.world.people, self.room.time.now()
        people.persons[user] = replace(people.persons[user], is_deleted=leaves)
        (people.rooms[HOME].discard if leaves else people.rooms[HOME].add)(user)
        if leaves:
            roster = self.viewer("dora")
            self.does(lambda session: departures.person_left(session, user, roster, now))

    @rule(judge=st.sampled_from(JUDGES), drops=st.sampled_from((False, False, True)))
    def changes_settings(self, judge: str, *, drops: bool) -> None:
        """A judge isn't among the settings' any more, or is again; the program starts anew."""
        judges: dict[str, Any] = self.room.runtime.judges  # type: ignore[assignment]  # the room made it a dict
        if drops:
            judges.pop(judge, None)
            self.run(judge_pauses.drop_everywhere(self.room.world.database, set(judges)))
        else:
            judges[judge] = self.judges[judge]

    # Play

    @rule(
        number=st.integers(1, 12),
        top=st.sampled_from((None, None, 1, 3)),
        budget=st.sampled_from((None, None, Decimal(0), Decimal("0.05"))),
        judges=st.sampled_from((None, JUDGES[:1], JUDGES[1:])),
        panel=st.booleans(),
        user=st.sampled_from(PEOPLE[:3]),
        of_league=st.sampled_from((0, 0, 1)),
    )
    def starts(
        self, number: int, top: int | None, budget: Decimal | None, judges: tuple[str, ...] | None, user: str,
        of_league: int, *, panel: bool,
    ) -> None:  # fmt: skip
        plan = TournamentPlan(number, budget, top, judges=judges, panel=panel and judges is None)
        room, now, league = self.room, self.room.time.now(), self.league(of_league)
        self.does(
            lambda session: start(
                session, room.runtime, league=league, plan=plan, user=user, channel=HOME, now=now
            )
        )

    @rule(first=PLACES, second=PLACES)
    def plays_one(self, first: int, second: int) -> None:
        room, now = self.room, self.room.time.now()
        self.does(
            lambda session: single_matches.play_now(
                session, room.runtime, league=room.league, a=self.entry(first), b=self.entry(second), user="bob",
                channel=HOME, now=now,
            )
        )  # fmt: skip

    @rule(place=PLACES, step=st.sampled_from(("pause", "resume", "cancel")), user=st.sampled_from(PEOPLE))
    def steers(self, place: int, step: str, user: str) -> None:
        row = self.of(self.run(self.room.rows(Tournament)), place)
        if row is not None:
            use_case, now = getattr(pausing_and_cancelling, step), self.room.time.now()
            self.does(lambda session: use_case(session, row.id, self.viewer(user), now))

    @rule(top=st.sampled_from((None, 3, 10)), matches=st.sampled_from((None, 2)), of_league=PLACES)
    def schedules(self, top: int | None, matches: int | None, of_league: int) -> None:
        now, league_id = self.room.time.now(), self.league(of_league)

        async def sets(session: Transaction) -> None:
            league = await league_rows.get(session, league_id)
            await scheduled_tournaments.set_schedule(
                session, league, self.viewer("dora"), "every day at 19:00", {"top": top, "matches": matches},
                now=now,
            )  # fmt: skip

        self.does(sets)

    @rule(of_league=PLACES)
    def stops_schedules(self, of_league: int) -> None:
        now, league_id = self.room.time.now(), self.league(of_league)

        async def stops(session: Transaction) -> None:
            league = await league_rows.get(session, league_id)
            await scheduled_tournaments.stop_schedule(session, league, self.viewer("dora"), now=now)

        self.does(stops)

    @rule(place=PLACES)
    def a_schedule_fires(self, place: int) -> None:
        row, now = self.of(self.run(self.room.rows(Schedule)), place), self.room.time.now()
        if row is not None and row.active:
            firing = schedules.Firing(row.id, TEAM, now.isoformat(), now)
            self.does(lambda session: schedules.add_occurrences(session, [firing]))

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
        functions = dispatch.functions(self.room.runtime, _no_post, lambda _league: ())
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

    @rule(
        first=PLACES, second=PLACES, user=st.sampled_from(PEOPLE), choice=st.sampled_from((*duels.CHOICES, "back"))
    )  # fmt: skip
    def answers_a_duel(self, first: int, second: int, user: str, choice: str) -> None:
        a, b, now = self.entry(first), self.entry(second), self.room.time.now()
        if choice == "back":
            self.does(lambda session: duels.take_back(session, a, b, self.viewer(user), now))
        else:
            self.does(lambda session: duels.answer(session, a, b, choice, self.viewer(user), now))

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
        self.run(recount(self.room.world.database, set(self.room.runtime.judges)))

    def teardown(self) -> None:
        try:
            if hasattr(self, "room"):
                self.all_is_done()
        finally:
            self.run(self.stack.aclose())
            self.runner.close()


def _walk(machine: type[Histories], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=EXAMPLES <= SHORT,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=[Phase.explicit, Phase.generate],
        ),
    )


@pytest.mark.slow
def test_any_history_leaves_rows_that_are_true_to_each_other() -> None:
    _walk(Histories, EXAMPLES)


@pytest.mark.slow
@pytest.mark.postgres
def test_any_history_does_so_on_postgresql(postgres_server: Postgres) -> None:
    _walk(type("HistoriesOnPostgres", (Histories,), {"server": postgres_server}), max(2, EXAMPLES // 4))
