"""Access: how a table operation is announced, carried out and rejected.

An operation looks up its table when it takes effect, after the announcement: in between, another
process may have deleted or renamed it.
"""

from types import TracebackType
from typing import Any, Final

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, ArgumentError, Atom, Ref, Term

END: Final = Atom("$end_of_table")
MISSING: Final = "the table identifier does not refer to an existing ETS table"
NO_RIGHT: Final = "the table identifier refers to an ETS table with insufficient access rights"
WRONG_TYPE: Final = (
    "the table identifier refers to an ETS table of a type not supported by this operation"
)
NO_TABLE: Final = "not an atom or a table identifier"
NO_KEY: Final = "not a key that exists in the table"
_OF_ONE_KEY: Final = frozenset({"ets_read", "ets_write"})

Problems = dict[int, str | None]  # by argument position; None: no problem


def refusal(problems: Problems) -> ArgumentError:
    """Return the ArgumentError that describes the problem with each argument."""
    return ArgumentError.among({at: text for at, text in problems.items() if text is not None})


def checked(problems: Problems) -> None:
    """Raise ArgumentError if any argument has a problem."""
    if any(problems.values()):
        raise refusal(problems)


def is_atom(term: Term) -> bool:
    """Whether `term` is an atom in Elixir, which includes nil, true and false."""
    return type(term) is Atom or term is None or type(term) is bool


def unknown(tab: Term) -> str:
    """Explain why `tab` does not refer to a table."""
    return MISSING if is_atom(tab) or type(tab) is Ref else NO_TABLE


def table_of(me: Process, tab: Term) -> Table | None:
    """Return the table that `tab` refers to in the runtime of `me`, or None."""
    return me.runtime.tables.find(tab)


def readable(me: Process, tab: Term, others: Problems | None = None) -> Table:
    """Return the table `tab` if `me` may read it; otherwise raise ArgumentError.

    `others` are the problems of other arguments, which the error reports, too.
    """
    table = table_of(me, tab)
    if table is None:
        raise refusal({1: unknown(tab), **(others or {})})
    if table.protection is A.private and table.owner is not me:
        raise refusal({1: NO_RIGHT, **(others or {})})
    return table


def writable(me: Process, tab: Term, others: Problems | None = None) -> Table:
    """Return the table `tab` if `me` may write to it; otherwise raise ArgumentError.

    `others` are the problems of other arguments, which the error reports, too.
    """
    table = table_of(me, tab)
    if table is None:
        raise refusal({1: unknown(tab), **(others or {})})
    if table.owner is not me and table.protection is not A.public:
        raise refusal({1: NO_RIGHT, **(others or {})})
    return table


def announce(me: Process, kind: str, tab: Term, verb: Atom, what: Term = None) -> None:
    """Report to `Runtime.watch` what `me` is about to do to a table.

    The Op's target is the Table, or `tab` itself if there is none; its term is `(verb, what)`: the
    function, and its key, row or pattern.
    """
    watch = me.runtime.watch
    if watch is not None:
        watch(Op(kind, me, table_of(me, tab) or tab, (verb, what), tab))


def key_in(table: Table, op: Op) -> Any:
    """Return the single key that `op` reads or writes in `table`; NOTHING if there are several."""
    if op.kind not in _OF_ONE_KEY:
        return NOTHING
    verb, what = op.term
    if verb is A.insert or verb is A.insert_new or verb is A.delete_object:
        return table.key_of(what) if len(what) >= table.keypos else NOTHING
    return what


def reading(kind: str, tab: Term, verb: Atom, what: Term = None) -> Process:
    """Announce a read and return the caller. A read does not check the epoch."""
    me = current()
    if me.runtime.watch is not None:
        announce(me, kind, tab, verb, what)
    return me


class Effect:
    """A context for one effect of the caller, which it announces: `with Effect(...) as me`.

    A leaf lock, such as the table's, may be taken inside. Raises Killed if the caller was killed.
    """

    __slots__ = ("_carrier", "_me")

    def __init__(self, kind: str, tab: Term, verb: Atom, what: Term = None) -> None:
        self._carrier = carrier()
        self._me = current_process(self._carrier)
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
