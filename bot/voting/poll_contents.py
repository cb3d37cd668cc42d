"""Contents of a poll's message; votes are included only after the close."""

from dataclasses import dataclass
from datetime import datetime

from bot.judges.prompts import people_text
from bot.matches.assignment import PANEL_KIND
from bot.papers.text import short_title
from bot.voting.rating_changes import RatingChange, Side, read_rating_changes
from bot.voting.rules import STANDS
from storage.database.engine import Transaction
from storage.matches import evidence
from storage.tables import Entry, Override, Paper, Verdict
from storage.voting import overrides, polls, votes
from storage.voting.contested_matches import load_contest
from storage.voting.votes import Tally

_IN_RATIONALE = 60


@dataclass(frozen=True, slots=True)
class JudgeOpinion:
    """A judge's winner ("first", "second", "draw"), confidence 0 to 1, and rationale with the papers' titles."""

    winner: str
    judge: str
    confidence: float
    rationale: str


@dataclass(frozen=True, slots=True)
class ShownBallot:
    """One vote after the close; `user` is None in an anonymous poll."""

    user: str | None
    choice: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Revert:
    """A revert of the team's decision: by whom, when, why, and the resulting rating changes."""

    by: str
    at: datetime
    reason: str
    rating_changes: tuple[RatingChange, ...]


@dataclass(frozen=True, slots=True)
class PollContents:
    """A poll as people may see it now: `tally` and `ballots` are empty while it is open.

    `judgement` combines the judge's calls: `verdict`, or a draw if `swap` (same judge, other order) differs; `evidence`
    is a third call for the voters, which doesn't count, and `wants_evidence` is True if neither exists. `wanted_quorum`
    is the league's; `quorum` is lower if too few people can vote. `opened` is True only in the answer to the challenge
    that opened it.
    """

    poll: int
    match: int
    league: int
    league_name: str
    channel: str
    first: Side
    second: Side
    judgement: str
    verdict: JudgeOpinion
    swap: JudgeOpinion | None
    evidence: JudgeOpinion | None
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
    ballots: tuple[ShownBallot, ...]
    override: int | None
    rating_changes: tuple[RatingChange, ...]
    revert: Revert | None
    panel: tuple[JudgeOpinion, ...] = ()
    """Opinions of the other judges of a panel, if one decided the match."""
    members_revert: bool = False
    """Whether members of the league's channel may revert the team's decision too."""
    no_evidence: str | None = None
    """Why the judge wasn't asked again in the other order, if it should have been."""

    @property
    def quorum_lowered(self) -> bool:
        """Whether the quorum is lower than the league's because fewer people can vote."""
        return self.eligible <= self.quorum < self.wanted_quorum

    @property
    def contested(self) -> bool:
        """Whether the vote ended without a winner, so that the verdict stands."""
        return self.result == STANDS

    @property
    def confirmed(self) -> bool:
        """Whether the team chose the judge's winner."""
        return self.result is not None and not self.contested and self.override is None


def _side(entry: Entry, paper: Paper) -> Side:
    return Side(entry.id, paper.id, paper.title or paper.canonical, paper.url)


def _opinion(verdict: Verdict, sides: tuple[Side, Side]) -> JudgeOpinion:
    first, second = (short_title(side.title, _IN_RATIONALE) for side in sides)
    order = (second, first) if verdict.swapped else (first, second)
    return JudgeOpinion(
        verdict.winner, verdict.judge, verdict.confidence, people_text(verdict.rationale, *order)
    )


def _revert(override: Override | None, sides: tuple[Side, Side]) -> Revert | None:
    if override is None or override.reverted_at is None:
        return None
    return Revert(
        override.reverted_by or "",
        override.reverted_at,
        override.revert_reason or "",
        read_rating_changes(override.ratings.get("reverted", {}), sides),
    )


async def poll_contents(session: Transaction, poll_id: int, *, opened: bool = False) -> PollContents:
    """Return a poll as people may see it now. Raises `NotFoundError`."""
    poll = await polls.get(session, poll_id)
    contest = await load_contest(session, poll.match_id)
    match, league = contest.match, contest.league
    sides = (_side(contest.first, contest.first_paper), _side(contest.second, contest.second_paper))
    verdicts = await polls.verdicts(session, match.id)
    verdict = verdicts.get("verdict")
    swap, further = verdicts.get("swap"), verdicts.get("evidence")
    judgement = match.verdict or match.outcome or "draw"
    asked_again = await evidence.of_match(session, match.id)
    tally = await votes.tally(session, poll_id)
    is_open = poll.status == "open"
    override = None if is_open else await overrides.override_of(session, poll_id)
    ballots: tuple[ShownBallot, ...] = ()
    if not is_open:
        ballots = tuple(
            ShownBallot(None if poll.anonymous else user, choice, reason)
            for user, choice, reason in await votes.ballots(session, poll_id)
        )
        if poll.anonymous:  # not in the order of voting, which the count in the message would betray
            ballots = tuple(sorted(ballots, key=lambda ballot: (ballot.choice, ballot.reason or "")))
    return PollContents(
        poll=poll.id,
        match=match.id,
        league=league.id,
        league_name=league.name,
        channel=league.channel,
        first=sides[0],
        second=sides[1],
        judgement=judgement,
        verdict=JudgeOpinion(judgement, match.judge, 0.0, "")
        if verdict is None
        else _opinion(verdict, sides),
        swap=None if swap is None else _opinion(swap, sides),
        evidence=None if further is None else _opinion(further, sides),
        wants_evidence=swap is None and further is None,
        is_open=is_open,
        opened=opened,
        opened_by=poll.opened_by,
        opened_at=poll.opened_at,
        closes_at=poll.closes_at,
        closed_at=poll.closed_at,
        closed_by=poll.closed_by,
        quorum=poll.quorum,
        wanted_quorum=poll.wanted_quorum or league.quorum,
        eligible=tally.eligible,
        voted=tally.voted,
        anonymous=poll.anonymous,
        result=poll.result,
        tally=None if is_open else tally,
        ballots=ballots,
        override=None if override is None else override.id,
        rating_changes=() if override is None else read_rating_changes(override.ratings, sides),
        revert=_revert(override, sides),
        panel=tuple(_opinion(one, sides) for kind, one in verdicts.items() if kind.startswith(PANEL_KIND)),
        members_revert=league.members_may_revert,
        no_evidence=None if asked_again is None or further is not None else asked_again.failure,
    )
