"""The sections of a digest, and how long its lists are."""

LINES_IN_DIGEST = 3
"""Lines of each list in the digest, so that it is read in 20 seconds on a phone; its thread holds …"""
LINES_IN_THREAD = 20
"""… so many."""
SECTIONS = ("new", "leaders", "movers", "upsets", "overrides", "votes", "costs")
"""What a digest may hold; a channel leaves out what it doesn't want."""
