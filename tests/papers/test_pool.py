"""Claims about reader processes: hostile documents end there, in time, and cost nobody else anything."""

import asyncio
import dataclasses
import json
from pathlib import Path

import pytest

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Pacer
from bot.papers.reading import pool
from bot.papers.reading.fulltext import FullTexts
from bot.papers.reading.pool import READERS, Readers, ReadingError
from bot.papers.reading.reference_files import UnreadableFileError
from bot.papers.records import PaperRecord, cleaned
from tests.papers.test_merging import a_record


async def test_a_page_that_can_t_be_read_in_time_ends_alone(readers: Readers) -> None:
    await asyncio.gather(*(readers.gate([("title", "warm")]) for _ in range(2)))
    readers.start_seconds = 0.0
    late = readers._document("head", b"<a><b><i>" * 40_000, {"charset": None}, seconds=0.2)
    refused, passed = await asyncio.gather(
        late, readers.gate([("title", "A <i>fine</i> one")]), return_exceptions=True
    )
    assert isinstance(refused, SourceError)
    assert passed == ["A fine one"]
    readers.start_seconds = 30.0
    assert await readers.gate([("abstract", "x\x00y")]) == ["xy"]


async def test_broken_xml_and_xml_with_entities_are_errors_and_the_rest_is_read(readers: Readers) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    for body in (bomb, bomb.decode().encode("utf-16"), b"<a>" * 100_000, b"<feed><entry>", b"{}", b""):
        with pytest.raises(SourceUnavailableError):
            await readers.xml(body, "arXiv")
    assert (await readers.xml(b"<a b='1'><c>d</c>e</a>", "arXiv")).findtext("c") == "d"


async def test_a_reader_opens_no_socket_and_no_file(readers: Readers) -> None:
    await readers.warm()
    (reader, *_) = readers._idle
    await reader.ask("gate", b"[]", {}, 5, 30)
    limits = await asyncio.to_thread(Path(f"/proc/{reader.process.pid}/limits").read_text)
    assert any(line.split()[:5] == ["Max", "open", "files", "3", "3"] for line in limits.splitlines())


async def test_one_record_that_can_t_be_read_doesn_t_take_its_batch_along(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = readers.gate

    async def gate(texts: list[tuple[str, str]]) -> list[str]:
        if any("poison" in raw for _, raw in texts):
            raise ReadingError("gate")
        return await ask(texts)

    monkeypatch.setattr(readers, "gate", gate)
    good = a_record(("arxiv", "2001.00001"))
    bad = dataclasses.replace(good, title="poison")
    answers = await cleaned([good, bad, good], readers)
    assert [isinstance(answer, PaperRecord) for answer in answers] == [True, False, True]


async def test_what_a_reader_says_is_checked(readers: Readers) -> None:
    with pytest.raises(ReadingError):
        await readers._ask("text", "nonsense", json.dumps({}).encode(), {}, 5)


async def test_a_program_that_starts_has_its_readers_ready(fetcher: Fetcher) -> None:
    await FullTexts(fetcher, Pacer()).warm()
    assert len(fetcher.readers._idle) == READERS["text"]


@pytest.mark.slow
async def test_a_file_of_references_that_takes_too_long_ends_alone_with_a_sentence(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await readers.references("a.txt", b"https://arxiv.org/abs/1706.03762v2 and doi:10.1000/1")
    assert [(paper.canonical, paper.version) for paper in file.papers] == [
        ("arxiv:1706.03762", 2),
        ("doi:10.1000/1", None),
    ]
    monkeypatch.setattr(pool, "FILE_SECONDS", 0.2)
    readers.start_seconds = 3.0
    hostile = (
        ("a.bib", b"@a{b,\n" + b"a={\n" * 400_000),
        ("a.bib", b"{" * 1_900_000),
        ("a.txt", b"http://a.b " * 170_000),
    )
    for name, body in hostile:
        late, passed = await asyncio.gather(
            readers.references(name, body),
            readers.gate([("title", "A <i>fine</i> one")]),
            return_exceptions=True,
        )
        assert isinstance(late, UnreadableFileError)
        assert passed == ["A fine one"]
        assert not readers._busy
