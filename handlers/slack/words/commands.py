"""Slash commands: each is declared once, beside its feature; help, suggestions and tables are derived from it."""

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from handlers.slack.words.paper_names import unquoted
from handlers.slack.words.plain_questions import PlainQuestion, find_question

Group = Literal["Look", "Understand", "Do"]
"""Headings of the help, in the order shown."""
GROUPS: tuple[Group, ...] = ("Look", "Understand", "Do")

BOARD = "board"
"""Command used when nothing is typed."""
PAPER = "paper"
"""Command used when the words name a paper instead of a command."""
VERSUS = "vs"
"""Command that the second slash command (`/h2h`) runs."""

FREE_TEXT = frozenset({"purpose", "rubric", "note", "ask", "help"})
"""Commands whose words are kept as they were typed."""
SAID_AFTER = re.compile(r"(?:(?:^|,?\s+)(?:please|pls|plz|thanks|thx))*[\s.!]*$", re.IGNORECASE)
"""Pattern of what people say after a command."""

HINTED = 3
"""How many commands Slack's usage hint names."""
ALIKE = 0.6
"""How similar a mistyped word must be to a command's name to be suggested, from 0 to 1 (`difflib`)."""

Run = Callable[[Any, str], Awaitable[None]]
"""Function that answers a command, given the `Call` and the words after the command's name (may be empty).

It may raise any `PaperboutError`: Slack has had its acknowledgement, and the boundary turns the error into a sentence. A
command that opens a modal does that first, before the call's trigger expires. (`Call` imports this module, so its type
can't be named here.)
"""


class Request(NamedTuple):
    """A command to run: its name or alias as typed, and the words after it."""

    command: str
    words: str


class Line(NamedTuple):
    """A line of the help: what to type after the slash command, and what it does."""

    words: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Declaration of a `/rank` command: its name, function, help and everything derived from these."""

    name: str
    """What people type, in lower case."""
    run: Run
    usage: str
    """What to type after the slash command, for example `history <paper>`."""
    help: str
    """What the command does, in one clause."""
    group: Group
    aliases: tuple[str, ...] = ()
    beside: str = ""
    """Name of the command in whose help line this one is mentioned; empty: it has its own line."""
    examples: tuple[Line, ...] = ()
    """More lines of the help."""
    takes_link: bool = False
    """Whether a link after the command is its argument; otherwise the link's paper is added to the league."""
    questions: tuple[PlainQuestion, ...] = ()
    """Questions in plain words that this command answers."""
    is_spoken: bool = False
    """Whether only plain sentences lead to the command, so that help and tables leave it out."""
    opens_window: bool = False
    """Whether the command without words opens a window, which needs a click or slash command; messages get a button."""
    details: Callable[[str], str] | None = None
    """Function that returns extra text for `help <name>`, given the slash command's name; None: no extra text."""

    @property
    def names(self) -> tuple[str, ...]:
        """Name and aliases of the command."""
        return (self.name, *self.aliases)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Lines of the help about this command."""
        return (Line(self.usage, self.help), *self.examples)


class Commands:
    """All commands by name and alias. Raises `ValueError` for a name used twice or an unknown `beside`."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._by_word: dict[str, Command] = {}
        for command in self._commands:
            for name in command.names:
                if name in self._by_word:
                    raise ValueError(f"two commands are called {name}")
                self._by_word[name] = command
        for command in self._commands:
            if command.beside and command.beside not in self._by_word:
                raise ValueError(f"{command.name} stands beside {command.beside}, which is no command")
        self._answering = {question: command for command in self._commands for question in command.questions}
        self.questions = tuple(sorted(self._answering, key=lambda question: question.is_broad))
        """Questions in the order tried: those that match nearly everything come last."""

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands)

    def __contains__(self, word: object) -> bool:
        return word in self._by_word

    def __getitem__(self, word: str) -> Command:
        return self._by_word[word]

    @property
    def names(self) -> tuple[str, ...]:
        """Names and aliases of all commands."""
        return tuple(self._by_word)

    def parse(self, text: str) -> Request:
        """Return the command with which the text begins; if none, the whole text names a paper.

        A text in quotes is always a title, so that a paper called "New …" can be asked for.
        """
        words = text.strip()
        if not words:
            return Request(BOARD, "")
        first, *rest = words.split(None, 1)
        name = first.lower().rstrip(":,;?!.") or first[0]
        if name in self:
            after = rest[0].strip() if rest else ""
            is_free = self[name].name in FREE_TEXT
            return Request(name, after if is_free else SAID_AFTER.sub("", after))
        return Request(PAPER, unquoted(words))

    @property
    def usage_hint(self) -> str:
        """Hint that Slack shows while somebody types the slash command."""
        usages = [command.usage for command in self._commands if command.group == "Look" and command.usage]
        return " · ".join([*usages[:HINTED], "help"])

    def nearest(self, word: str) -> str | None:
        """Return the name or alias most similar to a mistyped word, or None."""
        near = difflib.get_close_matches(word.lower(), sorted(self._by_word), n=1, cutoff=ALIKE)
        return near[0] if near else None

    def of_question(self, question: PlainQuestion) -> Command:
        """Return the command that answers a question in plain words."""
        return self._answering[question]

    def question(self, words: str) -> PlainQuestion | None:
        """Return the plain question that these words ask, or None."""
        return find_question(words, self.questions)

    def take_links(self, words: str) -> bool:
        """Return whether links in these words are arguments of a command or question, not papers to add."""
        name = self.parse(words).command
        if name in self and self[name].takes_link:
            return True
        question = self.question(words)
        return question is not None and question.needs_paper

    def beside(self, command: Command) -> tuple[Command, ...]:
        """Return the commands mentioned in this command's help line."""
        return tuple(other for other in self._commands if other.beside == command.name)
