"""Printing a reader's structs: fields in order, derived and implemented Inspect."""

from __future__ import annotations

from typing import Any

import kvshell.elixir.library.collections.range  # noqa: F401  # ranges print themselves
from kvshell.elixir.library import structs
from kvshell.elixir.library.kernel.modules import know_modules_with
from kvshell.elixir.library.processes.servers import set_bridge
from kvshell.elixir.modules.behaviours import callbacks_of
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime.processes.thread_context import here
from kvshell.terms import A, Atom, List, Map, alias, inspect
from kvshell.terms.printing.algebra import Doc
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
    """Return the document of a reader's struct with its own Inspect; otherwise None."""
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
        document = code.remote(found, "inspect", 2).call(term, _options(printer))
        return document if type(document) is str else inspect(document)
    for each in record.data.get("derive", ()):
        if type(each) is tuple and each[0] is INSPECT:
            return _derived(printer, term, each[1], limit, depth)
    return None


def _plainly(term: Map) -> bool:
    """Whether a map claims to be a struct but is not a Python exception."""
    return term.get(_EXCEPTION) is not True


def _options(printer: Printer) -> Map:
    return Map([(A.__struct__, alias("Inspect.Opts")), (A.limit, printer.limit), (A.width, 80)])


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
