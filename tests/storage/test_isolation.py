"""No query crosses workspaces: every use case and every read and write of storage, tried with both workspaces' ids."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, exists, func, insert, literal, select, text, update
from sqlalchemy import inspect as inspected
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

import bot
import storage
from bot.entries import daily_preprints
from bot.entries.channel_history import PastLinks
from bot.exchange.recorded_files import RecordedMatch, RecordedPaper
from bot.leagues.rights import Right
from bot.leagues.setup import Setup
from bot.papers.links import Reference
from bot.people import Person
from bot.settings import Settings, read_settings
from bot.tournaments.starting import TournamentPlan
from bot.work.runtime import Runtime
from bot.work.timing import RealTime
from handlers.app import open_judges
from storage.database.engine import Database, Transaction
from storage.database.statements import insert_once, upsert
from storage.errors import PaperboutError
from storage.exchange.recorded_verdicts import ImportedMatch, ImportedPaper
from storage.exchange.upkeep_import import Places
from storage.exchange.upkeep_rows import Names
from storage.leagues.history_readings import Reading
from storage.leagues.homes import About
from storage.matches.match_rows import Pairing
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating
from storage.tables import (
    Base,
    Entry,
    Event,
    League,
    Match,
    Merge,
    Paper,
    Poll,
    Purpose,
    Rating,
    Schedule,
    Tournament,
)
from storage.work.leases import Work
from tests.leagues.world import Staff
from tests.storage.twins import (
    NOW,
    OTHER,
    OWN,
    SECRET,
    TOUCHED,
    Ids,
    crossings,
    guard_other,
    rows_of,
    settle_twins,
)

Call = Callable[..., Awaitable[Any]]
TRIALS = 2
MORE_TRIALS = 3
"""Of a slow seed: two with ids of the own workspace alone."""
_NAMED = ("1706.03761", "1706.03762", "2401.00001")
"""A paper that the one workspace knows by this name, one that the other does, and one that neither does."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'twins.db'}")
    yield made
    await made.close()


def functions_of(package: Any) -> Iterator[tuple[str, Call]]:
    """Every public function of a package whose first argument is the session."""
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if info.name.startswith(
            (
                "handlers.demo.slack",
                "handlers.demo",
                "handlers.cli.main",
                "storage.migrations",
                "storage.tables",
            )
        ):
            continue
        module = importlib.import_module(info.name)
        for name, found in inspect.getmembers(module, inspect.iscoroutinefunction):
            if name.startswith("_") or found.__module__ != info.name:
                continue
            if next(iter(inspect.signature(found).parameters), "") == "session":
                yield f"{info.name}.{name}", found


USE_CASES = dict(functions_of(bot))
STORED = dict(functions_of(storage))
NOT_TRIED = {
    "storage.database.statements.changed": "executes what it is given",
    "storage.work.host_turns.next_turn": "turns of hosts are shared on purpose, their names carry the workspace",
    "bot.entries.held_links.hold": "called by intake.take_in alone, with the league that it entered papers into",
    "storage.workspaces.workspace_rows.all_live": "the program's own sweep",
    "storage.workspaces.workspace_rows.purge": "the program's own sweep",
    "storage.workspaces.workspace_rows.remove": "the program's own sweep",
}


@dataclasses.dataclass
class Chooser:
    """Arguments by name and type: ids of the own or of the other workspace, everything else the same for both."""

    mine: Ids
    theirs: Ids
    random: random.Random
    own_only: bool
    settings: Settings
    runtime: Runtime
    people: Staff

    def id_of(self, table: str) -> int:
        choices = self.mine[table] if self.own_only else (*self.mine[table], *self.theirs[table])
        return self.random.choice(choices)

    async def arguments(self, session: Transaction, function: Call) -> dict[str, Any]:
        made: dict[str, Any] = {}
        module = function.__module__
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                made |= _MORE.get(f"{module}.{function.__name__}", {})
                continue
            optional = parameter.default is not inspect.Parameter.empty
            if optional and self.random.random() < 0.5:
                continue
            made[parameter.name] = await self._one(session, parameter.name, str(parameter.annotation), module)
        return made

    async def _one(self, session: Transaction, name: str, kind: str, module: str) -> Any:  # noqa: C901, PLR0912 - a kind of argument a line
        for row, table in (
            (League, "leagues"), (Tournament, "tournaments"), (Schedule, "schedules"), (Match, "matches"),
            (Poll, "polls"), (Merge, "merges"),
        ):  # fmt: skip
            if kind.endswith(f".{row.__name__}'>"):
                return await session.get_one(row, self.random.choice(self.mine[table]))
        if name in _ID_OF:
            return self.id_of(_ID_OF[name])
        if name in {"about_id", "row_id"}:
            return self.id_of("messages" if module.endswith("messages") else self.random.choice(_ABOUT))
        if name == "leagues" and "League" in kind:
            return [await session.get_one(League, self.random.choice(self.mine["leagues"]))]
        if name in _MANY_OF:
            return tuple(self.id_of(_MANY_OF[name]) for _ in range(2))
        if name in {"before", "after"} and "Mapping" in kind:
            return {self.id_of("entries"): (_kept if name == "before" else _figures)(self.id_of("entries"))}
        if name == "new" and kind != "<class 'str'>":
            return {"quorum": 4}
        if name == "figures":
            return [_figures(self.id_of("entries"))]
        if "ImportedPaper" in kind:
            return [ImportedPaper("arxiv", value, "u", {}, "U1", NOW, {"rating": 6.0}) for value in _NAMED]
        if "ImportedMatch" in kind:
            sides = self.id_of("entries"), self.id_of("entries")
            return [
                ImportedMatch("key", *sides, "j", "real", "m", "first", "first", 1.0, 0.5, "Better.", NOW)
            ]
        if "upkeep_rows.Names" in kind:
            return Names({self.id_of("entries"): "x"}, {self.id_of("matches"): "x"}, {}, {})
        if "upkeep_import.Places" in kind:
            return Places({"x": self.id_of("entries")}, {"x": self.id_of("matches")}, {})
        if name == "pairings":
            return [Pairing(self.id_of("entries"), self.id_of("entries"), "offline", "offline")]
        if name == "plan":
            return TournamentPlan(10)
        if name == "choice" and "PreprintChoice" in kind:
            return daily_preprints.PreprintChoice(("cs.CL",))
        if name == "viewers":
            return [self.people.viewer(user) for user in ("U1", "U2")]
        if name == "ballots":
            return {user: ("first", self.random.choice((None, "", "Better."))) for user in ("U1", "U2")}
        if name == "links":
            return [("arxiv", "1706.03761", None, "https://arxiv.org/abs/1706.03761")]
        special = {"settings": self.settings, "runtime": self.runtime}
        if name in {"viewer", "roster"}:
            return self.people.viewer(self.random.choice(("U1", "U1", "U2", "U3")))
        if name in special:
            return special[name]
        for choices in (_VALUES.get(name, ()), *(values for word, values in _OF_TYPE if word in kind)):
            if choices:
                return self.random.choice(choices)
        raise LookupError(f"this test doesn't know what to pass for {module} {name}: {kind}")


_ABOUT = ("matches", "entries", "polls", "tournaments", "assessments")
_ID_OF = {
    "league": "leagues", "league_id": "leagues", "entry": "entries", "entry_id": "entries", "first": "entries",
    "second": "entries", "a": "entries", "b": "entries", "other": "entries", "paper": "papers", "paper_id": "papers",
    "match_id": "matches", "poll_id": "polls", "tournament": "tournaments", "tournament_id": "tournaments",
    "standings": "standings", "standings_id": "standings", "before_id": "standings", "after_id": "standings",
    "schedule": "schedules", "occurrence_id": "occurrences", "assessment": "assessments",
    "assessment_id": "assessments", "override_id": "overrides", "reservation": "spendings",
    "batch_id": "batches", "site_id": "published_sites", "token_id": "api_tokens", "webhook_id": "webhooks",
    "delivery_id": "webhook_deliveries",
}  # fmt: skip
_MANY_OF = {"entry_ids": "entries", "league_ids": "leagues", "leagues": "leagues", "paper_ids": "papers",
    "match_ids": "matches", "webhook_ids": "webhooks", "tournament_ids": "tournaments", "merge_ids": "merges",
}  # fmt: skip


def _kept(entry: int) -> PastRating:
    return PastRating(entry, 1500, 20, 1, 1, 2, 3)


def _figures(entry: int) -> EntryRating:
    return EntryRating(entry, 1, 0.1, 1700, 20, 1, 1, 1, 3, 0, 0, 6.0)


_REFERENCE = Reference("arxiv", "1706.03761", None, "https://arxiv.org/abs/1706.03761")
_VALUES: dict[str, tuple[Any, ...]] = {
    "assessors": (("offline",),),
    "between": (None, (NOW - timedelta(days=1), NOW)),
    "but": (None, "U1"),
    "by": ("U1", "U3"),
    "canonical": ("arxiv:1706.03761",),
    "category": (None, "cs.CL"),
    "channel": ("C1", "C2"),
    "choice": ("first", "second", "draw"),
    "cron": ("0 9 * * *",),
    "detail": ({},),
    "messages": ([PastLinks("U1", "1.5", (_REFERENCE,))],),
    "judge": ("offline", "other:judge"),
    "key": ("key1", "key2", "new"),
    "thread": ("", "1.5"),
    "turns": (("hello",),),
    "least": (0.5,),
    "message_ts": ("1.5",),
    "kinds": (("match", "assessment"),),
    "leaving": (("running", "paused"),),
    "matches": ([RecordedMatch("a", "b", "first", "j", "k")],),
    "name": ("name1", "new"),
    "names": ([("arxiv", "1706.03761"), ("doi", "10.1/2")],),
    "other": ("U1", "U2"),
    "outcome": ("first", "draw"),
    "papers": ([RecordedPaper("a", "A", {}), RecordedPaper("b", "B", {})],),
    "phrase": ("every weekday at 07:30", "off"),
    "quiet": (None, "silent"),
    "ratings": ({},),
    "reading": (Reading("U1", NOW.isoformat()),),
    "reason": ("because",),
    "reasons": (("because",),),
    "references": ((_REFERENCE,),),
    "result": ("first", "stands"),
    "right": tuple(Right),
    "scheme": ("arxiv",),
    "scores": ({"rating": 6.0},),
    "setup": (Setup("What matters"),),
    "slot": ("2026-11-23T09:00",),
    "why": ("import", "recovery"),
    "sort": ("score", "rating", "uncertain", "age"),
    "submitter": (None, "U1"),
    "table": (Event,),
    "text": ("what matters",),
    "thread_key": (None, "key1"),
    "thread_ts": (None, "1.000001"),
    "time_zone": ("UTC",),
    "ts": ("1.000001", "1.000002"),
    "user": ("U1", "U2", "U3"),
    "about": tuple(About),
    "value": ("1706.03761", "1706.03762"),
    "values": ({},),
    "voters": ({"U1": False, "U2": True},),
    "what": ("upheld",),
    "words": ("attention", "#1"),
    "workspace": (OWN,),
}
_MORE: dict[str, dict[str, Any]] = {
    "storage.matches.batch_rows.note": {"failure": "not yet"},
    "storage.leagues.league_rows.change": {"quorum": 5},
    "storage.tournaments.tournament_rows.change": {"status": "paused"},
    "storage.database.statements.insert_once": {"workspace_id": OWN, "event": "Ev1", "at": NOW},
}
_OF_TYPE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("Mapping", ({},)),
    ("dict", ({},)),
    ("timedelta", (timedelta(days=7),)),
    ("datetime", (NOW, NOW - timedelta(days=1), NOW + timedelta(days=3))),
    ("Decimal", (Decimal("0.5"),)),
    ("bool", (True, False)),
    ("Work", (Work.MATCH, Work.MESSAGE, Work.ASSESSMENT)),
    ("Sequence[str]", (("attention",),)),
    ("float", (1.0,)),
    ("int", (1, 2, 3, 4)),
    ("str", ("x", "card", "match", "digest")),
)
"""What to pass for a name that isn't known, by what its type says; the first that fits."""


def _people() -> Staff:
    persons = {user: Person(user, f"Person {user}") for user in ("U1", "U2", "U3")}
    rooms = {"C1": {"U1", "U2", "U3"}, "C2": {"U1", "U2"}}
    return Staff(persons, rooms, set(), {"U1"})


def seen_in(answer: Any, depth: int = 0) -> str:
    """Everything that can be read in what a function returned, columns of rows included."""
    if depth > 6:
        return ""
    if isinstance(answer, Base):
        state = inspected(answer)
        return " ".join(str(state.dict.get(column.key)) for column in state.mapper.column_attrs)
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return " ".join(
            seen_in(getattr(answer, field.name), depth + 1) for field in dataclasses.fields(answer)
        )
    if isinstance(answer, dict):
        return " ".join(seen_in(part, depth + 1) for pair in answer.items() for part in pair)
    if isinstance(answer, (list, tuple, set, frozenset)):
        return " ".join(seen_in(part, depth + 1) for part in answer)
    return str(answer)


async def _trial(database: Database, name: str, function: Call, chooser: Chooser) -> bool:
    """One call in the own workspace, taken back; True where it returned. Nothing of the other is touched or seen."""
    async with database.reading(OWN) as session:
        session.sync_session.autoflush = True
        connection = await session.connection()
        written = select(func.total_changes())
        before = await connection.scalar(written)
        arguments = await chooser.arguments(session, function)
        try:
            answer = await function(session, **arguments)
            await session.flush()
        except (PaperboutError, SQLAlchemyError, LookupError, ValueError, TypeError, AssertionError) as error:
            if TOUCHED in str(error):
                pytest.fail(f"{name} changed the other's: {arguments}")
            return False
        assert SECRET[OTHER] not in seen_in(answer), f"{name} shows what is the other's: {arguments}"
        if name.startswith("bot.") and await connection.scalar(written) != before:
            crossed = await connection.run_sync(crossings)
            assert not crossed, f"{name} tied rows of both together: {crossed} {arguments}"
        return True


@pytest.mark.parametrize("seed", [1, *(pytest.param(more, marks=pytest.mark.slow) for more in (2, 3, 4))])
async def test_no_use_case_and_no_query_reads_or_changes_another_workspace(
    database: Database, seed: int
) -> None:
    mine, theirs = await settle_twins(database)
    settings = read_settings(_env_file=None)
    runtime = Runtime(database, settings, RealTime(), open_judges(settings), None, lambda _w: _people())  # type: ignore[arg-type]  # no use case here asks a source
    async with database.connection() as connection:
        await connection.run_sync(guard_other)
    returned: set[str] = set()
    unknown: list[str] = []
    for name, function in {**USE_CASES, **STORED}.items():
        if name in NOT_TRIED:
            continue
        for number in range(TRIALS if seed == 1 else MORE_TRIALS):
            chooser = Chooser(
                mine,
                theirs,
                random.Random(f"{seed}{name}{number}"),
                number % 2 == 0,
                settings,
                runtime,
                _people(),
            )
            try:
                if await _trial(database, name, function, chooser):
                    returned.add(name)
            except LookupError as error:
                unknown.append(f"{name}: {error}")
                break
    tried = len(USE_CASES) + len(STORED) - len(NOT_TRIED)
    assert len(unknown) <= tried // 20, unknown
    silent = sorted({*USE_CASES, *STORED} - returned - set(NOT_TRIED))
    assert len(silent) <= tried // 8, f"these never got as far as returning anything: {silent}"


REFUSED = [
    pytest.param(text("SELECT title FROM papers"), None, id="raw SQL"),
    pytest.param(select(Base.metadata.tables["papers"].c.title), None, id="a bare table"),
    pytest.param(update(Paper), [{"id": 3, "comment": "x"}], id="updates by primary key"),
    pytest.param(
        insert(Paper), [{"workspace_id": OTHER, "canonical": "n", "url": "u"}], id="rows of the other"
    ),
    pytest.param(
        insert(Paper).from_select(
            ["canonical", "url", "workspace_id"], select(Paper.canonical, Paper.url, literal(OTHER))
        ),
        None,
        id="rows selected for the other",
    ),
]


async def test_the_guard_of_this_test_sees_a_write_to_the_other(database: Database) -> None:
    await settle_twins(database)
    async with database.connection() as connection:
        await connection.run_sync(guard_other)
    async with database.reading(None) as session:
        for statement in (update(Paper).values(comment="x"), delete(Rating)):
            with pytest.raises(SQLAlchemyError, match=TOUCHED):
                await session.execute(statement, execution_options={"synchronize_session": False})


async def test_the_look_for_crossings_of_this_test_sees_one(database: Database) -> None:
    mine, theirs = await settle_twins(database)
    async with database.connection() as connection:
        assert await connection.run_sync(crossings) == []
        stolen = update(Entry).where(Entry.id == mine["entries"][0]).values(paper_id=theirs["papers"][0])
        await connection.execute(stolen)
        assert await connection.run_sync(crossings) == ["entries.paper_id"]


@pytest.mark.parametrize(("statement", "parameters"), REFUSED)
async def test_what_cannot_be_narrowed_to_the_workspace_is_refused(
    database: Database, statement: Any, parameters: Any
) -> None:
    await settle_twins(database)
    async with database.transaction(OWN) as session:
        with pytest.raises(RuntimeError):
            await session.execute(statement, parameters)


async def test_an_upsert_cannot_write_a_row_for_another_workspace(database: Database) -> None:
    await settle_twins(database)
    async with database.transaction(OWN) as session:
        with pytest.raises(RuntimeError, match=f"a row of {OTHER}"):
            await insert_once(session, Event, workspace_id=OTHER, event="Ev9", at=NOW)
        assert upsert(session, Event) is not None


_SUB = select(Paper.title.label("title")).subquery()
_CTE = select(Paper.title.label("title")).cte()
READS: dict[str, Any] = {
    "columns": select(Paper.title),
    "an entity": select(Paper),
    "an alias": select(aliased(Paper).title),
    "a join": select(Paper.title, Entry.id).join(Entry, Entry.paper_id == Paper.id),
    "two tables": select(Paper.title, League.purpose).where(Paper.id > 0, League.id == League.id),
    "a subquery": select(_SUB.c.title),
    "a common table expression": select(_CTE.c.title),
    "a scalar subquery": select(Entry.id, select(func.group_concat(Paper.title)).scalar_subquery()),
    "a union": select(Paper.title).union_all(select(Paper.title_raw)),
    "an aggregate": select(func.group_concat(Paper.title)),
    "exists": select(Entry.id).where(exists(select(Paper.id).where(Paper.title.contains(SECRET[OTHER])))),
}


@pytest.mark.filterwarnings("ignore:SELECT statement has a cartesian product")
@pytest.mark.parametrize("shape", READS)
async def test_every_shape_of_query_sees_the_own_rows_only(database: Database, shape: str) -> None:
    mine, theirs = await settle_twins(database)
    async with database.reading(OWN) as session:
        rows = (await session.execute(READS[shape])).all()
        shown = seen_in([tuple(row) for row in rows])
        assert SECRET[OTHER] not in shown
        assert (SECRET[OWN] in shown) is (shape != "exists")
        assert not (shape == "exists" and rows)
        assert await session.get(Paper, theirs["papers"][0]) is None
        assert await session.get(Paper, mine["papers"][0]) is not None


async def test_updates_and_deletes_touch_the_own_rows_only(database: Database) -> None:
    mine, _theirs = await settle_twins(database)
    async with database.connection() as connection:
        before = await connection.run_sync(rows_of, OTHER)
    quiet = {"synchronize_session": False}
    async with database.transaction(OWN) as session:
        foreign_title = select(Paper.id).where(Paper.title.contains(SECRET[OTHER]))
        await session.execute(update(Paper).values(comment="changed"), execution_options=quiet)
        await session.execute(
            update(League).where(exists(foreign_title)).values(name="stolen"), execution_options=quiet
        )
        await session.execute(
            insert(Purpose).from_select(
                ["workspace_id", "league_id", "version", "text", "by", "at"],
                select(
                    League.workspace_id,
                    League.id,
                    League.id + 90,
                    League.name,
                    League.name,
                    League.created_at,
                ),
            )
        )
        await session.execute(delete(Rating), execution_options=quiet)
        await session.execute(delete(Match).where(Match.id < 0), execution_options=quiet)
    async with database.connection() as connection:
        assert await connection.run_sync(rows_of, OTHER) == before
        own = await connection.run_sync(rows_of, OWN)
    assert own["ratings"] == []
    assert "stolen" not in str(own["leagues"])
    assert len(own["purposes"]) == len(mine["purposes"]) + len(mine["leagues"])


async def test_an_object_of_another_workspace_cannot_be_changed_or_deleted(database: Database) -> None:
    _mine, theirs = await settle_twins(database)
    async with database.reading(OTHER) as session:
        stranger = await session.get_one(Paper, theirs["papers"][0])
    async with database.transaction(OWN) as session:
        session.add(stranger)
        stranger.comment = "changed"
        with pytest.raises(RuntimeError, match=f"a row of {OTHER}"):
            await session.flush()
        session.expunge_all()


def test_only_the_programs_own_sweeps_look_over_all_workspaces() -> None:
    allowed = {
        "handlers/app.py",
        "handlers/entries/incoming/channel_history.py",
        "bot/schedules/clock.py",
        "bot/digests/due_digests.py",
        "bot/following/topic_news.py",
        "handlers/cli/doctor.py",
        "bot/work/jobs.py",
        "handlers/cli/keys.py",
        "bot/exchange/verdict_import.py",
        "handlers/cli/judges/judge_report.py",
        "handlers/cli/judges/exam_judges.py",
        "bot/leagues/missing_scopes.py",
        "bot/standings/judges_at_chance.py",
        "bot/work/host_turns.py",
        "handlers/outlets/site_serving.py",
        "bot/exchange/outlets/api_access.py",
        "handlers/web/health_and_metrics.py",
        "handlers/slack/workspaces/block_support.py",
        "handlers/slack/bolt_app.py",
        "handlers/slack/workspaces/oauth_states.py",
        "handlers/slack/workspaces/tokens.py",
        "handlers/leagues/workspace_events.py",
        "storage/database/engine.py",
        "storage/migrations/running.py",
        "storage/work/retention.py",
        "storage/workspaces/restored_copies.py",
        "storage/workspaces/workspace_rows.py",
    }
    root = Path(storage.__file__).parents[1]
    found = {
        str(path.relative_to(root))
        for folder in ("bot", "handlers", "storage")
        for path in (root / folder).rglob("*.py")
        if "(None" in (source := path.read_text())
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"transaction", "reading"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value is None
    }
    assert found <= allowed


def test_storage_builds_no_query_on_bare_tables() -> None:
    folder = Path(storage.__file__).parent
    for path in (p for p in folder.rglob("*.py") if "migrations" not in p.parts and "tables" not in p.parts):
        assert "__table__" not in path.read_text(), (
            f"{path.name}: the workspace filter knows classes, not tables"
        )
