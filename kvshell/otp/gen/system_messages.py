"""System messages, which every behaviour answers, suspended or not. Mirrors sys.erl."""

from typing import TYPE_CHECKING

from kvshell.otp.gen.callbacks import From
from kvshell.otp.gen.calls import GEN_CALL, GEN_CAST, reply
from kvshell.otp.gen.server_options import Debug, erlang, extras, tidy
from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.dictionary import entries
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.terms import A, List, Term, term

if TYPE_CHECKING:
    from kvshell.otp.gen.server_loop import ServerLoop


def handle_system(server: "ServerLoop", process: Process, from_: From, request: Term) -> None:
    """Handle `{:system, from, request}`. Runs in the process."""
    match request:
        case A.suspend:
            process.suspend()
            reply(from_, A.ok)
        case A.resume:
            process.resume()
            reply(from_, A.ok)
        case A.get_state:
            reply(from_, (A.ok, process.state))
        case (A.replace_state, function):
            _replace_state(process, from_, function)
        case A.get_status:
            reply(from_, _status(server, process))
        case A.step:
            _step(server, process, from_)
        case (A.debug, option):
            reply(from_, _debug(process, option))
        case (A.terminate, reason):
            server.terminate(process, reason, (A.system, from_, request))
        case (A.terminate, reason, A.reply):  # a stopper waits for the server's end instead
            reply(from_, A.ok)
            server.terminate(process, reason, (A.system, from_, request[:2]))
        case (A.change_code, _module, old_version, more) if process.suspended:
            reply(from_, _change_code(server, process, old_version, more))
        case _:
            reply(from_, (A.error, (A.unknown_system_msg, request)))


def _replace_state(process: Process, from_: From, function: Term) -> None:
    try:
        process.state = term(function(process.state), "state")
    except Exit as exit_:
        reply(from_, (A.callback_failed, (A.exit, exit_.reason)))
    except Thrown as thrown:
        reply(from_, (A.callback_failed, (A.throw, thrown.value)))
    except Exception as error:  # noqa: BLE001  # a raising function leaves the state as it was
        reply(from_, (A.callback_failed, (A.error, reason_of(error)[0])))
    else:
        reply(from_, (A.ok, process.state))


def _change_code(server: "ServerLoop", process: Process, old_version: Term, more: Term) -> Term:
    try:
        answer = term(server.callbacks.code_change(old_version, process.state, more))
    except Exit as exit_:
        return (A.error, (A.EXIT, exit_.reason))
    except Thrown as thrown:
        answer = thrown.value
    except Exception as error:  # noqa: BLE001  # a raising function leaves the state as it was
        return (A.error, (A.EXIT, reason_of(error)))
    if type(answer) is tuple and len(answer) == 2 and answer[0] is A.ok:
        process.state = answer[1]
        return A.ok
    return (A.error, answer)


def _debug(process: Process, option: Term) -> Term:
    found = extras(process)
    debug = found.debug = found.debug or Debug()
    answer: Term = A.ok
    match option:
        case (A.statistics, flag):
            answer = debug.statistics(process, flag)
        case (A.trace, bool() as flag):
            answer = debug.trace(flag)
        case (A.log, flag):
            answer = debug.log(process, flag)
        case (A.install, (*named, function, state)):
            debug.install(named[0] if named else function, function, state)
        case (A.remove, which):
            debug.remove(which)
        case A.no_debug:
            debug = found.debug = Debug()
    if debug.is_off():
        found.debug = None
        tidy(process)
    return answer


def _status(server: "ServerLoop", process: Process) -> Term:
    """Return the answer of get_status, structured as in sys.erl and gen_server.erl."""
    mode = A.suspended if process.suspended else A.running
    parent = process.parent or process.pid
    logged = List() if process.extra is None else _logged(process)
    dictionary = entries(process)
    about = [
        (_chars("Status"), mode),
        (_chars("Parent"), parent),
        (_chars("Logged events"), logged),
    ]
    misc = [
        (A.header, _chars(f"Status for generic server {_plain_name(process)}")),
        (A.data, List(about)),
        *_shown_state(server, process),
    ]
    return (
        A.status,
        process.pid,
        (A.module, A.gen_server),
        List((List(dictionary), mode, parent, List(), List(misc))),
    )


def _shown_state(server: "ServerLoop", process: Process) -> tuple[Term, ...]:
    """Return the last part of the status: the state, or the server's format_status."""
    if not server.formats_status:
        return ((A.data, List([(_chars("State"), process.state)])),)
    dictionary = List(entries(process))
    shown = server.callbacks.format_status(A.normal, List((dictionary, process.state)))
    return tuple(shown) if type(shown) is List else (shown,)


def _logged(process: Process) -> List:
    debug = process.extra.debug
    events: List = List() if debug is None else debug.log(process, A.get)[1]
    return events


def _chars(text: str) -> List:
    return List([ord(char) for char in text])


def _plain_name(process: Process) -> str:
    return erlang(process.pid) if process.name is None else process.name.name


def _step(server: "ServerLoop", process: Process, from_: From) -> None:
    """Let a suspended process handle one message; it stays suspended. OTP has no equivalent.

    Replies `{:ok, message, left}` or `:empty`. A call or cast is shown as its request.
    """
    message = _take(process)
    if message is NOTHING:
        reply(from_, A.empty)
        return
    try:
        server.handle(process, message)
    finally:
        left = sum(not process.is_urgent(queued) for queued in process.mailbox or ())
        reply(from_, (A.ok, request_of(message), left))


def _take(process: Process) -> Term:
    with process.lock:
        box = process.mailbox or ()
        for index, message in enumerate(box):
            if not process.is_urgent(message):
                assert process.mailbox is not None
                del process.mailbox[index]
                if process.runtime.ledger is not None:
                    process.runtime.ledger.taken(process, index)
                return message
    return NOTHING


def request_of(message: Term) -> Term:
    """Return the request inside a call or cast; other messages are returned as they are."""
    match message:
        case (head, _, request) if head is GEN_CALL:
            return request
        case (head, request) if head is GEN_CAST:
            return request
    return message
