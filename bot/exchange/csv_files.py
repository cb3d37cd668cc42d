"""CSV files: read line by line, and written so that no spreadsheet runs a text, whatever separates its cells."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from storage.errors import BadRequestError

FORMULA = frozenset("=+-@＝＋－＠")
"""What begins a formula; some spreadsheets take the wide signs as well."""
SEPARATORS = ",;|\t\r\n"
_BETWEEN = re.compile(r"""^[\s"',;|]*|[\s"',;|]+""")
"""What may stand before a formula that begins a cell: the start of the text, or separators, with spaces and quotes."""
LARGEST_CELL = 2**24


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin a cell that it runs."""

    def guard(between: re.Match[str]) -> str:
        cut = _beginning(between)
        return between[0] if cut is None else between[0][:cut] + "'" + between[0][cut:]

    return _BETWEEN.sub(guard, text)


def unguarded(text: str) -> str:
    """The text that `guarded` wrote so."""

    def strip(between: re.Match[str]) -> str:
        cut = _beginning(between)
        is_guarded = cut is not None and between[0][cut : cut + 1] == "'"
        return between[0][:cut] + between[0][(cut or 0) + 1 :] if is_guarded else between[0]

    return _BETWEEN.sub(strip, text)


def _beginning(between: re.Match[str]) -> int | None:
    """Where in the match a cell begins that a formula follows; None where none does."""
    if between.string[between.end() : between.end() + 1] not in FORMULA:
        return None
    last = max(between[0].rfind(separator) for separator in SEPARATORS)
    return last + 1 if last >= 0 or between.start() == 0 else None


def columns(file: Path) -> list[str]:
    """The names in the first line."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return next(csv.reader(lines), [])


def rows(file: Path) -> list[tuple[int, Mapping[str, str]]]:
    """The rows by column, each with the line on which it begins; empty lines are left out.

    Raises `BadRequestError` for what is no CSV, and for a row that has more or fewer cells than the first line names.
    """
    csv.field_size_limit(LARGEST_CELL)
    found: list[tuple[int, Mapping[str, str]]] = []
    line = 1
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.reader(lines, strict=True)
            names = next(reader, [])
            line = reader.line_num + 1
            for cells in reader:
                if cells and len(cells) != len(names):
                    raise BadRequestError(
                        f"{file}, line {line}: it has {len(cells)} cells, the first line has {len(names)}."
                    )
                if cells:
                    found.append((line, dict(zip(names, cells, strict=True))))
                line = reader.line_num + 1
    except csv.Error as error:
        raise BadRequestError(f"{file}, line {line}: this isn't CSV ({error}).") from error
    except OSError as error:
        raise BadRequestError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{file} can't be read: it isn't UTF-8 ({error.reason}).") from error
    return found
