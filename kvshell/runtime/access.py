"""Access: how an operation on a table is announced, carried out and refused.

An operation finds its table at the moment it takes effect, after the announcement: between the two
another process may have deleted or renamed it.
"""

from types import TracebackType
from typing import Any, Final

from kvshell.runtime.acting import acting
from kvshell.runtime.carrier import carrier, current
from kvshell.runtime.exits import Killed
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.runtime.table import Table
from kvshell.terms import A, ArgumentError, Atom, Ref, Term

END: Final = Atom("$end_of_table")
MISSING: Final = "the table identifier does not refer to an existing ETS table"
NO_RIGHT: Final = "the table identifier refers to an ETS table with insufficient access rights"
NO_TABLE: Final = "not an atom or a table identifier"
NO_KEY: Final = "not a key that exists in the table"
_OF_ONE_KEY: Final = frozenset({"ets_read", "ets_write"})

Problems = dict[int, str | None]  # by position of the argument; None: nothing is wrong with it


def refusal(problems: Problems) -> ArgumentError:
    """Return the error that says what is wrong with each argument."""
    return ArgumentError.among({at: text for at, text in problems.items() if text is not None})


def checked(problems: Problems) -> None:
    """Refuse when anything is wrong with the arguments."""
    if any(problems.values()):
        raise refusal(problems)


def is_atom(term: Term) -> bool:
    """Whether Elixir calls `term` an atom; nil, true and false are."""
    return type(term) is Atom or term is None or type(term) is bool


def unknown(tab: Term) -> str:
    """Say why `tab` finds no table."""
    return MISSING if is_atom(tab) or type(tab) is Ref else NO_TABLE


def find(me: Process, tab: Term) -> Table | None:
    """Return the table that `me` calls `tab`."""
    return me.runtime.tables.find(tab)


def readable(me: Process, tab: Term, others: Problems | None = None) -> Table:
    """Return the table `tab`, which `me` may read; a refusal names the `others` as well."""
    table = find(me, tab)
    if table is None:
        raise refusal({1: unknown(tab), **(others or {})})
    if table.protection is A.private and table.owner is not me:
        raise refusal({1: NO_RIGHT, **(others or {})})
    return table


def writable(me: Process, tab: Term, others: Problems | None = None) -> Table:
    """Return the table `tab`, which `me` may write; a refusal names the `others` as well."""
    table = find(me, tab)
    if table is None:
        raise refusal({1: unknown(tab), **(others or {})})
    if table.owner is not me and table.protection is not A.public:
        raise refusal({1: NO_RIGHT, **(others or {})})
    return table


def announce(me: Process, kind: str, tab: Term, verb: Atom, what: Term = None) -> None:
    """Tell whoever watches what `me` is about to do to a table.

    The Op's target is the Table, or `tab` itself when there is none; its term is `(verb, what)`:
    the function, and the key, the row or the pattern it is called with.
    """
    watch = me.runtime.watch
    if watch is not None:
        watch(Op(kind, me, find(me, tab) or tab, (verb, what), tab))


def key_form(op: Op) -> Any:
    """Return the form of the one key that `op` reads or writes; None when it is the whole table."""
    return form_in(op.target, op) if isinstance(op.target, Table) else None


def form_in(table: Table, op: Op) -> Any:
    """Return the same for the table that `op` means now."""
    if op.kind not in _OF_ONE_KEY:
        return None
    verb, what = op.term
    if verb is A.insert or verb is A.insert_new or verb is A.delete_object:
        return table.form(table.key_of(what)) if len(what) >= table.keypos else None
    return table.form(what)


def reading(kind: str, tab: Term, verb: Atom, what: Term = None) -> Process:
    """Return the caller, having announced what it is about to read. A read checks no epoch."""
    me = current()
    if me.runtime.watch is not None:
        announce(me, kind, tab, verb, what)
    return me


class Effect:
    """`with Effect(...) as me`: one effect of the caller, announced before.

    A leaf, such as the table's lock, may be taken inside. Raises Killed when the caller was killed.
    """

    __slots__ = ("_carrier", "_me")

    def __init__(self, kind: str, tab: Term, verb: Atom, what: Term = None) -> None:
        self._carrier = carrier()
        self._me = acting(self._carrier)
        if self._me.runtime.watch is not None:
            announce(self._me, kind, tab, verb, what)

    def __enter__(self) -> Process:
        me = self._me
        me.effect.acquire()
        if me.epoch != self._carrier.epoch:
            me.effect.release()
            raise Killed
        return me

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._me.effect.release()
