"""A league's log: each change with its author, and the papers and messages it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.database.engine import Transaction
from storage.entries import entry_rows, merges
from storage.leagues import league_rows
from storage.questions import match_history
from storage.tables import AuditLine

LOG_PAGE = 15


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log; `papers` are (title, URL) of its paper, or of the two of a match or merge.

    `key` names the message that shows the subject. For a tournament, `start` is its beginning and `matches` the most it
    may play.
    """

    user: str
    action: str
    detail: Mapping[str, Any]
    at: datetime
    papers: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    start: datetime | None = None
    matches: int = 0


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, newest first; `more`: older lines follow."""

    name: str
    channel: str
    lines: tuple[LogLine, ...]
    offset: int
    more: bool


async def log(session: Transaction, league: int, *, offset: int = 0) -> LogPage:
    """Return a page of a league's log."""
    offset = max(0, offset)
    lines = await league_rows.log(session, league, LOG_PAGE + 1, offset)
    rows = lines[:LOG_PAGE]
    pairs = await match_history.entries_of_matches(session, _ids(rows, "match"))
    entries = [*_ids(rows, "entry"), *(entry for pair in pairs.values() for entry in pair)]
    titles = await entry_rows.titles(session, entries)
    merge_titles = await merges.titles(session, _ids(rows, "merge"))
    starts = await match_history.tournament_starts(session, _ids(rows, "id"))

    def line(row: AuditLine) -> LogLine:
        detail = row.detail
        about = [detail["entry"]] if "entry" in detail else pairs.get(detail.get("match", 0), ())
        papers = [titles[entry] for entry in about if entry in titles]
        since, matches = starts.get(detail.get("id", 0), (None, 0))
        return LogLine(
            row.user,
            row.action,
            detail,
            row.at,
            tuple(papers) or merge_titles.get(detail.get("merge", 0), ()),
            _key(detail),
            since,
            matches,
        )

    row = await league_rows.get(session, league)
    return LogPage(row.name, row.channel, tuple(map(line, rows)), offset, len(lines) > LOG_PAGE)


def _ids(rows: Sequence[AuditLine], name: str) -> list[int]:
    return [row.detail[name] for row in rows if name in row.detail]


def _key(detail: Mapping[str, Any]) -> str | None:
    """Return the key of the message that shows a line's subject, or None."""
    for name, kind in (("override", "revert"), ("poll", "poll"), ("match", "match"), ("id", "tournament")):
        if name in detail:
            return f"{kind}:{detail[name]}"
    return None
