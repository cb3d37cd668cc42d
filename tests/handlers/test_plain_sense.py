"""What a reader who knows nothing of the program could stumble over."""

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.judges.offline_judge import OFFLINE_LABEL
from bot.questions.comparisons import ComparedEntry, Comparison, HeadToHead, History, Record
from handlers.assessments.assessment_view import Review, assessment_modal
from handlers.blocks import builders
from handlers.blocks.answers import Answer
from handlers.blocks.ids import Page
from handlers.features import COMMANDS
from handlers.questions.answer_views.cost_view import PROMPT_PARTS, Deciders, how_answer
from handlers.questions.answer_views.head_to_head_view import duel_answer, history_answer
from handlers.questions.help.help_view import FIRST, help_message
from storage.standings.past_standings import PastRating

TOP = Path(__file__).parents[2]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = Page("history", 1, 0, 1)


def _history(series: tuple[tuple[datetime, PastRating], ...], *matches: Comparison) -> History:
    return History(
        1, ComparedEntry(1, "Alpha", "Alpha", "https://x.org/a", None), Record(1, 0, 0), matches, 0, series
    )


def _kept(score: float, matches: int) -> PastRating:
    return PastRating(1, score, 40.0, 1, 1, 1, matches)


def _match(verdict: str | None) -> Comparison:
    return Comparison(
        5,
        2,
        "Beta",
        "https://x.org/b",
        "won",
        verdict,
        "Why.",
        "judge",
        None,
        0.9,
        Decimal(0),
        NOON,
        None,
        None,
    )


def test_a_day_within_a_sentence_begins_small_and_has_its_fallback_where_slack_looks() -> None:
    said = builders.date(NOON, lead="closes")
    assert said == "<!date^1772366400^closes {date_short_pretty} at {time}|closes 01 Mar 2026, 12:00 UTC>"


def test_bars_stay_on_one_line_and_are_no_code() -> None:
    drawn = builders.scale_bar(1425, 75, 1050, 1800)
    assert "`" not in drawn
    assert len(drawn) <= 28
    assert " " not in drawn


def test_a_match_that_the_team_decided_offers_no_challenge() -> None:
    a, b = (ComparedEntry(n, name, name, f"https://x.org/{n}", None) for n, name in ((1, "A"), (2, "B")))
    undecided, decided = (
        HeadToHead(1, "papers", a, b, Record(1, 0, 0), (_match(verdict),), 0, (), 0, None)
        for verdict in (None, "lost")
    )
    assert "'Challenge'" not in str(history_answer(_history((), _match(None)), PAGE, 10).blocks), (
        "Read has it"
    )
    assert "'Challenge'" in str(duel_answer(undecided, PAGE, 5).blocks)
    assert "'Challenge'" not in str(duel_answer(decided, PAGE, 5).blocks)


def test_a_chart_of_one_day_counts_matches_and_one_of_several_has_a_point_a_day() -> None:
    def labels(*series: tuple[datetime, PastRating]) -> list[str]:
        (chart,) = (
            b for b in history_answer(_history(series), PAGE, 10).blocks if b["type"] == "data_visualization"
        )
        drawing = chart["chart"]
        assert isinstance(drawing, dict)
        return list(drawing["axis_config"]["categories"])

    first, same, later = _kept(1500, 1), _kept(1510, 1), _kept(1550, 2)
    hour = timedelta(hours=1)
    assert labels((NOON, first), (NOON + hour, same), (NOON + 2 * hour, later)) == ["1", "2"]
    assert labels((NOON, first), (NOON + hour, same), (NOON + 25 * hour, later)) == [
        "01 Mar 2026",
        "02 Mar 2026",
    ]


def test_a_score_that_nothing_has_moved_yet_is_no_chart() -> None:
    shown = history_answer(_history(((NOON, _kept(1500, 1)), (NOON, _kept(1500, 1)))), PAGE, 10)
    assert "data_visualization" not in {block["type"] for block in shown.blocks}


def test_help_says_how_a_paper_is_added_and_removed() -> None:
    said = str(help_message(COMMANDS, "/rank", "Here.").blocks)
    assert "How do I add or remove a paper?  `/rank add <link>` or `/rank remove <paper>`" in said


def test_the_short_help_is_nine_lines_and_every_question_in_it_is_understood() -> None:
    blocks = help_message(COMMANDS, "/rank", "Here.").blocks
    assert [block["type"] for block in blocks] == ["section", "context", "actions"]
    assert set(FIRST) <= {question.text for question in COMMANDS.questions}
    assert str(blocks[0]).count("\\n") == 1 + len(FIRST)


def test_an_offline_assessment_says_once_what_it_is_and_says_it_first() -> None:
    sections = tuple((key, f"{OFFLINE_LABEL}. Counted: 3.") for key in ("contribution", "rigor"))
    review = Review(
        1, "offline", "offline-1", "done", (("rating", 6.0),), sections, (), "abstract", NOON, None
    )
    blocks = assessment_modal(1, "Alpha", (review,), 0)["blocks"]
    assert isinstance(blocks, list)
    assert str(blocks).count(OFFLINE_LABEL) == 1
    assert OFFLINE_LABEL in str(blocks[1])


def test_head_to_head_names_the_paper_that_the_judge_had_chosen() -> None:
    first, second = (
        ComparedEntry(n, name, name, f"https://x.org/{n}", None) for n, name in ((1, "Alpha"), (2, "Beta"))
    )
    duel = HeadToHead(1, "papers", first, second, Record(1, 0, 0), (_match("lost"),), 0, (), 0, None)
    assert "decided by the team's vote*; the judge chose *Beta*" in str(duel_answer(duel, PAGE, 5).blocks)


def test_no_error_has_slacks_markup_in_its_sentence() -> None:
    # A sentence is escaped where it is answered, so that `<#C1>` in it would be read as it stands.
    found = [
        f"{file.relative_to(TOP)}:{constant.lineno} {constant.value!r}"
        for room in ("bot", "storage")
        for file in sorted((TOP / room).rglob("*.py"))
        for raised in ast.walk(ast.parse(file.read_text()))
        if isinstance(raised, ast.Raise)
        for constant in ast.walk(raised)
        if isinstance(constant, ast.Constant) and re.search("<[#@!]", str(constant.value))
    ]
    assert found == []


def test_matches_judged_offline_say_once_a_message_what_that_judge_is() -> None:
    offline = replace(
        _match("won"), judge="offline", rationale=f"{OFFLINE_LABEL}. Cues counted: 3 and 2.", verdict=None
    )
    first, second = (
        ComparedEntry(n, name, name, f"https://x.org/{n}", None) for n, name in ((1, "Alpha"), (2, "Beta"))
    )
    duel = HeadToHead(
        1, "papers", first, second, Record(3, 0, 0), (offline, offline, offline), 0, (), 0, None
    )
    told = History(1, first, Record(3, 0, 0), (offline, offline, replace(offline, rationale=None)), 0, ())
    for answer in (duel_answer(duel, PAGE, 5), history_answer(told, PAGE, 5)):
        assert str(answer.blocks).count(OFFLINE_LABEL) == 1
        assert "Cues counted: 3 and 2." in str(answer.blocks)
    by_model = replace(offline, judge="openai:gpt", rationale="It is newer.")
    assert OFFLINE_LABEL not in str(duel_answer(replace(duel, matches=(by_model,)), PAGE, 5).blocks)


def test_the_demos_page_draws_every_emoji_that_messages_hold() -> None:
    views = "".join(file.read_text() for file in (TOP / "handlers").rglob("*.py"))
    names = set(re.findall(r"[\"' ]:([a-z_]{3,}):[ \"'*]", views))
    drawn = (TOP / "handlers/demo/slack/page/blocks/text.js").read_text()
    assert len(names) > 10
    assert {name for name in names if f'{name}: "' not in drawn} == set()


def test_how_it_is_ranked_fits_a_screen_and_the_prompts_are_read_to_their_end() -> None:
    prompts = "\n".join(f"Rule {number}: {'words ' * 20}" for number in range(200))

    def page(**more: object) -> Answer:
        at = Page("how", 1, 0)._replace(**more)  # type: ignore[arg-type]  # fields of a page
        return how_answer("papers", (), ("a:m",), ("a:m",), Deciders(("U1",), 3), prompts, at)

    front = page()
    assert "Rule" not in str(front.blocks)
    assert "Owners (<@U1>) and workspace admins can revert" in str(front.blocks)
    assert "The very prompts and rubric in use" in str(front.buttons)
    total = page(words="prompts").frame.total
    assert total > PROMPT_PARTS, "so long that it takes several pages"
    read = "".join(
        str(page(words="prompts", offset=offset).blocks) for offset in range(0, total, PROMPT_PARTS)
    )
    assert all(f"Rule {number}:" in read for number in range(200))
    assert read.count("The maths") == 1
