"""Names of feeds that a league takes daily preprints from, as people write them.

An arXiv category ("cs.CL"); bioRxiv or medRxiv with a subject or without ("biorxiv:cell_biology", "medrxiv"); an
OpenReview venue by its id ("ICLR.cc/2026/Conference").
"""

import re
from difflib import get_close_matches
from typing import Final, Literal

from bot.papers.categories import NAMES, REPLACED_BY
from storage.errors import BadRequestError

FeedKind = Literal["arxiv", "biorxiv", "openreview"]
SERVERS: Final = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}
_BIOLOGY: Final = (
    "animal behavior and cognition, biochemistry, bioengineering, bioinformatics, biophysics, cancer biology, "
    "cell biology, clinical trials, developmental biology, ecology, epidemiology, evolutionary biology, genetics, "
    "genomics, immunology, microbiology, molecular biology, neuroscience, paleontology, pathology, "
    "pharmacology and toxicology, physiology, plant biology, scientific communication and education, "
    "synthetic biology, systems biology, zoology"
)
_MEDICINE: Final = (
    "addiction medicine, allergy and immunology, anesthesia, cardiovascular medicine, dentistry and oral medicine, "
    "dermatology, emergency medicine, endocrinology, epidemiology, forensic medicine, gastroenterology, "
    "genetic and genomic medicine, geriatric medicine, health economics, health informatics, health policy, "
    "health systems and quality improvement, hematology, hiv aids, infectious diseases, "
    "intensive care and critical care medicine, medical education, medical ethics, nephrology, neurology, nursing, "
    "nutrition, obstetrics and gynecology, occupational and environmental health, oncology, ophthalmology, "
    "orthopedics, otolaryngology, pain medicine, palliative medicine, pathology, pediatrics, "
    "pharmacology and therapeutics, primary care research, psychiatry and clinical psychology, "
    "public and global health, radiology and imaging, rehabilitation medicine and physical therapy, "
    "respiratory medicine, rheumatology, sexual and reproductive health, sports medicine, surgery, toxicology, "
    "transplantation, urology"
)
SUBJECTS: Final = {
    server: tuple(subjects.split(", "))
    for server, subjects in (("biorxiv", _BIOLOGY), ("medrxiv", _MEDICINE))
}
"""Subjects of the two servers, by server."""
_FOLDED: Final = {name.casefold(): name for name in NAMES}
_VENUE: Final = re.compile(r"[\w.\-]+(?:/[\w.\-]+){1,5}", re.ASCII)


def kind_of(name: str) -> FeedKind:
    """Return where a feed is read, from its name as stored."""
    if name.partition(":")[0] in SERVERS:
        return "biorxiv"
    return "openreview" if "/" in name else "arxiv"


def feed_name(word: str) -> str:
    """Return the name of a feed as it is stored, from a person's word. Raises `BadRequestError` if there is none."""
    server, _, subject = word.casefold().partition(":")
    if server in SERVERS:
        return _with_subject(server, subject)
    if "/" in word:
        if not _VENUE.fullmatch(word):
            raise _unknown(word)
        return word
    name = _FOLDED.get(word.casefold())
    if name is None:
        raise _unknown(word)
    return REPLACED_BY.get(name, name)


def _with_subject(server: str, subject: str) -> str:
    if not subject:
        return server
    name = re.sub(r"[_\-\s]+", " ", subject).strip()
    if name not in SUBJECTS[server]:
        near = get_close_matches(name, SUBJECTS[server], 1)
        hint = f" Did you mean {server}:{near[0].replace(' ', '_')}?" if near else ""
        raise BadRequestError(f"{SERVERS[server]} has no subject {subject[:40]}.{hint}", about="arxiv")
    return f"{server}:{name.replace(' ', '_')}"


def _unknown(word: str) -> BadRequestError:
    return BadRequestError(
        f"arXiv has no category {word[:40]}; write categories such as cs.CL or hep-th, biorxiv:neuroscience, or an "
        "OpenReview venue such as ICLR.cc/2026/Conference.",
        about="arxiv",
    )


def shown_name(name: str) -> str:
    """Return a feed's name for people: "bioRxiv Cell Biology", "ICLR.cc/2026/Conference"; an arXiv category's title."""
    server, _, subject = name.partition(":")
    if server in SERVERS:
        return f"{SERVERS[server]} {subject.replace('_', ' ').title()}".strip()
    return NAMES.get(name, name)
