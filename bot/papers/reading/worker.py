"""Program of a reader process: reads strangers' documents, with limits on time, memory and network.

`bot.papers.reading.pool` starts it by its path, with the kind of document as its argument. A request is a JSON line
(options, size) and a body on standard input; the answer is eight digits of length and JSON on standard output.
"""

import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

MEMORY_BYTES: Final = 1536 * 1024 * 1024
LIBRARIES: Final = {
    "pdf": ("bot.papers.reading.pdf_reading",),
    "file": ("bot.papers.reading.reference_files:load_formats",),
    "text": (
        "bot.papers.reading.html_reading:load_codecs",
        "bot.papers.reading.xml_reading",
        "bot.papers.text.charsets:repairer",
        "bot.papers.text.latex:table",
    ),
}
"""Modules (and functions) that each kind of reader loads before it may open no more files."""
_READ: Final = {
    "pdf": ("bot.papers.reading.pdf_reading", "read"),
    "head": ("bot.papers.reading.html_reading", "read_head"),
    "article": ("bot.papers.reading.html_reading", "read_article"),
    "xml": ("bot.papers.reading.xml_reading", "read_tree"),
    "references": ("bot.papers.reading.reference_files", "read_references"),
    "gate": ("bot.papers.text.gate", "pass_all"),
}
"""Function for each kind of request; it takes the body and the options, and returns values for JSON."""


def main() -> None:
    """Answer requests until standard input ends."""
    sys.path.insert(0, str(Path(__file__).parents[3]))
    for library in LIBRARIES[sys.argv[1]]:
        module, _, function = library.partition(":")
        package = importlib.import_module(module)
        if function:
            getattr(package, function)()
    _limit()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        request: dict[str, Any] = json.loads(line)
        answer = _answer(request, source)
        sink.write(b"%08x" % len(answer) + answer)
        sink.flush()


def _limit() -> None:
    """Limit this process: memory, no files or sockets beyond the three open ones, no child processes, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: dict[str, Any], source: BinaryIO) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    body = source.read(request["size"])
    module, function = _READ[request["kind"]]
    reader = getattr(importlib.import_module(module), function)
    return json.dumps(reader(body, **request["options"])).encode()


if __name__ == "__main__":
    main()
