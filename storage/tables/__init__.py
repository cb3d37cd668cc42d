"""SQLAlchemy classes of all tables, one module per subject."""

from storage.tables.base import Base, InWorkspace, UtcDateTime
from storage.tables.conversations import Conversation
from storage.tables.duels import DuelVote, MoreWish, PersonChoice, Reaction
from storage.tables.groups import Discussion, ListedPaper, Note, Tag
from storage.tables.installations import SlackBot, SlackInstallation, SlackState
from storage.tables.judges import Feedback, JudgeAtChance, JudgeExam, JudgeOutage, JudgePause, RequestForm
from storage.tables.leagues import AuditLine, FollowingChannel, League, LeagueRubric, Owner, Purpose
from storage.tables.matches import (
    Assessment,
    Batch,
    Evidence,
    Match,
    Spending,
    Tournament,
    Verdict,
)
from storage.tables.outlets import ApiToken, PublishedFile, PublishedSite, Webhook, WebhookDelivery
from storage.tables.papers import (
    AuthorMark,
    Entry,
    Follower,
    FullTextRow,
    Identifier,
    Merge,
    Mute,
    Paper,
    PaperCheck,
    Rating,
    Saved,
)
from storage.tables.topics import NewsTime, Topic
from storage.tables.votes import Override, Poll, Vote, Voter
from storage.tables.work import (
    Event,
    HeldLinks,
    HostTurn,
    Occurrence,
    OutboxMessage,
    Schedule,
    SeenLink,
    Standings,
)
from storage.tables.workspaces import Workspace

__all__ = [
    "ApiToken",
    "Assessment",
    "AuditLine",
    "AuthorMark",
    "Base",
    "Batch",
    "Conversation",
    "Discussion",
    "DuelVote",
    "Entry",
    "Event",
    "Evidence",
    "Feedback",
    "Follower",
    "FollowingChannel",
    "FullTextRow",
    "HeldLinks",
    "HostTurn",
    "Identifier",
    "InWorkspace",
    "JudgeAtChance",
    "JudgeExam",
    "JudgeOutage",
    "JudgePause",
    "League",
    "LeagueRubric",
    "ListedPaper",
    "Match",
    "Merge",
    "MoreWish",
    "Mute",
    "NewsTime",
    "Note",
    "Occurrence",
    "OutboxMessage",
    "Override",
    "Owner",
    "Paper",
    "PaperCheck",
    "PersonChoice",
    "Poll",
    "PublishedFile",
    "PublishedSite",
    "Purpose",
    "Rating",
    "Reaction",
    "RequestForm",
    "Saved",
    "Schedule",
    "SeenLink",
    "SlackBot",
    "SlackInstallation",
    "SlackState",
    "Spending",
    "Standings",
    "Tag",
    "Topic",
    "Tournament",
    "UtcDateTime",
    "Verdict",
    "Vote",
    "Voter",
    "Webhook",
    "WebhookDelivery",
    "Workspace",
]
