"""Answers about one paper beyond its card: how sure its rank is, what its assessment says, what is similar."""

from bot.leagues.visibility import league_of_entry
from bot.questions import similar_papers
from handlers.blocks.answers import Answer
from handlers.blocks.ids import Page
from handlers.questions.answer_views import paper_facts_view
from handlers.questions.asker import Asker
from storage import assessments
from storage.entries import entry_rows
from storage.standings import rating_rows


async def sure(asker: Asker, page: Page) -> Answer:
    """How sure a paper's rank is, in words."""
    league = await league_of_entry(asker.session, page.first, asker.viewer)
    _entry, paper = await entry_rows.entry(asker.session, page.first)
    figures = (await rating_rows.ratings_of(asker.session, [page.first])).get(page.first)
    ranked = await rating_rows.count_rated(asker.session, league.id)
    paper_named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    return paper_facts_view.sure_answer(paper_named, figures, ranked, league.target_interval, page)


async def assessment(asker: Asker, page: Page) -> Answer:
    """What the assessors wrote of a paper: of one aspect where the page names it."""
    await league_of_entry(asker.session, page.first, asker.viewer)
    _entry, paper = await entry_rows.entry(asker.session, page.first)
    reviews = [row for row in await assessments.of_entry(asker.session, page.first) if row.status == "done"]
    real = [row for row in reviews if row.assessor != "offline"] or reviews
    paper_named = paper_facts_view.NamedPaper(page.first, paper.title or paper.canonical, paper.url)
    opinions = [
        paper_facts_view.AspectReview(
            row.model or row.assessor,
            {str(key): str(text) for key, text in row.sections.items()},
            row.contribution or "",
            {name: value for name in paper_facts_view.SCORES if (value := getattr(row, name)) is not None},
        )
        for row in real
    ]
    return paper_facts_view.assessment_answer(paper_named, opinions, page)


async def similar(asker: Asker, page: Page) -> Answer:
    """The papers of the league that are nearest to one, by their words."""
    await league_of_entry(asker.session, page.first, asker.viewer)
    return paper_facts_view.similar_answer(await similar_papers.similar(asker.session, page.first), page)
