"""Lab.Server: the same callbacks with which the BEAM's answers were recorded."""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Exit, Thrown, process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, List, RuntimeError_, Term


class Lab(GenServer):
    """A server that does what it is asked to; its terminate reports to `heard`."""

    module = "Lab.Server"

    def init(self, arg: Any) -> Term:
        match arg:
            case (A.stop, reason):
                return (A.stop, reason)
            case A.ignore:
                return A.ignore
            case (A.raise_, text):
                raise RuntimeError_(text)
            case (A.exit, reason):
                raise Exit(reason)
            case (A.throw, value):
                raise Thrown(value)
            case (A.bad_return, value):
                return value
            case (A.sleep, ms):
                process.sleep(ms)
                return (A.ok, A.slept)
            case (A.continue_, what):
                return (A.ok, List((A.init,)), (A.continue_, what))
            case (A.timeout, ms):
                return (A.ok, A.idle, ms)
            case (A.trap, state):
                process.flag(A.trap_exit, True)
                return (A.ok, state)
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case A.state:
                return (A.reply, state, state)
            case (A.sleep, ms):
                process.sleep(ms)
                return (A.reply, A.slept, state)
            case A.self_call:
                return (A.reply, gen_server.call(process.self_(), A.state), state)
            case (A.raise_, text):
                raise RuntimeError_(text)
            case (A.throw, value):
                raise Thrown(value)
            case (A.exit, reason):
                raise Exit(reason)
            case (A.return_, value):
                return value
            case (A.stop, reason, reply):
                return (A.stop, reason, reply, state)
            case (A.stop_noreply, reason):
                return (A.stop, reason, state)
            case (A.reply_continue, what):
                return (A.reply, A.replied_first, state, (A.continue_, what))
            case A.park:
                return (A.noreply, (A.parked, from_))
            case (A.early_reply, value):
                gen_server.reply(from_, value)
                return (A.noreply, state)
            case A.double_reply:
                gen_server.reply(from_, A.first)
                return (A.reply, A.second, state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case (A.return_, value):
                return value
            case (A.stop, reason):
                return (A.stop, reason, state)
            case (A.raise_, text):
                raise RuntimeError_(text)
            case (A.set, value):
                return (A.noreply, value)
            case (A.release, value):
                gen_server.reply(state[1], value)
                return (A.noreply, A.released)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case (A.return_, value):
                return value
            case A.timeout:
                return (A.noreply, A.timed_out)
            case (A.EXIT, _from, reason):
                return (A.noreply, (A.got_exit, reason))
        return None

    def handle_continue(self, continuation: Any, state: Any) -> Term:
        match continuation:
            case (A.return_, value):
                return value
        return (A.noreply, List((*state, continuation)))

    def terminate(self, reason: Any, state: Any) -> Term:
        me = current()
        me.runtime.emit("heard", me.pid, "terminate", "info")
        return A.ok


class Bare(GenServer):
    """A server with no callback but init."""

    module = "Lab.Bare"


class Partial(GenServer):
    """A server with some clauses of each callback, but no catch-all."""

    module = "Lab.Partial"

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case A.ping:
                return (A.reply, A.pong, state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case A.ping:
                return (A.noreply, state)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case A.ping:
                return (A.noreply, state)
        return None
