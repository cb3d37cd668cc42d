"""Stores people's marks (good or poor) on single verdicts and assessments; ratings don't depend on them."""

from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import league_of_entry, league_of_match
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import ClosedError, NotAllowedError, NotFoundError
from storage.matches import feedback_rows, match_rows
from storage.matches.feedback_rows import Marks
from storage.tables import League
from storage.voting import authors

MATCH, ASSESSMENT = "match", "assessment"


@dataclass(frozen=True, slots=True)
class Marked:
    """A person's stored mark on a judge's work, with the counts of all marks on that judge in the league."""

    about: str
    is_good: bool
    marks: Marks


async def mark(
    session: Transaction, about: str, row: int, viewer: Viewer, *, is_good: bool, now: datetime
) -> Marked:
    """Store whether a person finds a match's verdict or an assessment good; replaces their earlier mark.

    Raises `NotFoundError` if the person may not see it, `NotAllowedError` if they may not vote in the league or wrote one
    of the papers, `ClosedError` if there is no verdict.
    """
    if about == MATCH:
        league = await league_of_match(session, row, viewer)
        match = await match_rows.get(session, row)
        if match.verdict is None:
            raise ClosedError("This match has no verdict yet.")
        judge, entries, what = match.judge, [match.first_id, match.second_id], {"match": row}
    else:
        ref = await feedback_rows.assessment(session, row)
        try:
            league = await league_of_entry(session, ref.entry, viewer)
        except NotFoundError as error:  # answered as an unknown one
            raise NotFoundError(feedback_rows.ASSESSMENT_GONE) from error
        judge, entries, what = ref.assessor, [ref.entry], {"assessment": row}
    await _check(session, league, viewer, entries)
    await feedback_rows.mark(session, league.id, judge, viewer.user, is_good=is_good, now=now, **what)
    marks = await feedback_rows.marks(session, league.id)
    return Marked(about, is_good, next(each for each in marks if each.judge == judge))


async def _check(session: Transaction, league: League, viewer: Viewer, entries: list[int]) -> None:
    if not viewer.person.may_vote(strangers=league.strangers_vote):
        raise NotAllowedError("Only full members of this workspace can say what they think of a judge.")
    papers = [(await entry_rows.entry(session, entry))[1].id for entry in entries]
    if viewer.user in await authors.authors(session, papers):
        raise NotAllowedError(
            "You are marked as an author here, and authors don't mark what judges say of them."
        )
