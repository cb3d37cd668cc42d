"""Builds all files of a published league (pages, feed and citations), and writes them to a folder."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.exchange.published_league import PublishedLeague, PublishedPaper
from bot.exchange.references import FORMATS, write
from bot.questions.search.similar_papers import nearest
from handlers.publishing.board_view import ORDERS, archive_page, board_page, period_page
from handlers.publishing.feed_view import feed
from handlers.publishing.paper_view import farewell_page, paper_page
from handlers.publishing.picture_view import BOARD_PICTURE, site_pictures
from handlers.publishing.places import paper_file, paper_picture, slug
from storage.errors import BadRequestError
from storage.questions.entry_lookup import EntryText

MOST_NEAR = 3
NEAR_AMONG = 400
"""Maximum number of papers in a league whose pages list similar papers; for more, it would take too long."""
ASIDE = ".new"
"""Folder in which files are written before they take their places."""
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
    files |= {paper_file(paper): farewell_page(league) for paper in league.removed}
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

    All files are written aside first and then put in place one by one, so that whoever reads them meanwhile, or after
    this was broken off, finds whole pages. A removed paper's page says so from then on, since past weeks lead there.
    Pictures are drawn only with an address, since other sites show them by their whole URL.
    Raises `BadRequestError` if the folder contains something else.
    """
    mark, aside = folder / MARK, folder / ASIDE
    folder.mkdir(parents=True, exist_ok=True)
    if not mark.exists():
        if any(folder.iterdir()):
            raise BadRequestError(
                f"{folder} holds something else. Name an empty folder, or one published before."
            )
        mark.write_text(f"{league.name}\n", encoding="utf-8", newline="\n")
    frozen = set(mark.read_text(encoding="utf-8").splitlines()[1:])
    files = {
        path: text.encode(errors="replace")
        for path, text in site_files(league, address).items()
        if path not in frozen or not (folder / path).exists()
    }
    files |= dict(site_pictures(league)) if address else {}
    shutil.rmtree(aside, ignore_errors=True)
    gone = [
        page.relative_to(folder).as_posix()
        for page in sorted((folder / "papers").glob("*.*"))
        if f"papers/{page.name}" not in files
    ]
    left = {path: farewell_page(league).encode() for path in gone if path.endswith(".html")}
    for path, content in (files | left).items():
        place = aside / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for path in files | left:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (aside / path).replace(folder / path)
    over = {f"archive/{period.name}.html" for period in league.periods if period.is_over}
    kept = aside / MARK
    kept.write_text("\n".join([league.name, *sorted(over | frozen), ""]), encoding="utf-8", newline="\n")
    kept.replace(mark)
    for path in gone:
        if path not in left:
            (folder / path).unlink()
    shutil.rmtree(aside)
    return len(files)


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
