"""The judge that a setting names, opened."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from bot.judging.offline import OfflineJudge
from bot.judging.recorded import open_recorded
from bot.judging.records import Judge
from bot.judging.rubric import read_rubric
from bot.judging.slots import Slots
from bot.judging.specs import check_spec, parse_model

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
    """The judge a setting names.

    `keys` holds providers' keys by their variables, for their own servers, and keys of other servers by
    `HOST[:PORT]`; `price_per_mtok` (USD per million tokens) counts for models whose price is
    unknown; judges given the same `slots` share the concurrency of a provider. Raises `SettingsError` naming
    the key to set, the package to install or the file that can't be read.
    """
    check_spec(spec)
    if spec == "offline":
        return OfflineJudge()
    if spec.startswith("recorded:"):
        return open_recorded(spec, Path(spec.removeprefix("recorded:")).expanduser())
    # The client libraries take half a second to import, so only a judge that needs them pays.
    from bot.judging.models import ModelJudge, open_client
    from bot.judging.retrying import Policy
    from bot.judging.spending import PriceList

    parsed = parse_model(spec)
    shared = slots or Slots(concurrency)
    return ModelJudge(
        parsed,
        open_client(parsed, keys, deadline_s=deadline_s, connections=shared.each),
        PriceList(parsed, price_per_mtok),
        read_rubric(rubric_path),
        shared,
        Policy(total=2 * deadline_s),
    )


async def close_judges(judges: Iterable[Judge]) -> None:
    """Close the connections of those judges that hold any."""
    for judge in judges:
        close = getattr(judge, "close", None)
        if close is not None:
            await close()
