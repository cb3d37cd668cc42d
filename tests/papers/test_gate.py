"""Claims about the gate: what foreign text becomes before it is stored or shown."""

# ruff: noqa: E501 - titles and abstracts as they came

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.text import (
    abstract_text,
    category_name,
    folded,
    name_text,
    person_text,
    rationale_text,
    short_authors,
    short_title,
    title_text,
)
from bot.papers.text.gate import ABSTRACT_BYTES, NAME_BYTES, TITLE_BYTES, latex_title_text
from tests.growth import MOST, growth, nested, repeated

TITLES = [
    ("Saving 50% of energy", "Saving 50% of energy"),
    ("Costs from $5 to $10 a day", "Costs from $5 to $10 a day"),
    ("$5 … $10", "$5 … $10"),
    ("Costs $5 and $10 today", "Costs $5 and $10 today"),
    ("The cost is $100K and the gain $200K", "The cost is $100K and the gain $200K"),
    ("A $100 genome and the $1000 genome", "A $100 genome and the $1000 genome"),
    (r"Poincar\'e and {\L}ukasiewicz, \"uber alles", "Poincaré and Łukasiewicz, über alles"),
    (r"Schr{\"o}dinger, {\'E}cole, Erd\H{o}s, \v{C}ech", "Schrödinger, École, Erdős, Čech"),
    (r"On $\alpha$-divergence and $L_2$ norms in $\mathbb{R}^n$", "On α-divergence and L₂ norms in ℝⁿ"),
    (r"Sorting in $O(n \log n)$ time", "Sorting in O(n log n) time"),
    (r"$\mathcal{N}=4$ SYM", "N=4 SYM"),
    ("A &amp; B: H<sub>2</sub>O", "A & B: H₂O"),
    ("{BERT}:   Pre-training\n of Deep", "BERT: Pre-training of Deep"),
    ("SU(2)_L x U(1) & C#", "SU(2)_L x U(1) & C#"),
    (r"An \unknown{thing} and $\foo$", r"An \unknown{thing} and $\foo$"),
    ("Is $P < NP$ or a < b?", "Is P<NP or a < b?"),
    ("\u202eevil\u200b title", "evil title"),
    ("10<sup>5</sup> cells per dish", "10⁵ cells per dish"),
    ("Ca<sup>2+</sup> and <sup>13</sup>C, K<sub>ATP</sub>, n<sup>1/3</sup>", "Ca²⁺ and ¹³C, K_ATP, n^(1/3)"),
    ("If a<b and b>c then sorting is possible", "If a<b and b>c then sorting is possible"),
    ("For x<i>y and more", "For x<i>y and more"),
    ("&lt;i&gt;E. coli&lt;/i&gt; and R&amp;D", "E. coli and R&D"),
    (
        "Measurement of directed flow in <math><mrow><mi>Au</mi><mo>+</mo><mi>Au</mi></mrow></math> collisions at <math><mrow><msqrt><msub><mi>s</mi><mrow><mi>N</mi><mi>N</mi></mrow></msub></msqrt><mo>=</mo><mn>19.6</mn></mrow></math> and 27 GeV",
        "Measurement of directed flow in Au+Au collisions at √s_NN=19.6 and 27 GeV",
    ),
    (
        "β Decay of <mml:math><mml:mmultiscripts><mml:mrow><mml:mi>Ca</mml:mi></mml:mrow><mml:mprescripts/><mml:none/><mml:mrow><mml:mn>38</mml:mn></mml:mrow></mml:mmultiscripts></mml:math>: Sensitive test",
        "β Decay of ³⁸Ca: Sensitive test",
    ),
    ("A broken <math><mi>x</mn></math> formula", "A broken <math><mi>x</mn></math> formula"),
    (r"$\texttt{WEAVER}$, Better, Faster, Longer", "WEAVER, Better, Faster, Longer"),
    (r"$\textit{S}^3$Eval", "S³Eval"),
    (r"{\it Herschel}-ATLAS: The far-infrared properties", "Herschel-ATLAS: The far-infrared properties"),
    (r"{\em E. coli} growth", "E. coli growth"),
    (r"3$\times$3 kernels are enough", "3×3 kernels are enough"),
    (r"C$^*$-algebras and $K$-theory", "C*-algebras and K-theory"),
    (r"An $n^{1/3}$ bound", "An n^(1/3) bound"),
    (r"$\Lambda_b^0 \to p K^-$ decays", "Λ_b⁰ → pK⁻ decays"),
    (r"$^{12}$C($\alpha$,$\gamma$)$^{16}$O", "¹²C(α,γ)¹⁶O"),
    (r"$B^0\to K^{*0}\mu^+\mu^-$ at $\sqrt{s}=13$ TeV", "B⁰ → K*⁰μ⁺μ⁻ at √s=13 TeV"),
    (r"Search for $\bar{\nu}_e$ in \textbf{Fe}", "Search for ν̄ₑ in Fe"),
    ("The --force option and {0,1}-polytopes", "The --force option and {0,1}-polytopes"),
    ("~100 GeV electrons", "~100 GeV electrons"),
]  # fmt: skip
ABSTRACTS = [
    ("Patients with p<0.05 and age >65 years were included in the analysis.",) * 2,
    ("The expression was low (<5 TPM) in controls but high (>100 TPM) in cases.",) * 2,
    ("Tags such as <think> and <answer> are emitted by the model.",) * 2,
    ("Abstract Meaning Representation (AMR) parsing has improved with pretrained models.",) * 2,
    ("Summary statistics from genome-wide association studies are widely shared.",) * 2,
    ("Abstract interpretation is sound.",) * 2,
    ("Abstract Syntax Trees are trees.",) * 2,
    (r"We bound $\alpha^2$ by \emph{words} of $5 and {braces}.",) * 2,
    ("Abstract We study words.", "We study words."),
    ("ABSTRACT Deep nets learn.", "Deep nets learn."),
    ("Abstract—Deep nets learn.", "Deep nets learn."),
    ("摘要 本文研究", "本文研究"),
    ("<jats:title>Abstract</jats:title><jats:p>Cut <jats:italic>E. coli</jats:italic> &amp; more", "Cut E. coli & more"),
    ("<p>One<br/>two.</p><p>Three.</p>", "One two. Three."),
    (
        r"At <jats:inline-formula><jats:alternatives><jats:tex-math>\documentclass{minimal} \begin{document}$$\alpha$$\end{document}</jats:tex-math><mml:math><mml:mi>α</mml:mi></mml:math></jats:alternatives></jats:inline-formula> = 1",
        "At α = 1",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "shown"), TITLES)
def test_a_title_is_unicode_or_whole_as_it_came(raw: str, shown: str) -> None:
    assert title_text(raw) == shown


@pytest.mark.parametrize(("raw", "shown"), ABSTRACTS)
def test_an_abstract_loses_its_markup_and_heading_and_nothing_else(raw: str, shown: str) -> None:
    assert abstract_text(raw) == shown


def test_titles_abstracts_and_names_of_every_kind_come_out_right() -> None:
    kinds = {"title": title_text, "abstract": abstract_text, "name": name_text}
    rows = [json.loads(line) for line in Path(__file__).with_name("gated.jsonl").read_text().splitlines()]
    assert len(rows) > 440
    assert [(raw, kinds[kind](raw), right) for kind, raw, right in rows if kinds[kind](raw) != right] == []


PIECES = st.sampled_from([
    "<", ">", "<b>", "</b>", "<i>", "</i>", "<sup>", "</sup>", "<p>", "<br/>", "<jats:p>", "</jats:p>", "<think>", "<b ", "b>", "a<b",
    "<math><mi>x</mi></math>", "<math>", "</math>", "<sub>2</sub>", "&amp;", "&lt;", "&gt;", "&#60;", "&", "amp;", "lt;", "#38;", "&#x26;", "<!--", "-->",
    "$", "$x$", "\\alpha", "\\textit{", "{", "}", "\\(", "\\)", "$$", "\\", "^", "_", "~", "--", "``", "''", "\\'e", "\\frac", "\\$", "{\\it ",
    "Abstract ", "Abstract: ", "Summary", "We ", "\x00", "\ud800", "\u200b", "\u202e", "\ufffe", "\n", "\t", "é", "Ã", "©", "Â", "\u00a0", "â", "€", "\u0099", "e\u0301", "漢", "１", "🙂", "\ue000", "\ue0020\ue003",
])  # fmt: skip
FOREIGN = st.text(max_size=80) | st.lists(PIECES | st.text(max_size=3), max_size=14).map("".join)
KINDS = [title_text, latex_title_text, abstract_text, name_text, rationale_text, person_text]


@pytest.mark.parametrize("kind", KINDS)
@given(FOREIGN)
def test_the_gate_changes_nothing_that_has_passed_it(kind: object, raw: str) -> None:
    assert callable(kind)
    once = kind(raw)
    assert kind(once) == once


@pytest.mark.parametrize("kind", KINDS)
@given(FOREIGN)
def test_what_passes_the_gate_can_be_stored(kind: object, raw: str) -> None:
    assert callable(kind)
    passed = kind(raw)
    json.dumps(passed).encode("ascii")
    passed.encode()  # halves of surrogates have no bytes
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", passed)


LETTERS = st.text(alphabet="abcxyzÄé漢 .,0123456789<>=", max_size=60)


@given(
    st.lists(LETTERS, max_size=4),
    st.sampled_from(
        [("<b>", "</b>"), ("<jats:p>", "</jats:p>"), ("<i>", "</i>"), ("<span class='x'>", "</span>")]
    ),
)
def test_taking_markup_out_never_takes_a_letter_outside_a_tag(texts: list[str], tag: tuple[str, str]) -> None:
    plain = [re.sub(r"<(?=/?[a-z])", "< ", text) for text in texts]  # nothing that is itself a tag
    marked = "x".join(f"{tag[0]}{text}{tag[1]}" for text in plain)
    assert "".join(abstract_text(marked).split()) == "".join("x".join(plain).split())


@given(st.text(alphabet="abc <>/=\"'", max_size=60))
def test_text_without_a_tag_of_the_list_is_left_alone(text: str) -> None:
    if not re.search(r"</?\s*[ab]\b|&", text):
        assert abstract_text(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("kind", "most"), [(title_text, TITLE_BYTES), (abstract_text, ABSTRACT_BYTES), (name_text, NAME_BYTES)]
)
def test_each_kind_has_its_length(kind: object, most: int) -> None:
    assert callable(kind)
    for piece in ("漢", "word ", "<b>x</b>", "&amp;", "\\(", "$x$"):
        cut = kind(piece * 200_000)
        assert len(cut.encode()) <= most
        assert kind(cut) == cut


def test_what_models_and_people_write_keeps_its_lines_and_its_latex() -> None:
    assert (
        rationale_text("K\x00f2rsou\r\nbeats `\\alpha` <b>it</b>.") == "Kf2rsou\nbeats `\\alpha` <b>it</b>."
    )
    assert person_text(" one\u200b\ntwo \ud800") == "one\ntwo"


HOSTILE = [
    *(repeated(p) for p in ("\\(", "$", "<a <a ", "<", "{", "\\frac", "&amp;", "&", "<b>", "<i><b>", "e\u0301", "a$x$", "\\'", "<!--", "<b x=", "^_", "`", "-", "~a", "abstract ", "\\begin{document}", " ", "\x00", "<p>", "<math>")),
    nested("<b>", "</b>"), nested("{", "}"), nested("$", "$"), nested("<sup>", "</sup>"), nested("\\sqrt{", "}"), nested("<math><msqrt>", "</msqrt></math>"),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_no_kind_grows_faster_than_its_text(kind: object) -> None:
    assert callable(kind)
    slow = [make(40) for make in HOSTILE if growth(kind, make) > MOST]
    assert slow == []


def test_judges_read_a_title_without_markup_but_with_its_latex() -> None:
    raw = r"10<sup>5</sup> cells &amp; $\alpha$-decay of <math><mi>x</mi></math>: <i>E. coli</i>"
    assert latex_title_text(raw) == r"10⁵ cells & $\alpha$-decay of x: E. coli"


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


def test_scripts_and_accents_are_found_by_their_plain_letters() -> None:
    assert folded("H₂O at 10⁵ K by Erdős") == "h2o at 105 k by erdos"
