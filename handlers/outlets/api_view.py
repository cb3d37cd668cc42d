"""What programs read of a league, as plain values for JSON."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.exchange.outlets.api_access import A_MINUTE, Refusal
from bot.judges.prompts import people_text
from bot.matches.match_reading import OTHER, FullOpinion
from bot.papers.text import category_name, short_title
from storage.leagues.league_rows import League
from storage.outlets.api_rows import ApiPaper
from storage.questions.match_history import PastMatch
from storage.standings.past_standings import PastRating

Json = dict[str, Any]
SCORES = ("rating", "significance", "rigor", "novelty", "clarity")
SHORT = 60
NO_ADDRESS = "There is no such address."
AWAY = "The database can't be read now. Ask again later."
REFUSALS = {
    Refusal.NO_TOKEN: "Send a valid token in the header: Authorization: Bearer pb_…",
    Refusal.NOT_PUBLISHED: "This league is private, and its owners don't allow publishing.",
    Refusal.TOO_OFTEN: f"A token may ask {A_MINUTE} times a minute.",
}
"""Sentence of each refusal."""


def moment(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC."""
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")


def league(row: League, papers: int, ranked: int) -> Json:
    """Return the league: name, purpose, and how many papers it has."""
    return {
        "name": row.name, "purpose": row.purpose, "time_zone": row.time_zone, "created_at": moment(row.created_at),
        "papers": papers, "ranked": ranked,
    }  # fmt: skip


def paper(of: ApiPaper) -> Json:
    """Return a paper with its rating, None until it has played a match."""
    row, rating = of.paper, of.rating
    return {
        "id": row.canonical,
        "title": row.title or row.canonical,
        "url": row.url,
        "authors": row.authors or [],
        "category": category_name(row.category) if row.category else None,
        "published": None if row.published is None else row.published.isoformat()[:10],
        "withdrawn": row.withdrawn,
        "added_at": moment(of.entry.submitted_at),
        "rating": None
        if rating is None
        else {
            "rank": rating.rank,
            "rank_low": rating.rank_low,
            "rank_high": rating.rank_high,
            "score": round(rating.score, 1),
            "interval": round(rating.interval, 1),
            "wins": rating.wins,
            "losses": rating.losses,
            "draws": rating.draws,
        },
    }


def whole_paper(of: ApiPaper, reviews: Sequence[Any]) -> Json:
    """Return a paper with its abstract and whole assessments."""
    return paper(of) | {
        "abstract": of.paper.abstract,
        "assessments": [
            {
                "model": review.model or review.assessor,
                "scores": {name: getattr(review, name) for name in SCORES},
                "contribution": review.contribution,
                "sections": review.sections or {},
                "read": review.read,
                "at": moment(review.done_at),
            }
            for review in reviews
        ],
    }


Names = Mapping[int, tuple[str, str]]
"""(id, title) of papers, by entry."""


def comparison(match: PastMatch, entry: int, names: Names, opinions: Sequence[FullOpinion]) -> Json:
    """Return a decided match from the side of an entry, with every judge's opinion."""
    mine = "first" if match.first == entry else "second"

    def seen(outcome: str, even: str) -> str:
        return even if outcome in {"draw", "even"} else "won" if outcome == mine else "lost"

    return {
        "opponent": _named(match.second if mine == "first" else match.first, names),
        "result": seen(match.outcome, "drawn"),
        "verdict": seen(match.verdict, "drawn"),
        "criteria": {name: seen(better, "even") for name, better in match.criteria.items()},
        **_decision(match, names),
        "opinions": _opinions(match, names, opinions, seen),
    }


def league_match(match: PastMatch, names: Names, opinions: Sequence[FullOpinion]) -> Json:
    """Return a decided match with both papers, as webhooks tell of it, and every judge's opinion."""
    return {
        "first": _named(match.first, names),
        "second": _named(match.second, names),
        "outcome": match.outcome,
        "verdict": match.verdict,
        "criteria": dict(match.criteria),
        **_decision(match, names),
        "opinions": _opinions(match, names, opinions, lambda outcome, _even: outcome),
    }


def _named(entry: int, names: Names) -> Json | None:
    return {"id": names[entry][0], "title": names[entry][1]} if entry in names else None


def _decision(match: PastMatch, names: Names) -> Json:
    """Return who decided a match, when and why."""
    shown = (match.second, match.first) if match.swapped else (match.first, match.second)
    titles = [short_title(names[each][1], SHORT) if each in names else OTHER for each in shown]
    return {
        "match": match.match,
        "by_team": match.overridden_at is not None,
        "judge": match.model or match.judge,
        "confidence": match.confidence,
        "rationale": people_text(match.rationale or "", titles[0], titles[1]),
        "at": moment(match.decided_at),
    }


def _opinions(
    match: PastMatch, names: Names, opinions: Sequence[FullOpinion], seen: Callable[[str, str], str]
) -> list[Json]:
    """Return what each judge said, the match's own first; `seen` puts a side into words, given a word for neither."""
    first, second = (names[each][0] if each in names else None for each in (match.first, match.second))
    return [
        {
            "kind": said.kind,
            "judge": said.judge,
            "model": said.model,
            "said": seen(said.winner, "drawn"),
            "grade": said.grade,
            "confidence": said.confidence,
            "criteria": {name: seen(better, "even") for name, better in said.criteria},
            "rationale": said.rationale,
            "shown_first": second if said.swapped else first,
            "cost_usd": float(said.cost),
            "at": moment(said.at),
        }
        for said in opinions
    ]


def past_board(rows: Sequence[PastRating], names: Names, at: datetime, period: str) -> Json:
    """Return the board as it stood at the end of a period."""
    return {
        "period": period,
        "at": moment(at),
        "data": [
            {
                "id": names[row.entry][0],
                "title": names[row.entry][1],
                "rank": row.rank,
                "rank_low": row.rank_low,
                "rank_high": row.rank_high,
                "score": round(row.score, 1),
                "interval": round(row.interval, 1),
                "matches": row.matches,
            }
            for row in rows
            if row.entry in names
        ],
    }
