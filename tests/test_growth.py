"""No function over strangers' text takes longer than the text is long: from 10 to 80 KB each, and n² fails."""

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.exchange.references import citation
from bot.following import topics
from bot.judges import prompts
from bot.judges.injections import hidden_text, injection_flags
from bot.papers import links
from bot.papers.links import finding
from bot.papers.reading.reference_files import UnreadableFileError, read_file
from bot.papers.text import characters, display, gate, headings, latex, markup, mathml, scripts
from bot.questions import past_moments
from bot.schedules import cron, phrases, zones
from handlers.blocks import text
from handlers.features import COMMANDS
from handlers.slack.words import mentions, paper_names, plain_questions, terms
from handlers.slack.words.sentences import listing, understanding
from handlers.web import logs
from storage.errors import PaperboutError
from tests.growth import MOST, SIZES, growth, nested, repeated

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
PIECES: Final = (
    "a", " ", "\n", "1", ".", "-", "_", "*", "`", "~", "<", ">", "&", "|", "(", "[", "{", "\\", "$", '"',
    "'", ",", "\u201c", "\xe9", "a ", " \n", "\n ", "1.", "\\(", "$x", "*a", "_a ", "<@U1> ", "<#C1|x> ",
    "<a ", "&lt;", "&#", "[a](", "](", "](b)", "```", "https://", "http://a.b/", "doi:10.", "10.1/",
    "arXiv:", "xoxb-", "token: ", "bearer ", "://a:", "eyJa.", "ignore all ", "system: ", "paper 1 ",
    "better than ", " vs ", " and ", "what is ", "in the last 7 days ", "#12 ", "\u0301", "\u200b",
    "\uff21", "\U0001d400", "\U0001f469\u200d", "\ufdfa", "\u202ea\u202c", "e\u0301\u0323", "&amp;amp;", "<sub>",
    "\\frac{",
    "{\\bf ", "a/", "../", "*/5,", "every ", "1-", "@article{", "TY  - ", '{"a":', "A | B ", "</i>",
)  # fmt: skip
HOSTILE: Final = (
    *map(repeated, PIECES), nested("(", ")"), nested("[", "]"), nested("{", "}"), nested("<", ">"), nested("*", "*"),
)  # fmt: skip


def refusing(function: Callable[[str], object]) -> Callable[[str], object]:
    """The function, whose refusal of a text is an answer like others."""

    def read(words: str) -> object:
        with contextlib.suppress(PaperboutError, ValueError, UnreadableFileError):
            return function(words)
        return None

    return read


FUNCTIONS: Final[Mapping[str, Callable[[str], object]]] = {
    "injection_flags.find_flags": injection_flags.find_flags,
    "hidden_text.harmless": hidden_text.harmless,
    "prompts.readable": prompts.readable,
    "prompts.people_text": lambda words: prompts.people_text(words, "Attention", "BERT"),
    "characters.visible_text": characters.visible_text,
    "characters.single_spaced": characters.single_spaced,
    "characters.lines": characters.lines,
    "display.short_title": lambda words: display.short_title(words, 80),
    "headings.without_heading": headings.without_heading,
    "latex.latex_text": latex.latex_text,
    "markup.without_markup": markup.without_markup,
    "markup.decode_entities": markup.decode_entities,
    "mathml.mathml_text": mathml.mathml_text,
    "scripts.folded": scripts.folded,
    "links.impossible_arxiv_ids": links.impossible_arxiv_ids,
    "past_moments.parse_moment": lambda words: past_moments.parse_moment(words, "UTC", NOW),
    "past_moments.parse_since": lambda words: past_moments.parse_since(words, "UTC", NOW),
    "past_moments.parse_span": past_moments.parse_span,
    "text.from_markdown": text.from_markdown,
    "text.escape": text.escape,
    "text.shorten": lambda words: text.shorten(words, 300),
    "text.one_line": lambda words: text.one_line(words, 300),
    "text.clip": lambda words: text.clip(words, 3_000),
    "mentions.question_in": lambda words: mentions.question_in(f"<@UBOT> {words}", "UBOT", COMMANDS),
    "paper_names.two_papers": paper_names.two_papers,
    "paper_names.unquoted": paper_names.unquoted,
    "plain_questions.paper_named": plain_questions.paper_named,
    "terms.term_meant": terms.term_meant,
    "understanding.small_talk": understanding.small_talk,
    "understanding.is_typed": lambda words: understanding.is_typed(words, COMMANDS),
    "logs.masked": logs.masked,
    "links.find": finding.find,
    "links.parse": lambda words: links.parse(f"https://arxiv.org/{words}"),
    "gate.title_text": gate.title_text,
    "gate.name_text": gate.name_text,
    "phrases.parse_phrase": lambda words: phrases.parse_phrase(words, time_zone="UTC"),
    "cron.parse_cron": lambda words: cron.parse_cron(f"{words.replace(' ', '')} * * * *"),
    "zones.zones_like": zones.zones_like,
    "citation.split_name": citation.split_name,
    "topics.named_topic": topics.named_topic,
    "listing.list_asked": listing.list_asked,
    "references: bib": lambda words: read_file("a.bib", f"@article{{a, title={{{words}}}}}".encode()),
    "references: ris": lambda words: read_file("a.ris", f"TY  - JOUR\nTI  - {words}\nER  - \n".encode()),
    "references: json": lambda words: read_file("a.json", words.encode()),
}


QUICK_S: Final = 0.05
"""What reads 80 KB in less needs no second look."""


def grows(function: Callable[[str], object], make: Callable[[int], str]) -> bool:
    """Whether 80 KB take far more than eight times as long as 10 KB."""
    large = make(SIZES[1])
    began = time.process_time()
    function(large)
    return time.process_time() - began > QUICK_S and growth(function, make) > MOST


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_over_strangers_text_grows_faster_than_it(name: str) -> None:
    function = refusing(FUNCTIONS[name])
    assert [make(40) for make in HOSTILE if grows(function, make)] == []
