"""Macro: functions that convert, inspect and build quoted expressions."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import ATOM, ATOMS, BINARY, NON_NEGATIVE
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.macros import walking  # noqa: F401  # declares the other half of Macro
from kvshell.elixir.macros.expressions import LenientReader, QuotedReader
from kvshell.elixir.macros.terms import escape as escaped
from kvshell.elixir.running.step_limits import due, tick
from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.strings import AFTER, unescape
from kvshell.elixir.syntax.text import text_of
from kvshell.elixir.syntax.writing import precedence
from kvshell.elixir.syntax.writing.literal_text import key_text
from kvshell.terms import A, ArgumentError, Atom, List, Term, inspect
from kvshell.terms.list import PROPER
from kvshell.terms.printing.spelling import as_call, is_alias, is_word

macro = Library.of("Macro", Cost.LOOPS)
COUNTERS: Final = count(1)  # of the variables of one expansion, and of unique ones
_ALIASES: Final = Atom("__aliases__")
_SPECIAL: Final = {
    "%": 2, "%{}": None, "{}": None, "<<>>": None, "&": 1, ".": 2, "::": 2, "=": 2, "^": 1,
    "__CALLER__": 0, "__DIR__": 0, "__ENV__": 0, "__MODULE__": 0, "__STACKTRACE__": 0,
    "__aliases__": None, "__block__": None, "case": 2, "cond": 1, "fn": None, "for": None,
    "receive": 1, "super": None, "try": 1, "unquote": 1, "unquote_splicing": 1, "with": None,
}  # fmt: skip
_EITHER: Final = frozenset({"alias", "import", "quote", "require"})  # with 1 or 2 arguments


@macro.function()
def to_string(tree: Term) -> Term:
    """Converts a quoted expression to source text."""
    return text_of(LenientReader().node(tree))


@macro.function()
def escape(expr: Term, opts: Term = EMPTY_LIST) -> Term:
    """Escapes a value to insert it into quoted code: `{1, 2, 3}` as `{:{}, [], [1, 2, 3]}`."""
    return escaped(expr, unquote=option(opts, A.unquote, default=False) is True)


@macro.function(var=ATOM, context=ATOM)
def var(var: Term, context: Term) -> Term:
    """Returns the quoted expression of the variable `var` in `context`."""
    return (var, List(), context)


@macro.function(var=ATOM, context=ATOM)
def unique_var(var: Term, context: Term) -> Term:
    """Returns the quoted expression of a new variable that differs from all others."""
    return (var, List([(A.counter, next(COUNTERS))]), context)


@macro.function(amount=NON_NEGATIVE, context=ATOM)
def generate_arguments(amount: int, context: Term) -> Term:
    """Returns a list of `amount` variables for the arguments of a function: `arg1`, `arg2`, ..."""
    _at_most_255(amount)
    return List([(Atom(f"arg{number}"), List(), context) for number in range(1, amount + 1)])


@macro.function(amount=NON_NEGATIVE, context=ATOM)
def generate_unique_arguments(amount: int, context: Term) -> Term:
    """Returns a list of `amount` new variables that differ from all others."""
    _at_most_255(amount)
    return List([unique_var(Atom(f"arg{number}"), context) for number in range(1, amount + 1)])


def _at_most_255(amount: int) -> None:
    if amount > 255:  # the most arguments of a function
        raise ArgumentError(f"a function has at most 255 arguments, got: {amount}")


def _is_call(ast: Any) -> bool:
    return type(ast) is tuple and len(ast) == 3 and type(ast[2]) is List


@macro.function()
def decompose_call(ast: Any) -> Term:
    """Decomposes a call: `{name, args}`, `{target, name, args}` if it is remote, else `:error`."""
    if type(ast) is tuple and len(ast) == 3 and type(ast[0]) is Atom and type(ast[2]) in ATOMS:
        return (ast[0], List())
    if not _is_call(ast) or ast[0] is _ALIASES:
        return A.error
    head, _meta, args = ast
    if _is_call(head) and head[0] is Atom(".") and len(head[2].items) == 2:
        target, name = head[2].items
        return (target, name, args) if type(name) in ATOMS else A.error
    return (head, args) if type(head) is Atom and head.name != "{}" else A.error


@macro.function()
def pipe(expr: Term, call_args: Any, position: Term) -> Term:
    """Pipes an expression into the arguments of a call at a position."""
    if _is_call(call_args) and call_args[0] is not A.fn and call_args[0] is not Atom("&"):
        head, meta, args = call_args
        items = list(args.items)
        items.insert(position if position >= 0 else len(items) + 1 + position, expr)
        return (head, meta, List(items))
    named = type(call_args) is tuple and len(call_args) == 3 and type(call_args[0]) is Atom
    if named and type(call_args[2]) in ATOMS:
        return (call_args[0], call_args[1], List([expr]))
    if type(call_args) is Atom:
        return (call_args, List(), List([expr]))
    shown = to_string(expr), to_string(call_args)
    if _is_call(call_args) and call_args[0] is A.fn:
        raise ArgumentError(
            f"cannot pipe {shown[0]} into an anonymous function without calling the function; use "
            "Kernel.then/2 instead or define the anonymous function as a regular private function"
        )
    raise ArgumentError(
        f"cannot pipe {shown[0]} into {shown[1]}, can only pipe into local calls foo(), remote "
        "calls Foo.bar() or anonymous function calls foo.()"
    )


@macro.function()
def unpipe(expr: Any) -> Term:
    """Breaks a pipeline into a list of `{expression, position}`."""
    steps: list[Term] = []
    while _is_call(expr) and expr[0] is Atom("|>") and len(expr[2].items) == 2:
        expr, step = expr[2].items
        steps.append((step, 0))
    return List([(expr, 0), *reversed(steps)])


@macro.function()
def update_meta(quoted: Any, fun: Term) -> Term:
    """Applies a function to the metadata of a quoted expression, if it has any."""
    if type(quoted) is tuple and len(quoted) == 3 and type(quoted[1]) is List:
        return (quoted[0], caller(fun, 1)(quoted[1]), quoted[2])
    return quoted


@macro.function()
def validate(expr: Term) -> Term:
    """Returns `:ok` for a quoted expression, `{:error, part}` if a part of it is invalid."""
    wrong = _Checker()
    try:
        wrong.node(expr)
    except _WrongPartError as found:
        return (A.error, found.term)
    return A.ok


class _WrongPartError(Exception):
    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term


class _Checker(QuotedReader):
    def invalid(self, term: Term) -> Any:
        raise _WrongPartError(term)


@macro.function(name="quoted_literal?")
def quoted_literal_p(term: Any) -> Term:
    """Tells whether a quoted expression is a literal, or a container of literals."""
    if due():
        tick()
    kind = type(term)
    if kind is List:
        return term.last is PROPER and all(quoted_literal_p(item) for item in term.items)
    if kind is not tuple:
        return kind in ATOMS or kind in {int, float, str, bytes}
    if len(term) == 2:
        return quoted_literal_p(term[0]) and quoted_literal_p(term[1])
    if not _is_call(term) or type(term[0]) is not Atom:
        return False
    name, args = term[0].name, term[2]
    if name in {"{}", "%{}", "%", "__aliases__"}:
        return quoted_literal_p(args)
    return name in {"+", "-"} and len(args.items) == 1 and type(args.items[0]) in {int, float}


@macro.function(name="operator?", name_=ATOM, arity=NON_NEGATIVE)
def operator_p(name_: Any, arity: Term) -> Term:
    """Tells whether a name with this arity is an operator."""
    name = name_.name if type(name_) is Atom else ""
    if arity == 2:
        return (name in precedence.BINARY and name not in {"not in", "=>"}) or name == "."
    if arity == 3:
        return name == "..//"
    return name in precedence.UNARY if arity == 1 else arity == 0 and name == ".."


@macro.function(name="special_form?", name_=ATOM, arity=NON_NEGATIVE)
def special_form_p(name_: Any, arity: Term) -> Term:
    """Tells whether a name with this arity is a special form, such as `case`."""
    name = name_.name if type(name_) is Atom else ""
    if name in _EITHER:
        return arity in {1, 2}
    return name in _SPECIAL and _SPECIAL[name] in {None, arity}


@macro.function(string=BINARY)
def unescape_string(string: Any) -> Term:
    r"""Unescapes a string: replaces `\\n` by a newline, for example."""
    try:
        return unescape(string) if type(string) is str else string
    except Fault as fault:
        raise ArgumentError(str(fault.message).removesuffix(AFTER)) from None


@macro.function(atom=ATOM)
def inspect_atom(source_format: Term, atom: Term) -> Term:
    """Inspects an atom as source: as a `:literal`, a `:key`, or a `:remote_call` name."""
    if source_format is A.literal:
        return inspect(atom)
    if source_format is A.key:
        return f"{key_text(atom)}:"
    if source_format is A.remote_call:
        return as_call(inspect(atom).removeprefix(":") if type(atom) is not Atom else atom.name)
    raise no_clause("Macro", "inspect_atom", (source_format, atom))


@macro.function(atom=ATOM)
def classify_atom(atom: Any) -> Term:
    """Classifies an atom by how it is written: `:alias`, `:identifier`, `:unquoted`, `:quoted`."""
    if type(atom) is not Atom:
        return A.identifier
    if is_alias(atom.name):
        return A.alias
    if is_word(atom.name) and "@" not in atom.name and not atom.name[0].isupper():
        return A.identifier
    return A.quoted if inspect(atom).startswith(':"') else A.unquoted
