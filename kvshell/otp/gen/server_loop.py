"""ServerLoop: a GenServer's loop, one message at a time. Mirrors gen_server.erl.

One ServerLoop object serves every process of its callback module; per-process data is in the
process's record. A clause declared never to wait may run on its caller's thread: caller_runs.py.
"""

from collections.abc import Callable
from typing import Final

from kvshell.otp.gen import naming
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.otp.gen.calls import GEN_CALL, GEN_CAST, Ack, reply
from kvshell.otp.gen.server_options import note, note_message, wait_idle, went_on
from kvshell.otp.gen.system_messages import handle_system, request_of
from kvshell.runtime.processes.crash_report import exit_reason, no_clause, reason_of
from kvshell.runtime.processes.exits import Exit, HandedOver, Thrown
from kvshell.runtime.processes.record import EXIT, NOTHING, SYSTEM, Process
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import (
    A,
    Atom,
    List,
    Opaque,
    Term,
    format_banner,
    format_exit,
    format_places,
    inspect,
    term,
)
from kvshell.terms.printing.exceptions import normalized

# System requests that only read or set a flag; a step or a stop runs the server's own code.
_LOOKS = frozenset({A.suspend, A.resume, A.get_state, A.get_status})

REPLY: Final = A.reply
NOREPLY: Final = A.noreply
STOP: Final = A.stop
INFINITY: Final = A.infinity
LONGEST: Final = 4_294_967_295  # maximum wait on the BEAM in milliseconds


def _is_after(extra: Term) -> bool:
    """Whether `extra` may be the last element of a callback's return value.

    It may be a timeout, `:infinity`, `:hibernate` or `{:continue, x}`.
    """
    kind = type(extra)
    if kind is int:
        return bool(extra >= 0)
    if kind is tuple:
        return len(extra) == 2 and extra[0] is A.continue_
    return extra is INFINITY or extra is A.hibernate


_servers: dict[type[GenServer], "ServerLoop"] = {}


def server_of(callbacks: type[GenServer]) -> "ServerLoop":
    """Return the loop that serves all processes of a callback module."""
    found = _servers.get(callbacks)
    if found is None:
        found = _servers.setdefault(callbacks, ServerLoop(callbacks))
    return found


class ServerLoop:
    """The loop of one callback module."""

    __slots__ = (
        "callbacks", "cleans_up", "declares", "formats_status", "handle_call", "ignores_from",
        "initial_call", "kind", "module", "never_waits_for", "reported_as",
    )  # fmt: skip

    def __init__(self, callbacks: type[GenServer]) -> None:
        self.callbacks = callbacks()
        self.handle_call = self.callbacks.handle_call
        self.ignores_from = callbacks.ignores_from
        # Requests whose clause never waits; None if the callback module decides itself.
        plain = callbacks.runs_in_caller is GenServer.runs_in_caller
        self.never_waits_for = callbacks.never_waits if plain else None
        self.formats_status = callbacks.format_status is not GenServer.format_status
        self.cleans_up = callbacks.terminate is not GenServer.terminate
        self.declares = (
            bool(callbacks.never_waits)
            or callbacks.infos_never_wait
            or callbacks.runs_in_caller is not GenServer.runs_in_caller
        )
        self.kind = callbacks.kind
        self.module: Atom = callbacks.module_name()
        self.reported_as = callbacks.reported_as or self.module
        self.initial_call = (self.module, A.init, 1)  # as reported by proc_lib

    # -- starting ------------------------------------------------------------------------------

    def init(self, process: Process, arg: Term, ack: Ack) -> None:
        """Run `init` and acknowledge; an Exit ends the process. Runs in the process."""
        name = ack.name
        if name is not None and not naming.register(process, name):
            ack.send(process, (A.error, (A.already_started, naming.holder(process, name))))
            raise Exit(A.normal)
        answer, failed = self._run_init(arg)
        if failed is not None:
            self._init_failed(process, ack, failed)
        extra: Term = INFINITY
        match answer if type(answer) is tuple else None:
            case (A.ok, state):
                process.state = term(state, "state")
            case (A.ok, state, extra) if _is_after(extra):
                process.state = term(state, "state")
            case (A.stop, reason):
                self._init_failed(process, ack, reason)
            case _:
                self._no_state(process, ack, answer)
        ack.send(process, (A.ok, process.pid))
        if extra is not INFINITY:
            self._after(process, extra, A.init)

    def _no_state(self, process: Process, ack: Ack, answer: Term) -> None:
        """End a process whose `init` returned no state: it declined, or the value was invalid."""
        if answer is not A.ignore:
            self._init_failed(process, ack, (A.bad_return_value, _shown(answer)))
        naming.unregister(process, ack.name)
        ack.send(process, A.ignore)
        raise Exit(A.normal)

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
        """Whether the clause for `request` is declared never to wait. Callable from outside.

        If the predicate raises, nothing is declared.
        """
        try:
            return self.callbacks.runs_in_caller(request)
        except Exception:  # noqa: BLE001  # see above
            return False

    # -- one message ---------------------------------------------------------------------------

    def handle(self, process: Process, message: Term) -> None:
        """Handle one message. Runs in the process; an Exit that escapes ends it."""
        head = message[0] if type(message) is tuple and message else None
        if process.extra is not None:
            note_message(process, process.extra, message, head is SYSTEM)
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
        """Carry out what handle_call has returned for `message`."""
        try:
            self._do(process, answer, message[1], message)
        except Exception as error:  # noqa: BLE001  # a reply or a state that is not a term
            self.terminate(process, reason_of(error), message)

    def _do(self, process: Process, answer: Term, from_: From, message: Term) -> None:
        if type(answer) is tuple and answer:
            tag, size = answer[0], len(answer)
            if tag is REPLY and size == 3:
                self._reply(process, answer[1], answer[2], from_)
                return
            if tag is REPLY and size == 4 and _is_after(answer[3]):
                self._reply(process, answer[1], answer[2], from_)
                self._after(process, answer[3], message)
                return
            if tag is STOP and size == 4:
                self._take_own_stack(process, lambda: self._do(process, answer, from_, message))
                process.state = term(answer[3], "state")
                try:
                    self.terminate(process, answer[1], message)
                finally:
                    reply(from_, term(answer[2], "reply"))
        self._noreply(process, answer, message, "handle_call", from_)

    def _reply(self, process: Process, value: Term, state: Term, from_: From) -> None:
        process.state = term(state, "state")
        value = term(value, "reply")
        reply(from_, value)
        if process.extra is not None:
            note(process, (A.out, value, from_, process.state))

    def _noreply(
        self, process: Process, answer: Term, message: Term, callback: str, *more: Term
    ) -> None:
        """Carry out a return value without a reply: `noreply`, `stop`, or an invalid one.

        `callback` is the function that returned it; `more` are its arguments between request and
        state.
        """
        if type(answer) is tuple and answer:
            tag, size = answer[0], len(answer)
            if tag is NOREPLY and size == 2:
                self._keep(process, answer[1])
                return
            if tag is NOREPLY and size == 3 and _is_after(answer[2]):
                self._keep(process, answer[1])
                self._after(process, answer[2], message)
                return
            if tag is STOP and size == 3:
                process.state = term(answer[2], "state")
                self.terminate(process, answer[1], message)
        if answer is None and self.callbacks.nil_is_no_clause:
            asked = message[1] if callback == "handle_continue" else request_of(message)
            function = getattr(self.callbacks, callback)
            reason = no_clause(function, self.reported_as, (asked, *more, process.state))
            self.terminate(process, reason, message)
        self.terminate(process, (A.bad_return_value, _shown(answer)), message)

    def _keep(self, process: Process, state: Term) -> None:
        process.state = term(state, "state")
        if process.extra is not None:
            note(process, (A.noreply, process.state))

    def _after(self, process: Process, extra: Term, message: Term) -> None:
        """Carry out the last element of a return value, which `_is_after` accepts."""
        if type(extra) is int:
            if extra > LONGEST:
                self.terminate(process, (A.timeout_value, List()), message)
            wait_idle(process, extra)
        elif type(extra) is tuple:
            if carrier().depth:  # the declaration covers only the clause itself
                process.entry = lambda: self._after(process, extra, message)
                process.brief = False
                return
            own = (A.continue_, extra[1])  # what is reported as the last message
            answer = self._run(process, own, "handle_continue", extra[1], process.state)
            self._noreply(process, answer, own, "handle_continue")

    def _run(self, process: Process, message: Term, callback: str, *args: Term) -> Term:
        """Call a callback; a thrown value is its answer, an exit or exception ends the server."""
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
        """Call a clause that must not wait, on the current thread."""
        here = carrier()
        here.depth += 1
        try:
            return getattr(self.callbacks, callback)(*args)
        finally:
            here.depth -= 1

    # -- ending --------------------------------------------------------------------------------

    def _take_own_stack(self, process: Process, rest: Callable[[], None]) -> None:
        """Defer `rest`, which runs terminate, to a stack on which it may wait, if necessary."""
        if self.cleans_up and carrier().depth:
            process.entry = rest
            process.brief = False
            raise HandedOver

    def terminate(self, process: Process, reason: Term, message: Term = NOTHING) -> None:
        """Run the terminate callback, report the end unless it is quiet, and exit."""
        reason = exit_reason(reason)
        self._take_own_stack(process, lambda: self.terminate(process, reason, message))
        try:
            self.callbacks.terminate(reason, process.state)
        except Exit as exit_:
            reason = exit_reason(exit_.reason)
        except Exception as error:  # noqa: BLE001  # the reason of the crash in terminate wins
            reason = reason_of(error)
        if not is_quiet(reason):
            report(process, reason, message, self._shown_state(process))
        raise Exit(reason)

    def _shown_state(self, process: Process) -> Term:
        """Return the state as a crash report shows it."""
        if not self.formats_status:
            return process.state
        dictionary = List(list((process.dictionary or {}).values()))
        try:
            given = List((dictionary, process.state))
            return term(self.callbacks.format_status(A.terminate, given))
        except Exception:  # noqa: BLE001  # shown unformatted if formatting fails
            return process.state


def is_quiet(reason: Term) -> bool:
    """Whether an exit with `reason` is not reported: normal, shutdown, `{:shutdown, _}`."""
    if type(reason) is tuple and len(reason) == 2:
        return reason[0] is A.shutdown
    return reason is A.normal or reason is A.shutdown


def report(process: Process, reason: Term, message: Term, state: Term) -> None:
    """Report a server's crash as Elixir's logger does, without the stack lines."""
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
    if type(state) is not Opaque:  # a supervisor's state is unreadable: use `tree`
        lines.append(f"State: {inspect(state, width=None)}")
    if client is not None:
        alive = client.record is not None and client.record.alive
        lines.append(f"Client {inspect(client)} is {'alive' if alive else 'dead'}")
    process.runtime.emit("crash", process.pid, "\n".join(lines))


def cause(reason: Term) -> str:
    """Return the `** (...)` line of a crash report."""
    match reason:
        case (error, List() as stack) if (struct := normalized(error, stack)) is not None:
            places = (f"\n    {place}" for place in format_places(stack))
            return format_banner(A.error, struct) + "".join(places)
        case _:
            return f"** (stop) {format_exit(reason)}"


def _shown(value: object) -> Term:
    """Return a callback's result as a term, or its repr if it is not one."""
    try:
        return term(value)
    except (TypeError, ValueError):
        return repr(value)
