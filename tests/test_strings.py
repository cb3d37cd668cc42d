"""What people read stands in the views, in tables made for it, and in the sentences of errors: nowhere else."""

import pytest

from tests.strings import VIEWS, Found, everything, names_in_errors, nodes_of, template, texts

TABLES = {
    "handlers/asked.py": "questions as people ask them, beside what they are known by",
    "handlers/manifest.py": "what Slack shows of the app",
    "handlers/registry.py": "each scope with its reason",
    "handlers/slack_app.py": "what its operator reads",
}
"""The only listeners' modules that hold texts."""

AGREED = {
    "what its operator reads, never Slack": (
        "bot/cli.py", "bot/doctor.py", "bot/keys.py", "bot/measuring.py", "bot/metrics.py", "bot/settings.py",
        "bot/trying.py", "bot/watching.py",
    ),
    "what models read": ("bot/judging/prompts.py", "bot/judging/clients.py", "bot/judging/injection.py"),
    "what other programs read or say": (
        "bot/papers/categories.py", "bot/papers/link_rules.py", "bot/papers/fetching.py",
        "bot/papers/sources/arxiv.py", "bot/papers/sources/biorxiv.py", "bot/papers/sources/europepmc.py",
        "storage/database.py", "bot/logs.py",
    ),
    "a part of an error's sentence, made beside it": (
        "bot/cron.py", "bot/phrases.py", "bot/rights.py",
        "bot/judging/meanings.py", "bot/judging/models.py", "bot/papers/pdf.py", "bot/papers/sources/openreview.py",
        "bot/questions/boards.py", "bot/questions/finding.py",
    ),
    "why something is as it is: kept in its row, shown with it": (
        "bot/assessing.py", "bot/identities.py", "bot/intake.py", "bot/jobs.py", "bot/matches.py", "bot/merging.py",
        "bot/rounds.py", "bot/scheduled.py", "bot/texts.py", "bot/judging/offline.py", "bot/judging/recorded.py",
        "bot/judging/statistics.py", "bot/papers/fulltext.py", "storage/forgetting.py", "bot/loading.py",
        "storage/messages.py", "storage/schedules.py", "storage/upkeep.py", "storage/work.py",
    ),
}  # fmt: skip
"""Where below the handlers a text may stand though it is no error's own."""


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return everything()


def outside(found: list[Found], *rooms: str) -> dict[str, list[str]]:
    """The texts of these rooms that stand neither in a view nor in an error, by file."""
    held: dict[str, list[str]] = {}
    for one in found:
        if one.file.startswith(rooms) and not one.file.startswith(VIEWS) and not one.of_error:
            held.setdefault(one.file, []).append(f"{one.line}: {one.text[:80]}")
    return held


def test_no_listener_holds_what_a_person_reads(found: list[Found]) -> None:
    held = outside(found, "handlers/")
    assert {file: lines for file, lines in held.items() if file not in TABLES} == {}, f"move them to {VIEWS}"
    assert set(TABLES) == set(held), "a table that holds nothing any more leaves the list"


def test_below_the_handlers_texts_stand_in_errors_or_where_it_is_agreed(found: list[Found]) -> None:
    held = outside(found, "bot/", "storage/")
    agreed = {file for files in AGREED.values() for file in files}
    assert {file: lines for file, lines in held.items() if file not in agreed} == {}
    assert agreed == set(held), "what holds nothing any more leaves the list"


def test_the_list_for_translators_holds_views_errors_and_reasons_with_their_places(
    found: list[Found],
) -> None:
    told = template(found)
    for text in (
        "Only {who} may {what}.",
        "Set up the league",
        "No vote waits for you. {how_to_challenge(command)}",
        "the deadline was reached",
        "That league isn't here any more.",
        "to answer when someone mentions the bot",
    ):
        assert f'msgid "{text}"' in told
    assert "#: handlers/blocks/shortcuts.py:" in told
    assert told.count('msgid "That league isn\'t here any more."') == 1


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('async def f(call):\n    await call.answer("The match is played.")', True),
        ('async def f(call):\n    await call.answer(f"Tournament {call.number} begins.")', True),
        ('LABEL = "Set up"', True),
        ('"""What a module is."""\nX = "vote.cast"', False),
        ('def f():\n    """What it does."""\n    log.info("no verdict came", judge="openai gpt")', False),
        ('def f():\n    raise BadRequestError("Name a paper first.")', False),
        ('GONE = "That is gone now."\ndef f():\n    raise NotFoundError(GONE)', False),
        ('def f(text):\n    assert text, "no text here"\n    return re.compile("a few words")', False),
    ],
)
def test_a_text_is_told_from_names_logs_patterns_and_errors(source: str, *, is_found: bool) -> None:
    nodes = nodes_of(source)
    held = [
        one.text for one in texts(nodes, "x.py", names_in_errors(nodes)) if one.is_phrase and not one.of_error
    ]
    assert bool(held) is is_found, held


def test_every_room_is_looked_through(found: list[Found]) -> None:
    looked = {one.file.rpartition("/")[0] for one in found}
    assert {"handlers", "handlers/blocks", "bot", "bot/questions", "bot/judging", "storage"} <= looked
