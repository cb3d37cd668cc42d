"""Cleaning of text from outside, and short titles and names for cards."""

from bot.papers.text.display import category_name, short_authors, short_title, summary_line
from bot.papers.text.gate import (
    abstract_text,
    latex_title_text,
    name_text,
    name_texts,
    person_text,
    rationale_text,
    title_text,
)
from bot.papers.text.scripts import folded

__all__ = [
    "abstract_text",
    "category_name",
    "folded",
    "latex_title_text",
    "name_text",
    "name_texts",
    "person_text",
    "rationale_text",
    "short_authors",
    "short_title",
    "summary_line",
    "title_text",
]
