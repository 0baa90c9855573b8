"""Printing a user's structs: fields in order, derived and implemented Inspect."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import kvshell.elixir.library.collections.range  # noqa: F401  # ranges print themselves
from kvshell.elixir.library import structs
from kvshell.elixir.library.kernel.algebra import document_text, inspect_opts, is_document
from kvshell.elixir.library.kernel.modules import know_modules_with
from kvshell.elixir.library.processes.servers import set_bridge
from kvshell.elixir.modules.behaviours import callbacks_of
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.running.errors import system_limit
from kvshell.elixir.running.failing import MISFITS, Caught
from kvshell.runtime.processes.crash_report import stack_of
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.runtime.processes.thread_context import here
from kvshell.terms import A, Atom, ElixirError, List, Map, alias, exception_message, inspect
from kvshell.terms.printing.algebra import Doc, layout
from kvshell.terms.printing.exit_text import format_places
from kvshell.terms.printing.inspection import (
    Printer,
    plain_map_doc,
    print_structs_with,
)

INSPECT = alias("Inspect")


def code_here() -> ElixirCode | None:
    """Return the code server of the calling process's runtime, if it has one."""
    carrier = here.carrier
    process = None if carrier is None else carrier.process
    code = None if process is None else process.runtime.code
    return code if isinstance(code, ElixirCode) else None


def field_order(module: Atom) -> tuple[Atom, ...] | None:
    """Return the fields of a struct in order of definition."""
    code = code_here()
    if code is not None and module in code.modules:
        fields = code.modules[module].struct
        return None if fields is None else tuple(key for key, _ in fields if key is not _EXCEPTION)
    known = structs.fields(module)
    return None if known is None else tuple(key for key, _ in known if key is not _EXCEPTION)


_EXCEPTION = A.__exception__


def struct_doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc | None:
    """Return the algebra document of a struct with a user's Inspect implementation, else None."""
    module = term.get(A.__struct__)
    code = code_here()
    if code is None:
        return None
    record = code.modules.get(module)
    if record is None or record.struct is None:
        if module in code.defining or code.struct(module) is not None:
            return None
        known = structs.fields(module) is not None or not _plainly(term)
        return None if known else plain_map_doc(printer, term, limit, depth)
    found = code.implementations.get(INSPECT, {}).get(module)
    if found is not None:
        return _implemented(code, found, printer, term, limit, depth)
    for each in record.data.get("derive", ()):
        if type(each) is tuple and each[0] is INSPECT:
            return _derived(printer, term, each[1], limit, depth)
    return None


def _implemented(
    code: ElixirCode, module: Atom, printer: Printer, term: Map, limit: int, depth: int
) -> Doc:
    """Return the document from a user's implementation, or `#Inspect.Error<...>` if it raises."""
    outer = _depth.set(_depth.get() + 1)
    try:
        if _depth.get() > _DEEPEST:
            raise system_limit("a recursion too deep")
        document = code.remote(module, "inspect", 2).call(term, inspect_opts(printer, limit))
    except (Exit, Thrown, ElixirError, RecursionError, MemoryError, *MISFITS) as error:
        return _error_text(error, printer, term, limit, depth)
    finally:
        _depth.reset(outer)
    return document_text(document, 80) if is_document(document) else inspect(document)


def _error_text(error: BaseException, printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    plain = plain_map_doc(printer, term, limit, depth)
    if _failed.get():  # the message contains the struct, which would fail again
        return plain
    outer = _failed.set(True)
    try:
        name, message = _name_and_message(Caught(error))
        shown = plain if type(plain) is str else layout(plain, 80, 0)
        parts = [
            f"got {name} with message:",
            _indented(f'"""\n{message}\n"""'),
            "while inspecting:",
            _indented(shown),
        ]
        places = format_places(stack_of(error))
    finally:
        _failed.reset(outer)
    text = "\n\n".join(parts)
    stack = "".join(f"    {place}\n" for place in places)
    return f"#Inspect.Error<\n{_indented(text, 2)}\n\n  Stacktrace:\n\n{stack}\n>"


def _name_and_message(caught: Caught) -> tuple[str, str]:
    if caught.struct is None:  # a throw or an exit, which nothing would catch while printing
        return caught.kind.name, inspect(caught.value, width=None)
    return inspect(caught.struct.get(A.__struct__)), exception_message(caught.struct)


_depth: ContextVar[int] = ContextVar("depth", default=0)  # of nested Inspect implementations
_failed: ContextVar[bool] = ContextVar("failed", default=False)
_DEEPEST = 200  # the printing thread may have a small stack


def _indented(text: str, by: int = 4) -> str:
    return "\n".join(" " * by + line if line else line for line in text.split("\n"))


def _plainly(term: Map) -> bool:
    """Whether a struct is anything but an exception."""
    return term.get(_EXCEPTION) is not True


def _derived(printer: Printer, term: Map, options: Any, limit: int, depth: int) -> Doc | None:
    given = dict(options.items) if type(options) is List else {}
    fields = field_order(term.get(A.__struct__)) or ()
    only = given.get(A.only)
    without = given.get(A.except_)
    shown = [
        key
        for key in fields
        if (only is None or key in only) and (without is None or key not in without)
    ]
    if len(shown) == len(fields):
        return None
    pairs = [f"{key.name}: {_flat(printer, term.get(key), limit, depth)}" for key in shown]
    name = inspect(term.get(A.__struct__))
    return f"#{name}<{', '.join([*pairs, '...'])}>"


def _flat(printer: Printer, term: Any, limit: int, depth: int) -> str:
    del limit, depth
    return printer.text(term, None)


def _is_defined(module: Atom) -> bool:
    code = code_here()
    return code is not None and module in code.modules


print_structs_with(struct_doc, field_order)
set_bridge(callbacks_of)
know_modules_with(_is_defined)
