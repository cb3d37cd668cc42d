"""How a league's budget is told."""

from decimal import Decimal

from handlers.blocks import parts, strings


def budget_told(name: str, spent: Decimal, cap: Decimal, command: str, refused: str | None) -> str:
    """What a league may spend a month and has, and how that is changed or who may change it."""
    how = f"`{command} budget 25` changes it." if refused is None else parts.escape(refused)
    return f"{_budget(name, spent, cap)} {how} `{command} cost` shows what it was spent on."


def budget_saved(name: str, spent: Decimal, cap: Decimal) -> str:
    """What a league may spend from now on."""
    return f"Saved: {_budget(name, spent, cap)}"


def _budget(name: str, spent: Decimal, cap: Decimal) -> str:
    return (
        f"{parts.escape(name)} may spend {strings.money(cap)} a month; "
        f"{strings.money(spent)} of this month's is spent."
    )
