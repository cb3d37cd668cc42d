"""What people read, found in the code; `python -m tests.strings` prints it as a gettext template for a translator."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
VIEWS = frozenset({"install_pages.py", "refusal_reasons.py"})
"""Views whose names say more than `_view` would."""
ROOMS = ("handlers", "bot", "storage")
ELSEWHERE = ("handlers/demo/", "storage/migrations/")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"\s*[“*{A-Z].*[.!?…:]\s*", re.DOTALL)
_PATTERNS = frozenset({"compile", "sub", "split", "match", "fullmatch", "search", "text", "filterwarnings"})
_REFUSING = frozenset({"require", "require_owner", "why_not"})
"""What makes an error's sentence of the words it is given."""
_DECLARING = frozenset({"Command", "Line", "PlainQuestion"})
"""What declares a command, beside its feature, with the words that the help shows."""
BROKEN_MEASURE = re.compile(r"[\d}] (?:%|(?:min|MB|s|h|ms)\b)")
"""A number before a plain space and a unit, where a line could end."""
_MOST_LABEL = 4
"""Fewer words than this are no sentence, unless they begin and end like one."""


def is_view(file: str) -> bool:
    """Whether a file holds what people read in Slack: a view beside its feature, or the builders they share."""
    name = file.rpartition("/")[2]
    return file.startswith("handlers/blocks/") or name.endswith("_view.py") or name in VIEWS


@dataclass(frozen=True, slots=True)
class Found:
    """A text in the code; what is filled in stands in braces as it is written there."""

    file: str
    line: int
    text: str
    of_error: bool

    @property
    def words(self) -> int:
        """How many words stay when the braces are filled."""
        return len(_WORD.findall(re.sub(r"\{[^{}]*\}", " ", self.text)))

    @property
    def is_phrase(self) -> bool:
        """Two words or more: what a listener has no reason to hold."""
        return self.words > 1 and " " in self.text.strip()

    @property
    def is_sentence(self) -> bool:
        """Words that can be told from names and keys: many, or from a capital to a full stop."""
        return self.is_phrase and (self.words >= _MOST_LABEL or _SENTENCE.fullmatch(self.text) is not None)


def texts(nodes: Sequence[ast.AST], file: str = "", errors: Iterable[str] = ()) -> Iterator[Found]:
    """Every text of a module but docstrings, patterns, words of a log line and of an assertion.

    `errors` are the names under which sentences of errors are kept; a text is one, too, inside `raise` or `…Error(…)`.
    """
    kept, known = _spared(nodes), frozenset(errors)
    of_errors = {id(part) for node in nodes if _is_error(node) for part in ast.walk(node)}
    for statement in nodes:
        if isinstance(statement, ast.Assign) and known.intersection(_names(statement.targets)):
            of_errors |= {id(part) for part in ast.walk(statement)}
    for node in nodes:
        text = _text(node)
        if text is not None and id(node) not in kept:
            assert isinstance(node, ast.expr)
            yield Found(file, node.lineno, text, id(node) in of_errors)


def names_in_errors(nodes: Sequence[ast.AST]) -> set[str]:
    """The constants that an error's sentence is made of."""
    found: set[str] = set()
    for node in nodes:
        if _is_error(node):
            found |= {
                name for part in ast.walk(node) if (name := _name(part)) and name.isupper() and len(name) > 1
            }
    return found


def nodes_of(source: str) -> Sequence[ast.AST]:
    """Everything a module is made of."""
    return list(ast.walk(ast.parse(source)))


def modules() -> dict[str, Sequence[ast.AST]]:
    """Every module that a person may meet, by its path."""
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    named = {str(file.relative_to(ROOT)): file for file in files}
    return {
        name: nodes_of(file.read_text()) for name, file in named.items() if not name.startswith(ELSEWHERE)
    }


def everything() -> list[Found]:
    """What people may read in the whole program, views first."""
    trees = modules()
    errors = {name for nodes in trees.values() for name in names_in_errors(nodes)}
    found = [text for file, nodes in trees.items() for text in texts(nodes, file, errors)]
    return sorted(
        (one for one in found if _is_read(one)),
        key=lambda one: (not is_view(one.file), one.file, one.line),
    )


def template(found: Iterable[Found]) -> str:
    """The texts as a gettext template, each once with the places it stands at."""
    places: dict[str, list[str]] = {}
    for one in found:
        places.setdefault(one.text, []).append(f"{one.file}:{one.line}")
    return "\n".join(
        f'#: {" ".join(at)}\nmsgid "{_quoted(text)}"\nmsgstr ""\n' for text, at in places.items()
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _is_read(one: Found) -> bool:
    is_label = is_view(one.file) and re.match(r"[A-Z][a-z]", one.text) is not None
    return one.of_error or one.is_sentence or is_label or (one.is_phrase and one.file.startswith("handlers/"))


def _spared(nodes: Sequence[ast.AST]) -> set[int]:
    """What nobody reads: docstrings, patterns, log lines, assertions, and the pieces of an f-string."""
    spared: set[int] = set()
    for node in nodes:
        match node:
            case ast.Expr(value=ast.Constant()):
                spared.add(id(node.value))
            case ast.JoinedStr(values=values):
                spared |= {id(part) for part in values if isinstance(part, ast.Constant)}
            case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
                spared |= {id(part) for part in ast.walk(spec)}
            case ast.Assert(msg=ast.expr() as message):
                spared |= {id(part) for part in ast.walk(message)}
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
                spared |= {id(part) for part in ast.walk(node)}
            case ast.Call(func=func) if _name(func) in _PATTERNS:
                spared |= {id(part) for part in (*node.args[:1], *(word.value for word in node.keywords))}
            case _:
                pass
    return spared


def _is_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Call)
        and (_name(node.func).endswith("Error") or _name(node.func) in _REFUSING | _DECLARING)
    )


def _names(targets: Iterable[ast.expr]) -> set[str]:
    return {_name(part) for target in targets for part in ast.walk(target)}


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
        for part in node.values
        if isinstance(part, (ast.Constant, ast.FormattedValue))
    )


if __name__ == "__main__":
    print(template(everything()))
