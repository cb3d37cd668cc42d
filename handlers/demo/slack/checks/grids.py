"""Checks of tables and charts: `table`, `data_table`, `data_visualization`."""

from collections import Counter
from typing import Any, Final

from handlers.demo.slack.checks.problems import Problems
from handlers.demo.slack.checks.rich_text import check_rich_text, rich_text_of
from handlers.demo.slack.limits import LIMITS

_CELLS: Final[dict[str, tuple[str, ...]]] = {
    "table": ("raw_text", "rich_text"),
    "data_table": ("raw_text", "raw_number", "rich_text"),
}


def check_table(problems: Problems, pointer: str, table: dict[str, Any]) -> int:
    """Check a `table`; return the number of characters in its cells."""
    problems.only(pointer, table, {"type", "block_id", "rows", "column_settings"})
    if "column_settings" in table:
        problems.count(f"{pointer}/column_settings", table["column_settings"], "table.settings", least=0)
        for index, setting in enumerate(table["column_settings"] or []):
            if setting is not None:
                place = f"{pointer}/column_settings/{index}"
                problems.only(place, setting, {"align", "is_wrapped"})
                problems.one_of(f"{place}/align", setting.get("align", "left"), "left", "center", "right")
    return _rows(problems, pointer, table, "table", least=1, same_width=False)


def check_data_table(problems: Problems, pointer: str, table: dict[str, Any]) -> int:
    """Check a `data_table`; return the number of characters in its cells."""
    names = {"type", "block_id", "rows", "caption", "page_size", "row_header_column_index"}
    problems.only(pointer, table, names)
    if not isinstance(table.get("caption"), str) or not table["caption"]:
        problems.add(pointer, "missing required field: caption")
    if "page_size" in table and not (
        _whole(table["page_size"]) and 1 <= table["page_size"] <= LIMITS["data_table.page"]
    ):
        problems.add(f"{pointer}/page_size", f"must be between 1 and {LIMITS['data_table.page']}")
    rows = table.get("rows")
    if isinstance(rows, list) and rows and isinstance(rows[0], list):
        if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in rows[0]):
            problems.add(f"{pointer}/rows/0", "rich_text is not allowed in header cells")
        if not 0 <= table.get("row_header_column_index", 0) < max(1, len(rows[0])):
            problems.add(f"{pointer}/row_header_column_index", "must be the index of a column")
    return _rows(problems, pointer, table, "data_table", least=2, same_width=True)


def _rows(
    problems: Problems, pointer: str, table: dict[str, Any], kind: str, *, least: int, same_width: bool
) -> int:
    rows, characters = table.get("rows"), 0
    if not problems.count(f"{pointer}/rows", rows, f"{kind}.rows", least=least) or rows is None:
        return 0
    for index, row in enumerate(rows):
        place = f"{pointer}/rows/{index}"
        if not problems.count(place, row, f"{kind}.columns"):
            continue
        if same_width and isinstance(rows[0], list) and len(row) != len(rows[0]):
            problems.add(place, "all rows must have the same number of cells")
        for column, cell in enumerate(row):
            characters += _cell(problems, f"{place}/{column}", cell, kind)
    if characters > LIMITS[f"{kind}.characters"]:
        problems.add(
            pointer, f"must be less than {LIMITS[f'{kind}.characters'] + 1} characters across all cells"
        )
    return characters


def _cell(problems: Problems, pointer: str, cell: Any, kind: str) -> int:
    if not isinstance(cell, dict) or cell.get("type") not in _CELLS[kind]:
        problems.add(pointer, f"must be one of: {', '.join(_CELLS[kind])}")
        return 0
    if cell["type"] == "rich_text":
        check_rich_text(problems, pointer, cell)
        return len(rich_text_of(cell))
    if cell["type"] == "raw_number":
        problems.only(pointer, cell, {"type", "value", "text"})
        if not _number(cell.get("value")):
            problems.add(f"{pointer}/value", "must be a number")
        if "text" in cell and not cell["text"]:
            problems.add(f"{pointer}/text", "must be more than 0 characters")
        return len(str(cell.get("text") or cell.get("value")))
    problems.only(pointer, cell, {"type", "text"})
    if not isinstance(cell.get("text"), str) or not cell["text"]:
        problems.add(f"{pointer}/text", "must be more than 0 characters")
    return len(str(cell.get("text", "")))


def check_chart(problems: Problems, pointer: str, block: dict[str, Any]) -> None:
    """Check a `data_visualization` chart."""
    problems.only(pointer, block, {"type", "block_id", "title", "chart"})
    problems.length(f"{pointer}/title", block.get("title"), "chart.title")
    chart, place = block.get("chart"), f"{pointer}/chart"
    if not isinstance(chart, dict) or chart.get("type") not in {"line", "bar", "area", "pie"}:
        problems.add(place, "must be one of: line, bar, area, pie")
    elif chart["type"] == "pie":
        problems.only(place, chart, {"type", "segments"})
        if problems.count(f"{place}/segments", chart.get("segments"), "chart.segments"):
            for index, segment in enumerate(chart["segments"]):
                _point(problems, f"{place}/segments/{index}", segment, positive=True)
    else:
        problems.only(place, chart, {"type", "series", "axis_config"})
        categories = _axes(problems, f"{place}/axis_config", chart.get("axis_config"))
        if problems.count(f"{place}/series", chart.get("series"), "chart.series"):
            for index, series in enumerate(chart["series"]):
                _series(problems, f"{place}/series/{index}", series, categories)
            _distinct(problems, f"{place}/series", [_of(series, "name") for series in chart["series"]])


def _axes(problems: Problems, pointer: str, axes: Any) -> list[str]:
    if not isinstance(axes, dict):
        problems.add(pointer, "missing required field: axis_config")
        return []
    problems.only(pointer, axes, {"categories", "x_label", "y_label"})
    problems.optional(pointer, axes, "x_label", "chart.axis")
    problems.optional(pointer, axes, "y_label", "chart.axis")
    categories = axes.get("categories")
    if not problems.count(f"{pointer}/categories", categories, "chart.points"):
        return []
    for index, category in enumerate(categories or []):
        problems.length(f"{pointer}/categories/{index}", category, "chart.label")
    _distinct(problems, f"{pointer}/categories", list(categories or []))
    return list(categories or [])


def _series(problems: Problems, pointer: str, series: Any, categories: list[str]) -> None:
    if not isinstance(series, dict):
        problems.add(pointer, "must be an object")
        return
    problems.only(pointer, series, {"name", "data"})
    problems.length(f"{pointer}/name", series.get("name"), "chart.label")
    if problems.count(f"{pointer}/data", series.get("data"), "chart.points"):
        for index, point in enumerate(series["data"]):
            _point(problems, f"{pointer}/data/{index}", point)
            if isinstance(point, dict) and point.get("label") not in categories:
                problems.add(f"{pointer}/data/{index}/label", "must be one of the categories")
        if len({_of(point, "label") for point in series["data"]} & {*categories}) < len(categories):
            problems.add(f"{pointer}/data", "must have a point for every category")


def _point(problems: Problems, pointer: str, point: Any, *, positive: bool = False) -> None:
    if not isinstance(point, dict):
        problems.add(pointer, "must be an object")
        return
    problems.only(pointer, point, {"label", "value"})
    problems.length(f"{pointer}/label", point.get("label"), "chart.label")
    if not _number(point.get("value")):
        problems.add(f"{pointer}/value", "must be a number")
    elif positive and point["value"] <= 0:
        problems.add(f"{pointer}/value", "must be more than 0")


def _of(value: Any, key: str) -> str:
    return str(value.get(key)) if isinstance(value, dict) else ""


def _distinct(problems: Problems, pointer: str, names: list[Any]) -> None:
    for name, times in Counter(map(str, names)).items():
        if times > 1:
            problems.add(pointer, f"must be distinct: {name}")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  # not NaN


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
