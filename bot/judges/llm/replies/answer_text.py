"""Finds JSON objects in a model's text: after its thinking, inside fences, with LaTeX and raw line breaks."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress

_MOST_FAILURES = 100
_DEEPEST = 3

_THINKING = r"(?:\w{1,12}:)?(?:think|thinking|thought|reasoning|reflection|analysis|scratch_?pad)"
_AFTER_THINKING = re.compile(
    rf"</\s{{0,3}}{_THINKING}\s{{0,3}}>|\[/THINK\]|<channel\|>|<\|channel\|>final.{{0,60}}?<\|message\|>",
    re.IGNORECASE,
)
_OPEN_THINKING = re.compile(rf"^\s*(?:<\s{{0,3}}{_THINKING}\s{{0,3}}>|\[THINK\])", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_COMMENT = re.compile(r"(?<=[,{\[\d\"}\]el])[ \t]+//[^\n\"]*$", re.MULTILINE)
_MOST_OF_A_LITERAL = 20_000
# What follows the n of a LaTeX command; any other \n is a line end.
_LATEX_AFTER_N = re.compile(
    r"(?:abla|atural|earrow|warrow|eq|eg|exists|geq|leq|less|gtr|mid|parallel|prec|succ|sim|subseteq|supseteq"
    r"|rightarrow|leftarrow|ot(?:in)?|orm|ewline|oindent|onumber|um|u|e)(?![a-zA-Z])"
)
_PROPERLY_ESCAPED = re.compile(r"\\\\[a-zA-Z]")


def json_objects(text: str) -> Iterator[object]:
    r"""Yield every outermost JSON object in a model's text; after its thinking, if it wrote that.

    Backslashes that JSON doesn't know, and those of `\frac`, `\times` and the like, are kept as text.
    """
    whole = list(_objects(text)) if text.lstrip().startswith(("{", "```")) else []
    if whole:
        yield from whole
        return
    ends = [match.end() for match in _AFTER_THINKING.finditer(text)]
    if ends:
        yield from _objects(text[ends[-1] :])
    elif not _OPEN_THINKING.match(text):
        yield from _objects(text)


def _objects(text: str) -> Iterator[object]:
    as_written, text = text, _mended(text)
    decoder = json.JSONDecoder(strict=False, parse_constant=_refuse)
    try:
        decoder.raw_decode(text, text.find("{"))
    except (ValueError, RecursionError):
        # Comments and a comma before a closing bracket are taken out only where the text can't be read with them.
        text = _TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text))
    has_any = False
    for value in _decoded(decoder, text):
        has_any = True
        yield value
    if not has_any:
        yield from _literal(as_written)


def _literal(text: str) -> Iterator[object]:
    """Yield the object in a text that is JSON inside a JSON string, or written as Python does, in single quotes."""
    start, end = text.find("{"), text.rfind("}")
    if text.lstrip().startswith('"'):
        with suppress(ValueError, RecursionError):
            inner = json.loads(text)
            yield from _decoded(json.JSONDecoder(strict=False), inner) if isinstance(inner, str) else ()
    elif re.match(r"\{\s*'", text[start:]) and end - start < _MOST_OF_A_LITERAL:
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            value: object = ast.literal_eval(text[start : end + 1])
            yield value


def _decoded(decoder: json.JSONDecoder, text: str) -> Iterator[object]:
    at, failures = text.find("{"), 0
    while at != -1 and failures < _MOST_FAILURES:
        try:
            value, end = decoder.raw_decode(text, at)
        except RecursionError:
            return
        except ValueError:
            end = at + 1
            failures += 1
        else:
            yield value
        at = text.find("{", end)


def _mended(text: str) -> str:
    """Return the text with every backslash doubled that isn't a JSON escape."""
    if "\\" not in text:
        return text
    knows_escapes = _PROPERLY_ESCAPED.search(text) is not None

    def mend(match: re.Match[str]) -> str:
        letter, end = match[1], match.end()
        next_letter = text[end : end + 1]
        match letter:
            case '"' | "\\" | "/":
                return match[0]
            case "u" if _HEX.match(text, end):
                return match[0]
            case "n" if knows_escapes or not _LATEX_AFTER_N.match(text, end):
                return match[0]
            case "b" | "f" | "r" | "t" if not next_letter.isalpha():
                return "\\n" if letter == "r" else " "
            case _:
                return "\\\\" + letter

    return _ESCAPE.sub(mend, text)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} isn't JSON")


def unwrapped(answer: object, mark: str, deep: int = _DEEPEST) -> Iterator[dict[str, object]]:
    """Yield the dictionaries that have the key `mark`, inside at most `deep` wrappers.

    A schema that the model sent back instead of an answer is left out.
    """
    if isinstance(answer, str) and answer.lstrip().startswith("{") and deep:
        for inner in _objects(answer):
            yield from unwrapped(inner, mark, deep - 1)
    elif isinstance(answer, list) and deep:
        for inner in answer:
            yield from unwrapped(inner, mark, deep - 1)
    elif isinstance(answer, dict):
        by_key = {str(key).strip().casefold(): value for key, value in answer.items()}
        form_value = by_key.get(mark)
        if form_value is not None and not (
            isinstance(form_value, dict) and form_value.get("type") in {"string", "object"}
        ):
            yield by_key
        elif deep:
            for inner in answer.values():
                yield from unwrapped(inner, mark, deep - 1)


def cut_at_sentence(text: str, most: int) -> str:
    """Cut a text to `most` characters, after the last complete sentence or else the last complete word."""
    if len(text) <= most:
        return text
    head = text[:most]
    ends = [match.end() for match in re.finditer(r"[.!?。！？](?=\s|$)", head)]
    if ends and ends[-1] > most // 2:
        return head[: ends[-1]]
    return head.rsplit(None, 1)[0].rstrip() + " …"
