"""How Slack asks for tournaments and single matches: `/rank tournament …`, buttons, the start modal."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.leagues.rights import Right, require
from bot.leagues.visibility import league_of_entry, league_of_tournament
from bot.leagues.which_league import league_of_question
from bot.matches import single_matches
from bot.people import People
from bot.schedules import cron
from bot.tournaments import estimates, highlights, pausing_and_cancelling, progress, scheduled_tournaments
from bot.tournaments.match_contents import match_contents
from bot.tournaments.progress import Progress
from bot.tournaments.starting import TournamentPlan, start
from bot.tournaments.tournament_words import parse_tournament_words
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.following import home
from handlers.questions.answers import evening_of
from handlers.services import Renderer, Services
from handlers.slack.boundary import Boundary, Call
from handlers.slack.posting import permalinks
from handlers.slack.slash import Command
from handlers.tournaments import start_window, start_window_view
from handlers.tournaments import tournament_view as views
from handlers.tournaments.bump_chart import bump_chart
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import Tournament
from storage.tournaments import schedules, tournament_rows
from storage.work.outbox import Wanted


def register(on: Boundary) -> None:
    """Listen for the buttons of a tournament's message, of a pair that may play, and for the start modal."""
    on.action(ids.PAUSE, _button(pausing_and_cancelling.pause))
    on.action(ids.RESUME, _button(None))
    on.action(ids.CANCEL, _button(pausing_and_cancelling.cancel))
    on.action(ids.PLAY_NOW, _play_now)
    start_window.register(on)


Step = Callable[[Transaction, int, str, People, datetime], Awaitable[Tournament]]


def _resuming(services: Services) -> Step:
    """Resuming, refused where the league's cap leaves nothing to play for: it would pause again at once."""

    async def resume(
        session: Transaction, tournament: int, user: str, people: People, now: datetime
    ) -> Tournament:
        waited_for = (await tournament_rows.get(session, tournament)).held_for
        resumed = await pausing_and_cancelling.resume(session, tournament, user, people, now)
        if waited_for == "cap":
            await estimates.check_affordable(session, services.runtime, resumed.league_id, now)
        return resumed

    return resume


def _button(step: Step | None) -> Callable[[Call, ids.OfTournament], Awaitable[None]]:
    """The listener of a button that steers; None resumes."""

    async def clicked(call: Call, payload: ids.OfTournament) -> None:
        services = call.services
        async with services.database.transaction(call.workspace) as session:
            await league_of_tournament(session, payload.tournament, call.user, call.people)
            await (step or _resuming(services))(
                session, payload.tournament, call.user, call.people, services.now()
            )
        await home.refreshed(call)

    return clicked


async def _play_now(call: Call, pair: ids.Pair) -> None:
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_entry(session, pair.first, call.user, call.people)
        await require(session, league, Right.START, call.user, call.people)
        await estimates.check_affordable(session, services.runtime, league.id, services.now())
        await single_matches.play_now(
            session,
            services.runtime,
            league=league.id,
            a=pair.first,
            b=pair.second,
            user=call.user,
            channel=league.channel,
            now=services.now(),
        )
    await call.answer(views.played_now(league.channel))


async def _tournament(call: Call, services: Services, words: str) -> None:
    verb, _, rest = words.strip().partition(" ")
    match verb.lower():
        case "start":
            await _start(call, services, rest.strip())
        case "pause":
            await _step(call, services, rest, pausing_and_cancelling.pause, "paused")
        case "resume":
            await _step(call, services, rest, _resuming(services), "resumed")
        case "cancel" | "stop":
            await _step(call, services, rest, pausing_and_cancelling.cancel, "cancelled")
        case "status" | "":
            await _status(call, services)
        case "schedule":
            await _schedule(call, services, rest.strip())
        case "unschedule":
            await _unschedule(call, services)
        case other:
            raise BadRequestError(f"There is no “tournament {other[:40]}”. {views.USAGE}")


async def _start(call: Call, services: Services, words: str) -> None:
    if not words and call.trigger_id:
        await start_window.open_start(call, None)
        return
    said = parse_tournament_words(words, services.now())
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        await require(session, league, Right.START, call.user, call.people)
        tournament = await start(
            session,
            services.runtime,
            league=league.id,
            plan=TournamentPlan(
                said.matches,
                said.money,
                said.top_k,
                said.target,
                said.deadline,
                said.judges or None,
                panel=said.panel,
            ),
            user=call.user,
            channel=league.channel,
            now=services.now(),
        )
        await estimates.check_affordable(
            session,
            services.runtime,
            league.id,
            services.now(),
            judges=said.judges or None,
            budget=said.money,
        )
        money = await start_window.cost_of(
            session, services, league, tournament.budget_matches, said.judges, panel=said.panel
        )
    await call.answer(start_window.started(tournament, league) + money)


async def _step(call: Call, services: Services, words: str, step: Step, done: str) -> None:
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        if words.strip():
            if not words.strip().isdecimal():
                raise BadRequestError(f"“{words.strip()[:40]}” isn't a tournament's number.")
            number = int(words.strip())
            if (await league_of_tournament(session, number, call.user, call.people)).id != league.id:
                raise BadRequestError(f"Tournament {number} isn't one of {league.name}.")
        else:
            running = await tournament_rows.running(session, league.id)
            if not running:
                raise BadRequestError(f"No tournament is running in {league.name}.")
            number = running[-1].id
        await step(session, number, call.user, call.people, services.now())
    await call.answer(views.steered(number, done))


async def _status(call: Call, services: Services) -> None:
    async with services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        recent = await tournament_rows.recent(session, league.id, 1)
        timetable = await schedules.of_league(session, league.id, "tournament")
        if not recent:
            await call.answer(
                views.none_played(league.name, [(one.cron, one.time_zone) for one in timetable])
            )
            return
        view = await progress.progress(session, recent[0].id, services.now())
        shown = views.progress(view, await _links(session, services, view, recent[0].channel))
    await call.answer(shown)


async def _schedule(call: Call, services: Services, words: str) -> None:
    """`tournament schedule every weekday at 19:00 Europe/Berlin 40 matches`: the number ends the time's words.

    Without words it opens the window.
    """
    if not words and call.trigger_id:
        await start_window.open_schedule(call, None)
        return
    now = services.now()
    head, budget = _split_budget(words)
    said = parse_tournament_words(budget, now)
    options = {
        "matches": said.matches,
        "usd": None if said.money is None else str(said.money),
        "top": said.top_k,
        "target": said.target,
        "panel": said.panel,
    }
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        kept = await scheduled_tournaments.set_schedule(
            session, league, call.user, head, options, people=call.people, now=now
        )
        money = f" {await evening_of(session, services, league, kept.options, now)}"
    upcoming = cron.next_times(kept.cron, kept.time_zone, now)
    target = float(kept.options["target"])
    await call.answer(views.scheduled(kept.cron, kept.time_zone, said.matches, target, upcoming) + money)


def _split_budget(words: str) -> tuple[str, str]:
    """The words of the time, and those of the budget, which begin at the number before "matches"."""
    tokens = words.split()
    for place, token in enumerate(tokens):
        following = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
        if token.isdecimal() and following.startswith("match"):
            return " ".join(tokens[:place]), " ".join(tokens[place:])
    return words, ""


async def _unschedule(call: Call, services: Services) -> None:
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        if not await scheduled_tournaments.stop_schedule(
            session, league, call.user, people=call.people, now=services.now()
        ):
            raise BadRequestError(f"No tournament is scheduled in {league.name}.")
    await call.answer(start_window_view.STOPPED)


async def _links(session: Transaction, services: Services, view: Progress, channel: str) -> dict[int, str]:
    told = [*(one.match for one in view.upsets), *(one.match for one in view.disagreements)]
    return await permalinks.of_matches(session, services, channel, told)


async def render_tournament(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """The one message of a tournament."""
    assert wanted.about_id is not None
    view = await progress.progress(session, wanted.about_id, services.now())
    return views.progress(view, await _links(session, services, view, wanted.channel))


async def render_picture(session: Transaction, wanted: Wanted, _services: Services) -> Message | None:
    """How the ranks went, as a picture in the tournament's thread; nothing where they went nowhere."""
    assert wanted.about_id is not None
    tournament = await tournament_rows.get(session, wanted.about_id)
    courses = await highlights.course(session, tournament)
    if not highlights.has_moves(courses):
        return None
    league = await league_rows.get(session, tournament.league_id)
    picture = bump_chart(tournament.id, league.name, courses)
    return Message(views.picture_text(tournament.id, courses), (), picture)


async def render_match(session: Transaction, wanted: Wanted, _services: Services) -> Message | None:
    """A match's message."""
    assert wanted.about_id is not None
    return views.match(await match_contents(session, wanted.about_id))


COMMANDS: dict[str, Command] = {"tournament": _tournament}
RENDERERS: dict[str, Renderer] = {
    "tournament": render_tournament,
    "match": render_match,
    "picture": render_picture,
}
