"""Kernel.inspect and its options."""

from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kernel.operators import kernel
from kvshell.elixir.library.registry import EMPTY_LIST, Cost
from kvshell.terms import A, List, Term
from kvshell.terms.printing.inspection import PRINTABLE_LIMIT, Printer

_BY_NAME = {A.decimal: 10, A.hex: 16, A.octal: 8, A.binary: 2}
BASES = {base: name for name, base in _BY_NAME.items()}


def printer_of(options: Term) -> Printer:
    """Return a Printer with the options of `inspect/2`."""
    limit = option(options, A.limit, 50)
    printable = option(options, A.printable_limit, PRINTABLE_LIMIT)
    return Printer(
        limit=limit if type(limit) is int else None,
        printable_limit=printable if type(printable) is int else None,
        charlists=_word(options, A.charlists),
        binaries=_word(options, A.binaries),
        base=_BY_NAME.get(option(options, A.base, A.decimal), 10),
        structs=option(options, A.structs, default=True) is not False,
    )


def _word(options: Term, name: Any) -> str:
    value = option(options, name, A.infer)
    word = str(getattr(value, "name", "infer"))
    return "as_lists" if word == "as_list" else word  # the older spelling still works


def width_of(options: Term) -> int | None:
    """Return the `:width` option of `inspect/2`, None for `:infinity`."""
    width = option(options, A.width, 80)
    return width if type(width) is int else None


@kernel.function(cost=Cost.LOOPS)
def inspect(term: Term, opts: Term = EMPTY_LIST) -> Term:
    """Inspects a term: returns it as text, as the prompt prints it."""
    if type(opts) is not List:
        tried = "def inspect(term, opts) when -is_list(opts)-"
        raise no_clause("Kernel", "inspect", (term, opts), tried)
    pretty = option(opts, A.pretty, default=False) is True
    return printer_of(opts).text(term, width_of(opts) if pretty else None)
