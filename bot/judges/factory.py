"""Opens the judge that a setting names."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from bot.judges.interface import Judge
from bot.judges.llm.concurrency import Slots
from bot.judges.llm.judge_specs import check_spec, key_for, parse_model
from bot.judges.offline_judge import OfflineJudge
from bot.judges.recorded_judge import open_recorded
from bot.judges.rubric import read_rubric
from bot.judges.rubric_judge import RubricJudge

__all__ = ["check_spec", "close_judges", "open_judge"]


def open_judge(
    spec: str,
    *,
    keys: Mapping[str, str],
    price_per_mtok: Decimal | None = None,
    rubric_path: Path | None = None,
    concurrency: int = 8,
    deadline_s: float = 120.0,
    slots: Slots | None = None,
) -> Judge:
    """Open the judge that a setting names.

    `keys` holds providers' keys by variable name, for their own servers, and keys of other servers by `HOST[:PORT]`.
    `price_per_mtok` (USD per million tokens) is used for models whose price is unknown. Judges given the same `slots`
    share a provider's limit of simultaneous calls. Raises `SettingsError` naming the key to set or the file that can't be
    read.
    """
    check_spec(spec)
    if spec == "offline":
        return OfflineJudge()
    if spec == "rubric":
        return RubricJudge()
    if spec.startswith("recorded:"):
        return open_recorded(spec, Path(spec.removeprefix("recorded:")).expanduser())
    # The HTTP client and the price list take a while to import: only a judge that needs them pays,
    # before it is asked.
    import genai_prices  # noqa: F401 - loaded here, because loading it holds everything up for a second

    from bot.judges.llm.model_client import ModelClient
    from bot.judges.llm.model_judge import ModelJudge
    from bot.judges.llm.retries.retry_policy import Policy
    from bot.judges.llm.tokens.token_prices import PriceList

    model = parse_model(spec)
    all_slots = slots or Slots(concurrency)
    return ModelJudge(
        model,
        ModelClient(model, key_for(model, keys), deadline_s=deadline_s, connections=all_slots.each),
        PriceList(model, price_per_mtok),
        read_rubric(rubric_path),
        all_slots,
        Policy(total=2 * deadline_s),
        deadline_s,
    )


async def close_judges(judges: Iterable[Judge]) -> None:
    """Close the connections of judges that have any."""
    for judge in judges:
        close = getattr(judge, "close", None)
        if close is not None:
            await close()
