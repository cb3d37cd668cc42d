"""Adds to a record what only DataCite's own JSON of a DOI says: withdrawal, versions and other ids of the same work."""

import dataclasses
import re
from datetime import datetime
from typing import Final

from bot.papers.records import PaperRecord
from bot.papers.sources.fields import day, identifiers, listed, value_at, words
from bot.papers.standing import Standing, gravest, of_types, of_update

DATACITE: Final = "application/vnd.datacite.datacite+json"
_SAME_WORK: Final = frozenset(
    {"isversionof", "hasversion", "isnewversionof", "ispreviousversionof", "isidenticalto", "isvariantformof"}
)
_MOST_RELATED: Final = 50
_VERSION: Final = re.compile(r"v(\d{1,3})")


def is_registered_here(csl: object) -> bool:
    """Return whether a DOI's CSL JSON comes from DataCite, which gives the DOI's URL as the item's id."""
    return (words(value_at(csl, "id")) or "").lower().startswith("https://doi.org/10.")


def with_datacite(record: PaperRecord, answer: object) -> PaperRecord:
    """Return the record with the publication status, ids and versions of DataCite's JSON."""
    related = listed(value_at(answer, "relatedIdentifiers"))
    same_work = [
        f"{scheme}:{(words(value_at(item, 'relatedIdentifier')) or '').removeprefix(f'{scheme}:')}"
        for item in related[:_MOST_RELATED]
        if _kind(item) in _SAME_WORK and (scheme := words(value_at(item, "relatedIdentifierType")))
    ]
    return dataclasses.replace(
        record,
        identifiers=tuple(dict.fromkeys((*record.identifiers, *identifiers(*same_work)))),
        standing=gravest([record.standing, _standing(answer, related)]),
        versions=record.versions or _versions(answer),
    )


def _standing(answer: object, related: list[object]) -> Standing | None:
    """Return the publication status by the date of a withdrawal, the relations and the kind of resource, or None."""
    dates = [(words(value_at(one, "dateType")) or "").lower() for one in listed(value_at(answer, "dates"))]
    kinds = [kind for key in ("resourceType", "ris") if (kind := words(value_at(answer, "types", key)))]
    return gravest(
        [
            "withdrawn" if "withdrawn" in dates else None,
            of_types(kinds),
            *(of_update(_kind(item)) for item in related),
        ]
    )


def _kind(item: object) -> str:
    return (words(value_at(item, "relationType")) or "").lower()


def _versions(answer: object) -> tuple[tuple[int, datetime], ...]:
    """Return the versions that dates name, as arXiv's do ("2017-06-12", "v1"), with their days."""
    versions: dict[int, datetime] = {}
    for one in listed(value_at(answer, "dates")):
        match = _VERSION.fullmatch(words(value_at(one, "dateInformation")) or "")
        moment = day(value_at(one, "date"))
        if match and moment:
            versions.setdefault(int(match[1]), moment)
    return tuple(sorted(versions.items()))
