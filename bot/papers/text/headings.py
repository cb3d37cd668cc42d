"""Removes the heading "Abstract" before an abstract, but not the word in "Abstract Meaning Representation"."""

import re
from typing import Final

from bot.papers.text.characters import words_of

_HEADING: Final = re.compile(
    r"^\[?(?:abstract|summary|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|résumé|resumen|resumo|zusammenfassung|riassunto|аннотация|摘\s?要|要\s?旨|要約|초록)"
    r"(?P<mark>\s*(?:[:：.。|•\]]|[—–]+|-+(?=[\sA-Z]))\s*|\s*\n\s*|\s+)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"(?P<first>[\w’'-]+)(?P<rest>[^\w]*)(?P<second>[\w’'-]*)")
_STARTS: Final = words_of(
    "a an the this that these those we i our in on of to for from with by at as it its they there here while "
    "when where whereas since because although though despite given if how what why which who can could does "
    "do is are was were has have having using based after before during through throughout over under across "
    "among between within without unlike beyond not no one two three some several many most much more few all "
    "both each every any such other another recent recently current currently existing modern traditional "
    "conventional previous prior today nowadays motivated inspired building understanding learning training "
    "background objective objectives purpose aim aims goal goals method methods introduction motivation "
    "context importance question rationale problem deep large small high low new novel machine reinforcement "
    "neural language graph image video speech text natural human humans automatic automated efficient "
    "accurate robust self transformers transformer convolutional generative pretrained pre-trained multimodal "
    "multi few-shot zero-shot diffusion federated however moreover furthermore finally first second often "
    "patients people researchers scientists developing designing predicting detecting estimating generating "
    "improving reducing increasing achieving solving"
)
"""Words that begin a sentence, so that a preceding "abstract" or "summary" must be a heading."""


_LABELS: Final = words_of(
    "Objective Objectives Purpose Aim Aims Background Introduction Methods Importance Motivation Context "
    "Goal Goals Rationale "
    "Significance"
)
"""Headings of an abstract's first part, recognised whatever follows them."""
_LABELS_UPPER: Final = frozenset(label.upper() for label in _LABELS)


def without_heading(text: str) -> str:
    """Remove a heading before an abstract; the text is unchanged if the word may belong to the sentence."""
    match = _HEADING.match(text)
    if match is None:
        return text
    rest = text[match.end() :]
    if not rest:
        return text
    if match["mark"].strip() or "\n" in match["mark"] or not match[0][0].isascii():
        return rest
    heading = match[0].split()[0].lower()
    if heading not in {"abstract", "summary", "a"} and rest[0].isupper():
        return rest
    if not (rest[0].isupper() or rest[0].isdigit() or rest[0] in "\"'“‘([$\\¿¡"):
        return text
    word = _WORD.match(rest)
    if word is None:
        return rest
    if match[0].split()[0].isupper() and not word["first"].isupper():
        return rest
    if word["first"] in _LABELS or word["first"] in _LABELS_UPPER:
        return rest
    is_acronym = word["first"].isupper() and len(word["first"]) > 2 and word["second"][:1].islower()  # noqa: PLR2004 - "A", "II"
    if heading == "abstract" and is_acronym:  # "Abstract CRISPR is"; "Summary ROC curves" are something
        return rest
    starts = word["first"].lower() in _STARTS and not word["second"][:1].isupper()
    is_label = word["rest"].lstrip()[:1] == ":" or (
        word["first"].lower() in _STARTS and word["first"] in {"A", "I"}
    )
    return rest if starts or is_label or word["first"] in {"We", "The", "This", "In", "Our"} else text
