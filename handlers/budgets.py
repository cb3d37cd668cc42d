"""How Slack asks for a league's budget: `/rank budget`, and the window of those who may change only that."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot import budgets, leagues, rights
from bot.errors import BadRequestError
from bot.rights import Right
from handlers import ids
from handlers.blocks import budgets as views
from handlers.blocks.leagues import CAP, still_held
from handlers.blocks.parts import Message
from handlers.boundary import Boundary, Call, ClearViews, FieldErrors
from handlers.services import Services
from handlers.slash import Command
from storage import spending


def register(on: Boundary) -> None:
    """Listen to the window."""
    on.submission(ids.LEAGUE_BUDGET_MODAL, _submitted)


def amount(text: str) -> Decimal:
    """An amount of money as typed; raises `BadRequestError`."""
    try:
        return Decimal(text.lower().replace("usd", "").replace("$", "").replace(",", ".").strip())
    except InvalidOperation as error:
        raise BadRequestError("The monthly cap is an amount in USD, from 0 up, for example 10.") from error


async def _submitted(call: Call, where: ids.Where) -> FieldErrors | ClearViews:
    try:
        said = await _set_cap(call, where.league, call.view.text(CAP), shown=True)
    except BadRequestError as error:
        return FieldErrors({CAP: error.sentence})
    await at(call, where).answer(said)
    return ClearViews()


async def _set_cap(call: Call, league_id: int, typed: str, *, shown: bool) -> Message | str:
    """Set a league's cap and say so; `shown` says that the person saw the prices of its models."""
    services, now = call.services, call.services.now()
    async with services.database.transaction(call.workspace) as session:
        league = await budgets.set_cap(
            session, league_id, call.user, amount(typed), people=call.people, now=now,
            announced=leagues.models(services.settings) if shown else None,
        )  # fmt: skip
        held = await budgets.held(session, league.id)
        spent = await spending.spent_this_month(session, league.id, now)
    if held is not None:
        return still_held(held)
    return views.budget_saved(league.name, spent, league.monthly_cap)


async def _budget(call: Call, services: Services, words: str) -> None:
    """`budget` says what the league may spend and has; `budget 25` changes it."""
    async with services.database.reading(call.workspace) as session:
        league = await leagues.for_question(session, call.channel, call.user, call.people)
        spent = await spending.spent_this_month(session, league.id, services.now())
        refused = await rights.why_not(session, league, Right.BUDGET, call.user, call.people)
    if words:
        await call.answer(await _set_cap(call, league.id, words, shown=False))
        return
    command = services.settings.rank_command
    await call.answer(views.budget_told(league.name, spent, league.monthly_cap, command, refused))


def at(call: Call, where: ids.Where) -> Call:
    """Where the window was opened from: a submission itself names no channel."""
    return replace(
        call, channel=where.channel, body={**call.body, "response_url": where.response_url or None}
    )


COMMANDS: dict[str, Command] = {"budget": _budget, "cap": _budget}
