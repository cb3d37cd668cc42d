"""HTTP route of leagues' pages under their secret paths: reads one stored file a request, and builds nothing."""

import re
import secrets
from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.exchange.outlets.served_pages import TOKEN, hash_of
from bot.exchange.published_league import PublishedLeague
from handlers.publishing.picture_view import site_pictures
from handlers.publishing.site import site_files
from storage.database.engine import Database
from storage.errors import StorageError
from storage.outlets import sites

FOLDER = "published"
MARKER = "https://published.invalid/"
"""Stands in stored pages for their own address, which holds the secret path and so isn't stored."""
_MARKED, _NOT_MARKED = "published.invalid", "published-invalid"
MOST_PATH = 200
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9.-]*/)*[A-Za-z0-9][A-Za-z0-9.-]*")
TYPES = {
    "html": "text/html; charset=utf-8", "xml": "application/atom+xml; charset=utf-8", "png": "image/png",
    "bib": "application/x-bibtex; charset=utf-8", "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/json",
}  # fmt: skip
ALWAYS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}


def site_address(public_url: str, token: str) -> str:
    """Return the URL of a served board, ending with a slash."""
    return f"{public_url}/{FOLDER}/{token}/"


def drawn_files(league: PublishedLeague) -> Iterator[tuple[str, bytes, bool]]:
    """Make the files of a site to serve, one by one: (path, content, whether it never changes again).

    The marker is put in only where the pages name their own address: strangers' links that hold it would carry the
    secret path away.
    """
    frozen = {f"archive/{period.name}.html" for period in league.periods if period.is_over}
    own = f"https://{secrets.token_hex(16)}.invalid/"
    for path, text in site_files(league, own).items():
        marked = text.replace(_MARKED, _NOT_MARKED).replace(own, MARKER)
        yield path, marked.replace(quote(own, safe=""), quote(MARKER, safe="")).encode(), path in frozen
    for path, picture in site_pictures(league):
        yield path, picture, False


def site_routes(database: Database, public_url: str | None) -> list[Route]:
    """Return the routes of served pages; none if the program doesn't know its own address."""
    if public_url is None:
        return []

    async def answer(request: Request) -> Response:
        token, path = request.path_params["token"], request.path_params.get("path", "")
        if not TOKEN.fullmatch(token) or len(path) > MOST_PATH:
            return _not_there()
        name = f"{path}index.html" if not path or path.endswith("/") else path
        if not _PATH.fullmatch(name):
            return _not_there()
        try:
            async with database.reading(None) as session:
                file = await sites.file_at(session, hash_of(token), name)
        except StorageError:
            return PlainTextResponse(
                "Not readable now", 503, headers={**ALWAYS, "Cache-Control": "no-store", "Retry-After": "30"}
            )
        if file is None:
            return _not_there()
        headers = {**ALWAYS, "Cache-Control": "private, max-age=300", "ETag": f'"{file.digest[:32]}"'}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        ending = name.rpartition(".")[2]
        address = site_address(public_url, token)
        content = file.content if ending == "png" else _addressed(file.content, address)
        return Response(content, headers=headers, media_type=TYPES.get(ending, "text/plain; charset=utf-8"))

    async def to_board(request: Request) -> Response:
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            return _not_there()
        return RedirectResponse(site_address(public_url, token), 308, headers=ALWAYS)

    return [
        Route(f"/{FOLDER}/{{token}}", to_board, methods=["GET"]),
        Route(f"/{FOLDER}/{{token}}/{{path:path}}", answer, methods=["GET"]),
    ]


def _addressed(content: bytes, address: str) -> bytes:
    """Return a stored page with its own address in it, also where that is quoted in another."""
    own = content.replace(MARKER.encode(), address.encode())
    return own.replace(quote(MARKER, safe="").encode(), quote(address, safe="").encode())


def _not_there() -> Response:
    """Return the answer that is the same for an unknown secret path, an unknown page, and one that was turned off."""
    return PlainTextResponse("Not Found", 404, headers={**ALWAYS, "Cache-Control": "no-store"})
