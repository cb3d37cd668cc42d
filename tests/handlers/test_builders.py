"""Blocks keep Slack's limits whatever they are given."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import builders
from handlers.blocks.builders import Block, Message
from handlers.blocks.phrases import money, percent

ANYTHING = st.text(st.characters(codec="utf-8"), max_size=400)


def _texts(found: object) -> list[str]:
    if isinstance(found, dict):
        own = [v for k, v in found.items() if k == "text" and isinstance(v, str)]
        return own + [text for v in found.values() for text in _texts(v)]
    return [text for v in found for text in _texts(v)] if isinstance(found, (list, tuple)) else []


def test_nobody_is_called_by_a_title() -> None:
    shown = builders.escape("<!channel> @here & <@U1>")
    assert "<" not in shown
    assert "@here" not in shown
    assert shown.startswith("&lt;!channel&gt;")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert builders.link(url, "a <b>") == "a &lt;b&gt;"


def test_a_link_can_not_be_broken_by_its_address() -> None:
    assert builders.link("https://a.b/?x=1&y=<|>", "t") == "<https://a.b/?x=1&amp;y=%3C%7C%3E|t>"


@given(ANYTHING, st.integers(4, 80))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert builders.length(builders.shorten(text, limit)) <= limit


def test_text_is_cut_between_whole_emoji() -> None:
    family = "👨‍👩‍👧‍👦"
    assert builders.shorten(family * 3, builders.length(family) + 1) == family + "…"
    assert builders.shorten("🇩🇪🇫🇷🇮🇹", 9) == "🇩🇪🇫🇷…"
    assert list(builders.clusters("e\u0301x")) == ["e\u0301", "x"]


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("The degradation it cures is visible", 22, "The degradation it…"),
        ("A dash — then more", 9, "A dash…"),
        ("Pneumonoultramicroscopic", 10, "Pneumonou…"),
        ("A Pneumonoultramicroscopic", 10, "A Pneumon…"),
        ("one two", 7, "one two"),
        ("one two six", 8, "one two…"),
    ],
)
def test_text_is_cut_at_a_word_unless_that_would_leave_little(text: str, limit: int, cut: str) -> None:
    assert builders.shorten(text, limit) == cut


def test_a_link_with_spaces_in_its_label_is_never_cut_inside() -> None:
    cut = builders.clip("See <https://example.org/a|a long label of words> and then some more", 60)
    assert cut == "See <https://example.org/a|a long label of words> and…"


def test_right_to_left_titles_are_isolated_and_overrides_dropped() -> None:
    assert builders.shorten("שלום", 50) == "\u2068שלום\u2069"
    assert builders.shorten("abc\u202edef", 50) == "abcdef"


@given(st.lists(st.sampled_from(["&amp;", "<https://a.b|c>", "x", " ", "<@U1>", "😀"]), max_size=60))
def test_clipped_markup_never_ends_inside_a_link(pieces: list[str]) -> None:
    cut = builders.clip("".join(pieces), 40)
    assert builders.length(cut) <= 40
    assert cut.count("<") == cut.count(">")
    assert cut.count("&") == cut.count(";")


def test_a_cut_code_fence_is_closed() -> None:
    assert builders.clip("```" + "x" * 100, 50).count("```") == 2


@given(ANYTHING)
def test_every_builder_takes_any_text(text: str) -> None:
    blocks = [
        builders.header(text),
        builders.section(builders.escape(text), builders.button(text, "a", "1")),
        builders.context(*[builders.escape(text)] * 14),
        builders.fields(*[builders.escape(text)] * 14),
        builders.actions(
            builders.select(text, "b", [builders.option(text, "1")]), builders.button(text, "a", "1")
        ),
    ]
    assert all(_texts(blocks))
    assert builders.length(_texts(blocks[0])[0]) <= 150


def test_equal_buttons_in_a_row_get_ids_of_their_own() -> None:
    row = builders.actions(*[builders.button("x", "vote.cast", "1")] * 3)
    elements = row["elements"]
    assert isinstance(elements, list)
    assert [element["action_id"] for element in elements] == ["vote.cast", "vote.cast:1", "vote.cast:2"]


def test_a_long_message_says_how_much_is_missing_and_keeps_its_buttons() -> None:
    blocks: list[Block] = [builders.section(f"line {n}") for n in range(60)]
    row = builders.actions(builders.button("Next", "page", "1"))
    shown = builders.message("sixty lines", [*blocks, row]).blocks
    assert len(shown) == 50
    assert shown[-1] == row
    assert _texts(shown[-2]) == ["… and 12 more"]


def test_a_message_stays_within_its_characters() -> None:
    shown = builders.message("long", [builders.section("x" * 2_900) for _ in range(10)]).blocks
    assert sum(map(builders.characters, shown)) <= 13_000
    assert _texts(shown[-1]) == ["… and 6 more"]


def test_a_message_without_plain_text_is_a_defect() -> None:
    with pytest.raises(ValueError, match="screen readers"):
        builders.message("  ")


def test_long_paragraphs_lose_nothing_while_they_fit() -> None:
    text = "\n".join(f"{n} " + "word " * 100 for n in range(12))
    shown = builders.paragraphs(text)
    assert " ".join(" ".join(_texts(shown)).split()) == " ".join(text.split())


def test_an_updated_message_gets_new_block_ids() -> None:
    blocks = [builders.divider(), builders.section("x")]
    first, second = builders.fresh(blocks, "match:1", 1), builders.fresh(blocks, "match:1", 2)
    assert len({str(block["block_id"]) for block in [*first, *second]}) == 4


def test_dates_read_in_the_readers_zone_with_a_fallback() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert builders.date(at, "{date} {time}") == "<!date^1772366400^{date} {time}|01 Mar 2026, 12:00 UTC>"
    assert builders.date(at, "{date}") == "<!date^1772366400^{date}|01 Mar 2026>", "a day needs no clock"
    with pytest.raises(ValueError, match="zone"):
        builders.date(at.replace(tzinfo=None))


def test_a_score_is_drawn_on_its_scale() -> None:
    assert builders.scale_bar(1425, 75, 1050, 1800, 11) == "1050\u00a0────━●━────\u00a01800"
    assert builders.scale_bar(1425, 75, 1063, 1790, 11) == "1050\u00a0────━●━────\u00a01800"
    assert builders.scale_bar(0, 75, -140, 80, 11).startswith("\N{MINUS SIGN}150\u00a0")
    assert builders.scale_bar(3000, 75, 1050, 1800, 11).endswith("─●\u00a01800")
    assert "●" in builders.scale_bar(1500, 10, 1500, 1500)


def test_what_can_not_be_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="75"):
        builders.option("x", "v" * 76)


def test_a_modal_keeps_its_limits() -> None:
    view = builders.modal(
        "A title that is much too long", [builders.divider()] * 120, submit="Send", callback_id="x"
    )
    title, blocks = view["title"], view["blocks"]
    assert isinstance(title, dict)
    assert isinstance(blocks, list)
    assert len(str(title["text"])) <= 24
    assert len(blocks) == 100


def test_figures_are_said_plainly() -> None:
    assert [money(0), money(0.0004), money(0.012), money(3.5)] == ["$0.00", "under $0.001", "$0.012", "$3.50"]
    shares = [percent(0.999), percent(0.004), percent(0.71), percent(1)]
    assert shares == ["99\u00a0%", "1\u00a0%", "71\u00a0%", "100\u00a0%"]
    assert builders.one_line("  about \u00a0 71\u00a0% \n of  them", 40) == "about 71\u00a0% of them", (
        "and in a button"
    )


def test_messages_compare_by_what_they_show() -> None:
    assert builders.message("a", [builders.divider()]) == Message("a", (builders.divider(),))
