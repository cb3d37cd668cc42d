"""Decides whether a call may be paid for: its highest cost together with what its league and tournament spent."""

from decimal import Decimal

from storage.errors import BudgetError, MoneyReservedError
from storage.spending import CapAmounts

NOTICE_AT = Decimal("0.8")
"""Share of a cap at which its channel is notified."""
_WAIT_S = 5.0


def unknown_price(judge: str) -> BudgetError:
    """Return the error for a call whose price isn't known, so that no cap can be kept."""
    return BudgetError(
        f"The price of {judge} isn't known, and this league has a cap in money. "
        "Set PAPERBOUT_PRICE_PER_MTOK_USD to use it."
    )


def check(amounts: CapAmounts, judge: str, worst: Decimal) -> bool:
    """Check that a call fits both caps; return whether it may bring one of them to four fifths.

    Raises `BudgetError` if the amount spent and this call's highest cost exceed a cap, or nobody has seen the judge's
    price. Raises `MoneyReservedError` if only other calls' reservations are in the way.
    """
    if amounts.announced is not None and judge not in amounts.announced:
        raise BudgetError(
            f"{judge} costs money, and nobody has agreed to that yet. "
            f"Open the settings of {amounts.name} and save them."
        )
    if amounts.month_spent + worst > amounts.cap:
        raise BudgetError(
            f"${amounts.month_spent:.2f} of {amounts.name}'s monthly cap of ${amounts.cap:.2f} is spent, and the next "
            f"call may cost ${worst:.4f}. It goes on once the cap is raised, or by itself with a new month (UTC)."
        )
    if amounts.budget is not None and amounts.tournament_spent + worst > amounts.budget:
        raise BudgetError(
            f"${amounts.tournament_spent:.2f} of the tournament's budget of ${amounts.budget:.2f} is spent, and the "
            f"next call may cost ${worst:.4f}.",
            of_tournament=True,
        )
    month = amounts.month_spent + amounts.month_reserved + worst
    tournament = amounts.tournament_spent + amounts.tournament_reserved + worst
    if month > amounts.cap or (amounts.budget is not None and tournament > amounts.budget):
        raise MoneyReservedError("The rest of the money is reserved by calls under way.", _WAIT_S)
    near_budget = amounts.budget is not None and tournament >= NOTICE_AT * amounts.budget
    return near_budget or month >= NOTICE_AT * amounts.cap
