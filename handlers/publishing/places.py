"""Where published pages stand: names of files that last as long as a paper's id does."""

import re
from hashlib import sha256

_NOT_PLAIN = re.compile(r"[^a-z0-9.]+|\.{2,}")
_LONGEST = 80


def slug(paper: str) -> str:
    """Return a paper's canonical id as a file's name; a hash tells ids apart that look alike without their signs."""
    plain = _NOT_PLAIN.sub("-", paper.lower()).strip("-.")
    if plain == paper.lower().replace(":", "-", 1) and len(plain) <= _LONGEST:
        return plain
    return f"{plain[:_LONGEST].strip('-.')}-{sha256(paper.encode()).hexdigest()[:8]}"


def paper_file(paper: str) -> str:
    """Return the path of a paper's page from the board's folder."""
    return f"papers/{slug(paper)}.html"
