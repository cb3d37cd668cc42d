"""Who or what closes a poll, besides a person."""

CLOSED_BY_DEADLINE = "deadline"
CLOSED_BY_ALL = "all"
CLOSED_AS_SETTLED = "settled"
CLOSED_AS_VOID = "void"
"""Its closing broke five times: it counts for nothing."""
