"""The tables of `docs/` that are made from the code; `python -m tests.docs` writes them, a test compares them."""

from collections.abc import Iterator
from pathlib import Path

from bot.leagues.settings import league_settings_table
from bot.settings import settings_table
from handlers.features import COMMANDS
from handlers.slack.words.commands import GROUPS, Command

DOCS = Path(__file__).parents[1] / "docs"
HEADINGS = {"Look": "Look at the ranking", "Understand": "Understand it", "Do": "Do something"}


def commands_page() -> str:
    """Every command with its usage, what it does, and its other names."""
    return (
        "# Commands\n\n"
        "Type these after `/rank`, write them to the bot in a direct message, or mention the bot with them. "
        "`/rank help history` explains one of them. `/h2h A | B` is short for `/rank vs A | B`.\n"
        "A paper is named by its link, its place (`#3`), or words of its title. "
        "Only you see an answer, until you press *Share to channel*.\n\n"
        + "\n\n".join(
            f"## {HEADINGS[group]}\n\n| `/rank …` | what it does | other names |\n| --- | --- | --- |\n"
            + "\n".join(
                row
                for command in COMMANDS
                if command.group == group and not command.is_spoken
                for row in _rows(command)
            )
            for group in GROUPS
        )
        + "\n\n## Ask in plain words\n\n| question | answered by |\n| --- | --- |\n"
        + "\n".join(
            f"| {question.text} | `{COMMANDS.of_question(question).name}` |"
            for question in COMMANDS.questions
        )
        + "\n\n*Made from the commands' declarations by `python -m tests.docs`.*\n"
    )


def _rows(command: Command) -> Iterator[str]:
    aliases = ", ".join(f"`{alias}`" for alias in command.aliases)
    for place, (words, what) in enumerate(command.lines):
        typed = f"`{words}`".replace("|", "\\|") if words else "(nothing)"
        yield f"| {typed} | {what} | {aliases if place == 0 else ''} |"


def settings_page() -> str:
    """Every setting of a league and of an installation."""
    return (
        "# Settings\n\n"
        "## Of a league\n\n"
        "Owners and workspace admins change them with `/rank settings`, or with the Settings button. The same window has "
        "the league's purpose, its own rubric for assessments (`/rank rubric` where it is longer than 3,000 characters) "
        "and its schedule.\n\n"
        f"{league_settings_table()}\n\n"
        "## Of an installation\n\n"
        "They are read from the environment and from a file `.env` in the folder the bot runs in. "
        "`paperbout settings` prints this table; `paperbout doctor` tries the values.\n\n"
        f"{settings_table()}\n\n*Made from the declarations in `bot/` by `python -m tests.docs`.*\n"
    )


def pages() -> dict[Path, str]:
    """The generated pages."""
    return {DOCS / "commands.md": commands_page(), DOCS / "settings.md": settings_page()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
        print(f"Wrote {path.relative_to(DOCS.parent)}.")
