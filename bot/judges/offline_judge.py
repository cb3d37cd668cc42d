"""The offline judge: a deterministic baseline over the words of title and abstract, with no model.

It counts four kinds of cue (numbers and comparisons, proofs and guarantees, general claims, incremental
wording) and compares the sums. It is for trying the bot and for tests, and is no judgement of a paper.

Measured against the 2,951 recorded verdicts of three language models on titles alone (`shared/data/replay`,
`tests/judges/test_offline_judge.py` counts again): it calls 1,053 pairs a draw, and of the other 1,898 agrees
with 937, 49 %. That is chance. The cues were written down before looking and not fitted to those verdicts.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.judges.injections.injection_flags import paper_flags
from bot.judges.interface import (
    SECTIONS,
    AssessmentAnswer,
    Better,
    FreeJudge,
    PaperText,
    Pool,
    Usage,
    VerdictAnswer,
    Winner,
)
from bot.judges.rubric import Rubric

OFFLINE_LABEL = "offline text heuristic, not an assessment"

VERSION = "offline-1"
OPENING = 3_000
"""Characters of a full text that replace a missing abstract."""

CUES: Mapping[str, re.Pattern[str]] = {
    "evidence": re.compile(
        r"\b(?:experiments?|empirical\w*|benchmarks?|ablations?|outperform\w*|evaluat\w+|datasets?|real-world"
        r"|state-of-the-art|\d+(?:\.\d+)?\s?%|\d+(?:\.\d+)?[x×])",
        re.IGNORECASE,
    ),
    "theory": re.compile(
        r"\b(?:prov\w+|proofs?|theor\w+|convergence|guarantees?|bounds?|optimal\w*|complexity|rates?|tight|necessary"
        r"|sufficient)\b",
        re.IGNORECASE,
    ),
    "breadth": re.compile(
        r"\b(?:general\w*|unif\w+|universal\w*|foundation\w*|scal\w+|large|language|llms?|understanding|why|efficient"
        r"|training|transformers?|pretrain\w*|across)\b",
        re.IGNORECASE,
    ),
    "narrow": re.compile(
        r"\b(?:improved|improving|enhanc\w+|hybrid|novel|based on|via|application|case study|towards?"
        r"|revisit\w+|auto\w*|without)\b",
        re.IGNORECASE,
    ),
}
WEIGHTS: Mapping[str, float] = {"evidence": 1.0, "theory": 1.0, "breadth": 1.0, "narrow": -1.0}
_CRITERION_OF: Mapping[str, str] = {"application": "evidence", "rigor": "theory", "breadth": "breadth"}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of cue words by kind, and of all words, in title and abstract."""

    words: int
    cues: Mapping[str, int]

    @property
    def score(self) -> float:
        """Weighted sum of cue words; each further cue of a kind adds less."""
        return sum(weight * math.log1p(self.cues[kind]) for kind, weight in WEIGHTS.items())


def count(paper: PaperText) -> Counts:
    """Count a paper's cue words, without its key or assessment."""
    text = f"{paper.title}\n{_abstract(paper)}"
    return Counts(len(text.split()), {kind: len(pattern.findall(text)) for kind, pattern in CUES.items()})


def _abstract(paper: PaperText) -> str:
    """Return the abstract, or the beginning of the full text if there is none."""
    return paper.abstract or (paper.full_text or "")[:OPENING]


class OfflineJudge(FreeJudge):
    """Judge that answers at once, and the same for either order of the papers."""

    pool: Pool = "offline"
    family = "offline"

    def __init__(self, name: str = "offline") -> None:
        self.name = name

    async def compare(
        self, first: PaperText, second: PaperText, *, purpose: str | None, nonce: str
    ) -> VerdictAnswer:
        """Decide by score: the higher one wins; equal scores are a draw."""
        del purpose, nonce
        one, two = count(first), count(second)
        margin = one.score - two.score
        winner: Winner = _sign(margin) or "draw"
        criteria: dict[str, Better] = {
            criterion: _sign(one.cues[kind] - two.cues[kind]) or "even"
            for criterion, kind in _CRITERION_OF.items()
        }
        counts = ", ".join(f"{kind} {one.cues[kind]} and {two.cues[kind]}" for kind in CUES)
        return VerdictAnswer(
            winner=winner,
            confidence=round(0.5 + 0.1 * math.tanh(abs(margin)), 2),
            rationale=f"{OFFLINE_LABEL}. Cues counted in Paper 1 and Paper 2: {counts}.",
            criteria=criteria,
            model=VERSION,
            usage=Usage(),
        )

    async def assess(
        self, paper: PaperText, *, purpose: str | None, nonce: str, rubric: Rubric | None = None
    ) -> AssessmentAnswer:
        """Return scores made from the counts, and sections that name the counts."""
        del purpose, nonce, rubric
        counts = count(paper)
        cues = counts.cues
        sections = {
            "contribution": f"Title and abstract have {counts.words} words.",
            "rigor": f"Cues of theory counted: {cues['theory']}.",
            "impact": f"Cues of breadth counted: {cues['breadth']}.",
            "timeliness": "Not counted.",
            "strengths": f"Cues of evidence counted: {cues['evidence']}; of narrow scope: {cues['narrow']}.",
            "observations": "No model has read this paper.",
        }
        return AssessmentAnswer(
            rating=_score(counts.score),
            significance=_score(cues["breadth"]),
            rigor=_score(cues["theory"]),
            novelty=_score(-cues["narrow"]),
            clarity=5.0,
            sections={key: f"{OFFLINE_LABEL}. {sections[key]}" for key in SECTIONS},
            contribution=OFFLINE_LABEL,
            flags=paper_flags(paper),
            basis="full text" if paper.abstract is None and paper.full_text else "abstract",
            model=VERSION,
            usage=Usage(),
            rubric_version=VERSION,
        )


def _sign(margin: float) -> Literal["first", "second"] | None:
    return None if margin == 0 else "first" if margin > 0 else "second"


def _score(cues: float) -> float:
    """Convert a count of cues to a score from 3 to 7 in half points; 5 for none."""
    return 5 + round(4 * math.tanh(cues / 4)) / 2
