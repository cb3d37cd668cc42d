"""HTTP routes by which programs read a league with a token: JSON, read-only, a page at a time."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.exchange.outlets.api_access import ApiCaller, Refusal, admit
from bot.matches.match_reading import opinions_on
from bot.work.timing import Time
from handlers.outlets import api_view
from storage.database.engine import Database, Transaction
from storage.errors import PaperboutError, StorageError
from storage.leagues import league_rows
from storage.outlets import api_rows
from storage.questions import leaderboards, match_history
from storage.standings import past_standings, rating_rows

ROOT = "/api/v1"
LIMIT, MOST, MOST_PAGE = 50, 100, 1_000
MOST_PAST = 1_000
"""Most papers of a past board."""
MOST_ID = 300
AWAY_S = "30"
ALWAYS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")

Read = Callable[[Transaction, ApiCaller, Request], Awaitable[dict[str, Any]]]


class ApiError(Exception):
    """An answer other than 200: its HTTP status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


def api_routes(database: Database, time: Time) -> list[Route]:
    """Return the routes of the JSON interface."""

    def route(path: str, read: Read) -> Route:
        async def answer(request: Request) -> Response:
            return await answered(database, time.now(), request, lambda caller: _content(caller, request))

        async def _content(caller: ApiCaller, request: Request) -> Response:
            try:
                async with database.reading(caller.workspace) as session:
                    content = await read(session, caller, request)
            except ApiError as error:
                return _error(error.status, error.code, str(error))
            except StorageError:
                raise
            except PaperboutError as error:
                return _error(404, "not_found", error.sentence)
            return JSONResponse(content, headers=ALWAYS)

        return Route(f"{ROOT}{path}", answer, methods=["GET"])

    async def nothing(_request: Request) -> Response:
        return _error(404, "not_found", api_view.NO_ADDRESS)

    return [
        *(route(path.replace("{id}", "{id:path}"), read) for path, read in READS.items()),
        Route(f"{ROOT}/{{rest:path}}", nothing, methods=["GET"]),
    ]


async def answered(
    database: Database, now: datetime, request: Request, answer: Callable[[ApiCaller], Awaitable[Response]]
) -> Response:
    """Return the answer to who has the right to ask, or a refusal; 503 while the database can't be read."""
    try:
        caller = await admit(database, request.headers.get("authorization", ""), now)
        return _refused(caller, now) if isinstance(caller, Refusal) else await answer(caller)
    except StorageError:
        return _error(503, "unavailable", api_view.AWAY, {"Retry-After": AWAY_S})


def _refused(refusal: Refusal, now: datetime) -> Response:
    """Return the answer to who has no right to ask, or asks too often."""
    status, code = refusal.value
    more = {}
    if refusal is Refusal.NO_TOKEN:
        more = {"WWW-Authenticate": "Bearer"}
    elif refusal is Refusal.TOO_OFTEN:
        more = {"Retry-After": str(60 - now.second)}
    return _error(status, code, api_view.REFUSALS[refusal], more)


def _error(status: int, code: str, sentence: str, more: dict[str, str] | None = None) -> Response:
    content = {"error": {"code": code, "message": sentence}}
    return JSONResponse(content, status, headers=ALWAYS | (more or {}))


async def _league(session: Transaction, caller: ApiCaller, _request: Request) -> dict[str, Any]:
    row = await league_rows.get(session, caller.league)
    count = await leaderboards.count_filtered(session, row.id)
    return api_view.league(row, count, await rating_rows.count_rated(session, row.id))


async def _papers(session: Transaction, caller: ApiCaller, request: Request) -> dict[str, Any]:
    sort = request.query_params.get("sort", "rank")
    if sort not in api_rows.SORTS:
        raise ApiError(400, "bad_request", f"sort is one of {', '.join(api_rows.SORTS)}.")
    limit, page = _paging(request)
    rows = await api_rows.papers(session, caller.league, sort, limit=limit, offset=limit * (page - 1))
    total = await leaderboards.count_filtered(session, caller.league)
    return _paged(request, [api_view.paper(row) for row in rows], total, limit, page, sort=sort)


async def _paper(session: Transaction, caller: ApiCaller, request: Request) -> dict[str, Any]:
    row = await _named(session, caller, request)
    return api_view.whole_paper(row, await api_rows.reviews(session, row.entry.id))


async def _comparisons(session: Transaction, caller: ApiCaller, request: Request) -> dict[str, Any]:
    row = await _named(session, caller, request)
    entry = row.entry.id
    limit, page = _paging(request)
    matches = await match_history.past_matches(session, entry, None, limit=limit, offset=limit * (page - 1))
    ends = {each for match in matches for each in (match.first, match.second)}
    names = await api_rows.names_of(session, caller.league, ends)
    said = await opinions_on(session, matches, {each: title for each, (_id, title) in names.items()})
    total = sum(record.matches for record in (await match_history.records(session, entry)).values())
    rows = [api_view.comparison(match, entry, names, said[match.match]) for match in matches]
    return _paged(request, rows, total, limit, page)


async def _matches(session: Transaction, caller: ApiCaller, request: Request) -> dict[str, Any]:
    limit, page = _paging(request)
    text = request.query_params.get("since")
    matches, total = await match_history.league_matches(
        session,
        caller.league,
        None if text is None else _moment(text),
        limit=limit,
        offset=limit * (page - 1),
    )
    ends = {each for match in matches for each in (match.first, match.second)}
    names = await api_rows.names_of(session, caller.league, ends)
    said = await opinions_on(session, matches, {each: title for each, (_id, title) in names.items()})
    since = {} if text is None else {"since": text}
    rows = [api_view.league_match(match, names, said[match.match]) for match in matches]
    return _paged(request, rows, total, limit, page, **since)


async def _board(session: Transaction, caller: ApiCaller, request: Request) -> dict[str, Any]:
    period = request.path_params["period"]
    standings = await past_standings.load_at(session, caller.league, _end_of(period))
    if standings is None:
        raise ApiError(404, "not_found", "No standings were kept then.")
    _id, at, ratings = standings
    rows = sorted((row for row in ratings.values() if row.matches), key=lambda each: (each.rank, each.entry))
    rows = rows[:MOST_PAST]
    names = await api_rows.names_of(session, caller.league, [row.entry for row in rows])
    return api_view.past_board(rows, names, at, period)


async def _named(session: Transaction, caller: ApiCaller, request: Request) -> api_rows.ApiPaper:
    name = str(request.path_params["id"])
    row = None
    if len(name) <= MOST_ID and "\0" not in name:
        row = await api_rows.paper_named(session, caller.league, name)
    if row is None:
        raise ApiError(404, "not_found", "This league has no such paper.")
    return row


def _paging(request: Request) -> tuple[int, int]:
    """Return (limit, page) of a request. Raises `ApiError` unless they are numbers within bounds."""
    numbers = []
    for name, usual, most in (("limit", LIMIT, MOST), ("page", 1, MOST_PAGE)):
        text = request.query_params.get(name, str(usual))
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
            raise ApiError(400, "bad_request", f"{name} is a number from 1 to {most:,}.")
        numbers.append(int(text))
    return numbers[0], numbers[1]


def _paged(
    request: Request, rows: list[dict[str, Any]], total: int, limit: int, page: int, **more: str
) -> dict[str, Any]:
    following = None
    if limit * page < total and page < MOST_PAGE:
        following = f"{request.url.path}?{urlencode({**more, 'limit': limit, 'page': page + 1})}"
    return {"data": rows, "page": page, "limit": limit, "total": total, "next": following}


def _moment(text: str) -> datetime:
    """Return a time given as ISO 8601; one without a zone is in UTC. Raises `ApiError`."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(400, "bad_request", "since is a time: 2026-03-20T09:00:00Z.") from None


def _end_of(period: str) -> datetime:
    """Return the last moment of a week ("2026-W12"), month ("2026-03") or day, in UTC. Raises `ApiError`."""
    try:
        if week := _WEEK.fullmatch(period):
            end = datetime.fromisocalendar(int(week[1]), int(week[2]), 1).replace(tzinfo=UTC) + timedelta(
                days=7
            )
        elif month := _MONTH.fullmatch(period):
            first = datetime(int(month[1]), int(month[2]), 1, tzinfo=UTC)
            end = (first + timedelta(days=32)).replace(day=1)
        else:
            end = datetime.strptime(period, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ApiError(
            400, "bad_request", "A period is a week, month or day: 2026-W12, 2026-03, 2026-03-20."
        ) from None
    return end - timedelta(microseconds=1)


READS: Mapping[str, Read] = {
    "/league": _league,
    "/papers": _papers,
    "/papers/{id}/matches": _comparisons,
    "/papers/{id}": _paper,
    "/matches": _matches,
    "/boards/{period}": _board,
}
"""What answers each address below the root; the longer of two that fit comes first."""
