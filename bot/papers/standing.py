"""A paper's publication status: retracted, withdrawn, removed, of concern, corrected, or a notice about another.

All the sources' ways of saying so are read here.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

Standing = Literal["retracted", "withdrawn", "removed", "notice", "concern", "corrected"]
OUT: Final[frozenset[Standing]] = frozenset({"retracted", "withdrawn", "removed", "notice"})
"""Publication statuses with which a paper plays no more matches."""
_GRAVITY: Final[tuple[Standing, ...]] = (
    "notice",
    "retracted",
    "removed",
    "withdrawn",
    "concern",
    "corrected",
)


def known_standing(text: str | None) -> Standing | None:
    """Return the standing, such as retracted, that a stored text names; None if it names none."""
    return next((standing for standing in _GRAVITY if standing == text), None)


_MARK: Final = re.compile(
    r"^[\W_]*(?:(?:article|paper|chapter|art[íi]culo|artigo|articolo|artikel|статья)\s+)?"
    r"(?:(?P<retracted>retracted|zurückgezogen|retractad[oa]|retratad[oa]|rétractée?|ritirat[oa]|отозвана?|撤稿|撤回|철회)"
    r"|(?P<withdrawn>withdrawn|retirad[oa]|retirée?)|(?P<removed>(?:temporary |temporarily )?remov(?:ed|al)))"
    r"(?:\s+as\s+(?:a\s+)?duplicate|\s+and\s+republished)?"
    r"(?:[\s-]+(?:article|paper|chapter|manuscript|preprint|publication|in[\s-]press))*\s*[:：\]】)»|–—-]",
    re.IGNORECASE,
)
_CAPITALS: Final = re.compile(
    r"^[\W_]*(?:(?P<retracted>RETRACTED)|(?P<withdrawn>WITHDRAWN)|(?P<removed>REMOVED))\b(?![-\w])"
)
_AT_END: Final = re.compile(
    r"[\[(【]\s*(?:(?P<retracted>retracted)|(?P<withdrawn>withdrawn))(?:\s+(?:article|paper|publication))?(?:\s*[.,:;][^\[\]【】]{0,200})?\s*[\])】]\s*$",
    re.IGNORECASE,
)
_AFTER_DASH: Final = re.compile(
    r"\s[–—-]\s+(?:(?P<retracted>RETRACTED|Retracted)|(?P<withdrawn>WITHDRAWN|Withdrawn))\s*$"
)
_NOTICE_AT_END: Final = re.compile(
    r"[\[(]\s*(?:retraction|withdrawal|correction|erratum|corrigendum|expression of concern)(?:\s+(?:of|to|for|notice|note)\b[^\[\]]{0,200})?\s*[\])]\s*$",
    re.IGNORECASE,
)
_NOTICE_FOR: Final = re.compile(
    r"^\W*(?:Retraction|Correction|Withdrawal|Erratum|Corrigendum|Expression of Concern)s?\s+(?:for|to)\s+[A-Z][\w'’-]+(?:\s+et\s+al\.?|(?:,\s+[A-Z][\w'’-]+)*,?\s+(?:and|&)\s+[A-Z][\w'’-]+)?\s*[,:]"
)
_NOTICE: Final = re.compile(
    r"^[\W_]*(?:(?:(?:author|publisher|editorial|partial)(?:['’]?s)?\s+)?(?:correction|retraction|corrigendum|erratum|addendum|withdrawal)s?"
    r"(?:\s+(?:note|notice|statement)|\s+and\s+republication)?(?:\s+(?:to|for|on|of))?\s*[:：–—“\"‘']"
    r"|(?:retraction|withdrawal|removal|correction)\s+(?:note|notice|statement)\b"
    r"|(?:corrigendum|erratum)\s+(?:to|for|on)\b|(?:editorial\s+)?expressions?\s+of\s+concern\s*(?:[:：–—“\"‘']|(?:to|for|regarding|about|on)\b|$)|notice\s+of\s+(?:retraction|withdrawal|removal|concern)\b"
    r"|statement\s+of\s+retraction\b|(?:publisher|author)\s+correction\b|publisher['’]?s['’]?\s+note\s*:|(?:corrigendum|erratum|corrigenda|errata)\W*$"
    r"|rücknahme\s*:|retractación\s*:|rétractation\s*:)",
    re.IGNORECASE,
)  # fmt: skip


def of_title(title: str) -> Standing | None:
    """Return the publication status by a publisher's mark before or after a title, or None.

    Words of the title itself don't count.
    """
    if _NOTICE.match(title) or _NOTICE_AT_END.search(title[-300:]) or _NOTICE_FOR.match(title):
        return "notice"
    match = _MARK.match(title) or _CAPITALS.match(title) or _AT_END.search(title) or _AFTER_DASH.search(title)
    if match is None or (match.re is _CAPITALS and title.isupper()):
        return None
    return _group(match)


def _group(match: re.Match[str]) -> Standing:
    groups = match.groupdict()
    if groups.get("retracted"):
        return "retracted"
    return "removed" if groups.get("removed") else "withdrawn"


_THING: Final = r"(?:paper|article|manuscript|submission|preprint|pre-print|e-?print|work|version|note|document|posting|entry|thesis|report|draft|file)"
_TAKEN: Final = r"(?P<how>withdrawn|retracted|removed|taken\s+down)"
_SENTENCES: Final = re.compile(r"(?<=[.;!?])\s+|\s*\n\s*|;\s*")
_ELSEWHERE: Final = re.compile(
    r"\b(?:earlier|previous|prior|old(?:er)?|initial|original|former|preliminary|another|conference|workshop|journal|companion|first|second|v\d+)\s+"
    rf"(?:\w+\s+)?{_THING}s?\b|\bfrom\s+(?!(?:the\s+)?arxiv)(?:(?:the|an?|its)\s+)?(?:[A-Z][A-Za-z]*[A-Z\d]|conference|journal|review|consideration|proceedings|workshop|submission|publication)",
)
_OF_THIS: Final = re.compile(
    rf"^\W*(?:arxiv\s+admin(?:istrator)?s?\s*(?:note)?\s*[:,-]\s*)?(?:(?:this|the|our|present|current)\s+)*(?:arxiv\s+)?(?:{_THING}|it)s?\s*(?:\([^)]{{0,60}}\)\s*)?"
    rf"(?:(?:has|have|had|is|was|are|were|be|been|being|to|now|hereby|temporarily|voluntarily|formally|officially|permanently)\s+)*{_TAKEN}\b",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(
    rf"^\W*(?:arxiv\s+admin\s*(?:note)?\s*[:,-]\s*)?(?:temporarily\s+|voluntarily\s+)?{_TAKEN}\b(?!\s+there)(?!\s+from\s+(?!(?:the\s+)?arxiv)\w)",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    rf"\b{_TAKEN}\s+(?:\w+\s+)?by\s+(?:its\s+|the\s+|all\s+|an?\s+)*(?:\w+\s+)?(?:authors?|submitters?|arxiv|administrators?|admins?|moderators?|owner)",
    re.IGNORECASE,
)
_DUE: Final = re.compile(
    rf"(?<!which\s)(?<!that\s)(?<!which\shas\s)(?<!that\shas\s)\b(?:has|have|is|was|been|being|are|were)\s+(?:\w+\s+)?{_TAKEN}\b\s*,?\s*(?:$|due|because|as\b|since|owing|pending|in\s+order|on\s+account|\.)",
    re.IGNORECASE,
)
_WE: Final = re.compile(
    rf"\b(?:authors?|submitters?|owners?|we|i)\s+(?:\w+\s+){{0,3}}?(?P<how>withdraws?|withdrew|withdrawn|withdrawing|retracts?|retracted|retracting)\s+(?:(?:this|the|our|it)\b|{_THING}|due|because)",
    re.IGNORECASE,
)


_ADMIN: Final = re.compile(
    rf"^\W*arxiv\s+admin\w*\s*(?:note)?\s*[:,-]\s*(?:\w+\s+)?{_TAKEN}\b", re.IGNORECASE
)
_AFTER_COMMA: Final = re.compile(
    rf"[,:]\s*(?:now\s+|therefore\s+|hence\s+)?(?:the\s+)?(?:{_THING}\s+)?(?:is\s+|has\s+been\s+)?(?P<how>withdrawn|retracted)\s*(?:$|[.!]|due|because|by\b|pending|for\s+(?:further|now)|as\b|since|at\s+the)",
    re.IGNORECASE,
)
_REQUEST: Final = re.compile(
    r"\b(?:authors?|submitters?|owners?)\s+(?:\w+\s+)?(?:requests?|requested|asks?\s+for|asked\s+for)\s+(?:an?\s+|the\s+|its\s+)?(?P<how>withdrawal|retraction)\b",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    r"\b(?:section|appendi|figure|table|claim|theorem|lemma|proposition|proof|remark|typo|reference|part|chapter|consent|statement|supplement)",
    re.IGNORECASE,
)


_OF_PART: Final = re.compile(rf"\s+(?:(?:the|our|its|an?|all|some|main)\s+)*{_PART.pattern}", re.IGNORECASE)


def of_comment(comment: str | None) -> Standing | None:
    """Return the publication status by an arXiv comment or administrators' note about this version, or None."""
    for sentence in _SENTENCES.split((comment or "")[:4000]):
        if _ELSEWHERE.search(sentence):
            continue
        match = (
            _OF_THIS.match(sentence)
            or _FIRST.match(sentence)
            or _BY.search(sentence)
            or _DUE.search(sentence)
            or _WE.search(sentence)
            or _ADMIN.match(sentence)
            or _AFTER_COMMA.search(sentence)
            or _REQUEST.search(sentence)
        )
        if match is None:
            continue
        how = match["how"].lower()
        clause = sentence[: match.start("how")].rpartition(",")[2]
        if _PART.search(clause) or _OF_PART.match(sentence, match.end("how")):
            continue
        if how.startswith("retract"):
            return "retracted"
        if not how.startswith(("removed", "taken")):
            return "withdrawn"
        if (
            _OF_THIS.match(sentence) or _BY.search(sentence) or _ADMIN.match(sentence)
        ):  # "removed typos" is about typos
            return "removed"
    return None


_TYPES: Final[tuple[tuple[re.Pattern[str], Standing], ...]] = (
    (
        re.compile(
            r"retraction of|retraction notice|retraction_notice|published erratum|^erratum$|^corrigendum$|^retraction$|^expression of concern$|withdrawal notice",
            re.IGNORECASE,
        ),
        "notice",
    ),
    (re.compile(r"retracted", re.IGNORECASE), "retracted"),
    (re.compile(r"withdrawn", re.IGNORECASE), "withdrawn"),
)


def of_types(types: Iterable[str]) -> Standing | None:
    """Return the publication status by publication types, as PubMed and OpenAlex use them, or None."""
    standings = (standing for one in types for pattern, standing in _TYPES if pattern.search(one))
    return gravest(standings)


def of_update(kind: str) -> Standing | None:
    """Return the publication status that a registrar's update ("retraction", "erratum", …) means, or None."""
    plain = kind.lower().replace("-", "_").replace(" ", "_")
    if plain in {"retraction", "is_retracted_by", "isretractedby"}:
        return "retracted"
    if plain in {"withdrawal", "withdrawn", "is_withdrawn_by", "iswithdrawnby"}:
        return "withdrawn"
    if plain in {"removal", "is_removed_by"}:
        return "removed"
    if plain in {"expression_of_concern", "concern"}:
        return "concern"
    if plain in {
        "correction",
        "corrigendum",
        "erratum",
        "partial_retraction",
        "addendum",
        "clarification",
        "is_corrected_by",
        "iscorrectedby",
    }:
        return "corrected"
    if plain in {
        "retracts",
        "withdraws",
        "corrects",
        "is_retraction_of",
        "is_correction_of",
        "is_erratum_of",
    }:
        return "notice"
    return None


def gravest(standings: Iterable[Standing | None]) -> Standing | None:
    """Return the most serious of several publication statuses, or None."""
    distinct = {standing for standing in standings if standing is not None}
    return next((standing for standing in _GRAVITY if standing in distinct), None)
