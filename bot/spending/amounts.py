"""Parses amounts of money as people type them, for commands and windows."""

import re
from decimal import Decimal

from storage.errors import BadRequestError

USUAL = "Write US dollars, for example 25 or 12.50."
_DOLLARS = re.compile(r"^(?:us\$|usd|\$)\s*|\s*(?:us\$|usd|\$|us dollars?|dollars?|bucks)$")
_OTHER = re.compile(
    r"[€£¥₹₩₽₺]|\b(?:eur|euros?|gbp|pounds?|chf|francs?|jpy|yen|cny|inr|cad|aud|sek|nok|dkk)\b"
)
_PLAIN = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?|\d{1,9}\.\d{4,6}|0?[.,]\d{1,6}")
"""Pattern of digits with up to two decimals after a point or comma; more if they can't be thousands."""
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(?:([ '’_\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d{1,2})?|\d{1,3}(?:,\d{3})+\.\d{1,2}")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{1,2}")
_UNCLEAR = re.compile(r"(\d{1,3})([.,])(\d{3})")
_MONEY = re.compile(
    r"(?:us\$|usd|[$€£¥])\s*[\d.,'’_]+|[\d.,'’_]+\s*(?:us\$|usd|[$€£¥]|dollars?|bucks|eur|euros?)"
)


def read_plain_number(text: str) -> float:
    """Parse a number that isn't money, such as `40` or `12,5`. Raises `ValueError` for others, such as `1,000`."""
    if _NUMBER.fullmatch(text.strip()) is None:
        raise ValueError(text)
    return float(text.strip().replace(",", "."))


def looks_like_money(word: str) -> bool:
    """Return whether a word is an amount with its currency, such as `$5`, `2usd` or `5€`."""
    return _MONEY.fullmatch(word.lower()) is not None


def read_amount(text: str, *, refusal: str = "", about: str = "") -> Decimal:
    """Parse USD as typed: `25`, `$12.50`, `12,50 USD`, `1,000.50`, `1 000`.

    Raises `BadRequestError` about the field `about`, with the sentence `refusal`; also for `1,000`, which is a thousand
    to some people and one to others.
    """
    words = " ".join(text.strip().lower().split(" "))
    typed_text = text.strip()[:30]
    if _OTHER.search(words):
        raise BadRequestError(
            f"Budgets are in US dollars, and “{typed_text}” is in another currency. {USUAL}", about=about
        )
    number = _DOLLARS.sub("", _DOLLARS.sub("", words, count=1), count=1).strip()
    unclear = _UNCLEAR.fullmatch(number)
    if unclear is not None and unclear[1] != "0":
        whole, _, rest = unclear.groups()
        raise BadRequestError(
            f"“{typed_text}” may be {whole}{rest} dollars or {whole}.{rest[:2]}. "
            f"Write {whole}{rest} or {whole}.{rest[:2]}.",
            about=about,
        )
    if not number.isascii() and _GROUPED.fullmatch(number) is None:
        raise _unreadable(typed_text, refusal, about)
    if _PLAIN.fullmatch(number):
        return Decimal(number.replace(",", "."))
    if _POINTS.fullmatch(number):
        return Decimal(number.replace(".", "").replace(",", "."))
    if _COMMAS.fullmatch(number):
        return Decimal(number.replace(",", ""))
    if _GROUPED.fullmatch(number):
        return Decimal(re.sub(r"[ '’_\u00a0\u202f]", "", number).replace(",", "."))
    raise _unreadable(typed_text, refusal, about)


def _unreadable(typed_text: str, refusal: str, about: str) -> BadRequestError:
    return BadRequestError(
        refusal or f"I can't read “{typed_text}” as an amount of money. {USUAL}", about=about
    )
