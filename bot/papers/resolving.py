"""Fetches records for references: each goes to the source of its scheme or host, in batches."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot.papers.errors import SourceError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Pacer, Turn
from bot.papers.links import Reference
from bot.papers.records import PaperRecord, cleaned
from bot.papers.sources import (
    Keys,
    Source,
    SourceAnswer,
    SourceContext,
    SourceDeclaration,
    arxiv,
    biorxiv,
    catalogues,
    doi,
    europepmc,
    openreview,
    page,
)

SOURCES: Final[tuple[SourceDeclaration, ...]] = (
    arxiv.SOURCE,
    biorxiv.SOURCE,
    doi.SOURCE,
    openreview.SOURCE,
    europepmc.SOURCE,
    catalogues.DBLP,
    catalogues.SEMANTIC_SCHOLAR,
    catalogues.OPENALEX,
    page.SOURCE,
)


class Resolver:
    """Fetches papers' records from their sources.

    `addresses` replaces base URLs by name. `turn` paces arXiv across processes (`storage` supplies it); without it,
    pacing is this process's own.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        addresses: Mapping[str, str] | None = None,
        keys: Keys | None = None,
        turn: Turn | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._readers = fetcher.readers
        self._context = SourceContext(
            fetcher=fetcher,
            addresses=addresses or {},
            keys=keys or Keys(),
            turn=turn if turn is not None else Pacer(sleep=sleep),
            sleep=sleep,
            ask=self._ask,
            source=self._opened,
        )
        self._open: dict[str, Source] = {}

    async def resolve(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return cleaned records or errors by canonical id; each paper is requested once."""
        answers = await self._ask(references)
        raw = {name: answer for name, answer in answers.items() if isinstance(answer, PaperRecord)}
        gate_answers = await cleaned(list(raw.values()), self._readers)
        return answers | dict(zip(raw, gate_answers, strict=True))

    async def _ask(self, references: Sequence[Reference]) -> dict[str, SourceAnswer]:
        """Return the sources' answers by canonical id, not yet cleaned."""
        unique = {reference.canonical: reference for reference in references}
        groups: dict[str, list[Reference]] = {}
        answers: dict[str, SourceAnswer] = {}
        for reference in unique.values():
            declaration = declaration_of(reference)
            if declaration is None:
                answers[reference.canonical] = SourceError("Papers of this site can't be looked up.")
            else:
                groups.setdefault(declaration.name, []).append(reference)
        for batch in await asyncio.gather(
            *(self._opened(name).records(group) for name, group in groups.items())
        ):
            answers |= batch
        return {canonical: answers[canonical] for canonical in unique}

    def _opened(self, name: str) -> Source:
        if name not in self._open:
            declaration = next(each for each in SOURCES if each.name == name)
            self._open[name] = declaration.open(self._context)
        return self._open[name]


def declaration_of(reference: Reference) -> SourceDeclaration | None:
    """Return the source for a reference: one that declares its host or DOI, else one that declares its scheme.

    Or None.
    """
    for declaration in SOURCES:
        if declaration.takes_by_name(reference):
            return declaration
    return next((each for each in SOURCES if reference.scheme in each.schemes), None)
