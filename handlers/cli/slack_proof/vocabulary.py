"""What type hints don't tell of the views' values: ids, addresses, and words that stand for one of a few."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from bot.entries.merging import PaperMerge
from bot.leagues.settings import LeagueSettings
from bot.questions.leaderboards import RubricGap
from bot.questions.rank_reasons import Neighbour
from bot.voting import feedback
from handlers.blocks.ids import DUEL_VOTE
from handlers.cli.slack_proof.values import Make, Rules, Vocabulary
from handlers.digests.sections_view import NAMES as SECTION_NAMES
from handlers.leagues.settings_windows_view import LeagueForm
from handlers.questions.answer_views.audit_log_view import WRITTEN
from storage.errors import NotAllowedError, PaperboutError

PAPER_URL: Final = "https://arxiv.org/abs/1706.03762"
CHANNEL: Final = "C0READING"
MORNING: Final = "30 8 * * *"
EVENING: Final = "0 19 * * 1-5"

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("by", "owner", "removed_by", "submitter", "user"), ("U0ANN", "U0BOB")),
    **dict.fromkeys(
        ("address", "link", "loser_url", "opponent_url", "permalink", "url", "way", "winner_url"),
        (PAPER_URL,),
    ),
    "action": tuple(WRITTEN),
    "channel": (CHANNEL,),
    "choice": ("first", "second", "draw", "abstain"),
    "cron": (EVENING, MORNING),
    "outcome": ("first", "second", "draw"),
    "result": ("won", "lost", "drew"),
    "status": ("running", "finished", "paused", "planned", "cancelled", "failed"),
    "time_zone": ("Europe/Berlin", "UTC"),
    "winner": ("first", "second", "draw"),
}


def _choice(*choices: Any) -> Make:
    return lambda values: values.choice(*choices)


def _optional(*choices: Any) -> Make:
    return lambda values: values.choice(*choices) if values.is_there() else None


def _two(kind: type) -> Make:
    return lambda values: (values.of(kind), values.of(kind))


_FIELDS: Final[Rules] = {
    "ActiveSchedule": {"kind": _choice("tournament", "digest")},
    "Comparison": {"verdict": _optional("won", "lost", "drew")},
    "Course": {"ranks": _choice((3, 2, 1), (None, 2), (1, 1))},
    "Digest": {"matches": _choice(60, 0)},
    "DigestForm": {"time": _choice("08:30"), "quiet": _choice("line", "silent")},
    "Disputed": {"why": _choice("open", "overturned", "split")},
    "DuelResult": {"choice": _choice("first", "skip", "second")},
    "FullOpinion": {"kind": _choice("verdict", "panel", "swap", "evidence")},
    "Greeting": {"schedules": _choice((("tournament", EVENING, "UTC"), ("digest", MORNING, "UTC")), ())},
    "ScheduleWindow": dict.fromkeys(("matches", "usd", "top", "target"), _choice("40", "")),
    "LogLine": {"detail": _choice({"user": "U0ANN", "text": "Theory", "cron": MORNING}, {"cron": EVENING})},
    "Marked": {"about": _choice(feedback.MATCH, feedback.ASSESSMENT)},
    "Page": {"kind": _choice("board", "history", "card"), "words": _choice("", "page 2", "uncertain")},
    "RankReasons": {
        "above": lambda values: tuple(values.of(Neighbour) for _ in range(values.choice(2, 1, 0)))
    },
}

VOCABULARY: Final = Vocabulary(_WORDS, _FIELDS)

ARGUMENTS: Final[Rules] = {
    "slack.refusal_view.refusal_message": {
        "error": _choice(
            NotAllowedError("Only Ann can.", league=1, wish="raise the cap", people=(("U0ANN", "Ann"),)),
            PaperboutError("That is over."),
        )
    },
    "digests.digest_view.detail": {"include": _choice(SECTION_NAMES)},
    "digests.digest_view.digest": {
        "in_dm": _choice(False, True),
        "include": _choice(SECTION_NAMES, SECTION_NAMES[:2]),
    },
    "entries.incoming.intake_view.add_to_modal": {"leagues": _choice(((1, "reading-group"), (2, "theory")))},
    "entries.merging_view.merges_of_paper": {"merges": _two(PaperMerge)},
    "following.notices_view.follower_notice": {
        "options": _choice(
            {"what": "moved", "rank": 3, "was": 9, "of": 26},
            {"what": "version", "version": 2},
            {"what": "upheld"},
        )
    },
    "leagues.settings_windows_view.settings_modal": {
        "form": lambda values: dataclasses.replace(values.of(LeagueForm), settings=values.of(LeagueSettings)),
    },
    "questions.answer_views.boards_view.gap_answer": {"gaps": _two(RubricGap)},
    "questions.answer_views.conversation_view.small_talk": {
        "kind": _choice("greeting", "privacy", "complaint", "thanks")
    },
    "voting.duels_view.duel_blocks": {"vote": lambda _: DUEL_VOTE},
}
"""Arguments that callers never leave empty, or that stand for one of a few, by builder."""
