"""Evaluator: runs lines of Elixir; bindings and lexical state persist between lines."""

from __future__ import annotations

from collections.abc import MutableMapping
from copy import copy
from typing import Any

import kvshell.elixir.dbg
import kvshell.elixir.macros.forms
import kvshell.elixir.modules.everything  # registers everything that a module may contain
import kvshell.elixir.tried_clauses  # noqa: F401  # registers how errors are shown
from kvshell.elixir.compile.writing.environment import (
    CompileWarning,
    Environment,
)
from kvshell.elixir.library import registry
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.running_lines import run_expression
from kvshell.elixir.syntax.hygiene import SEPARATOR
from kvshell.elixir.syntax.nodes import Node
from kvshell.elixir.syntax.parser import parse
from kvshell.runtime.garbage import collect_rarely
from kvshell.runtime.schedule.stacks import allow_deep_recursion
from kvshell.terms import Term

# `use ExUnit.Case` works at the prompt, and is imported on first use.
registry.import_later("Elixir.ExUnit.", "kvshell.elixir.exunit.cases")


class Evaluator:
    """The Elixir state of one shell or file: bindings, aliases and imports, on a code server."""

    def __init__(
        self, code: ElixirCode, bindings: MutableMapping[str, Term] | None = None, file: str = "iex"
    ) -> None:
        self.code = code
        self.bindings: MutableMapping[str, Term] = {} if bindings is None else bindings
        self.env = Environment(code, file)
        self.keeps_contexts = False  # whether variables of quoted code are kept, too
        allow_deep_recursion()
        collect_rarely()

    def evaluate(
        self, text: str, line: int = 1, warnings: list[CompileWarning] | None = None
    ) -> Term:
        """Evaluate `text` and return its value; its bindings persist unless it fails.

        Warnings are appended to `warnings`, even if an error is raised. Runs in a process. Receive
        point.
        """
        found: list[Any] = []
        try:
            node = parse(text, self.env.file, line, found)
        finally:
            if warnings is not None:
                file = self.env.file
                warnings.extend(
                    CompileWarning(each.message, each.line, f"{file}:{each.line}:{each.column}")
                    for each in found
                )
        return self.run(node, warnings)

    def beside(self, bindings: MutableMapping[str, Term]) -> Evaluator:
        """Return an evaluator with other bindings, but the same modules, aliases and imports."""
        other = copy(self)
        other.bindings = bindings
        return other

    def run(self, node: Any, warnings: list[CompileWarning] | None = None) -> Term:
        """Evaluate a parsed expression and return its value.

        As in iex, the code after a module definition is compiled only once the module exists.
        """
        first, rest = _after_module(node) if self.env.file == "iex" else (node, None)
        if rest is None:
            return self._run(node, warnings)
        other = self.beside(dict(self.bindings))  # a line that fails binds nothing
        other._run(first, warnings)  # noqa: SLF001  # of this class
        value = other.run(rest, warnings)
        for name, each in other.bindings.items():
            if name not in self.bindings or self.bindings[name] is not each:
                self.bindings[name] = each
        return value

    def _run(self, node: Any, warnings: list[CompileWarning] | None) -> Term:
        env = self.env.child(warnings=[] if warnings is None else warnings, spent=[0, 0])
        value, bound = run_expression(node, env, self.bindings)
        self.env.aliases, self.env.imports, self.env.required = (
            env.aliases,
            env.imports,
            env.required,
        )
        for name, each in bound.items():
            if self.keeps_contexts or SEPARATOR not in name:
                self.bindings[name] = each
        return value


def _after_module(node: Any) -> tuple[Any, Any]:
    """Split a block after its first module definition; the second part is None if empty."""
    parts = _statements(node)
    for index, part in enumerate(parts[:-1], 1):
        if type(part) is Node and part.head in _DEFINING:
            return _block(node, parts[:index]), _block(node, parts[index:])
    return node, None


def _statements(node: Any) -> list[Any]:
    if type(node) is not Node or node.head != "__block__":
        return [node]
    return [each for part in node.args or [] for each in _statements(part)]


_DEFINING = frozenset({"defmodule", "defprotocol", "defimpl"})


def _block(node: Node, parts: list[Any]) -> Any:
    return (
        parts[0] if len(parts) == 1 else Node("__block__", parts, node.line, node.column, node.meta)
    )
