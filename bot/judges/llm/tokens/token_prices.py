"""Prices of model calls in US dollars: actual costs and highest possible ones."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import cache

from bot.judges.llm.judge_specs import ModelSpec
from bot.judges.llm.tokens.tokens import Tokens

MILLION = Decimal(1_000_000)
SETTING_VERSION = "setting"
MOST_BILLED_CALLS = 2
"""Calls of one verdict or assessment that a provider may bill: the first and one repetition."""
_CENT_FRACTION = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost in USD and its price list: `genai-prices VERSION`, or `setting`."""

    usd: Decimal
    version: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of one model; `per_mtok` (USD per million tokens, in or out) is used if no public price is known."""

    spec: ModelSpec
    per_mtok: Decimal | None = None

    def cost(self, tokens: Tokens) -> Cost | None:
        """Return the cost of these tokens, or None if the price is unknown."""
        public = _public(self.spec, tokens)
        if public is not None:
            return public
        if self.per_mtok is None:
            return None
        return Cost(self.per_mtok * (tokens.input_tokens + tokens.output_tokens) / MILLION, SETTING_VERSION)

    def worst(self, input_tokens: int, output_tokens: int) -> Decimal | None:
        """Return the highest cost in USD of calls with these tokens in all, rounded up; None if the price is unknown.

        Includes writing to a provider's cache, which costs a quarter more than reading.
        """
        cost = self.cost(Tokens(input_tokens, output_tokens, cache_writes=input_tokens))
        return None if cost is None else cost.usd.quantize(_CENT_FRACTION, rounding=ROUND_UP)


@cache
def _version() -> str:
    from genai_prices import __version__

    return f"genai-prices {__version__}"


def _public(spec: ModelSpec, tokens: Tokens) -> Cost | None:
    import genai_prices

    usage = genai_prices.Usage(
        input_tokens=tokens.input_tokens,
        output_tokens=tokens.output_tokens,
        cache_read_tokens=tokens.cache_reads or None,
        cache_write_tokens=tokens.cache_writes or None,
    )
    try:
        if spec.base_url is None:
            price = genai_prices.calc_price(usage, model_ref=spec.model, provider_id=spec.provider)
        else:
            price = genai_prices.calc_price(usage, model_ref=spec.model, provider_api_url=spec.base_url)
    except (LookupError, ValueError):
        return None
    return Cost(price.total_price, _version())
