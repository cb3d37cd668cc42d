"""Row types of an exported league's settings, people, schedules, standings, tournaments, money and log."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.exchange.file_values import (
    Count,
    Deadline,
    JsonMapping,
    Moment,
    Name,
    Number,
    PerhapsTexts,
    Points,
    Row,
    Share,
    Text,
    Texts,
    Usd,
    Weight,
    Words,
    Zone,
    parse_mapping,
)
from bot.schedules.cron import parse_cron
from storage.errors import BadRequestError


def _cron(text: str) -> str:
    try:
        parse_cron(text)
    except BadRequestError as error:
        raise ValueError(error.sentence) from error
    return text


Cron = Annotated[Text, AfterValidator(_cron)]
Figure = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
PastFigures = tuple[Points, Points, Number, Number, Number, Count]
"""A rating of the past: score, interval, rank, lowest and highest rank, matches."""


class SettingsRow(Row):
    """The league's settings in its export, and where it was: Slack team and home channel.

    An import gives them to a league that it creates; people's rights and ids are of that Slack team only.
    """

    workspace: Name
    channel: Name
    time_zone: Zone
    target_interval: Annotated[float, Field(ge=20, le=1000)]
    vote_hours: Annotated[int, Field(ge=1, le=720)]
    quorum: Annotated[int, Field(ge=1, le=100)]
    vote_weight: Weight
    anonymous_votes: bool
    swap_share: Share
    monthly_cap: Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=6)]
    strangers_vote: bool
    takes_app_links: bool = False
    members_may_start: bool
    members_may_budget: bool
    members_may_revert: bool
    judges: PerhapsTexts


class OwnerRow(Row):
    """One owner of the league in its export."""

    user: Name
    since: Moment


class AuthorMarkRow(Row):
    """One person marked as an author of a paper, in a league's export."""

    paper: Name
    user: Name
    at: Moment


class FeedbackRow(Row):
    """One person's mark on a verdict (`match`), or on an assessment (`paper`, by the assessor `judge`)."""

    match: Name | None
    paper: Name | None
    judge: Name
    user: Name
    is_good: bool
    at: Moment


class ScheduleRow(Row):
    """One schedule in a league's export; an import stores it stopped, so that nothing runs before somebody sets it."""

    number: Number
    kind: Name
    channel: Name
    cron: Cron
    time_zone: Zone
    options: JsonMapping | None
    active: bool
    created_by: Name
    created_at: Moment


class StandingsRow(Row):
    """All ratings at one moment, in a league's export: `figures` by paper are `PastFigures`.

    `paper`, `match` and `tournament` are what caused them; `judges` are the fit's estimates by judge.
    """

    number: Number
    cause: Name
    match: Name | None
    paper: Name | None
    tournament: Number | None
    outcomes: Count
    judges: Annotated[dict[Name, dict[Name, Figure]], BeforeValidator(parse_mapping)]
    figures: Annotated[dict[Name, PastFigures], BeforeValidator(parse_mapping)]
    at: Moment


class TournamentRow(Row):
    """One tournament in a league's export.

    `schedule`, `before` and `after` are numbers of a schedule and of standings. An import stores one under way as paused.
    """

    number: Number
    status: Literal["planned", "running", "paused", "finished", "cancelled", "failed"]
    goal: Literal["ranking", "top"]
    top_k: Count | None
    budget_matches: Count
    budget: Usd | None
    target_interval: Annotated[float, Field(gt=0, le=1e6)] | None
    deadline: Deadline | None
    judges: Texts
    panel: bool
    batch: bool
    seed: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
    round: Count
    channel: Name
    started_by: Name
    schedule: Number | None
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    reason: Words | None
    held_for: Literal["person", "cap", "budget", "judge"] | None
    failure: Words | None
    before: Number | None
    after: Number | None


class UnplayedRow(Row):
    """One match without a decision in a league's export; an import stores one that was planned as cancelled."""

    key: Name
    first: Name
    second: Name
    judge: Name
    pool: Literal["offline", "recorded", "real"]
    status: Literal["planned", "judging", "batched", "failed", "cancelled"]
    tried: JsonMapping | None
    failure: Words | None
    panel: bool
    wants_swap: bool
    requested_by: Name | None
    tournament: Number | None
    round: Count
    planned_at: Moment


class SpendingRow(Row):
    """The money of one model call in a league's export, in USD: `reserved` before it, `cost` after it.

    `match`, or `paper` with its assessor `judge`, is what the call was about, if it is in the export.
    """

    kind: Name
    match: Name | None
    paper: Name | None
    tournament: Number | None
    judge: Name
    reserved: Usd
    cost: Usd
    result: Text | None
    at: Moment
    settled_at: Moment


class LogRow(Row):
    """One line of the league's log in its export: who did what; `poll` numbers the vote on `match`."""

    user: Name
    action: Name
    match: Name | None
    poll: Number | None
    paper: Name | None
    tournament: Number | None
    detail: JsonMapping | None
    at: Moment
