"""Questions a team asks of its leagues, answered from the tables as frozen values."""

from bot.questions.boards import Board, OldBoard, Overall, gap, leaderboard, newest, overall, standings_at
from bot.questions.cards import CardView, card
from bot.questions.changes import Changes, changes
from bot.questions.coming import Coming, coming
from bot.questions.duels import Duel, History, head_to_head, history, win_probability
from bot.questions.finding import find_entry
from bot.questions.judge_reports import judges
from bot.questions.log import log
from bot.questions.reports import cost, export, purposes

__all__ = [
    "Board",
    "CardView",
    "Changes",
    "Coming",
    "Duel",
    "History",
    "OldBoard",
    "Overall",
    "card",
    "changes",
    "coming",
    "cost",
    "export",
    "find_entry",
    "gap",
    "head_to_head",
    "history",
    "judges",
    "leaderboard",
    "log",
    "newest",
    "overall",
    "purposes",
    "standings_at",
    "win_probability",
]
