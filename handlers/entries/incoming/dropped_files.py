"""Reads files of references that people send the bot: downloads them from Slack and finds the papers they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.papers import links
from bot.papers.errors import SourceError
from bot.papers.links import Reference
from bot.papers.reading.reference_files import MOST_BYTES, UnreadableFileError, too_large
from bot.papers.sources.paper_lists import PaperList, lists_in
from bot.papers.sources.zotero import PAGE
from handlers.entries.incoming import intake_view
from handlers.slack.calls import Call

OF_MANAGERS = frozenset({"bib", "ris", "nbib", "enw"})
"""File name endings that always mean references; a person is always told if such a file can't be read."""
ENDINGS = OF_MANAGERS | {"json", "txt"}
MOST_FILES = 10
MOST_GROUPS = 2
_GROUP = re.compile(r"\bzotero\.org/groups/(\d{1,12})\b(?:[^\s>|]*?/collections/([A-Z0-9]{8})\b)?")
_DEADLINE_S = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was read from the files of a message: papers without repetitions, and remarks for the person."""

    references: tuple[Reference, ...]
    remarks: tuple[str, ...]


def holds_references(message: Mapping[str, Any]) -> bool:
    """Return whether a message has a file that may hold references, or links to a Zotero group or a list of papers."""
    return bool(files_of(message)) or bool(groups_of(message)) or bool(lists_of(message))


async def read_all(call: Call, message: Mapping[str, Any], *, handed: bool) -> Dropped:
    """Return the papers of a message's files, Zotero groups and lists."""
    parts = [
        await read_files(call, message, handed=handed),
        await read_groups(call, message),
        await read_lists(call, message),
    ]
    return Dropped(
        tuple(reference for part in parts for reference in part.references),
        tuple(remark for part in parts for remark in part.remarks),
    )


def lists_of(message: Mapping[str, Any]) -> list[PaperList]:
    """Return the lists of papers that a message links to."""
    return lists_in(links.text_of(message))[:MOST_GROUPS]


async def read_lists(call: Call, message: Mapping[str, Any]) -> Dropped:
    """Read the lists of papers that a message links to; remarks say what couldn't be read."""
    papers: dict[str, Reference] = {}
    remarks = []
    lists = call.services.runtime.lists
    for each in lists_of(message) if lists is not None else ():
        assert lists is not None
        try:
            page = await lists.read(each)
            file = await call.services.runtime.readers.references(page.name, page.content)
        except (SourceError, UnreadableFileError) as error:
            remarks.append(error.sentence if isinstance(error, SourceError) else str(error))
            continue
        papers |= {paper.canonical: paper for paper in file.papers}
        remarks.append(intake_view.file_read(each.label, len(file.papers), file.without_link))
        if page.total > len(file.papers):
            remarks.append(intake_view.list_cut(len(file.papers), page.total))
    return Dropped(tuple(papers.values()), tuple(remarks))


def groups_of(message: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return the Zotero groups that a message links to, each with the collection there that is meant, or ""."""
    groups = [(int(group), collection) for group, collection in _GROUP.findall(links.text_of(message))]
    return list(dict.fromkeys(groups))[:MOST_GROUPS]


async def read_groups(call: Call, message: Mapping[str, Any]) -> Dropped:
    """Read the papers of the Zotero groups that a message links to; remarks say what couldn't be read."""
    papers: dict[str, Reference] = {}
    remarks = []
    libraries = call.services.runtime.libraries
    for group, collection in groups_of(message) if libraries is not None else ():
        assert libraries is not None
        name = intake_view.group_name(group)
        try:
            pages, total = await libraries.group_pages(group, collection)
            readers = call.services.runtime.readers
            files = [await readers.references(f"{group}.json", page) for page in pages]
        except (SourceError, UnreadableFileError) as error:
            remarks.append(error.sentence if isinstance(error, SourceError) else str(error))
            continue
        found = {paper.canonical: paper for file in files for paper in file.papers}
        papers |= found
        without = [title for file in files for title in file.without_link]
        remarks.append(intake_view.file_read(name, len(found), without))
        if total > PAGE * len(pages):
            remarks.append(intake_view.group_cut(PAGE * len(pages), total))
    return Dropped(tuple(papers.values()), tuple(remarks))


def files_of(message: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return (name, URL, size in bytes) of a message's files that may contain references."""
    files = message.get("files")
    readable = []
    for file in files if isinstance(files, list) else ():
        name = str(file.get("name") or "") if isinstance(file, Mapping) else ""
        url = str(file.get("url_private_download") or file.get("url_private") or "") if name else ""
        if name.rpartition(".")[2].lower() in ENDINGS and url and not file.get("is_external"):
            readable.append((name, url, int(file.get("size") or 0)))
    return readable[:MOST_FILES]


async def read_files(call: Call, message: Mapping[str, Any], *, handed: bool) -> Dropped:
    """Download a message's files of references; return their papers and remarks for the person.

    `handed` means that the person gave the files to the bot.

    A file of a general type that contains no references is ignored without a remark, unless it was handed over.
    """
    papers: dict[str, Reference] = {}
    remarks = []
    for name, url, size in files_of(message):
        is_told = handed or name.rpartition(".")[2].lower() in OF_MANAGERS
        try:
            content = await _download(call, name, url, size)
            file = None if content is None else await call.services.runtime.readers.references(name, content)
        except UnreadableFileError as error:
            remarks += [str(error)] if is_told else []
            continue
        if file is None:
            remarks += [intake_view.file_refused(name)] if is_told else []
            continue
        papers |= {paper.canonical: paper for paper in file.papers}
        if is_told or file.papers:
            remarks.append(intake_view.file_read(name, len(file.papers), file.without_link))
    return Dropped(tuple(papers.values()), tuple(remarks))


async def _download(call: Call, name: str, url: str, size: int) -> bytes | None:
    """Download a file from Slack; None if Slack refuses it or the URL isn't Slack's.

    The bot's token is sent to Slack's own hosts only. Raises `UnreadableFileError` for a file larger than the limit.
    """
    if size > MOST_BYTES:
        raise too_large(name)
    host, home = urlsplit(url), urlsplit(call.client.base_url)
    is_slack = host.scheme == "https" and (host.hostname or "").endswith(".slack.com")
    if not is_slack and (host.scheme, host.netloc) != (home.scheme, home.netloc):
        return None
    headers = {"Authorization": f"Bearer {call.client.token}"}
    timeout = aiohttp.ClientTimeout(total=_DEADLINE_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != 200 or response.content_type == "text/html":  # noqa: PLR2004 - HTTP; a page to sign in
                log.warning("file_refused", workspace=call.workspace, status=response.status)
                return None
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise too_large(name)
            return bytes(content)
    except (aiohttp.ClientError, TimeoutError) as error:
        log.warning("file_lost", workspace=call.workspace, error=repr(error))
        return None
