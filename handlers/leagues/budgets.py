"""Listeners for a league's budget: `/rank budget`, and the windows to change it."""

from dataclasses import replace
from decimal import Decimal

from bot.leagues import budgets, creating, rights
from bot.leagues.rights import Right
from bot.leagues.settings import LEAGUE_SETTINGS
from bot.leagues.visibility import league_of_tournament, visible_league
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from bot.spending.amounts import read_amount
from bot.spending.price_estimates import prices, prices_so_far
from bot.standings.league_spread import league_spread
from bot.tournaments import estimates, pausing_and_cancelling
from bot.tournaments.expected_matches import expected_matches
from bot.tournaments.pausing_and_cancelling import LET_GO_ON
from handlers.blocks import ids
from handlers.blocks.builders import Block, Message
from handlers.leagues import budgets_view, settings_windows_view
from handlers.leagues.settings_windows_view import CAP, still_held
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.windows.loading import open_loading
from handlers.slack.windows.old_windows import changes_onto
from handlers.slack.windows.submissions import ClearViews, FieldErrors
from handlers.slack.words.commands import Command
from storage import spending
from storage.database.engine import Transaction
from storage.errors import BadRequestError, BudgetError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.tournaments import tournament_rows
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of the budget windows, and of a waiting tournament's button."""
    on.submission(ids.LEAGUE_BUDGET_MODAL, _submitted)
    on.action(ids.RAISE_CAP, _raise)
    on.submission(ids.RAISE_CAP_MODAL, _raised)


def amount(text: str) -> Decimal:
    """Parse a monthly cap in USD as typed. Raises `BadRequestError`."""
    return read_amount(text, refusal=LEAGUE_SETTINGS["monthly_cap"].refusal, about="monthly_cap")


async def _submitted(call: Call, where: ids.Where) -> FieldErrors | ClearViews:
    try:
        answer = await _set_cap(call, where.league, None, saw_prices=True)
    except BadRequestError as error:
        return FieldErrors({CAP: error.sentence})
    await opened_from(call, where).answer(answer)
    return ClearViews()


async def _set_cap(call: Call, league_id: int, text: str | None, *, saw_prices: bool) -> Message | str:
    """Set a league's monthly cap (None: from the window) and confirm; `saw_prices`: the person saw the models' prices."""
    viewer = await call.viewer(About.LEAGUE, league_id)
    services, now = call.services, call.services.now()
    async with services.database.transaction(call.workspace) as session:
        league = await visible_league(session, league_id, viewer)
        cap = _cap_in_window(call, league) if text is None else amount(text)
        league = await budgets.set_cap(
            session, league.id, viewer, cap, now=now,
            models=creating.models_in_use(services.settings) if saw_prices else None,
        )  # fmt: skip
        tournament = await budgets.tournament_held_at_cap(session, league.id)
        spent = await spending.spent_this_month(session, league.id, now)
    if tournament is not None:
        return still_held(tournament)
    return budgets_view.budget_saved(
        league.name, spent, league.monthly_cap, prices(services.runtime, league.judges)
    )


def _cap_in_window(call: Call, league: League) -> Decimal:
    """Return the cap that the person typed, or the league's current one if they left it unchanged."""
    current = settings_windows_view.cap_field(
        league.monthly_cap, prices(call.services.runtime, league.judges)
    )
    return amount(changes_onto(call.view, {"blocks": [current]}).text(CAP))


async def _raise(call: Call, about: ids.OfTournament) -> None:
    """Open the window to raise a cap at once, and fill it when the amounts and rights are known."""
    await open_loading(call, budgets_view.RAISE, _raise_of(call, about.tournament))


async def _raise_of(call: Call, tournament: int) -> Block:
    viewer = await call.viewer(About.TOURNAMENT, tournament)
    async with call.services.database.reading(call.workspace) as session:
        return await _raise_view(session, call, viewer, tournament)


async def _raise_view(session: Transaction, call: Call, viewer: Viewer, tournament: int) -> Block:
    services = call.services
    league = await league_of_tournament(session, tournament, viewer)
    await rights.require(session, league, Right.BUDGET, viewer, LET_GO_ON)
    return budgets_view.raise_modal(
        league.name,
        await spending.spent_this_month(session, league.id, services.now()),
        league.monthly_cap,
        await prices_so_far(session, services.runtime, league.judges, league.id),
        expected_matches(league.target_interval, await league_spread(session, league.id)),
        ids.RAISE_CAP_MODAL.encode(
            ids.ModalSubject(tournament, call.channel, call.thread_ts or "", call.response_url or "")
        ),
    )


async def _raised(call: Call, about: ids.ModalSubject) -> FieldErrors | ClearViews:
    """Save a raised cap and resume the tournament if it still waits for it; a cap without room isn't saved."""
    viewer = await call.viewer(About.TOURNAMENT, about.id)
    services, now = call.services, call.services.now()
    try:
        async with services.database.transaction(call.workspace) as session:
            league = await league_of_tournament(session, about.id, viewer)
            league = await budgets.set_cap(
                session, league.id, viewer, _cap_in_window(call, league), now=now,
                models=creating.models_in_use(services.settings),
            )  # fmt: skip
            waits = (await tournament_rows.get(session, about.id)).held_for == "cap"
            if waits:
                await estimates.check_affordable(session, services.runtime, league.id, now)
                await pausing_and_cancelling.resume(session, about.id, viewer, now)
            spent = await spending.spent_this_month(session, league.id, now)
    except (BadRequestError, BudgetError) as error:
        return FieldErrors({CAP: error.sentence})
    where = ids.Where(league.id, about.channel, about.response_url)
    answer = budgets_view.budget_saved(
        league.name,
        spent,
        league.monthly_cap,
        prices(services.runtime, league.judges),
        about.id if waits else None,
    )
    await opened_from(call, where).answer(answer)
    return ClearViews()


async def _budget(call: Call, words: str) -> None:
    """Answer `budget` (the league's cap and spending) and `budget 25` (change the cap)."""
    viewer = await call.viewer()
    services = call.services
    async with services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        spent = await spending.spent_this_month(session, league.id, services.now())
        reason = await rights.why_not(session, league, Right.BUDGET, viewer)
    if words:
        await call.answer(await _set_cap(call, league.id, words, saw_prices=False))
        return
    command = services.settings.rank_command
    await call.answer(budgets_view.budget_line(league.name, spent, league.monthly_cap, command, reason))


def opened_from(call: Call, where: ids.Where) -> Call:
    """Return the call with the channel and response URL from which a window was opened; a submission has none."""
    return replace(
        call, channel=where.channel, body={**call.body, "response_url": where.response_url or None}
    )


async def render_budget(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a budget is nearly spent, with the amounts at that time."""
    return budgets_view.budget_notice(
        (await league_rows.get(session, request.about)).name,
        request.options["tournament"],
        Decimal(request.options["spent"]),
        Decimal(request.options["cap"]),
        services.settings.rank_command,
    )


COMMANDS = (
    Command(
        name="budget",
        run=_budget,
        usage="budget 25",
        help="what the league may spend a month; without a number, what it has spent",
        group="Do",
        aliases=("cap",),
    ),
)

MESSAGES: dict[str, Renderer] = {"budget": render_budget}
