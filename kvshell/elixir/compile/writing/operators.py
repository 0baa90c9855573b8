"""Inlined operators and guard functions: a fast path, with a helper as fallback.

Operands are Python code that may be evaluated twice. An InlineText also records whether the value
is a Python bool and whether computing it can raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.elixir.compile.writing.source import simple

if TYPE_CHECKING:
    from collections.abc import Callable


class InlineText(NamedTuple):
    """Python code of an expression that needs no statements before it."""

    text: str
    boolean: bool = False
    safe: bool = False  # never raises


_HELPERS: Final = {
    "+": "_add",
    "-": "_subtract",
    "*": "_multiply",
    "/": "_divide",
    "**": "_power",
    "<": "_less",
    "<=": "_less_or_equal",
    "++": "_append",
    "--": "_without",
    "div": "_integer_divide",
    "rem": "_remainder",
}
_INTEGER_ONLY: Final = frozenset({"+", "-"})
_ATOM_TEXT: Final = frozenset({"None", "True", "False"})


def _is_integer_text(text: str) -> bool:
    return text.isdigit() or (text.startswith("(-") and text[2:-1].isdigit())


def binary(operator: str, left: str, right: str, atoms: Callable[[str], bool]) -> InlineText:
    """Return the code of `left operator right`; `atoms` tells whether code stands for an atom."""
    if operator in {"==", "!=", "===", "!=="}:
        return _equality(operator, left, right, atoms)
    if operator == ">":
        return binary("<", right, left, atoms)
    if operator == ">=":
        return binary("<=", right, left, atoms)
    helper = _HELPERS[operator]
    plain = f"{helper}({left}, {right})"
    if not simple(left) and not _is_integer_text(left):
        return InlineText(plain, operator in {"<", "<="}, operator in {"<", "<="})
    if not simple(right) and not _is_integer_text(right):
        return InlineText(plain, operator in {"<", "<="}, operator in {"<", "<="})
    if operator in {"<", "<="}:
        return InlineText(_guarded(operator, left, right, plain), True, True)
    if operator in _INTEGER_ONLY or (
        operator == "*" and (_is_integer_text(left) or _is_integer_text(right))
    ):
        return InlineText(_guarded(operator, left, right, plain))
    if operator in {"rem", "div"} and right.isdigit() and right != "0" and left.isidentifier():
        symbol = "%" if operator == "rem" else "//"
        return InlineText(
            f"({left} {symbol} {right} if {left}.__class__ is int and {left} >= 0 else {plain})"
        )
    return InlineText(plain)


def _is_literal(text: str) -> bool:
    return text[0] in "'\"(" or text.isdigit()


def _guarded(operator: str, left: str, right: str, plain: str) -> str:
    checks = [
        f"{text}.__class__ is int"
        for text in dict.fromkeys((left, right))
        if not _is_integer_text(text)
    ]
    if not checks:
        return plain
    if any(text[0] in "'\"" or text in _ATOM_TEXT for text in (left, right)):
        return plain
    return f"({left} {operator} {right} if {' and '.join(checks)} else {plain})"


def _equality(operator: str, left: str, right: str, atoms: Callable[[str], bool]) -> InlineText:
    negated = operator[0] == "!"
    if (atoms(left) and not _is_literal(right)) or (atoms(right) and not _is_literal(left)):
        return InlineText(f"({left} is {'not ' if negated else ''}{right})", True, True)
    for one, other in ((left, right), (right, left)):
        if one[0] in "'\"" and simple(one) and not _is_literal(other):
            return InlineText(f"({other} {'!=' if negated else '=='} {one})", True, True)
        if _is_integer_text(one) and simple(other) and not _is_integer_text(other):
            test = "is int" if len(operator) == 3 else "is not bool"
            text = f"({other} == {one} and {other}.__class__ {test})"
            return InlineText(f"(not {text})" if negated else text, True, True)
    helper = "_same" if len(operator) == 3 else "_equals"
    text = f"{helper}({left}, {right})"
    if left.isidentifier() and right.isidentifier():
        text = f"({left} is {right} or {text})"
    return InlineText(f"(not {text})" if negated else text, True, True)


# Guard functions that are also inlined elsewhere: name and arity, code, boolean, safe.
INLINE: Final[dict[tuple[str, int], tuple[str, bool, bool]]] = {
    ("is_atom", 1): ("_is_atom({0})", True, True),
    ("is_binary", 1): ("({0}.__class__ in _BINARIES)", True, True),
    ("is_bitstring", 1): ("({0}.__class__ in _BITSTRINGS)", True, True),
    ("is_boolean", 1): ("({0}.__class__ is bool)", True, True),
    ("is_float", 1): ("({0}.__class__ is float)", True, True),
    ("is_function", 1): ("({0}.__class__ is _Function)", True, True),
    ("is_function", 2): ("_is_function({0}, {1})", True, False),
    ("is_integer", 1): ("({0}.__class__ is int)", True, True),
    ("is_list", 1): ("({0}.__class__ is _List)", True, True),
    ("is_map", 1): ("({0}.__class__ is _Map)", True, True),
    ("is_map_key", 2): ("_is_map_key({0}, {1})", True, False),
    ("is_nil", 1): ("({0} is None)", True, True),
    ("is_number", 1): ("({0}.__class__ in _NUMBERS)", True, True),
    ("is_pid", 1): ("({0}.__class__ is _Pid)", True, True),
    ("is_port", 1): ("_is_port({0})", True, True),
    ("is_reference", 1): ("({0}.__class__ is _Ref)", True, True),
    ("is_tuple", 1): ("({0}.__class__ is tuple)", True, True),
    ("is_struct", 1): ("_is_struct({0})", True, True),
    ("is_struct", 2): ("_is_struct({0}, {1})", True, False),
    ("is_exception", 1): ("_is_exception({0})", True, True),
    ("is_exception", 2): ("_is_exception({0}, {1})", True, False),
}

# Other guard functions, as functions of Kernel: they raise for invalid arguments.
GUARD_CALLS: Final = frozenset(
    {
        ("abs", 1),
        ("binary_part", 3),
        ("bit_size", 1),
        ("byte_size", 1),
        ("ceil", 1),
        ("elem", 2),
        ("floor", 1),
        ("hd", 1),
        ("length", 1),
        ("map_size", 1),
        ("node", 0),
        ("node", 1),
        ("round", 1),
        ("self", 0),
        ("tl", 1),
        ("trunc", 1),
        ("tuple_size", 1),
    }
)
BINARY_OPERATORS: Final = frozenset(
    {"+", "-", "*", "/", "**", "<", ">", "<=", ">=", "==", "!=", "===", "!==", "++", "--"}
)
GUARD_OPERATORS: Final = BINARY_OPERATORS - {"++", "--", "**"}


def inline(name: str, texts: list[str]) -> InlineText | None:
    """Return the inlined call of a function, or None if it cannot be inlined."""
    found = INLINE.get((name, len(texts)))
    if found is None:
        return None
    text, boolean, safe = found
    # `13.__class__` is not valid Python, and `13 is None` causes a Python warning.
    whole = [f"[{each}][0]" if each[0] in "-0123456789'\"" else each for each in texts]
    return InlineText(text.format(*whole), boolean, safe)
