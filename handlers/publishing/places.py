"""File names of published pages; a paper's file keeps its name as long as the paper keeps its id."""

import re
from hashlib import sha256

_NOT_PLAIN = re.compile(r"[^a-z0-9.]+|\.{2,}")
_LONGEST = 80


def slug(paper: str) -> str:
    """Return a paper's canonical id as a file name; a hash is added if the id has characters that a file name lacks."""
    plain = _NOT_PLAIN.sub("-", paper.lower()).strip("-.")
    if plain == paper.lower().replace(":", "-", 1) and len(plain) <= _LONGEST:
        return plain
    return f"{plain[:_LONGEST].strip('-.')}-{sha256(paper.encode()).hexdigest()[:8]}"


def paper_file(paper: str) -> str:
    """Return the path of a paper's page, relative to the board's folder."""
    return f"papers/{slug(paper)}.html"


def paper_picture(paper: str) -> str:
    """Return the path of the picture that other sites show beside a link to a paper's page."""
    return f"papers/{slug(paper)}.png"
