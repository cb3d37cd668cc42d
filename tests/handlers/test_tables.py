"""Tables and charts are native where they can be and readable where they can't."""

import pytest

from handlers.blocks import builders, charts, tables
from handlers.blocks.builders import Block
from handlers.blocks.degrading import degrade
from handlers.blocks.tables import Linked, Mention, Number

ROWS: list[list[tables.Cell]] = [
    [
        1,
        Linked("Attention <is>", "https://arxiv.org/abs/1706.03762"),
        Number(1650.4, "1650 ± 44"),
        Mention("U1"),
    ]
]
TABLE = tables.table(["rank", "paper", "score", "by"], ROWS, "AI papers")
CHART = charts.chart("line", "Score", ["Mon", "Tue", "Wed"], {"Attention": [1500, 1600, 1550]})


def _cells(block: Block) -> list[list[Block]]:
    return tables.table_rows(block)


def test_numbers_sort_as_numbers_and_titles_open() -> None:
    head, row = _cells(TABLE)
    assert [cell["type"] for cell in head] == ["raw_text"] * 4
    assert [cell["type"] for cell in row] == ["raw_number", "rich_text", "raw_number", "rich_text"]
    assert row[2] == {"type": "raw_number", "value": 1650.4, "text": "1650 ± 44"}


def test_rows_that_do_not_fit_are_counted() -> None:
    big = tables.table(["n", "title"], [[n, "t"] for n in range(150)], "Many")
    assert len(_cells(big)) == 101
    assert big["caption"] == "Many … and 50 more"
    wide = tables.table(["n", "title"], [[n, "t" * 200] for n in range(100)], "Wide")
    assert sum(len(tables.cell_text(cell)) for row in _cells(wide) for cell in row) <= tables.MOST_CHARACTERS


def test_a_ragged_table_is_a_defect() -> None:
    with pytest.raises(ValueError, match="as long as"):
        tables.table(["a", "b"], [["x"]], "c")


def test_a_chart_keeps_its_first_and_last_point() -> None:
    chart = charts.chart("line", "Long", [f"{n}" for n in range(104)], {"A": range(104)})["chart"]
    assert isinstance(chart, dict)
    points = chart["series"][0]["data"]
    assert len(points) == 20
    assert (points[0]["value"], points[-1]["value"]) == (0, 103)
    assert [point["label"] for point in points] == chart["axis_config"]["categories"]


def test_equal_labels_and_long_names_are_told_apart() -> None:
    chart = charts.chart("bar", "Same", ["Mon", "Mon"], {"x" * 30: [1, 2], "x" * 31: [3, 4]})["chart"]
    assert isinstance(chart, dict)
    assert chart["axis_config"]["categories"] == ["Mon", "Mon (2)"]
    names = [series["name"] for series in chart["series"]]
    assert len(set(names)) == 2
    assert max(map(len, names)) <= 20


def test_a_workspace_without_charts_gets_figures_and_a_table() -> None:
    full = builders.message("standings", [CHART, TABLE, TABLE])
    simpler = degrade(full, 1)
    assert [block["type"] for block in simpler.blocks] == ["section", "context", "table", "section"]
    assert "▁█▅" in str(simpler.blocks[0])
    assert "1500 (Mon) → 1550 (Wed)" in str(simpler.blocks[0])


def test_a_workspace_without_tables_gets_lines() -> None:
    text = degrade(builders.message("standings", [TABLE]), 2).blocks[0]["text"]
    assert isinstance(text, dict)
    assert text["text"].splitlines() == [
        "*AI papers*",
        "_rank · paper · score · by_",
        "1 · <https://arxiv.org/abs/1706.03762|Attention &lt;is&gt;> · 1650 ± 44 · <@U1>",
    ]


def test_the_older_table_can_be_asked_for_itself() -> None:
    caption, table = tables.as_plain(tables.table(["rank", "paper", "score", "by"], ROWS, "AI papers"))
    assert caption["type"] == "context"
    assert {cell["type"] for row in _cells(table) for cell in row} == {"raw_text", "rich_text"}
    assert tables.as_text(table)


def test_a_third_chart_becomes_text() -> None:
    shown = degrade(builders.message("charts", [CHART, CHART, CHART]), 0)
    assert [block["type"] for block in shown.blocks] == [
        "data_visualization",
        "data_visualization",
        "section",
    ]


def test_plain_messages_stay_as_they_are() -> None:
    plain = builders.message("hello", [builders.section("hello")])
    assert all(degrade(plain, level) is plain for level in range(3))
