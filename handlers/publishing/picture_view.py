"""Draws the pictures that other sites show beside a link to a published page, as PNG files of 1200 by 630 pixels."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from bot.exchange.published_league import PublishedLeague, PublishedPaper
from bot.papers.text.characters import storable
from handlers.publishing.places import paper_picture

BOARD_PICTURE = "preview.png"
SIZE = (1200, 630)
EDGE = 70
MOST_LINES = 4
SHORTEST = 4
"""Minimum characters that are left of a line too wide for the picture."""
FONTS = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf",
    "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc",
)  # fmt: skip
"""Fonts that are looked for, in this order; the last resort is Pillow's own, which knows ASCII only."""
INK, SOFT, LINE, PAPER = 0, 110, 205, 255
_DARK, _LIGHT = (12, 34, 74), (255, 255, 255)
_PALETTE = [
    round(dark + (light - dark) * shade / 255)
    for shade in range(256)
    for dark, light in zip(_DARK, _LIGHT, strict=True)
]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def site_pictures(league: PublishedLeague) -> Iterator[tuple[str, bytes]]:
    """Draw the pictures of a published league one by one: the board's, then one for each paper; yields (path, PNG)."""
    leaders = [paper for paper in league.papers if paper.rating is not None][:3]
    yield BOARD_PICTURE, _board(league, leaders)
    for paper in league.papers:
        yield paper_picture(paper.id), _paper(league, paper)


def _board(league: PublishedLeague, leaders: list[PublishedPaper]) -> bytes:
    image, draw = _sheet()
    _lines(draw, league.name, 64, 70, most=2, otherwise="A league of papers")
    _lines(draw, f"{len(league.papers)} papers, ranked by matches", 34, 235, most=1, shade=SOFT)
    for place, paper in enumerate(leaders):
        assert paper.rating is not None
        text = f"#{paper.rating.rank}  {paper.paper.title}"
        otherwise = f"#{paper.rating.rank}  {paper.id}"
        _lines(draw, text, 36, 330 + 80 * place, most=1, otherwise=otherwise)
    return _png(image)


def _paper(league: PublishedLeague, paper: PublishedPaper) -> bytes:
    image, draw = _sheet()
    _lines(draw, league.name, 32, 50, most=1, shade=SOFT, otherwise="Paperbout")
    _lines(draw, paper.paper.title, 54, 125, most=MOST_LINES, otherwise=paper.id)
    rating = paper.rating
    if rating is None:
        _lines(draw, "Not ranked yet", 44, 440, most=1)
        return _png(image)
    ratings = [each.rating for each in league.papers if each.rating is not None]
    words = f"#{rating.rank} of {len(ratings)} · {rating.score:.0f} ± {rating.interval:.0f}"
    _lines(draw, words, 44, 440, most=1, otherwise=words.replace("±", "+/-").replace("·", "-"))
    low = min(each.score - each.interval for each in ratings)
    high = max(each.score + each.interval for each in ratings)
    span = (high - low) or 1.0

    def across(points: float) -> float:
        return EDGE + (points - low) / span * (SIZE[0] - 2 * EDGE)

    begin, end = across(rating.score - rating.interval), across(rating.score + rating.interval)
    draw.rectangle((EDGE, 549, SIZE[0] - EDGE, 553), fill=LINE)
    draw.rectangle((begin, 542, max(end, begin + 2), 560), fill=150)
    middle = across(rating.score)
    draw.rectangle((middle - 4, 530, middle + 4, 572), fill=INK)
    return _png(image)


def _sheet() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 18, SIZE[1]), fill=INK)
    return image, draw


def _png(image: Image.Image) -> bytes:
    image.putpalette(_PALETTE)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def _lines(
    draw: ImageDraw.ImageDraw,
    text: str,
    size: int,
    top: int,
    *,
    most: int,
    shade: int = INK,
    otherwise: str = "",
) -> None:
    """Write a text in at most `most` lines; `otherwise` in its place if no font here has all of its characters."""
    words = " ".join(storable(text).split())
    font = _font(words, size)
    if font is None:
        words = otherwise
        font = _font(words, size) or ImageFont.load_default(size)
    for place, line in enumerate(_wrapped(words, font, most)):
        draw.text((EDGE, top + place * size * 1.3), line, font=font, fill=shade)


def _wrapped(text: str, font: Font, most: int) -> list[str]:
    """Break a text into lines as wide as the picture allows; three dots end what doesn't fit."""
    wide = SIZE[0] - 2 * EDGE
    lines: list[str] = [""]
    for word in text[: 80 * most].split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    fits = [_cut(line, font, wide) for line in lines[:most]]
    if len(lines) > most:
        fits[-1] = _cut(f"{fits[-1]} ...", font, wide)
    return fits


def _cut(line: str, font: Font, wide: float) -> str:
    while len(line) > SHORTEST and font.getlength(line) > wide:
        line = f"{line[:-4].rstrip(' .')}..."
    return line


def _font(text: str, size: int) -> Font | None:
    """Return the first font on this machine that has all characters of a text, or None."""
    characters = set(text)
    return next((font for font in _fonts(size) if not any(_lacks(font, each) for each in characters)), None)


@cache
def _fonts(size: int) -> tuple[ImageFont.FreeTypeFont, ...]:
    fonts: list[ImageFont.FreeTypeFont] = []
    for name in FONTS:
        try:
            fonts.append(ImageFont.truetype(name, size))
        except OSError:
            continue
    own = ImageFont.load_default(size)
    return (*fonts, own) if isinstance(own, ImageFont.FreeTypeFont) else tuple(fonts)


@cache
def _empty(font: ImageFont.FreeTypeFont) -> bytes:
    return bytes(font.getmask("\uffff"))


_known: dict[tuple[int, str], bool] = {}


def _lacks(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether a font draws this character as its sign for unknown ones."""
    if character.isascii():
        return False
    key = (id(font), character)
    if key not in _known:
        if len(_known) > 20_000:  # noqa: PLR2004 - bounded, whatever strangers write
            _known.clear()
        _known[key] = bytes(font.getmask(character)) == _empty(font)
    return _known[key]
