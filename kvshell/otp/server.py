"""Server: the loop of a GenServer, one message at a time. Mirrors gen_server.erl.

One Server object serves every process of its callback module; what belongs to a process is in its
record. A clause declared never to wait may run on its caller's thread: caller_runs.py.
"""

from collections.abc import Callable

from kvshell.otp import naming
from kvshell.otp.callbacks import From, GenServer
from kvshell.otp.extras import came, note, wait_idle, went_on
from kvshell.otp.gen import GEN_CALL, GEN_CAST, Ack, reply
from kvshell.otp.system import handle_system
from kvshell.runtime.carrier import carrier
from kvshell.runtime.exits import Exit, HandedOver, Thrown
from kvshell.runtime.op import Op
from kvshell.runtime.places import place_of
from kvshell.runtime.record import EXIT, NOTHING, SYSTEM, Process
from kvshell.runtime.report import exit_reason, reason_of
from kvshell.terms import (
    A,
    Atom,
    FunctionClauseError,
    List,
    Opaque,
    Term,
    alias,
    format_banner,
    format_exit,
    format_places,
    inspect,
    term,
)
from kvshell.terms.messages import normalized

# System requests that only look or set a flag; a step or a stop runs the server's own code.
_LOOKS = frozenset({A.suspend, A.resume, A.get_state, A.get_status})

_servers: dict[type[GenServer], "Server"] = {}


def server_of(callbacks: type[GenServer]) -> "Server":
    """Return the loop that serves all processes of a callback module."""
    found = _servers.get(callbacks)
    if found is None:
        found = _servers.setdefault(callbacks, Server(callbacks))
    return found


class Server:
    """The loop of one callback module."""

    __slots__ = (
        "callbacks", "cleans_up", "declares", "handle_call", "ignores_from", "kind", "module",
        "never_waits_for",
    )  # fmt: skip

    def __init__(self, callbacks: type[GenServer]) -> None:
        self.callbacks = callbacks()
        self.handle_call = self.callbacks.handle_call
        self.ignores_from = callbacks.ignores_from
        # Requests whose clause never waits; None where the callback module decides by itself.
        plain = callbacks.runs_in_caller is GenServer.runs_in_caller
        self.never_waits_for = callbacks.never_waits if plain else None
        self.cleans_up = callbacks.terminate is not GenServer.terminate
        self.declares = (
            bool(callbacks.never_waits)
            or callbacks.infos_never_wait
            or callbacks.runs_in_caller is not GenServer.runs_in_caller
        )
        self.kind = callbacks.kind
        self.module: Atom = alias(callbacks.module or callbacks.__name__)

    # -- starting ------------------------------------------------------------------------------

    def init(self, process: Process, arg: Term, ack: Ack) -> None:
        """Run `init` and acknowledge; an Exit ends the process. Runs in it."""
        name = ack.name
        if name is not None and not naming.register(process, name):
            ack.send(process, (A.error, (A.already_started, naming.holder(process, name))))
            raise Exit(A.normal)
        answer, failed = self._run_init(arg)
        state, extra = NOTHING, None
        match answer if failed is None else None:
            case (A.ok, state):
                pass
            case (A.ok, state, extra):
                pass
            case A.ignore:
                naming.unregister(process, name)
                ack.send(process, A.ignore)
                raise Exit(A.normal)
            case (A.stop, reason):
                self._init_failed(process, ack, reason)
        if state is NOTHING:
            self._init_failed(process, ack, failed or (A.bad_return_value, _shown(answer)))
        process.state = term(state, "state")
        ack.send(process, (A.ok, process.pid))
        if extra is not None:
            self._after(process, extra, A.init)

    def _run_init(self, arg: Term) -> tuple[Term, Term]:
        here, declared = carrier(), self.callbacks.init_never_waits
        here.depth += declared
        try:
            return self.callbacks.init(arg), None
        except Thrown as thrown:
            return thrown.value, None
        except Exit as exit_:
            return None, exit_.reason
        except Exception as error:  # noqa: BLE001  # whatever init raises is the reason
            return None, reason_of(error)
        finally:
            here.depth -= declared

    def _init_failed(self, process: Process, ack: Ack, reason: Term) -> None:
        reason = exit_reason(reason)
        naming.unregister(process, ack.name)
        ack.send(process, (A.error, reason))
        raise Exit(reason)

    def never_waits(self, message: Term) -> bool:
        """Whether the clause that handles `message` is declared never to wait."""
        if type(message) is not tuple or not message:
            return self.callbacks.infos_never_wait
        head = message[0]
        if head is GEN_CALL or head is GEN_CAST:
            return self.may_run_in_caller(message[-1])
        if head is SYSTEM:
            return type(message[-1]) is Atom and message[-1] in _LOOKS
        return self.callbacks.infos_never_wait

    def may_run_in_caller(self, request: Term) -> bool:
        """Whether the clause for `request` is declared never to wait; whoever asks is a bystander.

        A predicate that raises declares nothing.
        """
        try:
            return self.callbacks.runs_in_caller(request)
        except Exception:  # noqa: BLE001  # see above
            return False

    # -- one message ---------------------------------------------------------------------------

    def handle(self, process: Process, message: Term) -> None:
        """Handle one message. Runs in the process; an Exit that escapes ends it."""
        watch = process.runtime.watch
        if watch is not None:
            watch(Op("handle", process, process, message))
        head = message[0] if type(message) is tuple and message else None
        if process.extra is not None:
            came(process, process.extra, message, head is SYSTEM)
        if head is not None:
            if head is GEN_CALL and len(message) == 3:
                _tag, from_, request = message
                answer = self._run(process, message, "handle_call", request, from_, process.state)
                self.answered(process, answer, message)
                return
            if head is GEN_CAST and len(message) == 2:
                answer = self._run(process, message, "handle_cast", message[1], process.state)
                self._noreply(process, answer, message, "handle_cast")
                return
            if head is SYSTEM and len(message) == 3:
                handle_system(self, process, message[1], message[2])
                if process.extra is not None:
                    went_on(process, process.extra)
                return
            if head is EXIT and len(message) == 3 and message[1] is process.parent:
                self.terminate(process, message[2], message)
        answer = self._run(process, message, "handle_info", message, process.state)
        self._noreply(process, answer, message, "handle_info")

    def answered(self, process: Process, answer: Term, message: Term) -> None:
        """Do what the answer of handle_call to `message` says."""
        try:
            self._do(process, answer, message[1], message)
        except Exception as error:  # noqa: BLE001  # a reply or a state that is no term
            self.terminate(process, reason_of(error), message)

    def _do(self, process: Process, answer: Term, from_: From, message: Term) -> None:
        match answer:
            case (A.reply, value, state):
                self._reply(process, value, state, from_)
            case (A.reply, value, state, extra):
                self._reply(process, value, state, from_)
                self._after(process, extra, message)
            case (A.stop, reason, value, state):
                self._take_own_stack(process, lambda: self._do(process, answer, from_, message))
                process.state = term(state, "state")
                try:
                    self.terminate(process, reason, message)
                finally:
                    reply(from_, term(value, "reply"))
            case _:
                self._noreply(process, answer, message, "handle_call")

    def _reply(self, process: Process, value: Term, state: Term, from_: From) -> None:
        process.state = term(state, "state")
        value = term(value, "reply")
        reply(from_, value)
        if process.extra is not None:
            note(process, (A.out, value, from_, process.state))

    def _noreply(self, process: Process, answer: Term, message: Term, callback: str) -> None:
        if type(answer) is tuple:
            match answer:
                case (A.noreply, state):
                    self._keep(process, state)
                    return
                case (A.noreply, state, extra):
                    self._keep(process, state)
                    self._after(process, extra, message)
                    return
                case (A.stop, reason, state):
                    process.state = term(state, "state")
                    self.terminate(process, reason, message)
        if answer is None:
            arity = 3 if callback == "handle_call" else 2
            error = FunctionClauseError(self.module, Atom(callback), arity)
            place = place_of(getattr(self.callbacks, callback))
            self.terminate(process, (error.struct, place), message)
        self.terminate(process, (A.bad_return_value, _shown(answer)), message)

    def _keep(self, process: Process, state: Term) -> None:
        process.state = term(state, "state")
        if process.extra is not None:
            note(process, (A.noreply, process.state))

    def _after(self, process: Process, extra: Term, message: Term) -> None:
        match extra:
            case (A.continue_, what) if carrier().depth:  # only the clause is declared
                process.entry = lambda: self._after(process, extra, message)
                process.brief = False
            case (A.continue_, what):
                answer = self._run(process, message, "handle_continue", what, process.state)
                self._noreply(process, answer, message, "handle_continue")
            case int() if type(extra) is int:
                wait_idle(process, extra)
            case A.hibernate | A.infinity:
                return
            case _:
                self.terminate(process, (A.bad_return_value, _shown(extra)), message)

    def _run(self, process: Process, message: Term, callback: str, *args: Term) -> Term:
        """Call a callback; a throw is its answer, an exit or an exception ends the server."""
        try:
            if self.declares and self.never_waits(message) and callback != "handle_continue":
                return self._run_declared(callback, *args)
            return getattr(self.callbacks, callback)(*args)
        except Thrown as thrown:
            return thrown.value
        except Exit as exit_:
            self.terminate(process, exit_.reason, message)
        except Exception as error:  # noqa: BLE001  # whatever a callback raises is the reason
            self.terminate(process, reason_of(error), message)
        return None

    def _run_declared(self, callback: str, *args: Term) -> Term:
        """Call a clause that must not wait, on whichever thread."""
        here = carrier()
        here.depth += 1
        try:
            return getattr(self.callbacks, callback)(*args)
        finally:
            here.depth -= 1

    # -- ending --------------------------------------------------------------------------------

    def _take_own_stack(self, process: Process, rest: Callable[[], None]) -> None:
        """Leave `rest`, which runs terminate, to a stack on which it may wait, if this is none."""
        if self.cleans_up and carrier().depth:
            process.entry = rest
            process.brief = False
            raise HandedOver

    def terminate(self, process: Process, reason: Term, message: Term = NOTHING) -> None:
        """Run the terminate callback, report unless the reason is quiet, and exit."""
        reason = exit_reason(reason)
        self._take_own_stack(process, lambda: self.terminate(process, reason, message))
        try:
            self.callbacks.terminate(reason, process.state)
        except Exit as exit_:
            reason = exit_reason(exit_.reason)
        except Exception as error:  # noqa: BLE001  # the reason of the crash in terminate wins
            reason = reason_of(error)
        if not is_quiet(reason):
            report(process, reason, message)
        raise Exit(reason)


def is_quiet(reason: Term) -> bool:
    """Whether an end with `reason` is no news: normal, shutdown, `{:shutdown, _}`."""
    if type(reason) is tuple and len(reason) == 2:
        return reason[0] is A.shutdown
    return reason is A.normal or reason is A.shutdown


def report(process: Process, reason: Term, message: Term) -> None:
    """Tell of a server's crash, as Elixir's logger prints it (without the stack lines)."""
    shown = inspect(process.shown())
    lines = [f"GenServer {shown} terminating", cause(reason)]
    match message:
        case (head, (caller, _), request) if head is GEN_CALL:
            lines.append(f"Last message (from {inspect(caller)}): {inspect(request, width=None)}")
            client = caller
        case (head, _, (A.terminate, _)) if head is SYSTEM:
            lines.append("Last message: []")
            client = None
        case _:
            lines.append(f"Last message: {inspect(message, width=None)}")
            client = None
    if type(process.state) is not Opaque:  # a supervisor's is nothing to read: tree shows it
        lines.append(f"State: {inspect(process.state, width=None)}")
    if client is not None:
        alive = client.record is not None and client.record.alive
        lines.append(f"Client {inspect(client)} is {'alive' if alive else 'dead'}")
    process.runtime.emit("crash", process.pid, "\n".join(lines))


def cause(reason: Term) -> str:
    """Return the `** (...)` line of a crash report."""
    match reason:
        case (error, List() as stack) if normalized(error) is not None and (
            not stack.items or format_places(stack)
        ):
            places = (f"\n    {place}" for place in format_places(stack))
            return format_banner(A.error, error) + "".join(places)
        case _:
            return f"** (stop) {format_exit(reason)}"


def _shown(value: object) -> Term:
    """Return what a callback returned as a term, or its repr when it is none."""
    try:
        return term(value)
    except (TypeError, ValueError):
        return repr(value)
