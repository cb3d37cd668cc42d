"""Views of the help, and of words that are neither a paper nor a command."""

from handlers.blocks import ids
from handlers.blocks.builders import Message, actions, button, context, escape, message, section
from handlers.slack.words.commands import GROUPS, PAPER, Command, Commands, Group
from handlers.slack.words.plain_questions import PlainQuestion

FIRST = (
    "Why did it lose?",
    "Where is my paper?",
    "What changed since yesterday?",
    "What plays next?",
    "How do I add or remove a paper?",
    "How do I stop it?",
)
"""Questions that the short help lists."""
ALL_COMMANDS, COMMANDS_WORD = "All commands", "commands"
HOW_PAPERS_ARE_NAMED = "A paper is its link, #place, or words of its title."


def help_message(commands: Commands, rank: str, here: str) -> Message:
    """Return the short help: what this place is about, the most frequent questions, and a button for all commands."""
    lines = [_plain(commands, rank, question) for question in commands.questions if question.text in FIRST]
    blocks = [
        section(f"{here}\n*Questions people ask*\n" + "\n".join(lines)),
        context("Plain words work, too. Answers are seen by you alone until you share them."),
        actions(button(ALL_COMMANDS, *ids.ALL_COMMANDS.carry(ids.Nothing()))),
    ]
    return message(f"{rank}: the league's board; {rank} help {COMMANDS_WORD} lists all commands.", blocks)


def all_commands(commands: Commands, rank: str, h2h: str) -> Message:
    """Return all questions that are understood and all commands, by the names they have here."""
    plain_questions = "\n".join(_plain(commands, rank, question) for question in commands.questions)
    blocks = [section(f"*Questions people ask*\n{plain_questions}")]
    blocks += [section(_group(commands, rank, group)) for group in GROUPS]
    short = context(f"`{h2h} A | B` is short for `{rank} vs A | B`. {HOW_PAPERS_ARE_NAMED}")
    return message(f"All commands of {rank}.", [*blocks, short])


def command_help(command: Command, commands: Commands, rank: str) -> str:
    """Return the help on one command and on those belonging to it."""
    lines = [
        f"`{_typed(rank, words)}`  {meaning}"
        for entry in (command, *commands.beside(command))
        for words, meaning in entry.lines
    ]
    if command.aliases:
        lines.append("Also: " + ", ".join(f"`{rank} {alias}`" for alias in command.aliases))
    if command.details is not None:
        lines.append(command.details(rank))
    return "\n".join(lines)


def _group(commands: Commands, rank: str, group: Group) -> str:
    lines = [f"*{group}*"]
    for command in commands:
        if command.group != group or command.beside or command.is_spoken:
            continue
        also = ", ".join(f"`{other.name}`" for other in commands.beside(command))
        first, *examples = command.lines
        lines.append(f"`{_typed(rank, first.words)}`  {first.help}" + (f"; also {also}" if also else ""))
        lines += [f"`{_typed(rank, words)}`  {meaning}" for words, meaning in examples]
    return "\n".join(lines)


def _typed(rank: str, words: str) -> str:
    return f"{rank} {words}".rstrip()


def _plain(commands: Commands, rank: str, question: PlainQuestion) -> str:
    if question.commands:
        ways = " or ".join(f"`{rank} {words}`" for words in question.commands)
        return f"{question.text}  {ways}"
    return f"{question.text}  `{_answering(commands, rank, question)}{' <paper>' if question.needs_paper else ''}`"


def _answering(commands: Commands, rank: str, question: PlainQuestion) -> str:
    """Return the command that answers a question, as people type it."""
    name = commands.of_question(question).name
    return _typed(rank, f"{'' if name == PAPER else name} {question.words}".strip())


def needs_paper(question: PlainQuestion, commands: Commands, rank: str) -> str:
    """Return the request to name the paper that a question is about, as plain text."""
    words = _answering(commands, rank, question)
    return f"Which paper? `{words} <paper>` shows {question.answer}. {HOW_PAPERS_ARE_NAMED}"


def not_found(sentence: str, rank: str, nearest: str | None) -> str:
    """Return the message for words that are neither a paper nor a command, with the nearest command if any."""
    hint = f" Did you mean `{rank} {nearest}`?" if nearest else f" `{rank} help` lists what I can answer."
    return escape(sentence) + hint


def at_home(league: str) -> str:
    """Return the help's sentence for a league's own channel."""
    return f"Answering for *{escape(league)}*. Paste a link here to add a paper."


def elsewhere(league: str, channel: str) -> str:
    """Return the help's sentence for another place that answers about one league."""
    return f"Answering for *{escape(league)}*, the league of <#{channel}>."
