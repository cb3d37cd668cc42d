"""Judges tried without Slack: assess one link, or compare two, and print what came of it."""

import json
import secrets
from dataclasses import asdict

from bot.errors import BadRequestError, SourceError
from bot.judging.judges import open_judge
from bot.judging.offline import OFFLINE_LABEL
from bot.judging.prompts import people_text
from bot.judging.records import Judge, PaperText
from bot.papers.fetching import Fetcher
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.resolving import Resolver
from bot.papers.text import title_text
from bot.settings import Settings


def _reference(link: str) -> Reference:
    reference = parse(link)
    if reference is None:
        raise BadRequestError(f"{link} isn't a link to a paper I know.")
    return reference


async def _records(settings: Settings, links: tuple[str, ...]) -> list[PaperRecord]:
    references = [_reference(link) for link in links]
    async with Fetcher(settings.fetchable_hosts, settings.contact) as fetcher:
        answers = await Resolver(fetcher, arxiv_url=settings.arxiv_url).resolve(references)
    records = []
    for reference in references:
        answer = answers[reference.canonical]
        if isinstance(answer, SourceError):
            raise answer
        records.append(answer)
    return records


def _text(record: PaperRecord, key: str) -> PaperText:
    return PaperText(key, record.title, record.abstract)


def _judge(settings: Settings, name: str) -> Judge:
    return open_judge(
        name,
        keys=settings.keys,
        rubric_path=settings.rubric,
        deadline_s=settings.call_deadline_s,
        price_per_mtok=settings.match_price_usd,
    )


async def assess_link(settings: Settings, link: str, name: str, *, as_json: bool) -> str:
    """The assessment of a paper as text or JSON; raises the family's errors."""
    judge = _judge(settings, name or settings.assessors[0])
    (record,) = await _records(settings, (link,))
    answer = await judge.assess(
        _text(record, _reference(link).canonical), purpose=None, nonce=secrets.token_hex(8)
    )
    if as_json:
        found = asdict(answer)
        found["sections"] = dict(answer.sections)
        return json.dumps(
            {"paper": _reference(link).canonical, "title": title_text(record.title), **found}, default=str
        )
    scores = ", ".join(
        f"{key} {getattr(answer, key):g}" for key in ("rating", "significance", "rigor", "novelty", "clarity")
    )
    label = [OFFLINE_LABEL] if judge.pool == "offline" else []
    sections = [f"{key}: {words}" for key, words in answer.sections.items()]
    return "\n".join([title_text(record.title), *label, scores, "", *sections])


async def compare_links(settings: Settings, first: str, second: str, name: str, *, as_json: bool) -> str:
    """The verdict on two papers as text or JSON; raises the family's errors."""
    judge = _judge(settings, name or settings.judges[0])
    records = await _records(settings, (first, second))
    one, two = (
        _text(record, _reference(link).canonical)
        for record, link in zip(records, (first, second), strict=True)
    )
    answer = await judge.compare(one, two, purpose=None, nonce=secrets.token_hex(8))
    titles = [title_text(record.title) for record in records]
    rationale = people_text(answer.rationale, *titles)
    if as_json:
        found = asdict(answer)
        found["criteria"], found["rationale"] = dict(answer.criteria), rationale
        return json.dumps({"first": one.key, "second": two.key, **found}, default=str)
    winner = {"first": titles[0], "second": titles[1], "draw": "draw"}[answer.winner]
    label = [OFFLINE_LABEL] if judge.pool == "offline" else []
    return "\n".join([f"Winner: {winner}", f"Confidence: {answer.confidence:.0%}", *label, "", rationale])
