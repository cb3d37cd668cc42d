"""Answers on one paper beyond its card: certainty of its rank, its assessments, similar papers."""

from bot.leagues.visibility import league_of_entry
from bot.papers.text import category_name
from bot.questions.search import similar_papers
from handlers.blocks.answers import Answer
from handlers.blocks.ids import Page
from handlers.questions.answer_views import paper_facts_view
from handlers.questions.asker import Asker
from storage import assessments
from storage.entries import entry_rows
from storage.questions import category_places, leaderboards
from storage.standings import rating_rows


async def certainty_answer(asker: Asker, page: Page) -> Answer:
    """Return the answer on how certain the rank of the page's paper is. Raises `NotFoundError` if not visible."""
    league = await league_of_entry(asker.session, page.first, asker.viewer)
    _entry, paper = await entry_rows.entry(asker.session, page.first)
    figures = (await rating_rows.ratings_of(asker.session, [page.first])).get(page.first)
    scale = await leaderboards.rating_scale(asker.session, league.id) or (0.0, 0.0, 0)
    paper_named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    return paper_facts_view.sure_answer(paper_named, figures, scale, league.target_interval, page)


async def places(asker: Asker, page: Page) -> Answer:
    """Return the answer with the paper's rank in each of its categories. Raises `NotFoundError` if not visible."""
    league = await league_of_entry(asker.session, page.first, asker.viewer)
    _entry, paper = await entry_rows.entry(asker.session, page.first)
    figures = (await rating_rows.ratings_of(asker.session, [page.first])).get(page.first)
    ranked = await rating_rows.count_rated(asker.session, league.id)
    in_categories = [
        paper_facts_view.Place(category_name(each.code), each.code, each.place, each.ranked)
        for each in await category_places.places_in_categories(asker.session, page.first)
    ]
    paper_named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    whole = None if figures is None else paper_facts_view.Place(league.name, "", figures.rank, ranked)
    return paper_facts_view.places_answer(paper_named, whole, in_categories, page)


async def origin(asker: Asker, page: Page) -> Answer:
    """Return who wrote the page's paper, when, and who brought it here. Raises `NotFoundError` if not visible."""
    await league_of_entry(asker.session, page.first, asker.viewer)
    entry, paper = await entry_rows.entry(asker.session, page.first)
    named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    categories = [category_name(code) for code in paper.categories]
    return paper_facts_view.origin_answer(
        named,
        paper_facts_view.Origin(
            paper.authors, paper.published, paper.venue, categories, entry.submitted_by, entry.submitted_at
        ),
        page,
    )


async def assessment_answer(asker: Asker, page: Page) -> Answer:
    """Return the answer with assessors' texts on the page's paper, limited to the aspect in `page.words` if any."""
    await league_of_entry(asker.session, page.first, asker.viewer)
    _entry, paper = await entry_rows.entry(asker.session, page.first)
    reviews = [row for row in await assessments.of_entry(asker.session, page.first) if row.status == "done"]
    real = [row for row in reviews if row.assessor != "offline"] or reviews
    paper_named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    opinions = [
        paper_facts_view.AspectReview(
            row.id,
            row.model or row.assessor,
            {str(key): str(text) for key, text in row.sections.items()},
            row.contribution or "",
            {name: value for name in paper_facts_view.SCORES if (value := getattr(row, name)) is not None},
        )
        for row in real
    ]
    return paper_facts_view.assessment_answer(paper_named, opinions, page)


async def similar_answer(asker: Asker, page: Page) -> Answer:
    """Return the answer with the league's papers most similar to the page's paper, by their words."""
    await league_of_entry(asker.session, page.first, asker.viewer)
    return paper_facts_view.similar_answer(await similar_papers.similar(asker.session, page.first), page)
