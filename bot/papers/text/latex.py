"""Converts LaTeX in titles and names to Unicode: accents, symbols, fonts, formulas; wholly or not at all.

A formula with an unknown command stays raw with its dollars; a text with an unknown command outside formulas stays raw as
a whole, because a half-converted title could mean something else. Symbols come from pylatexenc's table.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from pylatexenc.latex2text import get_default_latex_context_db

from bot.papers.text.characters import words_of
from bot.papers.text.mathml import accented, grouped
from bot.papers.text.scripts import subscript, superscript

_DEPTH: Final = 40
_TOKEN: Final = re.compile(
    r"\\(?P<word>[a-zA-Z]+)(?P<star>\*?)[^\S\n]*|\\(?P<sign>.)|(?P<open>\{)|(?P<close>\})|(?P<script>[\^_])|(?P<dollars>\$\$?)"
    r"|(?P<text>[^\\{}^_$]+|[\s\S])",
    re.DOTALL,
)
_FONTS: Final = words_of(
    "textit textbf texttt textsc textrm textsf textup textsl textmd textnormal text emph underline mbox hbox "
    "mathit mathrm mathbf mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm pmb ensuremath "
    "operatorname uline ce protect mathop mathbin mathrel mathord mathop textquote enquote"
)
_SWITCHES: Final = words_of(
    "it em bf tt sc rm sf sl cal mit frak scr bfseries itshape scshape rmfamily sffamily ttfamily upshape mdseries "
    "normalfont "
    "boldmath displaystyle textstyle scriptstyle rm small large Large normalsize left right big Big bigg Bigg "
    "bigl bigr Bigl Bigr limits nolimits xspace relax mathstrut noindent centering"
)
_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_MATH_ACCENTS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "widetilde": "\u0303",
    "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "acute": "\u0301", "grave": "\u0300",
    "breve": "\u0306", "mathring": "\u030a",
}  # fmt: skip
_FUNCTIONS: Final = words_of(
    "log ln exp sin cos tan cot sec csc sinh cosh tanh min max sup inf lim det dim ker arg deg gcd Pr poly "
    "polylog argmin argmax limsup liminf bmod mod"
)
_SIGNS: Final = {
    "%": "%", "&": "&", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " ", "\\": " ", "-": "",
    "/": "", ",": " ", ";": " ", ":": " ", "!": "", "@": "", ">": " ", "|": "‖",
}  # fmt: skip
_MORE: Final = {
    "ne": "≠", "neg": "¬", "lnot": "¬", "Re": "Re", "Im": "Im", "implies": "⇒", "iff": "⇔", "S": "§", "P": "¶",
    "degree": "°", "copyright": "©", "pounds": "£", "dots": "…", "colon": ":", "lvert": "|", "rvert": "|",
    "vert": "|", "lVert": "‖", "rVert": "‖", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "quad": " ",
    "qquad": " ", "lbrace": "{", "rbrace": "}", "textasciitilde": "~", "textasciicircum": "^",
    "textbackslash": "\\", "textless": "<", "textgreater": ">", "slash": "/", "ss": "ß", "i": "ı", "j": "ȷ",
    "lt": "<", "gt": ">", "ell": "ℓ", "ast": "*", "mid": "|", "sim": "~", "lesssim": "≲", "gtrsim": "≳",
    "hslash": "ħ", "lambdabar": "ƛ", "prime": "′", "textregistered": "®", "texttrademark": "™",
    "textsuperscript": "", "nonumber": "", "square": "□", "checkmark": "✓", "euro": "€", "textemdash": "—",
    "textendash": "–", "bullet": "•", "varnothing": "∅", "complement": "∁", "top": "⊤", "bot": "⊥", "models": "⊨",
    "blacksquare": "■",
}  # fmt: skip
_ARROWS: Final = frozenset("→←↔⇒⇐⇔⟶⟵⟹↦⟼↪↠⟺")
_FORMULA_ENDS: Final = {"\\(": "\\)", "\\[": "\\]"}
_WORDS: Final = re.compile(r"(?<![\\a-zA-Z{])[a-zA-Z]{2,}\s+[a-zA-Z]{2,}")
_PRICE: Final = re.compile(r"[\d.,]+\s*[a-zA-Z]*\s+\w{2,}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TEXT_MARK: Final = re.compile(r"\\|[{}]|``|''|--")


class _UnknownError(Exception):
    """The LaTeX contains something that can't be converted."""


@functools.lru_cache(maxsize=1)
def table() -> Any:
    """Return pylatexenc's table of commands; call this early in a process that may later open no files."""
    return get_default_latex_context_db()


@functools.lru_cache(maxsize=512)
def _symbol(name: str) -> str | None:
    """Return the character of a command without arguments, or None."""
    if name in _MORE:
        return _MORE[name]
    spec = table().get_macro_spec(name)
    replacement = getattr(spec, "simplify_repl", None)
    if (
        getattr(spec, "macroname", "") != name
        or not isinstance(replacement, str)
        or "%" in replacement
        or not replacement.strip()
    ):
        return None
    return replacement


def latex_text(text: str) -> str:
    """Convert LaTeX in a text to Unicode; parts that can't be converted stay as they are."""
    if "$" not in text and not _TEXT_MARK.search(text):
        return text
    pieces = formulas_apart(text)
    if not any(is_math for _, is_math in pieces):
        return _prose(text)
    texts = [_formula(piece) if is_math else piece for piece, is_math in pieces]
    if all(is_math or not _TEXT_MARK.search(piece) for piece, is_math in pieces):
        return "".join(texts)
    # braces and fonts may reach round a formula, so the text is read as a whole, its formulas put aside
    plain = "".join(f"\ue000{i}\ue001" if is_math else piece for i, (piece, is_math) in enumerate(pieces))
    return re.sub(r"\ue000(\d+)\ue001", lambda m: texts[int(m[1])], _prose(plain))


def formulas_apart(text: str) -> list[tuple[str, bool]]:
    r"""Split the text into prose and formulas (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`); True marks a formula with its marks."""
    pieces: list[tuple[str, bool]] = []
    last = at = 0
    never: set[str] = set()
    while at < len(text):
        if text[at] == "\\":
            end = _FORMULA_ENDS.get(text[at : at + 2])
            close = -1 if end is None or end in never else text.find(end, at + 2)
            if end is not None and close < 0:
                never.add(end)
            if end is None or close < 0:
                at += 2
                continue
            stop = close + 2
        elif text[at] == "$":
            mark = "$$" if text[at : at + 2] == "$$" else "$"
            close = _closing(text, at + len(mark), mark)
            if close < 0 or not _is_formula(text[at + len(mark) : close], text[close + len(mark) :][:1]):
                at += len(mark)
                continue
            stop = close + len(mark)
        else:
            at += 1
            continue
        pieces += [(text[last:at], False), (text[at:stop], True)]
        last = at = stop
    return [*(piece for piece in pieces if piece[0]), (text[last:], False)]


def _closing(text: str, at: int, mark: str) -> int:
    """Return the index of the next unescaped mark, at most a thousand characters ahead; -1 for none."""
    place = text.find(mark, at, at + 1000)
    while place > 0 and text[place - 1] == "\\":
        place = text.find(mark, place + 1, at + 1000)
    return place


def _is_formula(body: str, after: str) -> bool:
    """Return whether the text between two dollars is a formula, rather than words between two prices."""
    if not body.strip() or "$" in body:
        return False
    if "\\" in body or re.search(r"[\^_]", body):
        return True
    if body != body.strip() or (
        body[0].isdigit() and (after.isdigit() or re.match(r"[\d.,]+\s*[a-zA-Z]*\s+\w{2,}", body))
    ):
        return False
    return not _WORDS.search(body) and not (after.isdigit() and re.fullmatch(r"\D*\w{2,}\W*\D*", body))


def _formula(whole: str) -> str:
    """Return one formula as text, or unchanged with its marks if it can't be converted."""
    mark = 2 if whole.startswith(("$$", "\\")) else 1
    body = whole[mark:-mark]
    try:
        text = _Reader(body, is_math=True).all().strip()
        return text or (whole if body.strip(" \\,;:!~") else " ")
    except (_UnknownError, RecursionError):
        return whole


def _prose(text: str) -> str:
    """Convert text outside formulas; unchanged as a whole if it contains an unknown command."""
    try:
        return _Reader(text, is_math=False).all()
    except (_UnknownError, RecursionError):
        return text


@dataclass(slots=True)
class _Piece:
    """A token of LaTeX: its kind (a group of `_TOKEN`) and its text."""

    kind: str
    text: str


class _Reader:
    """Reads the tokens of one formula or of prose."""

    def __init__(self, text: str, *, is_math: bool) -> None:
        self._tokens = [
            _Piece(str(m.lastgroup if m.lastgroup != "star" else "word"), m["word"] or m[str(m.lastgroup)])
            for m in _TOKEN.finditer(text)
        ]
        self._has_commands = any(token.kind in {"word", "sign"} for token in self._tokens)
        self._math = is_math
        self._at = 0
        self._depth = 0
        self._is_script = False

    def all(self) -> str:
        """Return the whole text. Raises `_UnknownError`."""
        text = self._until_close()
        if self._at < len(self._tokens):
            raise _UnknownError
        return re.sub(r" {2,}", " ", text) if self._math else text

    def _until_close(self) -> str:
        pieces: list[str] = []
        while self._at < len(self._tokens) and self._tokens[self._at].kind != "close":
            piece = self._next()
            if (
                pieces
                and piece.startswith("\x00")
                and (pieces[-1][-1:].isalnum() or pieces[-1].endswith("\x01"))
            ):
                piece = " " + piece
            if (
                pieces and pieces[-1].endswith("\x01") and self._is_script
            ):  # \log_2 n: the gap comes behind the script
                pieces[-1], piece = pieces[-1][:-1], piece + "\x01"
            pieces.append(piece)
        text = "".join(pieces)
        text = re.sub(r"\x01(?=[^\W_]|\\[a-zA-Z])", " ", text)
        return text.replace("\x00", "").replace("\x01", "")

    def _next(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        self._is_script = False
        match token.kind:
            case "open":
                return self._group()
            case "word":
                return self._command(token.text)
            case "sign":
                return self._sign(token.text)
            case "script" if self._math:
                content = self._argument()
                self._is_script = True
                return superscript(content) if token.text == "^" else subscript(content)
            case "text" if self._math:
                return re.sub(r"\s+", "", token.text).replace("'", "′").replace("~", " ")
            case "text":
                return _typographic(token.text, tied=self._has_commands)
            case "dollars" if self._math:
                raise _UnknownError
        return token.text

    def _group(self) -> str:
        """Return the text in braces, without the braces if they only protect letters or enclose a command."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise _UnknownError
        start = self._at
        content = self._until_close()
        if self._at >= len(self._tokens):
            raise _UnknownError
        tokens = self._tokens[start : self._at]
        self._at += 1
        self._depth -= 1
        protects = bool(_LETTER.search(content)) and not re.search(r"[,;=<>|:]", content)
        if self._math or protects or "\ue000" in content or any(t.kind in {"word", "sign"} for t in tokens):
            return content
        return "{" + content + "}"

    def _argument(self) -> str:
        """Return the next group or single character as text."""
        while self._at < len(self._tokens) and self._tokens[self._at].kind == "text":
            token = self._tokens[self._at]
            text = token.text.lstrip()
            if not text:
                self._at += 1
                continue
            if len(text) > 1:
                self._tokens[self._at] = _Piece("text", text[1:])
            else:
                self._at += 1
            return "′" if text[0] == "'" and self._math else text[0]
        if self._at >= len(self._tokens) or self._tokens[self._at].kind in {"close", "dollars", "script"}:
            raise _UnknownError
        self._depth += 1
        if self._depth > _DEPTH:
            raise _UnknownError
        is_group = self._tokens[self._at].kind == "open"
        argument = self._next()
        if is_group and argument.startswith("{") and argument.endswith("}") and not self._math:
            argument = argument[1:-1]
        self._depth -= 1
        return argument.replace("\x00", "").replace("\x01", "")

    def _sign(self, sign: str) -> str:
        if sign in _ACCENTS and not self._math:
            return _composed(self._argument(), _ACCENTS[sign])
        if sign not in _SIGNS:
            raise _UnknownError
        return _SIGNS[sign]

    def _command(self, name: str) -> str:
        if name in _SWITCHES:
            return ""
        if name in _FONTS:
            return self._font(name)
        if name in _FUNCTIONS and self._math:
            return f"\x00{name}\x01"
        return self._with_argument(name) or self._alone(name)

    def _with_argument(self, name: str) -> str | None:
        """Convert a command that takes an argument; None for any other command."""
        if name in _MATH_ACCENTS:
            return accented(self._argument(), _MATH_ACCENTS[name])
        if name in _ACCENTS:
            return _composed(self._argument(), _ACCENTS[name])
        match name:
            case "mathbb" | "Bbb" | "mathds":
                return "".join(_double_struck(char) for char in self._argument())
            case "frac" | "tfrac" | "dfrac" | "nicefrac" | "sfrac":
                return f"{grouped(self._argument())}/{grouped(self._argument())}"
            case "sqrt":
                degree = self._option()
                return superscript(degree) + "√" + grouped(self._argument())
            case "textsuperscript":
                return superscript(self._argument())
            case "textsubscript":
                return subscript(self._argument())
            case "not":
                return unicodedata.normalize("NFC", self._argument() + "\u0338")
        return None

    def _option(self) -> str:
        """Return the text of an option in square brackets, "" if there is none."""
        if self._at >= len(self._tokens) or self._tokens[self._at].kind != "text":
            return ""
        token = self._tokens[self._at]
        match = re.match(r"\s*\[([^\[\]]{1,20})\]", token.text)
        if match is None:
            return ""
        if rest := token.text[match.end() :]:
            self._tokens[self._at] = _Piece("text", rest)
        else:
            self._at += 1
        return match[1].strip()

    def _skip_empty_group(self) -> None:
        """Skip the empty braces that only end a command's name."""
        if [token.kind for token in self._tokens[self._at : self._at + 2]] == ["open", "close"]:
            self._at += 2

    def _alone(self, name: str) -> str:
        """Return the character of a command without argument. Raises `_UnknownError`."""
        symbol = _symbol(name)
        if symbol is None:
            raise _UnknownError
        if not self._math:
            self._skip_empty_group()
        return f" {symbol} " if self._math and symbol in _ARROWS else symbol

    def _font(self, name: str) -> str:
        """Convert the argument of a font command, as prose if the command says so."""
        was = self._math
        self._math = was and not (name.startswith("text") or name in {"mbox", "hbox", "emph", "operatorname"})
        try:
            return self._argument()
        finally:
            self._math = was


def _composed(letter: str, mark: str) -> str:
    """Return the letter with its accent; of several letters, the first gets it."""
    plain = {"ı": "i", "ȷ": "j"}.get(letter[:1], letter[:1])
    return unicodedata.normalize("NFC", plain + mark) + letter[1:] if plain else ""


def _double_struck(char: str) -> str:
    """Return the double-struck letter (ℝ), or the letter itself if Unicode has no simple one."""
    try:
        return unicodedata.lookup(f"DOUBLE-STRUCK CAPITAL {char}") if char.isupper() else char
    except KeyError:
        return char


def _typographic(text: str, *, tied: bool) -> str:
    """Replace dashes and quotation marks by printed ones; `tied` also converts ties, for text that is surely LaTeX."""
    text = re.sub(r"(?<=\w)---?(?=\w)|(?<= )---?(?= )", lambda m: "—" if len(m[0]) == 3 else "–", text)  # noqa: PLR2004 - three hyphens
    text = text.replace("``", "“").replace("''", "”") if "``" in text else text
    return re.sub(r"(?<=\S)~(?=\S)", " ", text) if tied else text
