"""Writes superscripts and subscripts in Unicode, else with "^", "_" and brackets."""

import re
import unicodedata
from typing import Final

_BELOW: Final = dict(
    zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)
_ABOVE: Final = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
_MINUS: Final = str.maketrans("−–‒", "---")
_AS_IS: Final = re.compile(r"[*∗†‡′″°ªº™®⋆★⁰¹²³⁴-ⁿ]+|st|nd|rd|th|TM")
"""Pattern of text that needs no change as a superscript: raised characters, and ends of ordinals ("1st")."""
_DECIMAL: Final = re.compile(r"[0-9]+\.[0-9]+")
_SCRIPTS: Final = frozenset([*_BELOW.values(), *_ABOVE.values()])
_SOLE: Final = re.compile(r"[^\W_]+", re.UNICODE)


def superscript(content: str) -> str:
    """Return text as a superscript: "2" → "²", "*" → "*", "1/3" → "^(1/3)"."""
    plain = content.strip()
    if _AS_IS.fullmatch(plain):
        return plain.replace("∗", "*")
    if plain in "∘◦○˚" and plain:
        return "°"
    if plain[:1] in "*∗†′" and len(plain) > 1:
        return plain[0].replace("∗", "*") + superscript(plain[1:])
    return _script(plain, _ABOVE, "^")


def subscript(content: str) -> str:
    """Return text as a subscript: "2" → "₂", "2.5" → "₂.₅", "b" → "_b", "NN" → "_NN", "i,j" → "_(i,j)"."""
    plain = content.strip()
    if _DECIMAL.fullmatch(plain):
        return ".".join(_script(part, _BELOW, "_") for part in plain.split("."))
    return _script(plain, _BELOW, "_")


def _script(plain: str, letters: dict[str, str], mark: str) -> str:
    dashes = plain.translate(_MINUS)
    if all(char in letters for char in dashes):
        return "".join(letters[char] for char in dashes)
    if (
        len(plain) == 1
        or (_SOLE.fullmatch(plain) and not _SCRIPTS & set(plain))
        or re.fullmatch(r"\([^()]*\)", plain)
    ):
        return mark + plain
    return f"{mark}({plain})"


def folded(text: str) -> str:
    """Simplify a text for searching: compatibility forms ("H₂O" → "h2o", "10⁵" → "105"), case and accents removed."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))
