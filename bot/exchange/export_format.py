"""Files of an exported league: one JSON file, or a CSV file per table, written and read again."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.exchange import csv_files
from bot.exchange.file_rows import LATER, TABLES, LeagueFile
from bot.exchange.file_values import BETWEEN
from bot.exchange.row_checks import first_fault
from storage.errors import BadRequestError


def as_json(league_file: LeagueFile) -> str:
    """Return a league's whole export as the text of one JSON object."""
    return json.dumps(league_file.model_dump(mode="json"), ensure_ascii=False, indent=1)


def as_csv(league_file: LeagueFile, table: str) -> str:
    """Return one table as CSV; apostrophes keep spreadsheets from running a text, whatever separates their cells."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(TABLES[table].model_fields), lineterminator="\r\n")
    writer.writeheader()
    for row in league_file.model_dump(mode="json")[table] or ():
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def write(league_file: LeagueFile, target: Path, form: str) -> list[Path]:
    """Write a league's export as one JSON file, or as one CSV file per table into a folder; return the paths."""
    try:
        if form == "json":
            target.write_text(as_json(league_file), encoding="utf-8")
            return [target]
        target.mkdir(parents=True, exist_ok=True)
        files = [target / f"{table}.csv" for table in TABLES]
        for file, table in zip(files, TABLES, strict=True):
            file.write_text(as_csv(league_file, table), encoding="utf-8", newline="")
    except OSError as error:
        raise BadRequestError(f"{target} can't be written: {error.strerror}.") from error
    return files


def _cell(value: object) -> object:
    if isinstance(value, list):
        parts = [str(part) for part in value]
        is_plain = all(part and BETWEEN.strip() not in part and part[0] != "[" for part in parts)
        value = BETWEEN.join(parts) if is_plain else json.dumps(parts, ensure_ascii=False)
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else None
    return csv_files.guarded(value) if isinstance(value, str) else value


def read_files(source: Path, league: str) -> LeagueFile:
    """Read an export from a JSON file or a folder of CSV files. Raises `BadRequestError` naming line and error."""
    try:
        if source.is_dir():
            return _read_folder(source, league)
        return _read_json(source)
    except OSError as error:
        raise BadRequestError(f"{error.filename or source} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{source} can't be read: {error}") from error


def _read_json(source: Path) -> LeagueFile:
    text = source.read_text(encoding="utf-8-sig")
    try:
        league_file = LeagueFile.model_validate_json(text)
    except ValidationError as error:
        loc, reason = _reason(error)
        line = _line_in_json(text, loc)
        where = f"{source}, line {line}" if line else str(source)
        raise BadRequestError(f"{where} isn't an export of Paperbout: {reason}") from error
    fault = first_fault(league_file)
    if fault is not None:
        line = _line_in_json(text, (fault.table, fault.place))
        raise BadRequestError(f"{source}, line {line}: {fault.table} {fault.place + 1}: {fault.reason}.")
    return league_file


def _read_folder(source: Path, league: str) -> LeagueFile:
    tables: dict[str, list[dict[str, Any]] | None] = {}
    lines: dict[str, list[int]] = {}
    for table in TABLES:
        file = source / f"{table}.csv"
        if table not in LATER or file.exists():
            tables[table], lines[table] = _table(file)
    purposes = tables.get("purposes")
    purpose = purposes[-1].get("text") if purposes else None
    try:
        league_file = LeagueFile.model_validate({"league": league, "purpose": purpose, **tables})
    except ValidationError as error:
        loc, reason = _reason(error)
        table = str(loc[0])
        place = next((part for part in loc if isinstance(part, int)), None)
        where = source / f"{table}.csv" if table in lines else source
        line = f", line {lines[table][place]}" if table in lines and place is not None else ""
        raise BadRequestError(f"{where}{line} isn't an export of Paperbout: {reason}") from error
    fault = first_fault(league_file)
    if fault is not None:
        file = source / f"{fault.table}.csv"
        raise BadRequestError(f"{file}, line {lines[fault.table][fault.place]}: {fault.reason}.")
    return league_file


def _reason(error: ValidationError) -> tuple[Sequence[str | int], str]:
    """Return the path and the message of the first validation error."""
    first = error.errors(include_url=False)[0]
    words = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    value = first["input"]
    if isinstance(value, str | int | float) and first["type"] not in {"value_error", "json_invalid"}:
        words += f" (it is {str(value)[:60]!r})"
    where = " ".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    return first["loc"] or ("",), f"{where}: {words}" if where else words


def _line_in_json(text: str, loc: Sequence[str | int]) -> int | None:
    """Return the line on which the row at this path begins; None if the text has no such row."""
    decoder, space = json.JSONDecoder(), re.compile(r"[\s,:]*")

    def after(place: int) -> int:
        match = space.match(text, place)
        assert match is not None
        return match.end()

    try:
        place = after(text.index("{") + 1)
        while text[place] != "}":
            name, place = decoder.raw_decode(text, place)
            place = after(place)
            if name == loc[0] and len(loc) > 1 and text[place] == "[":
                place = after(place + 1)
                for _ in range(int(loc[1])):
                    place = after(decoder.raw_decode(text, place)[1])
                return text.count("\n", 0, place) + 1
            if name == loc[0]:
                return text.count("\n", 0, place) + 1
            place = after(decoder.raw_decode(text, place)[1])
    except (ValueError, IndexError, RecursionError):
        return None
    return None


def _table(file: Path) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a CSV file, and the line on which each begins."""
    rows = csv_files.rows(file)
    return [{name: csv_files.unguarded(value) for name, value in row.items()} for _line, row in rows], [
        line for line, _row in rows
    ]
