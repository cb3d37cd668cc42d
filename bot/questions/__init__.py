"""Answers to a team's questions about its leagues, read from the tables as frozen values."""

from bot.entries.card import CardView, card
from bot.questions.audit_log import log
from bot.questions.changes import Changes, changes
from bot.questions.comparisons import HeadToHead, History, head_to_head, history
from bot.questions.cost_report import cost, export, purposes
from bot.questions.judge_reports import judges
from bot.questions.leaderboards import (
    Board,
    OverallBoard,
    PastBoard,
    gap,
    gap_points,
    leaderboard,
    newest,
    overall,
    standings_at,
)
from bot.questions.rank_reasons import RankReasons, rank_reasons
from bot.questions.search.entry_search import find_entry, find_mistyped, matching
from bot.questions.upcoming import Upcoming, coming_up

__all__ = [
    "Board",
    "CardView",
    "Changes",
    "HeadToHead",
    "History",
    "OverallBoard",
    "PastBoard",
    "RankReasons",
    "Upcoming",
    "card",
    "changes",
    "coming_up",
    "cost",
    "export",
    "find_entry",
    "find_mistyped",
    "gap",
    "gap_points",
    "head_to_head",
    "history",
    "judges",
    "leaderboard",
    "log",
    "matching",
    "newest",
    "overall",
    "purposes",
    "rank_reasons",
    "standings_at",
]
