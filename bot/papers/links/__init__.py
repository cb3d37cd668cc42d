"""Finds paper links in people's text, without network access."""

from bot.papers.links.finding import find, impossible_arxiv_ids
from bot.papers.links.messages import of_message, text_of
from bot.papers.links.parsing import Reference, is_guess, link_of, parse

__all__ = [
    "Reference",
    "find",
    "impossible_arxiv_ids",
    "is_guess",
    "link_of",
    "of_message",
    "parse",
    "text_of",
]
