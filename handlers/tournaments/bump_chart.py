"""The bump chart of a tournament: how the leaders' ranks went, drawn as a PNG with its text beside it."""

import io
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from PIL import Image, ImageDraw, ImageFont

from bot.tournaments.highlights import Course
from handlers.blocks.builders import Picture, one_line

ALT = 1_000
"""Slack's limit of a picture's alternative text."""
_WIDTH, _ROW, _TOP, _BOTTOM, _LEFT, _RIGHT = 1_500, 58, 80, 60, 90, 620
_DOT, _LINE = 17, 6
_INK, _FAINT, _PAPER = "#1d1c1d", "#d5d5d5", "#ffffff"
_COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#8a6d00",
    "#1b8a8f",
    "#7f3c8d",
    "#a5502a",
    "#444444",
    "#b87a00",
)
"""Told apart also by people who don't see red or green (after Okabe and Ito); every line is labelled besides."""
_KNOWN = 0.7


def bump_chart(tournament: int, league: str, courses: Sequence[Course]) -> Picture:
    """Draw the courses, the best of the end on top; `courses` isn't empty and all have as many steps."""
    title = f"Ranks in tournament {tournament} of {league}"
    return Picture(
        f"tournament-{tournament}.png", one_line(title, 150), alt_text(title, courses), _drawn(courses)
    )


def alt_text(title: str, courses: Sequence[Course]) -> str:
    """What the picture shows, in words."""
    lines = [f"#{_last(course)} {one_line(course.title, 70)} ({course_from(course)})" for course in courses]
    return one_line(f"{title}, from before it to its end: " + "; ".join(lines) + ".", ALT)


def _last(course: Course) -> int | None:
    return course.ranks[-1]


def course_from(course: Course) -> str:
    """Where a paper stood before."""
    first = next((rank for rank in course.ranks if rank is not None), None)
    if course.ranks[0] is None:
        return "new"
    return "as before" if first == _last(course) else f"from #{first}"


def _drawn(courses: Sequence[Course]) -> bytes:
    rows = len(courses) + 3
    steps = len(courses[0].ranks)
    image = Image.new("RGB", (_WIDTH, _TOP + rows * _ROW + _BOTTOM), _PAPER)
    draw = ImageDraw.Draw(image)
    font, small = ImageFont.load_default(26), ImageFont.load_default(20)
    right = _WIDTH - _RIGHT

    def x(step: int) -> float:
        return _LEFT + step * (right - _LEFT) / (steps - 1)

    def y(rank: int) -> float:
        return _TOP + (min(rank, rows) - 0.5) * _ROW

    for step in range(steps):
        draw.line((x(step), _TOP, x(step), _TOP + rows * _ROW), _FAINT, 2)
        label = "before" if step == 0 else "end" if step == steps - 1 else str(step)
        draw.text((x(step), _TOP - 14), label, _INK, small, anchor="ms")
    for place, course in reversed(list(enumerate(courses))):
        colour = _COLOURS[place % len(_COLOURS)]
        points = [(x(step), y(rank), rank) for step, rank in enumerate(course.ranks) if rank is not None]
        if len(points) > 1:
            draw.line([(at, height) for at, height, _ in points], colour, _LINE, joint="curve")
        for at, height, rank in points:
            draw.ellipse((at - _DOT, height - _DOT, at + _DOT, height + _DOT), colour)
            draw.text((at, height), str(rank), _PAPER, small, anchor="mm")
        if points:
            _, height, rank = points[-1]
            draw.text((right + 34, height), f"{rank}  {readable(course.title)}", _INK, font, anchor="lm")
    draw.text(
        (_LEFT, _TOP + rows * _ROW + 34),
        f"Ranks below {rows} are drawn on the lowest row; the number in a dot is the rank.",
        _INK,
        small,
        anchor="lm",
    )
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def readable(title: str) -> str:
    """The title in letters the built-in font has: what it lacks is three dots, a mostly foreign title stands beside.

    The text beside the picture has every title whole, so nothing is lost and no letter becomes a box.
    """
    normal = unicodedata.normalize("NFKC", title)
    known = [char.isascii() or "\u00a0" <= char <= "\u017f" for char in normal]
    if sum(known) < _KNOWN * len(normal):
        return "(see the title in the text beside)"
    runs = groupby(zip(normal, known, strict=True), key=itemgetter(1))
    return one_line("".join("".join(char for char, _ in run) if has else "..." for has, run in runs), 42)
