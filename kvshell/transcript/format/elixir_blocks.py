"""Collects a document's Elixir while it is parsed: modules, replaced functions, tests.

A tutorial shows fragments: functions that replace those of the module above, a `setup`, and tests
whose module is not shown. This module turns the fragments into code that can run.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kvshell.elixir.syntax.nodes import Node
from kvshell.elixir.syntax.parser import parse
from kvshell.elixir.syntax.text import text_of
from kvshell.terms import Atom, ElixirError

TEST_MODULE: Final = "DocumentTest"
_FUNCTIONS: Final = frozenset({"def", "defp"})
_OF_TESTS: Final = frozenset({"setup", "setup_all", "test", "describe"})
_BEFORE_TESTS: Final = frozenset({"alias", "import", "require", "use"})


class ElixirBlock(NamedTuple):
    """The Elixir of a block that runs at once ("" for none), and its number of lines of prose."""

    source: str
    prose: int = 0


class _Fragment(NamedTuple):
    """A `setup` or test outside modules: its node, its lines, and their numbers in the document."""

    node: Any
    lines: tuple[str, ...]
    numbers: tuple[int, ...]


class DocumentElixir:
    """Collects the Elixir of one document, block by block."""

    def __init__(self) -> None:
        self._module: Node | None = None  # the module defined last
        self._tests: dict[tuple[str, str], _Fragment] = {}  # setups, tests and so on, by name
        self._test_modules = 0
        self.test_lines: tuple[int, ...] = ()  # of the document, for each line of `tests()`

    def block(self, text: str, first: int = 1) -> ElixirBlock:
        """Add a block without prompts, whose text begins in line `first` of the document.

        Returns the part of it that runs at once: a module, possibly with functions replaced.
        """
        lines = sum(bool(line.strip()) for line in text.split("\n"))
        try:
            items = _items(parse(text))
        except ElixirError:
            return ElixirBlock("", lines)
        defined = [each for each in items if _is(each, {"defmodule", "defprotocol", "defimpl"})]
        if defined:
            self._defined(defined)
            return ElixirBlock(text)
        functions = [each for each in items if _is(each, _FUNCTIONS)]
        tests = [each for each in items if _is(each, _OF_TESTS)]
        if functions and len(functions) == len(items) and self._module is not None:
            return ElixirBlock(self._replaced(self._module, functions))
        if tests and len(tests) == len(items):
            for each in tests:
                self._tests.pop(_name(each), None)
                self._tests[_name(each)] = _fragment(each, tests, text.split("\n"), first)
            return ElixirBlock("")
        return ElixirBlock("", lines)

    def tests(self) -> str:
        """Return a module with all tests written outside modules, and the call that runs it.

        The result is "" if there are no tests.
        """
        source = ""
        if any(head in {"test", "describe"} for head, _name in self._tests):
            ordered = sorted(
                self._tests.values(), key=lambda each: _is(each.node, {"test", "describe"})
            )
            begin = _Fragment(None, (f"defmodule {TEST_MODULE} do", "  use ExUnit.Case"), (0, 0))
            fragments = [begin, *ordered, _Fragment(None, ("end",), (0,))]
            source = "".join(f"{line}\n" for each in fragments for line in each.lines)
            self.test_lines = tuple(number for each in fragments for number in each.numbers)
        return f"{source}ExUnit.run()" if source or self._test_modules else ""

    def _defined(self, modules: Sequence[Any]) -> None:
        for each in modules:
            if "ExUnit.Case" in text_of(each):
                self._test_modules += 1
            elif each.head == "defmodule":
                self._module = each

    def _replaced(self, module: Node, functions: Sequence[Any]) -> str:
        """Return the source of a module, with functions of the same signature replaced."""
        name, options = module.args or (None, [])
        fresh = {_signature(each) for each in functions}
        kept = [
            each
            for each in _items(dict(options)[Atom("do")])
            if not (_is(each, _FUNCTIONS) and _signature(each) in fresh)
        ]
        body = Node("__block__", [*kept, *functions], module.line)
        self._module = Node("defmodule", [name, [(Atom("do"), body)]], module.line)
        return text_of(self._module)


def _fragment(node: Node, others: Sequence[Node], lines: list[str], first: int) -> _Fragment:
    """Return the lines of a `setup` or test, formatted anew if one of them has other code, too."""
    own = range(node.line, node.end_line + 1)
    if any(each.line in own or each.end_line in own for each in others if each is not node):
        written = text_of(node).split("\n")
        return _Fragment(node, tuple(written), (first + node.line - 1,) * len(written))
    return _Fragment(
        node, tuple(lines[own.start - 1 : own.stop - 1]), tuple(first + at - 1 for at in own)
    )


def _items(node: Any) -> list[Any]:
    if type(node) is Node and node.head == "__block__":
        return list(node.args or [])
    return [] if node is None else [node]


def _is(node: Any, heads: "frozenset[str] | set[str]") -> bool:
    return type(node) is Node and type(node.head) is str and node.head in heads and bool(node.args)


def _name(node: Any) -> tuple[str, str]:
    """Return the identity of a definition; a later definition with the same one replaces it."""
    first = (node.args or [""])[0]
    return node.head, first if type(first) is str else ""


def _signature(node: Any) -> tuple[str, int]:
    head = node.args[0]
    if type(head) is Node and head.head == "when":
        head = (head.args or [None])[0]
    return (str(head.head), len(head.args or ())) if type(head) is Node else ("", 0)


def _alias(*parts: str) -> Node:
    return Node("__aliases__", [Atom(part) for part in parts], 1)
