"""Judges tried without Slack: assess one link or compare two, and print the result."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from bot.entries.paper_sources import keys_of
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import SCORES, Flag, Judge, PaperText, Usage
from bot.judges.offline_judge import OFFLINE_LABEL
from bot.judges.prompts import people_text, readable
from bot.papers.errors import SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Pacer
from bot.papers.links import Reference, parse
from bot.papers.reading.fulltext import FullTexts, Offer
from bot.papers.records import PaperRecord
from bot.papers.resolving import Resolver
from bot.papers.text import title_text
from bot.settings import Settings
from storage.errors import BadRequestError


def _reference(link: str, own_hosts: frozenset[str]) -> Reference:
    """Return the reference to the paper of a link; any page on an allowed host counts as a paper."""
    reference = parse(link)
    place = urlsplit(link).netloc.lower()
    if reference is None and (place in own_hosts or place.partition(":")[0] in own_hosts):
        return Reference("page", link, None, link)
    if reference is None:
        hint = " To read it from there, name that host in PAPERBOUT_ALLOWED_HOSTS." if place else ""
        raise BadRequestError(f"{link} isn't a link to a paper I know.{hint}")
    return reference


@dataclass(frozen=True, slots=True)
class _Found:
    """A paper fetched for a link: its source's metadata, and the text for judges."""

    record: PaperRecord
    text: PaperText
    unread: str | None = None
    """Why the full text couldn't be read; None if it was read or not requested."""

    @property
    def title(self) -> str:
        """Title of the paper as shown to people."""
        return title_text(self.record.title)


async def _find(settings: Settings, links: tuple[str, ...], *, whole: bool = False) -> list[_Found]:
    """Fetch the papers of these links; with `whole`, also their full texts where available."""
    references = [_reference(link, settings.fetchable_hosts) for link in links]
    async with Fetcher(settings.fetchable_hosts, settings.contact) as fetcher:
        answers = await Resolver(
            fetcher, addresses={"arxiv": settings.arxiv_url}, keys=keys_of(settings)
        ).resolve(references)
        papers = []
        for reference in references:
            answer = answers[reference.canonical]
            if isinstance(answer, SourceError):
                raise answer
            text, unread = await _full_text(fetcher, answer, settings.arxiv_site) if whole else (None, None)
            paper = PaperText(reference.canonical, answer.title, answer.abstract, full_text=text)
            papers.append(_Found(answer, paper, unread))
    return papers


async def _full_text(fetcher: Fetcher, record: PaperRecord, arxiv_site: str) -> tuple[str | None, str | None]:
    """Return (full text, None), or (None, reason why only the abstract can be read)."""
    arxiv = next((value for scheme, value in record.identifiers if scheme == "arxiv"), None)
    try:
        texts = FullTexts(fetcher, Pacer(), arxiv_site)
        text = await texts.full_text(Offer(arxiv, record.version, record.pdf_url))
    except SourceError as error:
        return None, error.sentence
    return (None, "Its source offers no full text.") if text is None else (readable(text.text), None)


@asynccontextmanager
async def judging(settings: Settings, name: str) -> AsyncIterator[Judge]:
    """Open the judge with this name inside this block. Raises `SettingsError`."""
    judge = open_judge(
        name,
        keys=settings.keys,
        rubric_path=settings.rubric,
        deadline_s=settings.call_deadline_s,
        price_per_mtok=settings.match_price_usd,
    )
    try:
        yield judge
    finally:
        await close_judges([judge])


async def assess_link(settings: Settings, link: str, name: str, *, as_json: bool) -> str:
    """Return the assessment of a paper as text or JSON. Raises `PaperboutError`."""
    async with judging(settings, name or settings.assessors[0]) as judge:
        (paper,) = await _find(settings, (link,), whole=judge.pool == "real")
        answer = await judge.assess(paper.text, purpose=None, nonce=secrets.token_hex(8))
    if as_json:
        fields = asdict(answer)
        fields["sections"], fields["read"] = dict(answer.sections), fields.pop("basis")
        return json.dumps(
            {"paper": paper.text.key, "title": paper.title, "full_text_unread": paper.unread, **fields},
            default=str,
        )
    scores = ", ".join(f"{key} {getattr(answer, key):g}" for key in SCORES)
    sections = [f"{key}: {words}" for key, words in answer.sections.items()]
    return "\n".join(
        [
            paper.title,
            *_label(judge),
            scores,
            answer.contribution,
            "",
            *sections,
            "",
            f"Read from the {answer.basis}, rubric {answer.rubric_version}. {_took(answer.model, answer.usage)}",
            *([] if paper.unread is None else [f"Full text not read: {paper.unread}"]),
            *_flagged(answer.flags),
        ]
    )


async def compare_links(settings: Settings, first: str, second: str, name: str, *, as_json: bool) -> str:
    """Return the verdict on two papers as text or JSON. Raises `PaperboutError`."""
    async with judging(settings, name or settings.judges[0]) as judge:
        first_paper, second_paper = await _find(settings, (first, second))
        answer = await judge.compare(
            first_paper.text, second_paper.text, purpose=None, nonce=secrets.token_hex(8)
        )
    titles = [first_paper.title, second_paper.title]
    rationale = people_text(answer.rationale, *titles)
    if as_json:
        fields = asdict(answer)
        fields["criteria"], fields["rationale"] = dict(answer.criteria), rationale
        return json.dumps(
            {"first": first_paper.text.key, "second": second_paper.text.key, **fields}, default=str
        )
    winner = {"first": titles[0], "second": titles[1], "draw": "draw"}[answer.winner]
    better = {"first": titles[0], "second": titles[1], "even": "even"}
    return "\n".join(
        [
            f"Winner: {winner}",
            f"Confidence: {answer.confidence:.0%}",
            *_label(judge),
            "",
            rationale,
            "",
            *(f"{criterion}: {better[side]}" for criterion, side in answer.criteria.items()),
            _took(answer.model, answer.usage),
            *_flagged(answer.flags),
        ]
    )


def _label(judge: Judge) -> list[str]:
    return [OFFLINE_LABEL] if judge.pool == "offline" else []


def _took(model: str, usage: Usage) -> str:
    price = f"{usage.cost_usd:.4f} USD" if usage.price_version or not usage.tokens_in else "price unknown"
    return (
        f"{model}: {usage.tokens_in:,} tokens read, {usage.tokens_out:,} written, {price}, "
        f"{usage.latency_ms / 1000:.1f} s."
    )


def _flagged(flags: tuple[Flag, ...]) -> list[str]:
    return [f"Looks like an instruction to a model ({flag.kind}): {flag.excerpt}" for flag in flags]
