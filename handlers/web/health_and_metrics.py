"""HTTP routes for operators: `/healthz` (alive, ready) and `/metrics`."""

from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.work.metrics import Metrics
from bot.work.timing import Time
from storage.database.engine import Database
from storage.migrations import running
from storage.work import backlogs

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = structlog.get_logger(__name__)


def health_routes(database: Database) -> list[Route]:
    """Return the routes `/healthz` (200 if the database answers and is migrated, else 503) and `/healthz/alive` (200)."""

    async def alive(_request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_request: Request) -> Response:
        try:
            revision = await running.current(database)
        except Exception:
            log.exception("database_does_not_answer")
            return JSONResponse({"alive": True, "ready": False, "reason": "the database doesn't answer"}, 503)
        if revision != running.head():
            reason = "the database isn't migrated: run `paperbout migrate`"
            return JSONResponse({"alive": True, "ready": False, "reason": reason}, 503)
        return JSONResponse({"alive": True, "ready": True})

    return [Route("/healthz", ready), Route("/healthz/alive", alive)]


def metrics_route(metrics: Metrics, database: Database, time: Time, *, everybody: bool = False) -> Route:
    """Return the route `/metrics`; if the database doesn't answer, it shows counters and `database_up 0`.

    Without `everybody`, it answers requests from this computer that no proxy forwarded, and 404 to others.
    """

    async def answer(request: Request) -> Response:
        if not everybody and not _is_from_here(request):
            return PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)
        now = time.now()
        try:
            async with database.reading(None) as session:
                rows = await backlogs.backlogs_of_workers(session, now)
                outbox, since = await backlogs.outbox(session, now)
                metrics.read_troubles(
                    await backlogs.count_failed(session), await backlogs.overdue(session, now)
                )
            metrics.read(
                [(backlog.kind, backlog.rows, _age(backlog.since, now)) for backlog in rows],
                outbox,
                _age(since, now),
            )
        except Exception:
            log.exception("database_does_not_answer")
            metrics.unread()
        return Response(metrics.text(), media_type=METRICS_TYPE)

    return Route("/metrics", answer)


def _is_from_here(request: Request) -> bool:
    """Return whether a request comes from this computer and wasn't forwarded by a proxy."""
    is_forwarded = any(
        name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via")
    )
    try:
        return not is_forwarded and request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:  # a Unix socket has no address
        return False


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
