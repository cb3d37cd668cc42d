"""Builds all files of a published league (pages, feed and citations), and writes them to a folder."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.exchange.published_league import PublishedLeague, PublishedPaper
from bot.exchange.references import FORMATS, write
from bot.questions.search.similar_papers import nearest
from handlers.publishing.board_view import ORDERS, archive_page, board_page, period_page
from handlers.publishing.feed_view import feed
from handlers.publishing.paper_view import paper_page
from handlers.publishing.picture_view import BOARD_PICTURE, site_pictures
from handlers.publishing.places import paper_file, paper_picture, slug
from storage.errors import BadRequestError
from storage.questions.entry_lookup import EntryText

MOST_NEAR = 3
NEAR_AMONG = 400
"""Maximum number of papers in a league whose pages list similar papers; for more, it would take too long."""
MARK = "paperbout.txt"
"""Name of the file that marks a published folder; a non-empty folder without it is never written to."""


def site_files(league: PublishedLeague, address: str = "") -> dict[str, str]:
    """Return the text of each file of a published league, by path; `address` is its URL ending with a slash, or ""."""
    picture = _at(address, BOARD_PICTURE)
    files = {order.file: board_page(league, order, _at(address, order.file), picture) for order in ORDERS}
    near = _near(league)
    for paper in league.papers:
        path = paper_file(paper.id)
        files[path] = paper_page(
            league, paper, near.get(paper.id, ()), _at(address, path), _at(address, paper_picture(paper.id))
        )
    for citation in league.citations:
        path = paper_file(citation.id).removesuffix("html")
        alone = [replace(citation, abstract=None)]
        files[f"{path}bib"] = write(alone, "bib")
        files[f"{path}ris"] = write(alone, "ris")
    for period in league.periods:
        path = f"archive/{period.name}.html"
        files[path] = period_page(league, period, _at(address, path), picture)
    files["archive/index.html"] = archive_page(league, _at(address, "archive/index.html"))
    files["feed.xml"] = feed(league, address)
    for form in FORMATS:
        files[f"references.{'json' if form == 'csl' else form}"] = write(league.citations, form)
    return files


def write_site(league: PublishedLeague, folder: Path, address: str = "") -> int:
    """Write a published league's files and return their number; pages of past weeks and months are never overwritten.

    Pictures are drawn only with an address, since other sites show them by their whole URL.
    Raises `BadRequestError` if the folder contains something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadRequestError(
            f"{folder} holds something else. Name an empty folder, or one published before."
        )
    over = {f"archive/{period.name}.html" for period in league.periods if period.is_over}
    frozen = set(_lines(folder / MARK)[1:])
    files = site_files(league, address)
    for path, text in files.items():
        place = folder / path
        if path in frozen and place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    pictures: set[str] = set()
    for path, content in site_pictures(league) if address else ():
        (folder / path).write_bytes(content)
        pictures.add(path)
    kept = "\n".join([league.name, *sorted(over | frozen)])
    (folder / MARK).write_text(f"{kept}\n", encoding="utf-8", newline="\n")
    for page in (folder / "papers").glob("*.*"):
        if f"papers/{page.name}" not in files.keys() | pictures:
            page.unlink()  # the paper was removed
    return len(files) + len(pictures)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _at(address: str, path: str) -> str:
    return f"{address}{path}" if address else ""


def _near(league: PublishedLeague) -> Mapping[str, list[PublishedPaper]]:
    if len(league.papers) > NEAR_AMONG:
        return {}
    texts = [
        EntryText(place, paper.paper.title, "", paper.paper.abstract or "", None)
        for place, paper in enumerate(league.papers)
    ]
    return {
        paper.id: [league.papers[each.entry] for each in nearest(place, texts, MOST_NEAR)]
        for place, paper in enumerate(league.papers)
    }


__all__ = ["site_files", "slug", "write_site"]
