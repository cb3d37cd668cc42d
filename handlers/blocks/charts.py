"""Charts as Slack's `data_visualization` block, or as small text bars where that isn't supported."""

from collections.abc import Mapping, Sequence
from typing import Literal

from handlers.blocks.builders import Block, escape, length, one_line, section

MOST_POINTS = 20
MOST_SERIES = 6
LABEL = 20
_BARS = "▁▂▃▄▅▆▇█"


def chart(
    kind: Literal["line", "bar"],
    title: str,
    categories: Sequence[str],
    series: Mapping[str, Sequence[float]],
    x_label: str = "",
    y_label: str = "",
) -> Block:
    """Build a chart with a line or bars per series; each series has one value per category, left to right.

    Beyond 20 points some are left out. Slack takes at most six series, and two charts per message.
    """
    if not categories or not series or any(len(values) != len(categories) for values in series.values()):
        raise ValueError("a chart needs categories, and one value a category in every series")
    places = _thinned(len(categories))
    labels = _distinct([categories[place] for place in places])
    names = _distinct(list(series)[:MOST_SERIES])
    axis: Block = {"categories": labels}
    if x_label:
        axis["x_label"] = one_line(x_label, 50)
    if y_label:
        axis["y_label"] = one_line(y_label, 50)
    return {
        "type": "data_visualization",
        "title": one_line(title, 50) or "–",
        "chart": {
            "type": kind,
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": values[place]}
                        for label, place in zip(labels, places, strict=True)
                    ],
                }
                for name, values in zip(names, series.values(), strict=False)
            ],
            "axis_config": axis,
        },
    }


def sparkline(values: Sequence[float]) -> str:
    """Return the values as a line of small bar characters, scaled from lowest to highest."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return "".join(_BARS[round((value - low) / span * (len(_BARS) - 1))] for value in values)


def as_text(block: Block) -> list[Block]:
    """Convert a `data_visualization` chart to text: small bars per series, with first, last, lowest and highest value."""
    content = block["chart"]
    assert isinstance(content, dict)
    lines = [f"*{escape(str(block['title']))}*"]
    for series in content["series"]:
        points = series["data"]
        values = [float(point["value"]) for point in points]
        name = escape(str(series["name"]))
        if content["type"] == "bar" and len(content["series"]) == 1:
            lines += [f"{escape(point['label'])}: {point['value']:g}" for point in points]
            continue
        first, last = points[0], points[-1]
        lines.append(
            f"{name}: `{sparkline(values)}` {first['value']:g} ({escape(first['label'])}) → {last['value']:g}"
            f" ({escape(last['label'])}), lowest {min(values):g}, highest {max(values):g}"
        )
    return [section("\n".join(lines))]


def _thinned(count: int) -> list[int]:
    if count <= MOST_POINTS:
        return list(range(count))
    return [round(i * (count - 1) / (MOST_POINTS - 1)) for i in range(MOST_POINTS)]


def _distinct(names: Sequence[str]) -> list[str]:
    labels: set[str] = set()
    distinct: list[str] = []
    for name in names:
        label = one_line(name, LABEL) or "–"
        number = 2
        while label in labels:
            ending = f" ({number})"
            label = one_line(name, LABEL - length(ending)) + ending
            number += 1
        labels.add(label)
        distinct.append(label)
    return distinct
