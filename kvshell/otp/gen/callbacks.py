"""GenServer: the callback module that users write; state is passed along, never kept in self.

class Counter(GenServer):
    def init(self, start):
        return (A.ok, start)

    def handle_call(self, request, from_, state):
        match request:
            case A.next:
                return (A.reply, state, state + 1)
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Map, Pid, RuntimeError_, Term, alias, inspect
from kvshell.terms import term as as_term

From = tuple[Pid, Term]
NEVER: frozenset[Atom] = frozenset()


class Startable:
    """A class that a supervisor can start, like a module with `use GenServer` or `use Agent`.

    Its `start_link(arg)` starts it - a GenServer need not define one - and `child_spec` defines how
    it is supervised. The options of `use` are class arguments: `class Worker(GenServer,
    restart=A.temporary, shutdown=500)`.
    """

    module: ClassVar[str] = ""
    use_options: ClassVar[Mapping[Atom, Term]] = {}
    child_defaults: ClassVar[Mapping[Atom, Term]] = {}

    def __init_subclass__(cls, **use: object) -> None:
        super().__init_subclass__()
        if use:
            given = {Atom(name): as_term(value) for name, value in use.items()}
            cls.use_options = {**cls.use_options, **given}

    @classmethod
    def module_name(cls) -> Atom:
        """Return the atom of the module: `module`, or the name of the class."""
        return alias(cls.module or cls.__name__)

    @classmethod
    def child_spec(cls, arg: Any) -> Map:
        """Return the child specification for `arg`. Mirrors child_spec/1."""
        name = cls.module_name()
        start = (name, A.start_link, List((arg,)))
        return Map({A.id: name, A.start: start, **cls.child_defaults, **cls.use_options})


class GenServer(Startable):
    """The callbacks of a server. A handler that reaches the end of its `match` had no such clause.

    `module` is the name that iex prints (by default the name of the class). `never_waits` names the
    requests - an atom, or the first element of a tuple - whose clause is declared never to wait; a
    caller may then run it on its own thread. `init_never_waits` and `infos_never_wait` declare the
    same for `init` and handle_info. `ignores_from` declares that handle_call never uses `from_`,
    because it always replies directly; then none is created. `nil_is_no_clause` declares that a
    callback returning None had no matching clause, like a `match` without a matching case;
    `reported_as` is the module named in the exit reason, if it differs.
    """

    kind: ClassVar[str] = "GenServer"
    never_waits: ClassVar[frozenset[Atom]] = NEVER
    ignores_from: ClassVar[bool] = False
    init_never_waits: ClassVar[bool] = False
    infos_never_wait: ClassVar[bool] = False
    nil_is_no_clause: ClassVar[bool] = True
    reported_as: ClassVar[Atom | None] = None

    def init(self, arg: Any) -> Term:
        """Return `(ok, state)`, `ignore` or `(stop, reason)`. Runs in the new process.

        A third element after the state may be a timeout in ms or `(continue, x)`. Mirrors init/1.
        """
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Return `(reply, value, state)`, `(noreply, state)` or `(stop, reason, value, state)`.

        Further forms are those of Elixir. Runs in the server, or on the caller's thread as the
        server. Mirrors handle_call/3.
        """
        raise RuntimeError_(
            f"attempted to call GenServer {_me()} but no handle_call/3 clause was provided"
        )

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Return `(noreply, state)` or `(stop, reason, state)`. Mirrors handle_cast/2."""
        raise RuntimeError_(
            f"attempted to cast GenServer {_me()} but no handle_cast/2 clause was provided"
        )

    def handle_info(self, message: Any, state: Any) -> Term:
        """Log the message and continue: `(noreply, state)`. Mirrors the default handle_info/2."""
        process = current()
        behaviour = process.behaviour
        module = "GenServer" if behaviour is None else inspect(behaviour.module)
        process.runtime.emit(
            "unexpected",
            process.pid,
            f"{module} {_me()} received unexpected message in handle_info/2: "
            f"{inspect(message, width=None)}",
        )
        return (A.noreply, state)

    def handle_continue(self, continuation: Any, state: Any) -> Term:
        """Continue after `(..., (continue, x))`, before any other message.

        Mirrors handle_continue/2.
        """
        raise RuntimeError_(
            f"attempted to continue GenServer {_me()} but no handle_continue/2 clause was provided"
        )

    def terminate(self, reason: Any, state: Any) -> Term:
        """Clean up; the return value is ignored. Mirrors terminate/2."""
        return A.ok

    def code_change(self, old_version: Any, state: Any, extra: Any) -> Term:
        """Convert the state of an older version: `(ok, new_state)`. Mirrors code_change/3."""
        return (A.ok, state)

    def format_status(self, reason: Any, dictionary_and_state: Any) -> Term:
        """Return the state shown by `sys.get_status` and in crash reports.

        `reason` is `normal` or `terminate`, `dictionary_and_state` a list of both. Mirrors
        format_status/2.
        """
        return dictionary_and_state.items[1]

    def runs_in_caller(self, request: Any) -> bool:
        """Whether the clause for `request` is declared never to wait."""
        never = self.never_waits
        if not never:
            return False
        head = request[0] if type(request) is tuple and request else request
        return type(head) is Atom and head in never


def _me() -> str:
    return inspect(current().shown())
