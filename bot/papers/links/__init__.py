"""Paper links in people's text, recognised without asking the network."""

from bot.papers.links.parsing import Reference, find, impossible_arxiv_ids, is_guess, link_of, parse

__all__ = ["Reference", "find", "impossible_arxiv_ids", "is_guess", "link_of", "parse"]
