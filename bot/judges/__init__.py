"""Judges: language models, and stand-ins for them, that assess papers and decide matches."""
