"""Reads CSV files line by line, and writes them so that no spreadsheet runs a text as a formula."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from storage.errors import BadRequestError

FORMULA = frozenset("=+-@＝＋－＠")
"""First characters of a formula; some spreadsheets accept the full-width signs too."""
SEPARATORS = ",;|\t\r\n"
_BETWEEN = re.compile(r"""^[\s"',;|]*|[\s"',;|]+""")
"""Pattern of what may precede a formula in a cell: the start of the text or separators, with spaces and quotes."""
LARGEST_CELL = 2**24


def guarded(text: str) -> str:
    """Return the text with an apostrophe wherever a spreadsheet would begin a cell with a formula."""

    def guard(between: re.Match[str]) -> str:
        cut = _beginning(between)
        return between[0] if cut is None else between[0][:cut] + "'" + between[0][cut:]

    return _BETWEEN.sub(guard, text)


def unguarded(text: str) -> str:
    """Return the text without the apostrophes that `guarded` put before formulas."""

    def strip(between: re.Match[str]) -> str:
        cut = _beginning(between)
        is_guarded = cut is not None and between[0][cut : cut + 1] == "'"
        return between[0][:cut] + between[0][(cut or 0) + 1 :] if is_guarded else between[0]

    return _BETWEEN.sub(strip, text)


def _beginning(between: re.Match[str]) -> int | None:
    """Return the index in the match at which a cell begins with a formula; None if none does."""
    if between.string[between.end() : between.end() + 1] not in FORMULA:
        return None
    last = max(between[0].rfind(separator) for separator in SEPARATORS)
    return last + 1 if last >= 0 or between.start() == 0 else None


def columns(file: Path) -> list[str]:
    """Return the column names in the first line of a CSV file."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return next(csv.reader(lines), [])


def rows(file: Path) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows of a CSV file as (line number, cells by column), without empty lines.

    Raises `BadRequestError` for a file that isn't CSV, and for a row with more or fewer cells than the first line.
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
