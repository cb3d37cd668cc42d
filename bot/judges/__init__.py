"""Judges, which assess papers and decide matches: language models and replacements for them."""
