"""Claims about the other sources, each against a server that answers in its format."""

# ruff: noqa: E501 - recorded formats stay on one line

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.papers.errors import PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import Reference, parse
from bot.papers.reading.html_reading import read_head
from bot.papers.records import PaperRecord
from bot.papers.resolving import SOURCES, Resolver, declaration_of
from bot.papers.sources import Keys, SourceAnswer
from bot.papers.sources.datacite import with_datacite
from bot.papers.sources.openreview import OpenReviewSource
from bot.papers.sources.page import PageSource, record_of
from bot.papers.text import abstract_text
from tests.papers.conftest import Site
from tests.papers.pdfs import a_paper

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
CSL = "application/vnd.citationstyles.csl+json"


async def only(resolver: Resolver, written: str) -> SourceAnswer:
    reference = parse(written)
    assert reference is not None
    return (await resolver.resolve([reference]))[reference.canonical]


async def test_a_doi_is_answered_in_csl_json(site: Site, resolver: Resolver) -> None:
    csl = {
        "title": "Deep learning",
        "author": [{"given": "Yann", "family": "LeCun"}, {"literal": "The Team"}],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Deep learning allows &amp; more.</jats:p>",
        "issued": {"date-parts": [[2015, 5, 27]]},
        "license": [{"URL": "https://example.org/licence"}],
        "relation": {"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.1706.03762"}]},
    }
    site.gives("/doi/10.1038/nature14539", json.dumps(csl), CSL)
    record = await only(resolver, "10.1038/nature14539")
    assert isinstance(record, PaperRecord)
    assert record.identifiers == (("doi", "10.1038/nature14539"), ("arxiv", "1706.03762"))
    assert record.authors == ("Yann LeCun", "The Team")
    assert record.abstract == "Deep learning allows & more."
    assert record.published == datetime(2015, 5, 27, tzinfo=UTC)
    assert site.asked[0].headers["Accept"] == CSL


async def test_an_abstract_that_the_registrar_lacks_comes_from_openalex(
    site: Site, resolver: Resolver
) -> None:
    site.gives("/doi/10.1000/x", json.dumps({"title": ["T"]}), CSL)
    index = {"Words": [0], "in": [1], "order": [2]}
    site.gives(
        "/openalex/works/doi:10.1000/x", json.dumps({"abstract_inverted_index": index}), "application/json"
    )
    record = await only(resolver, "10.1000/x")
    assert isinstance(record, PaperRecord)
    assert record.abstract == "Words in order"


async def test_else_from_semantic_scholar_whose_ids_join_identities(site: Site, resolver: Resolver) -> None:
    site.gives("/doi/10.1000/x", json.dumps({"title": "T"}), CSL)
    site.gives("/openalex/works/doi:10.1000/x", "", status=500)
    paper = {"abstract": "Its words.", "externalIds": {"ArXiv": "1706.03762", "CorpusId": 5}}
    site.gives("/s2/graph/v1/paper/DOI:10.1000/x", json.dumps(paper), "application/json")
    record = await only(resolver, "10.1000/x")
    assert isinstance(record, PaperRecord)
    assert record.abstract == "Its words."
    assert ("arxiv", "1706.03762") in record.identifiers


async def test_a_paper_without_an_abstract_is_kept(site: Site, resolver: Resolver) -> None:
    site.gives("/doi/10.1000/x", json.dumps({"title": "T"}), CSL)
    record = await only(resolver, "10.1000/x")
    assert isinstance(record, PaperRecord)
    assert record.abstract is None


async def test_an_unknown_doi_and_a_cut_off_answer_are_different_errors(
    site: Site, resolver: Resolver
) -> None:
    site.gives("/doi/10.1000/cut", '{"title": "T', CSL)
    assert isinstance(await only(resolver, "10.1000/nothing"), PaperNotFoundError)
    assert isinstance(await only(resolver, "10.1000/cut"), SourceUnavailableError)


async def test_a_preprint_of_osf_is_found_by_the_doi_of_its_version(site: Site, resolver: Resolver) -> None:
    site.gives("/doi/10.31234/osf.io/7eb4g_v2", json.dumps({"title": "T", "abstract": "A."}), CSL)
    record = await only(resolver, "https://osf.io/preprints/psyarxiv/7eb4g_v2")
    assert isinstance(record, PaperRecord)
    assert record.identifiers[0] == ("doi", "10.31234/osf.io/7eb4g")


async def test_biorxiv_is_asked_through_its_api(site: Site, resolver: Resolver) -> None:
    versions = [
        {"title": "T one", "authors": "Doe, J. R.; Roe, A.", "date": "2020-01-01", "version": "1", "abstract": "Old."},
        {"title": "T two", "authors": "Doe, J. R.; Roe, A.", "date": "2020-02-01", "version": "2", "abstract": "New.",
         "category": "genomics", "license": "cc_by", "published": "10.1000/journal"},
    ]  # fmt: skip
    path = "/biorxiv/details/biorxiv/10.1101/2020.01.01.123456"
    site.gives(path, json.dumps({"collection": versions}), "application/json")
    record = await only(resolver, "https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1")
    assert isinstance(record, PaperRecord)
    assert (record.title, record.abstract, record.version) == ("T two", "New.", 2)
    assert record.authors == ("J. R. Doe", "A. Roe")
    assert record.identifiers == (("doi", "10.1101/2020.01.01.123456"), ("doi", "10.1000/journal"))


async def test_what_biorxiv_lacks_is_asked_of_medrxiv_then_of_doi_org(site: Site, resolver: Resolver) -> None:
    site.gives("/biorxiv/details/biorxiv/10.1101/123456", '{"collection": []}', "application/json")
    site.gives("/biorxiv/details/medrxiv/10.1101/123456", '{"collection": []}', "application/json")
    site.gives("/doi/10.1101/123456", json.dumps({"title": "T", "abstract": "A."}), CSL)
    record = await only(resolver, "10.1101/123456")
    assert isinstance(record, PaperRecord)
    assert record.source == "doi.org"


async def test_openreview_is_asked_in_both_versions(site: Site, resolver: Resolver) -> None:
    new = {
        "title": {"value": "New"},
        "abstract": {"value": "A."},
        "authors": {"value": ["Ada"]},
        "pdf": {"value": "/pdf/1.pdf"},
    }
    old = {"title": "Old", "abstract": "B.", "authors": ["Bo"]}
    notes = json.dumps(
        {"notes": [{"id": "newnote01", "forum": "newnote01", "content": new, "cdate": 1577836800000}]}
    )
    site.gives("/or2/notes", notes, "application/json")
    record = await only(resolver, "https://openreview.net/forum?id=newnote01")
    assert isinstance(record, PaperRecord)
    assert (record.title, record.authors, record.pdf_url) == (
        "New",
        ("Ada",),
        "https://openreview.net/pdf?id=newnote01",
    )
    assert record.published == datetime(2020, 1, 1, tzinfo=UTC)
    site.gives("/or2/notes", '{"notes": []}', "application/json")
    site.gives(
        "/or1/notes", json.dumps({"notes": [{"forum": "oldnote01", "content": old}]}), "application/json"
    )
    record = await only(resolver, "https://openreview.net/pdf?id=oldnote01")
    assert isinstance(record, PaperRecord)
    assert (record.title, record.authors) == ("Old", ("Bo",))


async def test_openreview_s_challenge_is_said_in_a_sentence(site: Site, resolver: Resolver) -> None:
    refusal = '{"name": "ForbiddenError", "message": "ChallengeRequired"}'
    site.gives("/or2/notes", refusal, "application/json", 403)
    site.gives("/or1/notes", refusal, "application/json", 403)
    answer = await only(resolver, "https://openreview.net/forum?id=newnote01")
    assert isinstance(answer, SourceError)
    assert "guests" in str(answer)


async def test_pubmed_and_pmc_are_one_paper_with_three_ids(site: Site, resolver: Resolver) -> None:
    result = {
        "pmid": "31221671", "pmcid": "PMC4368415", "doi": "10.1000/Y", "title": "A study.",
        "authorList": {"author": [{"firstName": "Ada", "lastName": "A"}, {"collectiveName": "Group"}]},
        "abstractText": "<h4>Aims</h4>To study.", "firstPublicationDate": "2019-06-20",
    }  # fmt: skip
    site.gives("/epmc/search", json.dumps({"resultList": {"result": [result]}}), "application/json")
    record = await only(resolver, "https://pubmed.ncbi.nlm.nih.gov/31221671/")
    assert isinstance(record, PaperRecord)
    assert record.identifiers == (("pmid", "31221671"), ("pmcid", "PMC4368415"), ("doi", "10.1000/y"))
    assert (record.title, record.authors) == ("A study", ("Ada A", "Group"))


async def test_pubmed_s_links_to_notices_tell_what_became_of_a_paper(site: Site, resolver: Resolver) -> None:
    for kind, standing in (
        ("Retraction in", "retracted"),
        ("Erratum in", "corrected"),
        ("Expression of concern in", "concern"),
        ("Comment in", None),
    ):
        corrections = {"commentCorrection": [{"type": kind}]}
        result = {"title": "A study.", "pmid": "31221671", "commentCorrectionList": corrections}
        answer = {"resultList": {"result": [result]}}
        site.gives("/epmc/search", json.dumps(answer), "application/json")
        record = await only(resolver, "https://pubmed.ncbi.nlm.nih.gov/31221671/")
        assert isinstance(record, PaperRecord)
        assert record.standing == standing


PAGE = """<html><head>
<meta name="citation_title" content="A &amp; B"><meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="Bo Roe">
<meta name="citation_publication_date" content="2020/03/01"><meta name="citation_pdf_url" content="/paper.pdf">
{}</head><body><h2>Intro</h2><p>Not this.</p>{}</body></html>"""
LONG = "We study the words of papers and find that they are read by people who like to read long words."


def page_of(
    body: str, url: str = "https://proceedings.mlr.press/v1/a.html", scheme: str = "page"
) -> PaperRecord | None:
    return record_of(read_head(body.encode(), "utf-8"), Reference(scheme, url, None, url), url)


def test_a_page_s_citation_tags_name_the_paper() -> None:
    record = page_of(PAGE.format('<meta name="citation_doi" content="doi:10.1000/Z">', ""))
    assert record is not None
    assert (record.title, record.authors) == ("A & B", ("Jane Doe", "Bo Roe"))
    assert record.identifiers[0] == ("doi", "10.1000/z")
    assert record.pdf_url == "https://proceedings.mlr.press/paper.pdf"
    assert record.published == datetime(2020, 3, 1, tzinfo=UTC)
    assert record.abstract is None


def test_an_abstract_is_found_in_its_element_or_under_its_heading() -> None:
    bodies = (
        f'<div id="abstract" class="abstract">Abstract: {LONG}<br>End.</div><p>other</p>',
        f'<div class="card-body acl-abstract"><h5>Abstract</h5><span>{LONG} End.</span></div><p>other</p>',
        f"<h4>Abstract</h4><p>{LONG}</p><p>End.</p><h4>Next</h4><p>other</p>",
        f"<section class='abstract'><script>no()</script><p>{LONG} End.</p></section>other",
    )
    for body in bodies:
        record = page_of(PAGE.format("", body))
        assert record is not None
        assert abstract_text(record.abstract or "") == f"{LONG} End.", body


def test_json_ld_names_the_paper_where_tags_don_t() -> None:
    linked = {
        "@graph": [
            {"@type": "ScholarlyArticle", "headline": "H", "author": [{"name": "Ada"}], "abstract": LONG}
        ]
    }
    record = page_of(f'<script type="application/ld+json">{json.dumps(linked)}</script>')
    assert record is not None
    assert (record.title, record.authors, record.abstract) == ("H", ("Ada",), LONG)


def test_a_page_about_no_paper_is_none() -> None:
    assert page_of("<html><title>Shop</title><meta property='og:title' content='Shop'></html>") is None


async def nobody(references: object) -> dict[str, SourceAnswer]:
    del references
    return {}


def at(site: Site, path: str) -> Reference:
    return Reference("page", f"{site.address}{path}", None, "")


async def test_a_bare_pdf_is_read_from_the_file(site: Site, fetcher: Fetcher) -> None:
    site.gives("/p.pdf", a_paper(), "application/pdf")
    (record,) = (await PageSource(fetcher, nobody).records([at(site, "/p.pdf")])).values()
    assert isinstance(record, PaperRecord)
    assert (record.title, record.source) == ("A Fine Title of Great Length", "the file")
    assert (record.abstract or "").startswith("We study the visible words")


async def test_a_pdf_that_is_no_paper_a_wrong_type_and_a_bot_wall_are_errors(
    site: Site, fetcher: Fetcher
) -> None:
    site.gives("/menu.pdf", a_paper(abstract=False), "application/pdf")
    site.gives("/image", b"\x89PNG", "image/png")
    site.gives("/wall", "Just a moment", status=403)
    site.gives("/shop", "<html><title>Shop</title></html>")
    paths = ("/menu.pdf", "/image", "/wall", "/shop")
    answers = await PageSource(fetcher, nobody).records([at(site, path) for path in paths])
    assert all(isinstance(answer, SourceError) and str(answer).endswith(".") for answer in answers.values())


async def test_a_catalogue_s_entry_leads_to_the_paper_itself(site: Site, resolver: Resolver) -> None:
    sha = "204e3073870fae3d05bcbc2f6a8e263d9b72e776"
    paper = {
        "title": "Listed",
        "externalIds": {"DOI": "10.1000/x"},
        "authors": [{"name": "Ada"}],
        "year": 2017,
    }
    site.gives(f"/s2/graph/v1/paper/{sha}", json.dumps(paper), "application/json")
    site.gives("/doi/10.1000/x", json.dumps({"title": "Registered", "abstract": "A."}), CSL)
    record = await only(resolver, f"https://www.semanticscholar.org/reader/{sha}")
    assert isinstance(record, PaperRecord)
    assert record.title == "Registered"
    assert ("doi", "10.1000/x") in record.identifiers


async def test_openalex_answers_alone_where_its_paper_can_t_be_asked(site: Site, resolver: Resolver) -> None:
    work = {
        "title": "Listed",
        "doi": None,
        "publication_date": "2018-05-01",
        "abstract_inverted_index": {"Hello": [0]},
    }
    site.gives("/openalex/works/W2962935454", json.dumps(work), "application/json")
    record = await only(resolver, "https://openalex.org/works/w2962935454")
    assert isinstance(record, PaperRecord)
    assert (record.title, record.abstract) == ("Listed", "Hello")


async def test_openreview_s_page_answers_where_guests_may_not_ask_its_api(
    site: Site, fetcher: Fetcher
) -> None:
    async def page(references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        said = read_head(b"<meta name='citation_title' content='A fine title'>")
        return {r.canonical: record_of(said, r, "") or SourceError("") for r in references}

    class Page:
        records = staticmethod(page)

    site.gives("/or/notes", "{}", "application/json", 403)
    source = OpenReviewSource(fetcher, f"{site.address}/or", f"{site.address}/or", elsewhere=Page())
    (answer,) = (await source.records([Reference("openreview", "newnote01", None, "")])).values()
    assert isinstance(answer, PaperRecord)
    assert (answer.title, answer.identifiers) == ("A fine title", (("openreview", "newnote01"),))


async def test_openreview_s_credentials_of_the_settings_are_used_once_guests_are_refused(
    site: Site, fetcher: Fetcher
) -> None:
    asked: list[object] = []

    async def login(request: web.Request) -> web.StreamResponse:
        asked.append(await request.json())
        return web.json_response({"token": "t0"})

    async def notes(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer t0":
            return web.json_response({"name": "ForbiddenError"}, status=403)
        return web.json_response(
            {"notes": [{"forum": "newnote01", "content": {"title": {"value": "Now seen"}}}]}
        )

    site.routes |= {"/or/login": login, "/or/notes": notes}
    source = OpenReviewSource(
        fetcher, f"{site.address}/or", f"{site.address}/or", user="ana@example.org", password="p"
    )
    for _ in range(2):
        (answer,) = (await source.records([Reference("openreview", "newnote01", None, "")])).values()
        assert isinstance(answer, PaperRecord)
        assert answer.title == "Now seen"
    assert asked == [{"id": "ana@example.org", "password": "p"}]


async def test_refused_openreview_credentials_are_said_in_a_sentence(site: Site, fetcher: Fetcher) -> None:
    site.gives("/or/notes", "{}", "application/json", 403)
    site.gives("/or/login", "{}", "application/json", 400)
    source = OpenReviewSource(fetcher, f"{site.address}/or", f"{site.address}/or", user="a", password="p")
    (answer,) = (await source.records([Reference("openreview", "newnote01", None, "")])).values()
    assert isinstance(answer, SourceError)
    assert "user name and password" in str(answer)


async def test_keys_of_the_settings_go_to_openalex_and_semantic_scholar_only(
    site: Site, fetcher: Fetcher
) -> None:
    base = site.address
    resolver = Resolver(
        fetcher,
        addresses={"doi": f"{base}/doi", "openalex": f"{base}/openalex", "semantic_scholar": f"{base}/s2"},
        keys=Keys(openalex="oa", semantic_scholar="s2"),
    )
    site.gives("/doi/10.1000/x", json.dumps({"title": "T"}), CSL)
    await only(resolver, "10.1000/x")
    doi, openalex, scholar = site.asked
    assert "x-api-key" not in doi.headers
    assert openalex.query["api_key"] == "oa"
    assert scholar.headers["x-api-key"] == "s2"
    assert "oa" not in repr(Keys(openalex="oa"))


@pytest.mark.parametrize(
    ("case", "standing"),
    [("hindawi.json", "retracted"), ("notice.json", "notice"), ("openalex.json", "retracted")],
)
async def test_what_became_of_a_paper_is_read_from_whatever_says_it(
    site: Site, resolver: Resolver, case: str, standing: str
) -> None:
    if not (CASES / case).exists():
        pytest.skip("the shared cases aren't here")
    said = json.loads((CASES / case).read_text())
    csl, openalex = said.get("CSL", said), said.get("OpenAlex")
    site.gives(f"/doi/{csl['DOI']}", json.dumps(csl), CSL)
    if openalex:
        site.gives(f"/openalex/works/doi:{csl['DOI']}", json.dumps(openalex), "application/json")
    record = await only(resolver, csl["DOI"])
    assert isinstance(record, PaperRecord)
    assert (record.standing, record.withdrawn) == (standing, True)


async def test_datacite_says_what_was_withdrawn_and_which_ids_are_one_work(
    site: Site, resolver: Resolver
) -> None:
    csl = {"id": "https://doi.org/10.5281/zenodo.11", "type": "article", "title": "T", "abstract": "A."}
    datacite: dict[str, object] = {
        "types": {"resourceTypeGeneral": "Preprint", "resourceType": "Preprint"},
        "dates": [
            {"date": "2024-03-01", "dateType": "Submitted", "dateInformation": "v1"},
            {"date": "2024-04-02T10:00:00Z", "dateType": "Updated", "dateInformation": "v2"},
        ],
        "relatedIdentifiers": [
            {"relationType": "IsVersionOf", "relatedIdentifierType": "DOI", "relatedIdentifier": "10.5281/zenodo.10"},
            {"relationType": "IsIdenticalTo", "relatedIdentifierType": "arXiv", "relatedIdentifier": "arXiv:1706.03762"},
            {"relationType": "Cites", "relatedIdentifierType": "DOI", "relatedIdentifier": "10.1000/cited"},
        ],
    }  # fmt: skip

    async def answer(request: web.Request) -> web.StreamResponse:
        whole = datacite if "datacite" in request.headers["Accept"] else csl
        return web.json_response(whole)

    site.routes["/doi/10.5281/zenodo.11"] = answer
    record = await only(resolver, "10.5281/zenodo.11")
    assert isinstance(record, PaperRecord)
    assert record.standing is None
    assert record.identifiers == (
        ("doi", "10.5281/zenodo.11"), ("doi", "10.5281/zenodo.10"), ("arxiv", "1706.03762"),
    )  # fmt: skip
    assert [(number, moment.day) for number, moment in record.versions] == [(1, 1), (2, 2)]
    for said, standing in (
        ({"dates": [{"date": "2024", "dateType": "Withdrawn"}]}, "withdrawn"),
        ({"types": {"resourceType": "Retraction Notice"}}, "notice"),
        ({"relatedIdentifiers": [{"relationType": "IsRetractedBy", "relatedIdentifier": "10.1/x"}]}, "retracted"),
        ({"relatedIdentifiers": [{"relationType": "IsCorrectedBy", "relatedIdentifier": "10.1/x"}]}, "corrected"),
        ({"dates": "?", "types": [], "relatedIdentifiers": {"a": 1}}, None),
    ):  # fmt: skip
        assert with_datacite(record, said).standing == standing


async def test_a_dataset_is_no_paper(site: Site, resolver: Resolver) -> None:
    site.gives("/doi/10.5061/dryad.x", json.dumps({"type": "dataset", "title": "Data for: T"}), CSL)
    answer = await only(resolver, "10.5061/dryad.x")
    assert isinstance(answer, PaperNotFoundError)
    assert str(answer) == "The DOI 10.5061/dryad.x names a dataset, not a paper."


async def test_a_nul_byte_of_a_source_is_gone_before_anything_is_stored(
    site: Site, resolver: Resolver
) -> None:
    csl = {"title": "T\x00", "abstract": "Pasted from a \x00 PDF.", "author": [{"family": "N\x00o\ud800"}]}
    site.gives("/doi/10.5555/12", json.dumps(csl), CSL)
    record = await only(resolver, "10.5555/12")
    assert isinstance(record, PaperRecord)
    assert (record.title, record.abstract, record.authors) == ("T", "Pasted from a PDF.", ("No",))


async def test_a_page_s_charset_may_stand_in_the_page_alone(site: Site, resolver: Resolver) -> None:
    page = '<meta charset="Shift_JIS"><meta name="citation_title" content="深層学習による画像認識"><meta name="citation_author" content="山田 太郎">'
    site.gives("/jp", page.encode("cp932"))
    (answer,) = (await resolver.resolve([at(site, "/jp")])).values()
    assert isinstance(answer, PaperRecord)
    assert (answer.title, answer.authors) == ("深層学習による画像認識", ("山田 太郎",))


async def test_a_short_doi_is_resolved_and_goes_by_its_long_one(site: Site, resolver: Resolver) -> None:
    site.gives("/doi/10/b6vnmd", json.dumps({"title": "T", "DOI": "10.1002/andp.19053220607"}), CSL)
    record = await only(resolver, "https://doi.org/10/b6vnmd")
    assert isinstance(record, PaperRecord)
    assert record.identifiers == (("doi", "10/b6vnmd"), ("doi", "10.1002/andp.19053220607"))


async def test_venue_citations_code_and_data_are_kept_where_a_source_names_them(
    site: Site, resolver: Resolver
) -> None:
    csl = {
        "title": "T", "abstract": "A.", "container-title": "Annals of Tests",
        "relation": {"is-supplemented-by": [{"id-type": "uri", "id": "https://github.com/a/b"}, {"id-type": "doi", "id": "10.5281/zenodo.1"}]},
    }  # fmt: skip
    site.gives("/doi/10.1000/x", json.dumps(csl), CSL)
    site.gives("/openalex/works/doi:10.1000/x", json.dumps({"cited_by_count": 7}), "application/json")
    record = await only(resolver, "10.1000/x")
    assert isinstance(record, PaperRecord)
    assert (record.venue, record.citations) == ("Annals of Tests", 7)
    assert (record.code, record.data) == (("https://github.com/a/b",), ("https://doi.org/10.5281/zenodo.1",))


def test_every_scheme_and_every_declared_host_has_one_source() -> None:
    schemes = [scheme for declaration in SOURCES for scheme in declaration.schemes]
    assert sorted(schemes) == sorted({"arxiv", "doi", "openreview", "pmid", "pmcid", "acl", "iacr", "page"})
    page = Reference(
        "page", "https://www.semanticscholar.org/paper/x", None, "https://www.semanticscholar.org/paper/x"
    )
    stranger = Reference("page", "https://notdblp.org/x", None, "https://notdblp.org/x")
    for reference, name in (
        (page, "semantic_scholar"),
        (stranger, "page"),
        (Reference("doi", "10.1101/2020.01.01.123456", None, ""), "biorxiv"),
        (Reference("doi", "10.1000/x", None, ""), "doi"),
    ):
        declaration = declaration_of(reference)
        assert declaration is not None
        assert declaration.name == name
    assert declaration_of(Reference("unknown", "x", None, "")) is None
