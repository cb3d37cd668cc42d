"""Repairs text that somebody decoded with the wrong charset ("cafÃ©" for "café")."""

import functools
import importlib
import re
from types import ModuleType
from typing import Final

_PAIR: Final = re.compile(r"[^\x00-\x7f]{2}|[ÂÃ] ")
"""Pattern of what wrongly decoded text always contains; most text has no such pair."""
_ANGSTROMS: Final = re.compile(r"Å[²³±]")
"""Units of area and volume in crystallography, which look like a wrongly decoded letter."""


def well_decoded(text: str) -> str:
    """Return the text with wrongly decoded passages repaired; text in which nothing is clearly wrong stays as it is."""
    if _PAIR.search(text) is None or _ANGSTROMS.search(text) is not None:
        return text
    return str(repairer().fix_encoding(text))


@functools.cache
def repairer() -> ModuleType:
    """Load the library at its first use, since most text needs no repair and it takes a tenth of a second."""
    return importlib.import_module("ftfy")
