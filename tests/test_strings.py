"""What people read stands in the views, in tables made for it, and in the sentences of errors: nowhere else."""

import pytest

from tests.strings import (
    BROKEN_MEASURE,
    Found,
    everything,
    is_view,
    names_in_errors,
    nodes_of,
    template,
    texts,
)

TABLES = {
    "handlers/slack/words/plain_questions.py": "words that stand around a paper's name",
    "handlers/slack/words/sentences/phrasebook.py": "what people say, never shown",
    "handlers/slack/words/sentences/phrase_meanings.py": "words that people say, never shown",
    "handlers/slack/words/sentences/guesses.py": "labels of examples, never shown",
    "handlers/slack/words/sentences/league_phrases.py": "what people say, never shown",
    "handlers/slack/words/sentences/sentence_shapes.py": "what people say, never shown",
    "handlers/slack/words/sentences/topic_phrases.py": "what people say, never shown",
    "handlers/slack/words/sentences/listing.py": "what people say, never shown",
    "handlers/slack/words/sentences/prepared_sentences.py": "what people say, never shown",
    "handlers/slack/words/sentences/understanding.py": "words that people say, never shown",
    "handlers/publishing/html.py": "attributes of HTML",
    "handlers/slack/windows/times.py": "labels of the inputs of times, which all windows share",
    "handlers/slack/words/sentences/clauses.py": "patterns of what people say, never shown",
    "handlers/slack/words/model_choice.py": "names of commands, never shown",
    "handlers/slack/words/terms.py": "words of the ranking, each with its sentence",
    "handlers/slack/workspaces/manifest.py": "what Slack shows of the app",
    "handlers/slack/workspaces/scopes_and_events.py": "each scope with its reason",
    "handlers/slack/bolt_app.py": "what its operator reads",
    "handlers/cli/main.py": "what its operator reads, never Slack",
    "handlers/cli/demo.py": "what its operator reads, never Slack",
    "handlers/cli/setup.py": "what its operator reads, never Slack",
    "handlers/cli/server.py": "what its operator reads, never Slack",
    "handlers/cli/leagues.py": "what its operator reads, never Slack",
    "handlers/cli/judges/judge_commands.py": "what its operator reads, never Slack",
    "handlers/cli/key_commands.py": "what its operator reads, never Slack",
    "handlers/cli/upkeep.py": "what its operator reads, never Slack",
    "handlers/cli/doctor.py": "what its operator reads, never Slack",
    "handlers/cli/slack_proof/checks.py": "what its operator reads, never Slack",
    "handlers/cli/slack_proof/samples.py": "what its operator reads, never Slack",
    "handlers/cli/slack_proof/values.py": "samples that Slack checks and nobody reads",
    "handlers/cli/keys.py": "what its operator reads, never Slack",
    "handlers/cli/judges/judge_report.py": "what its operator reads, never Slack",
    "handlers/cli/judges/try_judges.py": "what its operator reads, never Slack",
    "handlers/cli/judges/exam_judges.py": "what its operator reads, never Slack",
    "handlers/web/health_and_metrics.py": "what its operator reads, never Slack",
    "handlers/web/logs.py": "what its operator reads, never Slack",
    "handlers/web/loop_watch.py": "what its operator reads, never Slack",
    "handlers/cli/isolation.py": "why a row ended, kept with it",
    "handlers/web/entrance.py": "what a program that is not Slack reads",
    "handlers/outlets/site_serving.py": "headers that browsers read",
    "handlers/outlets/api.py": "headers that programs read",
    "handlers/web/loopback_server.py": "what its operator reads, never Slack",
}
"""The only listeners' modules that hold texts."""

AGREED = {
    "what a setting says of itself, declared once": ("bot/leagues/settings.py",),
    "what its operator reads, never Slack": (
        "bot/work/metrics.py",
        "bot/settings/provider_keys.py",
        "bot/settings/variables.py",
    ),
    "words that people and papers say, never shown": (
        "bot/questions/search/paper_mentions.py",
        "bot/questions/search/similar_papers.py",
    ),
    "what models read": (
        "bot/judges/prompts.py",
        "bot/judges/injections/injection_patterns.py",
        "bot/judges/llm/replies/answers.py",
        "bot/judges/llm/replies/command_choice.py",
        "bot/judges/llm/replies/paper_answer.py",
        "bot/judges/llm/replies/preprint_choice.py",
        "bot/judges/llm/provider.py",
    ),
    "what other programs read or say": (
        "bot/exchange/references/citation.py",
        "bot/papers/reading/reference_files.py",
        "bot/papers/categories.py",
        "bot/papers/links/rules.py",
        "bot/papers/reading/html_reading.py",
        "bot/papers/text/headings.py",
        "bot/papers/text/latex.py",
        "bot/papers/text/markup.py",
        "bot/papers/fetching/fetcher.py",
        "bot/papers/sources/arxiv.py",
        "bot/papers/sources/biorxiv.py",
        "bot/papers/sources/europepmc.py",
        "bot/papers/sources/feeds/feed_names.py",
        "bot/papers/sources/paper_lists.py",
        "storage/database/backup.py",
        "storage/database/connections.py",
        "storage/database/engine.py",
        "storage/standings/rating_rows.py",
    ),
    "a part of an error's sentence, made beside it": (
        "bot/schedules/cron.py",
        "bot/schedules/phrases.py",
        "bot/schedules/zones.py",
        "bot/tournaments/tournament_words.py",
        "bot/leagues/rights.py",
        "bot/judges/llm/model_client.py",
        "bot/judges/llm/providers/__init__.py",
        "bot/judges/llm/model_judge.py",
        "bot/judges/llm/batches/batch_wire.py",
        "bot/judges/llm/batches/model_batches.py",
        "bot/papers/reading/pdf.py",
        "bot/papers/sources/datacite.py",
        "bot/papers/sources/openreview.py",
        "bot/questions/leaderboards.py",
        "bot/questions/search/entry_search.py",
    ),
    "why something is as it is: kept in its row, shown with it": (
        "bot/assessments/assessing.py",
        "bot/entries/same_paper.py",
        "bot/assessments/planning.py",
        "bot/work/jobs.py",
        "bot/matches/judge_exams.py",
        "bot/matches/judging.py",
        "bot/matches/batch_results.py",
        "bot/matches/match_batches.py",
        "bot/matches/unanswered_calls.py",
        "bot/entries/merging.py",
        "bot/tournaments/rounds.py",
        "bot/spending/judge_pauses.py",
        "bot/tournaments/stopping.py",
        "bot/tournaments/scheduled_tournaments.py",
        "bot/assessments/full_texts.py",
        "bot/judges/injections/injection_flags.py",
        "bot/judges/offline_judge.py",
        "bot/judges/recorded_judge.py",
        "bot/judges/rubric_judge.py",
        "bot/judges/order_statistics.py",
        "bot/papers/reading/fulltext.py",
        "bot/papers/records.py",
        "storage/workspaces/forget_person.py",
        "bot/exchange/outlets/webhook_sending.py",
        "bot/exchange/row_checks.py",
        "bot/exchange/verdict_import.py",
        "storage/work/delivery.py",
        "storage/work/outbox.py",
        "storage/tournaments/schedules.py",
        "storage/leagues/failed_work.py",
        "storage/work/leases.py",
    ),
}
"""Where below the handlers a text may stand though it is no error's own."""


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return everything()


def outside(found: list[Found], *rooms: str) -> dict[str, list[str]]:
    """The texts of these rooms that stand neither in a view nor in an error, by file."""
    held: dict[str, list[str]] = {}
    for one in found:
        if one.file.startswith(rooms) and not is_view(one.file) and not one.of_error:
            held.setdefault(one.file, []).append(f"{one.line}: {one.text[:80]}")
    return held


def test_no_listener_holds_what_a_person_reads(found: list[Found]) -> None:
    held = outside(found, "handlers/")
    assert {file: lines for file, lines in held.items() if file not in TABLES} == {}, "move them to a view"
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
        "Only {who} can {wish}.",
        "Set up the league",
        "No vote waits for you. {how_to_challenge(command)}",
        "the deadline was reached",
        "That league isn't here any more.",
        "to answer when someone mentions the bot",
    ):
        assert f'msgid "{text}"' in told
    assert "#: handlers/voting/waiting_votes_view.py:" in told
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
    assert {"handlers", "handlers/blocks", "bot", "bot/questions", "bot/judges", "storage"} <= looked


def test_no_line_ends_between_a_number_and_its_unit(found: list[Found]) -> None:
    operators = ("handlers/cli/", "handlers/web/")
    broken = [
        (one.file, one.line, one.text)
        for one in found
        if BROKEN_MEASURE.search(one.text) and not one.file.startswith(operators) and one.file not in TABLES
    ]
    assert broken == []
