"""Full texts of papers for assessors, fetched once and stored."""

from dataclasses import dataclass
from datetime import timedelta

from bot.judges.prompts import readable
from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.reading.fulltext import Offer
from bot.work.runtime import Runtime
from storage.entries import entry_rows, full_texts
from storage.tables import Paper

ASK_AGAIN = timedelta(days=1)
NOT_OFFERED = "its source offers no full text"


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper's full text, cut before its references and at 60,000 characters, or why there is none.

    `failure` is that reason as a clause, None if there is a text. `hidden` are passages that a reader of the document
    can't see; `text` doesn't contain them. `again`: fetching it later may succeed.
    """

    text: str | None
    hidden: tuple[str, ...] = ()
    failure: str | None = None
    again: bool = False


async def read(runtime: Runtime, workspace: str, paper_id: int) -> Reading:
    """Return a paper's full text, from the database if this version was fetched before, else from its source.

    A fetch that failed is repeated after a day at the earliest; until then the stored reason comes back.
    """
    database, now = runtime.database, runtime.time.now()
    async with database.reading(workspace) as session:
        paper = await entry_rows.get(session, paper_id)
        row = await full_texts.stored_text(session, paper_id)
        names = await entry_rows.identifiers(session, paper_id)
    if row is not None and row.version == paper.version:
        if row.text is not None:
            return Reading(row.text, tuple(row.hidden))
        if abs(now - row.fetched_at) < ASK_AGAIN:
            return Reading(None, failure=row.failure)
    if runtime.reader is None:
        return Reading(None, failure=NOT_OFFERED)
    try:
        full_text = await runtime.reader.full_text(_offer(paper, names))
    except SourceUnavailableError as error:
        return Reading(None, failure=_clause(error), again=True)
    except SourceError as error:
        reading = Reading(None, failure=_clause(error))
        source, cut = None, False
    else:
        if full_text is None:
            reading, source, cut = Reading(None, failure=NOT_OFFERED), None, False
        else:
            hidden = tuple(f"hidden text, {why}: {passage}" for why, passage in full_text.hidden)
            reading, source, cut = Reading(readable(full_text.text), hidden), full_text.source, full_text.cut
    async with database.transaction(workspace) as session:
        await full_texts.store(
            session, paper_id, version=paper.version, text=reading.text, source=source,
            hidden=list(reading.hidden), cut=cut, failure=reading.failure, now=now,
        )  # fmt: skip
    return reading


def _offer(paper: Paper, names: list[tuple[str, str]]) -> Offer:
    arxiv = next((value for scheme, value in names if scheme == "arxiv"), None)
    return Offer(arxiv, paper.version if paper.canonical.startswith("arxiv:") else None, paper.pdf_url)


def _clause(error: SourceError) -> str:
    sentence = error.sentence.rstrip(".")
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence
