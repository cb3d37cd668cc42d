"""Lets a model choose among the day's best preprints, where one is configured and the league's cap allows it.

One call a day at most; without an answer the free order stands.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import structlog

from bot.entries.relevance import Interests, ScoredPreprint
from bot.judges.llm.replies.preprint_choice import preprint_form, preprint_prompt
from bot.spending.small_calls import ask_cheapest
from bot.work.runtime import Runtime
from storage import spending
from storage.errors import BudgetError, JudgeError
from storage.leagues import league_rows

KIND = "preprints"
MOST = 30
"""How many of the best preprints by the free score a model reads."""
LEAST_CHOICES = 10
"""How many it chooses at least, so that the week's misses are in its order, too."""
SHARE_OF_CAP = Decimal("0.02")
"""Most that a day's call may cost, as a share of the league's monthly cap."""
_DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


async def chosen_by_model(
    runtime: Runtime,
    workspace: str,
    league_id: int,
    occurrence: int,
    interests: Interests,
    preprints: Sequence[ScoredPreprint],
    most_a_day: int,
) -> list[ScoredPreprint]:
    """Return preprints in the order of a model's choice with its reasons, those by authors that the league named first.

    Returns them as they are if they are few, nothing is known of the league's wishes, no model is configured, the cap
    doesn't allow the call, or it failed.
    """
    best = list(preprints[:MOST])
    liked, disliked = interests.told_apart()
    wishes = "\n".join([interests.purpose, ", ".join(interests.keywords)]).strip()
    if len(best) <= most_a_day or not (wishes or liked):
        return list(preprints)
    async with runtime.database.reading(workspace) as session:
        cap = (await league_rows.get(session, league_id)).monthly_cap
        was_asked = await spending.count_calls(session, KIND, occurrence, runtime.time.now() - _DAY)
    if was_asked:  # a process died after the call: it isn't paid twice
        return list(preprints)
    number = min(len(best), max(LEAST_CHOICES, most_a_day))
    texts = [(preprint.record.title, preprint.record.abstract or "") for preprint in best]
    prompt = preprint_prompt(wishes, liked, disliked, texts, number, nonce=f"{workspace}:{occurrence}")
    form = preprint_form(len(best), number)
    try:
        answer = await ask_cheapest(
            runtime, workspace, league_id, KIND, occurrence, prompt, form, cap * SHARE_OF_CAP
        )
    except (BudgetError, JudgeError) as error:
        log.info("preprints_chosen_for_free", league=league_id, reason=error.sentence)
        return list(preprints)
    if answer is None:
        return list(preprints)
    picks = [
        replace(best[pick.place], reason=pick.reason or best[pick.place].reason)
        for pick in answer.content
        if not best[pick.place].by_author
    ]
    first = [preprint for preprint in best if preprint.by_author]
    places = {pick.place for pick in answer.content}
    rest = [one for place, one in enumerate(best) if place not in places and not one.by_author]
    return [*first, *picks, *rest, *preprints[MOST:]]
