"""GenServer: the callback module one writes; its state is passed along, never kept in self.

class Counter(GenServer):
    def init(self, start):
        return (A.ok, start)

    def handle_call(self, request, from_, state):
        match request:
            case A.next:
                return (A.reply, state, state + 1)
"""

from typing import Any, ClassVar

from kvshell.runtime.carrier import current
from kvshell.terms import A, Atom, Pid, RuntimeError_, Term, inspect

From = tuple[Pid, Term]
NEVER: frozenset[Atom] = frozenset()


class GenServer:
    """A server's callbacks. A handler that falls off the end of its `match` has no such clause.

    `module` is the name iex would print (the class's own unless given). `never_waits` names the
    requests - an atom, or the first element of a tuple - whose clause is declared never to wait;
    a caller may then run it on its own thread. `init_never_waits` and `infos_never_wait` say the
    same of `init` and of handle_info. `ignores_from` says that handle_call never looks at `from_`,
    for it always answers by itself: who runs it then need not make one.
    """

    module: ClassVar[str] = ""
    kind: ClassVar[str] = "GenServer"
    never_waits: ClassVar[frozenset[Atom]] = NEVER
    ignores_from: ClassVar[bool] = False
    init_never_waits: ClassVar[bool] = False
    infos_never_wait: ClassVar[bool] = False

    def init(self, arg: Any) -> Term:
        """Return `(ok, state)`, `(ok, state, timeout_ms)`, `(ok, state, (continue, x))`,
        `ignore` or `(stop, reason)`. Runs in the new process.
        """  # noqa: D205
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Return `(reply, value, state)`, `(noreply, state)`, `(stop, reason, value, state)`...

        Runs in the server, or on the caller's thread in its name. Mirrors handle_call/3.
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
        """Log the message and go on: `(noreply, state)`. Mirrors the default handle_info/2."""
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
        """Go on after `(..., (continue, x))`, before any other message."""
        raise RuntimeError_(
            f"attempted to continue GenServer {_me()} but no handle_continue/2 clause was provided"
        )

    def terminate(self, reason: Any, state: Any) -> Term:
        """Clean up; what it returns is ignored. Mirrors terminate/2."""
        return A.ok

    def runs_in_caller(self, request: Any) -> bool:
        """Whether the clause that answers `request` is declared never to wait."""
        never = self.never_waits
        if not never:
            return False
        head = request[0] if type(request) is tuple and request else request
        return type(head) is Atom and head in never


def _me() -> str:
    return inspect(current().shown())
