"""A reader's module: its functions, struct, docs, behaviours and source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kvshell.terms import Atom, Term


class ModuleRecord:
    """One version of a module."""

    def __init__(self, module: Atom, file: str, line: int) -> None:
        self.module = module
        self.file = file
        self.line = line
        self.functions: dict[tuple[str, int], Callable[..., Any]] = {}
        self.private: frozenset[tuple[str, int]] = frozenset()
        self.struct: list[tuple[Atom, Term]] | None = None
        self.enforced: Sequence[Atom] = ()
        self.guards: dict[tuple[str, int], Any] = {}
        self.docs: dict[Any, Any] = {}
        self.doc_lines: dict[Any, int] = {}
        self.specs: list[str] = []
        self.attributes: dict[str, Term] = {}
        self.behaviours: list[Atom] = []
        self.callbacks: list[tuple[str, int]] = []  # functions it calls in other modules
        self.protocol = False
        self.ends_soon: Callable[[tuple[str, int]], bool] | None = None  # inferred: few steps
        self.never_waits: frozenset[tuple[str, int]] = frozenset()
        self.lines: dict[tuple[str, int], int] = {}
        self.macros: frozenset[tuple[str, int]] = frozenset()
        self.data: dict[str, Any] = {}  # for behaviours: server classes and similar
