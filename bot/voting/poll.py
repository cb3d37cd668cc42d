"""What a poll shows: everything a message about a vote says, with the way votes lean only after the close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.judges.prompts import people_text
from bot.matches.assignment import PANEL_KIND
from bot.papers.text import short_title
from bot.voting.rules import STANDS
from storage.database.engine import Transaction
from storage.matches import evidence as stored_evidence
from storage.tables import Entry, Override, Paper, Verdict
from storage.voting import overrides, polls
from storage.voting.polls import Tally

_IN_RATIONALE = 60

CLOSED_BY_DEADLINE = "deadline"
CLOSED_BY_ALL = "all"
CLOSED_AS_SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Side:
    """One paper of a match."""

    entry: int
    paper: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge said: the winner ("first", "second", "draw"), confidence 0 to 1, rationale with titles."""

    winner: str
    judge: str
    confidence: float
    rationale: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote after the close; `user` is None in an anonymous poll."""

    user: str | None
    choice: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A rating as told in a change: points, half-width of 95 %, rank from 1."""

    score: float
    interval: float
    rank: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One paper's rating before and after a refit; None where it had or has none."""

    title: str
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class Reverted:
    """Who took an override back, when and why, and what that did to the ratings."""

    by: str
    at: datetime
    reason: str
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll as people may see it now: `tally` and `ballots` are empty while it is open.

    `judged` is what the judge's calls came to: `verdict`, or a draw where `swap` (same judge, other order)
    differs; `evidence` was asked for the voters and counts for nothing, `wants_evidence` says that neither is
    there. `wanted_quorum` is the league's; `quorum` is lower where too few can vote. `opened` is True only in
    the answer to the challenge that opened it.
    """

    poll: int
    match: int
    league: int
    league_name: str
    channel: str
    first: Side
    second: Side
    judged: str
    verdict: Said
    swap: Said | None
    evidence: Said | None
    wants_evidence: bool
    is_open: bool
    opened: bool
    opened_by: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    quorum: int
    wanted_quorum: int
    eligible: int
    voted: int
    anonymous: bool
    result: str | None
    tally: Tally | None
    ballots: tuple[Ballot, ...]
    weight: float
    override: int | None
    moved: tuple[Moved, ...]
    reverted: Reverted | None
    panel: tuple[Said, ...] = ()
    """What the other judges of a panel said, where one decided the match."""
    members_revert: bool = False
    """Members of the league's channel may revert the team's decision, too."""
    no_evidence: str | None = None
    """Why the judge wasn't asked again in the other order, where it should have been."""

    @property
    def quorum_lowered(self) -> bool:
        """Fewer votes are enough than the league asks for, because no more people can vote."""
        return self.eligible <= self.quorum < self.wanted_quorum

    @property
    def contested(self) -> bool:
        """The vote is over and no option won: the verdict stands."""
        return self.result == STANDS

    @property
    def confirmed(self) -> bool:
        """The team chose what the judge had said."""
        return self.result is not None and not self.contested and self.override is None


def moves(before: Mapping[int, Any], after: Mapping[int, Any], entries: tuple[int, int]) -> dict[str, Any]:
    """Score, interval and rank of both entries before and after a refit, as an override keeps them."""

    def figures(of: Mapping[int, Any]) -> dict[str, Any]:
        return {
            str(entry): {
                "score": round(of[entry].score, 2),
                "interval": round(of[entry].interval, 2),
                "rank": of[entry].rank,
            }
            for entry in entries
            if entry in of
        }

    return {"before": figures(before), "after": figures(after)}


def _moved(kept: Mapping[str, Any], sides: tuple[Side, Side]) -> tuple[Moved, ...]:
    def standing(when: str, entry: int) -> Standing | None:
        figures = kept.get(when, {}).get(str(entry))
        return None if figures is None else Standing(figures["score"], figures["interval"], figures["rank"])

    if not kept:
        return ()
    return tuple(
        Moved(side.title, standing("before", side.entry), standing("after", side.entry)) for side in sides
    )


def _side(entry: Entry, paper: Paper) -> Side:
    return Side(entry.id, paper.id, paper.title or paper.canonical, paper.url)


def _said(verdict: Verdict, sides: tuple[Side, Side]) -> Said:
    first, second = (short_title(side.title, _IN_RATIONALE) for side in sides)
    shown = (second, first) if verdict.swapped else (first, second)
    return Said(verdict.winner, verdict.judge, verdict.confidence, people_text(verdict.rationale, *shown))


def _reverted(override: Override | None, sides: tuple[Side, Side]) -> Reverted | None:
    if override is None or override.reverted_at is None:
        return None
    return Reverted(
        override.reverted_by or "",
        override.reverted_at,
        override.revert_reason or "",
        _moved(override.ratings.get("reverted", {}), sides),
    )


async def poll_view(session: Transaction, poll_id: int, *, opened: bool = False) -> PollView:
    """The poll as people may see it now; raises `NotFoundError`."""
    poll = await polls.get(session, poll_id)
    contest = await polls.contest(session, poll.match_id)
    match, league = contest.match, contest.league
    sides = (_side(contest.first, contest.first_paper), _side(contest.second, contest.second_paper))
    said = await polls.verdicts(session, match.id)
    verdict = said.get("verdict")
    swap, evidence = said.get("swap"), said.get("evidence")
    judged = match.verdict or match.outcome or "draw"
    asked_again = await stored_evidence.of_match(session, match.id)
    tally = await polls.tally(session, poll_id)
    is_open = poll.status == "open"
    override = None if is_open else await overrides.override_of(session, poll_id)
    ballots: tuple[Ballot, ...] = ()
    if not is_open:
        ballots = tuple(
            Ballot(None if poll.anonymous else user, choice, reason)
            for user, choice, reason in await polls.ballots(session, poll_id)
        )
        if poll.anonymous:  # not in the order of voting, which the count in the message would betray
            ballots = tuple(sorted(ballots, key=lambda ballot: (ballot.choice, ballot.reason or "")))
    return PollView(
        poll=poll.id,
        match=match.id,
        league=league.id,
        league_name=league.name,
        channel=league.channel,
        first=sides[0],
        second=sides[1],
        judged=judged,
        verdict=Said(judged, match.judge, 0.0, "") if verdict is None else _said(verdict, sides),
        swap=None if swap is None else _said(swap, sides),
        evidence=None if evidence is None else _said(evidence, sides),
        wants_evidence=swap is None and evidence is None,
        is_open=is_open,
        opened=opened,
        opened_by=poll.opened_by,
        opened_at=poll.opened_at,
        closes_at=poll.closes_at,
        closed_at=poll.closed_at,
        closed_by=poll.closed_by,
        quorum=poll.quorum,
        wanted_quorum=league.quorum,
        eligible=tally.eligible,
        voted=tally.voted,
        anonymous=poll.anonymous,
        result=poll.result,
        tally=None if is_open else tally,
        ballots=ballots,
        weight=league.vote_weight if override is None else override.weight,
        override=None if override is None else override.id,
        moved=() if override is None else _moved(override.ratings, sides),
        reverted=_reverted(override, sides),
        panel=tuple(_said(one, sides) for kind, one in said.items() if kind.startswith(PANEL_KIND)),
        members_revert=league.members_may_revert,
        no_evidence=None if asked_again is None or evidence is not None else asked_again.failure,
    )
