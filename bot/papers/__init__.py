"""Turns links into canonical papers without network access, and then fetches their metadata."""
