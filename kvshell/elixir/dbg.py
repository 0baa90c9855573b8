"""`dbg`: prints code with its value, each step of a pipe separately, and returns the value."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.compile.kernel_macros import pipe
from kvshell.elixir.compile.writing.body import EXPANSIONS, FunctionBody
from kvshell.elixir.library import output
from kvshell.elixir.library.kernel.inspecting import printer_of, width_of
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.syntax.nodes import Node
from kvshell.elixir.syntax.text import text_of
from kvshell.terms import A, Atom, Term, inspect

_MODULE: Final = "Kernel.Dbg"
_steps = Library(_MODULE, Cost.WAITS)


def _dbg(body: FunctionBody, node: Node) -> Any:
    """Expand `dbg(a |> b())` to calls that print a value and return it."""
    args = node.args or []
    if len(args) > 2:
        return NotImplemented
    code = args[0] if args else Node("binding", [], node.line)
    options = args[1:] or [[]]
    first, *rest = _piped(code)
    made = _call("first", [first, text_of(first), _place(body, node), *options], node.line)
    for step in rest:
        called = pipe(body, Node("|>", [made, step], node.line))
        made = _call("next", [called, f"|> {text_of(step)}", *options], node.line)
    return _call("last", [made], node.line)


def _piped(node: Any) -> list[Any]:
    if type(node) is Node and node.head == "|>" and node.args:
        return [*_piped(node.args[0]), node.args[1]]
    return [node]


def _place(body: FunctionBody, node: Node) -> str:
    env = body.env
    within = "(file)"
    if env.module is not None and env.function is not None:
        within = f"{inspect(env.module)}.{env.function[0]}/{env.function[1]}"
    return f"[{env.file}:{body.line_of(node)}: {within}]"


def _call(name: str, args: list[Any], line: int) -> Node:
    return Node(Node(".", [_steps.module, Atom(name)], line), args, line)


@_steps.function()
def first(value: Term, code: Term, place: Term, options: Term = EMPTY_LIST) -> Term:
    """Prints the position of the `dbg`, then the code with its value; returns the value."""
    output.write(A.stdio, f"{place}\n")
    return next_(value, code, options)


@_steps.function(name="next")
def next_(value: Term, code: Term, options: Term = EMPTY_LIST) -> Term:
    """Prints the code with its value; returns the value."""
    text = printer_of(options).text(value, width_of(options))
    output.write(A.stdio, f"{code} #=> {text}\n")
    return value


@_steps.function()
def last(value: Term) -> Term:
    """Prints an empty line; returns the value."""
    output.write(A.stdio, "\n")
    return value


EXPANSIONS["dbg"] = _dbg
