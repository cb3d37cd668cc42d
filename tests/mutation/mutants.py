"""Mutants of a module: its source with one operator, constant, condition or statement changed."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_JOINED: dict[type[ast.boolop], type[ast.boolop]] = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source, and what was changed in it: line, before and after."""

    line: int
    change: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module; docstrings, annotations, imports and log lines stay as they are."""
    tree = ast.parse(source)
    nodes = [node for node in ast.walk(tree) if not _is_words(node)]
    skipped = {id(part) for node in ast.walk(tree) if _is_left_alone(node) for part in ast.walk(node)}
    skipped |= {id(part) for node in ast.walk(tree) for of in _annotations(node) for part in ast.walk(of)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped or node not in nodes:
            continue
        for change, replacement in _changes(node):
            copy = deepcopy(tree)
            target = next(each for place, each in enumerate(ast.walk(copy)) if place == number)
            _put(copy, target, replacement)
            ast.fix_missing_locations(copy)
            yield Mutant(getattr(node, "lineno", 0), change, ast.unparse(copy))


def _annotations(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node only the type checker and programmers heed."""
    if isinstance(node, ast.AnnAssign):
        yield node.annotation
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
        yield node.returns
    if isinstance(node, ast.ClassDef):
        yield from node.decorator_list  # frozen=True and slots=True keep programmers from mistakes


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_left_alone(node: ast.AST) -> bool:
    """Text for people, annotations, imports, logs and what only the type checker reads."""
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Assert, ast.Raise, ast.arg)):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Call) and ast.unparse(call.func).startswith(
        ("log.", "bind_contextvars", "cast", "assert_never")
    )


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """(what changes, the node that stands there instead; None for nothing)."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        other = deepcopy(node)
        other.ops[0] = _COMPARED[type(node.ops[0])]()
        yield f"{ast.unparse(node)} → {ast.unparse(other)}", other
    elif isinstance(node, ast.BinOp) and type(node.op) in _CALCULATED:
        changed = deepcopy(node)
        changed.op = _CALCULATED[type(node.op)]()
        yield f"{ast.unparse(node)} → {ast.unparse(changed)}", changed
    elif isinstance(node, ast.BoolOp):
        joined = deepcopy(node)
        joined.op = _JOINED[type(node.op)]()
        yield f"{ast.unparse(node)} → {ast.unparse(joined)}", joined
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node)} → {ast.unparse(node.operand)}", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield f"{node.value} → {node.value + 1}", ast.Constant(node.value + 1)
    elif (isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await))) or isinstance(
        node, ast.AugAssign
    ):
        yield f"{ast.unparse(node)} → pass", ast.Pass()
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield f"{ast.unparse(node)} → return None", ast.Return(ast.Constant(None))


def _put(tree: ast.AST, target: ast.AST, replacement: ast.AST | None) -> None:
    """Put another node in a node's place."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, replacement)
                return
            if isinstance(value, list) and any(each is target for each in value):
                value[[each is target for each in value].index(True)] = replacement
                return
