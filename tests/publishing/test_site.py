"""The pages to keep: safe whatever texts say, whole without a script, their links lead somewhere and last."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
import rispy
from PIL import Image
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser as Tree

from bot.exchange.published_league import PublishedLeague, read_published
from handlers.publishing.html import paragraphs
from handlers.publishing.picture_view import site_pictures
from handlers.publishing.places import paper_file, slug
from handlers.publishing.site import site_files, write_site
from storage.errors import BadRequestError, NotAllowedError
from storage.standings import past_standings
from storage.tables import Entry, League
from tests.publishing.leagues import HOSTILE, a_league
from tests.questions.conftest import Asker
from tests.statements import counted

FILES = site_files(a_league(), "https://example.org/x/")
PAGES = {path: text for path, text in FILES.items() if path.endswith(".html")}
_MAY_STAND = (
    "html head meta title link style body a header p strong nav ul li main footer h1 h2 h3 h4 div table caption thead "
    "tbody tr th td time dl dt dd svg line rect text section article span"
)
MAY_STAND = frozenset(_MAY_STAND.split())
ATOM = "{http://www.w3.org/2005/Atom}"


def first_two(league: PublishedLeague) -> PublishedLeague:
    """The league after its other papers left."""
    return replace(league, papers=league.papers[:2], citations=league.citations[:2])


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.all.append((tag, dict(attrs)))


def test_nothing_runs_and_nothing_is_loaded_whatever_texts_hold() -> None:
    for path, text in PAGES.items():
        for name, attributes in Elements(text).all:
            assert name in MAY_STAND, (path, name)
            assert not [
                key for key in attributes if key.startswith("on") or key in {"src", "srcset", "style"}
            ]
            href = attributes.get("href") or ""
            assert re.match(r"https://|mailto:\?|#|[\w./-]+$", href) or name != "a"
            assert not re.match(r"\s*(?:javascript|data|vbscript|file):", href, re.IGNORECASE)
            assert name != "link" or attributes["rel"] in {"canonical", "alternate"}
        contents = [
            attributes.get("content") or "" for name, attributes in Elements(text).all if name == "meta"
        ]
        assert any(content.startswith("default-src 'none'") for content in contents)
        assert "\x00" not in text


def test_texts_are_shown_as_they_were_written() -> None:
    for number, title in enumerate(HOSTILE, 1):
        tree = Tree(PAGES[f"papers/arxiv-2601.0000{number}.html"])
        heading = tree.css_first("h1")
        assert heading is not None
        assert heading.text() == title.replace("\x00", "")
    page = Tree(PAGES["papers/arxiv-2601.00001.html"]).css_first("main")
    assert page is not None
    said = page.text()
    for words in (
        "#1 of 2", "1600 ± 60", "Win rate", "100%", "Rubric7.5 of 10", "What one:m found new.", "two:<m>",
        "Methodological rigor", "Won against", "Decided by the team's vote. 25 March 2026",
        "Judge one:m said it won, confidence 80%", "Also on the panel: two:<m> said it lost, confidence 60%",
        "one <b>bold</b>", "It beats Paper <script>", "On single criteria: rigor won.", "Ada <i>Lovelace</i>",
    ):  # fmt: skip
        assert words in said, words
    assert (
        "As of 27 March 2026, by Paperbout." in (Tree(PAGES["index.html"]).css_first("body") or page).text()
    )
    assert "U1" not in said, "people aren't named"
    assert "Withdrawn." in PAGES["papers/arxiv-2601.00003.html"]
    assert "javascript:alert(5)" not in PAGES["papers/arxiv-2601.00002.html"]


def test_every_page_is_built_for_readers_of_all_kinds_and_its_links_lead_somewhere() -> None:
    for path, text in PAGES.items():
        tree = Tree(text)
        assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("header")) == 1, path
        levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4") if node.tag]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        ids = [node.attributes["id"] for node in tree.css("[id]")]
        assert len(ids) == len(set(ids)), path
        assert all(node.attributes.get("scope") for node in tree.css("th")), path
        assert all(node.css_first("caption") for node in tree.css("table")), path
        assert all(node.attributes.get("aria-label") for node in tree.css("svg, nav")), path
        for link in tree.css("a"):
            assert link.text().strip(), path
            href = link.attributes.get("href") or ""
            if href.startswith("#"):
                assert href[1:] in ids
            elif not href.startswith(("https://", "mailto:?")):
                target = (Path("/") / PurePosixPath(path).parent / href).resolve().relative_to("/")
                assert str(target) in FILES, (path, href)


def test_what_models_write_as_markdown_is_set_and_nothing_else() -> None:
    text = (
        "### 1. <Core> ##\n\n**Key:** a < b\n- **Scope**: 2 ** 3 ** 4\n"
        "**bold *x* never** `code`\n#1 of 3 and f(*args, **kwargs)"
    )
    assert paragraphs(text) == (
        "<p><strong>1. &lt;Core&gt;</strong></p><p><strong>Key:</strong> a &lt; b</p>"
        "<ul><li><strong>Scope</strong>: 2 ** 3 ** 4</li></ul><p>**bold *x* never** `code`</p>"
        "<p>#1 of 3 and f(*args, **kwargs)</p>"
    )


def test_the_board_is_sorted_by_pages() -> None:
    def titles(path: str) -> list[str]:
        return [node.text()[:7] for node in Tree(PAGES[path]).css("tbody th")]

    by_rank = titles("index.html")
    assert titles("by-date.html") == by_rank, "the newest was added a day ago"
    assert titles("by-title.html") != by_rank
    assert 'aria-sort="ascending"' in PAGES["index.html"]
    assert "so far" in PAGES["archive/2026-03.html"]
    assert "as it ended" in PAGES["archive/2026-W12.html"]
    assert "<h1>reading-group &lt;x&gt;, March 2026</h1>" in PAGES["archive/2026-03.html"]


def test_the_feed_is_atom_and_citations_are_read_by_other_parsers() -> None:
    feed = ET.fromstring(FILES["feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    titles = [t.replace("\x00", "") for t in HOSTILE]
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        *titles[::-1],
        "reading-group <x>, Week of 16 March 2026",
    ]
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in (feed, *entries)]
    assert len(set(ids)) == 5
    assert all(each.startswith("tag:") for each in ids)
    for each in (feed, *entries):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\+00:00", each.findtext(f"{ATOM}updated") or "")
        links = [link.get("href", "") for link in each.findall(f"{ATOM}link")]
        assert all(link.startswith("https://example.org/x/") for link in links)
    read = feedparser.parse(FILES["feed.xml"])
    assert not read.bozo
    assert (read.version, read.feed.title) == ("atom10", "reading-group <x>")
    assert [each.link for each in read.entries][-1] == "https://example.org/x/archive/2026-W12.html"
    entry = next(iter(parse_string(FILES["papers/arxiv-2601.00001.bib"], "bibtex").entries.values()))
    assert entry.fields["eprint"] == "2601.00001"
    [ris] = rispy.loads(FILES["papers/arxiv-2601.00001.ris"].replace("\r\n", "\n"))
    assert ris["authors"][1] == "van der Berg, Jan"


def test_pages_with_an_address_have_pictures_and_links_to_share(tmp_path: Path) -> None:
    league = a_league()
    write_site(league, tmp_path / "plain")
    assert not list((tmp_path / "plain").rglob("*.png"))
    assert "og:image" not in (tmp_path / "plain/index.html").read_text()
    assert "Share it" not in (tmp_path / "plain/papers/arxiv-2601.00001.html").read_text()
    count = write_site(league, tmp_path / "site", "https://example.org/x/")
    assert count == len([path for path in (tmp_path / "site").rglob("*.*") if path.name != "paperbout.txt"])
    for path in ("index.html", "papers/arxiv-2601.00001.html", "papers/arxiv-2601.00003.html"):
        tree = Tree((tmp_path / "site" / path).read_text())
        said = {
            node.attributes["property"]: node.attributes["content"] or ""
            for node in tree.css("meta[property]")
        }
        assert {"og:title", "og:description", "og:image:alt"} <= said.keys()
        picture = tmp_path / "site" / said["og:image"].removeprefix("https://example.org/x/")
        with Image.open(picture) as drawn:
            assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
            assert len(drawn.convert("L").getcolors() or ()) > 20, "something is drawn"
        assert picture.stat().st_size < 100_000
    tree = Tree((tmp_path / "site/papers/arxiv-2601.00001.html").read_text())
    links = [node.attributes.get("href") or "" for node in tree.css("a")]
    own = "https://example.org/x/papers/arxiv-2601.00001.html"
    [mail] = [link for link in links if link.startswith("mailto:")]
    assert parse_qs(urlsplit(mail).query) == {"subject": [HOSTILE[0]], "body": [own]}
    assert [parse_qs(urlsplit(link).query)["text"][0] for link in links if "bsky" in link] == [
        f"{HOSTILE[0]} {own}"
    ]
    [comparison, *_rest] = [link for link in links if link.startswith("#match-")]
    assert tree.css_first(comparison) is not None, "each comparison has a link of its own"
    write_site(first_two(league), tmp_path / "site", "https://example.org/x/")
    assert not (tmp_path / "site/papers/arxiv-2601.00003.png").exists()


def test_pictures_are_drawn_whatever_titles_hold() -> None:
    league = a_league()
    paper = league.papers[0]
    for title in ("", "x" * 5_000, "量子 \U000e0001 \u202e מאמר", "word " * 400, "\x00\n\t"):
        row = paper.paper.model_copy(update={"title": title})
        odd = replace(league, name=title, papers=(replace(paper, paper=row),))
        assert all(content.startswith(b"\x89PNG") for _path, content in site_pictures(odd))


def test_a_week_that_is_over_stays_and_other_folders_are_left_alone(tmp_path: Path) -> None:
    league = a_league()
    folder = tmp_path / "site"
    write_site(league, folder)
    write_site(replace(first_two(league), name="renamed"), folder)
    assert "reading-group" in (folder / "archive/2026-W12.html").read_text()
    assert "renamed" in (folder / "archive/2026-03.html").read_text()
    removed = (folder / "papers/arxiv-2601.00003.html").read_text()
    assert "no longer in the league" in removed, "past weeks still lead there"
    assert HOSTILE[2][-9:] not in removed
    assert not (folder / "papers/arxiv-2601.00003.bib").exists()
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadRequestError, match="holds something else"):
        write_site(league, tmp_path)


def test_a_publication_that_breaks_off_leaves_the_old_pages_whole_and_the_next_one_heals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    league, folder = a_league(), tmp_path / "site"

    def files() -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    whole = Path.write_bytes

    def until_full(path: Path, content: bytes) -> int:
        if path.name == "feed.xml":
            whole(path, content[:10])
            raise OSError("No space left on device")
        return whole(path, content)

    for published in (league, replace(league, name="renamed")):
        before = files()
        monkeypatch.setattr(Path, "write_bytes", until_full)
        with pytest.raises(OSError, match="No space"):
            write_site(published, folder, "https://example.org/x/")
        left = {path: content for path, content in files().items() if not path.startswith(".new/")}
        assert left == (before or {"paperbout.txt": f"{league.name}\n".encode()})
        monkeypatch.setattr(Path, "write_bytes", whole)
        write_site(published, folder, "https://example.org/x/")
        once = files()
        assert not [path for path in once if path.startswith(".new")]
        write_site(published, folder, "https://example.org/x/")
        assert files() == once, "the same league gives the same files"
    assert b"renamed" in files()["index.html"]


def test_a_page_stands_where_its_papers_id_says_and_no_two_share_one() -> None:
    assert slug("arxiv:1706.03762") == "arxiv-1706.03762"
    ids = (
        "doi:10.1000/a_b",
        "doi:10.1000/a-b",
        "doi:10.1000/A?b",
        "page:https://x.org/" + "y" * 300,
        "arxiv:../../etc",
    )
    names = [slug(each) for each in ids]
    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,95}", name) and ".." not in name for name in names)


async def test_boards_of_many_moments_are_one_reading_and_the_same_as_each_alone(asker: Asker) -> None:
    async with asker.world.writing() as session:
        now = asker.world.now + timedelta(days=40)
        moments = [now - timedelta(days=3 * back) for back in range(40)]
        with counted(asker.world.database) as statements:
            boards = await past_standings.load_at_each(session, asker.league, moments)
        assert len(statements) == 2
        alone = [await past_standings.load_at(session, asker.league, moment) for moment in moments]
        assert boards == [{} if standings is None else standings[2] for standings in alone]
        assert boards[0]
        assert boards[-1] == {}


async def test_a_league_is_read_with_all_that_was_said_and_a_private_one_only_where_owners_allow(
    asker: Asker,
) -> None:
    now = asker.world.now + timedelta(days=40)
    async with asker.world.writing() as session:
        league = await session.get_one(League, asker.league)
        published = await read_published(session, league, now)
        assert len(published.papers) == len(asker.entries)
        leader = published.papers[0]
        assert leader.rating is not None
        assert leader.rating.rank == 1
        assert any(match.by_team for paper in published.papers for match in paper.matches)
        opinions = [opinion for match in leader.matches for opinion in match.opinions]
        assert "says more than" in opinions[0].rationale
        assert not any("Paper 1" in opinion.rationale for opinion in opinions)
        assert {opinion.kind for opinion in opinions} == {"verdict", "swap"}
        assert len([period for period in published.periods if period.is_over]) >= 5
        assert published.periods[-1].rows
        assert site_files(published)["index.html"].count("<tr>") == len(asker.entries) + 1
        entry = await session.get_one(Entry, asker.entries[0])
        entry.removed_at = now
        without = await read_published(session, league, now)
        [gone] = without.removed
        assert {paper.id for paper in published.papers} - {paper.id for paper in without.papers} == {gone}
        assert "no longer in the league" in site_files(without)[paper_file(gone)]
        league.is_private = True
        with pytest.raises(NotAllowedError, match="private channel"):
            await read_published(session, league, now)
        league.may_publish = True
        assert (await read_published(session, league, now)).papers
