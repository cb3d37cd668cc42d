"""Commands that start, pause, resume, cancel and schedule tournaments."""

import re

from bot.leagues import rights
from bot.leagues.rights import Right, require
from bot.leagues.which_league import league_of_question
from bot.schedules import cron
from bot.tournaments import estimates, pausing_and_cancelling, progress, scheduled_tournaments
from bot.tournaments.starting import TournamentPlan, start
from bot.tournaments.tournament_words import parse_tournament_words
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command, Run
from handlers.tournaments import start_window, start_window_view, tournament_view
from handlers.tournaments.evening_cost import cost_of, evening_of
from handlers.tournaments.steering import Step, resuming
from storage.errors import BadRequestError
from storage.tournaments import schedules, tournament_rows

_FILLER = re.compile(r"^(?:(?:a|the|this|new)\s+)?tournaments?\b\s*", re.IGNORECASE)
_STOPS = frozenset({"off", "never", "none", "stop"})


async def _tournament(call: Call, words: str) -> None:
    """Answer `tournament start …` and so on, which mean the same as `start …`."""
    verb, _, rest = words.strip().partition(" ")
    if verb.lower() not in _STEPS:
        raise BadRequestError(f"There is no “tournament {verb[:40]}”. {tournament_view.USAGE}")
    await _STEPS[verb.lower()](call, rest.strip())


def _without_filler(run: Run) -> Run:
    """Return a command function that ignores the words "the tournament"."""

    async def plain(call: Call, words: str) -> None:
        await run(call, _FILLER.sub("", words).strip())

    return plain


async def _start(call: Call, words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    if not words and call.trigger_id:
        await start_window.open_start(call, None)
        return
    request = parse_tournament_words(words, services.now())
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        await require(session, league, Right.START, viewer)
        tournament = await start(
            session,
            services.runtime,
            league=league.id,
            plan=TournamentPlan(
                request.matches,
                request.money,
                request.top_k,
                request.target,
                request.deadline,
                request.judges or None,
                panel=request.panel,
                batch=request.batch,
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
            judges=request.judges or None,
            budget=request.money,
        )
        money = await cost_of(
            session, services, league, tournament.budget_matches, request.judges, panel=request.panel
        )
    await call.answer(start_window.start_confirmation(league) + money)


async def _pause(call: Call, words: str) -> None:
    await _step(call, words, pausing_and_cancelling.pause, "paused")


async def _resume(call: Call, words: str) -> None:
    await _step(call, words, resuming(call.services), "resumed")


async def _cancel(call: Call, words: str) -> None:
    await _step(call, words, pausing_and_cancelling.cancel, "cancelled")


MOST_DIGITS = 15


async def _step(call: Call, words: str, step: Step, outcome: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        if words.strip():
            if not words.strip().isdecimal() or len(words.strip()) > MOST_DIGITS:
                raise BadRequestError(f"“{words.strip()[:40]}” isn't a tournament's number.")
            tournament = (
                await tournament_rows.tournament_numbered(session, league.id, int(words.strip()))
            ).id
        else:
            tournaments = await tournament_rows.running(session, league.id)
            if not tournaments:
                raise BadRequestError(f"No tournament is running in {league.name}.")
            tournament = tournaments[-1].id
        await step(session, tournament, viewer, services.now())
    await call.answer(tournament_view.steering_confirmation(outcome))


async def _status(call: Call, _words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        recent = await tournament_rows.recent(session, league.id, 1)
        timetable = await schedules.of_league(session, league.id, "tournament")
        if not recent:
            await call.answer(
                tournament_view.none_played(
                    league.name, [(schedule.cron, schedule.time_zone) for schedule in timetable]
                )
            )
            return
        view = await progress.progress(session, recent[0].id, services.now())
    await call.answer(tournament_view.progress(view))


async def _schedule(call: Call, words: str) -> None:
    """Answer `schedule every weekday at 19:00 Europe/Berlin 40 matches`; the number ends the time.

    Without words it opens the window, or shows the schedule to people who may not change it.
    """
    viewer = await call.viewer()
    services = call.services
    if words.lower() in _STOPS:
        await _unschedule(call, "")
        return
    if not words and not await _may_schedule(call):
        await services.commands["next"].run(call, "")
        return
    if not words and call.trigger_id:
        await start_window.open_schedule(call, None)
        return
    now = services.now()
    head, budget = _split_budget(words)
    request = parse_tournament_words(budget, now)
    options = {
        "matches": request.matches,
        "usd": None if request.money is None else str(request.money),
        "top": request.top_k,
        "target": request.target,
        "panel": request.panel,
        "batch": request.batch,
    }
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        schedule = await scheduled_tournaments.set_schedule(session, league, viewer, head, options, now=now)
        money = f" {await evening_of(session, services, league, schedule.options, now)}"
    moments = cron.next_times(schedule.cron, schedule.time_zone, now)
    target = float(schedule.options["target"])
    await call.answer(
        tournament_view.schedule_confirmation(
            schedule.cron, schedule.time_zone, request.matches, target, moments
        )
        + money
    )


def _split_budget(words: str) -> tuple[str, str]:
    """Split words into those of the time and those of the budget, which begin at the number before "matches"."""
    tokens = words.split()
    for place, token in enumerate(tokens):
        next_token = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
        if token.isdecimal() and next_token.startswith("match"):
            return " ".join(tokens[:place]), " ".join(tokens[place:])
    return words, ""


async def _may_schedule(call: Call) -> bool:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        return await rights.may_manage(session, league, viewer)


async def _unschedule(call: Call, _words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        if not await scheduled_tournaments.stop_schedule(session, league, viewer, now=services.now()):
            raise BadRequestError(f"No tournament is scheduled in {league.name}.")
    await call.answer(start_window_view.STOPPED)


_STEPS: dict[str, Run] = {
    "": _status,
    "status": _status,
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "stop": _cancel,
    "schedule": _schedule,
    "unschedule": _unschedule,
}
COMMANDS = (
    Command(
        name="start",
        run=_without_filler(_start),
        usage="start 60 matches",
        help="play a tournament",
        group="Do",
        opens_window=True,
    ),
    Command(
        name="status",
        run=_without_filler(_status),
        usage="status",
        help="how the tournament is going",
        group="Do",
        beside="start",
    ),
    Command(
        name="pause",
        run=_without_filler(_pause),
        usage="pause",
        help="let the tournament wait",
        group="Do",
        beside="start",
    ),
    Command(
        name="resume",
        run=_without_filler(_resume),
        usage="resume",
        help="let a paused tournament go on",
        group="Do",
        beside="start",
    ),
    Command(
        name="cancel",
        run=_without_filler(_cancel),
        usage="cancel",
        help="end the tournament; decided matches keep counting",
        group="Do",
        beside="start",
    ),
    Command(
        name="tournament",
        run=_tournament,
        usage="tournament start 60 matches",
        help="the long form of `start`, `status`, `pause`, `resume`, `cancel`, `schedule`, `unschedule`",
        group="Do",
        aliases=("tournaments",),
        beside="start",
        details=tournament_view.usage,
    ),
    Command(
        name="schedule",
        run=_without_filler(_schedule),
        usage="schedule every weekday at 19:00",
        help="play by itself; `schedule off` ends that",
        group="Do",
        opens_window=True,
    ),
    Command(
        name="unschedule",
        run=_without_filler(_unschedule),
        usage="unschedule",
        help="play by hand only",
        group="Do",
        beside="schedule",
    ),
)
