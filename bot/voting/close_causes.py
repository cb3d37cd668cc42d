"""Names for what closed a poll, if it wasn't a person."""

CLOSED_BY_DEADLINE = "deadline"
CLOSED_BY_ALL = "all"
CLOSED_AS_SETTLED = "settled"
CLOSED_AS_VOID = "void"
"""Closing the poll failed five times: it counts for nothing."""
CLOSED_AS_LEFT = "left"
"""A paper of the match left the league, or both became one paper: the vote has no result."""
