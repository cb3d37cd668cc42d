"""What a judge is told, word for word."""

import re


def people_text(rationale: str, first_title: str, second_title: str) -> str:
    """The rationale with "Paper 1" and "Paper 2" (as shown) replaced by the papers' short titles."""
    titles = {"1": first_title, "2": second_title}
    return re.sub(r"\b[Pp]aper[\s\u00a0]([12])\b", lambda found: titles[found.group(1)], rationale)
