"""Commands: each is declared once, beside its feature; help, suggestions, aliases and tables are derived."""

import difflib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from handlers.slack.words.paper_names import unquoted
from handlers.slack.words.plain_questions import PlainQuestion, find_question

Group = Literal["Look", "Understand", "Do"]
"""The headings of the help, in its order."""
GROUPS: tuple[Group, ...] = ("Look", "Understand", "Do")

BOARD = "board"
"""The command when there are no words."""
PAPER = "paper"
"""The command when the words name a paper rather than a command."""
VERSUS = "vs"
"""What the second slash command stands for."""

HINTED = 3
"""How many commands Slack's hint names."""
ALIKE = 0.6
"""How alike a mistyped word must be to a command's name, from 0 to 1 (`difflib`)."""

Run = Callable[[Any, str], Awaitable[None]]
"""Answers a `Call` with the words that follow the command's name, stripped, perhaps empty.

It may raise any `PaperboutError`: the boundary has acked already and turns the error into a sentence. A command that
opens a modal does that first, while the call's trigger lives. (`Call` holds the commands, so its type can't stand here.)
"""


class Request(NamedTuple):
    """A command's name or alias, and the words that follow it, stripped."""

    command: str
    words: str


class Line(NamedTuple):
    """A line of the help: what is typed after the slash command, and what it does."""

    words: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word after `/rank`, and all that is said of it anywhere."""

    name: str
    """Lower case; what people type."""
    run: Run
    usage: str
    """All that is typed after the slash command, for example `history <paper>`."""
    help: str
    """What it does, in one clause."""
    group: Group
    aliases: tuple[str, ...] = ()
    beside: str = ""
    """The command in whose line of the help this one is named; empty: it has a line of its own."""
    examples: tuple[Line, ...] = ()
    """Further lines of the help."""
    takes_link: bool = False
    """A link after it is its argument; after any other command in a mention the link's paper is taken in."""
    questions: tuple[PlainQuestion, ...] = ()
    """Questions in plain words that this command answers."""
    is_spoken: bool = False
    """Only sentences lead to it: the help and the tables leave it out."""
    opens_window: bool = False
    """Without words it opens a window, which only a click or a typed command may; a message gets a button."""
    details: Callable[[str], str] | None = None
    """What `help <name>` adds, given the slash command's name."""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines of the help."""
        return (Line(self.usage, self.help), *self.examples)


class Commands:
    """Every command by name and alias; raises `ValueError` where two have one name or `beside` names none."""

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
        """In the order in which they are tried: what fits nearly everything last."""

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands)

    def __contains__(self, word: object) -> bool:
        return word in self._by_word

    def __getitem__(self, word: str) -> Command:
        return self._by_word[word]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name and alias."""
        return tuple(self._by_word)

    def parse(self, text: str) -> Request:
        """Which command the text begins with; otherwise the whole text names a paper.

        A text between quotes is always a title, so that a paper called "New …" can be asked for.
        """
        words = text.strip()
        if not words:
            return Request(BOARD, "")
        first, *rest = words.split(None, 1)
        name = first.lower().rstrip(":,;")
        if name in self:
            return Request(name, rest[0].strip() if rest else "")
        return Request(PAPER, unquoted(words))

    @property
    def usage_hint(self) -> str:
        """What Slack shows beside the slash command while somebody types it."""
        usages = [command.usage for command in self._commands if command.group == "Look" and command.usage]
        return " · ".join([*usages[:HINTED], "help"])

    def nearest(self, word: str) -> str | None:
        """The name or alias that a mistyped word probably means."""
        near = difflib.get_close_matches(word.lower(), sorted(self._by_word), n=1, cutoff=ALIKE)
        return near[0] if near else None

    def of_question(self, question: PlainQuestion) -> Command:
        """The command that answers a question in plain words."""
        return self._answering[question]

    def question(self, words: str) -> PlainQuestion | None:
        """The question in plain words that these words ask, if any."""
        return find_question(words, self.questions)

    def take_links(self, words: str) -> bool:
        """Whether links in these words are arguments of a command or a question, not papers handed over."""
        name = self.parse(words).command
        if name in self and self[name].takes_link:
            return True
        question = self.question(words)
        return question is not None and question.needs_paper

    def beside(self, command: Command) -> tuple[Command, ...]:
        """The commands named in this one's line of the help."""
        return tuple(other for other in self._commands if other.beside == command.name)
