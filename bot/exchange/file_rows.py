"""Row types of an exported league; each row is checked for sensible scores, weights, dates and URLs.

Rows about settings, owners, schedules, tournaments, money and the log are in `bot.exchange.upkeep_rows`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.exchange.file_values import (
    Abstract,
    Address,
    Count,
    Criteria,
    Deadline,
    JsonMapping,
    LeagueName,
    Moment,
    Name,
    Number,
    Outcome,
    PerhapsEmpty,
    PlainName,
    PlainNames,
    Points,
    Published,
    Quorum,
    Rationale,
    Result,
    Row,
    Score,
    Sections,
    Share,
    Text,
    Texts,
    Title,
    Usd,
    Weight,
    Words,
)
from bot.exchange.group_file_rows import DiscussionRow, ListedRow, NoteRow, TagRow
from bot.exchange.upkeep_rows import (
    AuthorMarkRow,
    FeedbackRow,
    LogRow,
    OwnerRow,
    ScheduleRow,
    SettingsRow,
    SpendingRow,
    StandingsRow,
    TournamentRow,
    UnplayedRow,
)
from bot.judges.injections.hidden_text import harmless


class PaperRow(Row):
    """One paper in a league's export.

    `id` is its canonical id, such as arxiv:1706.03762, and `names` are its other ids; the rubric scores are from 1 to
    10. A paper that was removed from the league says when and by whom.
    """

    id: Name
    url: Address | None
    title: Title
    abstract: Abstract | None
    authors: PlainNames | None
    categories: PlainNames | None
    published: Published | None
    withdrawn: bool = False
    submitted_by: Name
    submitted_at: Moment
    rating: Score | None
    significance: Score | None
    rigor: Score | None
    novelty: Score | None
    clarity: Score | None
    names: Texts | None = None
    version: Count | None = None
    venue: PlainName | None = None
    comment: Abstract | None = None
    citations: Count | None = None
    licence: PlainName | None = None
    pdf_url: Address | None = None
    source: Text | None = None
    standing: PlainName | None = None
    code: Texts | None = None
    data: Texts | None = None
    versions: JsonMapping | None = None
    left_out: Words | None = None
    first_title: Title | None = None
    removed_at: Moment | None = None
    removed_by: Name | None = None


class RatingRow(Row):
    """One paper's rating when the league was exported, for people to read; an import computes ratings again."""

    paper: Name
    rank: Number
    rank_low: Number
    rank_high: Number
    score: Points
    interval: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
    wins: Count
    losses: Count
    draws: Count


class MatchRow(Row):
    """One decided match in a league's export.

    `key` is the same in every export of the match; `outcome` and `weight` are what counts in the ratings.
    """

    key: Name
    first: Name
    second: Name
    judge: Name
    pool: Literal["offline", "recorded", "real"]
    model: Name
    verdict: Outcome
    outcome: Outcome
    weight: Weight
    confidence: Share
    rationale: Rationale | None
    decided_at: Moment
    panel: bool = False
    requested_by: Name | None = None
    tournament: Number | None = None
    round: Count = 0
    wants_swap: bool = False
    planned_at: Moment | None = None
    tried: JsonMapping | None = None


class VerdictRow(Row):
    """One judge's decision on a match in a league's export; costs are in USD, durations in milliseconds.

    `kind` is "verdict" for the first one, another word for other judges of a panel and for swapped order.
    """

    match: Name
    kind: Name
    judge: Name
    model: Name
    swapped: bool
    winner: Outcome
    confidence: Share
    rationale: Rationale | None
    criteria: Criteria | None
    margin: Literal["slight", "clear"] | None
    flags: Texts | None
    purpose_version: Count
    first_version: Count | None
    second_version: Count | None
    first_assessor: Name | None
    second_assessor: Name | None
    tokens_in: Count
    tokens_out: Count
    cost: Usd
    price_version: Text | None
    latency_ms: Count
    at: Moment


class AssessmentRow(Row):
    """One assessor's review of a paper in a league's export, with its sections; cost in USD, time in milliseconds."""

    paper: Name
    assessor: Name
    model: Name | None
    rating: Score | None
    significance: Score | None
    rigor: Score | None
    novelty: Score | None
    clarity: Score | None
    contribution: Rationale | None
    sections: Sections | None
    flags: Texts | None
    read: Text | None
    rubric_version: Text | None
    purpose_version: Count
    paper_version: Count | None
    tokens_in: Count
    tokens_out: Count
    cost: Usd
    price_version: Text | None
    latency_ms: Count
    created_at: Moment
    done_at: Moment | None


class PollRow(Row):
    """One closed vote on a match in a league's export, even if nobody voted.

    `poll` numbers the votes held on the match.
    """

    match: Name
    poll: Number
    opened_by: Name
    opened_at: Moment
    closes_at: Deadline
    closed_at: Moment
    closed_by: Name | None
    quorum: Quorum
    anonymous: bool
    result: Result | None
    wanted_quorum: Quorum | None = None
    reminded_at: Moment | None = None


class VoteRow(Row):
    """One person's vote in a league's export; `poll` says in which of the votes held on the match."""

    match: Name
    poll: Number
    user: Name
    choice: Literal["first", "second", "draw", "abstain"]
    reason: Words | None
    at: Moment
    quorum: Quorum
    anonymous: bool
    result: Result | None
    closed_at: Moment


class VoterRow(Row):
    """One person who could vote on a match, in a league's export.

    `author`: they wrote one of its papers, and so couldn't.
    """

    match: Name
    poll: Number
    user: Name
    author: bool


class OverrideRow(Row):
    """A team's vote that replaced a judge's verdict, in a league's export: the new outcome and the verdict replaced.

    If somebody reverted it, also by whom and when.
    """

    match: Name
    poll: Number
    outcome: Outcome
    weight: Weight
    was_outcome: Outcome | None
    was_weight: Weight | None
    at: Moment
    reverted_at: Moment | None
    reverted_by: Name | None
    revert_reason: Words | None


class PurposeRow(Row):
    """One version of the league's purpose (what matters to the team) in a league's export; an empty text means none."""

    version: Number
    text: PerhapsEmpty
    by: Name
    at: Moment


class RubricRow(Row):
    """One version of the league's own rubric in a league's export; an empty text is a return to the usual one."""

    version: Number
    text: Annotated[PerhapsEmpty, AfterValidator(harmless)]
    by: Name
    at: Moment


class DuelRow(Row):
    """One person's answer to a duel in a league's export; a duel shows two papers without any verdict."""

    first: Name
    second: Name
    user: Name
    choice: Literal["first", "second", "skip"]
    at: Moment


class LeagueFile(Row):
    """A whole export of a league; None means that an earlier version didn't export it."""

    format: Literal["paperbout"] = "paperbout"
    version: Literal[1] = 1
    league: LeagueName
    purpose: Words | None
    papers: list[PaperRow]
    ratings: list[RatingRow]
    matches: list[MatchRow]
    votes: list[VoteRow]
    polls: list[PollRow] = Field(default_factory=list)
    voters: list[VoterRow] = Field(default_factory=list)
    overrides: list[OverrideRow] | None = None
    verdicts: list[VerdictRow] | None = None
    assessments: list[AssessmentRow] | None = None
    purposes: list[PurposeRow] | None = None
    rubrics: list[RubricRow] | None = None
    duels: list[DuelRow] | None = None
    settings: list[SettingsRow] | None = None
    owners: list[OwnerRow] | None = None
    authors: list[AuthorMarkRow] | None = None
    feedback: list[FeedbackRow] | None = None
    schedules: list[ScheduleRow] | None = None
    standings: list[StandingsRow] | None = None
    tournaments: list[TournamentRow] | None = None
    unplayed: list[UnplayedRow] | None = None
    spending: list[SpendingRow] | None = None
    log: list[LogRow] | None = None
    discussions: list[DiscussionRow] | None = None
    notes: list[NoteRow] | None = None
    tags: list[TagRow] | None = None
    shared_list: list[ListedRow] | None = None


TABLES: dict[str, type[Row]] = {
    "papers": PaperRow,
    "ratings": RatingRow,
    "matches": MatchRow,
    "polls": PollRow,
    "votes": VoteRow,
    "voters": VoterRow,
    "overrides": OverrideRow,
    "verdicts": VerdictRow,
    "assessments": AssessmentRow,
    "purposes": PurposeRow,
    "rubrics": RubricRow,
    "duels": DuelRow,
    "settings": SettingsRow,
    "owners": OwnerRow,
    "authors": AuthorMarkRow,
    "feedback": FeedbackRow,
    "schedules": ScheduleRow,
    "standings": StandingsRow,
    "tournaments": TournamentRow,
    "unplayed": UnplayedRow,
    "spending": SpendingRow,
    "log": LogRow,
    "discussions": DiscussionRow,
    "notes": NoteRow,
    "tags": TagRow,
    "shared_list": ListedRow,
}
"""Row type of each table of an export, by table name; one CSV file each."""
LATER = frozenset(TABLES) - {"papers", "ratings", "matches", "votes"}
"""Tables that exports of earlier versions don't have."""
