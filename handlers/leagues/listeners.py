"""How Slack asks for leagues: greeting, modals, purpose, owners."""

import re

from bot.entries import daily_preprints
from bot.leagues import budgets, creating, league_schedules, owners, rights
from bot.leagues.rights import Right
from bot.leagues.settings import change_settings, set_purpose, settings_of
from bot.leagues.setup import Setup, set_up_league
from bot.leagues.visibility import visible, visible_league
from bot.leagues.which_league import home_channel, league_of_question
from bot.people import Viewer
from bot.schedules import cron
from bot.spending.price_estimates import prices
from bot.tournaments import scheduled_tournaments
from handlers.blocks import ids
from handlers.blocks.builders import Block, Message
from handlers.commands import Command
from handlers.entries import channel_history, channel_history_view, daily_preprints_view
from handlers.entries.daily_preprints import wished
from handlers.leagues import budgets as budget_window
from handlers.leagues import leagues_view as views
from handlers.leagues.budgets import at
from handlers.leagues.leagues_view import LeagueForm, still_held
from handlers.leagues.settings_fields import WINDOW_FIELDS, read_window
from handlers.services import Renderer, Services
from handlers.slack.boundary import Boundary, Call, ClearViews, FieldErrors, attempt
from handlers.slack.workspaces.scopes_and_events import READING_CHANNELS
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotFoundError, PaperboutError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.tournaments import schedules
from storage.work import outbox
from storage.work.outbox import Wanted
from storage.workspaces import forget_person

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)
_MODAL_FIELDS = {"tournament": views.SCHEDULE, "digest": views.DIGEST}


def register(on: Boundary) -> None:
    """Listen for arrivals and departures, the greeting's button, and the modals."""
    on.event("member_joined_channel", _joined)
    on.event("member_left_channel", _left)
    on.event("user_change", _user_changed)
    on.action(ids.CREATE_LEAGUE, _create)
    on.action(ids.LEAGUE_SETTINGS, _settings_button)
    on.action(ids.IMPORT_HISTORY, _import_button)
    on.action(ids.TAKE_OVER, _take_over)
    on.submission(ids.LEAGUE_CREATE_MODAL, _created)
    on.submission(ids.LEAGUE_SETTINGS_MODAL, _preferred)


async def _joined(call: Call) -> None:
    channel = str(call.event.get("channel") or call.channel)
    call.services.forget_channel(call.workspace, channel)
    if call.event.get("user") != call.bot_user:
        return
    reads = await _reads_channels(call)
    async with call.services.database.transaction(call.workspace) as session:
        await outbox.reopen(session, channel)
        await creating.want_greeting(session, channel, call.services.now(), reads_channels=reads)


async def _reads_channels(call: Call) -> bool:
    """Whether posted links are seen here, rather than only those handed over; where Slack doesn't say, they are."""
    answer = await attempt(call.client.auth_test())
    headers = {} if answer is None else {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",")} - {""}
    return not granted or bool(READING_CHANNELS & granted)


async def _left(call: Call) -> None:
    user, channel = str(call.event.get("user") or ""), str(call.event.get("channel") or call.channel)
    call.services.forget_channel(call.workspace, channel)
    roster = await call.services.roster_of_owned(call.workspace, user)
    async with call.services.database.transaction(call.workspace) as session:
        await owners.succeed(session, user, roster=roster, now=call.services.now(), channel=channel)


async def _user_changed(call: Call) -> None:
    user = call.event.get("user") or {}
    if not (isinstance(user, dict) and user.get("deleted")):
        return
    roster = await call.services.roster_of_owned(call.workspace, str(user["id"]))
    async with call.services.database.transaction(call.workspace) as session:
        await forget_person.show_anew(session, str(user["id"]))
        await owners.succeed(session, str(user["id"]), roster=roster, now=call.services.now())


async def _show(call: Call, view: Block, view_id: str | None) -> None:
    if view_id is not None:
        await call.update_view(view_id, view)


async def _create(call: Call, payload: ids.InChannel) -> None:
    opened = await call.open(views.loading())
    try:
        view = await _create_view(call, payload.channel)
    except PaperboutError as error:
        view = views.told(views.SET_UP, error.sentence)
    await _show(call, view, opened)


async def _create_view(call: Call, channel: str) -> Block:
    viewer = await call.viewer(About.CHANNEL, channel)
    services = call.services
    home_channel(channel, viewer)
    async with services.database.reading(call.workspace) as session:
        league = await league_rows.of_home(session, channel)
        if league is None:
            form = LeagueForm(
                channel=channel,
                cap=services.settings.monthly_cap_usd,
                time_zone=creating.default_time_zone(viewer, services.settings),
                prices=prices(services.runtime),
            )
        else:
            form = await _form(session, league, services)
    where = ids.Where(0, channel, call.response_url or "")
    return views.create_modal(form, ids.LEAGUE_CREATE_MODAL.encode(where))


async def _form(session: Transaction, league: League, services: Services) -> LeagueForm:
    phrases = {"tournament": "", "digest": ""}
    for schedule in await schedules.of_league(session, league.id):
        if schedule.channel == league.channel and schedule.kind in phrases:
            phrases[schedule.kind] = cron.as_typed(schedule.cron, schedule.time_zone, league.time_zone)
    return LeagueForm(
        channel=league.channel,
        purpose=league.purpose or "",
        tournament=phrases["tournament"],
        digest=phrases["digest"],
        cap=league.monthly_cap,
        time_zone=league.time_zone,
        settings=settings_of(league),
        prices=prices(services.runtime, league.judges),
        matches=scheduled_tournaments.expected_matches(league.target_interval, league.prior_sd),
    )


async def _created(call: Call, where: ids.Where) -> FieldErrors | ClearViews | None:
    view, services = call.view, call.services
    try:
        setup = Setup(
            purpose=view.text(views.PURPOSE) or None,
            tournament=view.text(views.SCHEDULE) or None,
            digest=view.text(views.DIGEST) or None,
            monthly_cap=budget_window.amount(view.text(views.CAP)),
            time_zone=view.text(views.ZONE) or None,
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
        return _wrong(error)
    if views.YES in view.choices(views.IMPORT):
        channel_history.in_background(call, league.id, where.channel)
    return ClearViews()


def _wrong(error: BadRequestError) -> FieldErrors:
    return FieldErrors({WINDOW_FIELDS.get(error.about, views.SCHEDULE): error.sentence})


async def _settings_button(call: Call, payload: ids.OfLeague) -> None:
    await _open_settings(call, payload.league)


async def _settings(call: Call, _words: str) -> None:
    await _open_settings(call, None)


async def _open_settings(call: Call, league_id: int | None) -> None:
    """The settings; which of several leagues they are of is asked before a window opens."""
    if league_id is None:
        viewer = await call.viewer()
        try:
            async with call.services.database.reading(call.workspace) as session:
                league_id = (await _here(session, call, viewer)).id
        except NotFoundError as error:
            await _create_or_say(call, error.sentence)
            return
    opened = await call.open(views.loading())
    try:
        viewer = await call.viewer(About.LEAGUE, league_id)
        async with call.services.database.reading(call.workspace) as session:
            league = await visible_league(session, league_id, viewer)
            view = await _settings_view(session, call, viewer, league)
    except PaperboutError as error:
        view = views.told(views.SETTINGS, error.sentence)
    await _show(call, view, opened)


async def _settings_view(session: Transaction, call: Call, viewer: Viewer, league: League) -> Block:
    """All settings for owners and admins, the budget for members who may change that alone."""
    form = await _form(session, league, call.services)
    where = ids.Where(league.id, call.channel, call.response_url or "")
    manages = await rights.may_manage(session, league, viewer)
    if not manages and await rights.may(session, league, Right.BUDGET, viewer):
        return views.budget_modal(form, league.name, ids.LEAGUE_BUDGET_MODAL.encode(where))
    await rights.require_owner(session, league, viewer, rights.CHANGE_SETTINGS)
    more = daily_preprints_view.fields(await daily_preprints.choice_of(session, league))
    return views.settings_modal(form, ids.LEAGUE_SETTINGS_MODAL.encode(where), more)


async def _create_or_say(call: Call, sentence: str) -> None:
    """Where there is no league yet, settings are the first-run modal; where there can't be one, a sentence."""
    if not call.channel or call.channel.startswith("D"):
        raise NotFoundError(sentence)
    await _create(call, ids.InChannel(call.channel))


async def _preferred(call: Call, where: ids.Where) -> FieldErrors | ClearViews | None:
    viewer = await call.viewer(About.LEAGUE, where.league)
    view, services = call.view, call.services
    now = services.now()
    try:
        new = read_window(view)
        async with services.database.transaction(call.workspace) as session:
            league = await change_settings(
                session, where.league, viewer, new, now=now,
                announced=creating.models_in_use(services.settings),
            )  # fmt: skip
            held = await budgets.held(session, league.id)
            await set_purpose(session, league, view.text(views.PURPOSE), viewer, now)
            await league_schedules.set_playing_times(
                session, league, view.text(views.SCHEDULE) or None, call.user, now
            )
            await daily_preprints.set_choice(session, league, wished(view), call.user, now)
    except BadRequestError as error:
        return _wrong(error)
    if held is not None:
        await at(call, where).answer(still_held(held))
    return ClearViews()


async def _here(session: Transaction, call: Call, viewer: Viewer) -> League:
    return await league_of_question(session, call.channel, viewer)


async def _purpose(call: Call, words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if not words:
            answer = views.purpose(league.name, league.purpose, services.settings.rank_command)
        else:
            version = await set_purpose(session, league, words, viewer, services.now())
            answer = views.purpose_noted(league.name, version)
    await call.answer(answer)


async def _owner(call: Call, words: str) -> None:
    services = call.services
    named = _USER.search(words)
    viewer = await call.viewer(others=[] if named is None else [named[1]])
    verb = words.split(None, 1)[0].lower() if words else ""
    command = f"{services.settings.rank_command} owner"
    now = services.now()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if named is None and words:
            raise BadRequestError(
                f"Mention a person: `{command} @name` adds an owner, `{command} drop @name` takes one off, "
                f"`{command} hand @name` hands over and steps down."
            )
        if named is not None:
            match verb:
                case "drop" | "remove":
                    await owners.drop_owner(session, league, viewer, named[1], now=now)
                case "hand" | "handover" | "transfer":
                    await owners.hand_over(session, league, viewer, named[1], now=now)
                case _:
                    await owners.name_owner(session, league, viewer, named[1], now=now)
        answer = views.owners(league.name, await league_rows.owners(session, league.id))
    await call.answer(answer)


async def _take_over(call: Call, payload: ids.OfLeague) -> None:
    await call.people.admins()  # whether one of them can see the league decides
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await owners.take_over(session, payload.league, viewer, now=call.services.now())
        answer = views.owners(league.name, [call.user])
    await call.answer(answer)


async def _import(call: Call, _words: str) -> None:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league_id = (await _here(session, call, viewer)).id
    await _import_button(call, ids.OfLeague(league_id))


async def _import_button(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, payload.league, viewer)
        await rights.require_owner(session, league, viewer)
        channel = league.channel
    await call.answer(channel_history_view.begun(channel))
    await channel_history.bring_in(call, payload.league, channel)


async def render_greeting(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """The greeting of a channel, as things stand there now."""
    command = services.settings.rank_command
    reads = bool(wanted.options.get("reads_channels", True))
    league = await league_rows.of_home(session, wanted.channel)
    if league is None:
        return views.greeting(
            views.Greeting(wanted.channel, command, prices=prices(services.runtime), reads_channels=reads)
        )
    set_up = await league_rows.was_set_up(session, league.id)
    running = tuple(
        (row.kind, row.cron, row.time_zone)
        for row in await schedules.of_league(session, league.id)
        if row.channel == league.channel and row.kind in _MODAL_FIELDS
    )
    return views.greeting(
        views.Greeting(
            wanted.channel,
            command,
            league.id,
            league.name,
            set_up,
            running,
            league.monthly_cap,
            prices(services.runtime, league.judges),
            scheduled_tournaments.expected_matches(league.target_interval, league.prior_sd),
            reads,
        )
    )


async def render_succession(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """What an admin reads of a league without an owner."""
    assert wanted.about_id is not None
    league = await league_rows.get(session, wanted.about_id)
    viewer = await services.viewer(session.workspace, wanted.channel, About.LEAGUE, league.id)
    if not visible(league, viewer):
        return views.hidden_succession()
    return views.succession(league.name, league.channel, services.settings.rank_command)


async def render_owner_named(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """What a new owner reads; nothing once they can't see the league any more."""
    assert wanted.about_id is not None
    league = await league_rows.get(session, wanted.about_id)
    viewer = await services.viewer(session.workspace, wanted.channel, About.LEAGUE, league.id)
    if not visible(league, viewer):
        return None
    return views.owner_named(
        league.id, league.name, league.channel, str(wanted.options["by"]), services.settings.rank_command
    )


async def render_orphaned(session: Transaction, wanted: Wanted, services: Services) -> Message | None:  # noqa: ARG001 - all renderers are alike
    """What a private channel reads whose league nobody owns; once somebody took it over, who did."""
    assert wanted.about_id is not None
    league = await league_rows.get(session, wanted.about_id)
    return views.orphaned(league.id, league.name, await league_rows.owners(session, league.id))


COMMANDS = (
    Command(
        name="settings",
        run=_settings,
        usage="settings",
        help="purpose, schedule, cap, votes, rights",
        group="Do",
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
        name="owners",
        run=_owner,
        usage="owners @name",
        help="who owns the league; `owners drop @name` and `owners hand @name` change it",
        group="Do",
        aliases=("owner",),
        beside="settings",
    ),
    Command(
        name="import",
        run=_import,
        usage="import",
        help="bring in the links already in the channel",
        group="Do",
        beside="settings",
    ),
)
MESSAGES: dict[str, Renderer] = {
    "greeting": render_greeting,
    "succession": render_succession,
    "owner_named": render_owner_named,
    "orphaned": render_orphaned,
}
