"""Answers to pages: reads the tables for each kind of page, the same for commands, paging and sharing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot import questions
from bot.judges.prompts import describe_prompts
from bot.judges.rubric import read_rubric, rubric_of
from bot.leagues.visibility import league_of_all, public_leagues
from bot.questions import comparisons, notable
from bot.questions.past_moments import parse_since, parse_span
from bot.tournaments import estimates
from bot.voting import duels
from bot.voting.reading_group import discussions
from handlers.blocks.answers import Answer
from handlers.blocks.ids import Page
from handlers.entries.card_view import card_answer
from handlers.judges import judges_view
from handlers.questions.answer_views import (
    audit_log_view,
    boards_view,
    cost_view,
    head_to_head_view,
    notable_view,
)
from handlers.questions.answer_views.changes_view import changes_answer
from handlers.questions.answer_views.rank_reasons_view import reasons_answer
from handlers.questions.answer_views.upcoming_view import next_answer
from handlers.questions.asker import Asker
from handlers.questions.board_words import BoardWords, parse_board
from handlers.questions.papers import paper_facts
from handlers.slack.posting import permalinks
from handlers.tournaments.evening_cost import evening_of
from handlers.tournaments.start_window_view import cost_line
from handlers.voting.duels_view import people
from handlers.voting.reading_group import discussions_view
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.leagues.league_rows import League
from storage.questions import leaderboards
from storage.questions.leaderboards import Sort
from storage.tournaments import schedules
from storage.voting import polls

MOMENT = "%Y-%m-%dT%H:%M:%S%z"
"""Format of the time in the words of an `at` page."""

SORTS: dict[str, Sort] = {"score": "score", "rating": "rating", "uncertain": "uncertain"}


MOST_SUBMITTERS = 40

AnswerFunction = Callable[[Asker, Page], Awaitable[Answer]]


async def _board(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    board_words = parse_board(page.words)
    sort: Sort = SORTS.get(page.sort, "score")
    since = moment_of(asker, league, board_words)
    board = await questions.leaderboard(
        asker.session,
        league.id,
        offset=page.offset,
        sort=sort,
        category=board_words.category or None,
        submitter=board_words.submitter or None,
        since=since,
        tag=board_words.tag or None,
    )
    if board_words.top:
        rows = board.rows[: max(0, board_words.top - board.offset)]
        board = replace(board, rows=rows, total=min(board.total, board_words.top))
    gaps = await questions.gap_points(asker.session, league.id) if board_words.wide else {}
    return boards_view.board_answer(board, page, await _submitters(asker, league), gaps)


def moment_of(asker: Asker, league: League, words: BoardWords) -> datetime | None:
    """Parse the words that say since when a board lists papers; returns that moment, or None for no limit."""
    return parse_since(words.since, league.time_zone, asker.now) if words.since else None


async def _submitters(asker: Asker, league: League) -> list[tuple[str, str]]:
    """Return (user, name) of a league's submitters by name; empty if they are too many for a menu."""
    users = await leaderboards.submitters(asker.session, league.id)
    if len(users) > MOST_SUBMITTERS:
        return []
    names = [(user, await asker.name(user)) for user in users]
    return sorted(names, key=lambda pair: pair[1].casefold())


async def _newest(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    span = parse_span(page.words)
    board = await questions.newest(asker.session, league.id, span=span, now=asker.now, offset=page.offset)
    return boards_view.board_answer(board, page)


async def _at(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    moment = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    return boards_view.old_answer(
        await questions.standings_at(asker.session, league.id, moment, offset=page.offset), page
    )


async def overall(asker: Asker, page: Page) -> Answer:
    """Return one leaderboard with the papers of all public leagues that the person may see."""
    leagues = await public_leagues(asker.session, asker.viewer)
    public = tuple(league.id for league in leagues)
    return boards_view.overall_answer(
        await questions.overall(asker.session, public, offset=page.offset), page
    )


async def _next(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    plans = await questions.coming_up(asker.session, page.league, asker.now)
    evening = ""
    if plans.uncertain_entries and plans.running is None:
        schedule = await schedules.find(asker.session, league.id, "tournament", league.channel)
        options = {} if schedule is None else schedule.options
        evening = await evening_of(asker.session, asker.services, league, options, asker.now)
    return next_answer(plans, page, asker.services.settings.rank_command, evening)


async def _changes(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    since = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    changes = await questions.changes(asker.session, league.id, since, asker.now)
    matches = [match.match for match in changes.overrides]
    links = await permalinks.of_matches(asker.session, asker.services, league.channel, matches)
    return changes_answer(changes, page, links)


async def _gap(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    return boards_view.gap_answer(*await questions.gap(asker.session, league.id), page)


async def _card(asker: Asker, page: Page) -> Answer:
    await asker.league(page.league)
    return card_answer(await questions.card(asker.session, page.first, asker.now), page)


async def _why(asker: Asker, page: Page) -> Answer:
    await asker.league(page.league)
    return reasons_answer(await questions.rank_reasons(asker.session, page.first), page)


async def versus(asker: Asker, page: Page) -> Answer:
    """Return the answer that compares two papers: their matches, common opponents and the chance of each.

    If they never met, it says what a match between them costs.
    """
    league = await asker.league(page.league)
    duel = await questions.head_to_head(asker.session, page.first, page.second, offset=page.offset)
    price = ""
    if not duel.record.matches:
        runtime = asker.services.runtime
        price = cost_line(await estimates.estimate(asker.session, runtime, league, 1, asker.now))
    ways = await _ways(asker, league, [match.match for match in duel.matches])
    count, first_for = await duels.people_on(asker.session, page.first, page.second)
    opinion = people(count, first_for, duel.first.short)
    return head_to_head_view.duel_answer(duel, page, comparisons.DUEL_PAGE, price, ways, opinion)


async def _ways(asker: Asker, league: League, matches: list[int]) -> head_to_head_view.MatchLinks:
    """Return the permalinks of these matches and of their newest votes."""
    latest = await polls.latest_on(asker.session, matches)
    links = await permalinks.of_polls(asker.session, asker.services, league.channel, list(latest.values()))
    return head_to_head_view.MatchLinks(
        await permalinks.of_matches(asker.session, asker.services, league.channel, matches),
        {match: links[poll] for match, poll in latest.items() if poll in links},
    )


async def _history(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    history = await questions.history(asker.session, page.first, offset=page.offset)
    ways = await _ways(asker, league, [match.match for match in history.matches])
    group = (
        () if page.offset else discussions_view.facts(await discussions.paper_of(asker.session, page.first))
    )
    return head_to_head_view.history_answer(history, page, comparisons.HISTORY_PAGE, ways, group)


async def _judges(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    reader = "" if asker.for_all else asker.user
    return judges_view.judges_answer(await questions.judges(asker.session, league.id, reader), page)


async def _cost(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    return cost_view.cost_answer(await questions.cost(asker.session, league.id, asker.now), page)


async def _log(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    log = await questions.log(asker.session, league.id, offset=page.offset)
    users = {line.user for line in log.lines} | {str(line.detail.get("user", "")) for line in log.lines}
    names = {user: await asker.name(user) for user in sorted(users - {""})}
    keys = [line.key for line in log.lines if line.key is not None]
    links = await permalinks.of_messages(asker.session, asker.services, log.channel, keys)
    return audit_log_view.log_answer(log, page, names, links)


async def _how(asker: Asker, page: Page) -> Answer:
    league = await asker.league(page.league)
    settings = asker.services.settings
    return cost_view.how_answer(
        league.name,
        await questions.purposes(asker.session, league.id),
        league.judges or settings.judges,
        settings.assessors,
        cost_view.Deciders(
            tuple(await league_rows.owners(asker.session, league.id)),
            league.quorum,
            league.members_may_revert,
        ),
        describe_prompts(league.purpose, rubric_of(league.rubric) or read_rubric(settings.rubric)),
        page,
    )


async def _disputed(asker: Asker, page: Page) -> Answer:
    """Return the answer that lists matches on which judges disagree or the team votes."""
    await asker.league(page.league)
    return notable_view.disputed_answer(*await notable.disputed(asker.session, page.league), page)


async def _upsets(asker: Asker, page: Page) -> Answer:
    """Return the answer that lists wins to which the ratings gave less than a 25 % chance."""
    await asker.league(page.league)
    return notable_view.upsets_answer(*await notable.upsets(asker.session, page.league), page)


READINGS: dict[str, AnswerFunction] = {
    "board": _board,
    "new": _newest,
    "at": _at,
    "all": overall,
    "changes": _changes,
    "next": _next,
    "gap": _gap,
    "card": _card,
    "vs": versus,
    "why": _why,
    "history": _history,
    "sure": paper_facts.certainty_answer,
    "place": paper_facts.places,
    "origin": paper_facts.origin,
    "assessment": paper_facts.assessment_answer,
    "similar": paper_facts.similar_answer,
    "disputed": _disputed,
    "upsets": _upsets,
    "judges": _judges,
    "cost": _cost,
    "log": _log,
    "how": _how,
}
"""Functions that read the answer of each kind of `Page`."""


async def read_page(asker: Asker, page: Page) -> Answer:
    """Return the answer that a page names, read from the database.

    A page says the kind of answer, its papers and the first row. Raises `BadRequestError` for an unknown kind,
    `NotFoundError` if the person may not see it.
    """
    reading = READINGS.get(page.kind)
    if reading is None:
        raise BadRequestError("This button is from an older version. Please ask again.")
    if page.league:
        entries = [entry for entry in (page.first, page.second) if entry]
        await league_of_all(asker.session, entries, asker.viewer, page.league)
    return await reading(asker, page)
