"""Terms of ranking and of this product, each explained in one sentence."""

import re

TERMS: dict[str, tuple[str, str]] = {
    "interval": (
        r"±|\+/?-|plus[ /-]?(?:or[ /-]?)?minus|error bars?|margin(?: of error)?|(?:confidence )?intervals?|uncertainty|95 ?%?|half[- ]width",
        "± is the error bar of a score: with 1430 ± 60, the true score lies between 1370 and 1490 in 95 of 100 cases. More matches make it smaller.",
    ),
    "rank interval": (
        r"likely(?: \d+.*)?|rank (?:interval|range)s?|ranges?|\d+[–-]\d+",
        "“#10 (likely 4–22)” means: tenth now, and in 95 of 100 cases its true place is between 4 and 22.",
    ),
    "score": (
        r"scores?|points?|ratings?|elo(?: rating)?|bradley[ -]terry|theta|strength|numbers?",
        "A score says how strong a paper is against the others here: 1500 is the middle, and 100 points more mean it wins 64 of 100 matches.",
    ),
    "rank": (
        r"ranks?|places?|positions?|#\d*",
        "The rank is a paper's place in this league by its score; #1 is the best.",
    ),
    "rubric": (
        r"rubric(?: (?:score|rating))?s?|assessments?|reviews?|significance|rigou?r|novelty|clarity",
        "The rubric is a review of one paper by itself: significance, rigor, novelty and clarity, each from 1 to 10. Matches compare papers; the rubric doesn't.",
    ),
    "match": (
        r"match(?:es)?|duels?|comparisons?",
        "A match shows two papers to a judge, who says which matters more and why.",
    ),
    "tournament": (
        r"tournaments?|rounds?",
        "A tournament is a set of matches, chosen so that they teach most about the ranking, with a budget it can't pass.",
    ),
    "verdict": (
        r"verdicts?|rationales?|reasons?",
        "A verdict is a judge's decision on a match, with its reasons. A vote of the team can replace it.",
    ),
    "judge": (
        r"judges?|assessors?",
        "A judge is a language model (or a simple rule) that compares two papers; an assessor reviews one. `judges` shows how far each can be trusted.",
    ),
    "override": (
        r"overrides?|overturn(?:ed)?|overrul(?:e|ed|ing)",
        "An override is the team's decision that replaces a judge's verdict. The judge's stays readable beside it.",
    ),
    "vote": (
        r"votes?|voting|challenges?|polls?",
        "Anybody in the channel can challenge a match. The members vote; with enough votes the majority replaces the judge's verdict; in a tie it stands. Each vote also counts in the ratings.",
    ),
    "quorum": (r"quorum", "The quorum is how many votes a choice needs before it can replace a verdict."),
    "draw": (r"draws?|ties?", "A draw is a match that neither paper won; it counts half for each."),
    "settled": (
        r"settled|rests?|resting|converged",
        "A settled paper's error bar is small enough for this league, so it plays no more matches until something changes.",
    ),
    "win rate": (
        r"win ?rates?",
        "The win rate is the share of its matches that a paper won; draws count half. It depends on whom it met: the score doesn't.",
    ),
    "confidence": (
        r"confidence|sure|certainty",
        "A verdict's confidence is how sure the judge said it was of its choice.",
    ),
    "order": (
        r"order bias|bias|swap(?:ped)?|position bias|first shown",
        "Some judges prefer the paper shown first. So orders are balanced, some matches are judged again swapped, and the ratings take the bias out.",
    ),
    "kappa": (
        r"kappa|κ|alpha|α|agreement",
        "κ says how far two judges agree beyond chance: 1 is always, 0 is no more than chance.",
    ),
    "head-to-head": (
        r"head[- ]to[- ]head|h2h|vs",
        "Head-to-head puts two papers side by side: their matches, whom both met, and the chance that one beats the other.",
    ),
    "upset": (
        r"upsets?",
        "An upset is a match won by a paper to which the ratings gave less than one chance in four.",
    ),
    "gap": (r"gap", "The gap lists papers that do better in matches than in the rubric, or worse."),
    "league": (
        r"leagues?",
        "A league is the set of papers of a channel that are ranked against one another.",
    ),
    "entry": (
        r"entry|entries",
        "An entry is a paper in a league: who brought it, when, and how it ranks there.",
    ),
}
"""Pattern of a term's names and its explanation, by term."""
_PATTERNS = {term: re.compile(pattern) for term, (pattern, _) in TERMS.items()}
TERM_WORDS = tuple({word for pattern, _ in TERMS.values() for word in re.findall(r"[a-z]{4,}", pattern)})


def term_meant(words: str) -> str | None:
    """Return the key in `TERMS` of the term of ranking that a person's words name ("±" is "interval"), or None."""
    plain = words.strip(" ?!.'")
    return next((term for term, pattern in _PATTERNS.items() if pattern.fullmatch(plain)), None)
