"""Windows that set up a league and change its settings."""

from bot.entries import daily_preprints
from bot.leagues import budgets, creating, league_schedules, rights
from bot.leagues.rights import Right
from bot.leagues.settings import change_settings, set_purpose, set_rubric, settings_of
from bot.leagues.setup import ONLY_FULL_MEMBERS, Setup, set_up_league
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import home_channel, league_of_question
from bot.people import Viewer
from bot.schedules import phrases, zones
from bot.spending.price_estimates import prices_so_far
from bot.standings.league_spread import league_spread
from bot.tournaments.expected_matches import expected_matches
from handlers.blocks import ids, inputs
from handlers.blocks.builders import Block
from handlers.entries.incoming import channel_history, daily_preprints_view
from handlers.entries.incoming.daily_preprints import entered_choice
from handlers.leagues import settings_windows_view
from handlers.leagues.budgets import amount, opened_from
from handlers.leagues.settings_fields import WINDOW_FIELDS, play_times, read_window, wrong_fields
from handlers.leagues.settings_windows_view import LeagueForm, still_held
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Services
from handlers.slack.windows import times
from handlers.slack.windows.loading import open_loading
from handlers.slack.windows.old_windows import changes_onto
from handlers.slack.windows.submissions import ClearViews, FieldErrors
from handlers.slack.windows.view_state import ViewState
from handlers.slack.words.commands import Command
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.tournaments import schedules


def register(on: Boundary) -> None:
    """Register the listeners of the settings windows and of the buttons that open them."""
    on.action(ids.CREATE_LEAGUE, _create)
    on.action(ids.LEAGUE_SETTINGS, _settings_button)
    on.submission(ids.LEAGUE_CREATE_MODAL, _created)
    on.submission(ids.LEAGUE_SETTINGS_MODAL, _preferred)
    on.options(inputs.ZONES, _zones)


async def _zones(_call: Call, letters: str) -> list[Block]:
    """Return the options of the time zone menu for the letters that a person typed."""
    return [inputs.zone_option(key) for key in zones.zones_like(letters)]


async def _create(call: Call, payload: ids.InChannel) -> None:
    await open_loading(call, settings_windows_view.SET_UP, _create_view(call, payload.channel))


async def _create_view(call: Call, channel: str) -> Block:
    viewer = await call.viewer(About.CHANNEL, channel)
    services = call.services
    if not viewer.is_full_member:
        raise NotAllowedError(ONLY_FULL_MEMBERS)
    home_channel(channel, viewer)
    async with services.database.reading(call.workspace) as session:
        league = await league_rows.of_home(session, channel)
        if league is None:
            form = LeagueForm(
                channel=channel,
                cap=services.settings.monthly_cap_usd,
                time_zone=creating.default_time_zone(viewer, services.settings),
                prices=await prices_so_far(session, services.runtime),
            )
        else:
            form = await _form(session, league, services)
    where = ids.Where(0, channel, call.response_url or "")
    return settings_windows_view.create_modal(form, ids.LEAGUE_CREATE_MODAL.encode(where))


async def _form(session: Transaction, league: League, services: Services) -> LeagueForm:
    schedules_by_kind = {"tournament": "", "digest": ""}
    for schedule in await schedules.of_league(session, league.id):
        if schedule.channel == league.channel and schedule.kind in schedules_by_kind:
            schedules_by_kind[schedule.kind] = phrases.as_typed(
                schedule.cron, schedule.time_zone, league.time_zone
            )
    return LeagueForm(
        channel=league.channel,
        purpose=league.purpose or "",
        tournament=schedules_by_kind["tournament"],
        digest=schedules_by_kind["digest"],
        cap=league.monthly_cap,
        time_zone=league.time_zone,
        settings=settings_of(league),
        rubric=league.rubric or "",
        prices=await prices_so_far(session, services.runtime, league.judges, league.id),
        matches=expected_matches(league.target_interval, await league_spread(session, league.id)),
    )


async def _created(call: Call, where: ids.Where) -> FieldErrors | ClearViews | None:
    services = call.services
    try:
        view = await _as_set_up(call, where.channel)
        if wrong := wrong_fields(view):
            return FieldErrors(wrong)
        setup = Setup(
            purpose=view.text(settings_windows_view.PURPOSE) or None,
            tournament=play_times(view) or None,
            digest=times.phrase_of(view, settings_windows_view.DIGEST, league_schedules.DIGEST_AT) or None,
            monthly_cap=amount(view.text(settings_windows_view.CAP)),
            time_zone=view.choice_or_text(settings_windows_view.ZONE) or None,
        )
        viewer = await call.viewer(About.CHANNEL, where.channel)
        async with services.database.transaction(call.workspace) as session:
            league = await set_up_league(
                session,
                where.channel,
                viewer,
                setup,
                settings=services.settings,
                now=services.now(),
            )
    except BadRequestError as error:
        return _wrong(call.view, error)
    if settings_windows_view.YES in view.choices(settings_windows_view.IMPORT):
        channel_history.in_background(call, league.id, where.channel)
    return ClearViews()


async def _as_set_up(call: Call, channel: str) -> ViewState:
    """Return the first-run window's values; if somebody set the league up meanwhile, with their changes."""
    async with call.services.database.reading(call.workspace) as session:
        league = await league_rows.of_home(session, channel)
        if league is None or not await league_rows.was_set_up(session, league.id):
            return call.view
        form = await _form(session, league, call.services)
    return changes_onto(call.view, settings_windows_view.create_modal(form, call.view.private_metadata))


def _wrong(view: ViewState, error: BadRequestError) -> FieldErrors:
    field = WINDOW_FIELDS.get(error.about, settings_windows_view.SCHEDULE)
    is_shown = field in view.labels or not view.labels
    return FieldErrors({field if is_shown else view.first_field or field: error.sentence})


async def _settings_button(call: Call, payload: ids.OfLeague) -> None:
    await _open_settings(call, payload.league)


async def _settings(call: Call, _words: str) -> None:
    await _open_settings(call, None)


async def _open_settings(call: Call, league_id: int | None) -> None:
    """Open the settings window; if there are several leagues, ask for the league first."""
    if league_id is None:
        viewer = await call.viewer()
        try:
            async with call.services.database.reading(call.workspace) as session:
                league_id = (await _here(session, call, viewer)).id
        except NotFoundError as error:
            await _create_or_say(call, error.sentence)
            return
    await open_loading(call, settings_windows_view.SETTINGS, _settings_of(call, league_id))


async def _settings_of(call: Call, league_id: int) -> Block:
    viewer = await call.viewer(About.LEAGUE, league_id)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, league_id, viewer)
        return await _settings_view(session, call, viewer, league)


async def _settings_view(session: Transaction, call: Call, viewer: Viewer, league: League) -> Block:
    """Return the settings window: everything for owners and admins, only the budget for members who may change that."""
    form = await _form(session, league, call.services)
    where = ids.Where(league.id, call.channel, call.response_url or "")
    manages = await rights.may_manage(session, league, viewer)
    if not manages and await rights.may(session, league, Right.BUDGET, viewer):
        return settings_windows_view.budget_modal(form, league.name, ids.LEAGUE_BUDGET_MODAL.encode(where))
    await rights.require_owner(session, league, viewer, rights.CHANGE_SETTINGS)
    more = daily_preprints_view.fields(await daily_preprints.choice_of(session, league))
    return settings_windows_view.settings_modal(form, ids.LEAGUE_SETTINGS_MODAL.encode(where), more)


async def _create_or_say(call: Call, sentence: str) -> None:
    """Open the first-run window if the channel can have a league; else raise `NotFoundError(sentence)`."""
    if not call.channel or call.channel.startswith("D"):
        raise NotFoundError(sentence)
    await _create(call, ids.InChannel(call.channel))


async def _preferred(call: Call, where: ids.Where) -> FieldErrors | ClearViews | None:
    viewer = await call.viewer(About.LEAGUE, where.league)
    services = call.services
    now = services.now()
    try:
        async with services.database.transaction(call.workspace) as session:
            league = await visible_league(session, where.league, viewer)
            await rights.require_owner(session, league, viewer, rights.CHANGE_SETTINGS)
            current = await _settings_view(session, call, viewer, league)
            view = changes_onto(call.view, current)
            if wrong := wrong_fields(view):
                return FieldErrors(wrong)
            new = read_window(view)
            league = await change_settings(
                session, where.league, viewer, new, now=now,
                models=creating.models_in_use(services.settings),
            )  # fmt: skip
            tournament = await budgets.tournament_held_at_cap(session, league.id)
            await set_purpose(session, league, view.text(settings_windows_view.PURPOSE), viewer, now)
            if (rubric := _new_rubric(view, ViewState(current))) is not None:
                await set_rubric(session, league, rubric, viewer, now)
            await league_schedules.set_playing_times(
                session, league, play_times(view) or None, call.user, now
            )
            await daily_preprints.set_choice(session, league, entered_choice(view), call.user, now)
    except BadRequestError as error:
        return _wrong(call.view, error)
    if tournament is not None:
        await opened_from(call, where).answer(still_held(tournament))
    return ClearViews()


def _new_rubric(view: ViewState, current: ViewState) -> str | None:
    """Return the rubric typed into a submitted window; None if unchanged, or if either window has no field for it."""
    field = settings_windows_view.RUBRIC
    if field not in view.labels or field not in current.labels:
        return None
    typed = view.text(field)
    return None if typed == current.text(field) else typed


async def _here(session: Transaction, call: Call, viewer: Viewer) -> League:
    return await league_of_question(session, call.channel, viewer)


async def _purpose(call: Call, words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if not words:
            answer = settings_windows_view.purpose(
                league.name, league.purpose, services.settings.rank_command
            )
        else:
            version = await set_purpose(session, league, words, viewer, services.now())
            answer = settings_windows_view.purpose_noted(league.name, version)
    await call.answer(answer)


async def _rubric(call: Call, words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if not words:
            answer = settings_windows_view.rubric(
                league.name, league.rubric, league.rubric_version, services.settings.rank_command
            )
        else:
            version = await set_rubric(session, league, words, viewer, services.now())
            league = await _here(session, call, viewer)
            answer = settings_windows_view.rubric_noted(
                league.name, version, is_own=league.rubric is not None
            )
    await call.answer(answer)


COMMANDS = (
    Command(
        name="settings",
        run=_settings,
        usage="settings",
        help="purpose, schedule, cap, votes, rights",
        group="Do",
        opens_window=True,
    ),
    Command(
        name="purpose",
        run=_purpose,
        usage="purpose matters for our work on …",
        help="what matters to the league; assessors and judges are told it",
        group="Do",
        beside="settings",
    ),
    Command(
        name="rubric",
        run=_rubric,
        usage="rubric rating: 10 changes our field …",
        help="the league's own rubric for assessments; `rubric off` returns to the usual one",
        group="Do",
        beside="settings",
    ),
)
