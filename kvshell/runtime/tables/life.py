"""Creating tables, transferring them, and information about them."""

from collections.abc import Callable
from typing import Final

from kvshell.runtime.processes.naming import NODE, current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, Process, Unset
from kvshell.runtime.processes.signals import arrive_message, transmit
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.runtime.tables.access import (
    MISSING,
    Effect,
    checked,
    is_atom,
    reading,
    refusal,
    table_of,
    unknown,
    writable,
)
from kvshell.runtime.tables.kinds import (
    INVALID,
    KINDS,
    InvalidOptionError,
    TableOptions,
    heir,
    only_heir,
)
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Ref, Term, sort_key
from kvshell.terms import term as as_term

TRANSFER: Final = Atom("ETS-TRANSFER")
_TAKEN: Final = "table name already exists"
_NO_NAME: Final = "invalid table name (must be an atom)"


def new(name: Atom | Term, options: Term = ()) -> Atom | Ref:
    """Create a table owned by the caller; return its name if `:named_table`, else its reference.

    Options: `set ordered_set bag duplicate_bag`, `public protected private`, `named_table`,
    `{keypos, n}`, `{heir, pid, data}`, `{heir, none}`, `{read_concurrency, bool}`,
    `{write_concurrency, bool | auto}`, `compressed`. Mirrors :ets.new/2.
    """
    wanted = List() if options == () else as_term(options, "options")
    problem = None
    if type(wanted) is not List:
        problem = "not a list"
    elif not wanted.proper:
        problem = "not a proper list"
    checked({1: None if is_atom(name) else "not an atom", 2: problem})
    try:
        table = _made(name, TableOptions(wanted))
    except InvalidOptionError:
        raise ArgumentError.at(2, INVALID) from None
    with Effect("ets_new", table, A.new, name) as me:
        if not me.runtime.tables.add(table):
            raise ArgumentError.at(1, _TAKEN)
    shown: Atom | Ref = table.shown()
    return shown


def _made(name: Term, options: TableOptions) -> Table:
    me = current()
    table = KINDS[options.kind](
        me.runtime.make_ref(),
        name,
        me,
        kind=options.kind,
        named=options.named,
        protection=options.protection,
        keypos=options.keypos,
        heir=options.heir,
    )
    table.read_concurrency = options.read_concurrency
    table.write_concurrency = options.write_concurrency
    table.decentralized_counters = options.counters
    table.compressed = options.compressed
    table.count_reads(me.runtime.tables.counting)
    return table


def all_() -> List:
    """Return the names or references of all tables, in term order. Mirrors :ets.all/0."""
    me = current_process(carrier())
    if me.runtime.watch is not None:
        me.runtime.watch(Op("list", me, None, A.tables))
    shown = [table.shown() for table in me.runtime.tables.all()]
    return List(sorted(shown, key=sort_key))  # hides the order of creation


def rename(tab: Atom | Term, name: Atom) -> Atom | Ref:
    """Rename the table; return its new name if it is a named table, else its reference.

    Mirrors :ets.rename/2.
    """
    problems = {2: None if is_atom(name) else _NO_NAME}
    with Effect("ets_rename", tab, A.rename, name) as me:
        table = writable(me, tab, problems)
        checked(problems)
        try:
            renamed = me.runtime.tables.rename(table, name)
        except KeyError:
            raise ArgumentError.at(1, MISSING) from None
        if not renamed:
            raise ArgumentError.at(2, _TAKEN)
        shown: Atom | Ref = table.shown()
    return shown


def give_away(tab: Atom | Term, pid: Pid, data: Term) -> bool:
    """Make `pid` the owner; it gets `{:"ETS-TRANSFER", tab, caller, data}`. Always returns True.

    Only the owner may do this. Mirrors :ets.give_away/3.
    """
    gift = as_term(data, "data")
    problems = {2: None if type(pid) is Pid else "not a pid"}
    with Effect("ets_give_away", tab, A.give_away, pid) as me:
        table = writable(me, tab, problems)
        checked(problems)
        if table.owner is not me:
            raise ArgumentError.at(2, "the current process is not the owner")
        receiver: Process | None = pid.record
        if receiver is me:
            raise ArgumentError.at(2, "the process is already the owner of the table")
        try:
            given = receiver is not None and me.runtime.tables.give(table, receiver)
        except KeyError:
            raise ArgumentError.at(1, MISSING) from None
        if receiver is None or not given:
            raise ArgumentError.at(2, "the pid refers to a terminated process")
        transmit(me, receiver, arrive_message, (TRANSFER, table.shown(), me.pid, gift))
    return True


def setopts(tab: Atom | Term, options: Term) -> bool:
    """Set the heir: `{:heir, pid, data}` or `{:heir, :none}`; returns True. Mirrors :ets.setopts/2.

    Only the owner may do this, even for a public table.
    """
    wanted = as_term(options, "options")
    with Effect("ets_write_all", tab, A.setopts, wanted) as me:
        table = writable(me, tab)
        try:
            heirs = [heir(option) for option in only_heir(wanted)]
        except InvalidOptionError:
            raise ArgumentError.at(2, INVALID) from None
        if heirs and table.owner is not me:
            raise ArgumentError.at(2, INVALID)
        for chosen in heirs:
            table.heir = chosen
    return True


def whereis(name: Atom) -> Ref | Atom:
    """Return the reference of the named table, or `:undefined`. Mirrors :ets.whereis/1."""
    if not is_atom(name):
        raise ArgumentError.at(1, _NO_NAME)
    me = reading("ets_scan", name, A.whereis)
    table = table_of(me, name)
    return A.undefined if table is None else table.ref


def info(tab: Atom | Term, item: Atom | Unset = NOTHING) -> Term:
    """Return information about a table as a keyword list, or only `item`.

    Returns `:undefined` if there is no such table. Mirrors :ets.info/1 and /2.
    """
    me = reading("ets_scan", tab, A.info, None if isinstance(item, Unset) else item)
    table = table_of(me, tab)
    if table is None:
        if unknown(tab) is MISSING:
            return A.undefined
        raise refusal({1: unknown(tab)})
    if isinstance(item, Unset):
        return List([(name, fact(table)) for name, fact in _FACTS.items()])
    if item is A.fixed or item is A.safe_fixed or item is A.safe_fixed_monotonic_time:
        return False
    if type(item) is not Atom or item not in _FACTS:
        raise ArgumentError.at(2, "not a valid info item")
    return _FACTS[item](table)


_FACTS: Final[dict[Atom, Callable[[Table], Term]]] = {  # in the order of OTP 25
    A.id: lambda table: table.ref,
    A.decentralized_counters: lambda table: table.decentralized_counters,
    A.read_concurrency: lambda table: table.read_concurrency,
    A.write_concurrency: lambda table: table.write_concurrency,
    A.compressed: lambda table: table.compressed,
    A.memory: lambda table: table.memory(),
    A.owner: lambda table: table.owner.pid,
    A.heir: lambda table: A.none if table.heir is None else table.heir[0].pid,
    A.name: lambda table: table.name,
    A.size: lambda table: table.count(),
    A.node: lambda _table: NODE,
    A.named_table: lambda table: table.named,
    A.type: lambda table: table.kind,
    A.keypos: lambda table: table.keypos,
    A.protection: lambda table: table.protection,
}
