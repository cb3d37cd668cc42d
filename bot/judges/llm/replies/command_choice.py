"""Prompt and form with which a model chooses one of our commands for a sentence that no rule understands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.judges.llm.replies.answers import Form, UnusableAnswerError, object_schema, string_schema
from bot.judges.prompts import Prompt, fenced_prompt

NONE = "none"
MOST_WORDS = 80
_MOST_PAPERS = 2
_MOST_TITLE = 120

_SYSTEM = """\
You stand at the entrance of a bot that ranks research papers for a team. A person wrote a sentence that its rules don't \
understand. Pick the one command that answers it, or "none" where none does. You don't answer the sentence yourself.

The commands:
{commands}

{data_rule}

Answer with:
- command: one of the names above, or "none";
- papers: the numbers of the listed papers that the command is about, in the order meant, at most two; none where it is \
about no listed paper. Where the sentence only points ("it", "that one"), it is the paper under discussion, marked so;
- words: what else the command is given, as its usage says, at most 80 characters; empty for most."""


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper that a person's sentence may mean, as listed for the model.

    `is_discussed`: the conversation is already about it.
    """

    title: str
    is_discussed: bool = False


@dataclass(frozen=True, slots=True)
class CommandChoice:
    """The chosen command ("none": no command), the indices of papers in the list from 0, and further words."""

    command: str
    papers: tuple[int, ...]
    words: str


def command_prompt(
    sentence: str,
    turns: Sequence[str],
    papers: Sequence[ListedPaper],
    commands: Mapping[str, str],
    *,
    nonce: str,
) -> Prompt:
    """Build the prompt that lets a model choose a command for a person's sentence.

    `commands` gives usage and purpose by name; everything else is marked as data, so that it isn't read as
    instructions.
    """
    listed = "\n".join(f"- {name}: {use}" for name, use in commands.items())
    titles = "\n".join(
        f"{number}. {' '.join(paper.title.split())[:_MOST_TITLE]}{' (under discussion)' if paper.is_discussed else ''}"
        for number, paper in enumerate(papers, 1)
    )
    parts = {
        "papers": titles or "(none)",
        "what the person said before": "\n".join(turns) or "(nothing)",
        "sentence": sentence,
    }
    return fenced_prompt(
        _SYSTEM.replace("{commands}", listed), parts, "Which command answers the sentence?", nonce=nonce
    )


def command_form(names: Sequence[str], papers: int) -> Form[CommandChoice]:
    """Build the form for that choice: one of the command `names`, and positions of papers in a list of length `papers`.

    Any other answer is unusable.
    """

    def fill(fields: Mapping[str, object]) -> CommandChoice:
        command = str(fields["command"]).strip().lower()
        if command not in {*names, NONE}:
            raise UnusableAnswerError("command: it must be one of those listed, or none")
        numbers = fields.get("papers") or []
        if not isinstance(numbers, list) or any(
            isinstance(n, bool) or not isinstance(n, int) for n in numbers
        ):
            raise UnusableAnswerError("papers: they must be numbers of the list")
        places = tuple(n - 1 for n in numbers if 0 < n <= papers)
        words = " ".join(str(fields.get("words") or "").split())[:MOST_WORDS]
        return CommandChoice(command, places[:_MOST_PAPERS], words)

    schema = object_schema(
        {
            "command": {"type": "string", "enum": [*names, NONE]},
            "papers": {"type": "array", "items": {"type": "integer"}},
            "words": string_schema("Further words of the command, mostly empty."),
        }
    )
    return Form("command", schema, "command", fill)
