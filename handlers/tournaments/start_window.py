"""Windows to start a tournament (with its cost) and to schedule tournaments (with the next dates)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.leagues import league_schedules, rights
from bot.leagues.rights import Right
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from bot.schedules import cron, phrases
from bot.spending.amounts import read_amount, read_plain_number
from bot.tournaments import estimates, scheduled_tournaments
from bot.tournaments.starting import MOST_MATCHES, TournamentPlan, start
from handlers.blocks import ids
from handlers.blocks.builders import Block
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.windows import times
from handlers.slack.windows.old_windows import changes_onto
from handlers.slack.windows.submissions import FieldErrors, SubmissionResult
from handlers.slack.windows.view_state import ViewState
from handlers.tournaments import start_window_view
from handlers.tournaments.evening_cost import evening_of
from handlers.tournaments.start_window_view import Timetable
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, BudgetError
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.tournaments import schedules


def register(on: Boundary) -> None:
    """Register the listeners of both windows and of what opens and changes them."""
    on.action(ids.START_TOURNAMENT, _start_button)
    on.action(ids.ESTIMATE, _estimate_again)
    on.submission(ids.TOURNAMENT_START_MODAL, _start)
    on.action(ids.SCHEDULE_TOURNAMENT, _schedule_button)
    on.action(ids.PREVIEW_SCHEDULE, _preview)
    on.submission(ids.TOURNAMENT_SCHEDULE_MODAL, _schedule)


async def open_start(call: Call, league_id: int | None) -> None:
    """Open the window that starts a tournament, in the given league or the channel's."""
    viewer = await call.viewer_in(league_id)
    async with call.services.database.reading(call.workspace) as session:
        league = await _league(session, call, viewer, league_id)
        number = estimates.suggested(len(await entry_rows.playable(session, league.id)))
        where = ids.Where(league.id, call.channel, call.response_url or "")
        view = await _start_view(session, call, viewer, league, number, where)
    await call.open(view)


async def open_schedule(call: Call, league_id: int | None) -> None:
    """Open the window of a league's tournament schedule."""
    viewer = await call.viewer_in(league_id)
    async with call.services.database.reading(call.workspace) as session:
        league = await _league(session, call, viewer, league_id)
        await rights.require_owner(session, league, viewer, scheduled_tournaments.SET_SCHEDULE)
        text, options = await _scheduled(session, league)
        where = _limits(ids.ScheduleWindow(league.id, call.channel, call.response_url or "", text), options)
        view = await _schedule_view(session, call, league, text, options, where)
    await call.open(view)


async def _scheduled(session: Transaction, league: League) -> tuple[str, Mapping[str, Any]]:
    """Return when the league plays, as a person would type it (empty: by hand only), and its schedule's options."""
    schedule = await schedules.find(session, league.id, "tournament", league.channel)
    if schedule is None:
        return "", {}
    is_active = schedule.active
    text = phrases.as_typed(schedule.cron, schedule.time_zone, league.time_zone) if is_active else ""
    return text, schedule.options


def _limits(where: ids.ScheduleWindow, options: Mapping[str, Any]) -> ids.ScheduleWindow:
    """Return a schedule's window with what its options make it play each time."""
    return where._replace(
        matches=str(options.get("matches") or ""),
        usd=str(options.get("usd") or ""),
        top=str(options.get("top") or ""),
        target=f"{float(options['target']):g}" if options.get("target") else "",
        panel=bool(options.get("panel")),
        batch=bool(options.get("batch")),
    )


async def _league(session: Transaction, call: Call, viewer: Viewer, league_id: int | None) -> League:
    if league_id is None:
        return await league_of_question(session, call.channel, viewer)
    return await visible_league(session, league_id, viewer)


async def _start_view(
    session: Transaction,
    call: Call,
    viewer: Viewer,
    league: League,
    matches: int,
    where: ids.Where,
    selection: Sequence[str] = (),
    *,
    panel: bool = False,
) -> Block:
    services = call.services
    judges = league.judges or services.settings.judges
    names = selection or judges
    of = await estimates.estimate(
        session, services.runtime, league, matches, services.now(), names, panel=panel
    )
    manages = await rights.may_manage(session, league, viewer)
    return start_window_view.start_modal(
        where, league.name, of, judges, names, panel=panel, schedules=manages
    )


async def _schedule_view(
    session: Transaction,
    call: Call,
    league: League,
    text: str,
    options: Mapping[str, Any],
    where: ids.ScheduleWindow,
) -> Block:
    services = call.services
    judges = league.judges or services.settings.judges
    timetable = _timetable(text, league.time_zone, call)
    evening = await evening_of(session, services, league, options, services.now())
    return start_window_view.schedule_modal(
        where,
        league.name,
        league.time_zone,
        timetable,
        _limits(where, options),
        judges,
        evening,
        batches=estimates.takes_batches(call.services.runtime, judges),
    )


async def _start_button(call: Call, payload: ids.OfLeague) -> None:
    await open_start(call, payload.league)


async def _schedule_button(call: Call, payload: ids.OfLeague) -> None:
    await open_schedule(call, payload.league)


async def _estimate_again(call: Call, _payload: ids.Nothing) -> None:
    """Update the window's estimate after the number of matches, the judges or the panel was changed."""
    where = ids.TOURNAMENT_START_MODAL.decode(call.view.private_metadata)
    viewer = await call.viewer(About.LEAGUE, where.league)
    text = call.view.text(start_window_view.MATCHES)
    if not text.isdecimal():
        return
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        number = min(max(int(text), 1), MOST_MATCHES)
        names = league.judges or call.services.settings.judges
        view = await _start_view(
            session,
            call,
            viewer,
            league,
            number,
            where,
            _chosen(call.view, names),
            panel=_is_panel(call.view),
        )
    await call.update_view(call.view.id, view)


async def _start(call: Call, where: ids.Where) -> SubmissionResult:
    viewer = await call.viewer(About.LEAGUE, where.league)
    services, view = call.services, call.view
    numbers = _Numbers(view)
    plan = TournamentPlan(
        numbers.whole(start_window_view.MATCHES),
        numbers.money(start_window_view.USD),
        numbers.whole(start_window_view.TOP),
        numbers.decimal(start_window_view.TARGET),
        view.moment(start_window_view.DEADLINE),
    )
    if numbers.errors:
        return FieldErrors(numbers.errors)
    try:
        async with services.database.transaction(call.workspace) as session:
            league = await visible_league(session, where.league, viewer)
            await rights.require(session, league, Right.START, viewer)
            names = league.judges or services.settings.judges
            selection = _chosen(view, names)
            await start(
                session,
                services.runtime,
                league=league.id,
                plan=replace(plan, judges=selection or None, panel=_is_panel(view)),
                user=call.user,
                channel=league.channel,
                now=services.now(),
            )
            await estimates.check_affordable(
                session,
                services.runtime,
                league.id,
                services.now(),
                judges=selection or None,
                budget=plan.budget,
            )
    except BadRequestError as error:
        return FieldErrors({FIELDS.get(error.about, start_window_view.MATCHES): error.sentence})
    except BudgetError as error:
        return FieldErrors(
            {start_window_view.USD if error.of_tournament else start_window_view.MATCHES: error.sentence}
        )
    await _answer_there(call, where, start_confirmation(league))
    return None


def start_confirmation(league: League) -> str:
    """Return the confirmation for the person who started a tournament."""
    return start_window_view.start_confirmation(league.channel)


def _chosen(view: ViewState, names: Sequence[str]) -> tuple[str, ...]:
    """Return the judges ticked in the window."""
    return tuple(
        names[int(place)]
        for place in sorted(view.choices(start_window_view.JUDGES))
        if int(place) < len(names)
    )


def _is_panel(view: ViewState) -> bool:
    return view.choice(start_window_view.DECIDES) == start_window_view.PANEL


FIELDS = {
    "deadline": start_window_view.DEADLINE,
    "top": start_window_view.TOP,
    "budget": start_window_view.USD,
    "panel": start_window_view.DECIDES,
}
"""Window field in which an error is shown, by setting; others belong to the number of matches."""


async def _answer_there(call: Call, where: ids.Where | ids.ScheduleWindow, text: str) -> None:
    """Answer in the channel from which a window was opened; a submission itself names no channel."""
    body = {**call.body, "response_url": where.response_url or None}
    await replace(call, channel=where.channel, body=body).answer(text)


MOST_DIGITS = 7
"""Most digits of a number of matches or papers."""


class _Numbers:
    """Reads the numbers of a window; invalid ones are added to `errors` by field."""

    def __init__(self, view: ViewState) -> None:
        self._view = view
        self.errors: dict[str, str] = {}

    def whole(self, field: str) -> int | None:
        text = self._view.text(field)
        if text and not (text.isdecimal() and len(text) <= MOST_DIGITS):
            self.errors[field] = start_window_view.NOT_A_NUMBER
            return None
        return int(text) if text else None

    def decimal(self, field: str) -> float | None:
        text = self._view.text(field)
        try:
            return read_plain_number(text) if text else None
        except ValueError:
            self.errors[field] = start_window_view.NOT_A_NUMBER
            return None

    def money(self, field: str) -> Decimal | None:
        text = self._view.text(field)
        try:
            return read_amount(text) if text else None
        except BadRequestError as error:
            self.errors[field] = error.sentence
            return None


def _timetable(text: str, zone: str, call: Call) -> Timetable:
    """Return the timetable of a phrase; if the phrase is wrong, with the error in `problem`."""
    if not text.strip():
        return Timetable()
    try:
        timing = league_schedules.read_timing(text, zone, league_schedules.PLAYS_AT)
    except BadRequestError as error:
        return Timetable(text, problem=error.sentence)
    moments = cron.next_times(timing.cron, timing.time_zone, call.services.now(), 3)
    return Timetable(text, timing.cron, timing.time_zone, tuple(moments))


async def _preview(call: Call, _payload: ids.Nothing) -> None:
    where = ids.TOURNAMENT_SCHEDULE_MODAL.decode(call.view.private_metadata)
    viewer = await call.viewer(About.LEAGUE, where.league)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        options = _options(_Numbers(call.view), call.view)
        view = await _schedule_view(session, call, league, _when(call.view), options, where)
    await call.update_view(call.view.id, view)


def _when(view: ViewState) -> str:
    """Return the schedule entered in the window as a phrase; "" for only by hand."""
    return times.phrase_of(view, start_window_view.WHEN, league_schedules.PLAYS_AT)


def _options(numbers: _Numbers, view: ViewState) -> dict[str, Any]:
    """Return a schedule's options from the window, as stored in its row."""
    return {
        "matches": numbers.whole(start_window_view.MATCHES),
        "usd": None if (usd := numbers.money(start_window_view.USD)) is None else str(usd),
        "top": numbers.whole(start_window_view.TOP),
        "target": numbers.decimal(start_window_view.TARGET),
        "panel": _is_panel(view),
        "batch": view.choice(start_window_view.PACE) == start_window_view.BATCH,
    }


async def _onto_today(
    session: Transaction, call: Call, league: League, where: ids.ScheduleWindow
) -> ViewState:
    """Return the window's values, with current settings where the person changed nothing."""
    judges = league.judges or call.services.settings.judges
    text, options = await _scheduled(session, league)
    batches = estimates.takes_batches(call.services.runtime, judges)
    opened, current = (
        start_window_view.schedule_modal(
            where, league.name, league.time_zone, Timetable(when), limits, judges, "", batches=batches
        )
        for when, limits in ((where.when, where), (text, _limits(where, options)))
    )
    return changes_onto(call.view, current, opened)


async def _schedule(call: Call, where: ids.ScheduleWindow) -> SubmissionResult:
    viewer = await call.viewer(About.LEAGUE, where.league)
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        await rights.require_owner(session, league, viewer, scheduled_tournaments.SET_SCHEDULE)
        view = await _onto_today(session, call, league, where)
        numbers = _Numbers(view)
        options = _options(numbers, view)
        time_words = _when(view)
        if numbers.errors:
            return FieldErrors(numbers.errors)
        if not time_words:
            was_active = await scheduled_tournaments.stop_schedule(
                session, league, viewer, now=services.now()
            )
            text = start_window_view.STOPPED if was_active else start_window_view.NOTHING_SCHEDULED
        else:
            try:
                schedule = await scheduled_tournaments.set_schedule(
                    session, league, viewer, time_words, options, now=services.now()
                )
            except BadRequestError as error:
                return FieldErrors({start_window_view.WHEN: error.sentence})
            text = start_window_view.when_line(
                _timetable(
                    phrases.as_typed(schedule.cron, schedule.time_zone, league.time_zone),
                    league.time_zone,
                    call,
                )
            )
            text += f" {await evening_of(session, services, league, schedule.options, services.now())}"
    await _answer_there(call, where, text)
    return None
