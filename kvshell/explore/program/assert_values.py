"""Recovers the values in a bare `assert`, which Python does not keep.

pytest rewrites the asserts of a test to show them; without pytest, or in another module, an
AssertionError has no message.
"""

import ast
from types import ModuleType
from typing import Any, Final

from kvshell.runtime import Exit
from kvshell.terms import A, Pid, Ref, inspect
from kvshell.terms import term as as_term

NOT_SO: Final = "it is not so"  # of a condition whose values are not known
_SAY_NOTHING: Final = (ModuleType, Pid, Ref, type(A))


def asserted(error: AssertionError, text: str, *, again: bool) -> tuple[str, str]:
    """Return the condition of a failed `assert`, and the values found instead, with its message.

    `text` is the source line; `again` is as in `values`.
    """
    condition, has_message = _condition(text)
    lines = str(error).strip().split("\n")
    message = lines.pop(0) if has_message else ""
    rewritten = next((line for line in lines if line), "").removeprefix("assert ")  # by pytest
    found = _left_of(rewritten, condition) or values(error, condition, again=again)
    if message:
        return condition, f"{found or NOT_SO} ({message})"
    return condition, found or NOT_SO


def _left_of(rewritten: str, condition: str) -> str:
    """Return the left-hand value of a condition as pytest shows it: `1` in `1 == 2`.

    `rewritten` is pytest's text, `condition` the source, such as `x == 2`.
    """
    try:
        tree = ast.parse(condition, mode="eval").body
    except (SyntaxError, ValueError):
        return rewritten
    if not isinstance(tree, ast.Compare):
        return rewritten
    left = ast.get_source_segment(condition, tree.left) or ""
    _, found, compared = condition.partition(left)
    return rewritten.removesuffix(compared) if found and left else rewritten


def _condition(text: str) -> tuple[str, bool]:
    """Return the condition of an `assert`, and whether a message follows it."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return text.removeprefix("assert "), False
    if not isinstance(statement, ast.Assert):
        return text, False
    condition = ast.get_source_segment(text, statement.test)
    return condition or text.removeprefix("assert "), statement.msg is not None


def values(error: BaseException, condition: str, *, again: bool) -> str:
    """Return the values in a failed condition, or an empty string.

    With `again` the condition may be evaluated again, including calls: in a final check, the run is
    over. In a client that would be another operation of the schedule, so only names are shown.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    try:
        tree = ast.parse(condition, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    if trace is None:
        return ""
    frame = trace.tb_frame
    names = {**frame.f_globals, **frame.f_locals}
    names_read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if isinstance(tree, ast.Compare) and (
        again or (isinstance(tree.left, ast.Name) and names_read == {tree.left.id})
    ):
        found = _value(tree.left, names)
        if found:
            return found
    return _names(tree, names)


def _value(tree: ast.expr, names: dict[str, Any]) -> str:
    """Return the current value of an expression; empty if it raises."""
    code = compile(ast.Expression(tree), "<assert>", "eval")
    try:
        return _shown(eval(code, names))  # noqa: S307  # evaluates the program's own source
    except (Exit, Exception):  # noqa: BLE001  # the value is left out
        return ""


def _names(tree: ast.expr, names: dict[str, Any]) -> str:
    """Return the names in an expression with their values, omitting uninformative ones."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in called and node.id in names:
            value = names[node.id]
            if not callable(value) and not isinstance(value, _SAY_NOTHING):
                found[node.id] = _shown(value)
    return ", ".join(f"{name} = {value}" for name, value in found.items() if value)


def _shown(value: object) -> str:
    try:
        return inspect(as_term(value), width=None)
    except TypeError:
        return ""
