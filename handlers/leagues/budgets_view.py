"""Messages and windows about a league's budget."""

from decimal import Decimal

from bot.spending.price_estimates import Prices
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from handlers.leagues.settings_windows_view import cap_field, price_line, too_little

RAISE = "Raise the cap"


def raise_modal(
    name: str, spent: Decimal, cap: Decimal, prices: Prices, matches: int, metadata: str
) -> Block:
    """Return the window to raise the cap for which a tournament waits, with prices."""
    blocks = [
        builders.section(
            f"The tournament waits for money. {_budget(name, spent, cap)} Raise the cap, save, and it goes "
            "on; otherwise it goes on by itself when a new month begins (UTC)."
        ),
        builders.section(price_line(prices, matches, cap)),
        cap_field(cap, prices),
    ]
    return builders.modal(
        RAISE,
        blocks,
        submit="Save and go on",
        private_metadata=metadata,
        callback_id=ids.RAISE_CAP_MODAL.name,
    )


def budget_line(name: str, spent: Decimal, cap: Decimal, command: str, reason: str | None) -> str:
    """Return a league's cap and spending this month, and how to change the cap (or who may, in `reason`)."""
    how = f"`{command} budget 25` changes it." if reason is None else builders.escape(reason)
    return f"{_budget(name, spent, cap)} {how} `{command} cost` shows what it was spent on."


def budget_saved(name: str, spent: Decimal, cap: Decimal, prices: Prices, gone_on: int | None = None) -> str:
    """Return the confirmation of a saved cap, and whether a tournament resumes."""
    sentences = [f"Saved: {_budget(name, spent, cap)}", too_little(prices, cap)]
    if gone_on is not None:
        sentences.append("The tournament goes on.")
    return " ".join(filter(None, sentences))


def budget_notice(league: str, tournament: int | None, spent: Decimal, cap: Decimal, command: str) -> Message:
    """Return the notice that 80 % of a budget is spent, and what happens when all is."""
    share = phrases.percent(float(spent / cap)) if cap else phrases.percent(1.0)
    whose = f"{league}'s month" if tournament is None else f"The tournament of {league}"
    sentence = f"{whose} has spent {phrases.money(spent)} of {phrases.money(cap)} ({share})."
    rest = (
        "At the cap paid calls stop and tournaments pause until an owner raises it in the settings."
        if tournament is None
        else "When all is spent, it pauses; an owner or admin can then let it go on."
    )
    return builders.message(
        builders.escape(sentence),
        [
            builders.section(f":coin: {builders.escape(sentence)}"),
            builders.context(f"{rest} `{command} cost` shows more."),
        ],
    )


def _budget(name: str, spent: Decimal, cap: Decimal) -> str:
    of_name, had = builders.escape(name), phrases.money(spent)
    return f"{of_name} may spend {phrases.money(cap)} a month; it has spent {had} this month."
