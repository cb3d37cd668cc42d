"""Prompt and form with which a model chooses, of a day's best preprints, those that a team would want to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.judges.llm.replies.answers import Form, UnusableAnswerError, object_schema, string_schema
from bot.judges.prompts import Prompt, fenced_prompt

LONGEST_REASON = 60
_LONGEST_ABSTRACT = 600
_LONGEST_TITLE = 200

_SYSTEM = """\
A team of researchers takes in a few new preprints a day. Below are what the team says it wants, titles of papers that \
it liked or didn't, and today's candidates, numbered. Choose the {number} candidates that this team would most want to \
read: those that matter for what it wants, and of these the ones whose results look strongest.

{data_rule}

Answer with:
- choices: {number} of the candidates, the most wanted first, each with
  - paper: its number in the list;
  - reason: why this team wants it, in at most eight words, from the candidate's own text."""


@dataclass(frozen=True, slots=True)
class PreprintPick:
    """A chosen candidate by its index from 0, and why in a few words."""

    place: int
    reason: str


def preprint_prompt(
    wishes: str,
    liked: Sequence[str],
    disliked: Sequence[str],
    candidates: Sequence[tuple[str, str]],
    number: int,
    *,
    nonce: str,
) -> Prompt:
    """Build the prompt that lets a model choose `number` of the candidates, given as (title, abstract)."""
    listed = "\n\n".join(
        f"{place}. {' '.join(title.split())[:_LONGEST_TITLE]}\n{' '.join(abstract.split())[:_LONGEST_ABSTRACT]}"
        for place, (title, abstract) in enumerate(candidates, 1)
    )
    parts = {
        "what the team wants": wishes or "(nothing said)",
        "liked": "\n".join(liked) or "(none)",
        "not liked": "\n".join(disliked) or "(none)",
        "candidates": listed,
    }
    system = _SYSTEM.replace("{number}", str(number))
    return fenced_prompt(system, parts, "Which candidates would this team want most?", nonce=nonce)


def preprint_form(candidates: int, number: int) -> Form[tuple[PreprintPick, ...]]:
    """Build the form for that choice, of at most `number` among so many candidates; none chosen is unusable."""

    def fill(fields: Mapping[str, object]) -> tuple[PreprintPick, ...]:
        entries = fields.get("choices")
        picks: dict[int, PreprintPick] = {}
        for entry in entries if isinstance(entries, list) else []:
            paper = entry.get("paper") if isinstance(entry, dict) else None
            if isinstance(paper, int) and not isinstance(paper, bool) and 0 < paper <= candidates:
                reason = " ".join(str(entry.get("reason") or "").split())
                picks.setdefault(paper - 1, PreprintPick(paper - 1, reason[:LONGEST_REASON].strip()))
        if not picks:
            raise UnusableAnswerError("choices: they must be numbers of the list, each with a reason")
        return tuple(picks.values())[:number]

    pick = object_schema(
        {
            "paper": {"type": "integer", "description": "Number of the candidate in the list."},
            "reason": string_schema("Why this team wants it, at most eight words."),
        }
    )
    return Form("preprints", object_schema({"choices": {"type": "array", "items": pick}}), "choices", fill)
