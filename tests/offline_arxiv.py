"""A loopback server that answers for the demo's papers as arXiv's Atom API would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from xml.etree import ElementTree as ET

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.demo.papers import NOTE, PAPERS, DemoPaper
from handlers.web.loopback_server import serve

ATOM = "http://www.w3.org/2005/Atom"
ARXIV = "http://arxiv.org/schemas/atom"


def feed(ids: list[str]) -> bytes:
    """The feed for these ids; those not among the demo's papers are left out, as arXiv does."""
    ET.register_namespace("", ATOM)
    ET.register_namespace("arxiv", ARXIV)
    root = ET.Element(f"{{{ATOM}}}feed")
    ET.SubElement(root, f"{{{ATOM}}}title").text = "arXiv Query (demo)"
    known = {paper.arxiv: paper for paper in PAPERS}
    for one in ids:
        plain = one.partition("v")[0] if "/" not in one else one
        if plain in known:
            root.append(_entry(known[plain]))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(paper: DemoPaper) -> ET.Element:
    entry = ET.Element(f"{{{ATOM}}}entry")

    def add(name: str, text: str | None = None, **attributes: str) -> ET.Element:
        element = ET.SubElement(entry, f"{{{ATOM}}}{name}", attributes)
        element.text = text
        return element

    add("id", f"http://arxiv.org/abs/{paper.arxiv}v1")
    add("title", paper.title)
    add("published", f"{paper.published}T00:00:00Z")
    add("updated", f"{paper.published}T00:00:00Z")
    add("summary", NOTE + paper.summary)
    for name in paper.authors:
        author = add("author")
        ET.SubElement(author, f"{{{ATOM}}}name").text = name
    add("category", term=paper.category, scheme=ARXIV)
    ET.SubElement(entry, f"{{{ARXIV}}}primary_category", {"term": paper.category, "scheme": ARXIV})
    add("link", href=f"https://arxiv.org/abs/{paper.arxiv}v1", rel="alternate", type="text/html")
    add(
        "link",
        href=f"https://arxiv.org/pdf/{paper.arxiv}v1",
        rel="related",
        type="application/pdf",
        title="pdf",
    )
    return entry


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """Serve on a free loopback port; yields the base URL."""

    async def query(request: Request) -> Response:
        ids = [one.strip() for one in request.query_params.get("id_list", "").split(",") if one.strip()]
        return Response(feed(ids), media_type="application/atom+xml")

    async with serve(Starlette(routes=[Route("/api/query", query)])) as port:
        yield f"http://127.0.0.1:{port}/api/query"
