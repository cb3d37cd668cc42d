"""Claims about titles, names and categories as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.text import category_name, short_authors, short_title, title_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Saving 50% of energy", "Saving 50% of energy"),
        ("Costs from $5 to $10 a day", "Costs from $5 to $10 a day"),
        ("$5 … $10", "$5 … $10"),
        ("Costs $5 and $10 today", "Costs $5 and $10 today"),
        (r"Poincar\'e and {\L}ukasiewicz, \"uber alles", "Poincaré and Łukasiewicz, über alles"),
        (r"On $\alpha$-divergence and $L_2$ norms in $\mathbb{R}^n$", "On α-divergence and L₂ norms in ℝⁿ"),
        (r"Sorting in $O(n \log n)$ time", "Sorting in O(n log n) time"),
        (r"$\mathcal{N}=4$ SYM", "N=4 SYM"),
        ("A &amp; B: H<sub>2</sub>O", "A & B: H2O"),
        ("{BERT}:   Pre-training\n of Deep", "BERT: Pre-training of Deep"),
        ("SU(2)_L x U(1) & C#", "SU(2)_L x U(1) & C#"),
        (r"An \unknown{thing} and $\foo$", r"An \unknown{thing} and $\foo$"),
        ("Is $P < NP$ or a < b?", "Is P<NP or a < b?"),
        ("\u202eevil\u200b title", "evil title"),
    ],
)
def test_a_title_is_shown_as_unicode_or_as_it_came(raw: str, shown: str) -> None:
    assert title_text(raw) == shown


@given(st.text(max_size=80) | st.text(alphabet="$\\{}%&_^ab1 ", max_size=40))
def test_no_title_breaks_the_converters(raw: str) -> None:
    assert "\n" not in title_text(raw)


@given(st.text(max_size=80), st.integers(0, 60))
def test_a_short_title_keeps_its_limit(text: str, limit: int) -> None:
    assert len(short_title(text, limit)) <= limit


def test_a_title_is_cut_at_a_word() -> None:
    assert short_title("Attention is all you need", 20) == "Attention is all…"
    assert short_title("Attention is all you need", 25) == "Attention is all you need"


def test_many_authors_are_two_names_and_a_number() -> None:
    assert short_authors(["Ada A.", "Bo B."]) == "Ada A., Bo B."
    assert short_authors([r"Ad\'a A.", "Bo B.", "C", "D", "E", "F", "G", "H"]) == "Adá A., Bo B., … (8)"
    assert short_authors([]) == ""


def test_categories_have_arxiv_s_official_names() -> None:
    assert category_name("cs.AI") == "Artificial Intelligence"
    assert category_name("alg-geom") == "Algebraic Geometry"
    assert category_name("x.YZ") == "x.YZ"
