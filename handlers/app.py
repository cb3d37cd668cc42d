"""Builds the program: from settings to storage, queue, judges, the Slack app and the clock."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot import dispatch
from bot.entries.paper_sources import real_sources
from bot.following import topic_news
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import Judge
from bot.judges.llm.concurrency import Slots
from bot.judges.rubric import read_rubric
from bot.leagues import missing_scopes
from bot.schedules.clock import Clock
from bot.settings import Settings
from bot.spending import judge_pauses
from bot.standings import judges_at_chance
from bot.work.jobs import Isolate, Jobs, RowFunction
from bot.work.metrics import Metrics
from bot.work.runtime import OfferedPaper, Reader, Runtime, Sources
from bot.work.timing import RealTime, Time
from handlers import features
from handlers.entries.incoming.channel_history import keep_reading
from handlers.outlets.api import api_routes
from handlers.outlets.mcp import mcp_routes
from handlers.outlets.site_serving import drawn_files, site_routes
from handlers.slack.bolt_app import SlackSide
from handlers.slack.posting.refusal_reasons import FOR_THE_TOKEN
from handlers.slack.services import Services
from handlers.slack.workspaces.oauth import BACK, START
from handlers.slack.workspaces.scopes_and_events import lacking_scopes
from handlers.web.health_and_metrics import health_routes, metrics_route
from handlers.web.loop_watch import watching_loop
from handlers.web.loopback_server import listen, serve
from storage.database.engine import Database, alone
from storage.errors import SettingsError
from storage.migrations import running
from storage.work import retention, sweeping
from storage.work.queue import Queue
from storage.workspaces import workspace_rows

PURGE_AFTER = timedelta(hours=20)
HOUSEKEEPING_EACH = timedelta(hours=1)
RESTART_S = 5.0

log = structlog.get_logger(__name__)


@dataclass
class Paperbout:
    """The assembled program, not yet running. `run_role` and `working` decide which parts run in this process."""

    settings: Settings
    time: Time
    database: Database
    slack: SlackSide
    services: Services
    runtime: Runtime
    jobs: Jobs
    clock: Clock
    queue: Queue
    http: Starlette
    watch: Starlette

    async def settle(self) -> None:
        """Wait until nothing is running: first the listeners, then the jobs they started."""
        boundary = self.slack.boundary
        while True:
            if boundary is not None:
                await boundary.drain()
            await self.jobs.idle()
            await asyncio.sleep(0)
            if self.jobs.is_idle and (boundary is None or boundary.is_idle):
                return


def open_judges(settings: Settings) -> dict[str, Judge]:
    """Open all judges and assessors of the settings, by name. Raises one `SettingsError` naming all that fail."""
    judges: dict[str, Judge] = {}
    problems: list[str] = []
    slots = Slots(settings.concurrency)
    for name in dict.fromkeys((*settings.judges, *settings.assessors)):
        try:
            judges[name] = open_judge(
                name,
                keys=settings.keys,
                rubric_path=settings.rubric,
                deadline_s=settings.call_deadline_s,
                price_per_mtok=settings.match_price_usd,
                concurrency=settings.concurrency,
                slots=slots,
            )
        except SettingsError as error:
            problems.append(f"- {name}: {error.sentence}")
    if problems:
        raise SettingsError("These judges can't be used:\n" + "\n".join(problems))
    return judges


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    time: Time | None = None,
    sources: Sources | None = None,
    judges: Mapping[str, Judge] | None = None,
    offers: tuple[OfferedPaper, ...] = (),
) -> AsyncIterator[Paperbout]:
    """Build the program without starting it, and close everything at the end.

    `sources` and `judges` replace the real ones in the demo and in tests; `offers` are papers that a card suggests
    instead of one that can't be found.
    """
    time = time or RealTime()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        queue = Queue(settings.database_url)
        stack.push_async_callback(queue.close)
        sources, reader, feeds, libraries, lists, hooks = (
            await stack.enter_async_context(real_sources(settings, database, time))
            if sources is None
            else (sources, None, None, None, None, None)
        )
        if judges is None:
            judges = open_judges(settings)
            stack.push_async_callback(close_judges, judges.values())
        metrics = Metrics()
        slack = SlackSide(settings, time, database, metrics)
        runtime = Runtime(
            database=database, settings=settings, time=time, judges=judges, sources=sources, people=slack.people,
            reader=reader, feeds=feeds, libraries=libraries, lists=lists, hooks=hooks,
            rubric_version=read_rubric(settings.rubric).version, metrics=metrics, offers=offers,
        )  # fmt: skip
        services = _services(runtime, slack)
        jobs = _jobs(queue, runtime, slack.poster(services, features.messages()).post)
        database.told = jobs.tell
        slack.listen(services, features.register_features)
        yield Paperbout(
            settings,
            time,
            database,
            slack,
            services,
            runtime,
            jobs,
            Clock(database, time.now, others=(topic_news.send_due,)),
            queue,
            _http(slack, runtime),
            Starlette(routes=[*health_routes(database), _metrics(runtime, everybody=True)]),
        )


def _services(runtime: Runtime, slack: SlackSide) -> Services:
    """Build the services that listeners and renderers receive."""
    return Services(
        database=runtime.database,
        settings=runtime.settings,
        commands=features.COMMANDS,
        now=runtime.time.now,
        people=slack.people,
        judges=runtime.judges,
        runtime=runtime,
        forget_channel=lambda workspace, channel: slack.directory(workspace).channel_changed(channel),
        forget_person=lambda workspace, person, is_admin: slack.directory(workspace).person_changed(
            person, is_admin=is_admin
        ),
        forget_workspace=slack.forget_workspace,
        permalink=slack.permalink,
    )


def _jobs(queue: Queue, runtime: Runtime, post: RowFunction) -> Jobs:
    settings = runtime.settings
    work_of = dispatch.functions(runtime, post, drawn_files)
    return Jobs(
        queue, runtime.database, runtime.time, work_of, dispatch.handle_failure, settings.concurrency,
        runtime.metrics, settings.lease_s,
    )  # fmt: skip


def _metrics(runtime: Runtime, *, everybody: bool) -> Route:
    return metrics_route(runtime.metrics, runtime.database, runtime.time, everybody=everybody)


def _http(slack: SlackSide, runtime: Runtime) -> Starlette:
    settings = runtime.settings
    routes = health_routes(runtime.database)
    if settings.metrics_port is None:
        routes.append(_metrics(runtime, everybody=settings.metrics_for_everybody))
    if settings.slack_signing_secret is not None:
        routes.append(Route("/slack/events", slack.entrance().answer, methods=["POST"]))
    routes += site_routes(runtime.database, settings.public_url) + api_routes(runtime.database, runtime.time)
    routes += mcp_routes(runtime.database, runtime.time)
    if slack.start_page:
        routes += [Route(path, slack.install, methods=["GET"]) for path in (START, BACK)]
    return Starlette(routes=routes)


@asynccontextmanager
async def serving(app: Paperbout, host: str, port: int) -> AsyncIterator[int]:
    """Serve the HTTP side inside this block; yields the port."""
    async with serve(app.http, host, port) as bound:
        yield bound


@asynccontextmanager
async def serving_metrics(app: Paperbout) -> AsyncIterator[None]:
    """Serve `/metrics` and `/healthz` on their own port inside this block, if the settings name a port."""
    if app.settings.metrics_port is None:
        yield
        return
    async with serve(
        app.watch, app.settings.host, app.settings.metrics_port, "PAPERBOUT_METRICS_PORT"
    ) as port:
        log.info("watched", port=port)
        yield


@asynccontextmanager
async def _awake(app: Paperbout, *, reads: bool = True) -> AsyncIterator[None]:
    """Monitor the event loop's delay inside this block, and start the processes that read papers if `reads`."""
    reader = app.runtime.reader if reads else None
    warming = None if reader is None else asyncio.create_task(_warm(reader))
    async with watching_loop(app.runtime.metrics.loop_late):
        try:
            yield
        finally:
            if warming is not None:
                warming.cancel()
                await asyncio.gather(warming, return_exceptions=True)


async def _warm(reader: Reader) -> None:
    try:
        await reader.warm()
    except Exception:  # readers start when they are needed, too
        log.exception("readers_not_warm")


async def prepare(app: Paperbout, *, migrate: bool) -> None:
    """Migrate the tables (with `migrate`) or check them, and store the workspace of the bot token."""
    if migrate:
        await running.upgrade(app.database)
    else:
        await running.check(app.database)
    if app.settings.many_workspaces:
        return
    identity = await app.slack.identify()
    if identity.workspace:
        await workspace_rows.ensure(
            app.database, identity.workspace, app.time.now(), name=identity.name, bot_user=identity.bot_user,
            token_reasons=FOR_THE_TOKEN,
        )  # fmt: skip


@asynccontextmanager
async def working(app: Paperbout, *, worker: bool = True, clock: bool = True) -> AsyncIterator[None]:
    """Run jobs and the clock inside this block."""
    tasks = [asyncio.create_task(_kept_up("jobs", app.jobs.run))] if worker else []
    if clock:
        app.clock.start()
        tasks.append(asyncio.create_task(_kept_up("housekeeping", lambda: _housekeeping(app))))
        histories = functools.partial(keep_reading, app.services, functools.partial(_access, app))
        tasks.append(asyncio.create_task(_kept_up("histories", histories)))
    try:
        yield
    finally:
        if clock:
            app.clock.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_up(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Restart a part of the program whenever it fails, so that the process doesn't go on without it."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("broke_off", part=name)
        await asyncio.sleep(RESTART_S)


async def _housekeeping(app: Paperbout) -> None:
    """Hourly: delete workspaces that removed the bot, and old rows; daily: look at judges at chance."""
    next_look = app.time.now()
    await judge_pauses.drop_everywhere(app.database, app.runtime.judges)
    while True:
        next_at = (
            app.time.now() + HOUSEKEEPING_EACH
        )  # from its beginning on, so that a long look delays no other
        await app.queue.forget_log()
        async with app.database.transaction(None) as session:
            count = await workspace_rows.purge(session, app.time.now() - PURGE_AFTER)
        if count:
            log.info("workspaces_purged", number=count)
        await retention.forget_old(app.database, app.time.now())
        await _check_scopes(app)
        if app.time.now() >= next_look:
            next_look = app.time.now() + judges_at_chance.LOOK_EACH
            await judges_at_chance.look_everywhere(app.runtime)
        await app.time.sleep((next_at - app.time.now()).total_seconds())


async def _access(app: Paperbout, workspace: str) -> tuple[AsyncWebClient, str]:
    """Return a workspace's Slack client and the bot's user id in it."""
    identity, _scopes = await app.slack.identify_with_scopes(workspace)
    return app.slack.client_of(workspace), identity.bot_user or ""


async def _check_scopes(app: Paperbout) -> None:
    """Tell owners which Slack scopes this version needs and their workspace hasn't granted."""
    async with app.database.reading(None) as session:
        live = await workspace_rows.all_live(session)
    for workspace in live:
        try:
            _identity, scopes = await app.slack.identify_with_scopes(workspace)
        except SettingsError as error:
            log.warning("scopes_unknown", workspace=workspace, reason=error.sentence)
            continue
        lack = lacking_scopes(scopes)
        if owners_told := await missing_scopes.tell_owners(app.database, workspace, lack, app.time.now()):
            log.info("reinstall_needed", workspace=workspace, scopes=lack, told=owners_told)


async def run(settings: Settings, isolate: Isolate | None = None) -> None:
    """Run all parts in one process until cancelled; uses Socket Mode if an app token is set, else HTTP."""
    settings.require_slack()
    listen(settings.host, settings.port, "PORT").close()  # a taken port is told before anything is at work
    with alone(settings.database_url):
        await _run_alone(settings, isolate)


async def _run_alone(settings: Settings, isolate: Isolate | None) -> None:
    async with open_app(settings) as app:
        app.jobs.isolate = isolate
        await prepare(app, migrate=settings.on_sqlite)
        if settings.on_sqlite:
            async with app.database.transaction(None) as session:
                count = await sweeping.free_all(session, app.time.now())
            log.info("took_over", rows=count)
        async with (
            _awake(app),
            serving_metrics(app),
            working(app),
            serving(app, settings.host, settings.port) as port,
        ):
            if settings.slack_app_token is not None:
                socket = await app.slack.connected()
                log.info("connected", over="socket mode", health_port=port)
                try:
                    await asyncio.Event().wait()
                finally:
                    await socket.close_async()  # type: ignore[no-untyped-call]  # same
            log.info("listening", over="http", port=port)
            await asyncio.Event().wait()


async def run_role(settings: Settings, role: str, isolate: Isolate | None = None) -> None:
    """Run one process of the Procfile: web, worker or clock. Raises `SettingsError` on SQLite."""
    if settings.on_sqlite:
        raise SettingsError(
            f"`paperbout {role}` needs PostgreSQL: separate processes can't share a queue in memory and one file. "
            "Use `paperbout run` for all of it in one process, or set DATABASE_URL to a postgresql:// address."
        )
    settings.require_slack()
    async with open_app(settings) as app:
        app.jobs.isolate = isolate
        await prepare(app, migrate=False)
        async with (
            _awake(app, reads=role == "worker"),
            serving_metrics(app),
            working(app, worker=role == "worker", clock=role == "clock"),
        ):
            if role == "web":
                async with serving(app, settings.host, settings.port) as port:
                    log.info("listening", over="http", port=port)
                    await asyncio.Event().wait()
            log.info("working", role=role)
            await asyncio.Event().wait()
