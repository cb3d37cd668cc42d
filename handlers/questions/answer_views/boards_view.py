"""Views of leaderboards: current, past, over all leagues, and where rubric and matches disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.papers.text import category_name
from bot.questions.leaderboards import Board, BoardRow, OverallBoard, PastBoard, RubricGap
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame, place, title
from handlers.blocks.builders import (
    DAY,
    Block,
    actions,
    button,
    context,
    date,
    escape,
    header,
    option,
    section,
    select,
)
from handlers.blocks.choosers import OPTION
from handlers.blocks.tables import Cell, Linked, Number, table
from handlers.questions.board_words import BoardWords, parse_board

SORTS = (("score", "By score"), ("rating", "By rubric"), ("uncertain", "Most uncertain"))
_SORTED = {
    "score": "by score",
    "rating": "by rubric rating",
    "uncertain": "most uncertain first",
    "age": "newest first",
}


COLUMNS = ("Place", "Paper", "Score")
"""Columns that fit a phone's width; a button shows all."""
BY_RUBRIC = ("Place", "Paper", "Rubric")
"""The same for a board sorted by rubric, which shows what it is sorted by."""
ALL_COLUMNS = (
    "Place", "Moved", "Paper", "Score", "Interval", "Rank between", "Won–lost–drawn", "Rubric", "Gap",
)  # fmt: skip


def board_answer(
    board: Board,
    page: ids.Page,
    submitters: Sequence[tuple[str, str]] = (),
    gaps: Mapping[int, int] | None = None,
) -> Answer:
    """Return a league's leaderboard, with menus to sort and filter it.

    `submitters` are (user, name) to filter by. `gaps`, by entry, is the score percentile less the rubric percentile; it
    is shown in the wide table only.
    """
    wide = page.kind == "board" and parse_board(page.words).wide
    name = f"{board.name}: {phrases.count(board.total, 'paper')}, {_SORTED[board.sort]}"
    blocks: list[Block] = [header(board.name)]
    if not board.rows:
        blocks.append(section(_empty(board)))
    else:
        by_rubric = board.sort == "rating"
        columns = ALL_COLUMNS if wide else BY_RUBRIC if by_rubric else COLUMNS
        rows = [
            _all_cells(row, gaps or {}) if wide else _cells(row, by_rubric=by_rubric, moves=_moves(board))
            for row in board.rows
        ]
        blocks.append(table(columns, rows, name, page_size=15, row_header=columns.index("Paper")))
    blocks.append(context(" · ".join(_notes(board))))
    blocks += _filters(board, page, submitters)
    leaders = ", ".join(f"{place(_place_of(row))} {title(row.line.title, 60)}" for row in board.rows[:3])
    return Answer(
        escape(f"{name}. {leaders}" if leaders else f"{board.name}: no paper here yet"),
        tuple(blocks),
        Frame(page._replace(offset=board.offset), board.total, 15),
        _exports(board, page) if board.rows else (),
    )


def _exports(board: Board, page: ids.Page) -> tuple[Block, ...]:
    """Return the buttons that export the league as CSV files and this board's papers as references."""
    buttons = [button("Export CSV", *ids.EXPORT.carry(ids.OfLeague(board.league)))]
    if page.kind == "board":
        buttons.append(button("BibTeX", *ids.CITE_BOARD.carry(page)))
    return tuple(buttons)


def _empty(board: Board) -> str:
    if board.category or board.submitter or board.since or board.tag:
        return "No paper passes this filter."
    if board.waiting:
        return f"{phrases.count(board.waiting, 'paper')} being read; the board fills in when I have them."
    return "No paper here yet. Post a link to one in the league's channel, and it is taken in."


def _place_of(row: BoardRow) -> int | None:
    """Return a row's rank: in the board's category if the board is limited to one, else in the league."""
    return row.line.rank if row.line.place is None else row.line.place


def _cells(row: BoardRow, *, by_rubric: bool, moves: bool) -> list[Cell]:
    """Return the cells of a row: rank (with its change, if `moves`), paper, score (or rubric, if sorted by that)."""
    line, paper, shown = row.line, Linked(title(row.line.title, 60), row.line.url), _place_of(row)
    if shown is None or line.score is None or line.interval is None:
        return ["–", paper, _rubric(line.rubric) if by_rubric else "not ranked yet"]
    move = _moved(row) if moves and line.place is None else "–"
    place = Number(shown, f"{shown}" + ("" if move == "–" else f" {move}"))
    score = Number(round(line.score, 1), phrases.score(line.score, line.interval))
    return [place, paper, _rubric(line.rubric) if by_rubric else score]


def _all_cells(row: BoardRow, gaps: Mapping[int, int]) -> list[Cell]:
    line = row.line
    if line.rank is None or line.score is None or line.interval is None:
        cells: list[Cell] = [
            "–",
            "",
            Linked(title(line.title), line.url),
            "–",
            "–",
            "–",
            "–",
            _rubric(line.rubric),
            "–",
        ]
        return cells
    return [
        Number(_place_of(row) or line.rank, str(_place_of(row))),
        _moved(row) if line.place is None else f"#{line.rank} in all",
        Linked(title(line.title), line.url),
        Number(round(line.score, 1), f"{line.score:.0f}"),
        Number(round(line.interval, 1), f"±{line.interval:.0f}"),
        f"{line.rank_low}–{line.rank_high}",
        f"{line.wins}–{line.losses}–{line.draws}",
        _rubric(line.rubric),
        "–" if line.entry not in gaps else _points(gaps[line.entry]),
    ]


def _rubric(value: float | None) -> Cell:
    return "–" if value is None else Number(value, f"{value:g}")


def _moves(board: Board) -> bool:
    """Return whether changes of rank are worth a mark: not where all ranked papers shown are new."""
    return any(not row.is_new for row in board.rows if row.line.rank is not None)


def _moved(row: BoardRow) -> str:
    if row.is_new:
        return "new"
    if not row.move:
        return "–"
    return f"▲{row.move}" if row.move > 0 else f"▼{-row.move}"


def _notes(board: Board) -> list[str]:
    notes = []
    if board.total > len(board.rows) > 0:
        notes.append(f"{board.offset + 1}–{board.offset + len(board.rows)} of {board.total:,}")
    if board.category:
        codes = board.category.split(",")
        names = dict.fromkeys(map(category_name, codes)) if len(codes) > 1 else codes
        in_category = f"in {escape(', '.join(names))}"
        counts_places = any(row.line.place is not None for row in board.rows)
        notes.append(f"places {in_category} only" if counts_places else in_category)
    if board.tag:
        notes.append(f"tagged {escape(board.tag)}")
    if board.submitter:
        notes.append(f"from <@{board.submitter}>")
    if board.since is not None:
        notes.append(date(board.since, DAY, lead="since"))
    if board.moved_since is not None and _moves(board):
        notes.append(date(board.moved_since, DAY, lead="▲▼ since"))
    if board.waiting and board.rows:
        notes.append(f"{phrases.count(board.waiting, 'more paper')} being read")
    if made_of := _made_of(*board.made_of):
        notes.append(made_of)
    return notes if board.sort == "rating" else [*notes, "± is the half-width of the 95\u00a0% interval"]


def _made_of(verdicts: int, votes: int) -> str:
    """Return from how many verdicts and votes the ranking is made, or "" if there are none."""
    parts = [
        phrases.count(verdicts, "verdict of judges", "verdicts of judges") if verdicts else "",
        phrases.count(votes, "vote of people", "votes of people") if votes else "",
    ]
    made_of = " and ".join(filter(None, parts))
    return f"made of {made_of}" if made_of else ""


SINCE = (("7d", "Last 7 days"), ("30d", "Last 30 days"), ("365d", "Last year"))


def _filters(board: Board, page: ids.Page, submitters: Sequence[tuple[str, str]]) -> list[Block]:
    """Return the menus that sort and filter the board; each changes one filter and keeps the others."""
    if page.kind != "board":
        return []
    board_words = parse_board(page.words)
    if board.total == 0 and not page.words:
        return []
    first = page._replace(offset=0)

    def choice(text: str, words: BoardWords) -> tuple[str, str]:
        return text, ids.PAGE.encode(first._replace(words=words.filters()))

    elements = [
        button(label, *ids.PAGE.carry(first._replace(sort=sort), sort))
        for sort, label in SORTS
        if sort != board.sort
    ]
    elements.append(
        button(
            "Fewer columns" if board_words.wide else "All columns",
            *ids.PAGE.carry(
                page._replace(words=replace(board_words, wide=not board_words.wide).filters()), "wide"
            ),
        )
    )
    menus = (
        (
            ("category", "Category", board_words.category),
            [choice("All categories", replace(board_words, category=""))]
            + [choice(name, replace(board_words, category=code)) for code, name in board.categories],
        ),
        (
            ("from", "Submitted by", board_words.submitter),
            [choice("Everybody", replace(board_words, submitter=""))]
            + [choice(name, replace(board_words, submitter=user)) for user, name in submitters],
        ),
        (
            ("since", "Since", board_words.since),
            [choice("Any time", replace(board_words, since=""))]
            + [choice(label, replace(board_words, since=span)) for span, label in SINCE],
        ),
        (
            ("tag", "Tag", board_words.tag),
            [choice("Any tag or none", replace(board_words, tag=""))]
            + [choice(f"#{tag}", replace(board_words, tag=tag)) for tag in board.tags],
        ),
    )
    for (suffix, placeholder, current), choices in menus:
        options = [option(text, value) for text, value in choices if len(value) <= OPTION]
        least = 1 if suffix == "tag" else 2  # one category, submitter or time filters nothing; a tag does
        if len(options) > least or (options and current):
            value_now = choice("", board_words)[1] if current else None
            now = value_now if value_now in {value for _, value in choices if len(value) <= OPTION} else None
            elements.append(select(placeholder, ids.PAGE.id(suffix), options, now))
    return [actions(*elements)]


def old_answer(board: PastBoard, page: ids.Page) -> Answer:
    """Return the standings of an earlier day, with each paper's current rank."""
    rows: list[Sequence[Cell]] = [
        (
            Number(row.then.rank, str(row.then.rank)),
            Linked(title(row.title), row.url),
            Number(round(row.then.score, 1), f"{row.then.score:.0f}"),
            Number(round(row.then.interval, 1), f"±{row.then.interval:.0f}"),
            Number(row.then.matches, str(row.then.matches)),
            "–" if row.rank_now is None else Number(row.rank_now, str(row.rank_now)),
        )
        for row in board.rows
    ]
    name = f"{board.name} as it stood"
    blocks: list[Block] = [header(name)]
    if rows:
        blocks.append(
            table(
                ["Place then", "Paper", "Score", "Interval", "Matches", "Place now"],
                rows,
                name,
                page_size=15,
                row_header=1,
            )
        )
    else:
        blocks.append(section("No paper was ranked then."))
    blocks.append(
        context(f"{date(board.kept_at, lead='Kept')}, the last standings {date(board.at, lead='before')}")
    )
    return Answer(
        f"{escape(name)}, {date(board.kept_at, lead='kept')}",
        tuple(blocks),
        Frame(page._replace(offset=board.offset), board.total, 15),
    )


def overall_answer(board: OverallBoard, page: ids.Page) -> Answer:
    """Return one leaderboard over several leagues."""
    rows: list[Sequence[Cell]] = [
        (
            Number(board.offset + place_, str(board.offset + place_)),
            Linked(title(line.title), line.url),
            board.names.get(line.league, "–"),
            f"#{line.rank} of {board.sizes.get(line.league, 0)}",
            Number(round(line.score or 0, 1), f"{line.score or 0:.0f} ± {line.interval or 0:.0f}"),
        )
        for place_, line in enumerate(board.rows, start=1)
    ]
    name = f"All public leagues: {phrases.count(board.total, 'paper')}"
    blocks: list[Block] = [header("All public leagues")]
    if rows:
        blocks.append(
            table(
                ["Place", "Paper", "League", "In its league", "Score"], rows, name, page_size=15, row_header=1
            )
        )
        blocks.append(
            context(
                "Each league is judged for its own purpose, and papers play within their own league: compare with care."
            )
        )
    else:
        blocks.append(section("No public league has a ranked paper yet."))
    return Answer(name, tuple(blocks), Frame(page._replace(offset=board.offset), board.total, 15))


def gap_answer(name: str, gaps: Sequence[RubricGap], page: ids.Page) -> Answer:
    """Return the papers whose match score and rubric rating disagree most."""
    rows: list[Sequence[Cell]] = [
        (
            Linked(title(row.line.title), row.line.url),
            Number(round(row.rubric_at * 100), phrases.percent(row.rubric_at)),
            Number(round(row.score_at * 100), phrases.percent(row.score_at)),
            _gap(row),
            place(row.line.rank),
        )
        for row in gaps
    ]
    caption = f"{name}: where the tournament and the rubric disagree most"
    blocks = [
        header("Tournament against rubric"),
        table(
            ["Paper", "Better than, by rubric", "Better than, by play", "Gap", "Place"],
            rows,
            caption,
            page_size=15,
        ),
        context(
            "A percentage is the share of the league's papers below this one, those level with it counted half. "
            "▲ plays better than it reads, ▼ the other way round."
        ),
    ]
    return Answer(escape(caption), tuple(blocks), Frame(page))


def _gap(row: RubricGap) -> Cell:
    return _points(round((row.score_at - row.rubric_at) * 100))


def _points(points: int) -> Cell:
    return Number(points, f"{'▲' if points >= 0 else '▼'}{abs(points)}")
