"""How far judges agree with a league's people, in words."""

from bot.ranking import Agreement
from bot.standings.team_agreement import LeagueAgreement
from handlers.blocks import builders, phrases

MOST = 3


def span(share: Agreement) -> str:
    """Return a share with its interval: "71 % (likely 61–80)"."""
    return f"{phrases.percent(share.share)} (likely {share.low * 100:.0f}–{share.high * 100:.0f})"


def in_words(agreement: LeagueAgreement, most: int = MOST) -> str:
    """Return the sentence on the `most` judges that agree with people most, and on people with each other."""
    judges = sorted(agreement.judges, key=lambda one: -one.share.share)[:most]
    first, *rest = judges
    parts = [f"{builders.escape(first.judge)} agrees with you in {span(first.share)}"]
    parts += [f"{builders.escape(one.judge)} in {span(one.share)}" for one in rest]
    if agreement.among_people is not None:
        parts.append(f"you with each other in {phrases.percent(agreement.among_people.share)}")
    votes = max(one.share.votes for one in agreement.judges)
    return f"{', '.join(parts)}, on {phrases.count(votes, 'vote')}."
